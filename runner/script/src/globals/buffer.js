// `Buffer`, as far as scripts use it around requests, files and codes.

import { bytesOf, decode, fromUtf8, toUtf8 } from './bytes.js';

const ENCODINGS = {
  utf8: 'utf8', 'utf-8': 'utf8', hex: 'hex', base64: 'base64', base64url: 'base64url', ascii: 'latin1',
  latin1: 'latin1', binary: 'latin1', utf16le: 'utf16le', 'utf-16le': 'utf16le', ucs2: 'utf16le', 'ucs-2': 'utf16le',
};

function encodingOf(name = 'utf8') {
  const encoding = ENCODINGS[String(name).toLowerCase()];
  if (!encoding) throw new TypeError(`Unknown encoding: ${name}`);
  return encoding;
}

function encodeText(text, name) {
  switch (encodingOf(name)) {
    case 'hex': {
      const clean = text.match(/^(?:[0-9a-f]{2})*/i)[0];
      return Uint8Array.fromHex(clean);
    }
    case 'base64':
    case 'base64url': return decode(text);
    case 'latin1': return Uint8Array.from(text, (c) => c.charCodeAt(0));
    case 'utf16le': {
      const bytes = new Uint8Array(text.length * 2);
      for (let i = 0; i < text.length; i++) {
        bytes[2 * i] = text.charCodeAt(i) & 0xff;
        bytes[2 * i + 1] = text.charCodeAt(i) >> 8;
      }
      return bytes;
    }
    default: return toUtf8(text);
  }
}

function decodeText(bytes, name) {
  switch (encodingOf(name)) {
    case 'hex': return bytes.toHex();
    case 'base64': return bytes.toBase64();
    case 'base64url': return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
    case 'latin1': {
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return text;
    }
    case 'utf16le': {
      let text = '';
      for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode(bytes[i] | (bytes[i + 1] << 8));
      return text;
    }
    default: return fromUtf8(bytes);
  }
}

/** Views of plain bytes; `slice` shares memory, as Node's does. */
export class Buffer extends Uint8Array {
  static get [Symbol.species]() {
    return Buffer;
  }

  static from(value, encoding, length) {
    if (typeof value === 'string') return wrap(encodeText(value, encoding));
    if (value instanceof ArrayBuffer) return new Buffer(value, encoding ?? 0, length ?? value.byteLength - (encoding ?? 0));
    if (ArrayBuffer.isView(value)) return wrap(Uint8Array.from(bytesOf(value)));
    if (value?.type === 'Buffer' && Array.isArray(value.data)) return wrap(Uint8Array.from(value.data));
    if (value !== null && typeof value === 'object') return wrap(Uint8Array.from(value));
    throw new TypeError(`a Buffer is made of a text, bytes or an array, not of ${value === null ? 'null' : typeof value}`);
  }

  static of(...items) {
    return wrap(Uint8Array.from(items));
  }

  static alloc(size, fill, encoding) {
    const made = new Buffer(size);
    return fill === undefined ? made : made.fill(fill, 0, size, encoding);
  }

  static allocUnsafe(size) {
    return new Buffer(size);
  }

  static isBuffer(value) {
    return value instanceof Buffer;
  }

  static isEncoding(name) {
    return String(name).toLowerCase() in ENCODINGS;
  }

  static byteLength(value, encoding) {
    return typeof value === 'string' ? encodeText(value, encoding).length : value.byteLength;
  }

  static concat(list, total = list.reduce((size, one) => size + one.length, 0)) {
    const made = new Buffer(total);
    let offset = 0;
    for (const one of list) {
      if (offset >= total) break;
      made.set(one.subarray(0, total - offset), offset);
      offset += one.length;
    }
    return made;
  }

  static compare(a, b) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
      if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return Math.sign(a.length - b.length);
  }

  toString(encoding, start = 0, end = this.length) {
    return decodeText(bytesOf(this.subarray(start, end)), encoding);
  }

  toJSON() {
    return { type: 'Buffer', data: Array.from(this) };
  }

  equals(other) {
    return Buffer.compare(this, other) === 0;
  }

  compare(other) {
    return Buffer.compare(this, other);
  }

  slice(start, end) {
    return this.subarray(start, end);
  }

  write(text, offset = 0, length = this.length - offset, encoding = 'utf8') {
    const bytes = encodeText(text, encoding).subarray(0, Math.min(length, this.length - offset));
    this.set(bytes, offset);
    return bytes.length;
  }

  copy(target, targetStart = 0, start = 0, end = this.length) {
    const part = this.subarray(start, Math.min(end, start + target.length - targetStart));
    target.set(part, targetStart);
    return part.length;
  }

  fill(value, start = 0, end = this.length, encoding = 'utf8') {
    if (typeof value === 'number') return super.fill(value, start, end);
    const bytes = typeof value === 'string' ? encodeText(value, encoding) : value;
    for (let i = start; i < end; i++) this[i] = bytes.length ? bytes[(i - start) % bytes.length] : 0;
    return this;
  }

  indexOf(value, start = 0, encoding = 'utf8') {
    if (typeof value === 'number') return super.indexOf(value, start);
    const bytes = typeof value === 'string' ? encodeText(value, encoding) : value;
    for (let i = start; i + bytes.length <= this.length; i++) {
      if (bytes.every((byte, at) => this[i + at] === byte)) return i;
    }
    return -1;
  }

  includes(value, start, encoding) {
    return this.indexOf(value, start, encoding) >= 0;
  }

  #view() {
    return new DataView(this.buffer, this.byteOffset, this.byteLength);
  }

  static {
    const kinds = [
      ['UInt8', 'Uint8', 1], ['Int8', 'Int8', 1], ['UInt16', 'Uint16', 2], ['Int16', 'Int16', 2], ['UInt32', 'Uint32', 4],
      ['Int32', 'Int32', 4], ['BigUInt64', 'BigUint64', 8], ['BigInt64', 'BigInt64', 8], ['Float', 'Float32', 4], ['Double', 'Float64', 8],
    ];
    const method = (name, value) => Object.defineProperty(Buffer.prototype, name, { value, writable: true, configurable: true });
    for (const [name, view, size] of kinds) {
      for (const [suffix, little] of size === 1 ? [['', false]] : [['LE', true], ['BE', false]]) {
        method(`read${name}${suffix}`, function read(offset = 0) {
          return this.#view()[`get${view}`](offset, little);
        });
        method(`write${name}${suffix}`, function write(value, offset = 0) {
          this.#view()[`set${view}`](offset, value, little);
          return offset + size;
        });
      }
    }
  }
}

function wrap(bytes) {
  return new Buffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
