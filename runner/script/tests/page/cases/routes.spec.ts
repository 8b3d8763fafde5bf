// Requests that the script answers, changes or refuses.
import { expect, test } from '@playwright/test';

const SERVER = process.env.SERVER!;

test('continue, fulfil and abort', async ({ page }) => {
  await page.route('**/empty.html', (route, request) => {
    expect(route.request()).toBe(request);
    expect(request.isNavigationRequest()).toBe(true);
    return route.continue();
  });
  expect((await page.goto('/empty.html'))!.ok()).toBe(true);
  await page.route('**/made', (route) => route.fulfill({ status: 201, headers: { foo: 'bar' }, contentType: 'text/html', body: '<b>made</b>' }));
  const response = (await page.goto('/made'))!;
  expect(response.status()).toBe(201);
  expect(response.headers().foo).toBe('bar');
  expect(await page.evaluate(() => document.body.textContent)).toBe('made');
  await page.route('**/gone', (route) => route.abort('connectionrefused'));
  expect((await page.goto('/gone').catch((e) => e)).message).toContain('net::ERR_CONNECTION_REFUSED');
  await page.goto('/empty.html');
  expect((await page.evaluate(() => fetch('/gone').catch((e) => e.message)))).toContain('fetch');
});

test('fulfil with json, a file or another answer', async ({ page }) => {
  await page.goto('/empty.html');
  await page.route('**/json', (route) => route.fulfill({ json: { a: [1] } }));
  expect(await page.evaluate(() => fetch('/json').then((r) => r.json()))).toEqual({ a: [1] });
  await page.route('**/file', (route) => route.fulfill({ path: 'data.json' }));
  expect(await page.evaluate(() => fetch('/file').then((r) => r.headers.get('content-type')))).toBe('application/json');
  await page.route('**/echo', async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    await route.fulfill({ response, json: { ...json, more: true } });
  });
  const told = await page.evaluate(() => fetch('/echo').then((r) => r.json()));
  expect(told.more).toBe(true);
  expect(told.method).toBe('GET');
});

test('continue with changes', async ({ page }) => {
  await page.goto('/empty.html');
  await page.route('**/a', (route) => route.continue({ url: SERVER + '/echo?x=1', method: 'POST', postData: 'body', headers: { ...route.request().headers(), foo: 'bar' } }));
  const told = await page.evaluate(() => fetch('/a').then((r) => r.json()));
  expect([told.method, told.body, told.headers.foo, told.query.x]).toEqual(['POST', 'body', 'bar', '1']);
});

test('the latest handler first, and fallback', async ({ page, context }) => {
  const order: number[] = [];
  await context.route('**/*', (route) => { order.push(0); return route.continue(); });
  await page.route('**/*', (route) => { order.push(1); return route.fallback(); });
  await page.route('**/empty.html', (route) => { order.push(2); return route.fallback(); });
  const handler = (route) => { order.push(3); return route.fallback(); };
  await page.route(/empty/, handler);
  await page.goto('/empty.html');
  expect(order).toEqual([3, 2, 1, 0]);
  order.length = 0;
  await page.unroute(/empty/, handler);
  await page.unroute('**/*');
  await page.goto('/empty.html');
  expect(order).toEqual([2, 0]);
  await page.unrouteAll();
  await context.unrouteAll();
  order.length = 0;
  await page.goto('/empty.html');
  expect(order).toEqual([]);
});

test('fallback changes what the next handler sees', async ({ page }) => {
  await page.goto('/empty.html');
  await page.route('**/b', (route) => route.continue());
  await page.route('**/echo', (route) => { expect(route.request().headers().foo).toBe('bar'); expect(route.request().method()).toBe('PUT'); return route.continue(); });
  await page.route('**/a', (route) => route.fallback({ url: SERVER + '/echo', method: 'PUT', headers: { foo: 'bar' } }));
  await page.unroute('**/b');
  await page.route('**/a', (route) => route.fallback());
  const told = await page.evaluate(() => fetch('/a').then((r) => r.json()).catch((e) => ({ error: e.message })));
  expect([told.method, told.headers.foo]).toEqual(['PUT', 'bar']);
});

test('times', async ({ page }) => {
  let hits = 0;
  await page.route('**/empty.html', (route) => { hits++; return route.continue(); }, { times: 1 });
  await page.goto('/empty.html');
  await page.goto('/empty.html');
  expect(hits).toBe(1);
});

test('matchers', async ({ page }) => {
  const hits: string[] = [];
  await page.route((url) => url.searchParams.has('f'), (route) => { hits.push('function'); return route.fulfill({ body: '' }); });
  await page.route('/r/*', (route) => { hits.push('relative'); return route.fulfill({ body: '' }); });
  await page.route('**/*.{png,jpg}', (route) => { hits.push('glob'); return route.fulfill({ body: '' }); });
  await page.goto('/x?f');
  await page.goto('/r/1');
  await page.goto('/a/b.png');
  expect(hits).toEqual(['function', 'relative', 'glob']);
});

test('a route is handled once', async ({ page }) => {
  let error: any;
  await page.route('**/empty.html', async (route) => {
    await route.continue();
    error = await route.abort().catch((e) => e);
  });
  await page.goto('/empty.html');
  await expect.poll(() => error?.message).toContain('Route is already handled!');
});

test('routes of the context reach popups', async ({ page, context }) => {
  await context.route('**/p', (route) => route.fulfill({ contentType: 'text/html', body: '<title>routed</title>' }));
  await page.goto('/empty.html');
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => { window.open('/p'); })]);
  await popup.waitForLoadState();
  expect(await popup.title()).toBe('routed');
});

test('all headers while a route waits', async ({ page, context }) => {
  await page.goto('/empty.html');
  await context.addCookies([{ name: 'a', value: '1', url: SERVER }]);
  let seen: any;
  await page.route('**/echo', async (route) => { seen = await route.request().allHeaders(); await route.continue(); });
  await page.evaluate(() => fetch('/echo'));
  expect(seen['user-agent']).toBeTruthy();
});

test('from a HAR file', async ({ page }) => {
  await page.routeFromHAR('site.har', { url: 'http://har.test/**' });
  await page.goto('http://har.test/page');
  expect(await page.title()).toBe('from the file');
  expect(await page.evaluate(() => fetch('/data').then((r) => r.json()))).toEqual({ n: 1 });
  expect(await page.evaluate(() => fetch('/none').catch((e) => 'failed'))).toBe('failed');
});

test('websockets that the script answers', async ({ page }) => {
  await page.goto('/empty.html');
  await page.routeWebSocket(/mock/, (ws) => {
    ws.onMessage((message) => ws.send(`got ${message}`));
  });
  const answer = await page.evaluate(() => new Promise((resolve) => {
    const ws = new WebSocket('ws://nowhere.test/mock');
    ws.onopen = () => ws.send('hi');
    ws.onmessage = (event) => resolve(event.data);
  }));
  expect(answer).toBe('got hi');
});

test('websockets that go on to the server', async ({ page }) => {
  await page.goto('/empty.html');
  await page.routeWebSocket('**/ws', (ws) => {
    const server = ws.connectToServer();
    ws.onMessage((message) => server.send(`${message}!`));
    server.onMessage((message) => ws.send(`<${message}>`));
  });
  const answer = await page.evaluate((host) => new Promise((resolve) => {
    const ws = new WebSocket(`ws://${host}/ws`);
    ws.onopen = () => ws.send('hi');
    ws.onmessage = (event) => resolve(event.data);
  }), new URL(SERVER).host);
  expect(answer).toBe('<echo hi!>');
});
