// Raw sessions, coverage, workers, WebSockets: what lies below pages.
import { expect, test } from '@playwright/test';

const SERVER = process.env.SERVER!;
const OTHER = process.env.OTHER!;

test('a raw session', async ({ page, context }) => {
  const session = await context.newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', { expression: '1 + 2', returnByValue: true });
  expect(result.value).toBe(3);
  const methods: string[] = [];
  session.on('Network.requestWillBeSent', ({ request }) => methods.push(request.method));
  await session.send('Network.enable');
  await page.goto('/empty.html');
  expect(methods).toEqual(['GET']);
  const error = await session.send('ThisCommand.DoesNotExist' as any).catch((e) => e);
  expect(error.message).toContain('ThisCommand.DoesNotExist');
  expect(error.message).toContain("wasn't found");
  await session.detach();
  expect((await session.send('Runtime.evaluate', { expression: '1' }).catch((e) => e)).message).toContain('closed');
});

test('raw sessions are apart from the page and from each other', async ({ page, context }) => {
  await page.goto('/empty.html');
  const [one, two] = [await context.newCDPSession(page), await context.newCDPSession(page)];
  const seen: string[] = [];
  one.on('Runtime.consoleAPICalled', () => seen.push('one'));
  two.on('Runtime.consoleAPICalled', () => seen.push('two'));
  await one.send('Runtime.enable');
  await page.evaluate(() => console.log('x'));
  await expect.poll(() => seen).toEqual(['one']);
  await one.send('Runtime.disable');
  await one.send('Network.disable');
  await one.send('Page.disable');
  expect((await page.goto('/frame.html'))!.status()).toBe(200);
  const [message] = await Promise.all([page.waitForEvent('console'), page.evaluate(() => console.log('still here'))]);
  expect(message.text()).toBe('still here');
  await one.detach();
  await two.detach();
});

test('every event of a raw session', async ({ page, context }) => {
  const session = await context.newCDPSession(page);
  const seen: string[] = [];
  session.on('event', ({ method }) => seen.push(method));
  await session.send('Page.enable');
  await page.goto('/empty.html');
  await expect.poll(() => seen).toContain('Page.loadEventFired');
});

test('a raw session ends with its page', async ({ context }) => {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const closed = new Promise((resolve) => session.on('close', resolve));
  await page.close();
  await closed;
  expect((await session.send('Runtime.evaluate', { expression: '1' }).catch((e) => e)).message).toContain('closed');
});

test('raw sessions of frames', async ({ page, context }) => {
  await page.goto('/frames.html');
  const error = await context.newCDPSession(page.frame('uno')!).catch((e) => e);
  expect(error.message).toContain('This frame does not have a separate CDP session');
  expect((await context.newCDPSession({} as any).catch((e) => e)).message).toContain('page: expected Page or Frame');
});

test('coverage of scripts', async ({ page }) => {
  await page.coverage.startJSCoverage();
  await page.goto('/rich.html');
  await page.evaluate(() => 1);
  const entries = await page.coverage.stopJSCoverage();
  expect(entries.map(({ url }) => url)).toEqual([SERVER + '/rich.js']);
  expect(entries[0].source).toContain('add(40, 2)');
  expect(entries[0].functions.length).toBeGreaterThan(0);
  expect((await page.coverage.stopJSCoverage().catch((e) => e)).message).toContain('not enabled');
});

test('coverage of scripts without a name', async ({ page }) => {
  await page.coverage.startJSCoverage({ reportAnonymousScripts: true });
  await page.goto('/empty.html');
  await page.evaluate('1 + 1');
  const entries = await page.coverage.stopJSCoverage();
  expect(entries.some(({ url, source }) => url === '' && source!.includes('1 + 1'))).toBe(true);
  await page.coverage.startJSCoverage();
  expect((await page.coverage.startJSCoverage().catch((e) => e)).message).toContain('already enabled');
});

test('coverage of styles', async ({ page }) => {
  await page.coverage.startCSSCoverage();
  await page.goto('/rich.html');
  const [entry] = await page.coverage.stopCSSCoverage();
  expect(entry.url).toBe(SERVER + '/rich.css');
  expect(entry.ranges.map(({ start, end }) => entry.text!.slice(start, end))).toEqual([entry.text!.trim()]);
});

const worker = (page, code: string) => page.evaluate((code) => { (window as any).w = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))); }, code);

test('workers tell and throw', async ({ page }) => {
  const [message] = await Promise.all([page.waitForEvent('console'), worker(page, 'console.log(1, 2, 3, this)')]);
  expect(message.text()).toBe('1 2 3 DedicatedWorkerGlobalScope');
  expect(message.args().length).toBe(4);
  expect(await (await message.args()[3].getProperty('origin')).jsonValue()).toBe('null');
  const [error] = await Promise.all([page.waitForEvent('pageerror'), worker(page, `setTimeout(() => { throw new Error('in the worker'); })`)]);
  expect(error.message).toContain('in the worker');
});

