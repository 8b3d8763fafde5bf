// Clicks: what is waited for, where they land, what they bring about.
import { expect, test } from '@playwright/test';
import { BUTTON, addFrame, errorOf, frames, read, rows } from './support';

const HIT = 'onclick="window.hit = 42"';

const LANDS: [title: string, html: string, selector: string][] = [
  ['on a shape of an image', `<svg height=100 width=100><circle ${HIT} cx=50 cy=50 r=40 /></svg>`, 'circle'],
  ['on a span of generated content', `<style>span::before { content: 'q' }</style><span ${HIT}></span>`, 'span'],
  ['on one aligned pixel', `<div style="width:1px;height:1px" ${HIT}></div>`, 'div'],
  ['on one half aligned pixel', `<div style="margin:11.5px 20.5px;width:1px;height:1px" ${HIT}></div>`, 'div'],
  ['on pixels between pixels 1', `<div style="margin:11.65px 20.23px;width:1px;height:1px" ${HIT}></div>`, 'div'],
  ['on pixels between pixels 2', `<div style="margin:11.13px 20.68px;width:1px;height:1px" ${HIT}></div>`, 'div'],
  ['on pixels between pixels 3', `<div style="margin:11.52px 20.68px;width:1px;height:1px" ${HIT}></div>`, 'div'],
  ['on pixels between pixels 4', `<div style="margin:11.24px 20.15px;width:1px;height:1px" ${HIT}></div>`, 'div'],
  ['with an inner box out of sight', `<style>i { position: absolute; top: -1000px }</style><span ${HIT}><i>out</i><b>in</b></span>`, 'span'],
  ['on a wrapped link', `<div style="width:10ch;border:1px solid">word <a ${HIT} href="#x">123 45 6789 0123</a></div>`, 'a'],
  ['on a disabled div', `<div ${HIT} disabled>Target</div>`, 'text=Target'],
  ['through a label without pointer events', `<button ${HIT}><label style="pointer-events:none">Target</label></button>`, 'text=Target'],
  ['on a role=button around', `<div role=button ${HIT}><div style="pointer-events:none"><span><div>Target</div></span></div></div>`, 'text=Target'],
  ['on an anchor around', `<a href="#" ${HIT}><div><div id=inner style="pointer-events:none">Inner</div></div></a>`, '#inner'],
  ['on a role=link around', `<div role=link ${HIT}><div id=inner style="pointer-events:none">Inner</div></div>`, '#inner'],
  ['on a field without size by its label', `<label>Target<input ${HIT} style="width:0;height:0;padding:0;margin:0;border:0"></label>`, 'text=Target'],
  ['on a rotated button', `<button ${HIT} style="transform:rotate(120deg);margin:100px">Go</button>`, 'button'],
  ['in a smoothly scrolling box', `<div style="height:300px;overflow:auto;scroll-behavior:smooth"><button style="margin-top:2000px" ${HIT}>Go</button></div>`, 'button'],
  ['on a button that is partly outside', `<button ${HIT} style="position:absolute;left:1200px;white-space:nowrap">Some very long text that goes out of the window</button>`, 'button'],
  ['although Node is gone', `<script>delete window.Node</script><button ${HIT}>Go</button>`, 'button'],
  ['although innerWidth lies', `<script>Object.defineProperty(window, 'innerWidth', { value: 0 })</script><button ${HIT}>Go</button>`, 'button'],
  ['on display:contents', `<div style="display:contents" ${HIT}>Some words</div>`, 'div'],
  ['on text in an open shadow root', `<x-a></x-a><script>customElements.define('x-a', class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: 'open' }).innerHTML = '<button><slot></slot><b onclick="window.hit = 42">deep</b></button>'; } })</script>`, 'text=deep'],
  ['on an option list closed by another click', `<select><option>one<option>two<option>three<option>four</select><br><button ${HIT}>Go</button>`, 'button'],
];

rows('a click lands', LANDS, async (page, [title, html, selector]) => {
  await page.goto('about:blank');
  await page.setContent(html);
  if (title.startsWith('on an option list')) await page.click('select');
  await page.click(selector);
  expect(await read(page, 'hit')).toBe(42);
});

