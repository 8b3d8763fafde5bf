// Keeps the main thread busy for a while, on purpose.
const until = performance.now() + 250;
let sum = 0;
while (performance.now() < until) sum += Math.sqrt(sum + 1);
document.querySelector('#done').textContent = 'Done';
