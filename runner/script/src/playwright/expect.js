// `expect`: matchers with `not`, promises, polling, soft failures and messages.

import { asymmetric, custom } from './asymmetric.js';
import { config } from './config.js';
import { describeDoing } from './doing.js';
import { alike, diff } from './diff.js';
import { AssertionError, assertionError } from './failures.js';
import { infoOrNone } from './info.js';
import { equals } from './equality.js';
import { matchers, Rejection, Shown, Unfit } from './matchers.js';
import { detailOf, lazy, mark, now, sleep, withTimeout } from './native.js';
import { pretty, spread } from './pretty.js';

const INTERVALS = [100, 250, 500, 1_000];

/** Matchers added by scripts. */
const added = new Map();

/** Words that are no matchers, but asked of any object. */
const PLAIN = new Set(['then', 'toString', 'toJSON', 'valueOf', 'constructor', 'asymmetricMatch', 'nodeType', '$$typeof']);

/** What is known from elsewhere and not there. */
export const UNAVAILABLE = new Set(['toHaveScreenshot', 'toMatchSnapshot', 'toMatchInlineSnapshot']);

function makeExpect(defaults) {
  const expect = (actual, options) => {
    const message = typeof options === 'string' ? options : options?.message;
    const timeout = options?.timeout ?? defaults.timeout;
    return expectation({ ...defaults, message: message ?? defaults.message, timeout, actual });
  };
  let soft;
  Object.defineProperty(expect, 'soft', { get: () => (soft ??= makeExpect({ ...defaults, soft: true })) });
  expect.poll = (get, options = {}) => {
    if (typeof get !== 'function') throw new TypeError('expect.poll needs a function that is called again and again');
    const { message, timeout, intervals } = typeof options === 'string' ? { message: options } : options;
    const given = { ...defaults, message: message ?? defaults.message, timeout: timeout ?? defaults.timeout };
    return expectation({ ...given, actual: get, poll: { intervals } });
  };
  expect.configure = ({ message, timeout, soft: isSoft } = {}) => makeExpect({
    message: message ?? defaults.message,
    timeout: timeout ?? defaults.timeout,
    soft: isSoft ?? defaults.soft,
  });
  expect.extend = (matchersToAdd) => {
    extend(matchersToAdd);
    for (const name of Object.keys(matchersToAdd)) addAsymmetric(expect, name);
    return expect;
  };
  Object.assign(expect, asymmetric, { not: { ...asymmetric.not } });
  for (const name of added.keys()) addAsymmetric(expect, name);
  expect.getState = () => ({ isNot: false });
  return expect;
}

function extend(matchersToAdd) {
  for (const [name, matcher] of Object.entries(matchersToAdd)) {
    if (typeof matcher !== 'function') throw new TypeError(`the matcher "${name}" is no function`);
    added.set(name, matcher);
  }
}

function addAsymmetric(expect, name) {
  const make = (inverse) => (...args) => custom(name, added.get(name).bind(context({}, inverse)), args, inverse);
  expect[name] = make(false);
  expect.not[name] = make(true);
}

/** `mergeExpects`: matchers are shared anyway. */
export const mergeExpects = (...all) => all[0] ?? expect;

/** Returns the object whose methods are matchers. */
function expectation(state) {
  return new Proxy({}, {
    get(_, name) {
      if (typeof name === 'symbol' || (PLAIN.has(name) && !added.has(name))) return undefined;
      if (name === 'not') return expectation({ ...state, isNot: !state.isNot });
      if (name === 'resolves' || name === 'rejects') return expectation({ ...state, promise: name });
      const matcher = find(name);
      return (...args) => apply(state, name, matcher, args, new Error());
    },
    has: (_, name) => typeof name === 'string' && (name in matchers || added.has(name)),
  });
}

/** Returns `{ kind, call }` of a matcher; throws when there is none. */
function find(name) {
  if (added.has(name)) return { kind: 'added', call: added.get(name) };
  if (Object.hasOwn(matchers, name)) return { kind: 'value', call: matchers[name] };
  if (name === 'toPass') return { kind: 'pass' };
  if (UNAVAILABLE.has(name)) {
    throw new Error(`${name} compares with files of an earlier run and is not available in monitors`);
  }
  const { pageMatchers } = lazy('playwright/expect_page');
  if (Object.hasOwn(pageMatchers, name)) return { kind: 'page', call: pageMatchers[name] };
  throw new TypeError(`there is no matcher "${name}"`);
}

function apply(state, name, matcher, args, site) {
  const info = infoOrNone();
  if (info) info.assertions++;
  const call = { ...state, name, args, site };
  if (!state.soft) return judge(call, matcher);
  return softly(() => judge(call, matcher), info);
}

