// Playwright as a monitor would run it: one worker, the browser of this machine.

import { defineConfig } from '@playwright/test';

export default defineConfig({
  workers: 1,
  reporter: 'line',
  use: {
    baseURL: process.env.SHOP,
    launchOptions: { executablePath: process.env.BROWSER, args: ['--no-sandbox'] },
  },
});
