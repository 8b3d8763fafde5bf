// `TextEncoder` and `TextDecoder`. UTF-8 in Rust; UTF-16 and Latin-1 here.

import { bytesOf, fromUtf8, toUtf8 } from './bytes.js';

export class TextEncoder {
  get encoding() {
    return 'utf-8';
  }

  encode(text = '') {
    return toUtf8(String(text));
  }

  encodeInto(text, target) {
    let read = 0;
    let written = 0;
    for (const character of String(text)) {
      const bytes = toUtf8(character);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }
}

const LABELS = {
  'utf-8': 'utf-8', utf8: 'utf-8', 'unicode-1-1-utf-8': 'utf-8',
  'utf-16le': 'utf-16le', 'utf-16': 'utf-16le', ucs2: 'utf-16le', 'ucs-2': 'utf-16le',
  latin1: 'windows-1252', 'iso-8859-1': 'windows-1252', ascii: 'windows-1252', 'us-ascii': 'windows-1252', 'windows-1252': 'windows-1252',
};
/** The bytes 0x80 to 0x9f of windows-1252; the others are as in Unicode. */
const HIGH = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

export class TextDecoder {
  #encoding;
  #fatal;
  #ignoreBom;
  #rest = new Uint8Array();
  #started = false;

  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    this.#encoding = LABELS[String(label).trim().toLowerCase()];
    if (!this.#encoding) throw new RangeError(`the encoding "${label}" is not available; there are utf-8, utf-16le and windows-1252`);
    this.#fatal = fatal;
    this.#ignoreBom = ignoreBOM;
  }

  get encoding() { return this.#encoding; }
  get fatal() { return this.#fatal; }
  get ignoreBOM() { return this.#ignoreBom; }

  decode(input, { stream = false } = {}) {
    const given = input === undefined ? new Uint8Array() : bytesOf(input);
    let bytes = new Uint8Array(this.#rest.length + given.length);
    bytes.set(this.#rest);
    bytes.set(given, this.#rest.length);
    const whole = stream ? bytes.length - unfinished(bytes, this.#encoding) : bytes.length;
    this.#rest = bytes.slice(whole);
    bytes = bytes.subarray(0, whole);
    let text = this.#text(bytes);
    if (!this.#started && !this.#ignoreBom && text.startsWith('\ufeff')) text = text.slice(1);
    this.#started = stream && (this.#started || text.length > 0);
    return text;
  }

  #text(bytes) {
    if (this.#encoding === 'windows-1252') {
      return Array.from(bytes, (byte) => (byte >= 0x80 && byte < 0xa0 ? HIGH[byte - 0x80] : String.fromCharCode(byte))).join('');
    }
    if (this.#encoding === 'utf-16le') {
      let text = '';
      for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode(bytes[i] | (bytes[i + 1] << 8));
      return text.toWellFormed();
    }
    const text = fromUtf8(bytes, this.#fatal);
    if (text === undefined) throw new TypeError('the bytes are no UTF-8');
    return text;
  }
}

/** Returns how many bytes at the end begin a character that is not complete. */
function unfinished(bytes, encoding) {
  if (encoding === 'utf-16le') return bytes.length % 2;
  if (encoding !== 'utf-8') return 0;
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
