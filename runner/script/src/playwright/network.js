// Requests and responses as scripts see them.

import { ask, lookup, register } from './channel.js';
import { fromBase64, toBuffer } from './bytes.js';
import { failure } from './errors.js';
import { Headers } from './headers.js';

const NO_TIMING = {
  startTime: 0, domainLookupStart: -1, domainLookupEnd: -1, connectStart: -1, secureConnectionStart: -1,
  connectEnd: -1, requestStart: -1, responseStart: -1, responseEnd: -1,
};

export class Request {
  #data;
  #failure = null;
  #response = null;
  #redirectedTo = null;
  #timing = { ...NO_TIMING };
  #overrides = {};

  constructor(data) {
    this._id = data.id;
    this.#data = data;
    register(data.id, this);
    const before = this.redirectedFrom();
    if (before) before.#redirectedTo = this;
  }

  url() {
    return this.#overrides.url ?? this.#data.url;
  }

  method() {
    return this.#overrides.method ?? this.#data.method;
  }

  resourceType() {
    return this.#data.resourceType;
  }

  isNavigationRequest() {
    return this.#data.navigation;
  }

  headers() {
    return this.#overrides.headers ?? { ...this.#data.headers };
  }

  async allHeaders() {
    return (await this.#wireHeaders('request.allHeaders')).toObject();
  }

  async headersArray() {
    return (await this.#wireHeaders('request.headersArray')).toArray();
  }

  async headerValue(name) {
    return (await this.#wireHeaders('request.headerValue')).value(name);
  }

  async #wireHeaders(api) {
    if (this.#overrides.headers) return Headers.fromObject(this.#overrides.headers);
    return new Headers(await ask(api, 'request.headers', { request: this._id }));
  }

  postDataBuffer() {
    const data = this.#overrides.postData ?? this.#data.postData;
    return data === null || data === undefined ? null : fromBase64(data);
  }

  postData() {
    return this.postDataBuffer()?.toString('utf8') ?? null;
  }

  postDataJSON() {
    const text = this.postData();
    if (text === null || text === '') return null;
    const type = this.headers()['content-type'] ?? '';
    if (type.includes('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
    try {
      return JSON.parse(text);
    } catch {
      throw failure('invalid', `POST data is not a valid JSON object: ${text}`);
    }
  }

  frame() {
    const frame = lookup(this.#data.frame);
    if (frame) return frame;
    if (this.#data.serviceWorker) {
      throw failure('invalid', 'Service Worker requests do not have an associated frame.');
    }
    throw failure(
      'invalid',
      'Frame for this navigation request is not available, because the request was issued before the frame is created. '
        + 'You can check whether the request is a navigation request by calling isNavigationRequest() method.',
    );
  }

  serviceWorker() {
    return lookup(this.#data.serviceWorker) ?? null;
  }

  redirectedFrom() {
    return lookup(this.#data.redirectedFrom) ?? null;
  }

  redirectedTo() {
    return this.#redirectedTo;
  }

  failure() {
    return this.#failure === null ? null : { errorText: this.#failure };
  }

  existingResponse() {
    return this.#response;
  }

  async response() {
    if (this.#response) return this.#response;
    return makeResponse(await ask('request.response', 'request.response', { request: this._id }));
  }

  async sizes() {
    return ask('request.sizes', 'request.sizes', { request: this._id });
  }

  timing() {
    return { ...this.#timing };
  }

  _answered(response, timing) {
    this.#response = response;
    if (timing) Object.assign(this.#timing, timing);
  }

  _ended(errorText, responseEnd) {
    this.#failure = errorText ?? null;
    if (responseEnd !== undefined && responseEnd !== null) this.#timing.responseEnd = responseEnd;
  }

  /** What `route.fallback` changed, for the handlers that come next. */
  _override(changes) {
    Object.assign(this.#overrides, changes);
  }

  _overridden() {
    return this.#overrides;
  }

  _page() {
    return lookup(this.#data.page);
  }
}

/** Makes the request that a description tells of, or returns the one that is there. */
export function makeRequest(data) {
  return lookup(data.id) ?? new Request(data);
}

export class Response {
  #data;

  constructor(data) {
    this.#data = data;
    register(data.id, this);
    this.request()._answered(this, data.timing);
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
    const { status } = this.#data;
    return status === 0 || (status >= 200 && status <= 299);
  }

  request() {
    return lookup(this.#data.request);
  }

  frame() {
    return this.request().frame();
  }

  fromServiceWorker() {
    return this.#data.fromServiceWorker;
  }

  headers() {
    return { ...this.#data.headers };
  }

  async allHeaders() {
    return (await this.#wireHeaders('response.allHeaders')).toObject();
  }

  async headersArray() {
    return (await this.#wireHeaders('response.headersArray')).toArray();
  }

  async headerValue(name) {
    return (await this.#wireHeaders('response.headerValue')).value(name);
  }

  async headerValues(name) {
    return (await this.#wireHeaders('response.headerValues')).values(name);
  }

  async #wireHeaders(api) {
    return new Headers(await ask(api, 'response.headers', { response: this.#data.id }));
  }

  async body() {
    return toBuffer(await ask('response.body', 'response.body', { response: this.#data.id }));
  }

  async text() {
    return toBuffer(await ask('response.text', 'response.body', { response: this.#data.id })).toString('utf8');
  }

  async json() {
    return JSON.parse(toBuffer(await ask('response.json', 'response.body', { response: this.#data.id })).toString('utf8'));
  }

  async finished() {
    const { error, responseEnd } = await ask('response.finished', 'response.finished', { response: this.#data.id });
    this.request()._ended(error, responseEnd);
    return error === null ? null : new Error(error);
  }

  async serverAddr() {
    return ask('response.serverAddr', 'response.server', { response: this.#data.id });
  }

  async securityDetails() {
    return ask('response.securityDetails', 'response.security', { response: this.#data.id });
  }

  async httpVersion() {
    return ask('response.httpVersion', 'response.httpVersion', { response: this.#data.id });
  }
}

/** Makes the response that a description tells of; its request comes along where it is new. */
export function makeResponse(data) {
  if (data === null || data === undefined) return null;
  const known = lookup(data.id);
  if (known) return known;
  if (data.requests) data.requests.forEach(makeRequest);
  return new Response(data);
}
