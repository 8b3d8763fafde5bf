// Downloads. The file lies with the runner, wherever Chrome is.

import { ask, lookup } from './channel.js';
import { toBuffer } from './bytes.js';
import { unsupported } from './errors.js';
import { saveFile } from './files.js';
import { mediaType } from './media_types.js';

export class Download {
  #data;

  constructor(data) {
    this.#data = data;
  }

  url() {
    return this.#data.url;
  }

  suggestedFilename() {
    return this.#data.suggestedFilename;
  }

  page() {
    return lookup(this.#data.page) ?? null;
  }

  toString() {
    return this.suggestedFilename();
  }

  async failure() {
    return ask('download.failure', 'download.failure', { download: this.#data.id });
  }

  async path() {
    return ask('download.path', 'download.path', { download: this.#data.id });
  }

  /** Keeps the file as an attachment of the run under the name of `path`; the checkout is read-only. */
  async saveAs(path) {
    const bytes = await ask('download.saveAs', 'download.read', { download: this.#data.id });
    await saveFile(path, bytes, mediaType(path) ?? 'application/octet-stream');
  }

  async cancel() {
    return ask('download.cancel', 'download.cancel', { download: this.#data.id });
  }

  async delete() {
    return ask('download.delete', 'download.delete', { download: this.#data.id });
  }

  /** Returns the file as an object that can be iterated over, since there are no streams of Node's. */
  async createReadStream() {
    const bytes = toBuffer(await ask('download.createReadStream', 'download.read', { download: this.#data.id }));
    return {
      async *[Symbol.asyncIterator]() {
        yield bytes;
      },
      read: () => bytes,
      on(event, listener) {
        if (event === 'data') Promise.resolve().then(() => listener(bytes));
        else if (event === 'end' || event === 'close') Promise.resolve().then(() => Promise.resolve()).then(() => listener());
        else if (event !== 'error') unsupported(`event "${event}" of a download's stream`);
        return this;
      },
    };
  }
}
