// Handlers of obstacles: when their locator shows up before an action, they clear the way.

import { ask, lookup, onArrival } from './channel.js';
import { invalid } from './errors.js';

export class LocatorHandlers {
  #page;
  #handlers = new Map();

  constructor(page) {
    this.#page = page;
    page._locatorHandlers = this;
  }

  async add(locator, handler, options = {}) {
    const api = 'page.addLocatorHandler';
    if (locator._frame !== this.#page.mainFrame()) invalid(api, 'Locator must belong to the main frame of this page');
    const { times, noWaitAfter = false } = options;
    if (times === 0) return;
    const id = await ask(api, 'page.addLocatorHandler', { page: this.#page._id, selector: locator._selector, noWaitAfter });
    this.#handlers.set(id, { locator, handler, left: times ?? Infinity });
  }

  async remove(locator) {
    for (const [id, entry] of this.#handlers) {
      if (entry.locator._selector === locator._selector) await this.#forget(id);
    }
  }

  async #forget(id) {
    this.#handlers.delete(id);
    await ask('page.removeLocatorHandler', 'page.removeLocatorHandler', { page: this.#page._id, handler: id });
  }

  /** Runs a handler whose locator showed up; the action that met it waits for the answer. */
  async run(id) {
    const entry = this.#handlers.get(id);
    let remove = false;
    try {
      if (entry) {
        entry.left--;
        await entry.handler(entry.locator);
      }
    } finally {
      remove = !entry || entry.left <= 0;
      if (remove) this.#handlers.delete(id);
      ask('page.addLocatorHandler', 'page.locatorHandlerDone', { page: this.#page._id, handler: id, remove }).catch(() => {});
    }
  }
}

onArrival('locatorhandler', ({ page, handler }) => lookup(page)?._locatorHandlers.run(handler));
