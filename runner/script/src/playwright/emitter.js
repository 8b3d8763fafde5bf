// Listeners of events, as Node's emitter has them, as far as scripts use them.

export class Emitter {
  #listeners = new Map();

  on(event, listener) {
    return this.#add(event, listener, false, false);
  }

  addListener(event, listener) {
    return this.#add(event, listener, false, false);
  }

  once(event, listener) {
    return this.#add(event, listener, true, false);
  }

  prependListener(event, listener) {
    return this.#add(event, listener, false, true);
  }

  off(event, listener) {
    const entries = this.#listeners.get(event) ?? [];
    const index = entries.findLastIndex((entry) => entry.listener === listener);
    if (index >= 0) this.#replace(event, entries.toSpliced(index, 1));
    return this;
  }

  removeListener(event, listener) {
    return this.off(event, listener);
  }

  removeAllListeners(event, options) {
    const events = event === undefined ? [...this.#listeners.keys()] : [event];
    for (const name of events) this.#replace(name, []);
    return options ? Promise.resolve() : this;
  }

  listenerCount(event) {
    return this.#listeners.get(event)?.length ?? 0;
  }

  listeners(event) {
    return (this.#listeners.get(event) ?? []).map((entry) => entry.listener);
  }

  eventNames() {
    return [...this.#listeners.keys()];
  }

  /** Calls the listeners that were there when the event came; true when there was one. */
  emit(event, ...values) {
    const entries = this.#listeners.get(event);
    if (!entries) return false;
    for (const entry of entries) {
      if (entry.once) this.#replace(event, (this.#listeners.get(event) ?? []).filter((other) => other !== entry));
      run(entry.listener, this, values);
    }
    return true;
  }

  #add(event, listener, once, first) {
    if (typeof listener !== 'function') {
      throw new TypeError(`The "listener" argument must be of type function. Received ${typeof listener}`);
    }
    const entries = this.#listeners.get(event) ?? [];
    const entry = { listener, once };
    this.#replace(event, first ? [entry, ...entries] : [...entries, entry]);
    return this;
  }

  #replace(event, entries) {
    const before = this.listenerCount(event);
    if (entries.length > 0) this.#listeners.set(event, entries);
    else this.#listeners.delete(event);
    if ((before === 0) !== (entries.length === 0)) this._heard?.(event, entries.length > 0);
  }
}

/** A listener that throws must not keep the others from hearing; its error surfaces as an unhandled rejection. */
function run(listener, self, values) {
  try {
    listener.apply(self, values);
  } catch (error) {
    Promise.reject(error);
  }
}
