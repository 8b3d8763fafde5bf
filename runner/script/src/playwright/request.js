// Requests of the script itself, outside of pages. Those of a context share its cookies both ways.

import { ask } from './channel.js';
import { isBytes, toBase64, toBuffer } from './bytes.js';
import { failure, invalid, refuse, unsupported } from './errors.js';
import { Headers } from './headers.js';
import { mediaType } from './media_types.js';
import { check, texts } from './shape.js';
import { Timeouts } from './timeouts.js';
import { Tracing } from './tracing.js';
import { checkCookies, isMeant } from './cookies.js';
import { contextDefaults } from './context_defaults.js';
import { readText, saveFile } from './files.js';
import { Request } from './network.js';

export class ApiRequestContext {
  #where;
  #options;
  #timeouts;
  #disposed;

  /** `where` is `{ context }` for one that shares cookies, else `{ jar }`. */
  constructor(where, options, timeouts) {
    this.#where = where;
    this.#options = options;
    this.#timeouts = timeouts;
    this.tracing = new Tracing();
  }

  async get(url, options) {
    return this._fetch('apiRequestContext.get', url, { ...options, method: 'GET' });
  }

  async head(url, options) {
    return this._fetch('apiRequestContext.head', url, { ...options, method: 'HEAD' });
  }

  async post(url, options) {
    return this._fetch('apiRequestContext.post', url, { ...options, method: 'POST' });
  }

  async put(url, options) {
    return this._fetch('apiRequestContext.put', url, { ...options, method: 'PUT' });
  }

  async patch(url, options) {
    return this._fetch('apiRequestContext.patch', url, { ...options, method: 'PATCH' });
  }

  async delete(url, options) {
    return this._fetch('apiRequestContext.delete', url, { ...options, method: 'DELETE' });
  }

  async fetch(urlOrRequest, options) {
    return this._fetch('apiRequestContext.fetch', urlOrRequest, options ?? {});
  }

