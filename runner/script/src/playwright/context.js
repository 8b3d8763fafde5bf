// Browser contexts: profiles of their own, with cookies, permissions and pages.

import { ask, closedBecause, forget, lookup, onArrival, register } from './channel.js';
import { ApiRequestContext } from './request.js';
import { expose, runBinding } from './bindings.js';
import { CdpSession } from './cdp.js';
import { checkCredentials, checkGeolocation } from './context_options.js';
import { checkCookies, isMeant } from './cookies.js';
import { Clock } from './clock.js';
import { Emitter } from './emitter.js';
import { CLOSED, failure, invalid, refuse, unsupported } from './errors.js';
import { readText, saveFile } from './files.js';
import { routeFromHar } from './har.js';
import { addInitScript } from './init_script.js';
import { disposable } from './locator.js';
import { Page, headerMap } from './page.js';
import { Routes, dispatchRoute } from './route.js';
import { Timeouts } from './timeouts.js';
import { Tracing } from './tracing.js';
import { Wait, waitOptions } from './wait.js';
import { routeWebSocket } from './websocket_route.js';
import { Worker } from './worker.js';

/** Events of pages that a context passes on, and that the host sends only while somebody listens. */
const ON_DEMAND = { console: 'console', dialog: 'dialog', request: 'request', requestfailed: 'requestfailed', requestfinished: 'requestfinished', response: 'response', weberror: 'pageerror' };
const PASSED_ON = { ...Object.fromEntries(Object.keys(ON_DEMAND).map((name) => [name, name])), close: 'pageclose', frameattached: 'frameattached', framedetached: 'framedetached', framenavigated: 'framenavigated' };

export class BrowserContext extends Emitter {
  #browser;
  #pages = new Set();
  #serviceWorkers = new Set();
  #closed = false;
  #owner;

  constructor(browser, id, options) {
    super();
    this._id = id;
    this.#browser = browser;
    this._options = options;
    this._timeouts = new Timeouts();
    this._routes = new Routes();
    this._bindings = new Map();
    this.clock = new Clock(this);
    this.request = new ApiRequestContext({ context: id }, options, this._timeouts);
    this.tracing = new Tracing();
    register(id, this);
  }

  get credentials() {
    return unsupported('browserContext.credentials');
  }

  get debugger() {
    return unsupported('browserContext.debugger', 'a monitor runs without anybody watching');
  }

  browser() {
    return this.#browser;
  }