const WAITS: [title: string, html: string, selector: string, mend: string][] = [
  ['display', `<button ${HIT} style="display:none">Go</button>`, 'button', 'display'],
  ['visibility', `<button ${HIT} style="visibility:hidden">Go</button>`, 'button', 'visibility'],
  ['display around', `<div style="display:none"><button ${HIT}>Go</button></div>`, 'button', 'display'],
  ['pointer events of a button', `<button ${HIT} style="pointer-events:none"><span>Go</span></button>`, 'text=Go', 'pointer-events'],
  ['pointer events of a label', `<label ${HIT} style="pointer-events:none"><span>Go</span></label>`, 'text=Go', 'pointer-events'],
  ['being enabled: button', `<button ${HIT} disabled><span>Go</span></button>`, 'text=Go', 'disabled'],
  ['being enabled: input', `<input ${HIT} disabled>`, 'input', 'disabled'],
  ['being enabled: select', `<select onmousedown="window.hit = 42; event.preventDefault()" disabled><option>a</select>`, 'select', 'disabled'],
  ['being enabled: fieldset', `<fieldset disabled><button ${HIT}>Go</button></fieldset>`, 'button', 'disabled'],
];

for (const [title, html, selector, mend] of WAITS) {
  test(`waits for ${title}`, async ({ page }) => {
    await page.setContent(html);
    let over = false;
    const click = page.click(selector).then(() => { over = true; });
    await frames(page);
    expect([over, await read(page, 'hit')]).toEqual([false, undefined]);
    await page.evaluate((what) => {
      for (const element of document.querySelectorAll<HTMLElement>('body *')) {
        element.style.removeProperty(what);
        element.removeAttribute(what);
      }
    }, mend);
    await click;
    expect(await read(page, 'hit')).toBe(42);
  });
}

test('a trial waits but does not press', async ({ page }) => {
  await page.setContent(BUTTON);
  await page.click('button', { trial: true });
  await page.dblclick('button', { trial: true });
  expect(await read(page, 'result')).toBe('untouched');
  await page.$eval('button', (button) => { button.disabled = true; });
  const error = await errorOf(page.click('button', { trial: true, timeout: 300 }));
  expect(error.message).toContain('click action (trial run)');
  expect(error.message).toContain('element is not enabled');
});

test('force does not wait', async ({ page }) => {
  await page.setContent(BUTTON);
  await page.$eval('button', (button) => { button.style.display = 'none'; });
  expect((await errorOf(page.click('button', { force: true }))).message).toContain('Element is not visible');
  await page.$eval('button', (button) => {
    button.style.display = 'block';
    document.body.insertAdjacentHTML('beforeend', '<div style="position:fixed;inset:0"></div>');
  });
  await page.click('button', { force: true });
  expect(await read(page, 'result')).toBe('untouched');
  await page.setContent('<button style="position:absolute;left:-300px;width:200px">out</button>');
  expect((await errorOf(page.click('button', { force: true }))).message).toContain('Element is outside of the viewport');
});

test('waits for what flies over to be gone', async ({ page }) => {
  await page.setContent(`<body style="margin:0;position:relative">${BUTTON}<div id=over style="position:absolute;inset:0;background:red">cover</div>`);
  let over = false;
  const click = page.click('button').then(() => { over = true; });
  await frames(page);
  expect(over).toBe(false);
  await page.$eval('#over', (element) => element.remove());
  await click;
  expect(await read(page, 'result')).toBe('pressed');
});

test('waits for a stable place', async ({ page }) => {
  await page.setContent(BUTTON);
  await page.$eval('button', (button) => {
    button.style.cssText = 'transition:margin 400ms linear;margin-left:200px;border:0;width:200px;height:20px;display:block';
    document.body.style.margin = '0';
  });
  await frames(page, 2);
  await page.click('button');
  expect(await read(page, 'at')).toMatchObject({ pageX: 300, pageY: 10 });
});

for (const border of ['8px', '2em']) {
  test(`a position counts from inside of a border of ${border}`, async ({ page }) => {
    await page.setContent(BUTTON);
    await page.$eval('button', (button, width) => { button.style.borderWidth = width; button.style.fontSize = '12px'; }, border);
    await page.click('button', { position: { x: 20, y: 10 } });
    expect(await read(page, 'at')).toMatchObject({ offsetX: 20, offsetY: 10 });
  });
}

