// Handles to objects and elements.
import { expect, test } from '@playwright/test';

test('evaluateHandle gives a handle', async ({ page }) => {
  const handle = await page.evaluateHandle(() => window);
  expect(handle).toBeTruthy();
  expect(await handle.evaluate((w) => w === window)).toBe(true);
});

test('jsonValue', async ({ page }) => {
  expect(await (await page.evaluateHandle(() => ({ foo: 'bar' }))).jsonValue()).toEqual({ foo: 'bar' });
  expect(await (await page.evaluateHandle(() => 5)).jsonValue()).toBe(5);
  expect(await (await page.evaluateHandle(() => undefined)).jsonValue()).toBe(undefined);
  expect((await (await page.evaluateHandle(() => new Date('2017-09-26T00:00:00.000Z'))).jsonValue()).toJSON()).toBe('2017-09-26T00:00:00.000Z');
});

test('getProperty and getProperties', async ({ page }) => {
  const handle = await page.evaluateHandle(() => ({ one: 1, two: 'b', nothing: undefined, empty: null }));
  expect(await (await handle.getProperty('one')).jsonValue()).toBe(1);
  expect(await (await handle.getProperty('nothing')).jsonValue()).toBe(undefined);
  expect(await (await handle.getProperty('missing')).jsonValue()).toBe(undefined);
  const properties = await handle.getProperties();
  expect([...properties.keys()]).toEqual(['one', 'two', 'nothing', 'empty']);
  expect(await properties.get('two')!.jsonValue()).toBe('b');
});

test('getProperties of an array', async ({ page }) => {
  const handle = await page.evaluateHandle(() => [document.createElement('p'), 7]);
  const properties = await handle.getProperties();
  expect(properties.get('0')!.asElement()).toBeTruthy();
  expect(await properties.get('1')!.jsonValue()).toBe(7);
});

test('asElement', async ({ page }) => {
  expect((await page.evaluateHandle(() => document.body)).asElement()).toBeTruthy();
  expect((await page.evaluateHandle(() => 2)).asElement()).toBe(null);
  expect((await page.evaluateHandle(() => document.createTextNode('x'))).asElement()).toBeTruthy();
});

test('toString', async ({ page }) => {
  const shown = async (code: string) => (await page.evaluateHandle(code)).toString();
  expect(await shown('2')).toBe('2');
  expect(await shown('"text"')).toBe('text');
  expect(await shown('undefined')).toBe('undefined');
  expect(await shown('null')).toBe('null');
  expect(await shown('true')).toBe('true');
  expect(await shown('new Map()')).toContain('Map');
  expect(await shown('new Date(0)')).toContain('GMT');
  expect(await shown('new Proxy({}, {})')).toBe('Proxy(Object)');
  expect(await shown('(function () {})')).toContain('function');
  expect(await shown('/foo/')).toBe('/foo/');
  expect(await shown('Symbol("x")')).toBe('Symbol(x)');
  expect(await shown('window')).toBe('Window');
  expect(await shown('[1,2]')).toContain('Array');
  expect(await shown('({ a: 1 })')).toBe('Object');

});

test('a handle holds on to its object', async ({ page }) => {
  const handle = await page.evaluateHandle(() => { (window as any).x = { n: 1 }; return (window as any).x; });
  await page.evaluate(() => { (window as any).x.n = 2; });
  expect(await handle.evaluate((x) => x.n)).toBe(2);
});

test('evaluate with the handle first', async ({ page }) => {
  const handle = await page.evaluateHandle(() => ({ n: 3 }));
  expect(await handle.evaluate((o, plus) => o.n + plus, 4)).toBe(7);
  const inner = await handle.evaluateHandle((o) => o.n);
  expect(await inner.jsonValue()).toBe(3);
});

test('elements: reading', async ({ page }) => {
  await page.setContent('<div id=outer name=value><div id=inner>Text,\nmore text</div></div><input id=i value=v><textarea id=t>in</textarea>');
  const inner = (await page.$('#inner'))!;
  expect(await inner.textContent()).toBe('Text,\nmore text');
  expect(await inner.innerText()).toBe('Text, more text');
  expect(await inner.innerHTML()).toBe('Text,\nmore text');
  const outer = (await page.$('#outer'))!;
  expect(await outer.getAttribute('name')).toBe('value');
  expect(await outer.getAttribute('foo')).toBe(null);
  expect(await (await page.$('#i'))!.inputValue()).toBe('v');
  expect(await (await page.$('#t'))!.inputValue()).toBe('in');
  const error = await inner.inputValue().catch((e) => e);
  expect(error.message).toContain('Node is not an <input>, <textarea> or <select>');
});

test('elements: states', async ({ page }) => {
  await page.setContent('<button disabled>a</button><div style="display:none">b</div><input readonly><input type=checkbox checked>');
  const [button, div, input, box] = [await page.$('button'), await page.$('div'), await page.$('input'), await page.$('[type=checkbox]')];
  expect(await button!.isDisabled()).toBe(true);
  expect(await button!.isEnabled()).toBe(false);
  expect(await div!.isVisible()).toBe(false);
  expect(await div!.isHidden()).toBe(true);
  expect(await input!.isEditable()).toBe(false);
  expect(await box!.isChecked()).toBe(true);
});

