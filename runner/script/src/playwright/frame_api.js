// What pages and frames have in common: a page's methods are those of its main frame. Each is made
// twice, so that errors name what the script called.

import { ACTIONS, addActions } from './actions.js';
import { ask } from './channel.js';
import { act } from './elements.js';
import { evaluateAllOn, evaluateHandleIn, evaluateIn, evaluateOn, oneArgument } from './evaluate.js';
import { invalid } from './errors.js';
import { readText } from './files.js';
import { makeHandle } from './handles.js';
import { FrameLocator, Locator } from './locator.js';
import { bySelector, factories } from './selectors.js';
import { setTimer } from './native.js';
import * as navigation from './navigation.js';

/** All others; `this` is the frame, `api` the member that was called. */
const OTHERS = {
  evaluate(api, pageFunction, arg, options) {
    return evaluateIn(api, { frame: this._id }, pageFunction, arg, options);
  },
  evaluateHandle(api, pageFunction, arg, options) {
    return evaluateHandleIn(api, { frame: this._id }, pageFunction, arg, options);
  },
  async dragAndDrop(api, source, target, options) {
    if (typeof target !== 'string') invalid(api, `target: expected string, got ${typeof target}`);
    return act(api, this._select(api, source), 'dragTo', { target }, options, this._timeouts);
  },
  async $(api, selector, options) {
    const { frame, selector: text, strict } = this._select(api, selector);
    return makeHandle(await ask(api, 'frame.query', { frame, selector: text, strict: options?.strict ?? strict }));
  },
  async $$(api, selector) {
    const { frame, selector: text } = this._select(api, selector);
    return (await ask(api, 'frame.queryAll', { frame, selector: text })).map(makeHandle);
  },
  $eval(api, selector, pageFunction, arg, options) {
    oneArgument(options);
    const target = { ...this._select(api, selector), strict: options?.strict ?? this._select(api, selector).strict };
    return evaluateOn(api, target, pageFunction, arg, options, { once: true });
  },
  $$eval(api, selector, pageFunction, arg, options) {
    return evaluateAllOn(api, this._select(api, selector), pageFunction, arg, options);
  },
  async waitForSelector(api, selector, options = {}) {
    const { state = 'visible', strict, timeout, signal } = options;
    if (options.visibility !== undefined) invalid(api, 'options.visibility is not supported, did you mean options.state?');
    if (options.waitFor !== undefined && options.waitFor !== 'visible') {
      invalid(api, 'options.waitFor is not supported, did you mean options.state?');
    }
    if (!['attached', 'detached', 'visible', 'hidden'].includes(state)) {
      invalid(api, 'state: expected one of (attached|detached|visible|hidden)');
    }
    const target = this._select(api, selector);
    const args = { ...target, strict: strict ?? target.strict, state };
    return makeHandle(await ask(api, 'frame.waitForElement', args, { timeout: this._timeouts.action({ timeout }), signal }));
  },
  waitForFunction(api, pageFunction, arg, options) {
    return this._waitForFunction(api, pageFunction, arg, options);
  },
  async content(api, options = {}) {
    return ask(api, 'frame.content', { frame: this._id, includeShadow: options.includeShadow });
  },
  async title(api) {
    return ask(api, 'frame.title', { frame: this._id });
  },
  async setContent(api, html, options = {}) {
    const { waitUntil = 'load', timeout, signal } = options;
    const args = { frame: this._id, html, waitUntil: navigation.loadState(api, waitUntil) };
    return ask(api, 'frame.setContent', args, { timeout: this._timeouts.navigation({ timeout }), signal });
  },
  async addScriptTag(api, options = {}) {
    const content = await tagContent(api, options, 'script');
    return evaluateHandleIn(api, { frame: this._id }, addScript, { url: options.url, content, type: options.type ?? '' });
  },
  async addStyleTag(api, options = {}) {
    const content = await tagContent(api, options, 'style');
    return evaluateHandleIn(api, { frame: this._id }, addStyle, { url: options.url, content });
  },
  async waitForTimeout(api, ms) {
    if (typeof ms !== 'number') invalid(api, `timeout: expected number, got ${typeof ms}`);
    return this.page()._whileOpen(api, new Promise((resolve) => setTimer(resolve, ms, true)));
  },
  goto: navigation.goto,
  waitForURL: navigation.waitForURL,
  waitForNavigation: navigation.waitForNavigation,
  waitForLoadState: navigation.waitForLoadState,
};