/** Notes a failure instead of throwing it. */
function softly(work, info) {
  const catchSoft = (error) => {
    const isAssertion = error instanceof AssertionError || detailOf(error)?.kind === 'assertion';
    if (!isAssertion || !info) throw error;
    info.noteSoft(error);
  };
  try {
    const result = work();
    return typeof result?.then === 'function' ? result.then(undefined, catchSoft) : result;
  } catch (error) {
    return catchSoft(error);
  }
}

function judge(call, matcher) {
  if (matcher.kind === 'pass') return untilPass(call);
  if (call.poll) return poll(call, matcher);
  if (call.promise) return settled(call, matcher);
  return once(call, matcher, call.actual);
}

/** Applies a matcher to a value; throws when it does not hold. May return a promise. */
function once(call, matcher, received) {
  const { args, site } = call;
  let result;
  try {
    if (matcher.kind === 'value') result = matcher.call(received, ...args);
    else if (matcher.kind === 'added') result = matcher.call.call(context(call, call.isNot), received, ...args);
    else result = matcher.call.call({ ...call, timeout: call.timeout ?? config.expectTimeout }, received, ...args);
  } catch (error) {
    if (!(error instanceof Unfit)) throw atSite(error, site);
    const message = call.message ? `${call.message}\n\n${error.message}` : error.message;
    throw assertionError(message, site, { name: call.name, pass: false, actual: received, message });
  }
  if (typeof result?.then !== 'function') return conclude(call, matcher, received, result);
  return result.then(
    (value) => conclude(call, matcher, received, value),
    (error) => { throw atSite(error, site); },
  );
}

/** Moves a `TypeError` about arguments to the line of the call. */
function atSite(error, site) {
  if (error instanceof TypeError && !detailOf(error)) error.stack = site.stack;
  return error;
}

function conclude(call, matcher, received, result) {
  if (result === null || typeof result !== 'object' || typeof result.pass !== 'boolean') {
    const error = new TypeError(`the matcher "${call.name}" must return { pass, message } and returned ${pretty(result)}`);
    error.stack = call.site.stack;
    throw error;
  }
  if (result.pass !== Boolean(call.isNot)) return undefined;
  const words = matcher.kind === 'value' ? explain(call, received, result) : messageOf(result);
  const message = call.message ? `${call.message}\n\n${words}` : words;
  const matcherResult = {
    name: call.name,
    pass: result.pass,
    expected: result.expected,
    actual: 'actual' in result ? result.actual : received,
    message,
    log: result.log,
    timeout: result.timeout,
  };
  throw assertionError(message, call.site, matcherResult, result.log);
}

const messageOf = ({ message }) => (typeof message === 'function' ? message() : message ?? 'the matcher did not hold');

/** Puts the words together: what was called, what was expected, what came, and the difference. */
function explain(call, received, result) {
  const not = call.isNot ? 'not.' : '';
  const promise = call.promise ? `${call.promise}.` : '';
  const value = 'shown' in result ? result.shown : received;
  const actual = value instanceof Shown ? value.text : pretty(value);
  const lines = [`expect(value).${promise}${not}${call.name}(${call.args.length ? '…' : ''}) does not hold`, ''];
  const expected = result.expectation ?? pretty(result.expected);
  lines.push(`expected: ${call.isNot ? 'not ' : ''}${expected}`, `received: ${actual}`);
  if (result.hint && !call.isNot) lines.push('', result.hint);
  const changes = call.isNot || result.expectation ? '' : difference(result.expected, value);
  const same = call.isNot || result.expectation ? 0 : alike(result.expected, value);
  if (same && !changes) lines.push('', `they are alike up to character ${same}`);
  if (changes) lines.push('', '- expected, + received:', changes);
  return lines.join('\n');
}

/** Fewer items than this are compared at a glance. */
const FEW = 3;

function difference(expected, received) {
  if (typeof expected === 'string' && typeof received === 'string') return diff(expected, received);
  const [left, right] = [pretty(expected), pretty(received)];
  if (left.includes('\n') || right.includes('\n')) return diff(spread(expected) ?? left, spread(received) ?? right);
  const many = [expected, received].every((value) => Object.keys(value ?? {}).length >= FEW && spread(value));
  return many ? diff(spread(expected), spread(received)) : '';
}

/** What `this` is in a matcher of `expect.extend`. */
function context(call, isNot) {
  return {
    isNot: Boolean(isNot),
    promise: call.promise ?? '',
    timeout: call.timeout ?? config.expectTimeout,
    equals: (a, b, _, strict) => equals(a, b, { strict }),
    utils: {
      printExpected: pretty,
      printReceived: pretty,
      stringify: pretty,
      matcherHint: (name) => `expect(value).${isNot ? 'not.' : ''}${name}`,
      diff: (a, b) => difference(a, b),
      printDiffOrStringify: (a, b) => `expected: ${pretty(a)}\nreceived: ${pretty(b)}`,
    },
  };
}

