// Raw sessions of the DevTools protocol, for what the page API has no words for.

import { ask, forget, register } from './channel.js';
import { Emitter } from './emitter.js';
import { CLOSED, failure } from './errors.js';

export class CdpSession extends Emitter {
  #id;
  #closed = false;

  constructor(id) {
    super();
    this.#id = id;
    register(id, this);
  }

  async send(method, params, options = {}) {
    if (this.#closed) throw failure('closed', `cdpSession.send: ${CLOSED}`);
    return ask('cdpSession.send', 'cdp.send', { session: this.#id, method: String(method), params: params ?? {} }, options);
  }

  async detach() {
    if (this.#closed) throw failure('closed', `cdpSession.detach: ${CLOSED}`);
    await ask('cdpSession.detach', 'cdp.detach', { session: this.#id });
    this.#end();
  }

  /** Events of the protocol by their method; `event` hears all of them. */
  _heard(event, wanted) {
    if (event === 'close' || this.#closed) return;
    ask('cdpSession.on', 'cdp.listen', { session: this.#id, method: event, wanted }).catch(() => {});
  }

  _receive(event, data) {
    if (event === 'close') this.#end();
    if (event !== 'cdp') return;
    this.emit(data.method, data.params);
    this.emit('event', data);
  }

  #end() {
    if (this.#closed) return;
    this.#closed = true;
    forget(this.#id);
    this.emit('close', this);
  }
}
