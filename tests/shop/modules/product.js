// A product's page: add to the cart, ask a question.

import './rating.js';
import { post } from './api.js';
import { showCount } from './count.js';

const form = document.getElementById('add');
const said = document.getElementById('added');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const wanted = new FormData(form);
  said.textContent = '';
  try {
    const { count } = await post('/api/cart', {
      slug: form.dataset.slug,
      quantity: Number(wanted.get('quantity')),
    });
    showCount(count);
    said.textContent = 'Added to your cart.';
  } catch (error) {
    console.error(error.message);
    said.textContent = 'That did not work. Please try again.';
  }
});

const ask = document.getElementById('ask');
ask.addEventListener('click', () => {
  const question = prompt('What would you like to know?');
  if (question) alert(`Thank you. We will answer “${question}” soon.`);
});

// A click before this point would have been lost.
for (const button of [form.querySelector('button'), ask]) button?.removeAttribute('disabled');
