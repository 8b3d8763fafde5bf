// What selectors find.
import { expect, test } from '@playwright/test';
import { errorOf, rows } from './support';

/** A page, and for each selector what `id`s it finds there in order. */
type Finds = [selector: string, ids: string];

function finds(name: string, html: string, rows: Finds[]) {
  test(name, async ({ page }) => {
    await page.setContent(html);
    for (const [selector, ids] of rows) {
      const found = await page.$$eval(selector, (list) => list.map((element) => element.id || element.nodeName).join(' '));
      expect.soft(found, selector).toBe(ids);
      expect.soft(await page.locator(selector).count(), selector).toBe(ids ? ids.split(' ').length : 0);
    }
  });
}

finds('css', `<section id=s><div id=a class="x y" title=t>one</div><div id=b class=x>two<span id=c>three</span></div><p id=d></p></section><input id=i disabled><input id=j value="a b">`, [
  ['div', 'a b'], ['css=div', 'a b'], ['#a', 'a'], ['.x.y', 'a'], ['div.x > span', 'c'], ['section > *', 'a b d'],
  ['div + div', 'b'], ['div ~ p', 'd'], ['div:nth-child(2)', 'b'], ['div:first-child', 'a'], [':is(div, p)', 'a b d'],
  ['div:not(.y)', 'b'], ['section:has(span)', 's'], ['div:has(> span)', 'b'], ['div:has(+ p)', 'b'], ['[title=t]', 'a'], ['[title="t" i]', 'a'],
  ['[value="a b"]', 'j'], ['input:disabled', 'i'], ['input:not(:disabled)', 'j'], ['div, span', 'a b c'], ['span, div', 'a b c'],
  ['div >> span', 'c'], ['section >> div >> nth=1', 'b'], ['div >> nth=-1', 'b'], ['section >> css=> div', 'a b'],
  [':scope > body', 'BODY'], ['div:nth-match(div, 2)', 'b'], [':nth-match(.x, 1)', 'a'], ['css:light=div', 'a b'],
  ['id=a', 'a'], ['section#s div.x', 'a b'], ['  div  ', 'a b'], ['DIV', 'a b'], ['p:empty', 'd'], ['*css=div >> span', 'b'],
]);

finds('text', `<div id=a>yo</div><div id=b>ya</div><div id=c>\nye  </div><div id=d>Hello <b id=e>world</b></div><button id=f>Log in</button><input id=g type=submit value="Send it"><p id=h>it's "here"</p><p id=i><br>after</p>`, [
  ['text=ya', 'b'], ['text="ya"', 'b'], ['text=/^[ay]+$/', 'b'], ['text=/Ya/i', 'b'], ['text=ye', 'c'], ['text="ye"', 'c'], ["text='ya'", 'b'],
  ['text=YA', 'b'], ['text="YA"', ''], ['text=Hello world', 'd'], ['text=world', 'e'], ['text="Hello"', 'd'], ['text=LOG IN', 'f'],
  ['text=send', 'g'], ['text="Send it"', 'g'], ['"ya"', 'b'], ["'ya'", 'b'], ["text=it's", 'h'], ['text=after', 'i'],
  [':text("ya")', 'b'], [':text-is("ya")', 'b'], [':text-is("Ya")', ''], [':text-matches("^y[ae]$")', 'b'], [':text-matches("^Y[AE]$", "i")', 'b'],
  ['div:has-text("world")', 'd'], ['div:has-text("WORLD")', 'd'], ['div:text("yo"), div:text("ya")', 'a b'], ['button:has-text("log")', 'f'],
  ['b:text("world")', 'e'], ['div >> text=world', 'e'], ['text=yo >> visible=true', 'a'],
]);

finds('texts in shadow roots and slots', `<x-a id=host>light</x-a><script>customElements.define('x-a', class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: 'open' }).innerHTML = '<p id=p>deep <b id=b>bold</b></p><slot id=s></slot>'; } })</script>`, [
  ['text=deep', 'p'], ['text=bold', 'b'], ['text=light', 'host'], ['x-a p', 'p'], ['p > b', 'b'], ['x-a >> b', 'b'], ['css:light=p', ''], ['text:light=bold', ''],
  ['#host b', 'b'], ['x-a > p', 'p'],
]);

