// Requests and responses, as pages make them.
import { expect, test } from '@playwright/test';

const SERVER = process.env.SERVER!;
const OTHER = process.env.OTHER!;

const fetched = (page, path: string, init = {}) => page.evaluate(([path, init]) => fetch(path, init).then((r) => r.text()), [path, init] as const);

test('a request knows its frame', async ({ page }) => {
  await page.goto('/frames.html');
  const frame = page.frame('uno')!;
  const [request] = await Promise.all([page.waitForRequest('**/empty.html?in'), frame.evaluate(() => fetch('/empty.html?in'))]);
  expect(request.frame()).toBe(frame);
  expect(request.resourceType()).toBe('fetch');
  expect(request.isNavigationRequest()).toBe(false);
});

test('headers of a request', async ({ page }) => {
  await page.goto('/empty.html');
  const [request] = await Promise.all([page.waitForRequest('**/echo'), fetched(page, '/echo', { headers: { 'X-One': '1' } })]);
  expect(request.headers()['x-one']).toBe('1');
  expect(await request.headerValue('X-oNe')).toBe('1');
  expect(await request.headerValue('none')).toBe(null);
  expect((await request.allHeaders())['x-one']).toBe('1');
  expect((await request.headersArray()).find(({ name }) => name.toLowerCase() === 'host')!.value).toBe(new URL(SERVER).host);
  expect((await request.allHeaders()).referer).toBe(SERVER + '/empty.html');
});

test('bodies that pages send', async ({ page }) => {
  await page.goto('/empty.html');
  const sent = async (code: string) => (await Promise.all([page.waitForRequest('**/echo'), page.evaluate(code)]))[0];
  const post = (body: string, headers = '{}') => `fetch('/echo', { method: 'POST', body: ${body}, headers: ${headers} }).then(() => {})`;
  const rows: [string, string, (request) => unknown, unknown][] = [
    ['text', post(`'some text'`), (r) => r.postData(), 'some text'],
    ['json', post(`'{"foo":"bar"}'`, `{ 'content-type': 'application/json' }`), (r) => r.postDataJSON(), { foo: 'bar' }],
    ['text that is json', post(`'[1]'`), (r) => r.postDataJSON(), [1]],
    ['form', post(`new URLSearchParams({ a: '1', b: 'x y' })`), (r) => r.postDataJSON(), { a: '1', b: 'x y' }],
    ['umlauts', post(`'ä€😀'`), (r) => r.postData(), 'ä€😀'],
    ['bytes', post('new Uint8Array([0, 1, 255])'), (r) => [...r.postDataBuffer()], [0, 1, 255]],
    ['a field of a form', post(`(() => { const f = new FormData(); f.set('name', 'John'); return f; })()`),
      (r) => r.postData().includes('name="name"\r\n\r\nJohn'), true],
    ['nothing', `fetch('/echo').then(() => {})`, (r) => [r.postData(), r.postDataBuffer(), r.postDataJSON()], [null, null, null]],
    ['xhr', `new Promise((f) => { const x = new XMLHttpRequest(); x.open('POST', '/echo'); x.onload = () => f(1); x.send('by xhr'); })`, (r) => r.postData(), 'by xhr'],
    ['beacon', `navigator.sendBeacon('/echo', 'by beacon')`, (r) => r.postData(), 'by beacon'],
  ];
  for (const [name, code, read, expected] of rows) expect(await read(await sent(code)), name).toEqual(expected);
});

test('json that is none', async ({ page }) => {
  await page.goto('/empty.html');
  const [request] = await Promise.all([page.waitForRequest('**/echo'), fetched(page, '/echo', { method: 'POST', body: '<not a json>' })]);
  expect(() => request.postDataJSON()).toThrow('POST data is not a valid JSON object: <not a json>');
});

test('a form that navigates', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent(`<form method=POST action="/echo"><input name=foo value=bar><input name=baz value=123><input type=submit></form>`);
  const [request] = await Promise.all([page.waitForRequest('**/echo'), page.click('input[type=submit]')]);
  expect(request.postDataJSON()).toEqual({ foo: 'bar', baz: '123' });
  expect(request.method()).toBe('POST');
  expect(request.isNavigationRequest()).toBe(true);
});

test('kinds of resources', async ({ page }) => {
  const kinds = new Map<string, string>();
  page.on('request', (request) => kinds.set(new URL(request.url()).pathname, request.resourceType()));
  await page.goto('/rich.html');
  await page.evaluate(() => fetch('/echo'));
  await page.evaluate(() => new Promise((f) => { const x = new XMLHttpRequest(); x.open('GET', '/data.json'); x.onload = f; x.send(); }));
  expect(Object.fromEntries(kinds)).toEqual({
    '/rich.html': 'document', '/rich.css': 'stylesheet', '/rich.js': 'script', '/dot.png': 'image', '/echo': 'fetch', '/data.json': 'xhr',
  });
});