for (const [title, wrap] of [['a large button', ''], ['a scrolling box', 'overflow:auto;width:200px;height:200px']]) {
  test(`a far position in ${title} is scrolled to`, async ({ page }) => {
    await page.setContent(`<div style="${wrap}">${BUTTON}</div>`);
    await page.$eval('button', (button) => { button.style.cssText = 'border-width:8px;width:2000px;height:2000px'; });
    await page.click('button', { position: { x: 1900, y: 1910 } });
    expect(await read(page, 'at')).toMatchObject({ offsetX: 1900, offsetY: 1910 });
  });
}

test('buttons out of sight are scrolled to', async ({ page }) => {
  const list = Array.from({ length: 11 }, (_, index) => `<button id=b${index} style="position:absolute;top:${index * 300}px;right:-${index * 10}px" onclick="this.textContent = 'done'">${index}</button>`);
  await page.setContent(list.join(''));
  for (let index = 0; index < 11; index++) {
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.click(`#b${index}`);
    expect(await page.textContent(`#b${index}`)).toBe('done');
  }
});

const STICKY = `<style>* { margin: 0; padding: 0 } li { height: 80px } ol { padding-top: 160px; STYLE } #bar { POSITION; top: 0; width: 100%; height: 160px; background: red }</style>`;
for (const [title, style, position] of [
  ['a fixed header', '', 'position: fixed'],
  ['an absolute header', 'height: 100vh; overflow: scroll', 'position: absolute'],
]) {
  test(`behind ${title}`, async ({ page }) => {
    await page.setViewportSize({ width: 500, height: 240 });
    const items = Array.from({ length: 14 }, (_, index) => `<li id=l${index} onclick="window.hit = ${index}">item ${index}</li>`);
    await page.setContent(`${STICKY.replace('STYLE', style).replace('POSITION', position)}<ol>${items.join('')}</ol><div id=bar>header</div>`);
    await page.$eval('#l8', (item) => item.scrollIntoView());
    await page.click('#l8');
    expect(await read(page, 'hit')).toBe(8);
  });
}

test('three clicks select a line', async ({ page }) => {
  await page.setContent('<textarea cols=80></textarea>');
  await page.fill('textarea', 'all of this is going to be chosen');
  await page.click('textarea', { clickCount: 3 });
  expect(await page.$eval('textarea', (area) => area.value.slice(area.selectionStart, area.selectionEnd))).toBe('all of this is going to be chosen');
});

test('a double click is two clicks and one event', async ({ page }) => {
  await page.setContent('<button onclick="log.push(\'click \' + event.detail)" ondblclick="log.push(\'dblclick\')">Go</button><script>log = []</script>');
  await page.dblclick('button');
  expect(await read(page, 'log')).toEqual(['click 1', 'click 2', 'dblclick']);
});

const EVENTS = 'mousedown mouseup click dblclick contextmenu mousemove mouseover mouseenter input change auxclick pointerdown pointerup';
const NOTING = (id: string) => `<script>log = []; for (const type of '${EVENTS}'.split(' ')) document.getElementById('${id}').addEventListener(type, (event) => log.push(event.type))</script>`;

test('events of a click on a checkbox', async ({ page }) => {
  await page.setContent(`<input type=checkbox id=c>${NOTING('c')}`);
  await page.click('#c');
  expect((await read(page, 'log')).filter((type: string) => !type.startsWith('pointer'))).toEqual(['mouseover', 'mouseenter', 'mousemove', 'mousedown', 'mouseup', 'click', 'input', 'change']);
  expect(await page.isChecked('#c')).toBe(true);
  await page.click('#c');
  expect(await page.isChecked('#c')).toBe(false);
});

test('events of a click on a label', async ({ page }) => {
  await page.setContent(`<input type=checkbox id=c><label for=c>L</label>${NOTING('c')}`);
  await page.click('label');
  expect(await read(page, 'log')).toEqual(['click', 'input', 'change']);
});

test('the right button asks for the context menu', async ({ page }) => {
  await page.setContent(`<button id=b>Go</button>${NOTING('b')}`);
  await page.click('button', { button: 'right' });
  expect((await read(page, 'log')).filter((type: string) => !/pointer|over|enter|move/.test(type))).toEqual(['mousedown', 'contextmenu', 'mouseup', 'auxclick']);
});

test('the middle button', async ({ page }) => {
  await page.setContent('<button onauxclick="window.hit = event.button">Go</button>');
  await page.click('button', { button: 'middle' });
  expect(await read(page, 'hit')).toBe(1);
});

