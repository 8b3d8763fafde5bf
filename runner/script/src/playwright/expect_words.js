// The words of an assertion about a locator or a page that does not hold: what was asked, of whom, what
// was expected and what was there, for how long, and what was tried. People know the order from
// Playwright, and tools look for it.

import { diff } from './diff.js';
import { logText } from './native.js';
import { pretty } from './pretty.js';

/**
 * Returns the message. `state` is the matcher's `this`, `shown` what `stateWords`, `textWords` or
 * `valueWords` gave; `error` is why nothing could be compared.
 */
export function words(state, { name, argument, locator, shown, timeout, error, log = [] }) {
  const aligned = !error && /^Expected: /.test(shown.expected ?? '') && /^(Received: |$)/.test(shown.received ?? '');
  const label = (text) => (aligned ? `${text}: ` : `${text}:`);
  const promise = state.promise ? `.${state.promise}` : '';
  const lines = [`expect(${locator ? 'locator' : 'page'})${promise}${state.isNot ? '.not' : ''}.${name}(${argument}) failed`, ''];
  if (locator) lines.push(`${label('Locator')} ${locator}`);
  for (const line of [shown.expected, error ? undefined : shown.received]) if (line) lines.push(line);
  if (timeout !== undefined) lines.push(`${label('Timeout')} ${timeout}ms`);
  if (!error && shown.difference) lines.push(shown.difference);
  if (error) lines.push(`Error: ${error}`);
  if (log.length) lines.push('', 'Call log:', logText(log));
  return `${lines.join('\n')}\n`;
}

/** A state: `visible` or its opposite. */
export function stateWords(state, expected, received) {
  return { expected: `Expected: ${state.isNot ? 'not ' : ''}${expected}`, received: `Received: ${received ?? ''}` };
}

/** A text that is compared with a text or an expression. */
export function textWords(state, expected, received, substring) {
  const isText = typeof expected === 'string';
  const wanted = `Expected${isText ? (substring ? ' substring' : '') : ' pattern'}`;
  const got = `Received${isText && !substring ? '' : ' string'}`;
  if (state.isNot) return { expected: `${wanted}: not ${pretty(expected)}`, received: `${got}: ${pretty(received ?? '')}` };
  return compared(expected, received ?? '', wanted, got);
}

/** Numbers, lists and objects. */
export function valueWords(state, expected, received) {
  if (state.isNot) return { expected: `Expected: not ${pretty(expected)}`, received: `Received: ${pretty(received)}` };
  if (!Array.isArray(expected) || !Array.isArray(received)) return compared(expected, received, 'Expected', 'Received');
  // What an expression matches is no difference.
  const alike = expected.map((item, index) => (item instanceof RegExp && item.test(received[index]) ? received[index] : item));
  return compared(alike, received, 'Expected', 'Received');
}

/** Short values stand one above the other; of long ones only the difference is shown. */
function compared(expected, received, wanted, got) {
  const [left, right] = [spread(expected), spread(received)];
  if (left.includes('\n') || right.includes('\n')) {
    const changes = diff(left, right);
    if (changes) return { ...oneLine(expected, received, wanted, got), ...difference(changes, wanted, got) };
  }
  return oneLine(expected, received, wanted, got);
}

function difference(changes, wanted, got) {
  const lines = changes.split('\n').map((line) => line.trimEnd());
  const count = (mark) => lines.filter((line) => line.startsWith(mark)).length;
  const left = `- ${wanted}  - ${count('-')}`;
  const right = `+ ${got}  + ${count('+')}`;
  return { expected: undefined, received: undefined, difference: [left, right, '', ...lines].join('\n') };
}

/** Lists and objects one item a line, texts as they are. */
function spread(value) {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length) return `Array [\n${value.map((item) => `  ${pretty(item)},`).join('\n')}\n]`;
  if (isPlain(value) && Object.keys(value).length) {
    return `Object {\n${Object.keys(value).sort().map((key) => `  "${key}": ${pretty(value[key])},`).join('\n')}\n}`;
  }
  return pretty(value);
}

const isPlain = (value) => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function oneLine(expected, received, wanted, got) {
  if (pretty(expected) === pretty(received)) return { expected: `${wanted}: ${pretty(expected)}`, received: `${got}: serializes to the same string` };
  const width = Math.max(wanted.length, got.length);
  const line = (label, value) => `${label}:${' '.repeat(width - label.length + 1)}${pretty(value)}`;
  return { expected: line(wanted, expected), received: line(got, received) };
}