test('a response and what it says', async ({ page }) => {
  const response = (await page.goto('/status?code=404&body=away'))!;
  expect([response.status(), response.statusText(), response.ok()]).toEqual([404, 'Not Found', false]);
  expect(await response.text()).toBe('away');
  expect(await response.body()).toEqual(Buffer.from('away'));
  expect((await response.allHeaders())['content-length']).toBe('4');
  expect(await response.headerValues('content-type')).toEqual(['text/html; charset=utf-8']);
  expect(await response.headerValue('none')).toBe(null);
  expect(response.fromServiceWorker()).toBe(false);
  expect(await response.securityDetails()).toBe(null);
  expect((await response.serverAddr())!.ipAddress).toBe('127.0.0.1');
  expect(await response.httpVersion()).toBe('HTTP/1.1');
  expect(response.request().existingResponse()).toBe(response);
});

test('bytes of an answer', async ({ page }) => {
  const response = (await page.goto('/dot.png'))!;
  const body = await response.body();
  expect(body.subarray(1, 4).toString()).toBe('PNG');
});

test('json of an answer', async ({ page }) => {
  const response = (await page.goto('/data.json'))!;
  expect(await response.json()).toEqual({ foo: 'bar' });
});

test('an answer that comes in parts', async ({ page }) => {
  await page.goto('/empty.html');
  let finished = false;
  page.on('requestfinished', (request) => { finished = finished || request.url().includes('/parts'); });
  const [response] = await Promise.all([page.waitForResponse('**/parts?key=a'), page.evaluate(() => { fetch('/parts?key=a').then((r) => r.text()); })]);
  expect(response.status()).toBe(200);
  expect(finished).toBe(false);
  const text = response.text();
  await page.evaluate(() => fetch('/release?key=a'));
  expect(await text).toBe('hello world');
  expect(await response.finished()).toBe(null);
});

test('an answer of a redirect has no body', async ({ page }) => {
  const response = (await page.goto('/redirect?to=/empty.html'))!;
  const before = (await response.request().redirectedFrom()!.response())!;
  expect(before.status()).toBe(302);
  expect((await before.body().catch((e) => e)).message).toContain('Response body is unavailable for redirect responses');
  expect(before.headers().location).toBe('/empty.html');
});

test('events of a redirect, in order', async ({ page }) => {
  const seen: string[] = [];
  const path = (url: string) => new URL(url).pathname;
  page.on('request', (r) => seen.push(`${r.method()} ${path(r.url())}`));
  page.on('response', (r) => seen.push(`${r.status()} ${path(r.url())}`));
  page.on('requestfinished', (r) => seen.push(`done ${path(r.url())}`));
  page.on('requestfailed', (r) => seen.push(`failed ${path(r.url())}`));
  await page.goto('/redirect?to=/empty.html');
  expect(seen).toEqual(['GET /redirect', '302 /redirect', 'done /redirect', 'GET /empty.html', '200 /empty.html', 'done /empty.html']);
});

test('several headers of a name', async ({ page }) => {
  const response = (await page.goto('/headers?x-a=1&x-a=2&set-cookie=a=b&set-cookie=c=d'))!;
  expect(response.headers()['x-a']).toBe('1, 2');
  expect(await response.headerValues('X-A')).toEqual(['1', '2']);
  expect(await response.headerValue('set-cookie')).toBe('a=b\nc=d');
  expect((await response.headersArray()).filter(({ name }) => name.toLowerCase() === 'set-cookie').map(({ value }) => value)).toEqual(['a=b', 'c=d']);
});

test('sizes', async ({ page }) => {
  await page.goto('/empty.html');
  const [request] = await Promise.all([page.waitForEvent('requestfinished'), fetched(page, '/echo', { method: 'POST', body: '12345' })]);
  const sizes = await request.sizes();
  expect(sizes.requestBodySize).toBe(5);
  expect(sizes.requestHeadersSize).toBeGreaterThanOrEqual(200);
  expect(sizes.responseBodySize).toBeGreaterThan(100);
  expect(sizes.responseHeadersSize).toBeGreaterThanOrEqual(50);
});

test('timing', async ({ page }) => {
  const response = (await page.goto('/empty.html'))!;
  await response.finished();
  const timing = response.request().timing();
  expect(timing.startTime).toBeGreaterThan(1_600_000_000_000);
  expect(timing.requestStart).toBeGreaterThanOrEqual(0);
  expect(timing.responseStart).toBeGreaterThanOrEqual(timing.requestStart);
  expect(timing.responseEnd).toBeGreaterThanOrEqual(timing.responseStart);
});

