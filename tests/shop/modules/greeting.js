// Says hello to who is signed in.

import { get } from './api.js';

export async function greet() {
  const { user } = await get('/api/session');
  if (user) document.querySelector('.hero p').textContent = `Good to see you, ${user}.`;
}
