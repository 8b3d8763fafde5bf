// Keeps the main thread busy, as a heavy script would: the blocking time that a monitor should see.

const said = document.getElementById('finding');

function compare(milliseconds) {
  const end = performance.now() + milliseconds;
  let rounds = 0;
  while (performance.now() < end) rounds += 1;
  return rounds > 0;
}

function find() {
  if (compare(400)) said.textContent = 'The seed feeder suits most of them.';
}

document.getElementById('again').addEventListener('click', find);
requestAnimationFrame(() => setTimeout(find));
