// Going places and waiting to be there.
import { errors, expect, test } from '@playwright/test';

const SERVER = process.env.SERVER!;

test('goto answers with the response', async ({ page }) => {
  const response = (await page.goto(SERVER + '/frame.html'))!;
  expect(response.status()).toBe(200);
  expect(response.ok()).toBe(true);
  expect(response.url()).toBe(SERVER + '/frame.html');
  expect(await response.text()).toContain("Hi, I'm frame");
  expect(response.headers()['content-type']).toContain('text/html');
  expect(response.request().isNavigationRequest()).toBe(true);
  expect(response.frame()).toBe(page.mainFrame());
});

test('goto follows redirects', async ({ page }) => {
  const response = (await page.goto('/redirect?to=/frame.html'))!;
  expect(response.url()).toBe(SERVER + '/frame.html');
  const before = response.request().redirectedFrom()!;
  expect(before.url()).toContain('/redirect');
  expect(before.redirectedTo()).toBe(response.request());
  expect((await before.response())!.status()).toBe(302);
});

test('goto with an error status', async ({ page }) => {
  const response = (await page.goto('/status?code=500&body=oops'))!;
  expect(response.status()).toBe(500);
  expect(response.ok()).toBe(false);
});

test('goto to about:blank and to anchors', async ({ page }) => {
  expect(await page.goto('about:blank')).toBe(null);
  await page.goto('/empty.html');
  expect(await page.goto('/empty.html#here')).toBe(null);
  expect(page.url()).toBe(SERVER + '/empty.html#here');
});

test('goto fails', async ({ page }) => {
  const refused = await page.goto('http://127.0.0.1:1/').catch((e) => e);
  expect(refused.message).toContain('net::ERR_');
  expect(refused.message).toContain('page.goto:');
  const bad = await page.goto('nothing:asdfasdf').catch((e) => e);
  expect(bad.message).toContain('page.goto:');
});

test('goto runs out of time', async ({ page }) => {
  const error = await page.goto('/hang', { timeout: 100 }).catch((e) => e);
  expect(error).toBeInstanceOf(errors.TimeoutError);
  expect(error.message).toContain('page.goto: Timeout 100ms exceeded.');
  expect(error.message).toContain(`navigating to "${SERVER}/hang", waiting until "load"`);
});

test('default timeouts', async ({ page, context }) => {
  page.setDefaultNavigationTimeout(50);
  expect((await page.goto('/hang').catch((e) => e)).message).toContain('Timeout 50ms exceeded');
  page.setDefaultTimeout(60);
  expect((await page.waitForFunction('false').catch((e) => e)).message).toContain('Timeout 60ms exceeded');
  const other = await context.newPage();
  context.setDefaultTimeout(70);
  expect((await other.locator('none').click().catch((e) => e)).message).toContain('Timeout 70ms exceeded');
});

test('waitUntil', async ({ page }) => {
  for (const waitUntil of ['load', 'domcontentloaded', 'networkidle', 'commit'] as const) {
    expect((await page.goto('/frame.html', { waitUntil }))!.status()).toBe(200);
  }
  const error = await page.goto('/frame.html', { waitUntil: 'bad' as any }).catch((e) => e);
  expect(error.message).toContain('waitUntil: expected one of (load|domcontentloaded|networkidle|commit)');
});

test('referer', async ({ page }) => {
  const response = (await page.goto('/echo', { referer: 'http://from.test/' }))!;
  expect((await response.json()).headers.referer).toBe('http://from.test/');
});

test('reload, goBack and goForward', async ({ page }) => {
  await page.goto('/empty.html');
  await page.evaluate(() => { (window as any).mark = 1; });
  expect((await page.reload())!.url()).toContain('/empty.html');
  expect(await page.evaluate(() => (window as any).mark)).toBe(undefined);
  await page.goto('/frame.html');
  expect((await page.goBack())!.url()).toContain('/empty.html');
  expect((await page.goForward())!.url()).toContain('/frame.html');
  expect(await page.goForward()).toBe(null);
});

test('setContent and content', async ({ page }) => {
  await page.setContent('<div>hello</div>');
  expect(await page.content()).toBe('<html><head></head><body><div>hello</div></body></html>');
  await page.setContent('<!DOCTYPE html><p>x</p>');
  expect(await page.content()).toBe('<!DOCTYPE html><html><head></head><body><p>x</p></body></html>');
  await page.setContent('<img src="/nothing.png">', { waitUntil: 'domcontentloaded' });
});

test('title', async ({ page }) => {
  await page.goto('/frame.html');
  expect(await page.title()).toBe('Frame');
});

