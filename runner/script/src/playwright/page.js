// Pages: one tab each, with its frames and everything that happens in it.

import { ask, closedBecause, forget, lookup, register } from './channel.js';
import { toBuffer } from './bytes.js';
import { Clock } from './clock.js';
import { ConsoleMessage, WebError, pageError } from './console_message.js';
import { MEDIA } from './context_options.js';
import { Coverage } from './coverage.js';
import { Dialog } from './dialog.js';
import { Download } from './download.js';
import { picture } from './elements.js';
import { Emitter } from './emitter.js';
import { CLOSED, failure, invalid, unsupported } from './errors.js';
import { FileChooser } from './file_chooser.js';
import { saveFile } from './files.js';
import { Frame } from './frame.js';
import { addFrameApi } from './frame_api.js';
import { addInitScript } from './init_script.js';
import { Keyboard, Mouse, Touchscreen } from './input.js';
import { disposable } from './locator.js';
import { LocatorHandlers } from './locator_handlers.js';
import { describeMatcher, urlMatches } from './matching.js';
import * as navigation from './navigation.js';
import { makeRequest, makeResponse } from './network.js';
import { checkPdf } from './picture_options.js';
import { Routes } from './route.js';
import { routeFromHar } from './har.js';
import { check, checkOptions, nullable, texts } from './shape.js';
import { Timeouts } from './timeouts.js';
import { Wait, waitOptions } from './wait.js';
import { WebSocket } from './websocket.js';
import { WebStorage } from './web_storage.js';
import { Worker } from './worker.js';
import { expose } from './bindings.js';
import { routeWebSocket } from './websocket_route.js';

/** Events that the host sends only while somebody listens. */
const ON_DEMAND = new Set(['console', 'dialog', 'filechooser', 'pageerror', 'request', 'requestfailed', 'requestfinished', 'response', 'websocket']);

const MEDIA_OPTIONS = { ...MEDIA, media: nullable(['screen', 'print', 'no-override']) };

export class Page extends Emitter {
  #context;
  #opener;
  #mainFrame;
  #frames = new Map();
  #workers = new Set();
  #viewport;
  #closed = false;
  #crashed = false;
  #closeReason;
  #handlers;

  constructor(context, data) {
    super();
    this._id = data.id;
    this.#context = context;
    this.#opener = data.opener;
    this.#viewport = data.viewport ?? null;
    this._timeouts = new Timeouts(context._timeouts);
    this._routes = new Routes();
    this._bindings = new Map();
    this.#handlers = new LocatorHandlers(this);
    this.keyboard = new Keyboard(data.id);
    this.mouse = new Mouse(data.id);
    this.touchscreen = new Touchscreen(data.id);
    this.clock = context.clock;
    this.request = context.request;
    this.coverage = new Coverage(this);
    this.localStorage = new WebStorage(this, 'localStorage');
    this.sessionStorage = new WebStorage(this, 'sessionStorage');
    register(data.id, this);
    for (const frame of data.frames) this.#attach(frame);
    this.#mainFrame = lookup(data.frames[0].id);
    this.#closed = data.closed ?? false;
  }

  get screencast() {
    return unsupported('page.screencast', 'a run keeps screenshots on failure');
  }

  get webmcp() {
    return unsupported('page.webmcp');
  }

  // ---- what it is made of ----

  context() {
    return this.#context;
  }

  mainFrame() {
    return this.#mainFrame;
  }