/** Locators are made without asking anybody. */
const LOCATORS = {
  locator(api, selector, options) {
    const { selector: text, text: shown } = bySelector(api, selector);
    return new Locator(this, text, shown, options);
  },
  frameLocator(api, selector) {
    const { selector: text, text: shown } = bySelector(api, selector);
    return new FrameLocator(new Locator(this, text, shown));
  },
};

/** Gives `prototype` the methods under the name `owner`; `frameOf` finds the frame of an object. */
export function addFrameApi(prototype, owner, frameOf) {
  const define = (name, value) => Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  addActions(prototype, owner, ACTIONS, (object, api, args) => {
    const frame = frameOf(object);
    return { target: frame._select(api, args.shift()), timeouts: frame._timeouts };
  });
  for (const [name, method] of Object.entries(OTHERS)) {
    const api = `${owner}.${name}`;
    define(name, async function (...args) {
      return method.call(frameOf(this), api, ...args);
    });
  }
  for (const [name, method] of Object.entries(LOCATORS)) {
    const api = `${owner}.${name}`;
    define(name, function (...args) {
      return method.call(frameOf(this), api, ...args);
    });
  }
  for (const [name, make] of Object.entries(factories)) {
    define(name, function (...args) {
      const { selector, text } = make(...args);
      return new Locator(frameOf(this), selector, text);
    });
  }
}

async function tagContent(api, { url, path, content }, kind) {
  if (url === undefined && path === undefined && content === undefined) {
    invalid(api, 'Provide an object with a `url`, `path` or `content` property');
  }
  if (path === undefined) return content;
  const text = await readText(api, path);
  return kind === 'script' ? `${text}\n//# sourceURL=${String(path).replace(/\n/g, '')}` : `${text}\n/*# sourceURL=${String(path).replace(/\n/g, '')}*/`;
}

/** Runs in the page. */
function addScript({ url, content, type }) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    const blocked = (event) => {
      if (event.effectiveDirective.startsWith('script-src')) reject(new Error(`Refused by the page's Content Security Policy: ${event.violatedDirective}`));
    };
    document.addEventListener('securitypolicyviolation', blocked);
    const done = () => {
      document.removeEventListener('securitypolicyviolation', blocked);
      resolve(script);
    };
    script.addEventListener('error', () => reject(new Error(`Failed to load script${url ? ` at ${url}` : ''}`)));
    if (type) script.type = type;
    if (url !== undefined) {
      script.addEventListener('load', done);
      script.src = url;
    } else {
      script.text = content;
    }
    document.head.appendChild(script);
    if (url === undefined) setTimeout(done, 0);
  });
}

/** Runs in the page. */
function addStyle({ url, content }) {
  return new Promise((resolve, reject) => {
    const element = document.createElement(url === undefined ? 'style' : 'link');
    const blocked = (event) => {
      if (event.effectiveDirective.startsWith('style-src')) reject(new Error(`Refused by the page's Content Security Policy: ${event.violatedDirective}`));
    };
    document.addEventListener('securitypolicyviolation', blocked);
    element.addEventListener('load', () => {
      document.removeEventListener('securitypolicyviolation', blocked);
      resolve(element);
    });
    element.addEventListener('error', () => reject(new Error(`Failed to load style${url ? ` at ${url}` : ''}`)));
    if (url === undefined) {
      element.appendChild(document.createTextNode(content));
    } else {
      element.rel = 'stylesheet';
      element.href = url;
    }
    document.head.appendChild(element);
  });
}

