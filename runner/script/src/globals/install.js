// Global names that scripts expect and the interpreter lacks. What is large is loaded when it is
// first touched: most monitors need little of it.

import { clearTimer, lazy, now, setTimer, settings } from '../playwright/native.js';
import { console } from './console.js';

/** Module -> names that it exports for the global scope. */
const LAZY = {
  abort: ['AbortController', 'AbortSignal'],
  blob: ['Blob', 'File', 'FormData'],
  buffer: ['Buffer'],
  clone: ['structuredClone'],
  crypto: ['crypto', 'Crypto', 'CryptoKey', 'SubtleCrypto'],
  encoding: ['TextEncoder', 'TextDecoder'],
  events: ['Event', 'EventTarget', 'CustomEvent'],
  fetch: ['fetch', 'Headers', 'Request', 'Response'],
  intl: ['Intl'],
  url: ['URL', 'URLSearchParams'],
};

/** Defines a global that is made at its first use and can be overwritten like any other. */
function defineLazily(name, make) {
  const settle = (value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: false,
    get() {
      const value = make();
      settle(value);
      return value;
    },
    set: settle,
  });
}

function define(name, value) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

/** What `setTimeout` gives: a number to most, an object with `unref` to scripts that know Node. */
class Timer {
  #id;
  #repeat;

  constructor(callback, ms, args, every) {
    if (typeof callback !== 'function') throw new TypeError('a timer needs a function');
    this.#repeat = every;
    const run = () => {
      if (this.#repeat) this.#id = setTimer(run, Math.max(1, Number(ms) || 0));
      else timers.delete(this.number);
      callback(...args);
    };
    this.#id = setTimer(run, ms);
    this.number = ++numbers;
    timers.set(this.number, this);
  }

  clear() {
    this.#repeat = false;
    timers.delete(this.number);
    clearTimer(this.#id);
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  hasRef() {
    return true;
  }

  [Symbol.toPrimitive]() {
    return this.number;
  }

  [Symbol.dispose]() {
    this.clear();
  }
}

let numbers = 0;
const timers = new Map();

function clear(timer) {
  const known = timer instanceof Timer ? timer : timers.get(Number(timer));
  known?.clear();
}

define('setTimeout', (callback, ms, ...args) => new Timer(callback, ms, args, false));
define('setInterval', (callback, ms, ...args) => new Timer(callback, ms, args, true));
define('setImmediate', (callback, ...args) => new Timer(callback, 0, args, false));
define('clearTimeout', clear);
define('clearInterval', clear);
define('clearImmediate', clear);
define('console', console);
define('global', globalThis);
define('performance', { now, timeOrigin: Date.now() - now(), mark() {}, measure() {}, toJSON: () => ({}) });
define('process', {
  env: { ...settings.environment },
  argv: ['canary', settings.entry],
  platform: 'linux',
  arch: 'x64',
  pid: 1,
  version: 'v22.0.0',
  versions: { node: '22.0.0', canary: '1' },
  cwd: () => '/',
  nextTick: (callback, ...args) => queueMicrotask(() => callback(...args)),
  hrtime: Object.assign((before) => {
    const total = now();
    const time = [Math.trunc(total / 1_000), Math.trunc((total % 1_000) * 1e6)];
    return before ? [time[0] - before[0], time[1] - before[1]] : time;
  }, { bigint: () => BigInt(Math.trunc(now() * 1e6)) }),
  uptime: () => now() / 1_000,
  memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0 }),
  on() {},
  once() {},
  off() {},
  emitWarning: (warning) => console.warn(String(warning)),
  exit() {
    throw new Error('process.exit() is not available in monitors; a failed expectation ends a test');
  },
  stdout: { write: (text) => console.log(String(text).replace(/\n$/, '')), isTTY: false },
  stderr: { write: (text) => console.error(String(text).replace(/\n$/, '')), isTTY: false },
});

for (const [module, names] of Object.entries(LAZY)) {
  for (const name of names) defineLazily(name, () => lazy(`globals/${module}`)[name]);
}

// The interpreter's own know neither locales nor time zones and would be wrong in silence.
for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
  defineMethod(Date.prototype, name, function toLocale(...args) {
    return lazy('globals/intl').localeDate(name, this, ...args);
  });
}
for (const prototype of [Number.prototype, BigInt.prototype]) {
  defineMethod(prototype, 'toLocaleString', function toLocaleString(...args) {
    return lazy('globals/intl').localeNumber(this, ...args);
  });
}

function defineMethod(prototype, name, value) {
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: false });
}