test('elements: actions', async ({ page }) => {
  await page.setContent('<button onclick="window.n = (window.n || 0) + 1">a</button><input id=i><input type=checkbox><select><option>one<option>two</select>');
  await (await page.$('button'))!.click();
  await (await page.$('button'))!.dblclick();
  expect(await page.evaluate('n')).toBe(3);
  const input = (await page.$('#i'))!;
  await input.fill('abc');
  await input.type('d');
  await input.press('Backspace');
  expect(await input.inputValue()).toBe('abc');
  await input.selectText();
  await page.keyboard.press('Delete');
  expect(await input.inputValue()).toBe('');
  await input.focus();
  expect(await page.evaluate(() => document.activeElement!.id)).toBe('i');
  const box = (await page.$('[type=checkbox]'))!;
  await box.check();
  expect(await box.isChecked()).toBe(true);
  await box.uncheck();
  expect(await box.isChecked()).toBe(false);
  await box.setChecked(true);
  expect(await box.isChecked()).toBe(true);
  expect(await (await page.$('select'))!.selectOption('two')).toEqual(['two']);
});

test('elements: below', async ({ page }) => {
  await page.setContent('<section><p>a</p><p>b</p></section><p>c</p>');
  const section = (await page.$('section'))!;
  expect(await (await section.$('p'))!.textContent()).toBe('a');
  expect((await section.$$('p')).length).toBe(2);
  expect(await section.$('b')).toBe(null);
  expect(await section.$eval('p', (p) => p.textContent)).toBe('a');
  expect(await section.$$eval('p', (list) => list.map((p) => p.textContent))).toEqual(['a', 'b']);
  const error = await section.$eval('b', (e) => e).catch((e) => e);
  expect(error.message).toContain('Failed to find element matching selector "b"');
});

test('elements: waitForSelector below', async ({ page }) => {
  await page.setContent('<div></div>');
  const div = (await page.$('div'))!;
  const promise = div.waitForSelector('span', { state: 'attached' });
  await div.evaluate((e) => { e.innerHTML = '<span>target</span>'; });
  expect(await (await promise)!.evaluate((e) => e.textContent)).toBe('target');
});

test('elements: waitForElementState', async ({ page }) => {
  await page.setContent('<div style="display:none">x</div><button disabled>b</button>');
  const div = (await page.$('div'))!;
  let done = false;
  const promise = div.waitForElementState('visible').then(() => { done = true; });
  await page.evaluate(() => 1);
  expect(done).toBe(false);
  await div.evaluate((e) => { e.style.display = 'block'; });
  await promise;
  const button = (await page.$('button'))!;
  const enabled = button.waitForElementState('enabled');
  await button.evaluate((b) => { (b as HTMLButtonElement).disabled = false; });
  await enabled;
  await div.evaluate((e) => e.remove());
  await div.waitForElementState('hidden');
  const error = await div.waitForElementState('visible').catch((e) => e);
  expect(error.message).toContain('Element is not attached to the DOM');
});

test('elements: frames', async ({ page }) => {
  await page.goto('/frames.html');
  const element = (await page.$('#one'))!;
  const frame = (await element.contentFrame())!;
  expect(frame).toBe(page.frames()[1]);
  expect(await (await page.$('body'))!.contentFrame()).toBe(null);
  const inside = (await frame.$('body'))!;
  expect(await inside.ownerFrame()).toBe(frame);
  expect(await element.ownerFrame()).toBe(page.mainFrame());
  expect(await (await frame.frameElement()).getAttribute('id')).toBe('one');
  expect(await (await page.evaluateHandle(() => document)).asElement()!.ownerFrame()).toBe(page.mainFrame());
});

test('elements: boundingBox', async ({ page }) => {
  await page.setViewportSize({ width: 500, height: 500 });
  await page.setContent('<style>body{margin:0}</style><div id=a style="position:absolute;left:10px;top:20px;width:30px;height:40px"></div><div id=b style="display:none"></div>');
  expect(await (await page.$('#a'))!.boundingBox()).toEqual({ x: 10, y: 20, width: 30, height: 40 });
  expect(await (await page.$('#b'))!.boundingBox()).toBe(null);
});

test('elements: dispatchEvent and scrollIntoViewIfNeeded', async ({ page }) => {
  await page.setContent('<div style="height:3000px"></div><button onclick="window.hit = true">x</button>');
  const button = (await page.$('button'))!;
  await button.dispatchEvent('click');
  expect(await page.evaluate('hit')).toBe(true);
  await button.scrollIntoViewIfNeeded();
  expect(await page.evaluate(() => window.scrollY > 0)).toBe(true);
});

test('an element that left the document is told', async ({ page }) => {
  await page.setContent('<button>x</button>');
  const button = (await page.$('button'))!;
  await page.evaluate(() => document.querySelector('button')!.remove());
  const error = await button.click({ timeout: 1000 }).catch((e) => e);
  expect(error.message).toContain('Element is not attached to the DOM');
});

test('dispose can be called twice', async ({ page }) => {
  const handle = await page.evaluateHandle(() => ({}));
  await handle.dispose();
  await handle.dispose();
});

test('elements have a preview', async ({ page }) => {
  await page.setContent('<div id="outer" name="value"><p>text</p></div><i>Text,\nmore</i><input checked id="check" type="checkbox">');
  const outer = await page.$('#outer');
  const inner = await page.$('i');
  const text = await inner!.evaluateHandle((e) => e.firstChild);
  const check = await page.$('input');
  await page.evaluate(() => 1);
  expect(String(outer)).toBe('JSHandle@<div id="outer" name="value">…</div>');
  expect(String(inner)).toBe('JSHandle@<i>Text,↵more</i>');
  expect(String(text)).toBe('JSHandle@#text=Text,↵more');
  expect(String(check)).toBe('JSHandle@<input checked id="check" type="checkbox"/>');
});