test('workers ask for things', async ({ page }) => {
  await page.goto('/empty.html');
  const [made] = await Promise.all([page.waitForEvent('worker'), worker(page, '1')]);
  const [request, response] = await Promise.all([page.waitForRequest('**/data.json'), page.waitForResponse('**/data.json'), made.evaluate((url) => fetch(url).then((r) => r.text()), SERVER + '/data.json')]);
  expect(response.request()).toBe(request);
  const early = page.waitForResponse('**/rich.css');
  await worker(page, `fetch('${SERVER}/rich.css')`);
  expect((await early).ok()).toBe(true);
});

test('workers go with their page', async ({ page }) => {
  await page.goto('/empty.html');
  const [made] = await Promise.all([page.waitForEvent('worker'), worker(page, '1')]);
  let closed = false;
  made.once('close', () => { closed = true; });
  await page.goto(OTHER + '/empty.html');
  expect([closed, page.workers().length]).toEqual([true, 0]);
  expect((await made.evaluate(() => 1).catch((e) => e)).message).toContain('worker.evaluate');
});

test('handles of workers', async ({ page }) => {
  const [made] = await Promise.all([page.waitForEvent('worker'), worker(page, 'self.thing = { n: 1 }')]);
  const handle = await made.evaluateHandle(() => (self as any).thing);
  expect(await handle.evaluate((thing) => thing.n)).toBe(1);
  expect(await made.evaluate((thing) => thing.n + 1, handle)).toBe(2);
  const closed = made.waitForEvent('close');
  await page.evaluate(() => (window as any).w.terminate());
  expect(await closed).toBe(made);
  expect((await handle.getProperty('n').catch((e) => e)).message).toContain('closed');
});

test('service workers', async ({ page, context }) => {
  const [made] = await Promise.all([
    context.waitForEvent('serviceworker'),
    page.goto('/service.html'),
  ]);
  expect(made.url()).toBe(SERVER + '/service.js');
  expect(context.serviceWorkers()).toEqual([made]);
  expect(await made.evaluate(() => self.toString())).toContain('ServiceWorkerGlobalScope');
  await page.evaluate(() => (window as any).active);
  const answer = await page.evaluate(() => fetch('/from-the-worker').then((r) => r.text()));
  expect(answer).toBe('made by the worker');
});

test('service workers that are not wanted', async ({ browser }) => {
  const context = await browser.newContext({ serviceWorkers: 'block', baseURL: SERVER });
  const page = await context.newPage();
  await page.goto('/service.html');
  expect(await page.evaluate(() => Promise.race([(window as any).active.then(() => 'active'), new Promise((f) => setTimeout(() => f('none'), 300))]))).toBe('none');
  expect(context.serviceWorkers()).toEqual([]);
  await context.close();
});

const socket = (page, path = '/ws') => page.evaluate((url) => new Promise((done) => { const ws = new WebSocket(url); (window as any).ws = ws; ws.onopen = () => done(1); ws.onerror = () => done(0); }), SERVER.replace('http', 'ws') + path);

test('frames of WebSockets', async ({ page }) => {
  await page.goto('/empty.html');
  const [seen] = await Promise.all([page.waitForEvent('websocket'), socket(page)]);
  expect(seen.url()).toBe(SERVER.replace('http', 'ws') + '/ws');
  const [received] = await Promise.all([seen.waitForEvent('framereceived'), page.evaluate(() => (window as any).ws.send('text'))]);
  expect(received.payload).toBe('echo text');
  const [bytes] = await Promise.all([seen.waitForEvent('framereceived', (f) => typeof f.payload !== 'string'), page.evaluate(() => (window as any).ws.send(new Uint8Array([1, 2, 255])))]);
  expect(bytes.payload).toEqual(Buffer.from([1, 2, 255]));
  const [closed] = await Promise.all([seen.waitForEvent('close'), page.evaluate(() => (window as any).ws.send('close'))]);
  expect(closed).toBe(seen);
  expect(seen.isClosed()).toBe(true);
});

test('waits at WebSockets end with them', async ({ page }) => {
  await page.goto('/empty.html');
  const [seen] = await Promise.all([page.waitForEvent('websocket'), socket(page)]);
  const waits = seen.waitForEvent('framesent').catch((e) => e);
  await page.evaluate(() => (window as any).ws.close());
  expect((await waits).message).toContain('Socket closed');
  const [again] = await Promise.all([page.waitForEvent('websocket'), socket(page)]);
  expect((await again.waitForEvent('framesent', { timeout: 1 }).catch((e) => e)).message).toContain('Timeout 1ms exceeded');
  const late = again.waitForEvent('framesent').catch((e) => e);
  await page.close();
  expect((await late).message).toContain('closed');
});

test('a WebSocket that nobody answers', async ({ page }) => {
  await page.goto('/empty.html');
  const [seen] = await Promise.all([page.waitForEvent('websocket'), page.evaluate(() => { new WebSocket('ws://127.0.0.1:1/none'); })]);
  const error = await seen.waitForEvent('socketerror');
  expect(error).toContain('ERR_');
});