finds('xpath', `<section id=s><div id=a>one</div><div id=b>two</div></section>`, [
  ['//div', 'a b'], ['xpath=//div[2]', 'b'], ['//section/div[contains(., "two")]', 'b'], ['xpath=.//section', 's'], ['(//div)[2]', 'b'],
  ['section >> //div', 'a b'], ['section >> xpath=div', 'a b'], ['div >> nth=0 >> ..', 's'], ['#a >> xpath=following-sibling::div', 'b'],
]);

finds('roles', `<h1 id=h1>Big</h1><h2 id=h2>Less</h2><a id=a href="#x">Link</a><a id=n>no link</a><button id=b>Save</button><button id=c disabled>Save it</button>
  <input id=t><input id=k type=checkbox checked><input id=r type=radio><select id=s><option>o</select><img id=img alt=Cat><img id=none alt="">
  <div id=x role=button aria-expanded=true aria-pressed=mixed>Own</div><div id=y role="button" aria-hidden=true>Gone</div><ul id=u><li id=l>item</ul><div id=z role=treeitem aria-level=3 aria-selected=true>Tree</div>`, [
  ['role=heading', 'h1 h2'], ['role=heading[level=2]', 'h2'], ['role=heading[name="Big"]', 'h1'], ['role=heading[name=/^b/i]', 'h1'], ['role=link', 'a'], ['role=button', 'b c x'],
  ['role=button[name="save"i]', 'b'], ['role=button[name="Save"s]', 'b'], ['role=button[name*="Save"]', 'b c'], ['role=button[name^="Sav"]', 'b c'], ['role=button[name$="it"]', 'c'], ['role=button[disabled]', 'c'], ['role=button[disabled=false]', 'b x'],
  ['role=button[include-hidden]', 'b c x y'], ['role=button[expanded]', 'x'], ['role=button[pressed="mixed"]', 'x'], ['role=button[expanded=false]', ''],
  ['role=checkbox[checked]', 'k'], ['role=checkbox[checked=false]', ''], ['role=radio[checked=false]', 'r'], ['role=textbox', 't'], ['role=combobox', 's'], ['role=img', 'img'], ['role=list', 'u'], ['role=listitem', 'l'],
  ['role=treeitem[level=3]', 'z'], ['role=treeitem[selected]', 'z'], ['ul >> role=listitem', 'l'],
]);

finds('attributes', `<div id=a data-testid=One title=T placeholder=P alt=A>x</div><div id=b data-test-id=two data-test=three>y</div>`, [
  ['data-testid=One', 'a'], ['data-test-id=two', 'b'], ['data-test=three', 'b'], ['id=b', 'b'], ['internal:testid=[data-testid="One"s]', 'a'], ['internal:attr=[title="t"i]', 'a'], ['internal:attr=[placeholder="P"s]', 'a'],
]);

finds('layout is not css', `<p id=p style="display:none">hidden</p><p id=q>shown</p>`, [
  ['p:visible', 'q'], ['p >> visible=false', 'p'], ['p >> visible=true', 'q'],
]);

finds('chains with captures, joins', `<div id=a><p id=p>x</p></div><div id=b><p id=q>y</p></div>`, [
  ['*css=div >> text=x', 'a'], ['css=div >> *css=p >> text=y', 'q'],
  ['div >> internal:has="text=y"', 'b'], ['div >> internal:has-not="text=y"', 'a'], ['div >> internal:has-text="y"i', 'b'],
  ['#p >> internal:or="#q"', 'p q'], ['p >> internal:and="#q"', 'q'],
]);

const WRONG: [selector: string, words: string][] = [
  ['div[', 'Unexpected'],
  ['..foo', 'is not a valid XPath expression'],
  ['div..a', 'Unexpected token "." while parsing css selector "div..a". Did you mean to CSS.escape it?'],
  ['//*[@x', 'is not a valid XPath expression'],
  ['nosuch=div', 'Unknown engine "nosuch" while parsing selector nosuch=div'],
  ['role=heading[bar]', 'Unknown attribute "bar"'],
  ['role=heading[level]', '"level" attribute must be compared to a number'],
  ['role=button[level=3]', '"level" attribute is only supported for roles'],
  ['role=checkbox[checked="bar"]', '"checked" must be one of true, false, "mixed"'],
  ['role=button[disabled="x"]', '"disabled" must be one of true, false'],
  ['role=button[name]', '"name" attribute must have a value'],
  ['div:has()', 'Unexpected token ")" while parsing css selector "div:has()". Did you mean to CSS.escape it?'],
  [':text(1)', '"text" engine expects a single string'],
  ['*css=div >> *css=p', 'Only one of the selectors can capture using * modifier'],
];