test('pressure of a pressed pointer', async ({ page }) => {
  await page.setContent('<button onpointerdown="window.hit = event.pressure">Go</button>');
  await page.click('button');
  expect(await read(page, 'hit')).toBe(0.5);
});

test('events run in tasks of their own', async ({ page }) => {
  await page.setContent(`<div id=outer style="width:60px;height:60px"><div id=inner style="width:40px;height:40px">x</div></div><script>
    log = [];
    for (const id of ['inner', 'outer']) document.getElementById(id).addEventListener('click', () => {
      log.push('click ' + id);
      setTimeout(() => log.push('timeout ' + id), 0);
      Promise.resolve().then(() => log.push('promise ' + id));
    });</script>`);
  await page.click('#inner');
  await expect.poll(() => read(page, 'log')).toEqual(['click inner', 'promise inner', 'click outer', 'promise outer', 'timeout inner', 'timeout outer']);
});

test('mutations are told between press and release', async ({ page }) => {
  await page.setContent(`<button id=b>Go</button><script>
    let seen = 0;
    new MutationObserver((list) => { seen += list.length; }).observe(document.body, { childList: true, subtree: true });
    b.addEventListener('mousedown', () => { seen = 0; document.body.append(document.createElement('div')); });
    b.addEventListener('mouseup', () => { window.hit = seen; });</script>`);
  await page.click('button');
  expect(await read(page, 'hit')).toBe(1);
});

test('modifiers are set for the click and put back after it', async ({ page }) => {
  await page.setContent(BUTTON);
  const shift = async (options?: object) => { await page.click('button', options); return read(page, 'shiftKey'); };
  expect(await shift({ modifiers: ['Shift'] })).toBe(true);
  expect(await shift({ modifiers: [] })).toBe(false);
  await page.keyboard.down('Shift');
  expect(await shift({ modifiers: [] })).toBe(false);
  expect(await shift()).toBe(true);
  await page.keyboard.up('Shift');
  expect(await shift()).toBe(false);
});

test('ControlOrMeta is Control here', async ({ page }) => {
  await page.setContent('<button onclick="window.hit = [event.ctrlKey, event.metaKey]">Go</button>');
  await page.click('button', { modifiers: ['ControlOrMeta'] });
  expect(await read(page, 'hit')).toEqual([true, false]);
});

test('smooth scrolling of the page', async ({ page }) => {
  const list = Array.from({ length: 60 }, (_, index) => `<button style="display:block;height:60px" id=b${index} onclick="window.hit = ${index}">${index}</button>`);
  await page.setContent(`<style>html { scroll-behavior: smooth }</style>${list.join('')}`);
  for (const index of [55, 3, 50, 8]) {
    await page.click(`#b${index}`);
    expect(await read(page, 'hit')).toBe(index);
  }
});

const INNER = `<style>body { margin: 0 } div { margin: 20px 0 0 10px; width: 2px; height: 2px }</style><div>T</div><script>document.querySelector('div').addEventListener('click', () => { top.hit = 42; })</script>`;
for (const [title, style] of [
  ['with a border', ''],
  ['with a border inside of its box', 'box-sizing: border-box'],
  ['that is scaled', 'transform: scale(0.8) translate(-20px, -20px)'],
  ['that is turned', 'transform: rotate(30deg) translate(80px, 80px)'],
  ['that is turned in space', 'transform: translate(100px, 100px) scale(1.2) rotate3d(1, 1, 1, 25deg)'],
  ['with padding', 'padding: 13px'],
]) {
  for (const force of [false, true]) {
    test(`in a frame ${title}${force ? ', forced' : ''}`, async ({ page }) => {
      await page.setContent(`<style>body, html { margin: 0 } iframe { border: 4px solid; margin: 24px 33px; width: 400px; height: 400px; ${style} }</style><iframe srcdoc="${INNER.replaceAll('"', '&quot;')}"></iframe>`);
      await page.frameLocator('iframe').locator('div').click({ force });
      expect(await read(page, 'hit')).toBe(42);
    });
  }
}

