// Locators: made, narrowed, joined, read.
import { expect, test } from '@playwright/test';

test('factories find', async ({ page }) => {
  await page.setContent(`
    <h1>Title</h1><button aria-label="Save it">S</button><label>Name <input id=n></label>
    <input placeholder="Search here"><img alt="A cat"><span title="Tip">tip</span><div data-testid="box">box</div>`);
  expect(await page.getByRole('heading', { name: 'Title' }).count()).toBe(1);
  expect(await page.getByRole('button', { name: 'save' }).count()).toBe(1);
  expect(await page.getByRole('button', { name: 'save', exact: true }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /^Save/ }).count()).toBe(1);
  expect(await page.getByLabel('Name').getAttribute('id')).toBe('n');
  expect(await page.getByPlaceholder('search').count()).toBe(1);
  expect(await page.getByAltText('a cat').count()).toBe(1);
  expect(await page.getByAltText('a cat', { exact: true }).count()).toBe(0);
  expect(await page.getByTitle('tip').count()).toBe(1);
  expect(await page.getByTestId('box').textContent()).toBe('box');
  expect(await page.getByTestId(/^b.x$/).count()).toBe(1);
  expect(await page.getByText('Title').count()).toBe(1);
  expect(await page.getByText(/^TIT/i).count()).toBe(1);
});

test('texts with quotes and other oddities', async ({ page }) => {
  await page.setContent(`<div>it's "quoted"</div><p>a &gt;&gt; b</p><input placeholder='say "hi"'><input placeholder="two\nlines"><b>back\\slash</b>`);
  expect(await page.getByText(`it's "quoted"`).count()).toBe(1);
  expect(await page.getByText('a >> b').count()).toBe(1);
  expect(await page.getByText(/a >> b/).count()).toBe(1);
  expect(await page.getByPlaceholder('say "hi"').count()).toBe(1);
  expect(await page.getByPlaceholder('two\nlines').count()).toBe(1);
  expect(await page.getByText('back\\slash', { exact: true }).count()).toBe(1);
});

test('filters', async ({ page }) => {
  await page.setContent('<section><div><span>hello</span></div></section><section><div><span>world</span></div></section><section hidden>x</section>');
  expect(await page.locator('section', { hasText: 'hello' }).count()).toBe(1);
  expect(await page.locator('section').filter({ hasText: /wor/ }).count()).toBe(1);
  expect(await page.locator('section').filter({ hasNotText: 'hello' }).count()).toBe(2);
  expect(await page.locator('section').filter({ has: page.locator('span', { hasText: 'world' }) }).count()).toBe(1);
  expect(await page.locator('section').filter({ hasNot: page.locator('span') }).count()).toBe(1);
  expect(await page.locator('section').filter({ visible: true }).count()).toBe(2);
  expect(await page.locator('section').visible().count()).toBe(2);
  expect(await page.locator('section').filter({ hasText: 'o' }).filter({ hasText: 'w' }).count()).toBe(1);
});

test('and, or, nth, first, last, all', async ({ page }) => {
  await page.setContent('<p class=a>1</p><p class=b>2</p><p class="a b">3</p><div>4</div>');
  expect(await page.locator('.a').and(page.locator('.b')).textContent()).toBe('3');
  expect(await page.locator('p').or(page.locator('div')).allTextContents()).toEqual(['1', '2', '3', '4']);
  expect(await page.locator('p').nth(1).textContent()).toBe('2');
  expect(await page.locator('p').first().textContent()).toBe('1');
  expect(await page.locator('p').last().textContent()).toBe('3');
  expect(await page.locator('p').nth(-2).textContent()).toBe('2');
  const texts: (string | null)[] = [];
  for (const p of await page.locator('p').all()) texts.push(await p.textContent());
  expect(texts).toEqual(['1', '2', '3']);
});

test('locators in locators', async ({ page }) => {
  await page.setContent('<div id=a><p>1</p></div><div id=b><p>2</p></div>');
  expect(await page.locator('#b').locator('p').textContent()).toBe('2');
  expect(await page.locator('#b').locator(page.locator('p')).textContent()).toBe('2');
  expect(await page.locator('p').within(page.locator('#a')).textContent()).toBe('1');
  expect(await page.locator('#a >> p').textContent()).toBe('1');
  expect(await page.locator('#a').getByText('1').count()).toBe(1);
});

