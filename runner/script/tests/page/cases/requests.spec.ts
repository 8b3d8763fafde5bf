// Requests of the script itself, beside the pages.
import { expect, test } from '@playwright/test';

const SERVER = process.env.SERVER!;
const OTHER = process.env.OTHER!;

test('methods', async ({ request }) => {
  for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
    const told = await (await request[method]('/echo')).json();
    expect(told.method).toBe(method.toUpperCase());
  }
  const head = await request.head('/echo');
  expect([head.status(), (await head.body()).length]).toEqual([200, 0]);
  expect((await (await request.fetch('/echo', { method: 'options' })).json()).method).toBe('OPTIONS');
});

test('an answer', async ({ request }) => {
  const response = await request.get('/status?code=404&body=away');
  expect([response.status(), response.statusText(), response.ok(), response.url()]).toEqual([404, 'Not Found', false, SERVER + '/status?code=404&body=away']);
  expect(await response.text()).toBe('away');
  expect(await response.body()).toEqual(Buffer.from('away'));
  expect(response.headers()['content-type']).toBe('text/html; charset=utf-8');
  expect(response.headersArray().map(({ name }) => name.toLowerCase())).toContain('content-length');
  expect((await response.serverAddr())!.ipAddress).toBe('127.0.0.1');
  await expect(response).not.toBeOK();
  await response.dispose();
  expect((await response.body().catch((e) => e)).message).toContain('Response has been disposed');
});

test('bodies', async ({ request }) => {
  const sent = async (options) => { const told = await (await request.post('/echo', options)).json(); return [told.headers['content-type'], told.body]; };
  const rows: [object, unknown[]][] = [
    [{ data: 'text' }, ['application/octet-stream', 'text']],
    [{ data: { a: [1] } }, ['application/json', '{"a":[1]}']],
    [{ data: [1, 2] }, ['application/json', '[1,2]']],
    [{ data: true }, ['application/json', 'true']],
    [{ data: Buffer.from('bytes') }, ['application/octet-stream', 'bytes']],
    [{ data: 'text', headers: { 'Content-Type': 'text/plain' } }, ['text/plain', 'text']],
    [{ data: 'no json', headers: { 'content-type': 'application/json' } }, ['application/json', '"no json"']],
    [{ data: '{"a":1}', headers: { 'content-type': 'application/json' } }, ['application/json', '{"a":1}']],
    [{ form: { first: 'J n', n: 5, b: true } }, ['application/x-www-form-urlencoded', 'first=J+n&n=5&b=true']],
  ];
  for (const [options, expected] of rows) expect(await sent(options), JSON.stringify(options)).toEqual(expected);
  const [type, body] = await sent({ multipart: { text: 'value', n: 5, file: { name: 'f.js', mimeType: 'text/javascript', buffer: Buffer.from('var x;') } } });
  expect(type).toContain('multipart/form-data; boundary=');
  for (const part of ['name="text"\r\n\r\nvalue', 'name="n"\r\n\r\n5', 'name="file"; filename="f.js"\r\ncontent-type: text/javascript\r\n\r\nvar x;']) expect(body).toContain(part);
});

test('wrong arguments', async ({ request }) => {
  const told = async (...args) => (await (request as any).post(...args).catch((e) => e)).message;
  expect(await told('/echo', { data: 'a', form: {} })).toContain("Only one of 'data', 'form' or 'multipart' can be specified");
  expect(await told('/echo', { data: () => 1 })).toContain("Unexpected 'data' type");
  expect(await told('http://')).toContain('Invalid URL');
  expect(await told(5)).toContain('url: expected string or Request, got number');
  expect(await told('/echo', { maxRedirects: -1 })).toContain("'maxRedirects' must be greater than or equal to '0'");
  expect(await told('/echo', { headers: { 'a b': 'c' } })).toContain('Invalid character in header');
  expect(await told('/echo', { headers: { a: 5 } })).toContain('Expected value of header "a" to be String, but "number" is found.');
});

test('parameters', async ({ request }) => {
  const query = async (url, params) => (await (await request.get(url, { params })).json()).query;
  expect(await query('/echo?a=1', { b: 2, c: true })).toEqual({ a: '1', b: '2', c: 'true' });
  expect(await query('/echo', new URLSearchParams([['d', 'x y']]))).toEqual({ d: 'x y' });
  expect(await query('/echo', '?e=1&f=2')).toEqual({ e: '1', f: '2' });
});

test('redirects', async ({ request }) => {
  const to = encodeURIComponent('/echo');
  const response = await request.get(`/redirect?to=${to}`);
  expect(response.url()).toBe(SERVER + '/echo');
  const stopped = await request.get(`/redirect?to=${to}`, { maxRedirects: 0 });
  expect([stopped.status(), stopped.headers().location]).toEqual([302, '/echo']);
  const rows: [number, string, string][] = [[302, 'POST', 'GET'], [303, 'POST', 'GET'], [307, 'POST', 'POST'], [308, 'PUT', 'PUT']];
  for (const [status, method, after] of rows) {
    const told = await (await request.fetch(`/redirect?status=${status}&to=${to}`, { method, data: 'x' })).json();
    expect([told.method, told.body], String(status)).toEqual([after, after === 'GET' ? '' : 'x']);
  }
  const loop = encodeURIComponent('/redirect?to=/redirect');
  expect((await request.get(`/redirect?to=${loop}`, { maxRedirects: 1 }).catch((e) => e)).message).toContain('Max redirect count exceeded');
});

