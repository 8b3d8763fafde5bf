// Elements that are held, objects of pages, locators that were made in every way.
import { expect, test } from '@playwright/test';
import { addFrame, errorOf, rows } from './support';

test('previews', async ({ page }) => {
  await page.setContent('<div id=outer name=value><div id=inner>Text,\nmore text</div></div><input checked id=check foo=\'bar"\' type=checkbox>');
  const outer = await page.$('#outer');
  const inner = (await page.$('#inner'))!;
  const check = await page.$('#check');
  const text = await inner.evaluateHandle((e) => e.firstChild);
  await expect.poll(() => String(outer)).toBe('JSHandle@<div id="outer" name="value">…</div>');
  await expect.poll(() => String(inner)).toBe('JSHandle@<div id="inner">Text,↵more text</div>');
  await expect.poll(() => String(text)).toBe('JSHandle@#text=Text,↵more text');
  await expect.poll(() => String(check)).toBe('JSHandle@<input checked id="check" foo="bar"" type="checkbox"/>');
});

const SHOWN: [code: string, shown: string | RegExp][] = [
  ['2', '2'], ['"a"', 'a'], ['true', 'true'], ['undefined', 'undefined'], ['null', 'null'], ['Symbol("q")', 'Symbol(q)'], ['new Map()', /^Map/], ['new Set()', /^Set/],
  ['[]', /^Array/], ['/foo/', '/foo/'], ['new Date(0)', /1970/], ['new WeakMap()', 'WeakMap'], ['new Error("x")', /Error/], ['new Int32Array()', /Int32Array/],
  ['(() => {})', /=>/], ['window', 'Window'], ['({a: 1})', /^(Object|\{)/], ['10n', '10n'], ['-0', /0/], ['NaN', 'NaN'],
];

rows('objects as text', SHOWN, async (page, [code, shown]) => {
  const text = String(await page.evaluateHandle(code)).replace('JSHandle@', '');
  if (shown instanceof RegExp) expect(text).toMatch(shown);
  else expect(text).toBe(shown);
});

test('values as JSON', async ({ page }) => {
  const json = async (code: string) => (await page.evaluateHandle(code)).jsonValue();
  expect(await json('({ a: { b: [1, "x", null] } })')).toEqual({ a: { b: [1, 'x', null] } });
  expect(await json('new Date(0)')).toEqual(new Date(0));
  expect(await json('(() => { const a = []; a.push(a, 1); return a; })()')).toMatchObject({ 1: 1 });
  expect(await json('document')).toBe('ref: <Document>');
  expect(await json('window')).toBe('ref: <Window>');
  const around: any = await json('(() => { const a = { n: 1 }; a.self = a; return a; })()');
  expect(around.self).toBe(around);
});

test('properties', async ({ page }) => {
  const handle = await page.evaluateHandle(() => { class A { a = '1'; } class B extends A { b = '2'; } return { b: new B(), f: () => 1, none: undefined, list: [1, 2] }; });
  const properties = await handle.getProperties();
  expect([...properties.keys()]).toEqual(['b', 'f', 'none', 'list']);
  expect([...(await properties.get('b')!.getProperties()).keys()]).toEqual(['a', 'b']);
  expect(await (await (await handle.getProperty('list')).getProperty('1')).jsonValue()).toBe(2);
  expect([...(await (await page.evaluateHandle(() => new Map([[1, 2]]))).getProperties()).keys()]).toEqual([]);
});

test('handles are arguments, also deep inside', async ({ page }) => {
  const body = await page.evaluateHandle(() => document.body);
  expect(await page.evaluate(({ list: [{ it }], n }) => it.nodeName + n, { list: [{ it: body }], n: 1 } as any)).toBe('BODY1');
  const array = await page.evaluateHandle(() => [1, 2]);
  expect(await array.evaluate((a, more) => a.concat(more), [3])).toEqual([1, 2, 3]);
  expect(await (await array.evaluateHandle((a) => a.length)).jsonValue()).toBe(2);
  expect(await page.evaluate((a) => a, await page.evaluateHandle(() => -0))).toBe(-0);
});

test('handles that were let go', async ({ page }) => {
  const handle = await page.evaluateHandle(() => ({ a: 1 }));
  await handle.dispose();
  await handle.dispose();
  expect((await errorOf(handle.jsonValue())).message).toContain('JSHandle is disposed');
  expect((await errorOf(page.evaluate((a) => a, handle))).message).toContain('JSHandle is disposed');
});

test('handles of another frame', async ({ page }) => {
  await page.goto('/empty.html');
  const frame = await addFrame(page, 'inner', '/frame.html');
  const body = await frame.evaluateHandle(() => document.body);
  expect(await page.evaluate((b) => b.nodeName, body)).toBe('BODY');
  const list = await frame.evaluateHandle(() => [1]);
  expect((await errorOf(page.evaluate((l) => l, list))).message).toContain('JSHandles can be evaluated only in the context they were created!');
  const inner = (await frame.$('div'))!;
  expect(await inner.ownerFrame()).toBe(frame);
  expect(await (await page.$('iframe'))!.contentFrame()).toBe(frame);
  expect(await (await page.$('body'))!.contentFrame()).toBe(null);
  expect(await (await page.$('iframe'))!.ownerFrame()).toBe(page.mainFrame());
  expect(await (await frame.frameElement()).getAttribute('id')).toBe('inner');
});

test('a navigation ends handles', async ({ page }) => {
  await page.goto('/empty.html');
  const body = (await page.$('body'))!;
  await page.goto('/frame.html');
  expect((await errorOf(body.evaluate((b) => b.nodeName))).message).toMatch(/context was destroyed|navigat/i);
});

test('boxes', async ({ page }) => {
  await page.setViewportSize({ width: 500, height: 500 });
  await page.setContent('<style>* { margin: 0 }</style><div id=a style="position:absolute;left:10px;top:20px;width:30px;height:40px"></div><svg width=500 height=500><rect id=r x=30 y=50 width=200 height=300></rect></svg><p hidden id=h>x</p><iframe style="position:absolute;left:100px;top:50px;border:2px solid" srcdoc="<style>*{margin:0}</style><b id=in style=\'display:block;width:10px;height:12px\'></b>"></iframe>');
  expect(await (await page.$('#a'))!.boundingBox()).toEqual({ x: 10, y: 20, width: 30, height: 40 });
  expect(await (await page.$('#r'))!.boundingBox()).toEqual({ x: 30, y: 50, width: 200, height: 300 });
  expect(await (await page.$('#h'))!.boundingBox()).toBe(null);
  expect(await page.frameLocator('iframe').locator('#in').boundingBox()).toEqual({ x: 102, y: 52, width: 10, height: 12 });
  await page.$eval('#a', (a: HTMLElement) => { a.style.width = '30.5px'; });
  expect((await page.locator('#a').boundingBox())!.width).toBe(30.5);
});

test('states of elements that are waited for', async ({ page }) => {
  await page.setContent('<p hidden>x</p><input readonly disabled>');
  const p = (await page.$('p'))!;
  const input = (await page.$('input'))!;
  await p.waitForElementState('hidden');
  const visible = p.waitForElementState('visible');
  await p.evaluate((element) => { element.hidden = false; });
  await visible;
  await p.waitForElementState('stable');
  await input.waitForElementState('disabled');
  const editable = input.waitForElementState('editable');
  await input.evaluate((element: any) => { element.disabled = false; element.readOnly = false; });
  await editable;
  await input.waitForElementState('enabled');
  expect((await errorOf(p.waitForElementState('hidden', { timeout: 100 }))).message).toContain('Timeout 100ms exceeded');
  const gone = p.waitForElementState('hidden');
  await p.evaluate((element) => element.remove());
  await gone;
  expect((await errorOf(p.waitForElementState('visible'))).message).toContain('Element is not attached to the DOM');
  expect((await errorOf(input.waitForElementState('foo' as any))).message).toContain('state: expected one of (visible|hidden|stable|enabled|disabled|editable)');
});

test('reading what is no element', async ({ page }) => {
  await page.setContent('<div></div><svg>text</svg><script>document.querySelector("div").attachShadow({ mode: "open" }).innerHTML = "<div>hello</div>"</script>');
  const root = (await (await page.$('div'))!.evaluateHandle((div) => div.shadowRoot)).asElement()!;
  expect(await root.textContent()).toBe('hello');
  expect((await errorOf(page.innerText('svg'))).message).toContain('Node is not an HTMLElement');
  expect((await errorOf(page.inputValue('svg'))).message).toContain('Node is not an <input>, <textarea> or <select> element');
});

test('enabled and disabled options and groups', async ({ page }) => {
  await page.setContent('<select><option id=a>A</option><option id=b disabled>B</option><optgroup id=c label=C><option>1</option></optgroup><optgroup id=d label=D disabled><option id=e>2</option></optgroup></select>');
  const enabled: Record<string, boolean> = {};
  for (const id of ['a', 'b', 'c', 'd', 'e']) enabled[id] = await page.isEnabled(`#${id}`);
  expect(enabled).toEqual({ a: true, b: false, c: true, d: false, e: false });
});

test('scrolling into view', async ({ page }) => {
  await page.setContent('<div style="height:3000px"></div><button>far</button><i hidden>h</i>');
  await (await page.$('button'))!.scrollIntoViewIfNeeded();
  await expect(page.locator('button')).toBeInViewport();
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator('button').scrollIntoViewIfNeeded();
  await expect(page.locator('button')).toBeInViewport();
  expect((await errorOf(page.locator('i').scrollIntoViewIfNeeded({ timeout: 100 }))).message).toContain('element is not visible');
  const away = (await page.evaluateHandle(() => document.createElement('p'))).asElement()!;
  expect((await errorOf(away.scrollIntoViewIfNeeded())).message).toContain('Element is not attached to the DOM');
});

test('exposed functions give handles', async ({ page }) => {
  await page.setContent('<p>held</p>');
  const p = await page.$('p');
  await page.exposeBinding('give', () => ({ it: p, n: 1 }));
  expect(await page.evaluate(async () => { const given = await (window as any).give(); return given.it.textContent + given.n; })).toBe('held1');
});

test('filters of every kind say how they were made', async ({ page }) => {
  const row = page.getByRole('row');
  const made: [locator: { toString(): string }, text: string][] = [
    [row.filter({ has: page.getByText('x') }), "getByRole('row').filter({ has: getByText('x') })"],
    [row.filter({ hasNot: page.locator('b') }), "getByRole('row').filter({ hasNot: locator('b') })"],
    [row.filter({ hasNotText: /y/ }), "getByRole('row').filter({ hasNotText: /y/ })"],
    [row.filter({ visible: true }), "getByRole('row').visible()"],
    [row.filter({ visible: false }), "getByRole('row').filter({ visible: false })"],
    [row.and(page.locator('b')).nth(2), "getByRole('row').and(locator('b')).nth(2)"],
    [row.last(), "getByRole('row').last()"],
    [page.locator('b', { hasText: 'z' }), "locator('b').filter({ hasText: 'z' })"],
    [page.getByRole('checkbox', { checked: true, name: /n/i }), "getByRole('checkbox', { name: /n/i, checked: true })"],
    [page.getByLabel('L', { exact: true }), "getByLabel('L', { exact: true })"],
    [page.locator('div').locator('p'), "locator('div').locator('p')"],
    [page.frameLocator('iframe').locator('p').first(), "locator('iframe').contentFrame().locator('p').first()"],
    [page.locator('iframe').contentFrame().getByAltText('a'), "locator('iframe').contentFrame().getByAltText('a')"],
  ];
  for (const [locator, text] of made) expect.soft(String(locator)).toBe(text);
});

test('locators in frames', async ({ page }) => {
  await page.goto('/frames.html');
  const one = page.frameLocator('#one');
  expect(await one.locator('div').textContent()).toBe("Hi, I'm frame");
  expect(await page.locator('body').frameLocator('#one').getByRole('button').count()).toBe(1);
  expect((await errorOf(page.frameLocator('iframe').locator('div').click({ timeout: 300 }))).message).toContain("strict mode violation: locator('iframe') resolved to 2 elements");
  expect((await errorOf(page.frameLocator('#none').locator('div').click({ timeout: 300 }))).message).toContain("waiting for locator('#none').contentFrame().locator('div')");
  expect(await page.frameLocator('#none').locator('div').count()).toBe(0);
  expect(await page.frameLocator('#none').locator('div').isVisible()).toBe(false);
  await page.frameLocator('#none').locator('div').waitFor({ state: 'hidden' });
  await expect(page.frameLocator('#none').locator('div')).toBeHidden();
  await expect(page.frameLocator('#none').locator('div')).toHaveCount(0);
  const clicked = page.frameLocator('#one').locator('#later').click();
  await page.frames()[1].evaluate(() => { document.body.innerHTML = '<p id=later onclick="window.hit = 1">later</p>'; });
  await clicked;
  expect(await page.frames()[1].evaluate('hit')).toBe(1);
});

test('all, and reading lists', async ({ page }) => {
  await page.setContent('<p>A</p><p>B</p><p hidden>C</p>');
  const texts: (string | null)[] = [];
  for (const p of await page.locator('p').all()) texts.push(await p.textContent());
  expect(texts).toEqual(['A', 'B', 'C']);
  expect(await page.locator('p').allInnerTexts()).toEqual(['A', 'B', 'C']);
  expect((await errorOf(page.locator('p').isVisible())).message).toContain('strict mode violation');
  expect((await errorOf(page.locator('p').evaluate((p) => p))).message).toContain('strict mode violation');
  expect(await page.locator('p').evaluateAll((list, n) => list.length * n, 2)).toBe(6);
});

test('waitForFunction of a locator', async ({ page }) => {
  await page.setContent('<p>1</p>');
  const waiting = page.locator('p').waitForFunction((p, wanted) => p.textContent === wanted, '2');
  await page.$eval('p', (p) => { p.textContent = '2'; });
  await waiting;
});

test('highlights come and go', async ({ page }) => {
  await page.setContent('<p>1</p><p>2</p>');
  const count = () => page.evaluate(() => document.documentElement.children.length);
  const before = await count();
  const shown = await page.locator('p').highlight({ style: { outlineColor: 'red' } });
  expect(await count()).toBeGreaterThan(before);
  await shown.dispose();
  expect(await count()).toBe(before);
  await page.locator('p').highlight();
  await page.locator('p').hideHighlight();
  expect(await count()).toBe(before);
});

test('a page whose own objects were changed', async ({ page }) => {
  await page.setContent('<p>x</p>');
  await page.evaluate(() => { Object.assign(window, { Map: 1, Promise: null }); Object.assign(Element.prototype, { closest: null }); Object.assign(JSON, { stringify: null }); });
  expect(await page.locator('p').count()).toBe(1);
  await expect(page.locator('p')).toHaveText('x');
  await page.locator('p').click();
});

test('timeouts tell what was tried', async ({ page }) => {
  await page.setContent('<button disabled>B</button><button style="visibility:hidden" id=h>H</button><p id=p>p</p><div style="position:fixed;inset:0" id=cover></div>');
  const tries: [() => Promise<unknown>, string[]][] = [
    [() => page.click('#h', { timeout: 200 }), ['page.click: Timeout 200ms exceeded.', "waiting for locator('#h')", 'attempting click action', 'waiting for element to be visible, enabled and stable', 'element is not visible']],
    [() => page.click('button >> nth=0', { timeout: 200 }), ['element is not enabled']],
    [() => page.click('#p', { timeout: 400 }), ['    - locator resolved to <p id="p">p</p>\n  - attempting click action\n', '× waiting for element to be visible, enabled and stable\n      - element is visible, enabled and stable\n      - scrolling into view if needed\n      - done scrolling\n      - <div id="cover"></div> intercepts pointer events\n    - retrying click action']],
    [() => page.locator('#h').hover({ timeout: 200 }), ['locator.hover: Timeout 200ms exceeded.', 'waiting for element to be visible and stable']],
    [() => page.fill('#none', 'x', { timeout: 200 }), ['page.fill: Timeout 200ms exceeded.', "waiting for locator('#none')"]],
    [() => page.locator('#none').textContent({ timeout: 200 }), ['locator.textContent: Timeout 200ms exceeded.']],
  ];
  for (const [attempt, words] of tries) {
    const { message, name } = await errorOf(attempt());
    expect.soft(name).toBe('TimeoutError');
    for (const word of words) expect.soft(message).toContain(word);
  }
});

test('aria snapshots: depth, boxes, objects', async ({ page }) => {
  await page.setContent('<style>* { margin: 0; padding: 0 }</style><ul style="width:100px"><li style="height:20px">one</li><li style="height:30px">two <button disabled>B</button></li></ul>rest');
  const body = page.locator('body');
  expect(await body.ariaSnapshot({ depth: 1 })).toBe('- list:\n  - listitem: one\n  - listitem\n- text: rest');
  expect(await body.ariaSnapshot({ boxes: true, depth: 1 })).toContain('- list [box=0,0,100,50]:\n  - listitem [box=0,0,100,20]: one\n  - listitem [box=0,20,100,30]');
  expect(await page.ariaSnapshotJSON()).toEqual([
    { role: 'list', children: [{ role: 'listitem', text: 'one' }, { role: 'listitem', children: ['two', { role: 'button', name: 'B', disabled: true }] }] },
    { role: 'text', text: 'rest' },
  ]);
  expect((await page.locator('li').first().ariaSnapshotJSON({ boxes: true }))[0].box).toEqual({ x: 0, y: 0, width: 100, height: 20 });
  await page.setContent('<input type=checkbox title=C checked><a href="/x">L</a>');
  expect(await page.ariaSnapshotJSON()).toEqual([{ role: 'checkbox', name: 'C', checked: true }, { role: 'link', name: 'L', url: '/x' }]);
});
