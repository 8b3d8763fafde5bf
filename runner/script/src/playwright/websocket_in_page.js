// The stand-in for `WebSocket` in pages. Its text runs in the page, so it refers to nothing outside
// of itself.

/** Replaces the page's `WebSocket`; `binding` names the function that reaches the script. */
export function replaceWebSocket(binding) {
  const KEY = Symbol.for('canary.websockets');
  if (globalThis[KEY]) return;
  const Native = globalThis.WebSocket;
  const sockets = new Map();
  let ids = 0;

  const toBase64 = (bytes) => {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };
  const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  const pack = async (data) => {
    if (typeof data === 'string') return { text: data };
    if (data instanceof Blob) return { base64: toBase64(new Uint8Array(await data.arrayBuffer())) };
    if (data instanceof ArrayBuffer) return { base64: toBase64(new Uint8Array(data)) };
    return { base64: toBase64(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) };
  };

  class RoutedWebSocket extends EventTarget {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSING = 2;
    static CLOSED = 3;
    CONNECTING = 0;
    OPEN = 1;
    CLOSING = 2;
    CLOSED = 3;

    readyState = 0;
    protocol = '';
    extensions = '';
    bufferedAmount = 0;
    onopen = null;
    onclose = null;
    onmessage = null;
    onerror = null;
    #binaryType = 'blob';
    #id = ++ids;
    #protocols;
    #server;
    #sending = Promise.resolve();
    #passing = false;
    #early = [];

    constructor(url, protocols = []) {
      super();
      const address = new URL(url, document.baseURI);
      address.protocol = address.protocol.replace(/^http/, 'ws');
      this.url = address.href;
      this.#protocols = Array.isArray(protocols) ? protocols : [protocols];
      sockets.set(this.#id, this);
      this.#begin();
    }

    get binaryType() {
      return this.#binaryType;
    }

    set binaryType(type) {
      this.#binaryType = type;
      if (this.#server) this.#server.binaryType = this.#passing ? type : 'arraybuffer';
    }

    async #begin() {
      const how = await this.#report({ type: 'create', url: this.url, protocols: this.#protocols });
      if (how === 'mock') {
        this.#opened(this.#protocols[0] ?? '');
        return;
      }
      this.#passing = how === 'pass';
      const server = new Native(this.url, this.#protocols);
      this.#server = server;
      server.binaryType = this.#passing ? this.#binaryType : 'arraybuffer';
      server.onopen = () => {
        for (const data of this.#early.splice(0)) server.send(data);
        this.#opened(server.protocol, server.extensions);
      };
      server.onmessage = async ({ data }) => {
        if (this.#passing) this.#dispatch(new MessageEvent('message', { data, origin: new URL(this.url).origin }));
        else this.#report({ type: 'fromServer', data: await pack(data) });
      };
      server.onerror = () => this.#dispatch(new Event('error'));
      server.onclose = ({ code, reason, wasClean }) => {
        if (this.#passing || this.readyState === 0) this.#closed(code, reason, wasClean);
        else this.#report({ type: 'serverClosed', code, reason, wasClean });
      };
    }

    #report(message) {
      const done = this.#sending.then(() => globalThis[binding]({ id: this.#id, ...message }));
      this.#sending = done.catch(() => {});
      return done;
    }

    #dispatch(event) {
      this[`on${event.type}`]?.call(this, event);
      this.dispatchEvent(event);
    }

    #opened(protocol, extensions = '') {
      if (this.readyState !== 0) return;
      this.readyState = 1;
      this.protocol = protocol;
      this.extensions = extensions;
      this.#dispatch(new Event('open'));
    }

    #closed(code = 1005, reason = '', wasClean = true) {
      if (this.readyState === 3) return;
      this.readyState = 3;
      sockets.delete(this.#id);
      this.#dispatch(new CloseEvent('close', { code, reason, wasClean }));
      this.#report({ type: 'gone' });
    }

    send(data) {
      if (this.readyState === 0) throw new DOMException("Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.", 'InvalidStateError');
      if (this.readyState !== 1) return;
      if (this.#passing) this.#server.send(data);
      else pack(data).then((packed) => this.#report({ type: 'fromPage', data: packed }));
    }

    close(code, reason) {
      if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) {
        throw new DOMException(`Failed to execute 'close' on 'WebSocket': The close code must be either 1000, or between 3000 and 4999. ${code} is neither.`, 'InvalidAccessError');
      }
      if (this.readyState >= 2) return;
      this.readyState = 2;
      if (this.#passing) {
        this.#server.close(code, reason);
        return;
      }
      this.#report({ type: 'pageClosed', code, reason });
      if (!this.#server) setTimeout(() => this.#closed(code, reason ?? '', true), 0);
    }

    told({ type, data, code, reason, wasClean }) {
      switch (type) {
        case 'toPage':
          if (this.readyState === 0) this.#opened(this.#protocols[0] ?? '');
          this.#dispatch(new MessageEvent('message', { data: this.#unpack(data), origin: new URL(this.url).origin }));
          break;
        case 'toServer': {
          const message = 'text' in data ? data.text : fromBase64(data.base64);
          if (this.#server?.readyState === 1) this.#server.send(message);
          else this.#early.push(message);
          break;
        }
        case 'closePage':
          this.#closed(code, reason, wasClean ?? true);
          break;
        case 'closeServer':
          this.#server?.close(code, reason);
          break;
      }
    }

    #unpack(data) {
      if ('text' in data) return data.text;
      const bytes = fromBase64(data.base64);
      return this.#binaryType === 'arraybuffer' ? bytes.buffer : new Blob([bytes]);
    }
  }
  Object.defineProperty(RoutedWebSocket, 'name', { value: 'WebSocket' });
  globalThis.WebSocket = RoutedWebSocket;
  globalThis[KEY] = (message) => sockets.get(message.id)?.told(message);
}
