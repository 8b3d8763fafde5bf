// The number beside the cart.

export function showCount(count) {
  document.querySelector('[data-testid=cart-count]').textContent = count;
}
