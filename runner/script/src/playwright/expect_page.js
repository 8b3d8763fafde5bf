// Matchers of locators, pages and answers. Those of locators and pages are one call that waits in
// the page until the expectation holds or time is over.
//
// Each is called with `this = { isNot, timeout, site }` and gives `{ pass, message, expected, actual,
// timeout, log }`, with `pass` as of the matcher without `not`.

import { ask } from './channel.js';
import { invalid, unsupported } from './errors.js';
import { Locator } from './locator.js';
import { resolveAddress, urlMatches } from './matching.js';
import { Page } from './page.js';
import { ApiResponse } from './request.js';
import { encode } from './values.js';
import { Wait } from './wait.js';

function pattern(value) {
  return value instanceof RegExp ? { source: value.source, flags: value.flags } : value;
}

function texts(api, value) {
  const list = Array.isArray(value) ? value : [value];
  for (const item of list) {
    if (typeof item !== 'string' && !(item instanceof RegExp)) invalid(api, `Expected value must be a string or regular expression, or an array of them. Received: ${describe(item)}`);
  }
  return Array.isArray(value) ? value.map(pattern) : pattern(value);
}

function text(api, value) {
  if (typeof value !== 'string' && !(value instanceof RegExp)) invalid(api, `Expected value must be a string or regular expression. Received: ${describe(value)}`);
  return pattern(value);
}

function describe(value) {
  if (value instanceof RegExp || typeof value === 'function') return String(value);
  return JSON.stringify(value) ?? String(value);
}

/** Asks for a locator; `shown` is what the message says was expected. */
async function locatorMatcher(state, locator, name, wish, shown, options = {}) {
  const timeout = options.timeout ?? state.timeout;
  const { frame, selector } = locator._target();
  const request = { frame, selector, expectation: { ...wish, matcher: name, not: Boolean(state.isNot) } };
  const outcome = await ask('expect', 'frame.expect', request, { timeout, signal: options.signal, site: state.site });
  return result(state, name, outcome, shown, timeout, `Locator:  ${locator}`);
}

/** Makes the matcher's result; `pass` is of the plain matcher, before `not`. */
function result(state, name, outcome, shown, timeout, subject) {
  const pass = outcome.pass !== Boolean(state.isNot);
  const received = outcome.missing ? '<element(s) not found>' : outcome.received;
  return {
    name,
    pass,
    expected: shown.value,
    actual: outcome.received,
    timeout,
    log: outcome.log,
    message: () => message(state, name, outcome, shown, timeout, subject, received),
  };
}

function message(state, name, outcome, shown, timeout, subject, received) {
  const kind = subject.startsWith('Page') ? 'page' : 'locator';
  const lines = [`expect(${kind})${state.isNot ? '.not' : ''}.${name}(${shown.argument ?? ''}) failed`, ''];
  if (kind === 'locator') lines.push(subject);
  lines.push(`Expected${shown.how ? ` ${shown.how}` : ''}: ${state.isNot ? 'not ' : ''}${shown.text ?? describe(shown.value)}`);
  if (outcome.error) lines.push(`Error: ${outcome.error}`);
  else lines.push(`Received: ${outcome.missing ? received : shown.value === undefined ? received : describe(received)}`);
  if (outcome.timedOut) lines.push(`Timeout:  ${timeout}ms`);
  if (outcome.log.length > 0) lines.push('', 'Call log:', ...outcome.log.map((line) => `  - ${line}`));
  return `${lines.join('\n')}\n`;
}

/** A matcher of a state, with the option that turns it round: `toBeVisible({ visible: false })`. */
function stateMatcher(name, word, option) {
  return async function (locator, options = {}) {
    const value = option ? options[option] : undefined;
    const wish = option && value !== undefined ? { [option]: value } : {};
    const opposite = { attached: 'detached', visible: 'hidden', enabled: 'disabled', editable: 'read-only', checked: 'unchecked' };
    return locatorMatcher(this, locator, name, wish, { text: value === false ? opposite[word] : word }, options);
  };
}

