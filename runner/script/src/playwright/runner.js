// The test runner that Rust drives: it hands out units of work one by one.

import { detailOf } from './native.js';

const tests = [];
let units = [];

/** Returns JSON of all tests in order of declaration. */
export function declared() {
  return JSON.stringify(tests.map(({ title, file, line }) => ({ title, file, line, tags: [], retries: 0 })));
}

export function begin(index) {
  units = [{ name: 'test', timeout: 30000, run: tests[index].body }];
}

export function next() {
  return units.length ? JSON.stringify({ name: units[0].name, timeout: units[0].timeout }) : null;
}

export async function start() {
  await units.shift().run({});
}

/** Returns JSON of what was thrown. */
export function describe(error) {
  const detail = detailOf(error);
  if (!(error instanceof Error)) return JSON.stringify({ name: 'Error', message: `thrown: ${String(error)}` });
  return JSON.stringify({
    name: error.name,
    message: detail?.message ?? error.message,
    stack: error.stack,
    kind: detail?.kind,
    log: detail?.log ?? [],
  });
}

export function declare(title, body) {
  tests.push({ title: [title], body, file: '', line: 0 });
}
