// Waiting for events: one promise with a predicate, a time limit and what ends it early.

import { clearTimer, setTimer } from './native.js';
import { failure } from './errors.js';

/** How long a wait without a limit of its own may be; the test's deadline comes first. */
const FOREVER = 24 * 3600 * 1000;

/** A wait for the first event that a predicate accepts. */
export class Wait {
  #disposers = [];
  #settled = false;
  #log;

  /** `what` names the awaited thing in the error of a wait that ran out of time. */
  constructor(api, what, { timeout, signal, log = [], site = new Error() }) {
    this.api = api;
    this.site = site;
    this.#log = log;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = (value) => this.#settle(resolve, value);
      this.reject = (error) => this.#settle(reject, error);
    });
    // A script may begin to wait and look at the promise only after something else failed.
    this.promise.catch(() => {});
    const limit = timeout > 0 && timeout < Infinity ? timeout : 0;
    const timer = setTimer(() => this.#expire(what, limit), limit || FOREVER, true);
    this.#disposers.push(() => clearTimer(timer));
    if (signal) this.#abortOn(signal);
  }

  /** Resolves with the first event of `emitter` that the predicate accepts. */
  on(emitter, event, predicate) {
    this.#listen(emitter, event, (value) => this.#test(predicate, value));
    return this;
  }

  /** Fails when the event comes first. */
  failOn(emitter, event, error, predicate) {
    this.#listen(emitter, event, (value) => {
      if (!predicate || predicate(value)) this.reject(typeof error === 'function' ? error(value) : error);
    });
    return this;
  }

  log(line) {
    this.#log.push(line);
  }

  fail(kind, message) {
    this.reject(failure(kind, `${this.api}: ${message}`, this.site));
  }

  #listen(emitter, event, listener) {
    emitter.on(event, listener);
    this.#disposers.push(() => emitter.off(event, listener));
  }

  async #test(predicate, value) {
    try {
      if (!predicate || (await predicate(value))) this.resolve(value);
    } catch (error) {
      this.reject(error);
    }
  }

  #expire(what, limit) {
    this.reject(failure('timeout', `${this.api}: Timeout ${limit}ms exceeded ${what}`, this.site, this.#log));
  }

  #abortOn(signal) {
    const abort = () => this.reject(failure('closed', `${this.api}: ${signal.reason?.message ?? 'aborted'}`, this.site));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    this.#disposers.push(() => signal.removeEventListener('abort', abort));
  }

  #settle(how, value) {
    if (this.#settled) return;
    this.#settled = true;
    for (const dispose of this.#disposers) dispose();
    how(value);
  }
}

/** Reads the argument of `waitForEvent`: a predicate, or options with one. */
export function waitOptions(value) {
  return typeof value === 'function' ? { predicate: value } : (value ?? {});
}
