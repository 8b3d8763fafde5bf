// Code that is put into pages: scripts before their own, tags, functions of ours.
import { expect, test } from '@playwright/test';

const SERVER = process.env.SERVER!;
const OTHER = process.env.OTHER!;
const w = (page, name: string) => page.evaluate((name) => (window as any)[name], name);

test('scripts before the page', async ({ page, context }) => {
  await context.addInitScript(() => { (window as any).order = ['context']; });
  await page.addInitScript(({ word }) => { (window as any).order.push(word); }, { word: 'page' });
  await page.addInitScript('window.order.push("text")');
  await page.addInitScript({ content: 'window.order.push("content")' });
  await page.addInitScript({ path: 'init.js' });
  await page.goto('/html?body=' + encodeURIComponent('<script>window.copy = [...window.order]</script>'));
  expect(await w(page, 'copy')).toEqual(['context', 'page', 'text', 'content', 'file']);
  await page.goto(OTHER + '/frames.html');
  for (const frame of page.frames()) expect(await frame.evaluate(() => (window as any).order.length)).toBe(5);
});

test('scripts before popups and frames', async ({ page, context }) => {
  await context.addInitScript(() => { (window as any).here = 1; });
  await page.goto('/empty.html');
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => { window.open('/frame.html'); })]);
  await popup.waitForLoadState();
  expect(await w(popup, 'here')).toBe(1);
  expect(popup.url()).toBe(SERVER + '/frame.html');
});

test('scripts with rich arguments', async ({ page }) => {
  await page.addInitScript((given) => { (window as any).given = [given.date.getTime(), given.expression.test('abc'), given.none === undefined, given.set]; }, { date: new Date(5), expression: /b/, none: undefined, set: [1n] });
  await page.goto('/empty.html');
  expect(await w(page, 'given')).toEqual([5, true, true, [1n]]);
});

test('scripts that cannot be', async ({ page }) => {
  const rows: [any, any, string][] = [
    [{ foo: 'bar' }, undefined, 'Either path or content property must be present'],
    ['1', { a: 1 }, 'Cannot evaluate a string with arguments'],
    [{ path: 'missing.js' }, undefined, 'missing.js'],
  ];
  for (const [script, arg, words] of rows) expect((await page.addInitScript(script, arg).catch((e) => e)).message).toContain(words);
});

test('scripts are taken back', async ({ page, context }) => {
  const kept = await page.addInitScript(() => { (window as any).kept = 1; });
  const ofPage = await page.addInitScript(() => { (window as any).ofPage = 1; });
  const ofContext = await context.addInitScript(() => { (window as any).ofContext = 1; });
  await page.goto('/empty.html');
  expect([await w(page, 'kept'), await w(page, 'ofPage'), await w(page, 'ofContext')]).toEqual([1, 1, 1]);
  await ofPage.dispose();
  await ofContext.dispose();
  await page.reload();
  expect([await w(page, 'kept'), await w(page, 'ofPage'), await w(page, 'ofContext')]).toEqual([1, undefined, undefined]);
  const other = await context.newPage();
  await other.goto('/empty.html');
  expect(await w(other, 'ofContext')).toBe(undefined);
  await kept.dispose();
});

test('a policy does not keep scripts out', async ({ page }) => {
  await page.addInitScript(() => { (window as any).injected = 123; });
  await page.goto("/csp?policy=script-src 'self'");
  expect(await w(page, 'injected')).toBe(123);
});

test('tags of scripts', async ({ page }) => {
  await page.goto('/empty.html');
  const rows: [object, string][] = [
    [{ url: '/rich.js' }, 'loaded === 42'],
    [{ content: 'window.fromText = 1' }, 'fromText === 1'],
    [{ path: 'init_tag.js' }, 'fromFile === 2'],
    [{ content: 'window.fromModule = import.meta.url', type: 'module' }, 'fromModule.includes("/empty.html")'],
  ];
  for (const [options, check] of rows) {
    const tag = await page.addScriptTag(options);
    expect(tag.asElement()).not.toBe(null);
    await page.waitForFunction(check);
  }
  expect((await page.addScriptTag({ url: '/none.js' }).catch((e) => e)).message).toContain('/none.js');
  expect((await page.addScriptTag('/rich.js' as any).catch((e) => e)).message).toContain('Provide an object with a `url`, `path` or `content` property');
});

test('a script tag tells its file', async ({ page }) => {
  await page.goto('/empty.html');
  const tag = await page.addScriptTag({ path: 'init_tag.js' });
  expect(await tag.evaluate((e) => e.innerHTML)).toContain('sourceURL=init_tag.js');
});

