// What a context is made with and what can be changed later: cookies, storage, permissions, media, place and time.
import { devices, expect, test } from '@playwright/test';

const SERVER = process.env.SERVER!;
const OTHER = process.env.OTHER!;

test('cookies of the page', async ({ page, context }) => {
  await page.goto('/empty.html');
  expect(await page.evaluate(() => { document.cookie = 'username=John Doe'; return document.cookie; })).toBe('username=John Doe');
  expect(await context.cookies()).toEqual([{ name: 'username', value: 'John Doe', domain: '127.0.0.1', path: '/', expires: -1, httpOnly: false, secure: false, sameSite: 'Lax' }]);
});

test('cookies of the server', async ({ page, context }) => {
  await page.goto('/cookie?set=' + encodeURIComponent('a=b; HttpOnly; SameSite=Strict; Path=/x; Expires=Wed, 01 Jan 2031 00:00:00 GMT'));
  const [cookie] = await context.cookies(SERVER + '/x/y');
  expect(cookie).toMatchObject({ name: 'a', value: 'b', httpOnly: true, sameSite: 'Strict', path: '/x' });
  expect(cookie.expires).toBeGreaterThan(1_700_000_000);
});

test('cookies by address', async ({ context }) => {
  await context.addCookies([
    { url: 'https://foo.test', name: 'one', value: '1' },
    { url: 'https://foo.test/path/page', name: 'two', value: '2' },
    { domain: '.bar.test', path: '/', name: 'three', value: '3' },
  ]);
  const names = async (urls?: string | string[]) => (await context.cookies(urls)).map(({ name }) => name).sort();
  expect(await names()).toEqual(['one', 'three', 'two']);
  expect(await names('https://foo.test')).toEqual(['one']);
  expect(await names('https://foo.test/path/other')).toEqual(['one', 'two']);
  expect(await names('http://foo.test')).toEqual([]);
  expect(await names(['http://www.bar.test', 'https://foo.test'])).toEqual(['one', 'three']);
});

test('cookies that cannot be added', async ({ context }) => {
  const told = async (cookie) => (await context.addCookies([cookie]).catch((e) => e)).message;
  const rows: [object, string][] = [
    [{ name: 'a', value: 'b' }, 'Cookie should have a url or a domain/path pair'],
    [{ name: 'a', value: 'b', url: SERVER, domain: 'x.test', path: '/' }, 'Cookie should have either url or domain'],
    [{ name: 'a', value: 'b', url: SERVER, path: '/' }, 'Cookie should have either url or path'],
    [{ name: 'a', value: 'b', url: 'about:blank' }, 'Blank page can not have cookie "a"'],
    [{ name: 'a', value: 'b', url: 'data:,Hello' }, 'Data URL page can not have cookie "a"'],
    [{ name: 'a', value: 'b', url: SERVER, expires: -42 }, 'Cookie should have a valid expires, only -1 or a positive number for the unix timestamp in seconds is allowed'],
    [{ name: 'a', value: 'b', url: SERVER, sameSite: 'Loose' }, 'sameSite'],
  ];
  for (const [cookie, words] of rows) expect(await told(cookie), JSON.stringify(cookie)).toContain(words);
});

test('cookies go along and can be cleared', async ({ page, context }) => {
  await context.addCookies([{ url: SERVER, name: 'a', value: '1' }, { url: SERVER, name: 'b', value: '2' }, { url: 'http://foo.test', name: 'b', value: '3' }]);
  const sent = async () => (await (await page.goto('/echo'))!.json()).headers.cookie;
  expect(await sent()).toBe('a=1; b=2');
  await context.clearCookies({ name: 'a' });
  expect(await sent()).toBe('b=2');
  await context.clearCookies({ name: /^B$/i, domain: 'foo.test' });
  expect((await context.cookies()).map(({ domain }) => domain)).toEqual(['127.0.0.1']);
  await context.clearCookies({ path: '/none' });
  expect(await sent()).toBe('b=2');
  await context.clearCookies();
  expect(await sent()).toBe(undefined);
});

