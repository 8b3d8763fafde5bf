// What pages say on their console, and what they throw.

import { lookup } from './channel.js';
import { makeHandle } from './handles.js';

export class ConsoleMessage {
  #data;
  #args;

  constructor(data) {
    this.#data = data;
    this.#args = (data.args ?? []).map(makeHandle);
  }

  type() {
    return this.#data.type;
  }

  text() {
    return this.#data.text;
  }

  args() {
    return this.#args;
  }

  location() {
    const { url, line, column } = this.#data.location;
    return { url, line, column, lineNumber: line, columnNumber: column };
  }

  page() {
    return lookup(this.#data.page) ?? null;
  }

  worker() {
    return lookup(this.#data.worker) ?? null;
  }

  timestamp() {
    return this.#data.timestamp;
  }
}

/** Makes the error that a page threw. */
export function pageError({ name, message, stack }) {
  const error = new Error(message);
  error.name = name ?? 'Error';
  error.stack = stack ?? '';
  return error;
}

export class WebError {
  #page;
  #error;
  #location;

  constructor(page, error, location) {
    this.#page = page;
    this.#error = error;
    this.#location = location;
  }

  page() {
    return this.#page ?? null;
  }

  error() {
    return this.#error;
  }

  location() {
    return this.#location;
  }
}
