// Matchers of locators, pages and answers. Those of locators and pages are one call that waits in
// the page until the expectation holds or time is over.
//
// Each is called with `this = { isNot, timeout, site }` and gives `{ pass, message, expected, actual,
// timeout, log }`, with `pass` as of the matcher without `not`.

import { ask } from './channel.js';
import { failure, unsupported } from './errors.js';
import { stateWords, textWords, valueWords, words } from './expect_words.js';
import { Locator } from './locator.js';
import { resolveAddress, urlMatches } from './matching.js';
import { Page } from './page.js';
import { pretty } from './pretty.js';
import { ApiResponse } from './request.js';
import { decode, encode } from './values.js';
import { Wait } from './wait.js';

function pattern(value) {
  return value instanceof RegExp ? { source: value.source, flags: value.flags } : value;
}

function isText(value) {
  return typeof value === 'string' || value instanceof RegExp;
}

/** Refuses what is no text and no expression. */
function checkText(state, name, locator, value) {
  if (isText(value)) return;
  const lines = [`expect(${locator ? 'locator' : 'page'})${state.isNot ? '.not' : ''}.${name}(expected) failed`, ''];
  if (locator) lines.push(`Locator: ${locator}`);
  lines.push('Error: expected value must be a string or regular expression');
  if (value === null || value === undefined) lines.push(`Expected has value: ${value}`);
  else lines.push(`Expected has type:  ${Array.isArray(value) ? 'array' : typeof value}`, `Expected has value: ${pretty(value)}`);
  throw failure('invalid', lines.join('\n'), state.site);
}

/** Asks for a locator; `show(received)` gives the words of what was expected and what was there. */
async function locatorMatcher(state, locator, { name, argument = 'expected', wish, expected, show }, options = {}) {
  const timeout = options.timeout ?? state.timeout;
  const { frame, selector } = locator._target();
  const request = { frame, selector, expectation: { ...wish, matcher: name, not: Boolean(state.isNot) } };
  const outcome = await asked(state, request, timeout, options.signal, locator);
  return result(state, { name, argument, locator: String(locator), expected, show, timeout, outcome });
}

async function pageMatcher(state, page, { name, wish, expected, show }, options) {
  const { timeout: own, signal, ...rest } = options ?? {};
  const timeout = own ?? state.timeout;
  const request = { frame: page.mainFrame()._id, expectation: { ...wish, ...rest, matcher: name, not: Boolean(state.isNot) } };
  const outcome = await asked(state, request, timeout, signal);
  return result(state, { name, argument: 'expected', expected, show, timeout, outcome });
}

/** An assertion that is aborted fails as one whose time is over. */
async function asked(state, request, timeout, signal, locator) {
  const failed = (log) => ({ pass: false, received: undefined, error: `The assertion was aborted: ${reasonOf(signal)}`, log });
  if (signal?.aborted) return failed([]);
  try {
    return await ask('expect', 'frame.expect', request, { timeout, signal, site: state.site });
  } catch (error) {
    if (!signal?.aborted) throw error;
    const { matcher, not } = request.expectation;
    const log = [`Expect "${not ? 'not ' : ''}${matcher}" with timeout ${timeout}ms`];
    if (locator) log.push(`waiting for ${locator}`);
    return failed(log);
  }
}

function reasonOf({ reason }) {
  return reason instanceof Error ? reason.message : String(reason ?? 'aborted');
}

/** Makes the matcher's result; `pass` is of the plain matcher, before `not`. */
function result(state, { name, argument, locator, expected, show, timeout, outcome }) {
  const missing = outcome.missing && outcome.received === null;
  const error = outcome.error ?? (missing ? 'element(s) not found' : undefined);
  const over = outcome.timedOut ? timeout : undefined;
  return {
    name,
    pass: outcome.pass !== Boolean(state.isNot),
    expected,
    actual: outcome.received ?? undefined,
    timeout: over,
    log: outcome.log,
    message: () => words(state, { name, argument, locator, shown: show(state, outcome.received), timeout: over, error, log: outcome.log }),
  };
}

