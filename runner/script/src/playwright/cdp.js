// Raw sessions of the DevTools protocol, for what the page API has no words for.

import { ask, forget, register } from './channel.js';
import { Emitter } from './emitter.js';

const OWN = new Set(['close', 'event']);

export class CdpSession extends Emitter {
  #id;

  constructor(id) {
    super();
    this.#id = id;
    register(id, this);
  }

  async send(method, params, options = {}) {
    return ask('cdpSession.send', 'cdp.send', { session: this.#id, method, params: params ?? {} }, options);
  }

  async detach() {
    await ask('cdpSession.detach', 'cdp.detach', { session: this.#id });
    forget(this.#id);
    this.emit('close', this);
  }

  _heard(event, wanted) {
    const method = OWN.has(event) ? undefined : event;
    if (event === 'close') return;
    ask('cdpSession.on', 'cdp.listen', { session: this.#id, method, wanted }).catch(() => {});
  }

  _receive(event, data) {
    if (event === 'close') this.emit('close', this);
    if (event !== 'cdp') return;
    this.emit(data.method, data.params);
    this.emit('event', data);
  }
}