/** `resolves` and `rejects`. */
async function settled(call, matcher) {
  const promise = typeof call.actual === 'function' && call.promise === 'rejects' ? call.actual() : call.actual;
  if (typeof promise?.then !== 'function') {
    const error = new TypeError(`expect(value).${call.promise} needs a promise, not ${pretty(promise)}`);
    error.stack = call.site.stack;
    throw error;
  }
  let value;
  let rejected = false;
  try {
    value = await promise;
  } catch (error) {
    rejected = true;
    value = error;
  }
  if (rejected !== (call.promise === 'rejects')) {
    const words = rejected
      ? `the promise was rejected instead of resolved: ${pretty(value)}`
      : `the promise resolved instead of being rejected: ${pretty(value)}`;
    throw assertionError(call.message ? `${call.message}\n\n${words}` : words, call.site);
  }
  const throwing = rejected && call.name.startsWith('toThrow');
  return once(call, matcher, throwing ? new Rejection(value) : value);
}

/** Calls `expect.poll`'s function until the matcher holds for its result. */
async function poll(call, matcher) {
  if (matcher.kind === 'page') {
    throw atSite(new TypeError(`expect.poll does not take "${call.name}", which waits by itself: expect(locator).${call.name}()`), call.site);
  }
  const timeout = call.timeout ?? config.expectTimeout;
  const look = async () => {
    let value;
    try {
      value = await call.actual();
    } catch (error) {
      // What the function throws is no value to wait for.
      throw new Final(error);
    }
    return once(call, matcher, value);
  };
  return retry('a value to be as expected', timeout, call.poll.intervals, look, (error, tries) => {
    if (error === undefined) return assertionError(`${call.message ? `${call.message}\n\n` : ''}the function that is polled did not end within ${timeout} ms`, call.site);
    if (!(error instanceof AssertionError)) return error;
    const detail = detailOf(error);
    return assertionError(`${detail.message}\n\nstill so after ${timeout} ms and ${count(tries)}`, call.site, error.matcherResult);
  });
}

/** `toPass`: calls a function until it throws no more. */
async function untilPass(call) {
  const { timeout = call.timeout ?? config.toPass.timeout ?? 0, intervals = config.toPass.intervals } = call.args[0] ?? {};
  if (typeof call.actual !== 'function') throw atSite(new TypeError('toPass needs a function'), call.site);
  const work = async () => {
    let failed = false;
    try {
      await call.actual();
    } catch (error) {
      if (!call.isNot) throw error;
      failed = true;
    }
    if (call.isNot && !failed) throw assertionError('the function passed and was expected to fail', call.site);
  };
  return retry('a function to pass', timeout, intervals, work, (error, tries) => {
    if (error === undefined) return assertionError(`${call.message ? `${call.message}\n\n` : ''}the function did not end within ${timeout} ms`, call.site);
    const detail = detailOf(error);
    const words = `the function did not pass within ${timeout} ms and ${count(tries)}; the last time:\n${detail?.message ?? error?.message ?? pretty(error)}`;
    const message = call.message ? `${call.message}\n\n${words}` : words;
    const failure = assertionError(message, error instanceof Error && error.stack ? error : call.site, undefined, detail?.log);
    return mark(failure, { ...detailOf(failure), steps: detail?.steps });
  });
}

const count = (tries) => (tries === 1 ? 'one try' : `${tries} tries`);

/** An error that trying again does not mend. */
class Final {
  constructor(error) {
    this.error = error;
  }
}

/** Tries until it holds; `overdue` makes the error of the last one, or of none when a try never ended. */
async function retry(what, timeout, intervals = INTERVALS, work, overdue) {
  const began = now();
  const info = infoOrNone();
  const busy = describeDoing(`waiting for ${what}`);
  const left = () => (timeout ? timeout - (now() - began) : Infinity);
  let last;
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await withTimeout(work(), timeout ? Math.max(left(), 1) : 0, () => new Final(overdue(last, tries)));
      } catch (error) {
        if (error instanceof Final) throw error.error;
        last = error;
        busy.tell(`waiting for ${what}; the last time:\n${detailOf(error)?.message ?? error?.message ?? pretty(error)}`);
        // A test that is over is not waited for.
        if (left() <= 0 || infoOrNone() !== info) throw overdue(error, tries);
        await sleep(Math.min(intervals[Math.min(tries - 1, intervals.length - 1)] ?? 1_000, left()), true);
      }
    }
  } finally {
    busy.done();
  }
}

/** The `expect` that scripts import. */
export const expect = makeExpect({ soft: false });
