// Suggestions while a person types.

import { get } from './api.js';

const field = document.getElementById('q');
const list = document.createElement('ul');
list.className = 'suggestions';
list.setAttribute('aria-label', 'Suggestions');
document.querySelector('main').prepend(list);

field.addEventListener('input', async () => {
  const typed = field.value;
  const { names } = await get(`/api/suggest?q=${encodeURIComponent(typed)}`);
  if (field.value !== typed) return;
  list.replaceChildren(...names.map((name) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = `/search?q=${encodeURIComponent(name)}`;
    link.textContent = name;
    item.append(link);
    return item;
  }));
});
