// Fields: filling, choosing, checking, files, focus, selection, events made by script.
import { expect, test } from '@playwright/test';
import { errorOf, frames, read, rows } from './support';

const EVENTS = `<script>log = []; for (const type of ['input', 'change', 'focus', 'keydown']) document.addEventListener(type, (event) => log.push(event.type + ':' + event.target.tagName), true)</script>`;

const VALUES: [html: string, value: string, shown?: string][] = [
  ['<input>', 'some value'],
  ['<textarea></textarea>', 'some\nlines'],
  ['<input type=text value=old>', ''],
  ['<input type=password>', 'secret'],
  ['<input type=email>', 'a@b.c'],
  ['<input type=search>', 'x'],
  ['<input type=tel>', '123'],
  ['<input type=url>', 'http://x'],
  ['<input type=number>', '42'],
  ['<input type=number>', ' 42 ', '42'],
  ['<input type=number>', '-10e5'],
  ['<input type=number value=1>', ''],
  ['<input type=range min=0 max=100>', '42'],
  ['<input type=color>', '#aaaaaa'],
  ['<input type=color>', '#ABCDEF', '#abcdef'],
  ['<input type=date>', '2020-03-02'],
  ['<input type=time>', '13:15'],
  ['<input type=month>', '2020-07'],
  ['<input type=week>', '2020-W50'],
  ['<input type=datetime-local>', '2020-03-02T05:15'],
  ['<input type=date>', '  2020-03-02  ', '2020-03-02'],
  ['<label>Name <input></label>', 'by label'],
];

rows('fills', VALUES, async (page, [html, value, shown = value]) => {
  await page.setContent(html);
  await page.fill('body > *', value);
  expect(await page.$eval('input, textarea', (field: any) => field.value)).toBe(shown);
});

const REFUSED: [html: string, value: string, words: string][] = [
  ['<input type=number>', 'abc', 'Cannot type text into input[type=number]'],
  ['<input type=button>', 'x', 'Input of type "button" cannot be filled'],
  ['<input type=checkbox>', 'x', 'Input of type "checkbox" cannot be filled'],
  ['<input type=file>', 'x', 'Input of type "file" cannot be filled'],
  ['<input type=submit>', 'x', 'Input of type "submit" cannot be filled'],
  ['<div>x</div>', 'x', 'Element is not an <input>'],
  ['<select><option>a</select>', 'x', 'Element is not an <input>'],
];

rows('does not fill', REFUSED, async (page, [html, value, words]) => {
  await page.setContent(html);
  expect((await errorOf(page.fill('body > *', value, { timeout: 2000 }))).message).toContain(words);
});

test('a value that a picker cannot show is not taken', async ({ page }) => {
  await page.setContent('<input type=date><input type=color value="#111111"><input type=range min=0 max=10 value=3>');
  await page.fill('[type=date]', '2020-13-05');
  await page.fill('[type=color]', 'bad');
  await page.fill('[type=range]', '99');
  expect(await page.$$eval('input', (list: any[]) => list.map((input) => input.value))).toEqual(['', '#000000', '10']);
});

test('fill tells of input, not of keys', async ({ page }) => {
  await page.setContent(`<input>${EVENTS}`);
  await page.fill('input', 'x');
  expect(await read(page, 'log')).toEqual(['focus:INPUT', 'input:INPUT']);
  await page.setContent(`<input type=date>${EVENTS}`);
  await page.fill('input', '2020-03-02');
  expect(await read(page, 'log')).toEqual(['focus:INPUT', 'input:INPUT', 'change:INPUT']);
});

test('fill wants a text', async ({ page }) => {
  await page.setContent('<input>');
  expect((await errorOf(page.fill('input', 123 as any))).message).toContain('value: expected string, got number');
});

test('fills what can be edited', async ({ page }) => {
  await page.setContent('<div contenteditable>old <b>text</b></div>');
  await page.fill('div', 'new');
  expect(await page.textContent('div')).toBe('new');
  await page.setContent('<div contenteditable=plaintext-only>old</div>');
  await page.fill('div', 'plain');
  expect(await page.innerText('div')).toBe('plain');
});