test('contexts do not share cookies', async ({ context, browser }) => {
  await context.addCookies([{ url: SERVER, name: 'a', value: '1' }]);
  const other = await browser.newContext();
  expect(await other.cookies()).toEqual([]);
  await other.close();
});

test('storage state goes out and comes in', async ({ page, context, browser }) => {
  await page.goto('/empty.html');
  await page.evaluate(() => { localStorage.setItem('name', 'value'); document.cookie = 'user=me'; });
  const state = await context.storageState();
  expect(state.origins).toEqual([{ origin: SERVER, localStorage: [{ name: 'name', value: 'value' }] }]);
  expect(state.cookies.map(({ name, value }) => [name, value])).toEqual([['user', 'me']]);
  const other = await browser.newContext({ storageState: state });
  const twin = await other.newPage();
  await twin.goto('/empty.html');
  expect(await twin.evaluate(() => localStorage.getItem('name') + document.cookie)).toBe('valueuser=me');
  expect(other.pages()).toEqual([twin]);
  await other.close();
});

test('storage state from a file of the checkout', async ({ browser }) => {
  const context = await browser.newContext({ storageState: 'state.json' });
  expect((await context.cookies()).map(({ name }) => name)).toEqual(['fromFile']);
  await context.close();
  const error = await browser.newContext({ storageState: 'missing.json' }).catch((e) => e);
  expect(error.message).toContain('Error reading storage state from missing.json');
});

test('storage state with databases', async ({ page, context, browser }) => {
  await page.goto('/empty.html');
  await page.evaluate(() => new Promise<void>((done) => {
    const open = indexedDB.open('shop', 3);
    open.onupgradeneeded = () => {
      open.result.createObjectStore('items', { keyPath: 'id', autoIncrement: true }).createIndex('byName', 'name', { unique: false });
      open.result.createObjectStore('loose');
    };
    open.onsuccess = () => {
      const work = open.result.transaction(['items', 'loose'], 'readwrite');
      work.objectStore('items').put({ id: 7, name: 'seven' });
      work.objectStore('loose').put('value', 'key');
      work.oncomplete = () => { open.result.close(); done(); };
    };
  }));
  expect((await context.storageState()).origins).toEqual([]);
  const state = await context.storageState({ indexedDB: true });
  const other = await browser.newContext({ storageState: state });
  const twin = await other.newPage();
  await twin.goto('/empty.html');
  const read = await twin.evaluate(() => new Promise((done) => {
    const open = indexedDB.open('shop');
    open.onsuccess = () => {
      const work = open.result.transaction(['items', 'loose']);
      const item = work.objectStore('items').index('byName').get('seven');
      const loose = work.objectStore('loose').get('key');
      work.oncomplete = () => done([item.result, loose.result, open.result.version]);
    };
  }));
  expect(read).toEqual([{ id: 7, name: 'seven' }, 'value', 3]);
  await other.close();
});

test('setStorageState', async ({ page, context }) => {
  await page.goto('/empty.html');
  await page.evaluate(() => localStorage.setItem('old', '1'));
  await context.setStorageState({ cookies: [], origins: [{ origin: SERVER, localStorage: [{ name: 'new', value: '2' }] }] });
  await page.reload();
  expect(await page.evaluate(() => Object.entries(localStorage))).toEqual([['new', '2']]);
});

test('local and session storage', async ({ page }) => {
  await page.goto('/empty.html');
  for (const storage of [page.localStorage, page.sessionStorage]) {
    await storage.setItem('a', '1');
    await storage.setItem('b', '2');
    expect(await storage.getItem('a')).toBe('1');
    expect(await storage.getItem('none')).toBe(null);
    expect(await storage.items()).toEqual([{ name: 'a', value: '1' }, { name: 'b', value: '2' }]);
    await storage.removeItem('a');
    expect((await storage.items()).length).toBe(1);
    await storage.clear();
    expect(await storage.items()).toEqual([]);
  }
});