/** A matcher of a state, with the option that turns it round: `toBeVisible({ visible: false })`. */
function stateMatcher(name, word, option, opposite) {
  return async function (locator, options = {}) {
    const value = option ? options[option] : undefined;
    const turned = value === false;
    return locatorMatcher(this, locator, {
      name,
      argument: turned ? `{ ${option}: false }` : '',
      wish: value === undefined ? {} : { [option]: value },
      ...stated(turned ? opposite : word),
    }, options);
  };
}

function stated(expected) {
  return { expected, show: (state, received) => stateWords(state, expected, received) };
}

/** A matcher of one text, and of a list where `many` says so. */
function textMatcher(name, { many = false, substring = false } = {}) {
  return async function (locator, expected, options = {}) {
    const { timeout, signal, ...rest } = options;
    const listed = many && Array.isArray(expected);
    for (const item of listed ? expected : [expected]) checkText(this, name, locator, item);
    const show = listed
      ? (state, received) => valueWords(state, expected, received)
      : (state, received) => textWords(state, expected, received, substring);
    const wish = { expected: listed ? expected.map(pattern) : pattern(expected), ...rest };
    return locatorMatcher(this, locator, { name, wish, expected, show }, { timeout, signal });
  };
}

const matchersOfLocators = {
  toBeAttached: stateMatcher('toBeAttached', 'attached', 'attached', 'detached'),
  toBeVisible: stateMatcher('toBeVisible', 'visible', 'visible', 'hidden'),
  toBeHidden: stateMatcher('toBeHidden', 'hidden'),
  toBeEnabled: stateMatcher('toBeEnabled', 'enabled', 'enabled', 'disabled'),
  toBeDisabled: stateMatcher('toBeDisabled', 'disabled'),
  toBeEditable: stateMatcher('toBeEditable', 'editable', 'editable', 'readOnly'),
  toBeEmpty: stateMatcher('toBeEmpty', 'empty'),
  toBeFocused: stateMatcher('toBeFocused', 'focused'),
  async toBeChecked(locator, options = {}) {
    const { checked, indeterminate, ...rest } = options;
    const word = indeterminate ? 'indeterminate' : checked === false ? 'unchecked' : 'checked';
    const argument = { indeterminate: '{ indeterminate: true }', unchecked: '{ checked: false }', checked: '' }[word];
    return locatorMatcher(this, locator, { name: 'toBeChecked', argument, wish: { checked, indeterminate }, ...stated(word) }, rest);
  },
  async toBeInViewport(locator, options = {}) {
    const { ratio, ...rest } = options;
    return locatorMatcher(this, locator, { name: 'toBeInViewport', argument: '', wish: { ratio }, ...stated('in viewport') }, rest);
  },
  toHaveText: textMatcher('toHaveText', { many: true }),
  toContainText: textMatcher('toContainText', { many: true, substring: true }),
  async toHaveClass(locator, expected, options = {}) {
    const { partial, ...rest } = options;
    if (!partial) return haveClass.call(this, locator, expected, rest);
    const expressions = [expected].flat().some((item) => item instanceof RegExp);
    if (expressions) throw new Error('Partial matching does not support regular expressions. Please provide a string value.');
    return matchersOfLocators.toContainClass.call(this, locator, expected, rest);
  },
  async toContainClass(locator, expected, options = {}) {
    if (expected instanceof RegExp) throw new Error('"expected" argument in toContainClass cannot be a RegExp value');
    if ([expected].flat().some((item) => item instanceof RegExp)) throw new Error('"expected" argument in toContainClass cannot contain RegExp values');
    return containClass.call(this, locator, expected, options);
  },
  toHaveId: textMatcher('toHaveId'),
  async toHaveRole(locator, expected, options = {}) {
    if (typeof expected !== 'string') throw new Error('"role" argument in toHaveRole must be a string');
    return haveRole.call(this, locator, expected, options);
  },
  toHaveValue: textMatcher('toHaveValue'),
  toHaveAccessibleName: textMatcher('toHaveAccessibleName'),
  toHaveAccessibleDescription: textMatcher('toHaveAccessibleDescription'),
  toHaveAccessibleErrorMessage: textMatcher('toHaveAccessibleErrorMessage'),
  async toHaveValues(locator, expected, options = {}) {
    for (const item of expected) checkText(this, 'toHaveValues', locator, item);
    return locatorMatcher(this, locator, { name: 'toHaveValues', wish: { expected: expected.map(pattern) }, ...valued(expected) }, options);
  },
  async toHaveCount(locator, expected, options = {}) {
    if (typeof expected !== 'number') throw failure('invalid', `expect.toHaveCount: expectedNumber: expected number, got ${typeof expected}`, this.site);
    return locatorMatcher(this, locator, { name: 'toHaveCount', wish: { expected }, ...valued(expected) }, options);
  },
  async toHaveAttribute(locator, name, expected, options) {
    const given = isText(expected) || (expected !== undefined && options !== undefined);
    if (given) {
      checkText(this, 'toHaveAttribute', locator, expected);
      const { timeout, signal, ...rest } = options ?? {};
      const show = (state, received) => textWords(state, expected, received);
      return locatorMatcher(this, locator, { name: 'toHaveAttribute', wish: { name, expected: pattern(expected), ...rest }, expected, show }, { timeout, signal });
    }
    return locatorMatcher(this, locator, { name: 'toHaveAttribute', argument: '', wish: { name }, ...stated('have attribute') }, expected ?? options);
  },
  async toHaveCSS(locator, name, expected, options = {}) {
    if (typeof name === 'object' && name !== null) return haveStyles(this, locator, name, expected);
    checkText(this, 'toHaveCSS', locator, expected);
    const { timeout, signal, ...rest } = options;
    const show = (state, received) => textWords(state, expected, received);
    return locatorMatcher(this, locator, { name: 'toHaveCSS', wish: { name, expected: pattern(expected), ...rest }, expected, show }, { timeout, signal });
  },
  async toHaveJSProperty(locator, name, expected, options = {}) {
    const show = (state, received) => valueWords(state, expected, received === null ? undefined : decode(received));
    const wish = { name, expected: encode(expected).value };
    const told = await locatorMatcher(this, locator, { name: 'toHaveJSProperty', wish, expected, show }, options);
    return { ...told, actual: told.actual === undefined ? undefined : decode(told.actual) };
  },
  async toMatchAriaSnapshot(locator, expected, options = {}) {
    const text = snapshot('toMatchAriaSnapshot', expected);
    return locatorMatcher(this, locator, { name: 'toMatchAriaSnapshot', wish: { expected: text }, ...snapshotted(text) }, options);
  },
  async toHaveScreenshot() {
    return unsupported('expect(locator).toHaveScreenshot', 'pictures are not compared; a run keeps one when a test fails');
  },
};