/** A matcher of one text. */
function textMatcher(name, how) {
  return async function (locator, expected, options = {}) {
    const { timeout, signal, ...rest } = options;
    const wish = { expected: text(name, expected), ...rest };
    return locatorMatcher(this, locator, name, wish, { value: expected, argument: 'expected', how }, { timeout, signal });
  };
}

/** A matcher of one text or of a list. */
function textsMatcher(name, how) {
  return async function (locator, expected, options = {}) {
    const { timeout, signal, ...rest } = options;
    const wish = { expected: texts(name, expected), ...rest };
    return locatorMatcher(this, locator, name, wish, { value: expected, argument: 'expected', how }, { timeout, signal });
  };
}

const matchersOfLocators = {
  toBeAttached: stateMatcher('toBeAttached', 'attached', 'attached'),
  toBeVisible: stateMatcher('toBeVisible', 'visible', 'visible'),
  toBeHidden: stateMatcher('toBeHidden', 'hidden'),
  toBeEnabled: stateMatcher('toBeEnabled', 'enabled', 'enabled'),
  toBeDisabled: stateMatcher('toBeDisabled', 'disabled'),
  toBeEditable: stateMatcher('toBeEditable', 'editable', 'editable'),
  toBeEmpty: stateMatcher('toBeEmpty', 'empty'),
  toBeFocused: stateMatcher('toBeFocused', 'focused'),
  async toBeChecked(locator, options = {}) {
    const { checked, indeterminate, timeout, signal } = options;
    const word = indeterminate ? 'indeterminate' : checked === false ? 'unchecked' : 'checked';
    return locatorMatcher(this, locator, 'toBeChecked', { checked, indeterminate }, { text: word }, { timeout, signal });
  },
  async toBeInViewport(locator, options = {}) {
    const { ratio, timeout, signal } = options;
    const shown = { text: ratio === undefined ? 'in viewport' : `viewport ratio ${ratio}` };
    return locatorMatcher(this, locator, 'toBeInViewport', { ratio }, shown, { timeout, signal });
  },
  toHaveText: textsMatcher('toHaveText'),
  toContainText: textsMatcher('toContainText', 'substring'),
  toHaveClass: textsMatcher('toHaveClass'),
  toContainClass: textsMatcher('toContainClass', 'class'),
  toHaveId: textMatcher('toHaveId'),
  async toHaveRole(locator, expected, options = {}) {
    if (typeof expected !== 'string') invalid('toHaveRole', '"role" argument in toHaveRole must be a string');
    return locatorMatcher(this, locator, 'toHaveRole', { expected }, { value: expected, argument: 'expected' }, options);
  },
  toHaveValue: textMatcher('toHaveValue'),
  toHaveAccessibleName: textMatcher('toHaveAccessibleName'),
  toHaveAccessibleDescription: textMatcher('toHaveAccessibleDescription'),
  toHaveAccessibleErrorMessage: textMatcher('toHaveAccessibleErrorMessage'),
  async toHaveValues(locator, expected, options = {}) {
    const wish = { expected: expected.map((value) => text('toHaveValues', value)) };
    return locatorMatcher(this, locator, 'toHaveValues', wish, { value: expected, argument: 'expected' }, options);
  },
  async toHaveCount(locator, expected, options = {}) {
    if (typeof expected !== 'number') invalid('toHaveCount', `expected number, got ${typeof expected}`);
    return locatorMatcher(this, locator, 'toHaveCount', { expected }, { value: expected, argument: 'expected' }, options);
  },
  async toHaveAttribute(locator, name, expected, options = {}) {
    const given = typeof expected === 'string' || expected instanceof RegExp;
    const { timeout, signal, ...rest } = (given ? options : expected) ?? {};
    const wish = given ? { name, expected: pattern(expected), ...rest } : { name };
    const shown = given ? { value: expected, argument: 'expected' } : { text: 'have attribute' };
    return locatorMatcher(this, locator, 'toHaveAttribute', wish, shown, { timeout, signal });
  },
  async toHaveCSS(locator, name, expected, options = {}) {
    if (typeof name === 'object' && name !== null) unsupported('toHaveCSS with an object of styles', 'name one property at a time');
    const { timeout, signal, ...rest } = options;
    const wish = { name, expected: text('toHaveCSS', expected), ...rest };
    return locatorMatcher(this, locator, 'toHaveCSS', wish, { value: expected, argument: 'expected' }, { timeout, signal });
  },
  async toHaveJSProperty(locator, name, expected, options = {}) {
    const wish = { name, expected: encode(expected).value };
    return locatorMatcher(this, locator, 'toHaveJSProperty', wish, { value: expected, argument: 'expected' }, options);
  },
  async toMatchAriaSnapshot(locator, expected, options = {}) {
    if (typeof expected !== 'string') unsupported('toMatchAriaSnapshot without a text', 'snapshots in files would have to be written');
    const wish = { expected: unindented(expected) };
    return locatorMatcher(this, locator, 'toMatchAriaSnapshot', wish, { value: expected, argument: 'expected' }, options);
  },
  async toHaveScreenshot() {
    return unsupported('expect(locator).toHaveScreenshot', 'pictures are not compared; a run keeps one when a test fails');
  },
};

