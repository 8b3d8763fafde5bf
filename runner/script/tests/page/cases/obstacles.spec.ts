// Handlers of what stands in the way of actions.
import { expect, test } from '@playwright/test';

const PAGE = `<style>
    #cover { display: none; position: fixed; inset: 0; background: #cccc } #cover.on { display: block }
    #target { position: absolute; left: 50px; top: 50px }
  </style>
  <p id=aside>aside</p><button id=target onclick="window.clicked = (window.clicked || 0) + 1">Target</button>
  <div id=cover><p>Please read this</p><button id=close onclick="document.querySelector('#cover').className = ''">Close</button></div>`;

const cover = (page) => page.evaluate(() => { document.querySelector('#cover')!.className = 'on'; });
const close = (page) => page.getByRole('button', { name: 'Close' });

test.beforeEach(async ({ page }) => page.setContent(PAGE));

test('a handler clears the way', async ({ page }) => {
  const locator = close(page);
  const seen: boolean[] = [];
  await page.addLocatorHandler(locator, async (given) => { seen.push(given === locator); await given.click(); });
  await page.click('#target');
  expect(seen).toEqual([]);
  await cover(page);
  await page.click('#target');
  await cover(page);
  await page.hover('#target');
  expect(seen).toEqual([true, true]);
  expect(await page.evaluate('clicked')).toBe(2);
});

test('assertions and waits meet it, too', async ({ page }) => {
  let called = 0;
  await page.addLocatorHandler(close(page), async (button) => { called++; await button.click(); });
  await cover(page);
  await expect(page.locator('#target')).toBeVisible();
  expect(called).toBe(1);
  await cover(page);
  await page.locator('#target').waitFor();
  expect(called).toBe(2);
});

test('force does not meet it', async ({ page }) => {
  let called = 0;
  await page.addLocatorHandler(close(page), () => { called++; });
  await cover(page);
  await page.click('#target', { force: true });
  expect(called).toBe(0);
});

test('a handler that does not clear the way', async ({ page }) => {
  let called = 0;
  await page.addLocatorHandler(close(page), () => { called++; });
  await cover(page);
  const error = await page.click('#target', { timeout: 500 }).catch((e) => e);
  expect(called).toBe(1);
  expect(error.message).toContain("locator handler has finished, waiting for getByRole('button', { name: 'Close' }) to be hidden");
});

test('a handler that never ends', async ({ page }) => {
  let called = 0;
  await page.addLocatorHandler(close(page), async () => { called++; await new Promise(() => {}); });
  await cover(page);
  for (let i = 0; i < 2; i++) expect((await page.click('#target', { timeout: 300 }).catch((e) => e)).message).toContain('Timeout 300ms exceeded');
  expect(called).toBe(1);
});

test('noWaitAfter and times', async ({ page }) => {
  let called = 0;
  await page.addLocatorHandler(page.locator('body'), () => { called++; }, { noWaitAfter: true, times: 2 });
  for (let i = 0; i < 3; i++) await page.click('#target');
  expect(called).toBe(2);
  await page.addLocatorHandler(page.locator('body'), () => { called++; }, { times: 0 });
  await page.click('#target');
  expect(called).toBe(2);
});

test('handlers are taken back', async ({ page }) => {
  let called = 0;
  await page.addLocatorHandler(close(page), async (button) => { called++; await button.click(); });
  await cover(page);
  await page.click('#target');
  await page.removeLocatorHandler(close(page));
  await cover(page);
  expect((await page.click('#target', { timeout: 300 }).catch((e) => e)).message).toContain('Timeout 300ms exceeded');
  expect(called).toBe(1);
});

test('only locators of the page', async ({ page }) => {
  await page.goto('/frames.html');
  const error = await page.addLocatorHandler(page.frame('uno')!.locator('button'), () => {}).catch((e) => e);
  expect(error.message).toContain('Locator must belong to the main frame of this page');
});
