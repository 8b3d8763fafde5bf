// Locators: selectors bound to a frame. Every action is one call that waits in the page.

import { ask } from './channel.js';
import { act, boundingBoxOf, screenshotOf } from './elements.js';
import { evaluateOn, evaluateAllOn } from './evaluate.js';
import { invalid, refuse, unsupported } from './errors.js';
import { inputFiles } from './files.js';
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

  #act(api, name, args, options) {
    return act(`locator.${api}`, this._target(), name, args, options, this._frame._timeouts);
  }

  _target() {
    return { frame: this._frame._id, selector: this._selector, strict: true };
  }

  async click(options) {
    return this.#act('click', 'click', {}, options);
  }

  async dblclick(options) {
    return this.#act('dblclick', 'dblclick', {}, options);
  }

  async hover(options) {
    return this.#act('hover', 'hover', {}, options);
  }

  async tap(options) {
    return this.#act('tap', 'tap', {}, options);
  }

  async check(options) {
    return this.#act('check', 'check', {}, options);
  }

  async uncheck(options) {
    return this.#act('uncheck', 'uncheck', {}, options);
  }

  async setChecked(checked, options) {
    return this.#act('setChecked', 'setChecked', { checked: Boolean(checked) }, options);
  }

  async fill(value, options) {
    return this.#act('fill', 'fill', { value }, options);
  }

  async clear(options) {
    return this.#act('clear', 'clear', {}, options);
  }

  async type(text, options) {
    return this.#act('type', 'pressSequentially', { text }, options);
  }

  async pressSequentially(text, options) {
    return this.#act('pressSequentially', 'pressSequentially', { text }, options);
  }

  async press(key, options) {
    return this.#act('press', 'press', { key }, options);
  }

  async focus(options) {
    return this.#act('focus', 'focus', {}, options);
  }

  async blur(options) {
    return this.#act('blur', 'blur', {}, options);
  }

  async selectText(options) {
    return this.#act('selectText', 'selectText', {}, options);
  }

  async selectOption(values, options) {
    return this.#act('selectOption', 'selectOption', { values }, options);
  }

  async setInputFiles(files, options) {
    return this.#act('setInputFiles', 'setInputFiles', { files: inputFiles('locator.setInputFiles', files) }, options);
  }

  async scrollIntoViewIfNeeded(options) {
    return this.#act('scrollIntoViewIfNeeded', 'scrollIntoViewIfNeeded', {}, options);
  }

  async dispatchEvent(type, eventInit, options) {
    return this.#act('dispatchEvent', 'dispatchEvent', { type, eventInit }, options);
  }

  async dragTo(target, options) {
    sameFrame(this._frame, target);
    return this.#act('dragTo', 'dragTo', { target: target._selector }, options);
  }

  async drop(payload, options) {
    const { files, data } = payload ?? {};
    if (files === undefined && data === undefined) invalid('locator.drop', 'At least one of "files" or "data" must be provided.');
    const args = { files: files === undefined ? [] : inputFiles('locator.drop', files), data: data ?? {} };
    return this.#act('drop', 'drop', args, options);
  }

  async waitFor(options = {}) {
    const { state = 'visible', ...rest } = options;
    return this.#act('waitFor', 'waitFor', { state }, rest);
  }

  async highlight(options) {
    refuse('locator.highlight', options, ['style']);
    await this.#act('highlight', 'highlight', {}, undefined);
    return disposable(() => this.hideHighlight());
  }

  async hideHighlight() {
    return unsupported('locator.hideHighlight', 'nobody watches a monitor; the mark goes with the document');
  }

  // ---- reading ----

  async count() {
    return this.#act('count', 'count', {}, undefined);
  }

  async textContent(options) {
    return this.#act('textContent', 'textContent', {}, options);
  }

  async innerText(options) {
    return this.#act('innerText', 'innerText', {}, options);
  }

  async innerHTML(options) {
    return this.#act('innerHTML', 'innerHTML', {}, options);
  }

  async inputValue(options) {
    return this.#act('inputValue', 'inputValue', {}, options);
  }

  async getAttribute(name, options) {
    return this.#act('getAttribute', 'getAttribute', { name }, options);
  }

  async allTextContents() {
    return this.#act('allTextContents', 'allTextContents', {}, undefined);
  }

  async allInnerTexts() {
    return this.#act('allInnerTexts', 'allInnerTexts', {}, undefined);
  }

  async isVisible() {
    return this.#act('isVisible', 'isVisible', {}, undefined);
  }

  async isHidden() {
    return this.#act('isHidden', 'isHidden', {}, undefined);
  }

  async isEnabled(options) {
    return this.#act('isEnabled', 'isEnabled', {}, options);
  }

  async isDisabled(options) {
    return this.#act('isDisabled', 'isDisabled', {}, options);
  }

  async isEditable(options) {
    return this.#act('isEditable', 'isEditable', {}, options);
  }

  async isChecked(options) {
    return this.#act('isChecked', 'isChecked', {}, options);
  }

  async boundingBox(options) {
    return boundingBoxOf('locator.boundingBox', this._target(), options, this._frame._timeouts);
  }

  async ariaSnapshot(options) {
    return this.#act('ariaSnapshot', 'ariaSnapshot', {}, options);
  }

  async ariaSnapshotJSON() {
    return unsupported('locator.ariaSnapshotJSON', 'use locator.ariaSnapshot');
  }

  async screenshot(options) {
    return screenshotOf('locator.screenshot', this._target(), options, this._frame._timeouts);
  }

  // ---- code in the page ----

  async evaluate(pageFunction, arg, options) {
    return evaluateOn('locator.evaluate', this._target(), pageFunction, arg, this.#limit(options));
  }

  async evaluateHandle(pageFunction, arg, options) {
    return evaluateOn('locator.evaluateHandle', this._target(), pageFunction, arg, { ...this.#limit(options), handle: true });
  }

  async evaluateAll(pageFunction, arg) {
    return evaluateAllOn('locator.evaluateAll', this._target(), pageFunction, arg);
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

  /** Answers an assertion once it holds or time is over; one call, the waiting is in the page. */
  async _expect(expectation, options, site) {
    return ask('expect', 'frame.expect', { ...this._target(), expectation }, { timeout: options.timeout, site });
  }

}
addFactories(Locator.prototype);

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

