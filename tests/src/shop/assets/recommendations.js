// Fills the recommendations, with one more question for each of them.
const section = document.querySelector('#recommended');
const { recommended } = await (await fetch('/api/recommendations')).json();
const stock = await Promise.all([9, 10, 11, 12].map(async (id) => (await fetch('/api/stock/' + id)).json()));
const list = document.createElement('ul');
for (const [index, name] of recommended.entries()) {
  const item = document.createElement('li');
  item.textContent = `${name} (${stock[index].left} left)`;
  list.append(item);
}
section.querySelector('p').replaceWith(list);