  async cookies(urls = []) {
    const list = Array.isArray(urls) ? urls : [urls];
    return ask('apiRequestContext.cookies', 'fetch.cookies', { ...this.#where, urls: list });
  }

  async addCookies(cookies) {
    checkCookies('apiRequestContext.addCookies', cookies);
    await ask('apiRequestContext.addCookies', 'fetch.addCookies', { ...this.#where, cookies });
  }

  async clearCookies(options = {}) {
    const kept = (await this.cookies()).filter((cookie) => !isMeant(cookie, options));
    await ask('apiRequestContext.clearCookies', 'fetch.replaceCookies', { ...this.#where, cookies: kept });
  }

  async storageState(options = {}) {
    refuse('apiRequestContext.storageState', options, ['indexedDB', 'opfs']);
    const state = { cookies: await this.cookies(), origins: this.#options.storageState?.origins ?? [] };
    if (options.path !== undefined) {
      await saveFile(options.path, JSON.stringify(state, undefined, 2), 'application/json');
    }
    return state;
  }

  async dispose(options = {}) {
    this.#disposed = options.reason ?? 'Request context disposed.';
    if ('jar' in this.#where) await ask('apiRequestContext.dispose', 'fetch.disposeJar', this.#where);
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.dispose();
  }

  async _fetch(api, urlOrRequest, options) {
    const site = new Error();
    if (this.#disposed) throw failure('closed', `${api}: ${this.#disposed}`, site);
    const source = urlOrRequest instanceof Request ? urlOrRequest : undefined;
    if (!source && typeof urlOrRequest !== 'string') invalid(api, `url: expected string or Request, got ${typeof urlOrRequest}`);
    check(api, 'headers', given(options.headers), texts);
    const body = bodyOf(api, options, source);
    const headers = headersOf(this.#options.extraHTTPHeaders, options.headers ?? source?.headers(), body.contentType, source !== undefined && !options.headers);
    const request = {
      ...this.#where,
      url: withParameters(api, options.url ?? source?.url() ?? urlOrRequest, options.params, this.#options.baseURL),
      method: (options.method ?? source?.method() ?? 'GET').toUpperCase(),
      headers,
      body: body.base64,
      maxRedirects: limit(api, 'maxRedirects', options.maxRedirects ?? this.#options.maxRedirects),
      maxRetries: limit(api, 'maxRetries', options.maxRetries),
      ignoreHttpsErrors: options.ignoreHTTPSErrors ?? this.#options.ignoreHTTPSErrors,
    };
    const timeout = options.timeout ?? this.#options.timeout ?? this.#timeouts.action();
    const answer = await ask(api, 'fetch.fetch', request, { timeout, signal: options.signal, site });
    const response = new ApiResponse(answer);
    const failOn = options.failOnStatusCode ?? this.#options.failOnStatusCode ?? false;
    if (failOn && (answer.status >= 400 || answer.status < 100)) {
      const text = (await response.text()).slice(0, 1000);
      throw failure('assertion', `${api}: ${answer.status} ${answer.statusText}\nResponse text:\n${text}`, site);
    }
    return response;
  }
}

/** Leaves out what is undefined. */
function given(object = {}) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function limit(api, name, value) {
  if (value !== undefined && !(value >= 0)) invalid(api, `'${name}' must be greater than or equal to '0'`);
  return value;
}

function withParameters(api, url, params, base) {
  let resolved;
  try {
    resolved = base ? new URL(url, base) : new URL(url);
  } catch {
    return invalid(api, `Invalid URL: ${url}`);
  }
  if (typeof params === 'string') {
    resolved.search = params;
  } else if (params) {
    const search = params instanceof URLSearchParams ? params : Object.entries(params).filter(([, value]) => value !== undefined);
    for (const [name, value] of search) resolved.searchParams.append(name, String(value));
  }
  return resolved.toString();
}

/** Headers by lower-case name; the later ones win. */
function headersOf(extra, own, contentType, derived) {
  const merged = new Map();
  for (const [name, value] of Object.entries(extra ?? {})) merged.set(name.toLowerCase(), { name, value: String(value) });
  for (const [name, value] of Object.entries(own ?? {})) {
    if (value === undefined) continue;
    if (derived && ['host', 'content-length', 'cookie'].includes(name.toLowerCase())) continue;
    merged.set(name.toLowerCase(), { name, value: String(value) });
  }
  if (contentType && !merged.has('content-type')) merged.set('content-type', { name: 'content-type', value: contentType });
  return [...merged.values()];
}

function bodyOf(api, { data, form, multipart, headers }, source) {
  if ([data, form, multipart].filter((part) => part !== undefined).length > 1) {
    invalid(api, 'Only one of \'data\', \'form\' or \'multipart\' can be specified');
  }
  if (form !== undefined) return { base64: toBase64(formText(form)), contentType: 'application/x-www-form-urlencoded' };
  if (multipart !== undefined) return multipartBody(api, multipart);
  if (data === undefined) {
    const sent = source?.postDataBuffer();
    return sent ? { base64: toBase64(sent) } : {};
  }
  if (isBytes(data)) return { base64: toBase64(data), contentType: 'application/octet-stream' };
  if (typeof data === 'string') return { base64: toBase64(textBody(data, headers)), contentType: 'application/octet-stream' };
  if (!['object', 'number', 'boolean'].includes(typeof data)) invalid(api, "Unexpected 'data' type");
  return { base64: toBase64(JSON.stringify(data)), contentType: 'application/json' };
}

/** A text that is sent as JSON must be JSON. */
function textBody(data, headers) {
  const type = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (!/^application\/(.*\+)?json\b/.test(type)) return data;
  try {
    JSON.parse(data);
    return data;
  } catch {
    return JSON.stringify(data);
  }
}

function entriesOf(fields) {
  return typeof fields.entries === 'function' ? [...fields.entries()] : Object.entries(fields);
}

function formText(form) {
  const search = new URLSearchParams();
  for (const [name, value] of entriesOf(form)) if (value !== undefined) search.append(name, String(value));
  return search.toString();
}

function multipartBody(api, fields) {
  const boundary = `----canary${crypto.randomUUID().replaceAll('-', '')}`;
  const chunks = [];
  for (const [name, value] of entriesOf(fields)) {
    if (value === undefined) continue;
    const disposition = `content-disposition: form-data; name="${headerText(name)}"`;
    if (typeof value === 'object' && value !== null) {
      const { name: filename, mimeType, buffer } = value;
      if (!isBytes(buffer)) invalid(api, `multipart field "${name}" must be string, number, boolean or { name, mimeType, buffer }`);
      const type = mimeType ?? mediaType(filename) ?? 'application/octet-stream';
      chunks.push(`--${boundary}\r\n${disposition}; filename="${headerText(filename)}"\r\ncontent-type: ${type}\r\n\r\n`, buffer, '\r\n');
    } else {
      chunks.push(`--${boundary}\r\n${disposition}\r\n\r\n${String(value)}\r\n`);
    }
  }
  chunks.push(`--${boundary}--\r\n`);
  const bytes = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
  return { base64: toBase64(bytes), contentType: `multipart/form-data; boundary=${boundary}` };
}

function headerText(text) {
  return String(text).replace(/\r\n|\r|\n/g, '%0D%0A').replace(/"/g, '%22');
}

export class ApiResponse {
  #data;
  #headers;
  #disposed = false;

  constructor(data) {
    this.#data = data;
    this.#headers = new Headers(data.headers);
  }

  url() {
    return this.#data.url;
  }

  status() {
    return this.#data.status;
  }

  statusText() {
    return this.#data.statusText;
  }

  ok() {
    return this.#data.status >= 200 && this.#data.status <= 299;
  }

  headers() {
    return this.#headers.toObject();
  }

  headersArray() {
    return this.#headers.toArray();
  }

  async body() {
    return this.#body('apiResponse.body');
  }

  async text() {
    const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(this.#headers.value('content-type') ?? '')?.[1] ?? 'utf-8';
    if (/^utf-?8$/i.test(charset)) return (await this.#body('apiResponse.text')).toString('utf8');
    if (this.#disposed) throw failure('closed', 'apiResponse.text: Response has been disposed');
    return ask('apiResponse.text', 'fetch.text', { body: this.#data.body, charset });
  }

  async json() {
    return JSON.parse((await this.#body('apiResponse.json')).toString('utf8'));
  }

  async #body(api) {
    if (this.#disposed) throw failure('closed', `${api}: Response has been disposed`);
    return toBuffer(await ask(api, 'fetch.body', { body: this.#data.body }));
  }

  async dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    await ask('apiResponse.dispose', 'fetch.disposeBody', { body: this.#data.body });
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.dispose();
  }

  async serverAddr() {
    return this.#data.server;
  }

  async securityDetails() {
    return unsupported('apiResponse.securityDetails');
  }

  timing() {
    return unsupported('apiResponse.timing');
  }
}

/** What a request context takes over from the options of the test. */
const INHERITED = ['baseURL', 'extraHTTPHeaders', 'httpCredentials', 'ignoreHTTPSErrors', 'proxy', 'storageState', 'userAgent'];

/** `playwright.request`: contexts of their own, with cookies of their own. */
export const request = {
  async newContext(own = {}) {
    const api = 'apiRequest.newContext';
    const { options: defaults, action } = contextDefaults();
    const options = { ...Object.fromEntries(INHERITED.map((name) => [name, defaults[name]])), ...own };
    refuse(api, options, ['clientCertificates']);
    const state = typeof options.storageState === 'string' ? JSON.parse(await readText(api, options.storageState)) : options.storageState;
    const { userAgent, httpCredentials, ignoreHTTPSErrors, proxy } = options;
    const jar = await ask(api, 'fetch.newJar', { userAgent, httpCredentials, ignoreHttpsErrors: ignoreHTTPSErrors, proxy, cookies: state?.cookies ?? [] });
    const timeouts = new Timeouts();
    if (action !== undefined) timeouts.setAction(action);
    return new ApiRequestContext({ jar }, { ...options, storageState: state }, timeouts);
  },
};