  frames() {
    return [...this.#frames.values()];
  }

  frame(selector) {
    const { name, url } = typeof selector === 'string' ? { name: selector } : (selector ?? {});
    if (name === undefined && url === undefined) invalid('page.frame', 'Either name or url matcher should be specified');
    const base = this.#context._options.baseURL;
    return this.frames().find((frame) => (name !== undefined ? frame.name() === name : urlMatches(base, frame.url(), url))) ?? null;
  }

  workers() {
    return [...this.#workers];
  }

  url() {
    return this.#mainFrame.url();
  }

  isClosed() {
    return this.#closed;
  }

  async opener() {
    const opener = lookup(this.#opener);
    return opener && !opener.isClosed() ? opener : null;
  }

  viewportSize() {
    return this.#viewport === null ? null : { ...this.#viewport };
  }

  video() {
    return null;
  }

  // ---- settings ----

  setDefaultTimeout(timeout) {
    this._timeouts.setAction(timeout);
  }

  setDefaultNavigationTimeout(timeout) {
    this._timeouts.setNavigation(timeout);
  }

  async setViewportSize({ width, height }) {
    await ask('page.setViewportSize', 'page.setViewportSize', { page: this._id, width, height });
    this.#viewport = { width, height };
  }

  async setExtraHTTPHeaders(headers) {
    await ask('page.setExtraHTTPHeaders', 'page.setExtraHttpHeaders', { page: this._id, headers: headerMap('page.setExtraHTTPHeaders', headers) });
  }

  async emulateMedia(options = {}) {
    checkOptions('page.emulateMedia', options, MEDIA_OPTIONS);
    const { media, colorScheme, reducedMotion, forcedColors, contrast } = options;
    const or = (value) => (value === null ? 'no-override' : value);
    const features = {
      media: or(media),
      colorScheme: or(colorScheme),
      reducedMotion: or(reducedMotion),
      forcedColors: or(forcedColors),
      contrast: or(contrast),
    };
    await ask('page.emulateMedia', 'page.emulateMedia', { page: this._id, ...features });
  }

  async addInitScript(script, arg, options) {
    return addInitScript('page.addInitScript', 'page', this, script, arg, options);
  }

  async exposeFunction(name, callback) {
    return expose('page.exposeFunction', this, 'page.exposeBinding', { page: this._id }, name, (_source, ...args) => callback(...args));
  }

  async exposeBinding(name, callback, options) {
    return expose('page.exposeBinding', this, 'page.exposeBinding', { page: this._id }, name, callback, options?.handle);
  }

  // ---- navigation ----

  async reload(options = {}) {
    return this.#navigate('page.reload', 'page.reload', options);
  }

  async goBack(options = {}) {
    return this.#navigate('page.goBack', 'page.goBack', options);
  }

  async goForward(options = {}) {
    return this.#navigate('page.goForward', 'page.goForward', options);
  }

  async #navigate(api, command, { waitUntil = 'load', timeout, signal }) {
    const args = { page: this._id, waitUntil: navigation.loadState(api, waitUntil) };
    return makeResponse(await ask(api, command, args, { timeout: this._timeouts.navigation({ timeout }), signal }));
  }

  async bringToFront() {
    await ask('page.bringToFront', 'page.bringToFront', { page: this._id });
  }

  async close(options = {}) {
    const { runBeforeUnload = false, reason } = options;
    this.#closeReason = reason;
    this._closesBecause(reason);
    if (this.#closed) return;
    await ask('page.close', 'page.close', { page: this._id, runBeforeUnload });
  }

  _closesBecause(reason) {
    closedBecause([this._id, ...this.#frames.keys()], reason);
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.close();
  }

  // ---- pictures ----

  async screenshot(options = {}) {
    const { timeout, signal, ...rest } = options;
    return picture('page.screenshot', 'page.screenshot', { page: this._id }, rest, this._timeouts.action({ timeout }), signal);
  }

  async pdf(options = {}) {
    checkPdf('page.pdf', options);
    const { path, ...rest } = options;
    const bytes = toBuffer(await ask('page.pdf', 'page.pdf', { page: this._id, options: rest }));
    if (path !== undefined) await saveFile(path, bytes, 'application/pdf');
    return bytes;
  }

  async ariaSnapshot(options) {
    return this.locator('body').ariaSnapshot(options);
  }

  async ariaSnapshotJSON(options) {
    return this.locator('body').ariaSnapshotJSON(options);
  }

  // ---- waiting ----

  async waitForEvent(event, optionsOrPredicate) {
    const { predicate, timeout, signal } = waitOptions(optionsOrPredicate);
    return this.#waitFor('page.waitForEvent', event, predicate, this._timeouts.action({ timeout }), signal, `waiting for event "${event}"`);
  }

  async waitForRequest(urlOrPredicate, options = {}) {
    return this.#waitForTraffic('page.waitForRequest', 'request', urlOrPredicate, options);
  }

  async waitForResponse(urlOrPredicate, options = {}) {
    return this.#waitForTraffic('page.waitForResponse', 'response', urlOrPredicate, options);
  }

  #waitForTraffic(api, event, urlOrPredicate, { timeout, signal }) {
    const base = this.#context._options.baseURL;
    const isUrl = typeof urlOrPredicate !== 'function';
    const predicate = isUrl ? (subject) => urlMatches(base, subject.url(), urlOrPredicate) : urlOrPredicate;
    const line = isUrl ? `waiting for ${event} ${describeMatcher(urlOrPredicate)}` : `waiting for event "${event}"`;
    return this.#waitFor(api, event, predicate, this._timeouts.action({ timeout }), signal, line);
  }

  #waitFor(api, event, predicate, timeout, signal, line) {
    const site = new Error();
    const wait = new Wait(api, `while waiting for event "${event}"`, { timeout, signal, log: [line], site });
    if (this.#closed && event !== 'close') wait.fail('closed', this._closedMessage());
    if (this.#crashed) wait.fail('crashed', 'Page crashed');
    if (event !== 'crash') wait.failOn(this, 'crash', () => failure('crashed', `${api}: Page crashed`, site));
    if (event !== 'close') wait.failOn(this, 'close', () => failure('closed', `${api}: ${this._closedMessage()}`, site));
    return wait.on(this, event, predicate).promise;
  }

  /** Passes on a promise unless the page closes first. */
  _whileOpen(api, promise) {
    const site = new Error();
    if (this.#closed) return Promise.reject(failure('closed', `${api}: ${this._closedMessage()}`, site));
    return new Promise((resolve, reject) => {
      const close = () => reject(failure('closed', `${api}: ${this._closedMessage()}`, site));
      this._ending.once('end', close);
      promise.then(resolve, reject).finally(() => this._ending.off('end', close));
    });
  }

  /** Tells internal waiters of the end, where listeners of the script must not count. */
  _ending = new Emitter();

  _closedMessage() {
    return this.#closeReason ?? this.#context._closeReason ?? CLOSED;
  }

  // ---- routes ----

  async route(url, handler, options) {
    const entry = this._routes.add('page.route', this.#context._options.baseURL, url, handler, options);
    await this.#routing('page.route');
    return disposable(async () => {
      this._routes.removeEntry(entry);
      await this.#routing('page.route');
    });
  }

  async unroute(url, handler) {
    this._routes.remove(url, handler);
    await this.#routing('page.unroute');
  }

  async unrouteAll(options = {}) {
    await this._routes.removeAll(options.behavior);
    await this.#routing('page.unrouteAll');
  }

  async #routing(api) {
    await ask(api, 'page.setRouting', { page: this._id, enabled: !this._routes.empty });
  }

  async routeFromHAR(har, options) {
    return routeFromHar('page.routeFromHAR', this, har, options);
  }

  async routeWebSocket(url, handler) {
    return routeWebSocket('page.routeWebSocket', this, url, handler);
  }

  // ---- handlers of obstacles ----

  async addLocatorHandler(locator, handler, options) {
    return this.#handlers.add(locator, handler, options);
  }

  async removeLocatorHandler(locator) {
    return this.#handlers.remove(locator);
  }

  // ---- what happened so far ----

  async consoleMessages(options = {}) {
    const list = await ask('page.consoleMessages', 'page.consoleMessages', { page: this._id, filter: options.filter ?? 'since-navigation' });
    return list.map((data) => new ConsoleMessage(data));
  }

  async clearConsoleMessages() {
    await ask('page.clearConsoleMessages', 'page.clearConsoleMessages', { page: this._id });
  }

  async pageErrors(options = {}) {
    const list = await ask('page.pageErrors', 'page.pageErrors', { page: this._id, filter: options.filter ?? 'since-navigation' });
    return list.map(pageError);
  }

  async clearPageErrors() {
    await ask('page.clearPageErrors', 'page.clearPageErrors', { page: this._id });
  }

  async requests() {
    const list = await ask('page.requests', 'page.requests', { page: this._id });
    return list.map(makeRequest);
  }

  async requestGC() {
    await ask('page.requestGC', 'page.requestGc', { page: this._id });
  }

  async pause() {
    return unsupported('page.pause', 'a monitor runs without anybody watching');
  }

  async pickLocator() {
    return unsupported('page.pickLocator', 'a monitor runs without anybody watching');
  }

  async cancelPickLocator() {
    return unsupported('page.cancelPickLocator', 'a monitor runs without anybody watching');
  }

  async hideHighlight() {
    await this.locator('body').hideHighlight();
  }

  getByRef() {
    return unsupported('page.getByRef', 'references of AI snapshots mean nothing to a monitor');
  }

  // ---- events ----

  /** Called when the first listener of an event comes or the last one goes. */
  _heard(event, wanted) {
    if (ON_DEMAND.has(event) && !this.#closed) this._listen(event, wanted);
  }

  _listen(event, wanted) {
    ask('page.on', 'page.listen', { page: this._id, event, wanted }).catch(() => {});
  }

  _receive(event, data) {
    const arrive = ARRIVALS[event];
    if (arrive) arrive.call(this, data, this.#context);
  }

  #tell(event, value) {
    this.emit(event, value);
    this.#context._tell(event, value);
  }

  #attach(data) {
    const frame = new Frame(this, data);
    this.#frames.set(frame._id, frame);
    return frame;
  }

  _frameAttached(data) {
    this.#tell('frameattached', this.#attach(data));
  }

  _frameDetached({ frame: id }) {
    const frame = lookup(id);
    if (!frame) return;
    frame._detached();
    for (const [known, other] of this.#frames) if (other.isDetached()) this.#frames.delete(known);
    this.#tell('framedetached', frame);
  }

  _frameNavigated({ frame: id, ...event }) {
    const frame = lookup(id);
    if (!frame) return;
    frame._navigated(event);
    if (!event.error) this.#tell('framenavigated', frame);
  }

  _workerCreated(data) {
    const worker = new Worker(data, this._timeouts);
    this.#workers.add(worker);
    worker.once('close', () => this.#workers.delete(worker));
    this.emit('worker', worker);
  }

  _dialogOpened(data) {
    this.#tell('dialog', new Dialog(data));
  }

  _requested(data) {
    this.#tell('request', makeRequest(data));
  }

  _responded(data) {
    this.#tell('response', makeResponse(data));
  }

  _requestEnded(event, { requests, request, errorText, responseEnd }) {
    requests.forEach(makeRequest);
    const subject = lookup(request);
    subject._ended(errorText, responseEnd);
    this.#tell(event, subject);
  }

  _threw(data) {
    const error = pageError(data);
    this.emit('pageerror', error);
    this.#context._tell('weberror', new WebError(this, error, data.location));
  }

  _told(data) {
    this.#tell('console', new ConsoleMessage(data));
  }

  _crashed() {
    this.#crashed = true;
    this.emit('crash', this);
  }

  _closed({ reason } = {}) {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeReason ??= reason;
    this.#context._pageClosed(this);
    this._ending.emit('end');
    this.#tell('close', this);
    forget(this._id);
  }

  _navigatedLoad(event) {
    this.emit(event, this);
    if (event === 'load') this.#context.emit('pageload', this);
  }
}

const ARRIVALS = {
  frameattached(data) { this._frameAttached(data); },
  framedetached(data) { this._frameDetached(data); },
  framenavigated(data) { this._frameNavigated(data); },
  worker(data) { this._workerCreated(data); },
  dialog(data) { this._dialogOpened(data); },
  request(data) { this._requested(data); },
  response(data) { this._responded(data); },
  requestfinished(data) { this._requestEnded('requestfinished', data); },
  requestfailed(data) { this._requestEnded('requestfailed', data); },
  pageerror(data) { this._threw(data); },
  console(data) { this._told(data); },
  crash() { this._crashed(); },
  close(data) { this._closed(data); },
  load() { this._navigatedLoad('load'); },
  domcontentloaded() { this._navigatedLoad('domcontentloaded'); },
  download(data, context) {
    const download = new Download(data);
    this.emit('download', download);
    context.emit('download', download);
  },
  filechooser(data) { this.emit('filechooser', new FileChooser(this, data)); },
  websocket(data) { this.emit('websocket', new WebSocket(data)); },
};

addFrameApi(Page.prototype, 'page', (page) => page.mainFrame());

/** Header values must be strings, as over the wire. */
export function headerMap(api, headers) {
  check(api, 'headers', headers, texts);
  return { ...headers };
}