test('in frames in frames that are scaled', async ({ page }) => {
  const frame = (inner: string, style: string) => `<style>body, html { margin: 0 } iframe { ${style} }</style><iframe srcdoc="${inner.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`;
  const nested = frame(INNER, 'border: 3px solid; margin: 14px 18px; width: 200px; height: 200px; transform: scale(0.7)');
  await page.setContent(frame(nested, 'border: 1px solid; margin: 24px 33px; width: 400px; height: 400px; transform: scale(0.8)'));
  await page.frameLocator('iframe').frameLocator('iframe').locator('div').click();
  expect(await read(page, 'hit')).toBe(42);
});

test('in a frame of another origin that is turned', async ({ page }) => {
  await page.goto('/empty.html');
  const inner = `<style>body { margin: 0 } div { margin: 20px 0 0 10px; width: 4px; height: 4px }</style><div onclick="window.hit = 42">T</div>`;
  await page.setContent(`<style>iframe { border: 4px solid; margin: 60px; transform: rotate(30deg) scale(0.9) }</style><iframe src="${process.env.OTHER}/html?body=${encodeURIComponent(inner)}"></iframe>`);
  await page.frameLocator('iframe').locator('div').click();
  expect(await page.frames()[1].evaluate(() => (window as any).hit)).toBe(42);
});

test('in a frameset', async ({ page }) => {
  await page.goto(`/html?body=${encodeURIComponent('<frameset><frame src="/frame.html"></frameset>')}`);
  const frame = (await (await page.$('frame'))!.contentFrame())!;
  await frame.click('button');
  expect(await frame.evaluate('clicked')).toBe(true);
});

test('a handle in a frame', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent('<div style="height:100px">space</div>');
  const frame = await addFrame(page, 'inner', '/frame.html');
  await (await frame.$('button'))!.click();
  expect(await frame.evaluate('clicked')).toBe(true);
});

test('clicks in a page and its popup do not mix', async ({ page }) => {
  const counter = '<button onclick="count++">Go</button><script>count = 0</script>';
  await page.goto(`/html?body=${encodeURIComponent(counter)}`);
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => { window.open(location.href); })]);
  await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 3 ? page : popup).locator('button').click()));
  expect([await page.evaluate('count'), await popup.evaluate('count')]).toEqual([8, 4]);
});

const MOVING = `<script>
  function add() {
    const button = document.createElement('button');
    button.textContent = 'Go';
    button.style.cssText = 'position:absolute;left:0';
    button.onclick = () => { window.hit = 42; };
    document.body.append(button);
    let left = 0;
    const move = () => { button.style.left = (left += 1) + 'px'; window.timer = requestAnimationFrame(move); };
    move();
  }
  function stop(away) { cancelAnimationFrame(window.timer); if (away) document.querySelector('button').remove(); }
</script>`;

test('a handle whose element leaves says so', async ({ page }) => {
  await page.setContent(`<body>${MOVING}</body>`);
  await page.evaluate('add()');
  const handle = (await page.$('button'))!;
  const click = errorOf(handle.click());
  await page.evaluate('stop(true)');
  expect((await click).message).toContain('Element is not attached to the DOM');
  expect((await errorOf(handle.click({ force: true }))).message).toContain('Element is not attached to the DOM');
  expect(await read(page, 'hit')).toBe(undefined);
});

test('a selector finds the next element when one leaves', async ({ page }) => {
  await page.setContent(`<body>${MOVING}</body>`);
  await page.evaluate('add()');
  const click = page.click('button');
  for (const _ of [1, 2]) {
    await page.evaluate('stop(true)');
    await page.evaluate('add()');
    expect(await read(page, 'hit')).toBe(undefined);
  }
  await page.evaluate('stop(false)');
  await click;
  expect(await read(page, 'hit')).toBe(42);
});

test('a text node can be clicked as its element', async ({ page }) => {
  await page.setContent(BUTTON);
  const text = await page.evaluateHandle(() => document.querySelector('button')!.firstChild);
  await text.asElement()!.click();
  expect(await read(page, 'result')).toBe('pressed');
});

test('handles that nobody can click', async ({ page }) => {
  await page.setContent('hello<br>goodbye');
  const line = (await page.$('br'))!;
  expect((await errorOf(line.click({ timeout: 300 }))).message).toContain('element is not visible');
  expect((await errorOf(line.click({ force: true }))).message).toContain('Element is outside of the viewport');
  const node = (await page.evaluateHandle(() => document.createTextNode('x'))).asElement()!;
  expect((await errorOf(node.click())).message).toContain('Element is not attached to the DOM');
  const away = (await page.evaluateHandle(() => document.createElement('button'))).asElement()!;
  expect((await errorOf(away.click())).message).toContain('Element is not attached to the DOM');
});