test('failOnStatusCode', async ({ request, playwright }) => {
  const error = await request.get('/status?code=500&body=oops', { failOnStatusCode: true }).catch((e) => e);
  expect(error.message).toContain('500 Internal Server Error');
  expect(error.message).toContain('oops');
  const strict = await playwright.request.newContext({ baseURL: SERVER, failOnStatusCode: true });
  expect((await strict.get('/status?code=404').catch((e) => e)).message).toContain('404 Not Found');
  await strict.dispose();
});

test('time runs out', async ({ request }) => {
  const error = await request.get('/hang', { timeout: 20 }).catch((e) => e);
  expect(error.message).toContain('Timeout 20ms exceeded');
  expect(error.message).toContain(`→ GET ${SERVER}/hang`);
});

test('nobody answers', async ({ request }) => {
  const error = await request.get('http://127.0.0.1:1/').catch((e) => e);
  expect(error.message).toContain('apiRequestContext.get');
  expect(error.message).toContain('refused');
});

test('cookies are kept from one to the next', async ({ request }) => {
  await request.get('/cookie?set=' + encodeURIComponent('a=1; Path=/'));
  expect((await (await request.get('/echo')).json()).headers.cookie).toBe('a=1');
  const state = await request.storageState();
  expect(state.cookies.map(({ name, value, domain }) => [name, value, domain])).toEqual([['a', '1', '127.0.0.1']]);
  await request.get('/cookie?set=' + encodeURIComponent('a=; Max-Age=0; Path=/'));
  expect((await (await request.get('/echo')).json()).headers.cookie).toBe(undefined);
});

test('cookies are those of the context', async ({ page, context }) => {
  await page.goto('/empty.html');
  await page.evaluate(() => { document.cookie = 'fromPage=1'; });
  expect((await (await page.request.get('/echo')).json()).headers.cookie).toBe('fromPage=1');
  await context.request.get('/cookie?set=' + encodeURIComponent('fromServer=2; Path=/'));
  expect(await page.evaluate(() => document.cookie)).toBe('fromPage=1; fromServer=2');
  expect((await (await context.request.get('/echo', { headers: { cookie: 'own=3' } })).json()).headers.cookie).toBe('own=3');
  expect((await (await context.request.get(OTHER + '/echo')).json()).headers.cookie).toBe(undefined);
});

test('requests of a context have its headers and credentials', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: SERVER, extraHTTPHeaders: { 'x-extra': '1' }, userAgent: 'me', httpCredentials: { username: 'user', password: 'pass' } });
  const { headers } = await (await context.request.get('/echo')).json();
  expect([headers['x-extra'], headers['user-agent'], headers.accept]).toEqual(['1', 'me', '*/*']);
  expect((await context.request.get('/private')).status()).toBe(200);
  await context.close();
  expect((await context.request.get('/echo').catch((e) => e)).message).toContain('closed');
});

test('credentials with the first request', async ({ playwright }) => {
  const always = await playwright.request.newContext({ baseURL: SERVER, httpCredentials: { username: 'user', password: 'pass', send: 'always' } });
  expect((await (await always.get('/echo')).json()).headers.authorization).toBe('Basic ' + Buffer.from('user:pass').toString('base64'));
  await always.dispose();
  expect((await always.get('/echo').catch((e) => e)).message).toContain('disposed');
});

test('a request of a page sent again', async ({ page }) => {
  await page.goto('/empty.html');
  const [sent] = await Promise.all([page.waitForRequest('**/echo'), page.evaluate(() => fetch('/echo', { method: 'PUT', body: 'data', headers: { 'x-own': '1' } }))]);
  const told = await (await page.request.fetch(sent)).json();
  expect([told.method, told.body, told.headers['x-own']]).toEqual(['PUT', 'data', '1']);
});

test('texts in other encodings', async ({ request }) => {
  const rows: [string, string, string][] = [['text/plain; charset=iso-8859-1', 'fc62', 'üb'], ['text/plain', 'c3bc', 'ü'], ['text/html; charset="windows-1252"', '80', '€'], ['text/plain; charset=utf-8', 'c3bc', 'ü']];
  for (const [type, hex, text] of rows) expect(await (await request.get(`/bytes?type=${encodeURIComponent(type)}&hex=${hex}`)).text(), type).toBe(text);
});

test('while the context is offline', async ({ context }) => {
  await context.setOffline(true);
  expect((await context.request.get('/echo').catch((e) => e)).message).toContain('offline');
});

test('cookies of a client, set and cleared', async ({ request }) => {
  await request.addCookies([{ name: 'a', value: '1', url: SERVER }, { name: 'b', value: '2', domain: 'x.test', path: '/' }]);
  expect((await request.cookies(SERVER)).map(({ name }) => name)).toEqual(['a']);
  await request.clearCookies({ domain: /^x(?=\.)/ });
  expect((await request.cookies()).map(({ name }) => name)).toEqual(['a']);
});

test('fetch of the script', async () => {
  const response = await fetch(SERVER + '/echo', { method: 'POST', body: JSON.stringify({ a: 1 }), headers: { 'Content-Type': 'application/json' } });
  expect(response.ok).toBe(true);
  expect((await response.json()).body).toBe('{"a":1}');
});
