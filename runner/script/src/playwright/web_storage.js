// Local and session storage of a page's current origin.

import { evaluateIn } from './evaluate.js';

export class WebStorage {
  #page;
  #area;

  constructor(page, area) {
    this.#page = page;
    this.#area = area;
  }

  #run(name, pageFunction, arg) {
    const frame = this.#page.mainFrame()._id;
    return evaluateIn(`page.${this.#area}.${name}`, { frame }, pageFunction, { area: this.#area, ...arg });
  }

  async items() {
    return this.#run('items', ({ area }) => Object.entries(window[area]).map(([name, value]) => ({ name, value })));
  }

  async getItem(name) {
    return this.#run('getItem', ({ area, name }) => window[area].getItem(name), { name });
  }

  async setItem(name, value) {
    return this.#run('setItem', ({ area, name, value }) => window[area].setItem(name, value), { name, value });
  }

  async removeItem(name) {
    return this.#run('removeItem', ({ area, name }) => window[area].removeItem(name), { name });
  }

  async clear() {
    return this.#run('clear', ({ area }) => window[area].clear());
  }
}
