// A banner that comes late and pushes everything down: the layout shift that a monitor should see.

import { get } from './api.js';

const { name } = await get('/api/deal');
setTimeout(() => {
  const banner = document.createElement('p');
  banner.className = 'banner';
  banner.textContent = `Only today: ${name}`;
  document.getElementById('late').append(banner);
}, 250);
