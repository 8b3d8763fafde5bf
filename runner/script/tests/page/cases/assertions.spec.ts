// Assertions about locators and pages: what holds, what is waited for, and the words when it does not.
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { errorOf, rows } from './support';

/** Colours are for terminals. */
const plain = (text: string) => text.replace(/\u001b\[\d+m/g, '');
const failing = async (promise: Promise<unknown>) => plain((await errorOf(promise)).message);

type Check = (locator: any) => Promise<unknown>;

const HOLDS: [html: string, check: Check][] = [
  ['<i>x</i>', (i) => expect(i).toBeAttached()],
  ['<i>x</i>', (i) => expect(i.locator('b')).toBeAttached({ attached: false })],
  ['<i>x</i>', (i) => expect(i.locator('b')).not.toBeAttached()],
  ['<i>x</i>', (i) => expect(i).not.toBeAttached({ attached: false })],
  ['<i hidden>x</i>', (i) => expect(i).toBeAttached()],
  ['<i>x</i>', (i) => expect(i).toBeVisible()],
  ['<i>x</i>', (i) => expect(i).toBeVisible({ visible: true })],
  ['<i hidden>x</i>', (i) => expect(i).toBeVisible({ visible: false })],
  ['<i>x</i>', (i) => expect(i).not.toBeVisible({ visible: false })],
  ['<i hidden>x</i>', (i) => expect(i).not.toBeVisible()],
  ['<i></i>', (i) => expect(i).toBeHidden()],
  ['<i>x</i>', (i) => expect(i.locator('b')).toBeHidden()],
  ['<i>x</i>', (i) => expect(i).not.toBeHidden()],
  ['<i>x</i>', (i) => expect(i.locator('b')).not.toBeVisible({ timeout: 1 })],
  ['<input id=i type=checkbox checked>', (i) => expect(i).toBeChecked()],
  ['<input id=i type=checkbox checked=yes>', (i) => expect(i).toBeChecked({ checked: true, timeout: 1 })],
  ['<input id=i type=checkbox>', (i) => expect(i).toBeChecked({ checked: false })],
  ['<input id=i type=checkbox>', (i) => expect(i).not.toBeChecked()],
  ['<input id=i type=checkbox checked>', (i) => expect(i).not.toBeChecked({ checked: false })],
  ['<input id=i type=checkbox><script>i.indeterminate = true</script>', (i) => expect(i).toBeChecked({ indeterminate: true })],
  ...['checkbox', 'menuitemcheckbox', 'option', 'radio', 'switch', 'menuitemradio', 'treeitem'].map((role): [string, Check] => [`<i role=${role} aria-checked=true>x</i>`, (i) => expect(i).toBeChecked()]),
  ['<input id=i>', (i) => expect(i).toBeEditable()],
  ['<input id=i readonly>', (i) => expect(i).toBeEditable({ editable: false })],
  ['<input id=i readonly>', (i) => expect(i).not.toBeEditable()],
  ['<input id=i>', (i) => expect(i).not.toBeEditable({ editable: false })],
  ['<button id=i>x</button>', (i) => expect(i).toBeEnabled()],
  ['<button id=i disabled>x</button>', (i) => expect(i).toBeEnabled({ enabled: false })],
  ['<button id=i disabled=no>x</button>', (i) => expect(i).toBeDisabled()],
  ['<button id=i>x</button>', (i) => expect(i).not.toBeEnabled({ enabled: false })],
  ['<i disabled>x</i>', (i) => expect(i).not.toBeDisabled()],
  ['<button id=i aria-disabled=true>x</button>', (i) => expect(i).toBeDisabled()],
  ['<input id=i>', (i) => expect(i).toBeEmpty()],
  ['<input id=i value=x>', (i) => expect(i).not.toBeEmpty()],
  ['<i><b></b></i>', (i) => expect(i).toBeEmpty()],
  ['<input id=i autofocus>', async (i) => { await i.focus(); await expect(i).toBeFocused(); }],
  ['<input id=i>', (i) => expect(i).not.toBeFocused()],
  ['<i>x</i>', (i) => expect(i).toBeInViewport()],
  ['<i>x</i>', (i) => expect(i).toBeInViewport({ ratio: 1 })],
  ['<p style="height:9000px"></p><i>x</i>', (i) => expect(i).not.toBeInViewport()],
  ['<style>* { margin: 0 }</style><div id=i style="height:400vh"></div>', async (i) => { await expect(i).toBeInViewport({ ratio: 0.25 }); await expect(i).not.toBeInViewport({ ratio: 0.26 }); }],
  ['<i>Text   content</i>', (i) => expect(i).toHaveText(/Text/)],
  ['<i>Text   content</i>', (i) => expect(i).toHaveText(/Text   content/)],
  ['<i>Text   content</i>', (i) => expect(i).toHaveText('Text content')],
  ['<i>Text content</i>', (i) => expect(i).toHaveText(/text CONTENT/, { ignoreCase: true })],
  ['<i>Text content</i>', (i) => expect(i).not.toHaveText(/text content/i, { ignoreCase: false })],
  ['<i>Text \ncontent&nbsp;   </i>', (i) => expect(i).toHaveText('  Text          content ')],
  ['<i>Text content</i>', (i) => expect(i).toHaveText('T\u200be\u200bx\u200bt content')],
  ['<i>so&shy;ft hyphen</i>', (i) => expect(i).toHaveText('soft hyphen')],
  ['<i>Text</i>', (i) => expect(i).toHaveText('tEXT', { ignoreCase: true })],
  ['<i>Text</i>', (i) => expect(i).not.toHaveText('TEXT', { ignoreCase: false })],
  ['<i>Text <b hidden>not this</b>content</i>', (i) => expect(i).toHaveText('Text content', { useInnerText: true })],
  ['<i>Text content</i>', (i) => expect(i).toContainText('ext   cont')],
  ['<i>Text content</i>', (i) => expect(i).toContainText('EXT', { ignoreCase: true })],
  ['<i>Text content</i>', (i) => expect(i).toContainText(/x. c/)],
  ['<i>Text content</i>', (i) => expect(i).not.toContainText('other')],
  ['<i><b>a  1</b><b>b  2</b></i>', (i) => expect(i.locator('b')).toHaveText(['a 1', /b  \d/])],
  ['<i><b>a</b><b>b</b></i>', (i) => expect(i.locator('b')).toHaveText(['A', 'B'], { ignoreCase: true })],
  ['<i><b>a</b><b>b</b></i>', (i) => expect(i.locator('b')).not.toHaveText(['b', 'a'])],
  ['<i>x</i>', (i) => expect(i.locator('b')).toHaveText([])],
  ['<i><b>a</b></i>', (i) => expect(i.locator('b')).not.toHaveText([])],
  ['<i>x</i>', (i) => expect(i.locator('b')).not.toHaveText(['a'])],
  ['<i><b>a1</b><b>b2</b><b>c3</b></i>', (i) => expect(i.locator('b')).toContainText(['a', /c\d/])],
  ['<i><b>a1</b><b>b2</b></i>', (i) => expect(i.locator('b')).not.toContainText(['b', 'a'])],
  ['<i><b>a1</b></i>', (i) => expect(i.locator('b')).not.toContainText(['a', 'a'])],
  ['<i title=t>x</i>', (i) => expect(i).toHaveAttribute('title', 't')],
  ['<i title=t>x</i>', (i) => expect(i).toHaveAttribute('title', /^t$/)],
  ['<i title=T>x</i>', (i) => expect(i).toHaveAttribute('title', 't', { ignoreCase: true })],
  ['<i title>x</i>', (i) => expect(i).toHaveAttribute('title', '')],
  ['<i title>x</i>', (i) => expect(i).toHaveAttribute('title')],
  ['<i title>x</i>', (i) => expect(i).toHaveAttribute('title', { timeout: 5000 })],
  ['<i>x</i>', (i) => expect(i).not.toHaveAttribute('title')],
  ['<i>x</i>', (i) => expect(i).not.toHaveAttribute('title', '')],
  ['<i>x</i>', (i) => expect(i).not.toHaveAttribute('title', /.*/)],
  ['<i class="a b c">x</i>', (i) => expect(i).toHaveClass('a b c')],
  ['<i class="a b c">x</i>', (i) => expect(i).toHaveClass(/b/)],
  ['<i class="a b c">x</i>', (i) => expect(i).not.toHaveClass('a b')],
  ['<svg id=i class="a b"></svg>', (i) => expect(i).toHaveClass(/a b/)],
  ['<i><b class=a></b><b class=b></b></i>', (i) => expect(i.locator('b')).toHaveClass(['a', /b/])],
  ['<i class="a b c">x</i>', (i) => expect(i).toContainClass('a')],
  ['<i class="a b c">x</i>', (i) => expect(i).toContainClass('  c  a ')],
  ['<i class="a b c">x</i>', (i) => expect(i).toContainClass('')],
  ['<i class="a b c">x</i>', (i) => expect(i).not.toContainClass('d a')],
  ['<i><b class="a x"></b><b class=b></b></i>', (i) => expect(i.locator('b')).toContainClass(['a', 'b'])],
  ['<i><b class="a x"></b></i>', (i) => expect(i.locator('b')).not.toContainClass(['a', 'b'])],
  ['<i style="color:rgb(255, 0, 0)">x</i>', (i) => expect(i).toHaveCSS('color', 'rgb(255, 0, 0)')],
  ['<i style="color:red">x</i>', (i) => expect(i).toHaveCSS('color', /255/)],
  ['<i style="--own:#FF00FF">x</i>', (i) => expect(i).toHaveCSS('--own', '#FF00FF')],
  ['<style>i::before { content: "q"; color: rgb(1, 2, 3) }</style><i>x</i>', (i) => expect(i).toHaveCSS('color', 'rgb(1, 2, 3)', { pseudo: 'before' })],
  ['<i>x</i>', (i) => expect(i).not.toHaveId('j')],
  ['<b id=i>x</b>', (i) => expect(i).toHaveId('i')],
  ['<b id=i>x</b>', (i) => expect(i).toHaveId(/^i$/)],
  ['<button id=i>x</button>', (i) => expect(i).toHaveRole('button')],
  ['<i role=alert>x</i>', (i) => expect(i).toHaveRole('alert')],
  ['<i>x</i>', (i) => expect(i).not.toHaveRole('button')],
  ['<button id=i aria-label=" The   name ">x</button>', (i) => expect(i).toHaveAccessibleName('The name')],
  ['<button id=i aria-label="The name">x</button>', (i) => expect(i).toHaveAccessibleName('the NAME', { ignoreCase: true })],
  ['<button id=i>Some <b>words</b></button>', (i) => expect(i).toHaveAccessibleName(/words$/)],
  ['<button id=i aria-description="more  words">x</button>', (i) => expect(i).toHaveAccessibleDescription('more words')],
  ['<button id=i aria-describedby="d">x</button><p id=d>told</p>', (i) => expect(i).toHaveAccessibleDescription('told')],
  ['<input id=i aria-invalid=true aria-errormessage=e><p id=e>bad   value</p>', (i) => expect(i).toHaveAccessibleErrorMessage('bad value')],
  ['<input id=i aria-errormessage=e><p id=e>bad value</p>', (i) => expect(i).not.toHaveAccessibleErrorMessage('bad value')],
  ['<input id=i value=v>', (i) => expect(i).toHaveValue('v')],
  ['<input id=i value=v>', (i) => expect(i).toHaveValue(/v/)],
  ['<input id=i value=v>', (i) => expect(i).not.toHaveValue('w')],
  ['<label id=i>L<input value=v></label>', (i) => expect(i).toHaveValue('v')],
  ['<textarea id=i>t</textarea>', (i) => expect(i).toHaveValue('t')],
  ['<select id=i><option value=a>A<option value=b selected>B</select>', (i) => expect(i).toHaveValue('b')],
  ['<select id=i multiple><option value=a selected>A<option value=b selected>B</select>', (i) => expect(i).toHaveValues(['a', /b/])],
  ['<select id=i multiple><option value=a selected>A<option value=b>B</select>', (i) => expect(i).not.toHaveValues(['a', 'b'])],
  ['<i><b></b><b></b></i>', (i) => expect(i.locator('b')).toHaveCount(2)],
  ['<i>x</i>', async (i) => { await expect(i.locator('b')).toHaveCount(0); await expect(i.locator('b')).not.toHaveCount(1); }],
  ['<i>x</i><script>document.querySelector("i").own = { a: 1, b: "s", c: new Date(1e12), d: { e: [1] } }</script>', async (i) => {
    await expect(i).toHaveJSProperty('own', { a: 1, b: 's', c: new Date(1e12), d: { e: [1] } });
    await expect(i).toHaveJSProperty('own.a', 1);
    await expect(i).toHaveJSProperty('own.d.e', [1]);
    await expect(i).toHaveJSProperty('other', undefined);
    await expect(i).not.toHaveJSProperty('own.a', 2);
  }],
];

rows('assertions that hold', HOLDS, async (page, [html, check]) => {
  await page.setContent(html);
  await check(html.includes('id=i') ? page.locator('#i') : page.locator('i'));
});

/** The parts of a message: its head, what stands below, the call log. */
const FAILS: [html: string, check: Check, lines: string[]][] = [
  ['<input id=i type=checkbox>', (i) => expect(i).toBeChecked({ timeout: 300 }), ['expect(locator).toBeChecked() failed', '', "Locator:  locator('#i')", 'Expected: checked', 'Received: unchecked', 'Timeout:  300ms', '', 'Call log:', '  - Expect "toBeChecked" with timeout 300ms']],
  ['<input id=i type=checkbox checked>', (i) => expect(i).not.toBeChecked({ timeout: 300 }), ['expect(locator).not.toBeChecked() failed', '', "Locator:  locator('#i')", 'Expected: not checked', 'Received: checked', 'Timeout:  300ms']],
  ['<input id=i type=checkbox checked>', (i) => expect(i).toBeChecked({ checked: false, timeout: 300 }), ['expect(locator).toBeChecked({ checked: false }) failed', '', "Locator:  locator('#i')", 'Expected: unchecked', 'Received: checked', 'Timeout:  300ms']],
  ['<input id=i type=checkbox>', (i) => expect(i).toBeChecked({ indeterminate: true, timeout: 300 }), ['expect(locator).toBeChecked({ indeterminate: true }) failed', '', "Locator:  locator('#i')", 'Expected: indeterminate', 'Received: unchecked', 'Timeout:  300ms']],
  ['', (i) => expect(i).not.toBeChecked({ timeout: 300 }), ['expect(locator).not.toBeChecked() failed', '', "Locator: locator('i')", 'Expected: not checked', 'Timeout: 300ms', 'Error: element(s) not found', '', 'Call log:', '  - Expect "not toBeChecked" with timeout 300ms', "  - waiting for locator('i')"]],
  ['', (i) => expect(i).toBeVisible({ timeout: 300 }), ['expect(locator).toBeVisible() failed', '', "Locator: locator('i')", 'Expected: visible', 'Timeout: 300ms', 'Error: element(s) not found']],
  ['<i>x</i>', (i) => expect(i).not.toBeVisible({ timeout: 300 }), ['expect(locator).not.toBeVisible() failed', '', "Locator:  locator('i')", 'Expected: not visible', 'Received: visible', 'Timeout:  300ms']],
  ['<i>x</i>', (i) => expect(i).toBeVisible({ visible: false, timeout: 300 }), ['expect(locator).toBeVisible({ visible: false }) failed', '', "Locator:  locator('i')", 'Expected: hidden', 'Received: visible', 'Timeout:  300ms']],
  ['<i>x</i>', (i) => expect(i).toBeHidden({ timeout: 300 }), ['expect(locator).toBeHidden() failed', '', "Locator:  locator('i')", 'Expected: hidden', 'Received: visible']],
  ['<i>x</i>', (i) => expect(i).toBeAttached({ attached: false, timeout: 300 }), ['expect(locator).toBeAttached({ attached: false }) failed', '', "Locator:  locator('i')", 'Expected: detached', 'Received: attached']],
  ['<i>x</i>', (i) => expect(i).toHaveText('hey', { timeout: 300 }), ['expect(locator).toHaveText(expected) failed', '', "Locator:  locator('i')", 'Expected: "hey"', 'Received: "x"', 'Timeout:  300ms', '', 'Call log:', '  - Expect "toHaveText" with timeout 300ms', "  - waiting for locator('i')"]],
  ['', (i) => expect(i).toHaveText('hey', { timeout: 300 }), ['expect(locator).toHaveText(expected) failed', '', "Locator: locator('i')", 'Expected: "hey"', 'Timeout: 300ms', 'Error: element(s) not found', '', 'Call log:']],
  ['<i>x</i>', (i) => expect(i).toHaveText(/hey/, { timeout: 300 }), ['expect(locator).toHaveText(expected) failed', '', "Locator: locator('i')", 'Expected pattern: /hey/', 'Received string:  "x"', 'Timeout: 300ms']],
  ['<i>x</i>', (i) => expect(i).not.toHaveText(/x/, { timeout: 300 }), ['expect(locator).not.toHaveText(expected) failed', '', "Locator: locator('i')", 'Expected pattern: not /x/', 'Received string: "x"', 'Timeout: 300ms']],
  ['<i>x</i>', (i) => expect(i).not.toHaveText('x', { timeout: 300 }), ['expect(locator).not.toHaveText(expected) failed', '', "Locator:  locator('i')", 'Expected: not "x"', 'Received: "x"', 'Timeout:  300ms']],
  ['<i>x</i>', (i) => expect(i).toContainText('hey', { timeout: 300 }), ['expect(locator).toContainText(expected) failed', '', "Locator: locator('i')", 'Expected substring: "hey"', 'Received string:    "x"', 'Timeout: 300ms']],
  ['<i>x</i>', (i) => expect(i).toHaveCount(2, { timeout: 300 }), ['expect(locator).toHaveCount(expected) failed', '', "Locator:  locator('i')", 'Expected: 2', 'Received: 1', 'Timeout:  300ms']],
  ['<i>x</i>', (i) => expect(i).not.toHaveCount(1, { timeout: 300 }), ['expect(locator).not.toHaveCount(expected) failed', '', "Locator:  locator('i')", 'Expected: not 1', 'Received: 1', 'Timeout:  300ms']],
  ['<i><b>1</b><b>3</b></i>', (i) => expect(i.locator('b')).toHaveText(['1', /\d/, 'More'], { timeout: 300 }), ['expect(locator).toHaveText(expected) failed', '', "Locator: locator('i').locator('b')", 'Timeout: 300ms', '- Expected  - 1', '+ Received  + 0', '', '  Array [', '    "1",', '    "3",', '-   "More",', '  ]']],
  ['<i>x</i><script>document.querySelector("i").own = 1</script>', (i) => expect(i).toHaveJSProperty('own', 2, { timeout: 300 }), ['expect(locator).toHaveJSProperty(expected) failed', '', "Locator:  locator('i')", 'Expected: 2', 'Received: 1', 'Timeout:  300ms']],
  ['<i>x</i>', (i) => expect(i).toHaveAttribute('title', 't', { timeout: 300 }), ['expect(locator).toHaveAttribute(expected) failed', '', "Locator:  locator('i')", 'Expected: "t"', 'Received: ""', 'Timeout:  300ms']],
  ['<i>x</i>', (i) => expect(i).toHaveAttribute('title', { timeout: 300 }), ['expect(locator).toHaveAttribute() failed', '', "Locator:  locator('i')", 'Expected: have attribute']],
  ['<i>x</i>', (i) => expect(i.page()).toHaveTitle('T', { timeout: 300 }), ['expect(page).toHaveTitle(expected) failed', '', 'Expected: "T"', 'Received: ""', 'Timeout:  300ms', '', 'Call log:', '  - Expect "toHaveTitle" with timeout 300ms']],
  ['<i>x</i>', (i) => expect(i.page()).toHaveURL('http://other/', { timeout: 300 }), ['expect(page).toHaveURL(expected) failed', '', 'Expected: "http://other/"', 'Received: "about:blank"', 'Timeout:  300ms']],
  ['<i>x</i>', (i) => expect(i.page()).toHaveURL(/z/, { timeout: 300 }), ['expect(page).toHaveURL(expected) failed', '', 'Expected pattern: /z/', 'Received string:  "about:blank"', 'Timeout: 300ms']],
  ['<i>x</i>', (i) => expect(i.page()).toHaveURL(() => false, { timeout: 300 }), ['expect(page).toHaveURL(expected) failed', '', 'Expected: predicate to succeed', 'Received: "about:blank"', 'Timeout:  300ms']],
  ['<i>x</i>', (i) => expect(i.page()).not.toHaveURL(() => true, { timeout: 300 }), ['expect(page).not.toHaveURL(expected) failed', '', 'Expected: predicate to fail', 'Received: "about:blank"', 'Timeout:  300ms']],
  ['<ul><li>one</li></ul>', (i) => expect(i.page().locator('ul')).toMatchAriaSnapshot('- list:\n  - listitem: two', { timeout: 300 }), ['expect(locator).toMatchAriaSnapshot(expected) failed', '', "Locator: locator('ul')", 'Timeout: 300ms', '- Expected  - 1', '+ Received  + 1', '', '  - list:', '-   - listitem: two', '+   - listitem: one']],
  ['<i>x</i>', (i) => expect(i).toHaveText(undefined as any), ['expect(locator).toHaveText(expected) failed', '', "Locator: locator('i')", 'Error: expected value must be a string or regular expression', 'Expected has value: undefined']],
  ['<i>x</i>', (i) => expect(i.page()).toHaveURL({} as any), ['expect(page).toHaveURL(expected) failed', '', 'Error: expected value must be a string or regular expression', 'Expected has type:  object', 'Expected has value: {}']],
];

rows('the words of assertions that fail', FAILS, async (page, [html, check, lines]) => {
  await page.setContent(html);
  const message = await failing(check(html.includes('id=i') ? page.locator('#i') : page.locator('i')));
  expect(message.split('\n').slice(0, lines.length)).toEqual(lines);
});

test('what cannot be asked is told at once', async ({ page }) => {
  await page.setContent('<i>x</i><b>1</b><b>2</b><button>B</button><select><option>a</select>');
  const i = page.locator('i');
  const b = page.locator('b');
  expect(await failing(expect(i).toBeChecked())).toContain('Not a checkbox or radio button');
  expect(await failing(expect(i).toBeChecked({ indeterminate: true, checked: true }))).toContain("Can't assert indeterminate and checked at the same time");
  expect(await failing(expect(page.locator('button')).toBeEditable())).toContain('Element is not an <input>, <textarea>, <select> or [contenteditable] and does not have a role allowing [aria-readonly]');
  expect(await failing(expect(i).toHaveValue('x'))).toContain('Not an input element');
  expect(await failing(expect(page.locator('select')).toHaveValues(['a']))).toContain('Not a select element with a multiple attribute');
  expect(await failing(expect(b).toHaveText('1'))).toContain("strict mode violation: locator('b') resolved to 2 elements:");
  expect(await failing(expect(i).toHaveRole(/x/ as any))).toContain('"role" argument in toHaveRole must be a string');
  expect(await failing(Promise.resolve().then(() => expect(i).toContainClass(/x/ as any)))).toContain('"expected" argument in toContainClass cannot be a RegExp value');
  expect(await failing(Promise.resolve().then(() => (expect(page) as any).toBeVisible()))).toContain('toBeVisible can be only used with Locator object');
  expect(await failing(Promise.resolve().then(() => (expect(i) as any).toHaveTitle('x')))).toContain('toHaveTitle can be only used with Page object');
});

test('what is seen is in the call log', async ({ page }) => {
  await page.setContent('<button disabled>Text</button>');
  const message = await failing(expect(page.locator('button')).toBeEnabled({ timeout: 300 }));
  expect(message).toContain('locator resolved to <button disabled>Text</button>');
  expect(message).toContain('unexpected value "disabled"');
  const count = await failing(expect(page.locator('button')).toHaveCount(2, { timeout: 300 }));
  expect(count).toContain('locator resolved to 1 element');
  expect(count).toContain('unexpected value "1"');
  expect(count.split("waiting for locator('button')").length).toBe(2);
});

test('results go with the error', async ({ page }) => {
  await page.setContent('<i>Text content</i>');
  const error: any = await errorOf(expect(page.locator('i')).toHaveText(/Other/, { timeout: 1 }));
  const { message, log, ...rest } = error.matcherResult;
  expect(rest).toEqual({ actual: 'Text content', expected: /Other/, name: 'toHaveText', pass: false, timeout: 1 });
  expect(plain(message)).toContain('expect(locator).toHaveText(expected) failed');
  expect(Array.isArray(log)).toBe(true);
  const gone: any = await errorOf(expect(page.locator('b')).toHaveCount(1, { timeout: 1 }));
  expect(gone.matcherResult).toMatchObject({ actual: 0, expected: 1, name: 'toHaveCount', pass: false });
  const shown: any = await errorOf(expect(page.locator('i')).not.toBeVisible({ timeout: 1 }));
  expect(shown.matcherResult).toMatchObject({ actual: 'visible', expected: 'visible', name: 'toBeVisible', pass: true });
});

type Later = [title: string, html: string, change: (page: Page) => Promise<unknown>, check: (page: Page) => Promise<unknown>];
const LATER: Later[] = [
  ['a text', '<i>x</i>', (page) => page.$eval('i', (i) => { i.textContent = 'now'; }), (page) => expect(page.locator('i')).toHaveText('now')],
  ['a list', '<ul></ul>', (page) => page.$eval('ul', (ul) => { ul.innerHTML = '<li>1<li>2'; }), (page) => expect(page.locator('li')).toHaveText(['1', '2'])],
  ['a count', '<ul><li></ul>', (page) => page.$eval('ul', (ul) => { ul.innerHTML = ''; }), (page) => expect(page.locator('li')).toHaveCount(0)],
  ['being enabled', '<button disabled>B</button>', (page) => page.$eval('button', (b) => { b.disabled = false; }), (page) => expect(page.locator('button')).toBeEnabled()],
  ['a value', '<input>', (page) => page.$eval('input', (input) => { input.value = 'v'; }), (page) => expect(page.locator('input')).toHaveValue('v')],
  ['a frame', '<p></p>', (page) => page.$eval('p', (p) => { p.innerHTML = '<iframe srcdoc="<input>"></iframe>'; }), (page) => expect(page.frameLocator('iframe').locator('input')).toBeVisible()],
  ['another document', '<p></p>', (page) => page.goto('/frame.html'), (page) => expect(page.locator('input')).toBeVisible()],
  ['a title', '<title>a</title>', (page) => page.evaluate(() => { document.title = 'b'; }), (page) => expect(page).toHaveTitle('b')],
  ['an address', '<p></p>', (page) => page.goto('/frame.html'), (page) => expect(page).toHaveURL(/frame/)],
  ['an address by a function', '<p></p>', (page) => page.goto('/frame.html'), (page) => expect(page).toHaveURL((url) => url.pathname === '/frame.html')],
];

for (const [title, html, change, check] of LATER) {
  test(`waits for ${title}`, async ({ page }) => {
    await page.setContent(html);
    let over = false;
    const waiting = check(page).then(() => { over = true; });
    await page.waitForTimeout(100);
    expect(over).toBe(false);
    await change(page);
    await waiting;
  });
}

test('addresses', async ({ page }) => {
  await page.goto('/empty.html?a=1');
  await expect(page).toHaveURL('/empty.html?a=1');
  await expect(page).toHaveURL(/a=1$/);
  await expect(page).toHaveURL((url) => url.searchParams.get('a') === '1');
  await expect(page).toHaveURL(page.url().toUpperCase().replace('HTTP', 'http'), { ignoreCase: true });
  await expect(page).not.toHaveURL('/other');
});

test('an aborted assertion fails as one that is out of time', async ({ page }) => {
  await page.setContent('<i>x</i>');
  const late = new AbortController();
  const waiting = failing(expect(page.locator('b')).toBeVisible({ timeout: 5000, signal: late.signal }));
  await page.waitForTimeout(100);
  late.abort(new Error('enough'));
  expect((await waiting).split('\n').slice(0, 9)).toEqual(['expect(locator).toBeVisible() failed', '', "Locator: locator('b')", 'Expected: visible', 'Error: The assertion was aborted: enough', '', 'Call log:', '  - Expect "toBeVisible" with timeout 5000ms', "  - waiting for locator('b')"]);
  const before = new AbortController();
  before.abort('enough');
  expect(await failing(expect(page.locator('i')).toBeVisible({ signal: before.signal }))).toBe("expect(locator).toBeVisible() failed\n\nLocator: locator('i')\nExpected: visible\nError: The assertion was aborted: enough\n");
  expect(await failing(expect(page).toHaveURL('http://x/', { signal: before.signal }))).toBe('expect(page).toHaveURL(expected) failed\n\nExpected: "http://x/"\nError: The assertion was aborted: enough\n');
});

test('own words come first', async ({ page }) => {
  await page.setContent('<i>x</i>');
  expect((await failing(expect(page.locator('i'), 'the greeting').toHaveText('y', { timeout: 100 }))).split('\n')[0]).toBe('the greeting');
});
