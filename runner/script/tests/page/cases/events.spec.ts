// What pages tell: console, errors, dialogs, popups, requests.
import { expect, test } from '@playwright/test';

test('console', async ({ page }) => {
  const [message] = await Promise.all([page.waitForEvent('console'), page.evaluate(() => console.log('hello', 5, { foo: 'bar' }))]);
  expect(message.text()).toContain('hello 5');
  expect(message.type()).toBe('log');
  expect(message.page()).toBe(page);
  expect(await message.args()[0].jsonValue()).toBe('hello');
  expect(await message.args()[1].jsonValue()).toBe(5);
  expect(await message.args()[2].jsonValue()).toEqual({ foo: 'bar' });
});

test('kinds of console messages', async ({ page }) => {
  const types: string[] = [];
  page.on('console', (message) => types.push(message.type()));
  await page.evaluate(() => { console.error('a'); console.warn('b'); console.info('c'); console.debug('d'); console.table([1]); });
  expect(types).toEqual(['error', 'warning', 'info', 'debug', 'table']);
});

test('console messages so far', async ({ page }) => {
  await page.evaluate(() => console.log('one'));
  expect((await page.consoleMessages()).map((message) => message.text())).toEqual(['one']);
  await page.clearConsoleMessages();
  expect(await page.consoleMessages()).toEqual([]);
});

test('pageerror', async ({ page }) => {
  const [error] = await Promise.all([page.waitForEvent('pageerror'), page.evaluate(() => { setTimeout(() => { throw new TypeError('boom'); }); })]);
  expect(error.message).toBe('boom');
  expect(error.name).toBe('TypeError');
  expect((await page.pageErrors()).length).toBe(1);
});

test('listeners come and go', async ({ page }) => {
  const seen: string[] = [];
  const listener = (message) => seen.push(message.text());
  page.on('console', listener);
  await page.evaluate(() => console.log('1'));
  page.off('console', listener);
  await page.evaluate(() => console.log('2'));
  page.once('console', listener);
  await page.evaluate(() => console.log('3'));
  await page.evaluate(() => console.log('4'));
  page.addListener('console', listener);
  page.removeAllListeners('console');
  await page.evaluate(() => console.log('5'));
  expect(seen).toEqual(['1', '3']);
});

test('waitForEvent with a predicate', async ({ page }) => {
  const promise = page.waitForEvent('console', (message) => message.text() === 'b');
  await page.evaluate(() => { console.log('a'); console.log('b'); });
  expect((await promise).text()).toBe('b');
  const error = await page.waitForEvent('console', { predicate: () => false, timeout: 50 }).catch((e) => e);
  expect(error.name).toBe('TimeoutError');
  expect(error.message).toContain('page.waitForEvent: Timeout 50ms exceeded while waiting for event "console"');
});

test('dialogs', async ({ page }) => {
  page.once('dialog', (dialog) => {
    expect(dialog.type()).toBe('prompt');
    expect(dialog.message()).toBe('question?');
    expect(dialog.defaultValue()).toBe('yes.');
    expect(dialog.page()).toBe(page);
    dialog.accept('answer!');
  });
  expect(await page.evaluate(() => prompt('question?', 'yes.'))).toBe('answer!');
  page.once('dialog', (dialog) => dialog.dismiss());
  expect(await page.evaluate(() => confirm('ok?'))).toBe(false);
  page.once('dialog', (dialog) => dialog.accept());
  expect(await page.evaluate(() => confirm('ok?'))).toBe(true);
});

test('dialogs without a listener are dismissed', async ({ page }) => {
  expect(await page.evaluate(() => confirm('ok?'))).toBe(false);
  expect(await page.evaluate(() => prompt('x'))).toBe(null);
  await page.evaluate(() => alert('hi'));
});

test('a dialog is answered once', async ({ page }) => {
  const promise = page.waitForEvent('dialog');
  page.evaluate(() => alert('x')).catch(() => {});
  const dialog = await promise;
  await dialog.accept();
  expect((await dialog.accept().catch((e) => e)).message).toContain('already handled');
});