test('what fails', async ({ page }) => {
  await page.goto('/empty.html');
  const failed = async (code: string) => (await Promise.all([page.waitForEvent('requestfailed'), page.evaluate(code)]))[0];
  const refused = await failed(`fetch('http://127.0.0.1:1/x').catch(() => {})`);
  expect(refused.failure()!.errorText).toContain('ERR_');
  expect(await refused.response()).toBe(null);
  const stopped = await failed(`(() => { const c = new AbortController(); fetch('/hang', { signal: c.signal }).catch(() => {}); setTimeout(() => c.abort(), 20); })()`);
  expect(stopped.failure()!.errorText).toBe('net::ERR_ABORTED');
  expect(stopped.resourceType()).toBe('fetch');
});

test('waits for traffic by expression, glob and function', async ({ page }) => {
  await page.goto('/empty.html');
  const asking = () => page.evaluate(() => { fetch('/echo?n=1'); fetch('/echo?n=2'); });
  const rows: [string, any][] = [['n=2', /n=2/], ['n=2', '**/echo?n=2'], ['n=2', (x) => x.url().endsWith('n=2')], ['n=2', async (x) => x.url().endsWith('n=2')], ['n=2', /echo(?!.n=1)/], ['n=2', SERVER + '/echo?n=2'], ['n=2', '/echo?n=2']];
  for (const [end, matcher] of rows) {
    const [request, response] = await Promise.all([page.waitForRequest(matcher), page.waitForResponse(matcher), asking()]);
    expect(request.url()).toMatch(new RegExp(end));
    expect(response.url()).toMatch(new RegExp(end));
  }
});

test('waits for traffic run out of time', async ({ page }) => {
  const message = async (promise: Promise<unknown>) => (await promise.catch((e) => e)).message;
  expect(await message(page.waitForRequest('/none', { timeout: 1 }))).toContain('page.waitForRequest: Timeout 1ms exceeded while waiting for event "request"');
  expect(await message(page.waitForResponse(/none/, { timeout: 1 }))).toContain('waiting for response /none/');
  page.setDefaultTimeout(1);
  expect(await message(page.waitForRequest(() => false))).toContain('Timeout 1ms exceeded');
  expect(await message(page.waitForEvent('download'))).toContain('Timeout 1ms exceeded while waiting for event "download"');
});

test('an error of a predicate is told', async ({ page }) => {
  const [error] = await Promise.all([
    page.waitForResponse(() => { throw new Error('oh no'); }).catch((e) => e),
    page.goto('/empty.html'),
  ]);
  expect(error.message).toContain('oh no');
});

test('extra headers', async ({ page, context }) => {
  await context.setExtraHTTPHeaders({ one: 'context', two: 'context' });
  await page.setExtraHTTPHeaders({ two: 'page', Three: 'Page' });
  const { headers } = await (await page.goto('/echo'))!.json();
  expect([headers.one, headers.two, headers.three]).toEqual(['context', 'page', 'Page']);
  await page.setExtraHTTPHeaders({});
  expect((await (await page.goto('/echo'))!.json()).headers.two).toBe('context');
  const error = await page.setExtraHTTPHeaders({ foo: 1 as any }).catch((e) => e);
  expect(error.message).toContain('Expected value of header "foo" to be String, but "number" is found.');
});

test('requests that were made so far', async ({ page }) => {
  await page.goto('/empty.html');
  await fetched(page, '/echo');
  const paths = (await page.requests()).map((request) => new URL(request.url()).pathname);
  expect(paths).toContain('/echo');
});

test('frames of other origins are heard as well', async ({ page }) => {
  await page.goto('/empty.html');
  const [request, response] = await Promise.all([
    page.waitForRequest('**/frame.html'),
    page.waitForResponse('**/frame.html'),
    page.evaluate((url) => { const f = document.createElement('iframe'); f.src = url; document.body.append(f); }, OTHER + '/frame.html'),
  ]);
  expect(request.frame()).toBe(page.frames()[1]);
  expect(await response.text()).toContain("Hi, I'm frame");
});

test('a cached answer is told as well', async ({ page }) => {
  const seen: number[] = [];
  page.on('response', (response) => { if (response.url().includes('/headers')) seen.push(response.status()); });
  await page.goto('/empty.html');
  for (let i = 0; i < 2; i++) await fetched(page, '/headers?cache-control=max-age=1000');
  expect(seen).toEqual([200, 200]);
});

test('an image twice', async ({ page }) => {
  await page.goto('/rich.html');
  const [response] = await Promise.all([page.waitForResponse('**/dot.png?again'), page.evaluate(() => new Promise((f) => { const i = new Image(); i.onload = f; i.src = '/dot.png?again'; }))]);
  expect(response.headers()['content-type']).toBe('image/png');
  expect((await response.body()).length).toBeGreaterThan(50);
});
