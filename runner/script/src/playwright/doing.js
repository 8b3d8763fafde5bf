// What the test is busy with, for messages about time that ran out.

const stack = [];

/** Notes what begins now; `done()` ends it. */
export function describeDoing(text) {
  const entry = { text };
  stack.push(entry);
  return {
    /** Says more of it. */
    tell(more) {
      entry.text = more;
    },
    done() {
      const index = stack.indexOf(entry);
      if (index >= 0) stack.splice(index, 1);
    },
  };
}

/** Returns what is done right now, if it is more than the test itself. */
export const doing = () => stack.at(-1)?.text;

/** Where the script began to wait last. Each of its `await`s notes that (see `typescript/awaits.rs`). */
let waitsAt;

Object.defineProperty(globalThis, '__canaryAt', { value: (place) => { waitsAt = place; } });

/** Returns the place as a stack, if the script has waited since `waitsNowhere`. */
export const waitStack = () => (waitsAt ? `    at (source:${waitsAt})` : '');

/** Forgets where the script waited. */
export function waitsNowhere() {
  waitsAt = undefined;
}

/** Forgets everything; code that was cut off does not clean up. */
export function nothing() {
  stack.length = 0;
}
