// What `import ... from '@playwright/test'` gives.

import { defineConfig } from './config.js';
import { expect, mergeExpects } from './expect.js';
import { lazy, TimeoutError } from './native.js';
import { mergeTests, test } from './test.js';

/** Returns a stand-in for an export of a module that is large and seldom used. */
function later(module, name) {
  const value = () => lazy(`playwright/${module}`)[name];
  return new Proxy(Object.create(null), {
    get: (_, key) => value()[key],
    has: (_, key) => key in value(),
    ownKeys: () => Reflect.ownKeys(value()),
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = Object.getOwnPropertyDescriptor(value(), key);
      return descriptor && { ...descriptor, configurable: true };
    },
  });
}

export const errors = { TimeoutError };
export const chromium = later('library', 'chromium');
export const firefox = later('library', 'firefox');
export const webkit = later('library', 'webkit');
export const devices = later('library', 'devices');
export const request = later('library', 'request');
export const selectors = later('library', 'selectors');
export { defineConfig, expect, mergeExpects, mergeTests, test };
export default test;
