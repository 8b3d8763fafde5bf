// WebSockets of pages that the script answers itself. Pages get a stand-in for their `WebSocket`,
// which asks here; where the script wants it, it opens a real one and passes messages on.

import { ask, lookup } from './channel.js';
import { fromBase64, isBytes, toBase64 } from './bytes.js';
import { expose } from './bindings.js';
import { failure, invalid } from './errors.js';
import { isMatcher, urlMatches } from './matching.js';
import { replaceWebSocket } from './websocket_in_page.js';
import { evaluateIn } from './evaluate.js';

const BINDING = '__canaryWebSocket';
const routes = new WeakMap();

/** Registers a handler for WebSockets of `owner`, a page or a context. */
export async function routeWebSocket(api, owner, matcher, handler) {
  if (!isMatcher(matcher)) invalid(api, `url: expected string, RegExp, URLPattern or function, got ${typeof matcher}`);
  let entries = routes.get(owner);
  if (!entries) {
    entries = [];
    routes.set(owner, entries);
  }
  const context = owner.context ? owner.context() : owner;
  entries.unshift({ base: context._options.baseURL, matcher, handler });
  if (entries.length > 1) return;
  if (!context._bindings.has(BINDING)) {
    await expose(api, context, 'context.exposeBinding', { context: context._id }, BINDING, (source, message) => deliver(source, message));
  }
  const where = owner === context ? { command: 'context.addInitScript', args: { context: context._id } } : { command: 'page.addInitScript', args: { page: owner._id } };
  await ask(api, where.command, { ...where.args, source: { text: `(${replaceWebSocket.toString()})(${JSON.stringify(BINDING)})` } });
  const pages = owner === context ? context.pages() : [owner];
  const frames = pages.flatMap((page) => page.frames());
  await Promise.allSettled(frames.map((frame) => evaluateIn(api, { frame: frame._id }, replaceWebSocket, BINDING)));
}

const open = new Map();

function deliver({ page, frame }, message) {
  const key = `${frame._id}/${message.id}`;
  if (message.type === 'create') {
    const route = new WebSocketRoute(frame, message);
    open.set(key, route);
    return route._start(page);
  }
  open.get(key)?._receive(message);
  if (message.type === 'gone') open.delete(key);
  return undefined;
}

/** Finds the handler for an address: those of the page first, the latest first. */
function handlerFor(page, url) {
  for (const owner of [page, page.context()]) {
    const entry = (routes.get(owner) ?? []).find(({ base, matcher }) => urlMatches(base, url, matcher, true));
    if (entry) return entry.handler;
  }
  return undefined;
}

export class WebSocketRoute {
  #frame;
  #id;
  #url;
  #protocols;
  #onPageMessage;
  #onPageClose;
  #onServerMessage;
  #onServerClose;
  #connected = false;
  #server;

  constructor(frame, { id, url, protocols }) {
    this.#frame = lookup(frame._id);
    this.#id = id;
    this.#url = url;
    this.#protocols = protocols;
    this.#server = this.#makeServer();
  }

  async _start(page) {
    const handler = handlerFor(page, this.#url);
    if (!handler) return 'pass';
    await handler(this);
    return this.#connected ? 'connect' : 'mock';
  }

  _receive({ type, data, code, reason, wasClean }) {
    const message = data === undefined ? undefined : 'text' in data ? data.text : fromBase64(data.base64);
    switch (type) {
      case 'fromPage':
        if (this.#onPageMessage) this.#onPageMessage(message);
        else if (this.#connected) this.#tell('toServer', { data });
        break;
      case 'fromServer':
        if (this.#onServerMessage) this.#onServerMessage(message);
        else this.#tell('toPage', { data });
        break;
      case 'pageClosed':
        if (this.#onPageClose) this.#onPageClose(code, reason);
        else this.#tell('closeServer', { code, reason });
        break;
      case 'serverClosed':
        if (this.#onServerClose) this.#onServerClose(code, reason);
        else this.#tell('closePage', { code, reason, wasClean });
        break;
    }
  }

  url() {
    return this.#url;
  }

  protocols() {
    return [...this.#protocols];
  }

  send(message) {
    this.#tell('toPage', { data: packed(message) });
  }

  async close(options = {}) {
    await this.#tell('closePage', { code: options.code, reason: options.reason, wasClean: true });
  }

  onMessage(handler) {
    this.#onPageMessage = handler;
  }

  onClose(handler) {
    this.#onPageClose = handler;
  }

  connectToServer() {
    if (this.#connected) throw failure('invalid', 'webSocketRoute.connectToServer: Already connected to the server');
    this.#connected = true;
    return this.#server;
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.close();
  }

  #makeServer() {
    return {
      url: () => this.#url,
      protocols: () => this.protocols(),
      send: (message) => {
        this.#tell('toServer', { data: packed(message) });
      },
      close: async (options = {}) => {
        await this.#tell('closeServer', { code: options.code, reason: options.reason });
      },
      onMessage: (handler) => {
        this.#onServerMessage = handler;
      },
      onClose: (handler) => {
        this.#onServerClose = handler;
      },
      connectToServer: () => {
        throw failure('invalid', 'webSocketRoute.connectToServer: connectToServer must be called on the page-side WebSocketRoute');
      },
    };
  }

  /** The document may be gone: then nobody is there to tell. */
  #tell(type, rest) {
    const message = { id: this.#id, type, ...rest };
    return evaluateIn('webSocketRoute', { frame: this.#frame._id }, tellPage, message).catch(() => {});
  }
}

function tellPage(message) {
  globalThis[Symbol.for('canary.websockets')]?.(message);
}

function packed(message) {
  return typeof message === 'string' ? { text: message } : isBytes(message) ? { base64: toBase64(message) } : { text: String(message) };
}
