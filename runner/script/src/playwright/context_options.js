// What contexts can be made with, and what such options must look like.

import { invalid } from './errors.js';
import { anything, between, check, checkOptions, listOf, nullable, refused, required, texts } from './shape.js';

const SIZE = { width: required('integer'), height: required('integer') };
const OVERRIDE = 'no-override';

/** Where a device may be. */
const GEOLOCATION = {
  longitude: required(between(-180, 180, 'LONGITUDE')),
  latitude: required(between(-90, 90, 'LATITUDE')),
  accuracy: between(0, Infinity, 'ACCURACY'),
};

const CREDENTIALS = { username: required('string'), password: required('string'), origin: 'string', send: ['always', 'unauthorized'] };

const KEPT = refused('a run keeps what a failure needs by itself');

/** The media features that pages may see; null takes an emulation back. */
export const MEDIA = {
  colorScheme: nullable(['dark', 'light', 'no-preference', OVERRIDE]),
  reducedMotion: nullable(['reduce', 'no-preference', OVERRIDE]),
  forcedColors: nullable(['active', 'none', OVERRIDE]),
  contrast: nullable(['no-preference', 'more', OVERRIDE]),
};

/** Options that would change what is recorded, or need files that never leave the operator. */
const NOT_THERE = {
  clientCertificates: refused('the run has no place for private keys yet; test behind a proxy that holds them'),
  recordHar: KEPT,
  recordVideo: KEPT,
  videoSize: KEPT,
  videosPath: KEPT,
};

/** Their names, for who explains a script without running it. */
export const REFUSED = Object.keys(NOT_THERE);

const CONTEXT = {
  ...NOT_THERE,
  ...MEDIA,
  acceptDownloads: 'boolean',
  baseURL: 'string',
  bypassCSP: 'boolean',
  defaultBrowserType: anything,
  deviceScaleFactor: 'float',
  extraHTTPHeaders: texts,
  geolocation: GEOLOCATION,
  hasTouch: 'boolean',
  httpCredentials: CREDENTIALS,
  ignoreHTTPSErrors: 'boolean',
  isMobile: 'boolean',
  javaScriptEnabled: 'boolean',
  locale: 'string',
  logger: anything,
  offline: 'boolean',
  permissions: listOf('string'),
  proxy: { server: required('string'), bypass: 'string', username: 'string', password: 'string' },
  screen: SIZE,
  serviceWorkers: ['allow', 'block'],
  storageState: anything,
  strictSelectors: 'boolean',
  timezoneId: 'string',
  userAgent: 'string',
  viewport: nullable(SIZE),
};

/** Checks the options of `browser.newContext`. */
export function checkContextOptions(api, options) {
  checkOptions(api, options, CONTEXT);
  if (options.viewport !== null) return;
  for (const name of ['deviceScaleFactor', 'isMobile']) {
    if (options[name]) invalid(api, `"${name}" option is not supported with null "viewport"`);
  }
}

export function checkGeolocation(api, geolocation) {
  if (geolocation) check(api, 'geolocation', geolocation, GEOLOCATION);
}

export function checkCredentials(api, credentials) {
  if (credentials) check(api, 'httpCredentials', credentials, CREDENTIALS);
}
