// Matchers of plain values. Each returns `{ pass, expected, hint }` or `{ pass, message }`; the words
// around are put together in `expect.js`.

import { isClose } from './asymmetric.js';
import { equals, matchesObject, subsetOf } from './equality.js';
import { pretty } from './pretty.js';

const need = (condition, message) => {
  if (!condition) throw new TypeError(message);
};

/** What came is nothing that the matcher can look at: it does not hold, whichever way it was asked. */
export class Unfit extends Error {}

const fit = (condition, message) => {
  if (!condition) throw new Unfit(message);
};

const isNumber = (value) => ['number', 'bigint'].includes(typeof value);

const number = (name, value) => need(isNumber(value), `${name} needs a number, not ${pretty(value)}`);

const fitNumber = (name, value) => fit(isNumber(value), `${name} compares numbers, and the value is ${pretty(value)}`);

const isCollection = (value) => typeof value?.[Symbol.iterator] === 'function';

const compare = (name, words, test) => (received, expected) => {
  number(name, expected);
  fitNumber(name, received);
  return { pass: test(received, expected), expectation: `${words} ${pretty(expected)}` };
};

const is = (words, test) => (received) => ({ pass: test(received), expectation: words });

export const matchers = {
  toBe(received, expected) {
    const pass = Object.is(received, expected);
    const hint = !pass && equals(received, expected, { strict: true })
      ? 'both look the same, but are not the same object; toEqual compares contents' : undefined;
    return { pass, expected, hint };
  },
  toEqual: (received, expected) => ({ pass: equals(received, expected), expected }),
  toStrictEqual(received, expected) {
    const pass = equals(received, expected, { strict: true });
    const hint = !pass && equals(received, expected)
      ? 'they differ only in undefined properties, holes or classes; toEqual does not mind those' : undefined;
    return { pass, expected, hint };
  },
  toMatchObject(received, expected) {
    need(expected !== null && typeof expected === 'object', `toMatchObject needs an object, not ${pretty(expected)}`);
    return { pass: matchesObject(received, expected), expected, shown: subsetOf(received, expected) };
  },
  toBeDefined: is('a value', (value) => value !== undefined),
  toBeUndefined: is('undefined', (value) => value === undefined),
  toBeNull: is('null', (value) => value === null),
  toBeNaN: is('NaN', (value) => Number.isNaN(value)),
  toBeTruthy: is('a truthy value', Boolean),
  toBeFalsy: is('a falsy value', (value) => !value),
  toBeGreaterThan: compare('toBeGreaterThan', 'more than', (a, b) => a > b),
  toBeGreaterThanOrEqual: compare('toBeGreaterThanOrEqual', 'at least', (a, b) => a >= b),
  toBeLessThan: compare('toBeLessThan', 'less than', (a, b) => a < b),
  toBeLessThanOrEqual: compare('toBeLessThanOrEqual', 'at most', (a, b) => a <= b),
  toBeCloseTo(received, expected, digits = 2) {
    number('toBeCloseTo', expected);
    fitNumber('toBeCloseTo', received);
    return {
      pass: isClose(received, expected, digits),
      expectation: `${pretty(expected)} to ${digits} digits after the point`,
      hint: `they are ${Math.abs(received - expected)} apart`,
    };
  },
  toBeInstanceOf(received, type) {
    need(typeof type === 'function', `toBeInstanceOf needs a class, not ${pretty(type)}`);
    return { pass: received instanceof type, expectation: `an instance of ${type.name}` };
  },
  toContain(received, item) {
    fit(isCollection(received), `toContain looks into a text or a collection, and the value is ${pretty(received)}`);
    if (typeof received === 'string') {
      need(typeof item === 'string', `a text can only contain a text, not ${pretty(item)}`);
      return { pass: received.includes(item), expectation: `a text with ${pretty(item)} in it` };
    }
    const pass = [...received].includes(item);
    const hint = !pass && [...received].some((one) => equals(one, item))
      ? 'an equal item is there, but not the same object; toContainEqual compares contents' : undefined;
    return { pass, expectation: `a collection with ${pretty(item)} in it`, hint };
  },
  toContainEqual(received, item) {
    fit(isCollection(received), `toContainEqual looks into a collection, and the value is ${pretty(received)}`);
    return { pass: [...received].some((one) => equals(one, item)), expectation: `a collection with ${pretty(item)} in it` };
  },
  toHaveLength(received, length) {
    fit(typeof received?.length === 'number', `toHaveLength asks for a length, and the value is ${pretty(received)}`);
    number('toHaveLength', length);
    return { pass: received.length === length, expectation: `the length ${length}`, hint: `its length is ${received.length}` };
  },
  toHaveProperty(received, path, ...rest) {
    fit(received !== null && received !== undefined, `toHaveProperty looks into an object, and the value is ${pretty(received)}`);
    const { found, value, reached } = walk(received, path);
    const name = Array.isArray(path) ? path.join('.') : path;
    if (!rest.length) return { pass: found, expectation: `a property "${name}"`, hint: found ? undefined : reached };
    return {
      pass: found && equals(value, rest[0]),
      expectation: `a property "${name}" equal to ${pretty(rest[0])}`,
      hint: found ? `the property is ${pretty(value)}` : reached,
    };
  },
  toMatch(received, pattern) {
    fit(typeof received === 'string', `toMatch looks at a text, and the value is ${pretty(received)}`);
    need(typeof pattern === 'string' || pattern instanceof RegExp, `toMatch needs a text or a regular expression, not ${pretty(pattern)}`);
    const pass = typeof pattern === 'string' ? received.includes(pattern) : new RegExp(pattern).test(received);
    return { pass, expectation: typeof pattern === 'string' ? `a text with ${pretty(pattern)} in it` : `a text that matches ${pattern}` };
  },
  toThrow: (received, expected) => thrown(received, expected),
  toThrowError: (received, expected) => thrown(received, expected),
};

