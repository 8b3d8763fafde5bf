// The library part of `@playwright/test`: the browser, devices, requests, selectors. Loaded when a
// script first touches a browser.

import { browser, chromium, firefox, webkit } from './browser.js';
import { devices } from './devices.js';
import { errors } from './errors.js';
import { request } from './request.js';
import { selectors } from './selectors.js';

export { browser, chromium, devices, errors, firefox, request, selectors, webkit };

/** What the `playwright` fixture gives. */
export const playwright = { chromium, devices, errors, firefox, request, selectors, webkit };
