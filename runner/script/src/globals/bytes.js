// Bytes and texts: base64 and UTF-8.

import native from 'canary:native';

/** Returns the bytes behind any buffer or view. */
export function bytesOf(value) {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** Returns the UTF-8 of a text. */
export const toUtf8 = (text) => native.utf8(text.toWellFormed());

/** Returns the text of bytes in UTF-8; undefined where they are not, if that is `fatal`. */
export const fromUtf8 = (bytes, fatal = false) => native.fromUtf8(bytesOf(bytes).toBase64(), fatal);

/** Returns base64 of a text (as UTF-8) or of bytes of any kind. */
export const encode = (value) => (typeof value === 'string' ? toUtf8(value) : bytesOf(value)).toBase64();

/** Returns the bytes of base64 in either alphabet, padded or not; other characters are left out. */
export function decode(text) {
  const clean = text.replace(/-/g, '+').replace(/_/g, '/').replace(/[^A-Za-z0-9+/]/g, '');
  const usable = clean.length % 4 === 1 ? clean.slice(0, -1) : clean;
  return Uint8Array.fromBase64(usable);
}
