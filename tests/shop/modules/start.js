// The start page: each part loads on its own, and one that fails leaves the others alone.

import { get } from './api.js';
import { showCount } from './count.js';
import { showDeal } from './deal.js';
import { greet } from './greeting.js';
import { showStock } from './stock.js';

console.info('The Perch is open');
performance.mark('start-parts');
const parts = [
  get('/api/cart').then(({ count }) => showCount(count)),
  showDeal(),
  showStock(),
  greet(),
];
for (const part of await Promise.allSettled(parts)) {
  if (part.status === 'rejected') console.warn(part.reason.message);
}
performance.measure('parts', 'start-parts');