test('the frame that goes takes the click with it', async ({ page }) => {
  await page.goto('/empty.html');
  const frame = await addFrame(page, 'inner', '/frame.html');
  await frame.$eval('button', (button) => { button.style.display = 'none'; });
  const click = errorOf(frame.click('button'));
  await frames(page, 2);
  await page.$eval('iframe', (element) => element.remove());
  expect((await click).message).toMatch(/[Ff]rame (was|got) detached/);
});

const ARRIVALS: [title: string, html: (address: string) => string, act: string][] = [
  ['a link', (address) => `<a href="${address}">go</a>`, 'a'],
  ['a link to another origin', (address) => `<a href="${address.replace('127.0.0.1', 'localhost')}">go</a>`, 'a'],
  ['a form', (address) => `<form action="${address}"><input name=text value=x><input type=submit value=Go></form>`, '[type=submit]'],
  ['a form that posts', (address) => `<form action="${address}" method=post><input type=submit value=Go></form>`, '[type=submit]'],
  ['an assigned address', (address) => `<button onclick="location.href = '${address}'">Go</button>`, 'button'],
  ['an address assigned twice', (address) => `<button onclick="location.href = '/hang'; location.href = '${address}'">Go</button>`, 'button'],
];

for (const [title, html, selector] of ARRIVALS) {
  test(`a click waits for the document behind ${title}`, async ({ page }) => {
    await page.goto('/empty.html');
    await page.setContent(html(`${process.env.SERVER}/slow?ms=150&text=there`));
    const order: string[] = [];
    page.on('framenavigated', () => order.push('navigated'));
    await page.click(selector);
    order.push('clicked');
    expect(page.url()).toContain('/slow');
    expect(order).toEqual(['navigated', 'clicked']);
  });
}

test('the Enter key waits for the document behind a form', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent('<form action="/slow"><input name=text></form>');
  await page.press('input', 'Enter');
  expect(page.url()).toContain('/slow');
});

test('a click waits for the document of a frame that it names', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent('<a target=inner href="/slow?text=inside">go</a><iframe name=inner></iframe>');
  await page.click('a');
  expect(page.frame('inner')!.url()).toContain('/slow');
});

test('what leads nowhere does not hold a click up', async ({ page }) => {
  await page.goto('/empty.html');
  for (const address of ['/status?code=204', '/download?name=a.txt', 'mailto:somebody@example.org', '#part', 'javascript:void 0']) {
    await page.setContent(`<a href="${address}">go</a>`);
    await page.click('a', { timeout: 5000 });
  }
});

test('noWaitAfter', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent('<a href="/hang">go</a>');
  await page.click('a', { noWaitAfter: true });
  expect(page.url()).toContain('/empty.html');
});

test('scroll: none', async ({ page }) => {
  await page.setContent(`<button onclick="window.hit = 1">near</button><button style="position:absolute;top:3000px">far</button>`);
  await page.getByText('near').click({ scroll: 'none' });
  expect(await read(page, 'hit')).toBe(1);
  const error = await errorOf(page.getByText('far').click({ scroll: 'none', timeout: 300 }));
  expect(error.message).toContain('element is outside of the viewport');
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test('wrong options are told', async ({ page }) => {
  await page.setContent('<button>Go</button>');
  const button = page.locator('button');
  const cases: [object, string][] = [
    [{ buton: 'left' }, 'locator.click: unknown option "buton"'],
    [{ button: 'leftish' }, 'button: expected one of (left|right|middle)'],
    [{ modifiers: ['Hyper'] }, 'modifiers[0]: expected one of (Alt|Control|ControlOrMeta|Meta|Shift)'],
    [{ position: { x: 'a', y: 1 } }, 'position.x: expected number, got string'],
    [{ force: 'yes' }, 'force: expected boolean, got string'],
    [{ clickCount: '2' }, 'clickCount: expected number, got string'],
    [{ timeout: '1s' }, 'timeout: expected number, got string'],
  ];
  for (const [options, words] of cases) expect((await errorOf(button.click(options as any))).message).toContain(words);
});