test('a policy keeps tags out', async ({ page }) => {
  await page.goto("/csp?policy=default-src 'self'");
  for (const add of [() => page.addScriptTag({ content: 'window.x = 1' }), () => page.addScriptTag({ url: OTHER + '/rich.js' }), () => page.addStyleTag({ content: 'body { color: red }' })]) {
    expect(await add().then(() => 'let in', (e) => e.constructor.name)).toBe('Error');
  }
});

test('tags of styles', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent('<p>x</p>');
  const colour = () => page.$eval('p', (p) => getComputedStyle(p).backgroundColor);
  await page.addStyleTag({ url: '/rich.css' });
  expect(await colour()).toBe('rgb(255, 255, 0)');
  await page.addStyleTag({ content: 'p { background-color: green }' });
  expect(await colour()).toBe('rgb(0, 128, 0)');
  const tag = await page.addStyleTag({ path: 'style.css' });
  expect(await colour()).toBe('rgb(1, 2, 3)');
  expect(await tag.evaluate((e) => e.textContent)).toContain('sourceURL=style.css');
  expect((await page.addStyleTag({ url: '/none.css' }).catch((e) => e)).message).toContain('/none.css');
});

test('exposed functions are there at once and later', async ({ page }) => {
  let calls = 0;
  await page.exposeFunction('count', () => ++calls);
  expect(await page.evaluate(() => (window as any).count())).toBe(1);
  await page.addInitScript(() => { (window as any).early = (window as any).count(); });
  await page.goto('/empty.html');
  expect(await page.evaluate(() => (window as any).early)).toBe(2);
  await page.goto('/frames.html');
  expect(await page.frame('uno')!.evaluate(() => typeof (window as any).count)).toBe('function');
});

test('what exposed functions give and throw', async ({ page }) => {
  await page.exposeFunction('give', (kind: string) => {
    if (kind === 'null') throw null;
    if (kind === 'text') throw 'a text';
    if (kind === 'type') throw new TypeError('wrong');
    return { date: new Date(7), list: [1, undefined, NaN] };
  });
  expect(await page.evaluate(() => (window as any).give('x'))).toEqual({ date: new Date(7), list: [1, undefined, NaN] });
  const thrown = (kind: string) => page.evaluate((kind) => (window as any).give(kind).then(() => 'fine', (e) => [e === null, typeof e, e?.message, e?.name]), kind);
  expect(await thrown('null')).toEqual([true, 'object', undefined, undefined]);
  expect((await thrown('text'))[1]).toBe('string');
  expect(await thrown('type')).toEqual([false, 'object', 'wrong', 'TypeError']);
});

test('exposed functions with many arguments', async ({ page }) => {
  await page.exposeFunction('join', (...parts) => parts.map((part) => (part === undefined ? '-' : JSON.stringify(part))).join(' '));
  expect(await page.evaluate(() => (window as any).join(1, 'a', { b: [true] }, undefined, null))).toBe('1 "a" {"b":[true]} - null');
});

test('bindings with handles', async ({ page }) => {
  const seen: unknown[] = [];
  await page.exposeBinding('take', async (_source, handle) => { seen.push(await handle.evaluate((e) => e.outerHTML)); }, { handle: true });
  await page.setContent('<b>x</b>');
  await page.evaluate(() => (window as any).take(document.querySelector('b')));
  expect(seen).toEqual(['<b>x</b>']);
  const error = await page.evaluate(() => (window as any).take(1, 2)).catch((e) => e);
  expect(error.message).toContain('exposeBindingHandle supports a single argument, 2 received');
});

test('functions as arguments', async ({ page }) => {
  const seen: unknown[] = [];
  const doubled = await page.evaluate(async ({ note, double }) => { await note(1, ['a']); return double(21); }, {
    note: (...args) => { seen.push(args); }, double: async (n: number) => n * 2,
  }, { exposeFunctions: true });
  expect(doubled).toBe(42);
  expect(seen).toEqual([[1, ['a']]]);
  expect(await page.evaluate((f) => f('x'), (s: string) => s + '!', { exposeFunctions: true })).toBe('x!');
  expect(await page.evaluate(async (f) => (await f().catch((e) => e)).message, () => { throw new Error('boom'); }, { exposeFunctions: true })).toBe('boom');
  const told = await page.evaluate(({ f }) => f(), { f: () => 1 }).catch((e) => e);
  expect(told.message).toContain('Attempting to serialize unexpected value at position "f": () => 1');
  expect(await page.evaluate(() => Object.getOwnPropertyNames(globalThis).filter((name) => /function.*\d/i.test(name)))).toEqual([]);
});