function walk(object, path) {
  const keys = Array.isArray(path) ? path : String(path).split(/\.|\[(\d+)\]/).filter((key) => key !== undefined && key !== '');
  let value = object;
  for (const [index, key] of keys.entries()) {
    if (value === null || value === undefined || !(key in Object(value))) {
      return { found: false, reached: index ? `it has "${keys.slice(0, index).join('.')}", and no "${key}" there` : undefined };
    }
    value = value[key];
  }
  return { found: true, value };
}

/** `received` is a function, or what a rejected promise gave (see `expect.js`). */
function thrown(received, expected) {
  let error;
  let threw = false;
  if (received instanceof Rejection) {
    threw = true;
    error = received.reason;
  } else {
    fit(typeof received === 'function', `toThrow calls a function, and the value is ${pretty(received)}`);
    try {
      received();
    } catch (caught) {
      threw = true;
      error = caught;
    }
  }
  const shown = threw ? new Shown(`threw ${pretty(error)}`) : new Shown('threw nothing');
  const message = error?.message ?? String(error);
  if (expected === undefined) return { pass: threw, expectation: 'an error thrown', shown };
  if (typeof expected === 'string') {
    return { pass: threw && message.includes(expected), expectation: `an error thrown with ${pretty(expected)} in its message`, shown };
  }
  if (expected instanceof RegExp) {
    return { pass: threw && new RegExp(expected).test(message), expectation: `an error thrown with a message that matches ${expected}`, shown };
  }
  if (typeof expected === 'function') return { pass: threw && error instanceof expected, expectation: `${expected.name} thrown`, shown };
  if (typeof expected?.asymmetricMatch === 'function') {
    return { pass: threw && expected.asymmetricMatch(error), expectation: `${pretty(expected)} thrown`, shown };
  }
  return { pass: threw && message === expected?.message, expectation: `an error thrown with the message ${pretty(expected?.message)}`, shown };
}

/** What a promise was rejected with. */
export class Rejection {
  constructor(reason) {
    this.reason = reason;
  }
}

/** A description that stands in place of a value. */
export class Shown {
  constructor(text) {
    this.text = text;
  }
}
