// Code of the script in the page: what goes in, what comes out.
import { expect, test } from '@playwright/test';

const there = async (page, value) => page.evaluate((a) => a, value);

test('gives values back', async ({ page }) => {
  expect(await page.evaluate(() => 7 * 3)).toBe(21);
  expect(await page.evaluate(() => 'text')).toBe('text');
  expect(await page.evaluate(() => true)).toBe(true);
  expect(await page.evaluate(() => null)).toBe(null);
  expect(await page.evaluate(() => undefined)).toBe(undefined);
  expect(await page.evaluate(() => ({ a: [1, { b: 2 }] }))).toEqual({ a: [1, { b: 2 }] });
  expect(await page.evaluate(() => [undefined])).toEqual([undefined]);
});

test('special numbers go both ways', async ({ page }) => {
  expect(await there(page, NaN)).toBe(NaN);
  expect(await there(page, -0)).toBe(-0);
  expect(await there(page, Infinity)).toBe(Infinity);
  expect(await there(page, -Infinity)).toBe(-Infinity);
  expect(await there(page, 42n)).toBe(42n);
});

test('dates, expressions and addresses go both ways', async ({ page }) => {
  const date = new Date('2024-02-29T10:20:30.123Z');
  const result = await page.evaluate(({ date, regexp, url }) => ({
    isDate: date instanceof Date, isRegExp: regexp instanceof RegExp, isUrl: url instanceof URL, date, regexp, url,
  }), { date, regexp: /a+b/gi, url: new URL('https://example.com/a?b#c') });
  expect(result.isDate && result.isRegExp && result.isUrl).toBe(true);
  expect(result.date.toISOString()).toBe('2024-02-29T10:20:30.123Z');
  expect(String(result.regexp)).toBe('/a+b/gi');
  expect(result.url.href).toBe('https://example.com/a?b#c');
});

test('typed arrays and buffers go both ways', async ({ page }) => {
  expect(await there(page, new Uint8Array([1, 2, 255]))).toEqual(new Uint8Array([1, 2, 255]));
  expect(await there(page, new Float64Array([0.5, -2]))).toEqual(new Float64Array([0.5, -2]));
  expect(await page.evaluate(() => new Int16Array([-3, 7]))).toEqual(new Int16Array([-3, 7]));
});

test('errors come back as errors', async ({ page }) => {
  const error = await page.evaluate(() => new TypeError('broken'));
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toBe('broken');
  expect(error.name).toBe('TypeError');
});

test('circles stay circles', async ({ page }) => {
  const a: any = { name: 'a' };
  a.self = a;
  const result = await there(page, a);
  expect(result.self).toBe(result);
  const back = await page.evaluate(() => { const x: any = { list: [] }; x.list.push(x); return x; });
  expect(back.list[0]).toBe(back);
});

test('shared parts stay shared', async ({ page }) => {
  const shared = { n: 1 };
  expect(await page.evaluate(({ a, b }) => a === b, { a: shared, b: shared })).toBe(true);
});

test('undefined properties stay', async ({ page }) => {
  expect(await page.evaluate((a) => 'x' in a, { x: undefined })).toBe(true);
  expect(await page.evaluate(() => Object.keys({ x: undefined, y: 1 }).length)).toBe(2);
  expect('x' in (await page.evaluate(() => ({ x: undefined })))).toBe(true);
});

test('functions and symbols come back as nothing', async ({ page }) => {
  expect(await page.evaluate(() => Symbol('x'))).toBe(undefined);
  expect(await page.evaluate(() => () => 1)).toBe(undefined);
});

test('window, document and nodes come back as words', async ({ page }) => {
  expect(await page.evaluate(() => window)).toBe('ref: <Window>');
  expect(await page.evaluate(() => document)).toBe('ref: <Document>');
  expect(await page.evaluate(() => document.body)).toBe('ref: <Node>');
});

test('a getter that throws spoils only itself', async ({ page }) => {
  expect(await page.evaluate(() => ({ get bad() { throw new Error('no'); }, good: 1 }))).toEqual({ good: 1 });
});

test('promises are waited for', async ({ page }) => {
  expect(await page.evaluate(() => Promise.resolve(8 * 7))).toBe(56);
  expect(await page.evaluate(async () => { await new Promise((f) => setTimeout(f, 20)); return 'late'; })).toBe('late');
});

test('what the page throws is thrown here', async ({ page }) => {
  const error = await page.evaluate(() => { throw new TypeError('not like this'); }).catch((e) => e);
  expect(error.message).toContain('not like this');
  expect(error.message).toContain('page.evaluate');
  const rejected = await page.evaluate(() => Promise.reject(new Error('later'))).catch((e) => e);
  expect(rejected.message).toContain('later');
  const missing = await page.evaluate(() => (globalThis as any).missing.property).catch((e) => e);
  expect(missing.message).toContain("reading 'property'");
});

test('values that are no errors can be thrown', async ({ page }) => {
  const text = await page.evaluate(() => { throw 'qwerty'; }).catch((e) => e);
  expect(text.message).toContain('qwerty');
  const number = await page.evaluate(() => { throw 100500; }).catch((e) => e);
  expect(number.message).toContain('100500');
});

test('expressions work like functions', async ({ page }) => {
  expect(await page.evaluate('1 + 2')).toBe(3);
  expect(await page.evaluate('1 + 5;')).toBe(6);
  expect(await page.evaluate('2 + 5\n// with a comment')).toBe(7);
  expect(await page.evaluate('() => 4')).toBe(undefined);
  expect(await page.evaluate('Promise.resolve(9)')).toBe(9);
  expect(await page.evaluate('var result = 3; result')).toBe(3);
});

