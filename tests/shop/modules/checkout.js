// Checkout: the order can be placed once the payment frame has told of a card.

const form = document.getElementById('checkout');
const frame = document.querySelector('iframe[title="Card payment"]');

// The frame may have been there first, or come later: then it says so.
function listening() {
  frame.contentWindow.postMessage({ listening: true }, '*');
}

addEventListener('message', ({ data, source }) => {
  if (!form || source !== frame.contentWindow) return;
  if (data.open) return listening();
  const { card } = data;
  document.getElementById('card').textContent = card ? `Card ending in ${card}.` : 'That is no card number.';
  const button = form.querySelector('button.primary');
  if (button) button.disabled = !card;
});

if (form) listening();