test('permissions', async ({ page, context, browser }) => {
  await page.goto('/empty.html');
  const state = (name: string) => page.evaluate((name) => navigator.permissions.query({ name: name as PermissionName }).then((s) => s.state), name);
  expect(await state('geolocation')).not.toBe('granted');
  await context.grantPermissions(['geolocation'], { origin: SERVER });
  expect(await state('geolocation')).toBe('granted');
  await context.grantPermissions(['notifications'], { origin: SERVER });
  expect(await state('notifications')).toBe('granted');
  await context.clearPermissions();
  expect(await state('notifications')).not.toBe('granted');
  expect((await context.grantPermissions(['foo']).catch((e) => e)).message).toContain('Unknown permission: foo');
  const other = await browser.newContext({ permissions: ['geolocation'] });
  const twin = await other.newPage();
  await twin.goto('/empty.html');
  expect(await twin.evaluate(() => navigator.permissions.query({ name: 'geolocation' }).then((s) => s.state))).toBe('granted');
  await other.close();
});

const place = (page) => page.evaluate(() => new Promise((done, fail) => navigator.geolocation.getCurrentPosition(({ coords }) => done([coords.latitude, coords.longitude]), (e) => fail(new Error(e.message)))));

test('geolocation', async ({ page, context }) => {
  await context.grantPermissions(['geolocation']);
  await page.goto('/empty.html');
  await context.setGeolocation({ longitude: 10, latitude: 20 });
  expect(await place(page)).toEqual([20, 10]);
  await context.setGeolocation({ longitude: -5, latitude: 6, accuracy: 10 });
  expect(await place(page)).toEqual([6, -5]);
  await context.setGeolocation(null as any);
  expect(await place(page).catch(() => 'none')).toBe('none');
  const rows: [object, string][] = [
    [{ longitude: 200, latitude: 10 }, 'geolocation.longitude: precondition -180 <= LONGITUDE <= 180 failed'],
    [{ longitude: 20, latitude: 100 }, 'geolocation.latitude: precondition -90 <= LATITUDE <= 90 failed'],
    [{ longitude: 20, latitude: 10, accuracy: -1 }, 'geolocation.accuracy: precondition 0 <= ACCURACY failed'],
    [{ latitude: 10 }, 'geolocation.longitude: expected float, got undefined'],
    [{ longitude: 10, latitude: '1' }, 'geolocation.latitude: expected float, got string'],
  ];
  for (const [wrong, words] of rows) expect((await context.setGeolocation(wrong as any).catch((e) => e)).message).toContain(words);
});

