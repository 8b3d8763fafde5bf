// WebSockets that pages open, with their frames.

import { lookup, register } from './channel.js';
import { fromBase64 } from './bytes.js';
import { Emitter } from './emitter.js';
import { CLOSED, failure } from './errors.js';
import { Wait, waitOptions } from './wait.js';

export class WebSocket extends Emitter {
  #data;
  #closed = false;

  constructor(data) {
    super();
    this.#data = data;
    register(data.id, this);
  }

  url() {
    return this.#data.url;
  }

  isClosed() {
    return this.#closed;
  }

  async waitForEvent(event, optionsOrPredicate) {
    const page = lookup(this.#data.page);
    const { predicate, timeout, signal } = waitOptions(optionsOrPredicate);
    const limit = page._timeouts.action({ timeout });
    const wait = new Wait('webSocket.waitForEvent', `while waiting for event "${event}"`, { timeout: limit, signal });
    if (event !== 'socketerror') wait.failOn(this, 'socketerror', failure('closed', 'Socket error', wait.site));
    if (event !== 'close') wait.failOn(this, 'close', failure('closed', 'Socket closed', wait.site));
    wait.failOn(page, 'close', failure('closed', `webSocket.waitForEvent: ${CLOSED}`, wait.site));
    return wait.on(this, event, predicate).promise;
  }

  _receive(event, data) {
    switch (event) {
      case 'framesent':
      case 'framereceived':
        this.emit(event, { payload: data.base64 === undefined ? data.text : fromBase64(data.base64) });
        break;
      case 'socketerror':
        this.emit('socketerror', data.error);
        break;
      case 'close':
        this.#closed = true;
        this.emit('close', this);
        break;
    }
  }
}
