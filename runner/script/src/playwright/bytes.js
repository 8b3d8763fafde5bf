// Bytes on their way between scripts and the host: base64 in JSON, Buffer for the script.

/** Makes a Buffer of the host's bytes. */
export function toBuffer(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function isBytes(value) {
  return value instanceof Uint8Array || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/** Encodes bytes of any kind, or text as UTF-8. */
export function toBase64(value) {
  if (typeof value === 'string') return Buffer.from(value, 'utf8').toString('base64');
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('base64');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
}

export function fromBase64(text) {
  return Buffer.from(text, 'base64');
}
