// When two values count as equal.

/**
 * Deep equality. Loose (`toEqual`): undefined properties, holes and classes do not matter. Strict
 * (`toStrictEqual`): they do. Asymmetric matchers on either side decide for their part.
 */
export function equals(a, b, { strict = false } = {}) {
  return equal(a, b, strict, []);
}

const isMatcher = (value) => typeof value?.asymmetricMatch === 'function';

function equal(a, b, strict, pairs) {
  if (isMatcher(a) !== isMatcher(b)) return isMatcher(b) ? b.asymmetricMatch(a) : a.asymmetricMatch(b);
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const tag = Object.prototype.toString.call(a);
  if (tag !== Object.prototype.toString.call(b)) return false;
  if (a instanceof URL && b instanceof URL) return a.href === b.href;
  if (strict && Object.getPrototypeOf(a)?.constructor !== Object.getPrototypeOf(b)?.constructor) return false;
  if (pairs.some(([left, right]) => left === a && right === b)) return true;
  const deeper = [...pairs, [a, b]];
  switch (tag) {
    case '[object Number]':
    case '[object String]':
    case '[object Boolean]':
    case '[object Date]':
      return Object.is(a.valueOf(), b.valueOf());
    case '[object RegExp]':
      return a.source === b.source && a.flags === b.flags;
    case '[object Error]':
      return a.message === b.message && a.name === b.name && equal(a.cause, b.cause, strict, deeper);
    case '[object Map]':
      return sameMap(a, b, strict, deeper);
    case '[object Set]':
      return a.size === b.size && sameSet([...a], [...b], strict, deeper);
    case '[object ArrayBuffer]':
      return equal(new Uint8Array(a), new Uint8Array(b), strict, deeper);
    default:
  }
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    if (a.length !== b.length) return false;
  }
  return sameProperties(a, b, strict, deeper);
}

function sameProperties(a, b, strict, pairs) {
  const keys = new Set([...ownKeys(a), ...ownKeys(b)]);
  for (const key of keys) {
    if (strict && Object.hasOwn(a, key) !== Object.hasOwn(b, key)) return false;
    if (!equal(a[key], b[key], strict, pairs)) return false;
  }
  return true;
}

const ownKeys = (object) => [
  ...Object.keys(object),
  ...Object.getOwnPropertySymbols(object).filter((key) => Object.prototype.propertyIsEnumerable.call(object, key)),
];

function sameMap(a, b, strict, pairs) {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    if (b.has(key)) {
      if (!equal(value, b.get(key), strict, pairs)) return false;
    } else if (![...b].some(([other, found]) => equal(key, other, strict, pairs) && equal(value, found, strict, pairs))) {
      return false;
    }
  }
  return true;
}

function sameSet(left, right, strict, pairs) {
  return left.every((value) => right.some((other) => equal(value, other, strict, pairs)));
}

/** Tells whether `received` has all that `expected` has, however deep. */
export function matchesObject(received, expected, seen = []) {
  if (isMatcher(expected)) return expected.asymmetricMatch(received);
  if (Array.isArray(expected)) {
    return Array.isArray(received) && received.length === expected.length
      && expected.every((value, index) => matchesObject(received[index], value, seen));
  }
  if (!isPlainish(expected) || received === null || typeof received !== 'object') return equals(received, expected);
  if (seen.some(([left, right]) => left === received && right === expected)) return true;
  const deeper = [...seen, [received, expected]];
  return ownKeys(expected).every((key) => key in received && matchesObject(received[key], expected[key], deeper));
}

const isPlainish = (value) => value !== null && typeof value === 'object'
  && Object.prototype.toString.call(value) === '[object Object]';

/** Returns only what `expected` speaks about of `received`, for a readable difference. */
export function subsetOf(received, expected) {
  if (Array.isArray(received) && Array.isArray(expected)) return received.map((value, index) => subsetOf(value, expected[index]));
  if (!isPlainish(expected) || received === null || typeof received !== 'object' || isMatcher(expected)) return received;
  return Object.fromEntries(Object.keys(expected).filter((key) => key in received).map((key) => [key, subsetOf(received[key], expected[key])]));
}