for (const [title, html, mend] of [
  ['visible', '<input style="display:none">', 'style'],
  ['enabled', '<input disabled>', 'disabled'],
  ['editable', '<input readonly>', 'readonly'],
  ['aria-editable', '<input aria-readonly=true role=textbox>', 'aria-readonly'],
]) {
  test(`fill waits until the field is ${title}`, async ({ page }) => {
    await page.setContent(html);
    let over = false;
    const fill = page.fill('input', 'v').then(() => { over = true; });
    await frames(page);
    if (title !== 'aria-editable') expect(over).toBe(false);
    await page.$eval('input', (input, name) => input.removeAttribute(name), mend);
    await fill;
    expect(await page.inputValue('input')).toBe('v');
  });
}

test('fill in a shadow root and where the page steals the focus', async ({ page }) => {
  await page.setContent('<x-a></x-a><textarea></textarea><script>customElements.define("x-a", class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: "open" }).innerHTML = "<input>"; } })</script>');
  await page.fill('x-a input', 'deep');
  expect(await page.locator('x-a input').inputValue()).toBe('deep');
  await page.setContent('<input id=a><input id=b><script>a.onfocus = () => { a.onfocus = null; b.focus(); a.focus(); }</script>');
  await page.fill('#a', 'kept');
  expect(await page.inputValue('#a')).toBe('kept');
});

test('clear', async ({ page }) => {
  await page.setContent(`<input value=old>${EVENTS}`);
  await page.locator('input').clear();
  expect(await page.inputValue('input')).toBe('');
  expect(await read(page, 'log')).toContain('input:INPUT');
});

test('typing into a field goes to its start', async ({ page }) => {
  await page.setContent('<input value=old>');
  await page.locator('input').pressSequentially('new ');
  expect(await page.inputValue('input')).toBe('new old');
  await page.locator('input').press('End');
  await page.type('input', '!');
  expect(await page.inputValue('input')).toBe('new old!');
});

test('typing replaces what is selected and leaves a caret where it is', async ({ page }) => {
  await page.setContent('<input value=hello><div contenteditable>text</div><input type=number value=2>');
  await page.$eval('input', (input) => { input.focus(); input.setSelectionRange(1, 4); });
  await page.type('input', 'X');
  expect(await page.inputValue('input')).toBe('hXo');
  await page.$eval('input', (input) => { input.focus(); input.setSelectionRange(2, 2); });
  await page.type('input', 'Y');
  expect(await page.inputValue('input')).toBe('hXYo');
  await page.type('[type=number]', '1');
  expect(await page.inputValue('[type=number]')).toBe('12');
});

const SELECT = `<select><option value=black>Black</option><option value=blue>Blue</option><option value=brown>Brown</option><option value=indigo>Indigo</option></select><script>
  changed = []; entered = [];
  document.querySelector('select').oninput = (event) => { entered = [...event.target.selectedOptions].map((o) => o.value); };
  document.querySelector('select').onchange = (event) => { changed = [...event.target.selectedOptions].map((o) => o.value); };</script>`;

const CHOICES: [title: string, multiple: boolean, choice: any, chosen: string[]][] = [
  ['a value', false, 'blue', ['blue']],
  ['a value as object', false, { value: 'blue' }, ['blue']],
  ['a label', false, { label: 'Indigo' }, ['indigo']],
  ['a label as text', false, 'Brown', ['brown']],
  ['a place', false, { index: 2 }, ['brown']],
  ['several marks of one', false, { value: 'black', label: 'Black', index: 0 }, ['black']],
  ['the first of several', false, ['blue', 'black'], ['black']],
  ['nothing', false, [], []],
  ['null', false, null, []],
  ['several', true, ['blue', 'brown'], ['blue', 'brown']],
  ['several by different marks', true, ['blue', { label: 'Indigo' }, { index: 0 }], ['black', 'blue', 'indigo']],
  ['none of several', true, null, []],
];

rows('chooses', CHOICES, async (page, [, multiple, choice, chosen]) => {
  await page.setContent(SELECT);
  if (multiple) await page.$eval('select', (select) => { select.multiple = true; });
  expect(await page.selectOption('select', choice)).toEqual(chosen);
  expect([await read(page, 'entered'), await read(page, 'changed')]).toEqual([chosen, chosen]);
});

