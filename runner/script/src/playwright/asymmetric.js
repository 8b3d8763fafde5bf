// `expect.any(Number)` and its like: values that decide themselves what they are equal to.

import { equals } from './equality.js';

class Asymmetric {
  #name;
  #argument;
  #match;
  #inverse;

  constructor(name, argument, match, inverse = false) {
    this.#name = name;
    this.#argument = argument;
    this.#match = match;
    this.#inverse = inverse;
  }

  asymmetricMatch(value) {
    return Boolean(this.#match(value)) !== this.#inverse;
  }

  describe(pretty) {
    const argument = this.#argument.map((value) => (typeof value === 'function' ? value.name : pretty(value))).join(', ');
    return `${this.#inverse ? 'not.' : ''}${this.#name}(${argument})`;
  }

  toString() {
    return this.#name;
  }
}

const WRAPPERS = new Map([
  [Number, 'number'], [String, 'string'], [Boolean, 'boolean'], [BigInt, 'bigint'], [Symbol, 'symbol'], [Function, 'function'],
]);

function isOf(value, type) {
  if (WRAPPERS.has(type)) return typeof value === WRAPPERS.get(type) || value instanceof type;
  if (type === Object) return typeof value === 'object' && value !== null;
  if (type === Array) return Array.isArray(value);
  return value instanceof type;
}

const invertible = {
  arrayContaining: (items) => (value) => Array.isArray(value) && items.every((item) => value.some((one) => equals(one, item))),
  arrayOf: (item) => (value) => Array.isArray(value) && value.every((one) => equals(one, item)),
  objectContaining: (part) => (value) => value !== null && typeof value === 'object'
    && Object.keys(part).every((key) => key in value && equals(value[key], part[key])),
  stringContaining: (text) => (value) => typeof value === 'string' && value.includes(text),
  stringMatching: (pattern) => (value) => typeof value === 'string' && new RegExp(pattern).test(value),
  closeTo: (number, digits = 2) => (value) => typeof value === 'number' && isClose(value, number, digits),
};

/** Tells whether two numbers agree to so many digits after the point. */
export function isClose(value, expected, digits) {
  if (value === expected) return true;
  return Math.abs(expected - value) < 10 ** -digits / 2;
}

const build = (inverse) => Object.fromEntries(Object.entries(invertible).map(([name, make]) => [
  name,
  (...args) => new Asymmetric(name, args, make(...args), inverse),
]));

/** `expect.any` and so on. */
export const asymmetric = {
  ...build(false),
  any(type) {
    if (type === undefined) throw new TypeError('any() needs a type, like any(Number); for everything use anything()');
    return new Asymmetric('any', [type], (value) => isOf(value, type));
  },
  anything: () => new Asymmetric('anything', [], (value) => value !== null && value !== undefined),
  not: build(true),
};

/** Makes an asymmetric form of a matcher added with `expect.extend`. */
export function custom(name, matcher, args, inverse) {
  return new Asymmetric(name, args, (value) => {
    const result = matcher(value, ...args);
    if (typeof result?.then === 'function') throw new Error(`the matcher "${name}" is asynchronous and cannot stand inside of a value`);
    return result.pass;
  }, inverse);
}