/** Takes away the indentation that a template in a script has. */
function unindented(template) {
  const lines = template.split('\n').filter((line, index, all) => line.trim() || (index > 0 && index < all.length - 1));
  const indents = lines.filter((line) => line.trim()).map((line) => /^ */.exec(line)[0].length);
  const least = Math.min(...indents);
  return lines.map((line) => line.slice(Number.isFinite(least) ? least : 0)).join('\n');
}

async function pageMatcher(state, page, name, wish, shown, options) {
  const { timeout: own, signal, ...rest } = options;
  const timeout = own ?? state.timeout;
  const request = { frame: page.mainFrame()._id, expectation: { ...wish, ...rest, matcher: name, not: Boolean(state.isNot) } };
  const outcome = await ask('expect', 'frame.expect', request, { timeout, signal, site: state.site });
  return result(state, name, outcome, shown, timeout, `Page: ${page.url()}`);
}

const matchersOfPages = {
  async toHaveTitle(page, expected, options = {}) {
    return pageMatcher(this, page, 'toHaveTitle', { expected: text('toHaveTitle', expected) }, { value: expected, argument: 'expected' }, options);
  },
  async toHaveURL(page, expected, options = {}) {
    if (typeof expected === 'function' || (typeof expected === 'object' && !(expected instanceof RegExp))) {
      return urlPredicate(this, page, expected, options);
    }
    const base = page.context()._options.baseURL;
    const wanted = typeof expected === 'string' ? resolveAddress(base, expected) : pattern(expected);
    const glob = typeof expected === 'string' && /[*{]/.test(expected);
    if (glob) return urlPredicate(this, page, expected, options);
    return pageMatcher(this, page, 'toHaveURL', { expected: wanted }, { value: expected, argument: 'expected' }, options);
  },
  async toHaveScreenshot() {
    return unsupported('expect(page).toHaveScreenshot', 'pictures are not compared; a run keeps one when a test fails');
  },
  async toMatchAriaSnapshot(page, expected, options = {}) {
    return matchersOfLocators.toMatchAriaSnapshot.call(this, page.locator('body'), expected, options);
  },
};

/** Waits for an address that a function, a glob or a URLPattern means: looked at with each navigation. */
async function urlPredicate(state, page, expected, options) {
  const timeout = options.timeout ?? state.timeout;
  const base = page.context()._options.baseURL;
  const ignoreCase = (url) => (options.ignoreCase ? url.toLowerCase() : url);
  const matches = () => urlMatches(base, ignoreCase(page.url()), expected);
  const frame = page.mainFrame();
  const not = Boolean(state.isNot);
  let timedOut = false;
  if (matches() === not) {
    const wait = new Wait('expect', 'while waiting for the address', { timeout, site: state.site });
    wait.failOn(page, 'close', new Error('closed'));
    await wait.on(frame._events, 'navigated', () => matches() !== not).promise.catch(() => {
      timedOut = true;
    });
  }
  const outcome = { pass: matches() !== not, received: page.url(), missing: false, timedOut, log: [] };
  const shown = { value: expected, text: typeof expected === 'function' ? 'predicate to succeed' : String(expected), argument: 'expected' };
  return result(state, 'toHaveURL', outcome, shown, timeout, `Page: ${page.url()}`);
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