test('popups', async ({ page, context }) => {
  await page.goto('/empty.html');
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => { window.open('/frame.html'); })]);
  await popup.waitForLoadState();
  expect(popup.url()).toContain('/frame.html');
  expect(await popup.opener()).toBe(page);
  expect(context.pages()).toEqual([page, popup]);
  await popup.close();
  expect(popup.isClosed()).toBe(true);
  expect(context.pages()).toEqual([page]);
});

test('a link to a new tab', async ({ page, context }) => {
  await page.setContent('<a target=_blank rel=noopener href="/frame.html">x</a>');
  await page.goto('/empty.html');
  await page.setContent('<a target=_blank rel=noopener href="/frame.html">x</a>');
  const [other] = await Promise.all([context.waitForEvent('page'), page.click('a')]);
  await other.waitForLoadState();
  expect(await other.title()).toBe('Frame');
});

test('close events', async ({ page, context }) => {
  const other = await context.newPage();
  const [closed] = await Promise.all([other.waitForEvent('close'), other.close()]);
  expect(closed).toBe(other);
  const error = await other.evaluate(() => 1).catch((e) => e);
  expect(error.message).toContain('Target page, context or browser has been closed');
});

test('load and domcontentloaded', async ({ page }) => {
  const seen: string[] = [];
  page.on('domcontentloaded', () => seen.push('dom'));
  page.on('load', () => seen.push('load'));
  await page.goto('/frame.html');
  expect(seen).toEqual(['dom', 'load']);
});

test('requests and responses', async ({ page }) => {
  const seen: string[] = [];
  page.on('request', (request) => seen.push(`> ${new URL(request.url()).pathname} ${request.resourceType()}`));
  page.on('response', (response) => seen.push(`< ${response.status()}`));
  page.on('requestfinished', (request) => seen.push(`finished ${request.method()}`));
  await page.goto('/frame.html');
  expect(seen).toEqual(['> /frame.html document', '< 200', 'finished GET']);
});

test('a request that failed', async ({ page }) => {
  await page.goto('/empty.html');
  const [request] = await Promise.all([page.waitForEvent('requestfailed'), page.evaluate(() => fetch('http://127.0.0.1:1/').catch(() => {}))]);
  expect(request.failure()!.errorText).toContain('net::ERR_');
});

test('waitForRequest and waitForResponse', async ({ page }) => {
  await page.goto('/empty.html');
  const [request, response] = await Promise.all([
    page.waitForRequest('**/echo*'),
    page.waitForResponse((r) => r.url().includes('/echo') && r.status() === 200),
    page.evaluate(() => fetch('/echo?a=1', { method: 'POST', body: JSON.stringify({ x: 1 }), headers: { 'content-type': 'application/json' } })),
  ]);
  expect(request.method()).toBe('POST');
  expect(request.postData()).toBe('{"x":1}');
  expect(request.postDataJSON()).toEqual({ x: 1 });
  expect(request.headers()['content-type']).toBe('application/json');
  expect((await request.response())!.url()).toBe(response.url());
  expect((await response.json()).body).toBe('{"x":1}');
  expect(await response.finished()).toBe(null);
  expect((await response.serverAddr())!.port).toBe(Number(new URL(process.env.SERVER!).port));
  expect(await response.headerValue('content-type')).toBe('application/json');
  expect((await request.sizes()).requestBodySize).toBe(7);
  expect(request.timing().responseEnd).toBeGreaterThanOrEqual(0);
  const error = await page.waitForResponse('**/never', { timeout: 50 }).catch((e) => e);
  expect(error.message).toContain('page.waitForResponse: Timeout 50ms exceeded while waiting for event "response"');
});

test('events of the context', async ({ page, context }) => {
  const seen: string[] = [];
  context.on('request', (request) => seen.push(request.method()));
  context.on('console', (message) => seen.push(message.text()));
  context.on('weberror', (error) => seen.push(error.error().message));
  await page.goto('/empty.html');
  await page.evaluate(() => { console.log('hi'); setTimeout(() => { throw new Error('bad'); }); });
  await page.waitForTimeout(50);
  expect(seen).toEqual(['GET', 'hi', 'bad']);
});

