// The cart's page: remove a line, redeem a voucher.

import { post } from './api.js';

for (const button of document.querySelectorAll('.remove')) {
  button.addEventListener('click', async () => {
    const row = button.closest('tr');
    if (!confirm('Take it out of the cart?')) return;
    await post('/api/cart', { slug: row.dataset.slug, quantity: 0 });
    location.reload();
  });
}

document.getElementById('voucher')?.addEventListener('click', async () => {
  const code = prompt('Your voucher code');
  if (!code) return;
  const { accepted } = await post('/api/voucher', { code });
  if (accepted) location.reload();
  else alert('This voucher is not known here.');
});

// A click before this point would have been lost.
for (const button of document.querySelectorAll('button:disabled')) button.disabled = false;
