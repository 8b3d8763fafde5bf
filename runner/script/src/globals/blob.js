// `Blob`, `File` and `FormData`.

import { bytesOf, fromUtf8, toUtf8 } from './bytes.js';

export class Blob {
  #bytes;
  #type;

  constructor(parts = [], { type = '' } = {}) {
    const chunks = [...parts].map((part) => {
      if (part instanceof Blob) return part.#bytes;
      return part instanceof ArrayBuffer || ArrayBuffer.isView(part) ? bytesOf(part) : toUtf8(String(part));
    });
    this.#bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
    let offset = 0;
    for (const chunk of chunks) {
      this.#bytes.set(chunk, offset);
      offset += chunk.length;
    }
    this.#type = String(type).toLowerCase();
  }

  get size() {
    return this.#bytes.length;
  }

  get type() {
    return this.#type;
  }

  slice(start, end, type = '') {
    return new Blob([this.#bytes.slice(start, end)], { type });
  }

  async arrayBuffer() {
    return this.#bytes.slice().buffer;
  }

  async bytes() {
    return this.#bytes.slice();
  }

  async text() {
    return fromUtf8(this.#bytes);
  }

  /** The bytes, for code of ours that cannot wait. */
  static bytes(blob) {
    return blob.#bytes;
  }
}

export class File extends Blob {
  constructor(parts, name, options = {}) {
    super(parts, options);
    this.name = String(name);
    this.lastModified = options.lastModified ?? Date.now();
  }
}

export class FormData {
  #list = [];

  append(name, value, filename) {
    this.#list.push([String(name), entry(value, filename)]);
  }

  set(name, value, filename) {
    const index = this.#list.findIndex(([key]) => key === String(name));
    const made = [String(name), entry(value, filename)];
    this.#list = this.#list.filter(([key], at) => key !== String(name) || at === index);
    if (index < 0) this.#list.push(made);
    else this.#list[index] = made;
  }

  delete(name) {
    this.#list = this.#list.filter(([key]) => key !== String(name));
  }

  get(name) {
    return this.#list.find(([key]) => key === String(name))?.[1] ?? null;
  }

  getAll(name) {
    return this.#list.filter(([key]) => key === String(name)).map(([, value]) => value);
  }

  has(name) {
    return this.#list.some(([key]) => key === String(name));
  }

  forEach(callback, self) {
    for (const [name, value] of this.#list) callback.call(self, value, name, this);
  }

  entries() {
    return this.#list.map((pair) => [...pair]).values();
  }

  keys() {
    return this.#list.map(([name]) => name).values();
  }

  values() {
    return this.#list.map(([, value]) => value).values();
  }

  [Symbol.iterator]() {
    return this.entries();
  }
}

function entry(value, filename) {
  if (!(value instanceof Blob)) return String(value);
  return value instanceof File && filename === undefined ? value : new File([value], filename ?? 'blob', { type: value.type });
}