test('chooses by element', async ({ page }) => {
  await page.setContent(SELECT);
  const brown = (await page.$('[value=brown]'))!;
  expect(await page.selectOption('select', brown)).toEqual(['brown']);
  await page.$eval('select', (select) => { select.multiple = true; });
  expect(await page.locator('select').selectOption([brown, (await page.$('[value=blue]'))!])).toEqual(['blue', 'brown']);
});

test('wrong choices are told', async ({ page }) => {
  await page.setContent(`<p>text</p>${SELECT}`);
  const cases: [string, any, string][] = [
    ['p', 'a', 'Element is not a <select> element'],
    ['select', [{ value: 1 }], 'options[0].value: expected string, got number'],
    ['select', [{ label: 1 }], 'options[0].label: expected string, got number'],
    ['select', [{ index: '1' }], 'options[0].index: expected integer, got string'],
    ['select', ['a', null], 'options[1]: expected object, got null'],
    ['select', 'nothing like it', 'did not find some options'],
    ['select', { value: 'black', label: 'Blue' }, 'did not find some options'],
  ];
  for (const [selector, choice, words] of cases) {
    expect((await errorOf(page.selectOption(selector, choice, { timeout: 300 }))).message).toContain(words);
  }
});

test('waits for an option to come, and to be enabled', async ({ page }) => {
  await page.setContent(SELECT);
  const late = page.selectOption('select', 'late');
  await frames(page);
  await page.$eval('select', (select) => select.insertAdjacentHTML('beforeend', '<option value=late disabled>Late</option>'));
  await frames(page);
  await page.$eval('[value=late]', (option) => option.removeAttribute('disabled'));
  expect(await late).toEqual(['late']);
});

test('a label stands for its select', async ({ page }) => {
  await page.setContent('<label for=s>Choose</label><select id=s><option value=1>1<option value=2>2</select>');
  expect(await page.selectOption('text=Choose', '2')).toEqual(['2']);
});

test('choosing tells input and change, both composed as browsers do', async ({ page }) => {
  await page.setContent('<div id=host></div><script>log = []; const root = host.attachShadow({ mode: "open" }); root.innerHTML = "<select><option>a<option>b</select>"; for (const type of ["input", "change"]) { root.querySelector("select").addEventListener(type, (e) => log.push(type + " " + e.bubbles + " " + e.composed)); }</script>');
  await page.selectOption('select', 'b');
  expect(await read(page, 'log')).toEqual(['input true true', 'change true false']);
});

const CHECKS: [html: string, before: boolean][] = [
  ['<input id=c type=checkbox>', false],
  ['<input id=c type=checkbox checked>', true],
  ['<input id=c type=radio>', false],
  ['<label id=c>L<input type=checkbox></label>', false],
  ['<label id=c for=x>L</label><input id=x type=checkbox>', false],
  ['<span id=c role=checkbox aria-checked=false onclick="this.setAttribute(\'aria-checked\', this.getAttribute(\'aria-checked\') === \'true\' ? \'false\' : \'true\')">L</span>', false],
  ['<span id=c role=switch aria-checked=false onclick="this.setAttribute(\'aria-checked\', \'true\')">L</span>', false],
  ['<span id=c role=menuitemcheckbox aria-checked=false onclick="this.setAttribute(\'aria-checked\', \'true\')">L</span>', false],
  ['<span id=c role=menuitemradio aria-checked=false onclick="this.setAttribute(\'aria-checked\', \'true\')">L</span>', false],
  ['<span id=c role=option aria-checked=false onclick="this.setAttribute(\'aria-checked\', \'true\')">L</span>', false],
  ['<span id=c role=treeitem aria-checked=false onclick="this.setAttribute(\'aria-checked\', \'true\')">L</span>', false],
  ['<span id=c role=radio aria-checked=false onclick="this.setAttribute(\'aria-checked\', \'true\')">L</span>', false],
  ['<div role=checkbox aria-checked=false onclick="this.setAttribute(\'aria-checked\', \'true\')"><b id=c>inner</b></div>', false],
];

rows('checks', CHECKS, async (page, [html, before]) => {
  await page.setContent(html);
  expect(await page.isChecked('#c')).toBe(before);
  await page.check('#c');
  expect(await page.isChecked('#c')).toBe(true);
  await page.check('#c');
  await page.locator('#c').setChecked(true);
  expect(await page.isChecked('#c')).toBe(true);
});