test('they say how they were made', async ({ page }) => {
  expect(String(page.getByRole('button', { name: 'Hi', exact: true }))).toBe("getByRole('button', { name: 'Hi', exact: true })");
  expect(String(page.locator('div').filter({ hasText: 'x' }).first())).toBe("locator('div').filter({ hasText: 'x' }).first()");
  expect(String(page.getByText(/a/i).nth(3))).toBe('getByText(/a/i).nth(3)');
  expect(String(page.frameLocator('iframe').getByTestId("it's"))).toBe("locator('iframe').contentFrame().getByTestId('it\\'s')");
  expect(String(page.locator('a').or(page.locator('b')))).toBe("locator('a').or(locator('b'))");
  expect(String(page.locator('a').describe('the link'))).toBe('the link');
  expect(page.locator('a').describe('the link').description()).toBe('the link');
  expect(page.locator('a').description()).toBe(null);
});

test('strictness', async ({ page }) => {
  await page.setContent('<button>a</button><button>b</button>');
  const error = await page.locator('button').click({ timeout: 2000 }).catch((e) => e);
  expect(error.message).toContain('strict mode violation');
  expect(error.message).toContain('resolved to 2 elements');
  await page.click('button');
  const strict = await page.click('button', { strict: true }).catch((e) => e);
  expect(strict.message).toContain('strict mode violation');
  expect(await page.locator('button').count()).toBe(2);
});

test('locators of two frames do not mix', async ({ page }) => {
  await page.goto('/frames.html');
  const inner = page.frames()[1].locator('div');
  expect(() => page.locator('body').filter({ has: inner })).toThrow('Inner "has" locator must belong to the same frame.');
  expect(() => page.locator('body').and(inner)).toThrow('Locators must belong to the same frame.');
  expect(() => page.locator('body').locator(inner)).toThrow('Locators must belong to the same frame.');
});

test('reading', async ({ page }) => {
  await page.setContent('<div id=a title=t>Hello <b>big</b></div><input value=v>');
  const a = page.locator('#a');
  expect(await a.textContent()).toBe('Hello big');
  expect(await a.innerText()).toBe('Hello big');
  expect(await a.innerHTML()).toBe('Hello <b>big</b>');
  expect(await a.getAttribute('title')).toBe('t');
  expect(await page.locator('input').inputValue()).toBe('v');
  expect(await page.locator('div, b').allInnerTexts()).toEqual(['Hello big', 'big']);
  expect(await page.textContent('#a')).toBe('Hello big');
  expect(await page.innerText('#a')).toBe('Hello big');
  expect(await page.innerHTML('b')).toBe('big');
  expect(await page.getAttribute('#a', 'title')).toBe('t');
});

test('states', async ({ page }) => {
  await page.setContent('<div>a</div><p hidden>b</p><button disabled>c</button><input readonly><input type=checkbox id=x checked>');
  expect(await page.locator('div').isVisible()).toBe(true);
  expect(await page.locator('p').isVisible()).toBe(false);
  expect(await page.locator('p').isHidden()).toBe(true);
  expect(await page.locator('none').isVisible()).toBe(false);
  expect(await page.locator('none').isHidden()).toBe(true);
  expect(await page.isVisible('div')).toBe(true);
  expect(await page.isHidden('none')).toBe(true);
  expect(await page.locator('button').isDisabled()).toBe(true);
  expect(await page.isEnabled('button')).toBe(false);
  expect(await page.locator('[readonly]').isEditable()).toBe(false);
  expect(await page.locator('#x').isChecked()).toBe(true);
  const error = await page.locator('div').isChecked().catch((e) => e);
  expect(error.message).toContain('Not a checkbox or radio button');
});

test('boundingBox', async ({ page }) => {
  await page.setContent('<style>body{margin:0}</style><div style="width:30px;height:40px;margin:5px"></div>');
  expect(await page.locator('div').boundingBox()).toEqual({ x: 5, y: 5, width: 30, height: 40 });
});

test('evaluate and evaluateAll', async ({ page }) => {
  await page.setContent('<p>1</p><p>2</p>');
  expect(await page.locator('p').first().evaluate((p, more) => p.textContent + more, '!')).toBe('1!');
  expect(await page.locator('p').evaluateAll((list, plus) => list.length + plus, 1)).toBe(3);
  expect(await page.locator('none').evaluateAll((list) => list.length)).toBe(0);
  const handle = await page.locator('p').last().evaluateHandle((p) => p.firstChild);
  expect(await handle.evaluate((n) => n!.nodeValue)).toBe('2');
});

test('elementHandle and elementHandles', async ({ page }) => {
  await page.setContent('<p>1</p><p>2</p>');
  expect(await (await page.locator('p').first().elementHandle())!.textContent()).toBe('1');
  expect((await page.locator('p').elementHandles()).length).toBe(2);
});