test('functions as arguments of handles, locators and frames', async ({ page }) => {
  await page.goto('/frames.html');
  const f = (text: string) => `<${text}>`;
  const options = { exposeFunctions: true };
  const handle = await page.evaluateHandle(() => 'h');
  expect(await handle.evaluate((text, f) => f(text), f, options)).toBe('<h>');
  expect(await page.locator('#one').evaluate((e, { f }) => f(e.id), { f }, options)).toBe('<one>');
  expect(await page.frame('uno')!.evaluate((f) => f(location.pathname), f, options)).toBe('</frame.html>');
  const made = await page.evaluateHandle(async (f) => ({ text: await f('made') }), f, options);
  expect(await made.jsonValue()).toEqual({ text: '<made>' });
  expect(await page.evaluate(async (f) => (await f(2)) + 1, (n: number) => page.evaluateHandle((n) => n * 10, n), options)).toBe(21);
});

test('functions as arguments of scripts before the page', async ({ page }) => {
  const seen: unknown[] = [];
  const script = await page.addInitScript(({ note }) => { (window as any).note = note; }, { note: (n: number) => { seen.push(n); return n + 1; } }, { exposeFunctions: true });
  await page.goto('/empty.html');
  expect(await page.evaluate(() => (window as any).note(1))).toBe(2);
  await page.goto(OTHER + '/empty.html');
  expect(await page.evaluate(() => (window as any).note(2))).toBe(3);
  await script.dispose();
  await page.reload();
  expect(await page.evaluate(() => typeof (window as any).note)).toBe('undefined');
  expect(seen).toEqual([1, 2]);
  const error = await page.addInitScript({ content: '1' }, undefined, { exposeFunctions: true }).catch((e) => e);
  expect(error.message).toContain('Passing functions requires the init script to be a function');
});

test('a world apart', async ({ page }) => {
  const world = 'utility';
  await page.setContent('<p class=a>1</p><p class=a>2</p>');
  await page.evaluate(() => { (window as any).mark = 'main'; });
  const rows: [string, (options) => Promise<unknown>][] = [
    ['page', (o) => page.evaluate(() => (window as any).mark, undefined, o)],
    ['frame', (o) => page.mainFrame().evaluate(() => (window as any).mark, undefined, o)],
    ['locator', (o) => page.locator('p').first().evaluate(() => (window as any).mark, undefined, o)],
    ['all', (o) => page.locator('p').evaluateAll(() => (window as any).mark, undefined, o)],
    ['$eval', (o) => page.$eval('p', () => (window as any).mark, undefined, o)],
    ['$$eval', (o) => page.$$eval('p', () => (window as any).mark, undefined, o)],
  ];
  for (const [name, read] of rows) {
    expect(await read({ world: 'main' }), name).toBe('main');
    expect(await read({ world }), name).toBe(undefined);
  }
  await page.evaluate(() => { Element.prototype.getAttribute = () => 'changed'; });
  expect(await page.locator('p').first().evaluate((e) => e.getAttribute('class'), undefined, { world })).toBe('a');
  expect(await page.locator('p').evaluateAll((all) => all.map((e) => e.textContent), undefined, { world })).toEqual(['1', '2']);
  const error = await page.evaluate((f) => f(), () => 1, { exposeFunctions: true, world }).catch((e) => e);
  expect(error.message).toContain('Option "exposeFunctions" is not supported in the "utility" world.');
  expect((await page.evaluate(() => 1, undefined, { world: 'moon' } as any).catch((e) => e)).message).toContain('world: expected one of (main|utility)');
});

test('maps and sets', async ({ page }) => {
  const options = { serialization: 'extended' } as const;
  const value: any = { map: new Map<any, any>([['key', new Set([1, 2])]]), set: new Set(['x']) };
  value.map.set('self', value.map);
  const result = await page.evaluate((value) => { value.map.get('key').add(3); return value; }, value, options);
  expect([...result.map.get('key')]).toEqual([1, 2, 3]);
  expect(result.map.get('self')).toBe(result.map);
  expect([...result.set]).toEqual(['x']);
  expect(await page.evaluate(() => new Map([['a', 1]]))).toEqual({});
  const handle = await page.evaluateHandle((m) => m, new Map([['a', 1]]), options);
  expect(await handle.evaluate((m) => m instanceof Map && m.get('a'))).toBe(1);
  expect(await handle.evaluate((m) => m, undefined, options)).toEqual(new Map([['a', 1]]));
  const body = await page.$('body');
  expect(await page.evaluate((m) => m.get(document.body).has(document.body), new Map([[body, new Set([body])]]), options)).toBe(true);
  expect((await page.evaluate(() => 1, undefined, { serialization: 'best' } as any).catch((e) => e)).message).toContain('serialization: expected one of (default|extended)');
});
