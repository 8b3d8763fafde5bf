// `node:timers/promises`.

import { sleep } from '../playwright/native.js';

export async function setTimeout(ms, value) {
  await sleep(ms);
  return value;
}

export const setImmediate = (value) => setTimeout(0, value);

export async function* setInterval(ms, value) {
  for (;;) {
    await sleep(ms);
    yield value;
  }
}

export const scheduler = { wait: (ms) => sleep(ms), yield: () => sleep(0) };
export default { setTimeout, setImmediate, setInterval, scheduler };
