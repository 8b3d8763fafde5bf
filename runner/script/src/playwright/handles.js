// Handles to objects and elements of pages, as older scripts live on them.

import { addActions, HELD_ACTIONS } from './actions.js';
import { ask, forget, lookup, register } from './channel.js';
import { oneOf, screenshotOf } from './elements.js';
import { evaluateAllOn, evaluateWith } from './evaluate.js';
import { failure } from './errors.js';
import { brand } from './handle_brand.js';
import { decode } from './values.js';

export class JSHandle {
  #preview;
  #disposed = false;

  constructor({ id, preview, frame }) {
    this._id = id;
    this._frameId = frame;
    this.#preview = preview;
    brand(this);
  }

  /** Returns the id, unless the handle was let go. */
  _usable() {
    if (this.#disposed) throw failure('closed', 'JSHandle is disposed!');
    return this._id;
  }

  async evaluate(pageFunction, arg, options) {
    return evaluateWith(`${this._kind}.evaluate`, this, pageFunction, arg, options, false);
  }

  async evaluateHandle(pageFunction, arg, options) {
    return evaluateWith(`${this._kind}.evaluateHandle`, this, pageFunction, arg, options, true);
  }

  async jsonValue() {
    return decode(await ask(`${this._kind}.jsonValue`, 'handle.jsonValue', { handle: this._usable() }));
  }

  async getProperty(propertyName) {
    return makeHandle(await ask(`${this._kind}.getProperty`, 'handle.property', { handle: this._usable(), name: propertyName }));
  }

  async getProperties() {
    const list = await ask(`${this._kind}.getProperties`, 'handle.properties', { handle: this._usable() });
    return new Map(list.map(([name, handle]) => [name, makeHandle(handle)]));
  }

  asElement() {
    return null;
  }

  async dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    forget(this._id);
    await ask(`${this._kind}.dispose`, 'handle.dispose', { handle: this._id });
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.dispose();
  }

  toString() {
    return this.#preview;
  }

  _preview(words) {
    this.#preview = words;
  }

  get _kind() {
    return 'jsHandle';
  }
}

export class ElementHandle extends JSHandle {
  constructor(description) {
    super(description);
    register(this._id, this);
  }

  /** The element in words comes a moment later. */
  _receive(event, data) {
    if (event === 'preview') this._preview(`JSHandle@${data}`);
  }

  get _kind() {
    return 'elementHandle';
  }

  asElement() {
    return this;
  }

  #timeouts() {
    return lookup(this._frameId)._timeouts;
  }

  async screenshot(options) {
    return screenshotOf('elementHandle.screenshot', { element: this._usable() }, options, this.#timeouts());
  }

  async waitForElementState(state, options) {
    const { timeout, signal } = options ?? {};
    oneOf('visible', 'hidden', 'stable', 'enabled', 'disabled', 'editable')('elementHandle.waitForElementState', 'state', state);
    const args = { element: this._usable(), state };
    return ask('elementHandle.waitForElementState', 'handle.waitForState', args, { timeout: this.#timeouts().action({ timeout }), signal });
  }

  // ---- elements below, frames around ----

  async $(selector) {
    return makeHandle(await ask('elementHandle.$', 'handle.query', { element: this._usable(), selector }));
  }

  async $$(selector) {
    return (await ask('elementHandle.$$', 'handle.queryAll', { element: this._usable(), selector })).map(makeHandle);
  }

  async $eval(selector, pageFunction, arg, options) {
    const element = await this.$(selector);
    if (!element) throw failure('invalid', `elementHandle.$eval: Failed to find element matching selector "${selector}"`);
    return evaluateWith('elementHandle.$eval', element, pageFunction, arg, options, false);
  }

  async $$eval(selector, pageFunction, arg, options) {
    return evaluateAllOn('elementHandle.$$eval', { element: this._usable(), selector, around: this._frameId }, pageFunction, arg, options);
  }

  async waitForSelector(selector, options = {}) {
    const { state = 'visible', strict = false, timeout, signal } = options;
    const limit = this.#timeouts().action({ timeout });
    const args = { element: this._usable(), selector, state, strict };
    return makeHandle(await ask('elementHandle.waitForSelector', 'handle.waitForElement', args, { timeout: limit, signal }));
  }

  async contentFrame() {
    return lookup(await ask('elementHandle.contentFrame', 'handle.contentFrame', { element: this._usable() })) ?? null;
  }

  async ownerFrame() {
    return lookup(await ask('elementHandle.ownerFrame', 'handle.ownerFrame', { element: this._usable() })) ?? null;
  }
}

addActions(ElementHandle.prototype, 'elementHandle', HELD_ACTIONS, (handle) => ({
  target: { element: handle._usable() },
  timeouts: lookup(handle._frameId)._timeouts,
}));

/** Makes a handle of the host's description; nothing for nothing. */
export function makeHandle(description) {
  if (description === null || description === undefined) return null;
  return description.element ? new ElementHandle(description) : new JSHandle(description);
}