test('waitForURL', async ({ page }) => {
  await page.goto('/empty.html');
  await page.waitForURL('**/empty.html');
  await page.waitForURL(SERVER + '/empty.html');
  await page.waitForURL('/empty.html');
  const promise = page.waitForURL(/frame/);
  await page.evaluate(() => { location.href = '/frame.html'; });
  await promise;
  expect(page.url()).toContain('/frame.html');
  const byFunction = page.waitForURL((url) => url.searchParams.get('a') === '1');
  await page.evaluate(() => history.pushState({}, '', '/frame.html?a=1'));
  await byFunction;
  const error = await page.waitForURL('**/never', { timeout: 50 }).catch((e) => e);
  expect(error.message).toContain('page.waitForURL: Timeout 50ms exceeded');
});

test('waitForNavigation', async ({ page }) => {
  await page.goto('/empty.html');
  const [response] = await Promise.all([page.waitForNavigation(), page.evaluate(() => { location.href = '/frame.html'; })]);
  expect(response!.url()).toContain('/frame.html');
  const [none] = await Promise.all([page.waitForNavigation(), page.evaluate(() => { location.hash = 'x'; })]);
  expect(none).toBe(null);
  const error = await page.waitForNavigation({ url: '**/other', timeout: 50 }).catch((e) => e);
  expect(error.message).toContain('waiting for navigation to "**/other" until "load"');
});

test('waitForLoadState', async ({ page }) => {
  await page.goto('/slow?ms=1&text=x');
  await page.waitForLoadState();
  await page.waitForLoadState('domcontentloaded');
  await page.waitForLoadState('networkidle');
  const error = await page.waitForLoadState('bad' as any).catch((e) => e);
  expect(error.message).toContain('state: expected one of');
});

test('waitForTimeout', async ({ page }) => {
  const before = Date.now();
  await page.waitForTimeout(50);
  expect(Date.now() - before).toBeGreaterThanOrEqual(45);
});

test('waitForFunction', async ({ page }) => {
  expect(await (await page.waitForFunction(() => 5)).jsonValue()).toBe(5);
  const promise = page.waitForFunction('window.ready === 1');
  await page.evaluate(() => { (window as any).ready = 1; });
  await promise;
  expect(await (await page.waitForFunction(({ a, b }) => a + b, { a: 1, b: 2 })).jsonValue()).toBe(3);
  await page.waitForFunction(`\n  (() => true)()\n`);
  const error = await page.waitForFunction(() => { throw new Error('oh my'); }).catch((e) => e);
  expect(error.message).toContain('oh my');
  const late = await page.waitForFunction('false', {}, { timeout: 30 }).catch((e) => e);
  expect(late).toBeInstanceOf(errors.TimeoutError);
  expect(late.message).toContain('page.waitForFunction: Timeout 30ms exceeded');
});

test('waitForFunction: polling', async ({ page }) => {
  const handle = await page.waitForFunction(() => {
    const w = window as any;
    if (!w.began) { w.began = Date.now(); return false; }
    return Date.now() - w.began;
  }, {}, { polling: 100 });
  expect(await handle.jsonValue()).toBeGreaterThanOrEqual(95);
  expect((await page.waitForFunction(() => true, {}, { polling: 'mutation' as any }).catch((e) => e)).message).toContain('Unknown polling option: mutation');
  expect((await page.waitForFunction(() => true, {}, { polling: -10 }).catch((e) => e)).message).toContain('Cannot poll with non-positive interval');
});

test('waitForFunction survives navigations and strict policies', async ({ page }) => {
  const promise = page.waitForFunction(() => (window as any).done);
  await page.goto('/empty.html');
  await page.goto("/csp?policy=script-src 'self'");
  await page.evaluate(() => { (window as any).done = true; });
  await promise;
});

test('waitForFunction with an element', async ({ page }) => {
  await page.setContent('<div></div>');
  const div = await page.$('div');
  const promise = page.waitForFunction((e) => !e!.parentElement, div);
  await page.evaluate((e) => e!.remove(), div);
  await promise;
});

test('waitForSelector', async ({ page }) => {
  await page.setContent('<p></p>');
  const promise = page.waitForSelector('b');
  await page.$eval('p', (p) => { p.innerHTML = '<b>x</b>'; });
  expect(await (await promise)!.textContent()).toBe('x');
  expect(await page.waitForSelector('i', { state: 'hidden' })).toBe(null);
  expect(await page.waitForSelector('i', { state: 'detached' })).toBe(null);
  const error = await page.waitForSelector('i', { timeout: 50 }).catch((e) => e);
  expect(error.message).toContain('page.waitForSelector: Timeout 50ms exceeded');
  expect((await page.waitForSelector('i', { state: 'bad' as any }).catch((e) => e)).message).toContain('state: expected one of (attached|detached|visible|hidden)');
});

test('a page that closes ends its waits', async ({ page, context }) => {
  const other = await context.newPage();
  const waits = [other.waitForEvent('download'), other.waitForFunction('false'), other.waitForTimeout(60_000), other.locator('x').click()];
  const ended = Promise.all(waits.map((wait) => wait.catch((e) => e.message)));
  await other.close();
  for (const message of await ended) expect(message).toContain('Target page, context or browser has been closed');
});