const haveClass = textMatcher('toHaveClass', { many: true });
const containClass = textMatcher('toContainClass', { many: true });
const haveRole = textMatcher('toHaveRole');

function valued(expected) {
  return { expected, show: (state, received) => valueWords(state, expected, received) };
}

function snapshotted(expected) {
  return { expected, show: (state, received) => (state.isNot ? textWords(state, expected, received) : valueWords(state, expected, received ?? '')) };
}

function snapshot(name, expected) {
  if (typeof expected !== 'string') unsupported(`${name} without a text`, 'snapshots in files would have to be written');
  return unindented(expected);
}

/** Several styles at once, named as in CSS or in script: `{ fontSize: '12px' }`. */
async function haveStyles(state, locator, styles, options = {}) {
  const { timeout, signal, ...rest } = options;
  const expected = Object.fromEntries(Object.entries(styles).map(([name, value]) => [cssName(name), String(value)]));
  const show = (_, received) => valueWords(state, expected, received ?? {});
  return locatorMatcher(state, locator, { name: 'toHaveCSS', wish: { styles: expected, ...rest }, expected, show }, { timeout, signal });
}

function cssName(name) {
  return name.startsWith('--') ? name : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/^ms-/, '-ms-');
}

/** Takes away the indentation that a template in a script has. */
function unindented(template) {
  const lines = template.split('\n').filter((line, index, all) => line.trim() || (index > 0 && index < all.length - 1));
  const indents = lines.filter((line) => line.trim()).map((line) => /^ */.exec(line)[0].length);
  const least = Math.min(...indents);
  return lines.map((line) => line.slice(Number.isFinite(least) ? least : 0)).join('\n');
}

