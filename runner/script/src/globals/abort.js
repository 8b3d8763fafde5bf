// `AbortController` and `AbortSignal`.

import { setTimer } from '../playwright/native.js';
import { Event, EventTarget } from './events.js';

let making = false;

export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason;
  onabort = null;

  constructor() {
    super();
    if (!making) throw new TypeError('a signal is made by new AbortController()');
  }

  static make() {
    making = true;
    try {
      return new AbortSignal();
    } finally {
      making = false;
    }
  }

  static trigger(signal, reason) {
    if (signal.#aborted) return;
    signal.#aborted = true;
    signal.#reason = reason ?? new DOMException('This operation was aborted', 'AbortError');
    const event = new Event('abort');
    signal.onabort?.call(signal, event);
    signal.dispatchEvent(event);
  }

  static abort(reason) {
    const signal = AbortSignal.make();
    AbortSignal.trigger(signal, reason);
    return signal;
  }

  static timeout(ms) {
    const signal = AbortSignal.make();
    setTimer(() => AbortSignal.trigger(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError')), ms);
    return signal;
  }

  static any(signals) {
    const joined = AbortSignal.make();
    for (const signal of signals) {
      if (signal.aborted) AbortSignal.trigger(joined, signal.reason);
      else signal.addEventListener('abort', () => AbortSignal.trigger(joined, signal.reason), { once: true });
    }
    return joined;
  }

  get aborted() {
    return this.#aborted;
  }

  get reason() {
    return this.#reason;
  }

  throwIfAborted() {
    if (this.#aborted) throw this.#reason;
  }
}

export class AbortController {
  #signal = AbortSignal.make();

  get signal() {
    return this.#signal;
  }

  abort(reason) {
    AbortSignal.trigger(this.#signal, reason);
  }
}
