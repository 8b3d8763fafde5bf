// `fetch` with `Headers`, `Request` and `Response`. Requests are made by the host, as those of the
// `request` fixture are, with its limits; cookies are not kept from one to the next.

import { ask } from '../playwright/channel.js';
import { Blob, File, FormData } from './blob.js';
import { bytesOf, fromUtf8, toUtf8 } from './bytes.js';

/** Limit of a request that has no signal. */
const TIMEOUT = 30_000;
const REDIRECTS = 20;

export class Headers {
  #list = new Map();

  constructor(init = {}) {
    const pairs = typeof init?.[Symbol.iterator] === 'function' ? init : Object.entries(init ?? {});
    for (const [name, value] of pairs) this.append(name, value);
  }

  append(name, value) {
    const key = nameOf(name);
    const before = this.#list.get(key) ?? [];
    this.#list.set(key, [...before, String(value).trim()]);
  }

  set(name, value) {
    this.#list.set(nameOf(name), [String(value).trim()]);
  }

  get(name) {
    return this.#list.get(nameOf(name))?.join(', ') ?? null;
  }

  getSetCookie() {
    return this.#list.get('set-cookie') ?? [];
  }

  has(name) {
    return this.#list.has(nameOf(name));
  }

  delete(name) {
    this.#list.delete(nameOf(name));
  }

  forEach(callback, self) {
    for (const [name, value] of this) callback.call(self, value, name, this);
  }

  *entries() {
    for (const name of [...this.#list.keys()].sort()) yield [name, this.get(name)];
  }

  *keys() {
    for (const [name] of this.entries()) yield name;
  }

  *values() {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator]() {
    return this.entries();
  }
}

function nameOf(name) {
  const text = String(name).toLowerCase();
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(text)) throw new TypeError(`"${name}" is no name of a header`);
  return text;
}

/** What requests and responses share: a body that is read once. */
class Body {
  #bytes;
  #used = false;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get bodyUsed() {
    return this.#used;
  }

  /** There are no streams: a body is read as a whole. */
  get body() {
    return null;
  }