rows('no selector', WRONG, async (page, [selector, words]) => {
  expect((await errorOf(page.locator(selector).count())).message).toContain(words);
  expect((await errorOf(page.click(selector, { timeout: 1000 }))).message).toContain(words);
});

test('waitForSelector: states', async ({ page }) => {
  await page.setContent('<p>x</p>');
  expect(await (await page.waitForSelector('p'))!.textContent()).toBe('x');
  expect(await page.waitForSelector('b', { state: 'hidden' })).toBe(null);
  expect(await page.waitForSelector('b', { state: 'detached' })).toBe(null);
  const later = page.waitForSelector('b', { state: 'attached' });
  await page.$eval('p', (p) => { p.innerHTML = '<b hidden>now</b>'; });
  expect(await (await later)!.textContent()).toBe('now');
  expect(await page.waitForSelector('b', { state: 'hidden' })).toBe(null);
  const visible = page.waitForSelector('b');
  await page.$eval('b', (b) => { b.hidden = false; });
  await visible;
  const error = await errorOf(page.waitForSelector('i', { timeout: 100 }));
  expect(error.name).toBe('TimeoutError');
  expect(error.message).toContain('page.waitForSelector: Timeout 100ms exceeded.');
  expect(error.message).toContain("waiting for locator('i') to be visible");
  expect((await errorOf(page.waitForSelector('p', { state: 'foo' as any }))).message).toContain('state: expected one of (attached|detached|visible|hidden)');
  expect((await errorOf(page.waitForSelector('p, b', { strict: true }))).message).toContain('strict mode violation');
});

test('queries below an element', async ({ page }) => {
  await page.setContent('<div id=a><p>1</p><p>2</p></div><div id=b><p>3</p></div>');
  const a = (await page.$('#a'))!;
  expect(await (await a.$('p'))!.textContent()).toBe('1');
  expect((await a.$$('p')).length).toBe(2);
  expect(await a.$('i')).toBe(null);
  expect((await a.$$('xpath=./p')).length).toBe(2);
  expect((await a.$$(':scope > p')).length).toBe(2);
  expect(await a.$eval('p', (p) => p.textContent)).toBe('1');
  expect(await a.$$eval('p', (list, more) => list.length + more, 1)).toBe(3);
  expect((await errorOf(a.$eval('i', (i) => i))).message).toContain('Failed to find element matching selector "i"');
  expect((await errorOf(page.$eval('i', (i) => i))).message).toContain('Failed to find element matching selector "i"');
  expect(await page.$$eval('i', (list) => list.length)).toBe(0);
  expect(await page.$('i')).toBe(null);
  const wait = a.waitForSelector('b');
  await a.evaluate((element) => { element.innerHTML = '<b>x</b>'; });
  expect(await (await wait).textContent()).toBe('x');
});

const SUGGESTED: [html: string, words: string][] = [
  ['<button>One</button><button>Two</button>', "1) <button>One</button> aka getByRole('button', { name: 'One' })"],
  ['<button>Same</button><button>Same</button>', "2) <button>Same</button> aka getByRole('button', { name: 'Same' }).nth(1)"],
  ['<button data-testid=a>1</button><button data-testid=b>2</button>', "1) <button data-testid=\"a\">1</button> aka getByTestId('a')"],
  ['<label>L<button>a</button></label><button>b</button>', "2) <button>b</button> aka getByRole('button', { name: 'b' })"],
];

rows('strictness suggests', SUGGESTED, async (page, [html, words]) => {
  await page.setContent(html);
  const { message } = await errorOf(page.locator('button').click());
  expect(message).toContain("strict mode violation: locator('button') resolved to 2 elements:");
  expect(message).toContain(words);
});