test('media', async ({ page }) => {
  const matches = (query: string) => page.evaluate((query) => matchMedia(query).matches, query);
  const rows: [object, string][] = [
    [{ media: 'print' }, 'print'], [{ media: 'screen' }, 'screen'],
    [{ colorScheme: 'dark' }, '(prefers-color-scheme: dark)'], [{ colorScheme: 'light' }, '(prefers-color-scheme: light)'],
    [{ reducedMotion: 'reduce' }, '(prefers-reduced-motion: reduce)'], [{ reducedMotion: 'no-preference' }, '(prefers-reduced-motion: no-preference)'],
    [{ forcedColors: 'active' }, '(forced-colors: active)'], [{ forcedColors: 'none' }, '(forced-colors: none)'],
    [{ contrast: 'more' }, '(prefers-contrast: more)'], [{ contrast: 'no-preference' }, '(prefers-contrast: no-preference)'],
  ];
  for (const [options, query] of rows) {
    await page.emulateMedia(options as any);
    expect(await matches(query), query).toBe(true);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.emulateMedia({});
  expect(await matches('(prefers-color-scheme: dark)')).toBe(true);
  await page.emulateMedia({ colorScheme: null });
  expect(await matches('(prefers-color-scheme: dark)')).toBe(false);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/frames.html');
  expect(await page.frame('uno')!.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
  const wrong: [object, string][] = [[{ media: 'bad' }, 'media: expected one of (screen|print|no-override)'], [{ colorScheme: 'bad' }, 'colorScheme: expected one of (dark|light|no-preference|no-override)']];
  for (const [options, words] of wrong) expect((await page.emulateMedia(options as any).catch((e) => e)).message).toContain(words);
});

test('locale, time zone and user agent', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'fr-FR', timezoneId: 'America/Jamaica', userAgent: 'me' });
  const page = await context.newPage();
  await page.goto('/empty.html');
  expect(await page.evaluate(() => [navigator.language, navigator.languages[0], (1000000.5).toLocaleString().replace(/\s/g, ' '), navigator.userAgent])).toEqual(['fr-FR', 'fr-FR', '1 000 000,5', 'me']);
  expect(await page.evaluate(() => new Date(1479579154987).toString())).toContain('Sat Nov 19 2016 13:12:34 GMT-0500');
  const { headers } = await (await page.goto('/echo'))!.json();
  expect([headers['accept-language'].split(/[,;]/)[0], headers['user-agent']]).toEqual(['fr-FR', 'me']);
  await context.close();
  for (const [options, words] of [[{ timezoneId: 'Foo/Bar' }, 'Invalid timezone ID: Foo/Bar']] as const) {
    const bad = await browser.newContext(options);
    expect((await bad.newPage().catch((e) => e)).message).toContain(words);
    await bad.close();
  }
});

test('offline', async ({ page, context }) => {
  await page.goto('/empty.html');
  await context.setOffline(true);
  expect(await page.evaluate(() => navigator.onLine)).toBe(false);
  expect((await page.goto('/frame.html').catch((e) => e)).message).toContain('net::ERR_INTERNET_DISCONNECTED');
  await context.setOffline(false);
  expect((await page.goto('/frame.html'))!.status()).toBe(200);
});

test('credentials for the server', async ({ browser }) => {
  const rows: [object, number][] = [
    [{ username: 'user', password: 'pass' }, 200],
    [{ username: 'user', password: 'wrong' }, 401],
    [{ username: 'user', password: 'pass', origin: SERVER }, 200],
    [{ username: 'user', password: 'pass', origin: OTHER }, 401],
  ];
  for (const [httpCredentials, status] of rows) {
    const context = await browser.newContext({ httpCredentials: httpCredentials as any });
    const page = await context.newPage();
    expect((await page.goto('/private'))!.status(), JSON.stringify(httpCredentials)).toBe(status);
    await context.close();
  }
});

test('a device', async ({ browser }) => {
  const context = await browser.newContext({ ...devices['iPhone 13'] });
  const page = await context.newPage();
  await page.goto('/html?body=' + encodeURIComponent('<meta name=viewport content="width=device-width">'));
  expect(page.viewportSize()).toEqual(devices['iPhone 13'].viewport);
  expect(await page.evaluate(() => [innerWidth, devicePixelRatio, 'ontouchstart' in window, navigator.userAgent.includes('iPhone')])).toEqual([390, 3, true, true]);
  await context.close();
  expect(devices['Desktop Chrome'].viewport).toEqual({ width: 1280, height: 720 });
  expect(Object.keys(devices).length).toBeGreaterThan(100);
});

