// `node:assert`: expectations of the other style; a failed one is of the class `assertion`.

import { diff } from '../playwright/diff.js';
import { equals } from '../playwright/equality.js';
import { AssertionError as Base } from '../playwright/failures.js';
import { infoOrNone } from '../playwright/info.js';
import { mark } from '../playwright/native.js';
import { pretty } from '../playwright/pretty.js';

export class AssertionError extends Base {
  constructor({ message, actual, expected, operator }) {
    super(message);
    this.code = 'ERR_ASSERTION';
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    this.generatedMessage = false;
  }
}

function check(pass, operator, actual, expected, message, words) {
  const info = infoOrNone();
  if (info) info.assertions++;
  if (pass) return;
  if (message instanceof Error) throw message;
  const changes = diff(pretty(expected), pretty(actual));
  const details = `${words}\n\nexpected: ${pretty(expected)}\nreceived: ${pretty(actual)}${changes ? `\n\n- expected, + received:\n${changes}` : ''}`;
  const text = message ?? details;
  throw mark(new AssertionError({ message: text, actual, expected, operator }), { kind: 'assertion', message: text, log: [] });
}

export const ok = (value, message) => check(Boolean(value), 'ok', value, true, message, 'a truthy value was expected');
export const equal = (a, b, message) => check(a == b || (a !== a && b !== b), '==', a, b, message, 'the values are not equal');
export const notEqual = (a, b, message) => check(a != b, '!=', a, b, message, 'the values are equal');
export const strictEqual = (a, b, message) => check(Object.is(a, b), 'strictEqual', a, b, message, 'the values are not the same');
export const notStrictEqual = (a, b, message) => check(!Object.is(a, b), 'notStrictEqual', a, b, message, 'the values are the same');
export const deepEqual = (a, b, message) => check(equals(a, b), 'deepEqual', a, b, message, 'the values are not equal');
export const notDeepEqual = (a, b, message) => check(!equals(a, b), 'notDeepEqual', a, b, message, 'the values are equal');
export const deepStrictEqual = (a, b, message) => check(equals(a, b, { strict: true }), 'deepStrictEqual', a, b, message, 'the values are not equal');
export const notDeepStrictEqual = (a, b, message) => check(!equals(a, b, { strict: true }), 'notDeepStrictEqual', a, b, message, 'the values are equal');
export const match = (text, pattern, message) => check(pattern.test(text), 'match', text, pattern, message, 'the text does not match');
export const doesNotMatch = (text, pattern, message) => check(!pattern.test(text), 'doesNotMatch', text, pattern, message, 'the text matches');

export function fail(message = 'failed') {
  check(false, 'fail', undefined, undefined, message, '');
}

function fits(error, expected) {
  if (expected === undefined || typeof expected === 'string') return true;
  if (expected instanceof RegExp) return expected.test(String(error));
  if (typeof expected === 'function') return expected.prototype !== undefined && error instanceof expected ? true : expected(error) === true;
  return Object.keys(expected).every((key) => (expected[key] instanceof RegExp ? expected[key].test(error[key]) : equals(error[key], expected[key])));
}

export function throws(work, expected, message) {
  let caught;
  try {
    work();
  } catch (error) {
    caught = { error };
  }
  judgeThrown(caught, expected, message, 'an error was expected, and none was thrown');
}

export async function rejects(work, expected, message) {
  let caught;
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    caught = { error };
  }
  judgeThrown(caught, expected, message, 'a rejection was expected, and the promise resolved');
}

function judgeThrown(caught, expected, message, nothing) {
  const text = typeof expected === 'string' ? expected : message;
  check(caught !== undefined, 'throws', undefined, expected, text, nothing);
  check(fits(caught.error, expected), 'throws', caught.error, expected, text, 'another error was thrown');
}

export function doesNotThrow(work, message) {
  try {
    work();
  } catch (error) {
    check(false, 'doesNotThrow', error, undefined, message, 'an error was thrown');
  }
}

export const ifError = (value) => check(value === null || value === undefined, 'ifError', value, null, undefined, 'an error was given');

const assert = Object.assign((value, message) => ok(value, message), {
  AssertionError, ok, equal, notEqual, strictEqual, notStrictEqual, deepEqual, notDeepEqual, deepStrictEqual,
  notDeepStrictEqual, match, doesNotMatch, fail, throws, rejects, doesNotThrow, ifError,
});
assert.strict = assert;
export const strict = assert;
export default assert;