test('unchecks', async ({ page }) => {
  await page.setContent('<input type=checkbox checked><input type=radio checked><div>x</div><input type=checkbox id=stuck onclick="event.preventDefault()">');
  await page.uncheck('input');
  expect(await page.isChecked('input')).toBe(false);
  await page.setChecked('input', true);
  await page.setChecked('input', false);
  expect(await page.isChecked('input')).toBe(false);
  expect((await errorOf(page.uncheck('[type=radio]'))).message).toContain('Cannot uncheck radio button');
  expect((await errorOf(page.check('div'))).message).toContain('Not a checkbox or radio button');
  expect((await errorOf(page.check('#stuck'))).message).toContain('Clicking the checkbox did not change its state');
  await page.check('input >> nth=0', { trial: true });
  expect(await page.isChecked('input')).toBe(false);
});

test('a check that leads away is no failure', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent('<input type=checkbox onclick="location.href = \'/frame.html\'">');
  await page.check('input');
  expect(page.url()).toContain('/frame.html');
});

test('a click handler that puts another box in place', async ({ page }) => {
  await page.setContent(`<div id=r><input type=checkbox id=c></div><script>c.onclick = () => setTimeout(() => { r.innerHTML = '<input type=checkbox id=c checked>'; }, 0)</script>`);
  await page.locator('#c').check();
  await expect(page.locator('#c')).toBeChecked();
});

test('files: by content, by path, none, several', async ({ page }) => {
  await page.setContent('<input type=file>');
  const names = () => page.$eval('input', (input: any) => [...input.files].map((file: File) => [file.name, file.type, file.size]));
  await page.setInputFiles('input', { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
  expect(await names()).toEqual([['a.txt', 'text/plain', 5]]);
  await page.locator('input').setInputFiles('data.json');
  expect((await names())[0][0]).toBe('data.json');
  await page.setInputFiles('input', []);
  expect(await names()).toEqual([]);
  const two = [{ name: 'a', mimeType: 'x/y', buffer: Buffer.from('1') }, { name: 'b', mimeType: 'x/y', buffer: Buffer.from('22') }];
  expect((await errorOf(page.setInputFiles('input', two))).message).toContain('Non-multiple file input can only accept single file');
  await page.$eval('input', (input: any) => { input.multiple = true; });
  await page.setInputFiles('input', two);
  expect(await names()).toEqual([['a', 'x/y', 1], ['b', 'x/y', 2]]);
  expect((await errorOf(page.setInputFiles('body', two))).message).toContain('Node is not an HTMLInputElement');
  expect((await errorOf(page.setInputFiles('input', 'no such file.txt'))).message).toContain('no such file.txt');
});

test('files: events, label, content', async ({ page }) => {
  await page.setContent(`<label>Files <input type=file></label>${EVENTS}`);
  await page.setInputFiles('label', { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('content') });
  expect(await read(page, 'log')).toEqual(['input:INPUT', 'change:INPUT']);
  expect(await page.$eval('input', (input: any) => input.files[0].text())).toBe('content');
});

test('a file chooser takes files', async ({ page }) => {
  await page.setContent('<input type=file multiple>');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('input')]);
  expect(chooser.isMultiple()).toBe(true);
  expect(chooser.page()).toBe(page);
  await chooser.setFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
  expect(await page.$eval('input', (input: any) => input.files[0].name)).toBe('a.txt');
});

test('focus and blur', async ({ page }) => {
  await page.setContent('<div id=d tabIndex=0></div><input>');
  await page.focus('#d');
  expect(await page.evaluate(() => document.activeElement!.id)).toBe('d');
  await page.locator('#d').blur();
  expect(await page.evaluate(() => document.activeElement!.nodeName)).toBe('BODY');
  await page.locator('input').focus();
  expect(await page.evaluate(() => document.activeElement!.nodeName)).toBe('INPUT');
});

test('Tab walks, clicks focus, clicks elsewhere take it', async ({ page }) => {
  await page.setContent('<input id=a><button id=b>B</button><p style="margin:80px">text</p>');
  const active = () => page.evaluate(() => document.activeElement!.id);
  await page.click('#a');
  expect(await active()).toBe('a');
  await page.keyboard.press('Tab');
  expect(await active()).toBe('b');
  await page.keyboard.press('Shift+Tab');
  expect(await active()).toBe('a');
  await page.click('p');
  expect(await active()).toBe('');
});

