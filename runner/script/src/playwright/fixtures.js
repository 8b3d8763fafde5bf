// The fixtures that every test knows, in the form that `test.extend` takes.

import { setDefaults } from './context_defaults.js';
import { lazy } from './native.js';

/** Options of contexts: named as scripts name them, undefined where Chrome's own value holds. */
const CONTEXT_OPTIONS = {
  acceptDownloads: true,
  baseURL: undefined,
  bypassCSP: undefined,
  clientCertificates: undefined,
  colorScheme: undefined,
  contrast: undefined,
  deviceScaleFactor: undefined,
  extraHTTPHeaders: undefined,
  forcedColors: undefined,
  geolocation: undefined,
  hasTouch: undefined,
  httpCredentials: undefined,
  ignoreHTTPSErrors: undefined,
  isMobile: undefined,
  javaScriptEnabled: true,
  locale: 'en-US',
  offline: undefined,
  permissions: undefined,
  proxy: undefined,
  reducedMotion: undefined,
  screen: undefined,
  serviceWorkers: 'allow',
  storageState: undefined,
  strictSelectors: undefined,
  timezoneId: undefined,
  userAgent: undefined,
  viewport: { width: 1280, height: 720 },
};

/** Options that a run answers for by itself: they may be set, and change nothing. */
const OPERATORS = {
  browserName: 'chromium',
  channel: undefined,
  connectOptions: undefined,
  defaultBrowserType: 'chromium',
  headless: true,
  launchOptions: {},
  screenshot: 'off',
  trace: 'off',
  video: 'off',
};

function options(values, scope) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value, { option: true, ...(scope ? { scope } : {}) }]]));
}

/** Leaves out what is undefined, so that Chrome's own value holds. */
function given(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** Name -> value, function `async ({ other }, use, info) => { ... }`, or `[value, options]`. */
export const fixtures = {
  ...options(OPERATORS, 'worker'),
  ...options(CONTEXT_OPTIONS),
  ...options({ actionTimeout: 0, navigationTimeout: 0, testIdAttribute: 'data-testid', contextOptions: {} }),

  playwright: [
    async ({}, use) => {
      await use(lazy('playwright/library').playwright);
    },
    { scope: 'worker' },
  ],

  browser: [
    async ({}, use) => {
      await use(lazy('playwright/library').browser);
    },
    { scope: 'worker' },
  ],

  /** Options hold for every context of the test, also for those that the script makes by itself. */
  _contextDefaults: [
    async (
      {
        actionTimeout, navigationTimeout, testIdAttribute, contextOptions, acceptDownloads, baseURL, bypassCSP,
        clientCertificates, colorScheme, contrast, deviceScaleFactor, extraHTTPHeaders, forcedColors, geolocation,
        hasTouch, httpCredentials, ignoreHTTPSErrors, isMobile, javaScriptEnabled, locale, offline, permissions,
        proxy, reducedMotion, screen, serviceWorkers, storageState, strictSelectors, timezoneId, userAgent, viewport,
      },
      use,
    ) => {
      const own = {
        acceptDownloads, baseURL, bypassCSP, clientCertificates, colorScheme, contrast, deviceScaleFactor,
        extraHTTPHeaders, forcedColors, geolocation, hasTouch, httpCredentials, ignoreHTTPSErrors, isMobile,
        javaScriptEnabled, locale, offline, permissions, proxy, reducedMotion, screen, serviceWorkers,
        storageState, strictSelectors, timezoneId, userAgent, viewport,
      };
      setDefaults({ options: { ...contextOptions, ...given(own) }, action: actionTimeout, navigation: navigationTimeout, testIdAttribute });
      await use(undefined);
      setDefaults({ options: {}, action: undefined, navigation: undefined });
    },
    { auto: true, title: 'options of contexts' },
  ],

  context: async ({ browser }, use) => {
    const context = await browser.newContext();
    await use(context);
    await context._release();
  },

  page: async ({ context }, use) => {
    await use(await context.newPage());
  },

  request: async ({ playwright }, use) => {
    const context = await playwright.request.newContext();
    await use(context);
    await context.dispose();
  },
};
