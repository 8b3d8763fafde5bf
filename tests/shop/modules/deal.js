// Today's deal on the start page.

import { get } from './api.js';
import { money } from './money.js';

export async function showDeal() {
  const { name, slug, cents } = await get('/api/deal');
  const link = document.createElement('a');
  link.href = `/product/${slug}`;
  link.textContent = name;
  const price = document.createElement('span');
  price.className = 'price';
  price.textContent = money(cents);
  document.getElementById('deal').replaceChildren(link, ' for ', price);
}