  async bytes() {
    if (this.#used) throw new TypeError('the body was read already');
    this.#used = this.#bytes !== undefined;
    return this.#bytes ?? new Uint8Array();
  }

  async arrayBuffer() {
    return (await this.bytes()).slice().buffer;
  }

  async text() {
    return fromUtf8(await this.bytes()).replace(/^\ufeff/, '');
  }

  async json() {
    return JSON.parse(await this.text());
  }

  async blob() {
    return new Blob([await this.bytes()], { type: this.headers.get('content-type') ?? '' });
  }

  async formData() {
    const form = new FormData();
    for (const [name, value] of new URLSearchParams(await this.text())) form.append(name, value);
    return form;
  }

  /** The bytes, for code of ours that makes a copy. */
  static bytes(body) {
    if (body.#used) throw new TypeError('the body was read already');
    return body.#bytes;
  }
}

/** Returns the bytes of a body and the type that it has by itself. */
function encodeBody(body) {
  if (body === undefined || body === null) return {};
  if (body instanceof URLSearchParams) return { bytes: toUtf8(String(body)), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  if (body instanceof Blob) return { bytes: Blob.bytes(body), type: body.type || undefined };
  if (body instanceof FormData) return encodeForm(body);
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return { bytes: bytesOf(body) };
  return { bytes: toUtf8(String(body)), type: 'text/plain;charset=UTF-8' };
}

function encodeForm(form) {
  const boundary = `----canary${crypto.randomUUID().replaceAll('-', '')}`;
  const quoted = (text) => text.replace(/\r\n|\r|\n/g, '%0D%0A').replace(/"/g, '%22');
  const parts = [];
  for (const [name, value] of form) {
    const disposition = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
    if (value instanceof File) {
      parts.push(`${disposition}; filename="${quoted(value.name)}"\r\nContent-Type: ${value.type || 'application/octet-stream'}\r\n\r\n`, value, '\r\n');
    } else parts.push(`${disposition}\r\n\r\n${value}\r\n`);
  }
  const whole = new Blob([...parts, `--${boundary}--\r\n`]);
  return { bytes: Blob.bytes(whole), type: `multipart/form-data; boundary=${boundary}` };
}

export class Request extends Body {
  constructor(input, init = {}) {
    const from = input instanceof Request ? input : undefined;
    const encoded = 'body' in init ? encodeBody(init.body) : { bytes: from && Body.bytes(from) };
    super(encoded.bytes);
    this.url = from ? from.url : new URL(String(input)).href;
    this.method = String(init.method ?? from?.method ?? 'GET').toUpperCase();
    this.headers = new Headers(init.headers ?? from?.headers);
    this.redirect = init.redirect ?? from?.redirect ?? 'follow';
    this.signal = init.signal ?? from?.signal ?? null;
    if (encoded.type && !this.headers.has('content-type')) this.headers.set('content-type', encoded.type);
    if (encoded.bytes && ['GET', 'HEAD'].includes(this.method)) throw new TypeError(`a request with ${this.method} has no body`);
  }

  clone() {
    return new Request(this);
  }
}

export class Response extends Body {
  constructor(body, { status = 200, statusText = '', headers } = {}) {
    const encoded = encodeBody(body);
    super(encoded.bytes);
    this.status = status;
    this.statusText = statusText;
    this.headers = new Headers(headers);
    this.url = '';
    this.redirected = false;
    this.type = 'default';
    if (encoded.type && !this.headers.has('content-type')) this.headers.set('content-type', encoded.type);
  }

  static json(value, init = {}) {
    const response = new Response(JSON.stringify(value), init);
    response.headers.set('content-type', 'application/json');
    return response;
  }

  static error() {
    return Object.assign(new Response(null), { status: 0, type: 'error' });
  }

  get ok() {
    return this.status >= 200 && this.status <= 299;
  }

  clone() {
    const { status, statusText, headers, url, redirected, type } = this;
    return Object.assign(new Response(Body.bytes(this), { status, statusText, headers }), { url, redirected, type });
  }
}

export async function fetch(input, init = {}) {
  const site = new Error();
  const request = new Request(input, init);
  request.signal?.throwIfAborted();
  const { protocol } = new URL(request.url);
  if (!['http:', 'https:'].includes(protocol)) throw new TypeError(`fetch takes addresses of http and https, not of "${protocol}"`);
  const jar = await ask('fetch', 'fetch.newJar', { cookies: [] }, { site });
  try {
    return await send(jar, request, site);
  } finally {
    await ask('fetch', 'fetch.disposeJar', { jar }, { site });
  }
}

async function send(jar, request, site) {
  const bytes = Body.bytes(request);
  const order = {
    jar,
    url: request.url,
    method: request.method,
    headers: [...request.headers].map(([name, value]) => ({ name, value })),
    body: bytes?.toBase64(),
    maxRedirects: request.redirect === 'follow' ? REDIRECTS : 0,
  };
  const options = { timeout: request.signal ? undefined : TIMEOUT, signal: request.signal ?? undefined, site };
  const answer = await ask('fetch', 'fetch.fetch', order, options);
  if (request.redirect === 'error' && answer.status >= 300 && answer.status < 400) {
    throw new TypeError(`fetch failed: ${request.url} redirects`);
  }
  const body = await ask('fetch', 'fetch.body', { body: answer.body }, { site });
  await ask('fetch', 'fetch.disposeBody', { body: answer.body }, { site });
  const headers = answer.headers.map(({ name, value }) => [name, value]);
  const response = new Response(undefined, { status: answer.status, statusText: answer.statusText, headers });
  const whole = Object.assign(new Response(body, { status: answer.status, statusText: answer.statusText, headers }), {
    url: answer.url, redirected: answer.url !== request.url, type: 'basic',
  });
  return body.length ? whole : Object.assign(response, { url: answer.url, redirected: whole.redirected, type: 'basic' });
}
