// What is in the warehouse.

import { get } from './api.js';

export async function showStock() {
  const { pieces, products } = await get('/api/stock');
  document.getElementById('stock').textContent = `${pieces} pieces of ${products} products are in stock.`;
}