test('a syntax error is told', async ({ page }) => {
  const error = await page.evaluate('1 +').catch((e) => e);
  expect(error.message).toContain('SyntaxError');
});

test('every way to write a function', async ({ page }) => {
  const object = {
    sum(a: number) { return a + 1; },
    async later(a: number) { return a + 2; },
    arrow: (a: number) => a + 3,
    asyncArrow: async (a: number) => a + 4,
    async: (a: number) => a + 5,
  };
  expect(await page.evaluate(object.sum, 1)).toBe(2);
  expect(await page.evaluate(object.later, 1)).toBe(3);
  expect(await page.evaluate(object.arrow, 1)).toBe(4);
  expect(await page.evaluate(object.asyncArrow, 1)).toBe(5);
  expect(await page.evaluate(object.async, 1)).toBe(6);
  expect(await page.evaluate(function named(a: number) { return a + 7; }, 1)).toBe(8);
  expect(await page.evaluate(async function (a: number) { return a + 8; }, 1)).toBe(9);
  expect(await page.evaluate((a) => { const { b, ...rest } = a; return rest; }, { b: 1, c: 2 })).toEqual({ c: 2 });
});

test('functions cannot be arguments', async ({ page }) => {
  const error = await page.evaluate((f) => f, () => 1).catch((e) => e);
  expect(error.message).toContain('Attempting to serialize unexpected value');
});

test('handles can be arguments, also deep inside', async ({ page }) => {
  await page.setContent('<div id=a>hello</div>');
  const element = await page.$('#a');
  expect(await page.evaluate((e) => e.textContent, element)).toBe('hello');
  expect(await page.evaluate(({ list: [{ e }] }) => e.id, { list: [{ e: element }] })).toBe('a');
  const number = await page.evaluateHandle(() => 5);
  expect(await page.evaluate((n) => n + 1, number)).toBe(6);
});

test('a handle of another page is refused', async ({ page, context }) => {
  const other = await context.newPage();
  const handle = await other.evaluateHandle(() => document.body);
  const error = await page.evaluate((h) => h, handle).catch((e) => e);
  expect(error).toBeInstanceOf(Error);
});

test('a disposed handle is refused', async ({ page }) => {
  const handle = await page.evaluateHandle(() => ({ a: 1 }));
  await handle.dispose();
  const error = await page.evaluate((h) => h, handle).catch((e) => e);
  expect(error.message).toContain('JSHandle is disposed');
});

test('evaluate survives a navigation that it causes', async ({ page }) => {
  await page.goto('/empty.html');
  const error = await page.evaluate(() => { window.location.reload(); return new Promise(() => {}); }).catch((e) => e);
  expect(error.message).toContain('navigation');
});

test('runs right after a navigation', async ({ page }) => {
  await page.goto('/empty.html');
  expect(await page.evaluate(() => location.pathname)).toBe('/empty.html');
});

test('toJSON is asked only where there is nothing else', async ({ page }) => {
  expect(await page.evaluate(() => ({ toJSON: () => 'text', data: 'data' }))).toEqual({ data: 'data', toJSON: {} });
  expect(await page.evaluate(() => { class A { #hidden = 1; toJSON() { return { shown: this.#hidden }; } } return new A(); })).toEqual({ shown: 1 });
  expect(await page.evaluate(() => { (Array.prototype as any).toJSON = () => 'busted'; return [1]; })).toEqual([1]);
});

test('maps and sets have no fields', async ({ page }) => {
  expect(await page.evaluate((a) => a.x.constructor.name + JSON.stringify(a.x), { x: new Map([[1, 2]]) })).toBe('Object{}');
});

test('one argument only', async ({ page }) => {
  const error = await (page as any).evaluate((a, b) => a + b, 1, 2).catch((e) => e);
  expect(error.message).toContain('Too many arguments');
});

test('under a strict policy', async ({ page }) => {
  await page.goto("/csp?policy=script-src 'self'");
  expect(await page.evaluate(() => 2 + 2)).toBe(4);
  expect(await page.evaluate('2 + 3')).toBe(5);
  expect(await page.evaluate('1; 2 + 4')).toBe(6);
});

test('strings keep every character', async ({ page }) => {
  const text = 'ä€😀\u0000\n\'"`\\${x}\u2028';
  expect(await there(page, text)).toBe(text);
});

test('large values go through', async ({ page }) => {
  const size = 1_000_000;
  expect((await page.evaluate((n) => 'x'.repeat(n), size)).length).toBe(size);
  expect(await page.evaluate((s) => s.length, 'y'.repeat(size))).toBe(size);
});

test('objects of classes', async ({ page }) => {
  const result = await page.evaluate(() => { class A { x = 1; } return new A(); });
  expect(result).toEqual({ x: 1 });
});

test('$eval and $$eval', async ({ page }) => {
  await page.setContent('<section id=x>a</section><div>1</div><div>2</div><div>3</div>');
  expect(await page.$eval('section', (e) => e.id)).toBe('x');
  expect(await page.$eval('section', (e, more) => e.textContent + more, '!')).toBe('a!');
  expect(await page.$$eval('div', (list) => list.length)).toBe(3);
  expect(await page.$$eval('div', (list, plus) => list.reduce((sum, e) => sum + Number(e.textContent), plus), 10)).toBe(16);
  expect(await page.$$eval('p', (list) => list.length)).toBe(0);
  const error = await page.$eval('p', (e) => e.id).catch((e) => e);
  expect(error.message).toContain('Failed to find element matching selector "p"');
});

test('evaluate in a frame', async ({ page }) => {
  await page.setContent('<iframe srcdoc="<b>inside</b>"></iframe>');
  await page.frameLocator('iframe').locator('b').waitFor();
  expect(await page.frames()[1].evaluate(() => document.body.textContent)).toBe('inside');
});
