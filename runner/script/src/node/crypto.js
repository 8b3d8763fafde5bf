// `node:crypto`: random values, digests, HMAC.

import { bytesOf } from '../globals/bytes.js';
import { digestOf, hmacOf, randomBytes as random } from '../globals/crypto.js';

const { crypto: webcrypto } = globalThis;

class Hash {
  #finish;
  #chunks = [];

  constructor(finish) {
    this.#finish = finish;
  }

  update(data, encoding) {
    this.#chunks.push(typeof data === 'string' ? Buffer.from(data, encoding) : Buffer.from(bytesOf(data)));
    return this;
  }

  digest(encoding) {
    const made = Buffer.from(this.#finish(bytesOf(Buffer.concat(this.#chunks))).buffer);
    return encoding ? made.toString(encoding) : made;
  }
}

export function createHash(algorithm) {
  // A wrong name is told at the line that has it.
  digestOf(algorithm, new Uint8Array());
  return new Hash((bytes) => digestOf(algorithm, bytes));
}

export function createHmac(algorithm, key) {
  const bytes = typeof key === 'string' ? bytesOf(Buffer.from(key)) : bytesOf(key);
  hmacOf(algorithm, bytes, new Uint8Array());
  return new Hash((data) => hmacOf(algorithm, bytes, data));
}

export const randomBytes = (count) => Buffer.from(random(count).buffer);
export const randomUUID = () => webcrypto.randomUUID();
export const getRandomValues = (array) => webcrypto.getRandomValues(array);

export function randomInt(min, max) {
  const [low, high] = max === undefined ? [0, min] : [min, max];
  return low + Math.floor((Buffer.from(random(6).buffer).toString('hex').match(/../g).reduce((n, byte) => n * 256 + parseInt(byte, 16), 0) / 2 ** 48) * (high - low));
}

export function timingSafeEqual(a, b) {
  if (a.length !== b.length) throw new RangeError('both must have the same length');
  return bytesOf(a).reduce((difference, byte, index) => difference | (byte ^ bytesOf(b)[index]), 0) === 0;
}

export { webcrypto };
export const { subtle } = webcrypto;
export default { createHash, createHmac, randomBytes, randomUUID, getRandomValues, randomInt, timingSafeEqual, webcrypto, subtle };
