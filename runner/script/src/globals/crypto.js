// `crypto`: random values, UUIDs and digests.

import native from 'canary:native';
import { bytesOf } from './bytes.js';

const LIMIT = 65_536;

/** Returns so many random bytes. */
export const randomBytes = (count) => native.randomBytes(count);

/** Returns the digest of bytes by one of the names that Web Crypto or Node knows. */
export function digestOf(algorithm, bytes) {
  const digest = native.digest(String(algorithm), bytes.toBase64());
  if (!digest) {
    throw new DOMException(`the digest "${algorithm}" is not available; there are SHA-1, SHA-256, SHA-384, SHA-512 and MD5`, 'NotSupportedError');
  }
  return digest;
}

export class SubtleCrypto {
  async digest(algorithm, data) {
    const name = typeof algorithm === 'string' ? algorithm : algorithm?.name;
    if (String(name).toUpperCase() === 'MD5') throw new DOMException('Unrecognized algorithm name', 'NotSupportedError');
    return digestOf(name, bytesOf(data)).buffer;
  }

  async importKey(format, data, algorithm, extractable, usages) {
    const name = typeof algorithm === 'string' ? algorithm : algorithm?.name;
    if (format !== 'raw' || name !== 'HMAC') {
      throw new DOMException('only raw keys for HMAC can be imported in monitors', 'NotSupportedError');
    }
    const hash = typeof algorithm.hash === 'string' ? algorithm.hash : algorithm.hash?.name;
    return new CryptoKey(bytesOf(data).slice(), { name, hash: { name: hash } }, usages);
  }

  async sign(algorithm, key, data) {
    if (!(key instanceof CryptoKey)) throw new TypeError('sign needs a key of importKey');
    return hmacOf(key.algorithm.hash.name, CryptoKey.bytes(key), bytesOf(data)).buffer;
  }
}

export class CryptoKey {
  #bytes;

  constructor(bytes, algorithm, usages) {
    this.#bytes = bytes;
    this.algorithm = algorithm;
    this.usages = usages;
    this.type = 'secret';
    this.extractable = false;
  }

  static bytes(key) {
    return key.#bytes;
  }
}

/** Returns the HMAC of bytes under a key. */
export function hmacOf(algorithm, key, bytes) {
  const size = /512|384/.test(algorithm) ? 128 : 64;
  const padded = new Uint8Array(size);
  padded.set(key.length > size ? digestOf(algorithm, key) : key);
  const inner = new Uint8Array(size + bytes.length);
  inner.set(padded.map((byte) => byte ^ 0x36));
  inner.set(bytes, size);
  const first = digestOf(algorithm, inner);
  const outer = new Uint8Array(size + first.length);
  outer.set(padded.map((byte) => byte ^ 0x5c));
  outer.set(first, size);
  return digestOf(algorithm, outer);
}

export class Crypto {
  #subtle = new SubtleCrypto();

  get subtle() {
    return this.#subtle;
  }

  getRandomValues(array) {
    if (!ArrayBuffer.isView(array) || array instanceof Float32Array || array instanceof Float64Array || array instanceof DataView) {
      throw new DOMException('getRandomValues needs an array of integers', 'TypeMismatchError');
    }
    if (array.byteLength > LIMIT) throw new DOMException(`more than ${LIMIT} bytes at once are not possible`, 'QuotaExceededError');
    bytesOf(array).set(randomBytes(array.byteLength));
    return array;
  }

  randomUUID() {
    const bytes = randomBytes(16);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
}

export const crypto = new Crypto();