test('viewports', async ({ page, browser }) => {
  expect(page.viewportSize()).toEqual({ width: 1280, height: 720 });
  await page.setViewportSize({ width: 123, height: 456 });
  expect(page.viewportSize()).toEqual({ width: 123, height: 456 });
  expect(await page.evaluate(() => [innerWidth, innerHeight])).toEqual([123, 456]);
  const context = await browser.newContext({ viewport: { width: 456, height: 789 }, screen: { width: 1000, height: 1001 }, deviceScaleFactor: 2 });
  const other = await context.newPage();
  expect(await other.evaluate(() => [innerWidth, innerHeight, screen.width, screen.height, devicePixelRatio])).toEqual([456, 789, 1000, 1001, 2]);
  await context.close();
  const free = await browser.newContext({ viewport: null });
  expect((await free.newPage()).viewportSize()).toBe(null);
  await free.close();
});

test('no scripts', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('data:text/html,<p id=a>before</p><script>document.title = "ran"</script>');
  expect(await page.title()).toBe('');
  expect(await page.textContent('#a')).toBe('before');
  await context.close();
});

test('a policy can be passed by', async ({ browser }) => {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto("/csp?policy=default-src 'self'");
  await page.addScriptTag({ content: 'window.injected = 42' });
  expect(await page.evaluate('injected')).toBe(42);
  await context.close();
});

test('base address', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: SERVER + '/one/' });
  const page = await context.newPage();
  await page.goto('../empty.html');
  expect(page.url()).toBe(SERVER + '/empty.html');
  await page.goto('/frame.html');
  expect(page.url()).toBe(SERVER + '/frame.html');
  await page.waitForURL('/frame.html');
  await context.close();
});

test('wrong options of a context', async ({ browser }) => {
  const rows: [object, string][] = [
    [{ viewport: null, deviceScaleFactor: 1 }, '"deviceScaleFactor" option is not supported with null "viewport"'],
    [{ viewport: null, isMobile: true }, '"isMobile" option is not supported with null "viewport"'],
    [{ colorScheme: 'pink' }, 'colorScheme: expected one of (dark|light|no-preference|no-override)'],
    [{ extraHTTPHeaders: { foo: 1 } }, 'Expected value of header "foo" to be String, but "number" is found.'],
    [{ geolocation: { longitude: 1, latitude: 100 } }, 'geolocation.latitude: precondition'],
    [{ permissions: ['foo'] }, 'Unknown permission: foo'],
    [{ locale: 5 }, 'locale: expected string, got number'],
    [{ viewport: { width: 'x', height: 1 } }, 'viewport.width: expected integer, got string'],
    [{ clientCertificates: [] }, 'clientCertificates'],
    [{ noSuchOption: 1 }, 'noSuchOption'],
  ];
  for (const [options, words] of rows) {
    const error = await browser.newContext(options as any).then((c) => c.close(), (e) => e);
    expect(error?.message ?? `accepted ${JSON.stringify(options)}`, JSON.stringify(options)).toContain(words);
  }
});

test('contexts and their pages', async ({ browser, page, context }) => {
  const other = await browser.newContext();
  expect(browser.contexts()).toContain(other);
  expect(other.browser()).toBe(browser);
  const made = await other.newPage();
  expect(made.context()).toBe(other);
  expect(other.pages()).toEqual([made]);
  const [closed] = await Promise.all([other.waitForEvent('close'), other.close({ reason: 'that was it' })]);
  expect(closed).toBe(other);
  expect(other.pages()).toEqual([]);
  expect(made.isClosed()).toBe(true);
  expect((await made.title().catch((e) => e)).message).toContain('that was it');
  expect((await other.newPage().catch((e) => e)).message).toContain('that was it');
  expect(browser.contexts()).not.toContain(other);
  expect(context.pages()).toEqual([page]);
});

test('browser.newPage owns its context', async ({ browser }) => {
  const page = await browser.newPage({ viewport: { width: 300, height: 200 } });
  expect(await page.evaluate(() => innerWidth)).toBe(300);
  expect((await page.context().newPage().catch((e) => e)).message).toContain('Please use browser.newContext()');
  const context = page.context();
  await page.close();
  await expect.poll(() => browser.contexts().includes(context)).toBe(false);
});