test('waitFor', async ({ page }) => {
  await page.setContent('<div></div>');
  const promise = page.locator('span').waitFor();
  await page.$eval('div', (d) => { d.innerHTML = '<span>x</span>'; });
  await promise;
  const hidden = page.locator('span').waitFor({ state: 'hidden' });
  await page.$eval('div', (d) => { d.innerHTML = ''; });
  await hidden;
  const error = await page.locator('nope').waitFor({ timeout: 100 }).catch((e) => e);
  expect(error.name).toBe('TimeoutError');
  expect(error.message).toContain('locator.waitFor: Timeout 100ms exceeded');
  expect(error.message).toContain("waiting for locator('nope') to be visible");
});

test('frameLocator', async ({ page }) => {
  await page.goto('/frames.html');
  const frame = page.frameLocator('#one');
  expect(await frame.locator('div').textContent()).toBe("Hi, I'm frame");
  await frame.getByRole('button').click();
  expect(await page.frames()[1].evaluate('clicked')).toBe(true);
  await frame.getByPlaceholder('inner').fill('typed');
  await expect(frame.getByPlaceholder('inner')).toHaveValue('typed');
  const nested = page.frameLocator('#two').frameLocator('#deep');
  expect(await nested.locator('div').textContent()).toBe("Hi, I'm frame");
  expect(await page.locator('#one').contentFrame().locator('div').count()).toBe(1);
  expect(await frame.owner().getAttribute('name')).toBe('uno');
  expect(await page.frameLocator('iframe').first().locator('div').count()).toBe(1);
  expect(await page.frameLocator('iframe').nth(1).locator('iframe').count()).toBe(1);
  expect(await page.frameLocator('iframe').last().locator('iframe').count()).toBe(1);
});

test('frameLocator waits for the frame', async ({ page }) => {
  await page.setContent('<p></p>');
  const promise = page.frameLocator('iframe').locator('b').click();
  await page.$eval('p', (p) => { p.innerHTML = '<iframe srcdoc="<b onclick=\'this.textContent=1\'>x</b>"></iframe>'; });
  await promise;
  await expect(page.frameLocator('iframe').locator('b')).toHaveText('1');
});

test('frameLocator on something else', async ({ page }) => {
  await page.setContent('<div></div>');
  const error = await page.frameLocator('div').locator('b').click({ timeout: 1000 }).catch((e) => e);
  expect(error.message).toContain('<iframe> was expected');
});

test('frames of another origin', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent(`<iframe src="${process.env.OTHER}/frame.html"></iframe>`);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button').click();
  await expect(frame.locator('div')).toHaveText("Hi, I'm frame");
  expect(await page.frames()[1].evaluate('clicked')).toBe(true);
});

test('xpath, text and css engines', async ({ page }) => {
  await page.setContent('<section><div>one</div><div id=two>two</div></section>');
  expect(await page.locator('//div[2]').textContent()).toBe('two');
  expect(await page.locator('xpath=//section/div[1]').textContent()).toBe('one');
  expect(await page.locator('text=tw').getAttribute('id')).toBe('two');
  expect(await page.locator('text="two"').count()).toBe(1);
  expect(await page.locator('div:has-text("one")').count()).toBe(1);
  expect(await page.locator(':text("two")').count()).toBe(1);
  expect(await page.locator('section >> nth=0').count()).toBe(1);
  expect(await page.locator('id=two').count()).toBe(1);
  expect(await page.locator('div >> visible=true').count()).toBe(2);
});

test('shadow roots are pierced', async ({ page }) => {
  await page.setContent('<x-a></x-a><script>customElements.define("x-a", class extends HTMLElement { connectedCallback() { this.attachShadow({mode:"open"}).innerHTML = "<button>deep</button>"; } })</script>');
  await page.getByRole('button', { name: 'deep' }).click();
  expect(await page.locator('x-a button').textContent()).toBe('deep');
});

test('a selector that is none', async ({ page }) => {
  const error = await page.locator('div[').click({ timeout: 500 }).catch((e) => e);
  expect(error.message).toContain('locator.click:');
  expect(error.name).not.toBe('TimeoutError');
  const engine = await page.locator('nosuch=1').count().catch((e) => e);
  expect(engine.message).toContain('Unknown engine "nosuch"');
});

test('selectors must be texts', async ({ page }) => {
  const error = await page.click(null as any).catch((e) => e);
  expect(error.message).toContain('selector: expected string, got');
});

test('ariaSnapshot', async ({ page }) => {
  await page.setContent('<h1>Title</h1><ul><li>one</li><li>two</li></ul>');
  expect(await page.locator('body').ariaSnapshot()).toBe('- heading "Title" [level=1]\n- list:\n  - listitem: one\n  - listitem: two');
  expect(await page.ariaSnapshot()).toContain('- heading "Title" [level=1]');
});

test('highlight and page()', async ({ page }) => {
  await page.setContent('<p>x</p>');
  await page.locator('p').highlight();
  expect(page.locator('p').page()).toBe(page);
});
