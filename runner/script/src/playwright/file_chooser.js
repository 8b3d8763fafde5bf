// File choosers that a page opened.

import { act } from './elements.js';
import { makeHandle } from './handles.js';

export class FileChooser {
  #page;
  #element;
  #multiple;

  constructor(page, { element, multiple }) {
    this.#page = page;
    this.#element = makeHandle(element);
    this.#multiple = multiple;
  }

  page() {
    return this.#page;
  }

  element() {
    return this.#element;
  }

  isMultiple() {
    return this.#multiple;
  }

  async setFiles(files, options) {
    const api = 'fileChooser.setFiles';
    const target = { element: this.#element._usable() };
    return act(api, target, 'setInputFiles', { files }, options, this.#page._timeouts);
  }
}