  pages() {
    return [...this.#pages];
  }

  serviceWorkers() {
    return [...this.#serviceWorkers];
  }

  backgroundPages() {
    return [];
  }

  isClosed() {
    return this.#closed;
  }

  async newPage() {
    if (this.#owner) invalid('browserContext.newPage', 'Please use browser.newContext()');
    const page = this._page(await ask('browserContext.newPage', 'context.newPage', { context: this._id }));
    const { contrast } = this._options;
    if (contrast) await page.emulateMedia({ contrast });
    return page;
  }

  async close(options = {}) {
    if (this.#closed) return;
    this._closeReason ??= options.reason;
    closedBecause([this._id], options.reason);
    for (const page of this.#pages) page._closesBecause(options.reason);
    await ask('browserContext.close', 'context.close', { context: this._id });
    this._closed();
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.close();
  }

  /** A context that was made for one page has no other. */
  _ownedBy(page) {
    this.#owner = page;
  }

  /** The test is over for the script; the runner looks at the pages before they close. */
  async _release() {
    if (this.#closed) return;
    await ask('browserContext.close', 'context.release', { context: this._id });
    this._closed();
  }

  // ---- settings ----

  setDefaultTimeout(timeout) {
    this._timeouts.setAction(timeout);
  }

  setDefaultNavigationTimeout(timeout) {
    this._timeouts.setNavigation(timeout);
  }

  async addInitScript(script, arg, options) {
    return addInitScript('browserContext.addInitScript', 'context', this, script, arg, options);
  }

  async exposeFunction(name, callback) {
    return expose('browserContext.exposeFunction', this, 'context.exposeBinding', { context: this._id }, name, (_source, ...args) => callback(...args));
  }

  async exposeBinding(name, callback, options) {
    return expose('browserContext.exposeBinding', this, 'context.exposeBinding', { context: this._id }, name, callback, options?.handle);
  }

  async setExtraHTTPHeaders(headers) {
    const map = headerMap('browserContext.setExtraHTTPHeaders', headers);
    await ask('browserContext.setExtraHTTPHeaders', 'context.setExtraHttpHeaders', { context: this._id, headers: map });
  }

  async setOffline(offline) {
    await ask('browserContext.setOffline', 'context.setOffline', { context: this._id, offline });
  }

  async setGeolocation(geolocation) {
    checkGeolocation('browserContext.setGeolocation', geolocation);
    await ask('browserContext.setGeolocation', 'context.setGeolocation', { context: this._id, geolocation: geolocation ?? null });
  }

  async setHTTPCredentials(credentials) {
    if (Array.isArray(credentials)) unsupported('a list of credentials in browserContext.setHTTPCredentials', 'pass one');
    checkCredentials('browserContext.setHTTPCredentials', credentials);
    await ask('browserContext.setHTTPCredentials', 'context.setHttpCredentials', { context: this._id, credentials: credentials ?? null });
  }

  async grantPermissions(permissions, options = {}) {
    await ask('browserContext.grantPermissions', 'context.grantPermissions', { context: this._id, permissions, origin: options.origin });
  }

  async clearPermissions() {
    await ask('browserContext.clearPermissions', 'context.clearPermissions', { context: this._id });
  }

  // ---- cookies and storage ----

  async cookies(urls = []) {
    const list = Array.isArray(urls) ? urls : [urls];
    return ask('browserContext.cookies', 'context.cookies', { context: this._id, urls: list });
  }

  async addCookies(cookies) {
    checkCookies('browserContext.addCookies', cookies);
    await ask('browserContext.addCookies', 'context.addCookies', { context: this._id, cookies });
  }

  async clearCookies(options = {}) {
    const site = new Error();
    const kept = (await this.cookies()).filter((cookie) => !isMeant(cookie, options));
    await ask('browserContext.clearCookies', 'context.clearCookies', { context: this._id, kept }, { site });
  }

  async storageState(options = {}) {
    refuse('browserContext.storageState', options, ['credentials', 'opfs']);
    const state = await ask('browserContext.storageState', 'context.storageState', { context: this._id, databases: options.indexedDB ?? false });
    if (options.path !== undefined) {
      await saveFile(options.path, JSON.stringify(state, undefined, 2), 'application/json');
    }
    return state;
  }

  async setStorageState(storageState) {
    const state = await readStorageState('browserContext.setStorageState', storageState);
    await ask('browserContext.setStorageState', 'context.setStorageState', { context: this._id, state });
  }

  // ---- routes ----

  async route(url, handler, options) {
    const entry = this._routes.add('browserContext.route', this._options.baseURL, url, handler, options);
    await this.#routing('browserContext.route');
    return disposable(async () => {
      this._routes.removeEntry(entry);
      await this.#routing('browserContext.route');
    });
  }

  async unroute(url, handler) {
    this._routes.remove(url, handler);
    await this.#routing('browserContext.unroute');
  }

  async unrouteAll(options = {}) {
    await this._routes.removeAll(options.behavior);
    await this.#routing('browserContext.unrouteAll');
  }

  async #routing(api) {
    await ask(api, 'context.setRouting', { context: this._id, enabled: !this._routes.empty });
  }

  async routeFromHAR(har, options) {
    return routeFromHar('browserContext.routeFromHAR', this, har, options);
  }

  async routeWebSocket(url, handler) {
    return routeWebSocket('browserContext.routeWebSocket', this, url, handler);
  }

  // ---- the rest ----

  async newCDPSession(pageOrFrame) {
    const target = pageOrFrame instanceof Page ? { page: pageOrFrame._id } : { frame: pageOrFrame?._id };
    if (target.page === undefined && target.frame === undefined) invalid('browserContext.newCDPSession', 'page: expected Page or Frame');
    return new CdpSession(await ask('browserContext.newCDPSession', 'cdp.open', target));
  }

  async waitForEvent(event, optionsOrPredicate) {
    const { predicate, timeout, signal } = waitOptions(optionsOrPredicate);
    const api = 'browserContext.waitForEvent';
    const limit = this._timeouts.action({ timeout });
    const log = [`waiting for event "${event}"`];
    const wait = new Wait(api, `while waiting for event "${event}"`, { timeout: limit, signal, log });
    if (this.#closed && event !== 'close') wait.fail('closed', CLOSED);
    if (event !== 'close') wait.failOn(this, 'close', () => failure('closed', `${api}: ${this._closeReason ?? CLOSED}`, wait.site));
    return wait.on(this, event, predicate).promise;
  }

  // ---- events ----

  _heard(event, wanted) {
    const method = ON_DEMAND[event];
    if (!method || this.#closed) return;
    ask('browserContext.on', 'context.listen', { context: this._id, event: method, wanted }).catch(() => {});
  }

  /** Passes on what happened in a page. */
  _tell(event, value) {
    const name = event === 'weberror' ? 'weberror' : PASSED_ON[event];
    if (name) this.emit(name, value);
  }

  /** Makes the page that a description tells of, or returns the one that is there. */
  _page(data) {
    const known = lookup(data.id);
    if (known) return known;
    const page = new Page(this, data);
    if (!page.isClosed()) this.#pages.add(page);
    return page;
  }

  _receive(event, data) {
    if (event === 'page') this.#opened(this._page(data), data.opener);
    else if (event === 'serviceworker') this.#serviceWorker(data);
    else if (event === 'close') this._closed();
  }


  #opened(page, opener) {
    this.emit('page', page);
    lookup(opener)?.emit('popup', page);
  }

  #serviceWorker(data) {
    const worker = new Worker(data, this._timeouts);
    this.#serviceWorkers.add(worker);
    worker.once('close', () => this.#serviceWorkers.delete(worker));
    this.emit('serviceworker', worker);
  }

  _pageClosed(page) {
    this.#pages.delete(page);
  }

  _closed() {
    if (this.#closed) return;
    this.#closed = true;
    for (const page of [...this.#pages]) page._closed();
    this.#browser?._contextClosed(this);
    this.emit('close', this);
    forget(this._id);
  }
}

onArrival('route', (data) => {
  dispatchRoute(data);
});
onArrival('binding', (data) => runBinding(data));

/** Takes a storage state as it is, or from a file of the checkout. */
export async function readStorageState(api, state) {
  if (typeof state !== 'string') return state;
  try {
    return JSON.parse(await readText(api, state));
  } catch (error) {
    throw failure('invalid', `${api}: Error reading storage state from ${state}: ${error.message}`);
  }
}
