// `node:util`, the bits that scripts use.

import { format as formatArguments } from '../globals/console.js';
import { equals } from '../playwright/equality.js';
import { pretty } from '../playwright/pretty.js';

const { TextDecoder, TextEncoder } = globalThis;

export const inspect = (value) => pretty(value);
export const format = (...args) => formatArguments(args);
export const isDeepStrictEqual = (a, b) => equals(a, b, { strict: true });

/** Returns a function that gives a promise where `original` takes a callback. */
export function promisify(original) {
  return (...args) => new Promise((resolve, reject) => {
    original(...args, (error, value) => (error ? reject(error) : resolve(value)));
  });
}

export const callbackify = (original) => (...args) => {
  const callback = args.pop();
  original(...args).then((value) => callback(null, value), callback);
};

export const deprecate = (original) => original;
export const inherits = (child, parent) => void Object.setPrototypeOf(child.prototype, parent.prototype);
export const stripVTControlCharacters = (text) => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
export const types = {
  isDate: (value) => value instanceof Date,
  isRegExp: (value) => value instanceof RegExp,
  isPromise: (value) => value instanceof Promise,
  isNativeError: (value) => value instanceof Error,
};

export { TextDecoder, TextEncoder };
export default { inspect, format, isDeepStrictEqual, promisify, callbackify, deprecate, inherits, stripVTControlCharacters, types, TextDecoder, TextEncoder };