test('selectText', async ({ page }) => {
  await page.setContent('<textarea>some text</textarea><input value="a value"><div>plain <b>words</b></div><label>L<input id=l value=labelled></label>');
  const chosen = () => page.evaluate(() => getSelection()!.toString());
  await page.locator('textarea').selectText();
  expect(await chosen()).toBe('some text');
  await (await page.$('input'))!.selectText();
  expect(await chosen()).toBe('a value');
  await page.locator('div').selectText();
  expect(await chosen()).toBe('plain words');
  await page.locator('label').selectText();
  expect(await chosen()).toBe('labelled');
  await page.$eval('textarea', (area) => { area.style.display = 'none'; });
  expect((await errorOf(page.locator('textarea').selectText({ timeout: 300 }))).message).toContain('element is not visible');
  await page.locator('textarea').selectText({ force: true });
});

const DISPATCHED: [type: string, init: object | undefined, constructor: string, holds: object][] = [
  ['click', undefined, 'MouseEvent', { bubbles: true, cancelable: true, composed: true }],
  ['click', { clientX: 7 }, 'MouseEvent', { clientX: 7 }],
  ['keydown', { key: 'x' }, 'KeyboardEvent', { key: 'x' }],
  ['dragstart', undefined, 'DragEvent', {}],
  ['touchstart', undefined, 'TouchEvent', {}],
  ['pointerdown', { pointerId: 3 }, 'PointerEvent', { pointerId: 3 }],
  ['focus', undefined, 'FocusEvent', {}],
  ['wheel', { deltaX: 9, deltaY: 8 }, 'WheelEvent', { deltaX: 9, deltaY: 8 }],
  ['deviceorientation', { alpha: 1 }, 'DeviceOrientationEvent', { alpha: 1 }],
  ['devicemotion', { interval: 16 }, 'DeviceMotionEvent', { interval: 16 }],
  ['input', undefined, 'Event', { bubbles: true }],
  ['made-up', { cancelable: false }, 'Event', { cancelable: false }],
];

rows('dispatches', DISPATCHED, async (page, [type, init, constructor, holds]) => {
  // Some events are there only where the connection is safe.
  await page.goto('/empty.html');
  await page.setContent('<button>Go</button>');
  const told = page.evaluate(([name, keys]) => new Promise((resolve) => {
    document.querySelector('button')!.addEventListener(name, (event: any) => {
      resolve([event.constructor.name, event.isTrusted, Object.fromEntries(keys.map((key) => [key, event[key]]))]);
    });
  }), [type, Object.keys(holds)] as [string, string[]]);
  await frames(page, 1);
  await page.dispatchEvent('button', type, init);
  expect(await told).toEqual([constructor, false, holds]);
});

test('dispatched events reach shadow roots, handles go along', async ({ page }) => {
  await page.setContent('<x-a></x-a><script>customElements.define("x-a", class extends HTMLElement { constructor() { super(); const root = this.attachShadow({ mode: "open" }); root.innerHTML = "<button>b</button>"; root.addEventListener("click", () => { window.hit = true; }); } })</script>');
  await page.dispatchEvent('x-a button', 'click');
  expect(await read(page, 'hit')).toBe(true);
  await page.setContent('<p></p><script>document.querySelector("p").addEventListener("drop", (event) => { window.text = event.dataTransfer.getData("text/plain"); })</script>');
  const dataTransfer = await page.evaluateHandle(() => { const data = new DataTransfer(); data.setData('text/plain', 'carried'); return data; });
  await page.dispatchEvent('p', 'drop', { dataTransfer });
  expect(await read(page, 'text')).toBe('carried');
  await page.locator('p').dispatchEvent('drop', { dataTransfer });
});

test('dispatchEvent waits for the element but not for its sight', async ({ page }) => {
  await page.setContent('<p></p>');
  const sent = page.dispatchEvent('button', 'click');
  await page.$eval('p', (p) => { p.innerHTML = '<button style="display:none" onclick="window.hit = 1">x</button>'; });
  await sent;
  expect(await read(page, 'hit')).toBe(1);
});
