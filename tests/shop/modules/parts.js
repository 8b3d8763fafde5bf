// Filters the long list of spare parts.

const field = document.getElementById('part');
const items = [...document.querySelectorAll('#parts li')];
const shown = document.getElementById('parts-shown');

field.addEventListener('input', () => {
  const wanted = field.value.trim().toLowerCase();
  let count = 0;
  for (const item of items) {
    item.hidden = !item.textContent.toLowerCase().includes(wanted);
    count += item.hidden ? 0 : 1;
  }
  shown.textContent = `${count} parts`;
});
