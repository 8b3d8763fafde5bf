// What differs between two texts, line by line.

const LIMIT = 400;
const AROUND = 3;

/** Returns the differences: `-` expected, `+` received, a few equal lines around. Empty for one-liners. */
export function diff(expected, received) {
  const left = expected.split('\n');
  const right = received.split('\n');
  if (left.length < 2 && right.length < 2) return '';
  if (left.length > LIMIT || right.length > LIMIT) return '';
  const lines = compare(left, right);
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(([mark]) => mark !== ' '));
  const out = [];
  lines.forEach(([mark, text], index) => {
    if (near[index]) out.push(`${mark} ${text}`);
    else if (near[index - 1]) out.push('  …');
  });
  return out.join('\n');
}

/** A beginning that is shorter is seen at a glance. */
const GLANCE = 12;

/** Returns how many characters two texts begin alike with; 0 where that is seen without counting. */
export function alike(expected, received) {
  if (typeof expected !== 'string' || typeof received !== 'string') return 0;
  let same = 0;
  while (same < expected.length && expected[same] === received[same]) same++;
  return same >= GLANCE ? same : 0;
}

/** Returns `[mark, line]` pairs along a longest common subsequence. */
function compare(left, right) {
  const width = right.length + 1;
  const table = new Uint16Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      table[i * width + j] = left[i] === right[j]
        ? table[(i + 1) * width + j + 1] + 1
        : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push([' ', left[i]]);
      i++;
      j++;
    } else if (i < left.length && (j >= right.length || table[(i + 1) * width + j] >= table[i * width + j + 1])) {
      lines.push(['-', left[i++]]);
    } else {
      lines.push(['+', right[j++]]);
    }
  }
  return lines;
}
