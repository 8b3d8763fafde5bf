// Asks how many of a product are left.
const id = document.querySelector('.product').dataset.id;
const answer = await fetch('/api/stock/' + id);
const { left } = await answer.json();
document.querySelector('#left').textContent = left + ' left';
