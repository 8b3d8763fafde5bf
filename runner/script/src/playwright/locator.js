// Locators: selectors bound to a frame. Every action is one call that waits in the page.

import { addActions, LOCATOR_ACTIONS } from './actions.js';
import { ask } from './channel.js';
import { act, screenshotOf } from './elements.js';
import { evaluateOn, evaluateAllOn } from './evaluate.js';
import { makeHandle } from './handles.js';
import { addFactories, bySelector, narrowing, sameFrame } from './selectors.js';

export class Locator {
  #description;

  constructor(frame, selector, text, options) {
    this._frame = frame;
    const narrowed = narrowing(frame, options);
    this._selector = [selector, ...narrowed.parts].join(' >> ');
    this._text = text + narrowed.text;
  }

  _found({ selector, text }, options) {
    return new Locator(this._frame, `${this._selector} >> ${selector}`, `${this._text}.${text}`, options);
  }

  #narrowed(part, text) {
    return new Locator(this._frame, `${this._selector} >> ${part}`, this._text + text);
  }

  // ---- making further locators ----

  locator(selectorOrLocator, options) {
    if (!(selectorOrLocator instanceof Locator)) return this._found(bySelector('locator.locator', selectorOrLocator), options);
    sameFrame(this._frame, selectorOrLocator);
    const part = `internal:chain=${JSON.stringify(selectorOrLocator._selector)}`;
    return this._found({ selector: part, text: `locator(${selectorOrLocator._text})` }, options);
  }

  /** The same, looked for inside of another locator. */
  within(locator) {
    sameFrame(this._frame, locator);
    return locator.locator(this);
  }

  filter(options) {
    return new Locator(this._frame, this._selector, this._text, options);
  }

  visible() {
    return this.filter({ visible: true });
  }

  first() {
    return this.#narrowed('nth=0', '.first()');
  }

  last() {
    return this.#narrowed('nth=-1', '.last()');
  }

  nth(index) {
    return this.#narrowed(`nth=${index}`, index === 0 ? '.first()' : index === -1 ? '.last()' : `.nth(${index})`);
  }

  and(locator) {
    sameFrame(this._frame, locator);
    return this.#narrowed(`internal:and=${JSON.stringify(locator._selector)}`, `.and(${locator._text})`);
  }

  or(locator) {
    sameFrame(this._frame, locator);
    return this.#narrowed(`internal:or=${JSON.stringify(locator._selector)}`, `.or(${locator._text})`);
  }

  frameLocator(selector) {
    const frames = this._found(bySelector('locator.frameLocator', selector));
    return new FrameLocator(frames);
  }

  contentFrame() {
    return new FrameLocator(this);
  }

  describe(description) {
    const described = this.#narrowed(`internal:describe=${JSON.stringify(description)}`, '');
    described.#description = description;
    return described;
  }

  description() {
    return this.#description ?? null;
  }

  page() {
    return this._frame.page();
  }

  toString() {
    return this.#description ?? this._text;
  }

  async all() {
    const count = await this.count();
    return Array.from({ length: count }, (_, index) => this.nth(index));
  }

  async normalize() {
    return this;
  }

  // ---- actions ----

  _target() {
    return { frame: this._frame._id, selector: this._selector, strict: true };
  }

  async dragTo(target, options) {
    sameFrame(this._frame, target);
    return act('locator.dragTo', this._target(), 'dragTo', { target: target._selector }, options, this._frame._timeouts);
  }

  async highlight(options) {
    await act('locator.highlight', this._target(), 'highlight', { style: declarations(options?.style) }, undefined, this._frame._timeouts);
    return disposable(() => this.hideHighlight());
  }

  async hideHighlight() {
    await act('locator.hideHighlight', this._target(), 'hideHighlight', {}, undefined, this._frame._timeouts);
  }

  async screenshot(options) {
    return screenshotOf('locator.screenshot', this._target(), options, this._frame._timeouts);
  }

  // ---- code in the page ----

  async evaluate(pageFunction, arg, options) {
    return evaluateOn('locator.evaluate', this._target(), pageFunction, arg, options, this.#limit(options));
  }

  async evaluateHandle(pageFunction, arg, options) {
    return evaluateOn('locator.evaluateHandle', this._target(), pageFunction, arg, options, { ...this.#limit(options), handle: true });
  }

  async evaluateAll(pageFunction, arg, options) {
    return evaluateAllOn('locator.evaluateAll', this._target(), pageFunction, arg, options);
  }

  async elementHandle(options) {
    const { timeout, signal } = this.#limit(options);
    return makeHandle(await ask('locator.elementHandle', 'frame.waitForElement', { ...this._target(), state: 'attached' }, { timeout, signal }));
  }

  async elementHandles() {
    const { frame, selector } = this._target();
    return (await ask('locator.elementHandles', 'frame.queryAll', { frame, selector })).map(makeHandle);
  }

  async waitForFunction(pageFunction, arg, options) {
    const handle = await this.elementHandle(options);
    await this._frame._waitForFunction('locator.waitForFunction', pageFunction, arg, options, handle);
  }

  #limit(options) {
    return { timeout: this._frame._timeouts.action(options), signal: options?.signal };
  }
}
addFactories(Locator.prototype);
addActions(Locator.prototype, 'locator', LOCATOR_ACTIONS, (locator) => ({ target: locator._target(), timeouts: locator._frame._timeouts }));

/** CSS declarations as text, also where they are given as an object. */
function declarations(style = '') {
  if (typeof style === 'string') return style;
  const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return Object.entries(style).map(([name, value]) => `${kebab(name)}:${value}`).join(';');
}

export function disposable(dispose) {
  return { dispose, ...(Symbol.asyncDispose ? { [Symbol.asyncDispose]: dispose } : {}) };
}

/** A frame that is found by its element, each time anew. */
export class FrameLocator {
  #owner;

  constructor(owner) {
    this.#owner = owner;
  }

  _found({ selector, text }, options) {
    const { _frame, _selector, _text } = this.#owner;
    return new Locator(_frame, `${_selector} >> internal:control=enter-frame >> ${selector}`, `${_text}.contentFrame().${text}`, options);
  }

  locator(selectorOrLocator, options) {
    if (!(selectorOrLocator instanceof Locator)) return this._found(bySelector('frameLocator.locator', selectorOrLocator), options);
    sameFrame(this.#owner._frame, selectorOrLocator);
    return this._found({ selector: selectorOrLocator._selector, text: selectorOrLocator._text }, options);
  }

  frameLocator(selector) {
    return new FrameLocator(this.locator(selector));
  }

  owner() {
    return this.#owner;
  }

  first() {
    return new FrameLocator(this.#owner.first());
  }

  last() {
    return new FrameLocator(this.#owner.last());
  }

  nth(index) {
    return new FrameLocator(this.#owner.nth(index));
  }

  toString() {
    return `${this.#owner._text}.contentFrame()`;
  }
}
addFactories(FrameLocator.prototype);

