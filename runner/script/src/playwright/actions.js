// What can be done with an element, once: locators, pages and frames with a selector, and element
// handles differ only in how they name it.

import { act } from './elements.js';

/** Each tells the action, its arguments and its options. */
export const ACTIONS = {
  click: (options) => ['click', {}, options],
  dblclick: (options) => ['dblclick', {}, options],
  hover: (options) => ['hover', {}, options],
  tap: (options) => ['tap', {}, options],
  check: (options) => ['check', {}, options],
  uncheck: (options) => ['uncheck', {}, options],
  setChecked: (checked, options) => ['setChecked', { checked: Boolean(checked) }, options],
  fill: (value, options) => ['fill', { value }, options],
  type: (text, options) => ['pressSequentially', { text }, options],
  press: (key, options) => ['press', { key }, options],
  focus: (options) => ['focus', {}, options],
  selectOption: (values, options) => ['selectOption', { values }, options],
  setInputFiles: (files, options) => ['setInputFiles', { files }, options],
  dispatchEvent: (type, eventInit, options) => ['dispatchEvent', { type, eventInit }, options],
  textContent: (options) => ['textContent', {}, options],
  innerText: (options) => ['innerText', {}, options],
  innerHTML: (options) => ['innerHTML', {}, options],
  inputValue: (options) => ['inputValue', {}, options],
  getAttribute: (name, options) => ['getAttribute', { name }, options],
  isVisible: (options) => ['isVisible', {}, now(options)],
  isHidden: (options) => ['isHidden', {}, now(options)],
  isEnabled: (options) => ['isEnabled', {}, options],
  isDisabled: (options) => ['isDisabled', {}, options],
  isEditable: (options) => ['isEditable', {}, options],
  isChecked: (options) => ['isChecked', {}, options],
};

/** What elements that are held have besides. */
export const HELD_ACTIONS = {
  ...ACTIONS,
  scrollIntoViewIfNeeded: (options) => ['scrollIntoViewIfNeeded', {}, options],
  selectText: (options) => ['selectText', {}, options],
  boundingBox: (options) => ['boundingBox', {}, options],
};

/** What locators have besides. */
export const LOCATOR_ACTIONS = {
  ...HELD_ACTIONS,
  blur: (options) => ['blur', {}, options],
  clear: (options) => ['clear', {}, options],
  pressSequentially: ACTIONS.type,
  drop: (payload, options) => ['drop', { payload }, options],
  waitFor: ({ state = 'visible', ...options } = {}) => ['waitFor', { state }, options],
  ariaSnapshot: (options) => ['ariaSnapshot', {}, options],
  ariaSnapshotJSON: (options) => ['ariaSnapshot', { json: true }, options],
  count: () => ['count', {}, undefined],
  allTextContents: () => ['allTextContents', {}, undefined],
  allInnerTexts: () => ['allInnerTexts', {}, undefined],
};

/** These two look once: their time limit has had no meaning for long. */
function now(options) {
  return options?.strict === undefined ? undefined : { strict: options.strict };
}

/**
 * Gives `prototype` the actions under the name `owner`. `placeOf(object, api, args)` tells the target
 * and the time limits, and takes from the arguments what belongs to the target.
 */
export function addActions(prototype, owner, actions, placeOf) {
  for (const [name, make] of Object.entries(actions)) {
    const api = `${owner}.${name}`;
    const value = async function (...args) {
      const { target, timeouts } = placeOf(this, api, args);
      const [action, values, options] = make(...args);
      return act(api, target, action, values, options, timeouts);
    };
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  }
}
