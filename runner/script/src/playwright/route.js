// Intercepted requests: the handlers of pages and contexts, and what they do with a request.

import { ask, lookup } from './channel.js';
import { fromBase64, isBytes, toBase64 } from './bytes.js';
import { failure, invalid } from './errors.js';
import { readFile } from './files.js';
import { isMatcher, sameMatcher, urlMatches } from './matching.js';
import { mediaType } from './media_types.js';
import { makeRequest } from './network.js';

/** The handlers of one page or context, latest first. */
export class Routes {
  #entries = [];
  #ignoreErrors = false;

  get empty() {
    return this.#entries.length === 0;
  }

  add(api, base, matcher, handler, options = {}) {
    if (!isMatcher(matcher)) invalid(api, `url: expected string, RegExp, URLPattern or function, got ${typeof matcher}`);
    if (typeof handler !== 'function') invalid(api, `handler: expected function, got ${typeof handler}`);
    const entry = { base, matcher, handler, left: options.times ?? Infinity, running: new Set() };
    this.#entries.unshift(entry);
    return entry;
  }

  remove(matcher, handler) {
    this.#entries = this.#entries.filter(
      (entry) => !(sameMatcher(entry.matcher, matcher) && (!handler || entry.handler === handler)),
    );
  }

  removeEntry(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  /** Removes all; `wait` waits for handlers under way, `ignoreErrors` lets them fail in silence. */
  async removeAll(behavior) {
    const running = this.#entries.flatMap((entry) => [...entry.running]);
    this.#entries = [];
    if (behavior === 'ignoreErrors') this.#ignoreErrors = true;
    if (behavior === 'wait') await Promise.allSettled(running);
  }

  /** Offers a route to the handlers; true when one took it. */
  async offer(route) {
    for (const entry of [...this.#entries]) {
      if (!this.#entries.includes(entry) || !urlMatches(entry.base, route.request().url(), entry.matcher)) continue;
      if (--entry.left <= 0) this.removeEntry(entry);
      if (await this.#run(entry, route)) return true;
    }
    return false;
  }

  async #run(entry, route) {
    const taken = route._offered();
    const running = Promise.resolve()
      .then(() => entry.handler(route, route.request()))
      .catch((error) => {
        if (!this.#ignoreErrors && !route._pageClosed()) throw error;
      });
    entry.running.add(running);
    running.then(
      () => entry.running.delete(running),
      () => entry.running.delete(running),
    );
    const [handled] = await Promise.all([taken, running]);
    return handled;
  }
}

/** Continues what no handler took; errors of handlers surface as unhandled rejections of the test. */
export async function dispatchRoute(data) {
  const route = new Route(data);
  const page = route.request()._page();
  const context = page ? page.context() : lookup(data.context);
  if (page && (await page._routes.offer(route))) return;
  if (context && (await context._routes.offer(route))) return;
  await route._letGo();
}

export class Route {
  #id;
  #request;
  #resolve = null;

  constructor({ id, request }) {
    this.#id = id;
    this.#request = makeRequest(request);
  }

  request() {
    return this.#request;
  }

  /** Returns a promise of whether the handler that gets the route now takes it. */
  _offered() {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  _pageClosed() {
    return this.#request._page()?.isClosed() ?? false;
  }

  async abort(errorCode = 'failed') {
    await this.#take('route.abort', true, () => ask('route.abort', 'route.abort', { route: this.#id, errorCode }));
  }

  async fulfill(options = {}) {
    await this.#take('route.fulfill', true, async () => {
      const answer = await fulfillment(options);
      await ask('route.fulfill', 'route.fulfill', { route: this.#id, ...answer });
    });
  }

  /** Answers with what is complete already: status, list of headers, body as base64. */
  async _answer(answer) {
    await this.#take('route.fulfill', true, () => ask('route.fulfill', 'route.fulfill', { route: this.#id, ...answer }));
  }

  async continue(options = {}) {
    await this.#take('route.continue', true, () => {
      const changes = overrides('route.continue', options);
      this.#request._override(changes);
      return this.#goOn('route.continue');
    });
  }

  async fallback(options = {}) {
    await this.#take('route.fallback', false, () => {
      this.#request._override(overrides('route.fallback', options));
    });
  }

  async fetch(options = {}) {
    const request = this.#request;
    const context = request._page()?.context();
    if (!context) throw failure('invalid', 'route.fetch: the page of this request is gone');
    const { postData, ...rest } = options;
    return context.request._fetch('route.fetch', request, { ...rest, data: postData });
  }

  async #take(api, handled, work) {
    const resolve = this.#resolve;
    if (!resolve) throw failure('invalid', `${api}: Route is already handled!`);
    this.#resolve = null;
    try {
      await work();
    } catch (error) {
      // The request may be gone with its page; the script learns it from the error, the chain ends.
      resolve(true);
      throw error;
    }
    resolve(handled);
  }

  #goOn(api) {
    return ask(api, 'route.continue', { route: this.#id, ...this.#request._overridden() });
  }

  async _letGo() {
    try {
      await this.#goOn('route.continue');
    } catch {
      // Nobody asked for this route: a page that closed meanwhile took the request with it.
    }
  }
}

function overrides(api, { url, method, headers, postData }) {
  const changes = {};
  if (url !== undefined) changes.url = String(url);
  if (method !== undefined) changes.method = method;
  if (headers !== undefined) changes.headers = headerObject(api, headers);
  if (postData !== undefined) changes.postData = toBase64(bodyOf(postData));
  return changes;
}

function bodyOf(data) {
  if (typeof data === 'string' || isBytes(data)) return data;
  return JSON.stringify(data);
}

function headerObject(api, headers) {
  const result = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    if (value === null) invalid(api, `headers: expected string value for "${name}", got null`);
    result[name.toLowerCase()] = String(value);
  }
  return result;
}

async function fulfillment(options) {
  const { response, json, path } = options;
  let { status, body, contentType } = options;
  let headers = options.headers;
  if (json !== undefined) {
    if (body !== undefined) invalid('route.fulfill', 'Can specify either body or json parameters');
    body = JSON.stringify(json);
  }
  if (response) {
    status ??= response.status();
    headers ??= withoutEncoding(response.headers());
    if (body === undefined && path === undefined) body = await response.body();
  }
  const sent = headerObject('route.fulfill', headers ?? {});
  if (path !== undefined) {
    body = await readFile('route.fulfill', path);
    contentType ??= mediaType(path) ?? 'application/octet-stream';
  }
  if (contentType) sent['content-type'] = String(contentType);
  else if (json !== undefined) sent['content-type'] ??= 'application/json';
  const base64 = body === undefined || body === null ? '' : toBase64(body);
  if (base64 && !('content-length' in sent)) sent['content-length'] = String(fromBase64(base64).length);
  const list = Object.entries(sent).flatMap(([name, value]) =>
    value.split(name === 'set-cookie' ? '\n' : '\u0000').map((part) => ({ name, value: part })),
  );
  return { status: status ?? 200, headers: list, body: base64 };
}

function withoutEncoding(headers) {
  const { 'content-encoding': _encoding, 'content-length': _length, 'transfer-encoding': _transfer, ...rest } = headers;
  return rest;
}

