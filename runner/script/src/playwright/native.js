// The prelude's way to Rust: calls with promises, timers, events. All other modules go through here.

import native from 'canary:native';

const calls = new Map();
const timers = new Map();
const listeners = new Set();
const details = new WeakMap();
let lastFailure;

/** What the run was started with: timeouts, parameters, base URL. */
export let settings = {};

/** Called once by the engine. */
export function configure(value) {
  settings = value;
}

/** A browser call, or the test, ran out of time. */
export class TimeoutError extends Error {
  get name() {
    return 'TimeoutError';
  }
}

/**
 * Sends a command to the host. `site` is an Error made where the user's code entered the API: its
 * stack becomes the stack of a failure. A malformed command throws at once.
 */
export function call(command, site = new Error()) {
  const id = start(() => native.call(command), site);
  return new Promise((resolve, reject) => calls.set(id, { resolve, reject, site }));
}

/** Sends a command and blocks until the answer is there (old synchronous scripts only). */
export function callSync(command, site = new Error()) {
  try {
    return native.callSync(command);
  } catch (failure) {
    throw failure instanceof Error ? failure : hostError(failure, site);
  }
}

function start(send, site) {
  try {
    return send();
  } catch (error) {
    error.stack = site.stack;
    throw error;
  }
}

/** Registers a function that gets every event of the host. */
export function onEvent(listener) {
  listeners.add(listener);
}

/** Takes the error of the call that failed last: what the test was busy with when its time was over. */
export function takeLastFailure() {
  const failure = lastFailure;
  lastFailure = undefined;
  return failure;
}

/** Returns a call log as people read it: what belongs to a step stands further in. */
export function logText(log) {
  const line = (text) => {
    const [, indent, rest] = /^( *)([^]*)$/.exec(text);
    return `  ${indent}${/^\d+ × /.test(rest) ? '' : '- '}${rest}`;
  };
  return log.map(line).join('\n');
}

/** Makes the Error that a failed call rejects with. */
export function hostError(failure, site) {
  const log = failure.log ?? [];
  const text = log.length ? `${failure.message}\nCall log:\n${logText(log)}` : failure.message;
  const error = failure.kind === 'timeout' ? new TimeoutError(text) : new Error(text);
  error.stack = site.stack;
  details.set(error, { kind: failure.kind, message: failure.message, log });
  return error;
}

/** Notes what an error means for the run: `{ kind, message, log }`. */
export function mark(error, detail) {
  details.set(error, detail);
  return error;
}

/** Returns what `mark` noted. */
export function detailOf(error) {
  return error !== null && typeof error === 'object' ? details.get(error) : undefined;
}

/** Calls `callback` after `ms`; `waiting` tells that the site is waited for meanwhile. */
export function setTimer(callback, ms, waiting = false) {
  const id = native.timer(Number(ms) || 0, waiting);
  timers.set(id, callback);
  return id;
}

/** Forgets a timer. */
export function clearTimer(id) {
  if (timers.delete(id)) native.cancelTimer(id);
}

/** Resolves after `ms`. */
export function sleep(ms, waiting = false) {
  return new Promise((resolve) => setTimer(resolve, ms, waiting));
}

/** Settles like `promise`, or rejects with what `overdue` makes when that takes longer than `ms`. */
export function withTimeout(promise, ms, overdue) {
  if (!ms) return promise;
  return new Promise((resolve, reject) => {
    const timer = setTimer(() => reject(overdue()), ms);
    promise.then(resolve, reject).finally(() => clearTimer(timer));
  });
}

/** Tells the runner something that nothing waits for. */
export function report(value) {
  native.report(value);
}

/** Tells the runner something and resolves when it has been dealt with. */
export function reportAndWait(value) {
  const id = native.reportAndWait(value);
  return new Promise((resolve, reject) => calls.set(id, { resolve, reject, site: undefined }));
}

const namespaces = new Map();

/** Returns the namespace of another built-in module, evaluated at its first use. */
export function lazy(name) {
  let namespace = namespaces.get(name);
  if (!namespace) {
    namespace = native.module(`canary:${name}`);
    namespaces.set(name, namespace);
  }
  return namespace;
}

export const now = native.now;
export const elapsed = native.elapsed;
export const limit = native.limit;

// ---- called by the engine ----

export function settle(id, ok, value) {
  const waiter = calls.get(id);
  if (!waiter) return;
  calls.delete(id);
  if (ok) {
    waiter.resolve(value);
    return;
  }
  lastFailure = hostError(value, waiter.site ?? new Error());
  waiter.reject(lastFailure);
}

export function fire(id) {
  const callback = timers.get(id);
  timers.delete(id);
  try {
    callback?.();
  } catch (error) {
    // Nobody can catch it: it fails the test as an unhandled rejection does.
    Promise.reject(error);
  }
}

export function dispatch(event) {
  for (const listener of listeners) listener(event);
}