test('workers', async ({ page }) => {
  await page.goto('/empty.html');
  const [worker] = await Promise.all([
    page.waitForEvent('worker'),
    page.evaluate(() => { (window as any).w = new Worker(URL.createObjectURL(new Blob(['self.x = 5'], { type: 'text/javascript' }))); }),
  ]);
  expect(worker.url()).toContain('blob:');
  expect(page.workers()).toEqual([worker]);
  // The worker is there before its script has run.
  await expect.poll(() => worker.evaluate(() => (self as any).x + 1)).toBe(6);
  const closed = worker.waitForEvent('close');
  await page.evaluate(() => (window as any).w.terminate());
  await closed;
  expect(page.workers()).toEqual([]);
});

test('websockets', async ({ page }) => {
  await page.goto('/empty.html');
  const seen: string[] = [];
  const [socket] = await Promise.all([
    page.waitForEvent('websocket'),
    page.evaluate((host) => { const ws = new WebSocket(`ws://${host}/ws`); (window as any).ws = ws; return new Promise((f) => ws.onopen = f); }, new URL(process.env.SERVER!).host),
  ]);
  socket.on('framesent', ({ payload }) => seen.push(`> ${payload}`));
  socket.on('framereceived', ({ payload }) => seen.push(`< ${payload}`));
  expect(socket.url()).toContain('/ws');
  await page.evaluate(() => new Promise((f) => { (window as any).ws.onmessage = f; (window as any).ws.send('hi'); }));
  const closed = socket.waitForEvent('close');
  await page.evaluate(() => (window as any).ws.close());
  await closed;
  expect(socket.isClosed()).toBe(true);
  expect(seen).toEqual(['> hi', '< echo hi']);
});

test('exposed functions', async ({ page, context }) => {
  await page.exposeFunction('compute', (a: number, b: number) => a * b);
  expect(await page.evaluate(() => (window as any).compute(9, 4))).toBe(36);
  await page.goto('/frames.html');
  expect(await page.frames()[1].evaluate(() => (window as any).compute(3, 5))).toBe(15);
  let source: any;
  await context.exposeBinding('add', async (s, a, b) => { source = s; return a + b; });
  expect(await page.evaluate(() => (window as any).add(5, 6))).toBe(11);
  expect([source.context, source.page, source.frame]).toEqual([context, page, page.mainFrame()]);
  await page.exposeFunction('fails', () => { throw new Error('WOOF'); });
  expect(await page.evaluate(() => (window as any).fails().catch((e) => e.message))).toBe('WOOF');
  expect((await page.exposeFunction('compute', () => {}).catch((e) => e)).message).toContain('Function "compute" has been already registered');
});

test('bindings with a handle', async ({ page }) => {
  let target: any;
  await page.exposeBinding('logme', (source, t) => { target = t; return 17; }, { handle: true } as any);
  expect(await page.evaluate(() => (window as any).logme({ foo: 42 }))).toBe(17);
  expect(await target.evaluate((x) => x.foo)).toBe(42);
});

test('evaluate from inside of an exposed function', async ({ page }) => {
  await page.exposeFunction('callback', (a: number) => page.evaluate((x) => x * 2, a));
  expect(await page.evaluate(() => (window as any).callback(4))).toBe(8);
});

test('popups know where they go', async ({ page }) => {
  await page.goto('/empty.html');
  const rows: [string, string][] = [
    ['window.open("/frame.html")', process.env.SERVER + '/frame.html'],
    ['window.open("/redirect?to=/frame.html")', process.env.SERVER + '/frame.html'],
    ['window.open("/frame.html", "_blank", "noopener")', process.env.SERVER + '/frame.html'],
    [`window.open("${process.env.OTHER}/frame.html")`, process.env.OTHER + '/frame.html'],
    ['window.open()', 'about:blank'],
    ['window.open("about:blank", "_blank", "noopener")', 'about:blank'],
  ];
  for (const [code, url] of rows) {
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate(`${code}; 1`)]);
    expect(popup.url(), code).toBe(url);
    await popup.close();
  }
});

test('a popup that closes at once', async ({ page }) => {
  await page.goto('/empty.html');
  for (const url of ['about:blank', '/frame.html']) {
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate((url) => { window.open(url)!.close(); }, url)]);
    await expect.poll(() => popup.isClosed()).toBe(true);
  }
});
