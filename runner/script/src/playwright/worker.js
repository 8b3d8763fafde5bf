// Web workers and service workers.

import { forget, register } from './channel.js';
import { Emitter } from './emitter.js';
import { evaluateIn, evaluateHandleIn } from './evaluate.js';
import { Wait, waitOptions } from './wait.js';
import { Timeouts } from './timeouts.js';

export class Worker extends Emitter {
  #data;

  constructor(data, timeouts) {
    super();
    this._id = data.id;
    this.#data = data;
    this._timeouts = timeouts ?? new Timeouts();
    register(data.id, this);
  }

  url() {
    return this.#data.url;
  }

  async evaluate(pageFunction, arg, options) {
    return evaluateIn('worker.evaluate', { worker: this._id }, pageFunction, arg, options);
  }

  async evaluateHandle(pageFunction, arg, options) {
    return evaluateHandleIn('worker.evaluateHandle', { worker: this._id }, pageFunction, arg, options);
  }

  async waitForEvent(event, optionsOrPredicate) {
    const { predicate, timeout, signal } = waitOptions(optionsOrPredicate);
    const limit = this._timeouts.action({ timeout });
    const wait = new Wait('worker.waitForEvent', `while waiting for event "${event}"`, { timeout: limit, signal });
    if (event !== 'close') wait.failOn(this, 'close', () => new Error('worker.waitForEvent: Worker was closed'));
    return wait.on(this, event, predicate).promise;
  }

  _receive(event) {
    if (event !== 'close') return;
    forget(this._id);
    this.emit('close', this);
  }
}
