// The run's one browser, as the `browser` fixture and as `chromium.launch()` give it.

import { ask } from './channel.js';
import { BrowserContext, readStorageState } from './context.js';
import { checkContextOptions } from './context_options.js';
import { contextDefaults } from './context_defaults.js';
import { Emitter } from './emitter.js';
import { unsupported } from './errors.js';
import { settings } from './native.js';

export class Browser extends Emitter {
  #contexts = new Set();
  #type;
  #closed = false;

  constructor(type) {
    super();
    this.#type = type;
  }

  browserType() {
    return this.#type;
  }

  contexts() {
    return [...this.#contexts];
  }

  isConnected() {
    return !this.#closed;
  }

  version() {
    return settings.browserVersion ?? '';
  }

  async newContext(options = {}) {
    return this._newContext('browser.newContext', options);
  }

  async newPage(options = {}) {
    const context = await this._newContext('browser.newPage', options);
    const page = await context.newPage();
    context._ownedBy(page);
    page._ending.once('end', () => {
      context.close().catch(() => {});
    });
    return page;
  }

  async _newContext(api, own) {
    const site = new Error();
    const { options: defaults, action, navigation } = contextDefaults();
    const options = { ...defaults, ...own };
    for (const [name, value] of Object.entries(options)) if (value === undefined) delete options[name];
    checkContextOptions(api, options);
    if (options.storageState !== undefined) options.storageState = await readStorageState(api, options.storageState);
    const { strictSelectors: _strict, logger: _logger, defaultBrowserType: _type, contrast: _contrast, ...sent } = options;
    const id = await ask(api, 'browser.newContext', { options: sent }, { site });
    const context = new BrowserContext(this, id, options);
    if (action !== undefined) context.setDefaultTimeout(action);
    if (navigation) context.setDefaultNavigationTimeout(navigation);
    this.#contexts.add(context);
    this.emit('context', context);
    return context;
  }

  /** Closes the contexts made through it; the browser itself belongs to the run. */
  async close() {
    if (this.#closed) return;
    for (const context of this.contexts()) await context.close();
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.close();
  }

  async newBrowserCDPSession() {
    return unsupported('browser.newBrowserCDPSession', 'use context.newCDPSession(page)');
  }

  async startTracing() {
    return unsupported('browser.startTracing');
  }

  async stopTracing() {
    return unsupported('browser.stopTracing');
  }

  async bind() {
    return unsupported('browser.bind', 'the browser belongs to the run');
  }

  async unbind() {
    return unsupported('browser.unbind', 'the browser belongs to the run');
  }

  _contextClosed(context) {
    this.#contexts.delete(context);
  }
}

/** `chromium`, and the two others, which a run has not. */
export class BrowserType {
  #name;
  #available;

  constructor(name, available) {
    this.#name = name;
    this.#available = available;
  }

  name() {
    return this.#name;
  }

  executablePath() {
    return unsupported(`${this.#name}.executablePath`, 'the operator chooses the browser');
  }

  /** Returns the run's browser: one run has one, and how it starts is the operator's. */
  async launch() {
    return this.#browser('launch');
  }

  async connect() {
    return this.#browser('connect');
  }

  async connectOverCDP() {
    return this.#browser('connectOverCDP');
  }

  async launchPersistentContext() {
    return unsupported(`${this.#name}.launchPersistentContext`, 'a run has fresh profiles only; use browser.newContext');
  }

  async launchServer() {
    return unsupported(`${this.#name}.launchServer`, 'the browser belongs to the run');
  }

  #browser(how) {
    if (!this.#available) unsupported(`${this.#name}.${how}`, 'a run has one Chrome; use chromium');
    return browser;
  }
}

export const chromium = new BrowserType('chromium', true);
export const firefox = new BrowserType('firefox', false);
export const webkit = new BrowserType('webkit', false);
export const browser = new Browser(chromium);
