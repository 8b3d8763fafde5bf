// `node:events`.

import { Emitter } from '../playwright/emitter.js';

export class EventEmitter extends Emitter {
  setMaxListeners() {
    return this;
  }
}

/** Resolves with the arguments of the next `event`. */
export const once = (emitter, event) => new Promise((resolve, reject) => {
  emitter.once(event, (...args) => resolve(args));
  if (event !== 'error') emitter.once('error', reject);
});

EventEmitter.EventEmitter = EventEmitter;
EventEmitter.once = once;
export default EventEmitter;