const matchersOfPages = {
  async toHaveTitle(page, expected, options = {}) {
    checkText(this, 'toHaveTitle', undefined, expected);
    const show = (state, received) => textWords(state, expected, received);
    return pageMatcher(this, page, { name: 'toHaveTitle', wish: { expected: pattern(expected) }, expected, show }, options);
  },
  async toHaveURL(page, expected, options = {}) {
    if (typeof expected === 'function' || isPattern(expected)) return urlPredicate(this, page, expected, options);
    checkText(this, 'toHaveURL', undefined, expected);
    const wanted = typeof expected === 'string' ? resolveAddress(page.context()._options.baseURL, expected) : expected;
    const show = (state, received) => textWords(state, wanted, received);
    return pageMatcher(this, page, { name: 'toHaveURL', wish: { expected: pattern(wanted) }, expected: wanted, show }, options);
  },
  async toHaveScreenshot() {
    return unsupported('expect(page).toHaveScreenshot', 'pictures are not compared; a run keeps one when a test fails');
  },
  async toMatchAriaSnapshot(page, expected, options = {}) {
    const text = snapshot('toMatchAriaSnapshot', expected);
    return pageMatcher(this, page, { name: 'toMatchAriaSnapshot', wish: { expected: text }, ...snapshotted(text) }, options);
  },
};

function isPattern(value) {
  return typeof value === 'object' && value !== null && typeof value.test === 'function' && !(value instanceof RegExp);
}

/** Waits for an address that a function or a URLPattern means: looked at with each navigation. */
async function urlPredicate(state, page, expected, options) {
  const timeout = options.timeout ?? state.timeout;
  const base = page.context()._options.baseURL;
  const ignoreCase = (url) => (options.ignoreCase ? url.toLowerCase() : url);
  const matches = () => urlMatches(base, ignoreCase(page.url()), expected);
  const not = Boolean(state.isNot);
  let timedOut = false;
  if (matches() === not) {
    const wait = new Wait('expect', 'while waiting for the address', { timeout, signal: options.signal, site: state.site });
    wait.failOn(page, 'close', new Error('closed'));
    await wait.on(page.mainFrame()._events, 'navigated', () => matches() !== not).promise.catch(() => {
      timedOut = true;
    });
  }
  const error = options.signal?.aborted ? `The assertion was aborted: ${reasonOf(options.signal)}` : undefined;
  const outcome = { pass: matches() !== not, received: page.url(), timedOut: timedOut && !error, error, log: [] };
  const show = (_, received) => ({ expected: `Expected: predicate to ${not ? 'fail' : 'succeed'}`, received: `Received: ${pretty(received)}` });
  return result(state, { name: 'toHaveURL', argument: 'expected', expected, show, timeout, outcome });
}

const matchersOfAnswers = {
  async toBeOK(response) {
    const pass = response.ok();
    const body = pass === Boolean(this.isNot) ? await shortText(response) : '';
    return {
      name: 'toBeOK',
      pass,
      message: () => `expect(response)${this.isNot ? '.not' : ''}.toBeOK() failed\n\n${response.status()} ${response.statusText()} ${response.url()}${body}\n`,
    };
  },
};

async function shortText(response) {
  const type = response.headers()['content-type'] ?? '';
  if (!/^text\/|json|xml|javascript/.test(type)) return '';
  return `\n\nResponse text:\n${(await response.text()).slice(0, 1000)}`;
}

const KINDS = [
  [Locator, 'Locator', matchersOfLocators],
  [Page, 'Page', matchersOfPages],
  [ApiResponse, 'APIResponse', matchersOfAnswers],
];

/** All of them by name; each chooses by what it is given. */
export const pageMatchers = {};
for (const name of new Set(KINDS.flatMap(([, , matchers]) => Object.keys(matchers)))) {
  const fitting = KINDS.filter(([, , matchers]) => name in matchers);
  pageMatchers[name] = function (received, ...args) {
    const kind = fitting.find(([type]) => received instanceof type);
    if (!kind) throw new TypeError(`${name} can be only used with ${fitting.map(([, word]) => word).join(' or ')} object`);
    return kind[2][name].call(this, received, ...args);
  };
}
