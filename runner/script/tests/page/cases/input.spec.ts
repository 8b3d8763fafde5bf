// Keyboard, mouse, wheel, touchscreen, drags.
import { expect, test } from '@playwright/test';
import { errorOf, read, rows } from './support';

const KEYS = `<textarea></textarea><script>
  log = [];
  for (const type of ['keydown', 'keypress', 'keyup', 'input']) document.querySelector('textarea').addEventListener(type, (event) => {
    const held = ['Alt', 'Shift', 'Control', 'Meta'].filter((name) => event.getModifierState && event.getModifierState(name)).join('+');
    log.push(type === 'input' ? 'input ' + event.data : [type, event.key, event.code, event.which, event.location, held].join(' ').trim());
  });
  document.querySelector('textarea').focus();
</script>`;

test('what is typed arrives', async ({ page }) => {
  await page.setContent(KEYS);
  await page.keyboard.type('Hello World!');
  expect(await page.inputValue('textarea')).toBe('Hello World!');
  for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('inserted ');
  expect(await page.inputValue('textarea')).toBe('Hello inserted World!');
  await page.keyboard.down('Shift');
  for (let i = 0; i < 9; i++) await page.keyboard.press('ArrowLeft');
  await page.keyboard.up('Shift');
  await page.keyboard.press('Backspace');
  expect(await page.inputValue('textarea')).toBe('Hello World!');
});

const PRESSED: [key: string, log: string[]][] = [
  ['a', ['keydown a KeyA 65 0', 'keypress a KeyA 97 0', 'input a', 'keyup a KeyA 65 0']],
  ['A', ['keydown A KeyA 65 0', 'keypress A KeyA 65 0', 'input A', 'keyup A KeyA 65 0']],
  ['KeyA', ['keydown a KeyA 65 0', 'keypress a KeyA 97 0', 'input a', 'keyup a KeyA 65 0']],
  ['!', ['keydown ! Digit1 49 0', 'keypress ! Digit1 33 0', 'input !', 'keyup ! Digit1 49 0']],
  ['+', ['keydown + Equal 187 0', 'keypress + Equal 43 0', 'input +', 'keyup + Equal 187 0']],
  ['Enter', ['keydown Enter Enter 13 0', 'keypress Enter Enter 13 0', 'input null', 'keyup Enter Enter 13 0']],
  ['Backspace', ['keydown Backspace Backspace 8 0', 'keyup Backspace Backspace 8 0']],
  ['ArrowLeft', ['keydown ArrowLeft ArrowLeft 37 0', 'keyup ArrowLeft ArrowLeft 37 0']],
  ['NumpadSubtract', ['keydown - NumpadSubtract 109 3', 'keypress - NumpadSubtract 45 3', 'input -', 'keyup - NumpadSubtract 109 3']],
  ['Numpad5', ['keydown Clear Numpad5 12 3', 'keyup Clear Numpad5 12 3']],
  ['ShiftRight', ['keydown Shift ShiftRight 16 2 Shift', 'keyup Shift ShiftRight 16 2']],
  ['Shift+a', ['keydown Shift ShiftLeft 16 1 Shift', 'keydown a KeyA 65 0 Shift', 'keypress a KeyA 97 0 Shift', 'input a', 'keyup a KeyA 65 0 Shift', 'keyup Shift ShiftLeft 16 1']],
  ['Shift+KeyA', ['keydown Shift ShiftLeft 16 1 Shift', 'keydown A KeyA 65 0 Shift', 'keypress A KeyA 65 0 Shift', 'input A', 'keyup A KeyA 65 0 Shift', 'keyup Shift ShiftLeft 16 1']],
  ['Control+Shift+~', ['keydown Control ControlLeft 17 1 Control', 'keydown Shift ShiftLeft 16 1 Shift+Control', 'keydown ~ Backquote 192 0 Shift+Control', 'keyup ~ Backquote 192 0 Shift+Control', 'keyup Shift ShiftLeft 16 1 Control', 'keyup Control ControlLeft 17 1']],
  ['ControlOrMeta+b', ['keydown Control ControlLeft 17 1 Control', 'keydown b KeyB 66 0 Control', 'keyup b KeyB 66 0 Control', 'keyup Control ControlLeft 17 1']],
  ['Alt', ['keydown Alt AltLeft 18 1 Alt', 'keyup Alt AltLeft 18 1']],
  ['Escape', ['keydown Escape Escape 27 0', 'keyup Escape Escape 27 0']],
  ['F1', ['keydown F1 F1 112 0', 'keyup F1 F1 112 0']],
];

rows('press', PRESSED, async (page, [key, log]) => {
  await page.setContent(KEYS);
  await page.keyboard.press(key);
  expect(await read(page, 'log')).toEqual(log);
});

test('keys that there are not', async ({ page }) => {
  for (const key of ['NotARealKey', 'ё', '😊']) {
    expect((await errorOf(page.keyboard.press(key))).message).toContain(`Unknown key: "${key}"`);
  }
});

test('insertText tells of input alone, and takes any letters', async ({ page }) => {
  await page.setContent(KEYS);
  await page.keyboard.insertText('嗨a');
  expect(await page.inputValue('textarea')).toBe('嗨a');
  expect(await read(page, 'log')).toEqual(['input 嗨a']);
  await page.keyboard.type('👹 Tokyo 月');
  expect(await page.inputValue('textarea')).toBe('嗨a👹 Tokyo 月');
});

test('a held key repeats, modifiers are kept', async ({ page }) => {
  await page.setContent('<textarea onkeydown="log.push(event.repeat)"></textarea><script>log = []</script>');
  await page.focus('textarea');
  await page.keyboard.down('a');
  await page.keyboard.down('a');
  await page.keyboard.down('b');
  await page.keyboard.up('a');
  await page.keyboard.down('a');
  expect(await read(page, 'log')).toEqual([false, true, false, false]);
  for (const key of ['a', 'b']) await page.keyboard.up(key);
});

test('shortcuts edit', async ({ page }) => {
  await page.setContent('<textarea>some text</textarea>');
  await page.focus('textarea');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('Backspace');
  expect(await page.inputValue('textarea')).toBe('');
  await page.keyboard.type('abc');
  await page.keyboard.press('Control+KeyZ');
  expect(await page.inputValue('textarea')).not.toBe('abc');
});

test('prevented keys write nothing', async ({ page }) => {
  await page.setContent('<textarea></textarea><script>document.querySelector("textarea").addEventListener("keydown", (event) => { if (event.key === "l" || event.key === "o") event.preventDefault(); })</script>');
  await page.focus('textarea');
  await page.keyboard.type('Hello World!');
  expect(await page.inputValue('textarea')).toBe('He Wrd!');
});

test('keys go to the frame that has the focus', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent('<iframe srcdoc="<textarea></textarea>"></iframe>');
  const area = page.frameLocator('iframe').locator('textarea');
  await area.click();
  await page.keyboard.type('inside');
  await expect(area).toHaveValue('inside');
  await area.press('Shift+KeyX');
  await expect(area).toHaveValue('insideX');
});

test('press with a delay, type with a delay', async ({ page }) => {
  await page.setContent('<input onkeydown="down = performance.now()" onkeyup="held = performance.now() - down">');
  await page.press('input', 'x', { delay: 60 });
  expect(await read(page, 'held')).toBeGreaterThan(50);
  await page.locator('input').pressSequentially('yz', { delay: 5 });
  expect(await page.inputValue('input')).toBe('xyz');
});

const MOUSE = `<div id=pad style="position:fixed;inset:0">pad</div><script>
  log = [];
  for (const type of ['mousemove', 'mousedown', 'mouseup', 'click', 'dblclick', 'contextmenu', 'auxclick']) document.addEventListener(type, (event) => {
    log.push([type, event.button, event.buttons, event.detail, event.clientX, event.clientY].join(' '));
  });
</script>`;

test('a click of the mouse', async ({ page }) => {
  await page.setContent(MOUSE);
  await page.mouse.click(50, 60);
  expect(await read(page, 'log')).toEqual(['mousemove 0 0 0 50 60', 'mousedown 0 1 1 50 60', 'mouseup 0 0 1 50 60', 'click 0 0 1 50 60']);
});

test('a double click of the mouse', async ({ page }) => {
  await page.setContent(MOUSE);
  await page.mouse.dblclick(50, 60);
  expect((await read(page, 'log')).slice(1)).toEqual(['mousedown 0 1 1 50 60', 'mouseup 0 0 1 50 60', 'click 0 0 1 50 60', 'mousedown 0 1 2 50 60', 'mouseup 0 0 2 50 60', 'click 0 0 2 50 60', 'dblclick 0 0 2 50 60']);
});

test('both buttons at once', async ({ page }) => {
  await page.setContent(MOUSE);
  await page.mouse.move(20, 20);
  await page.mouse.down({ button: 'middle' });
  await page.mouse.down({ button: 'left' });
  await page.mouse.up({ button: 'middle' });
  await page.mouse.up({ button: 'left' });
  expect((await read(page, 'log')).filter((entry: string) => /down|up/.test(entry))).toEqual(['mousedown 1 4 1 20 20', 'mousedown 0 5 1 20 20', 'mouseup 1 1 1 20 20', 'mouseup 0 0 0 20 20']);
});

test('the mouse moves in steps', async ({ page }) => {
  await page.setContent(MOUSE);
  await page.mouse.move(100, 100);
  await page.evaluate('log = []');
  await page.mouse.move(200, 300, { steps: 5 });
  expect((await read(page, 'log')).map((entry: string) => entry.split(' ').slice(4).join(','))).toEqual(['120,140', '140,180', '160,220', '180,260', '200,300']);
});

test('hover, and what it shows', async ({ page }) => {
  await page.setContent('<style>b { display: none } p:hover b { display: inline }</style><p id=p>text <b>more</b></p><p>between</p><button style="margin-top:200px">B</button>');
  await page.hover('#p');
  expect(await page.isVisible('b')).toBe(true);
  await page.hover('button');
  expect(await page.isVisible('b')).toBe(false);
  await page.hover('#p', { modifiers: ['Shift'], position: { x: 3, y: 3 } });
  await expect(page.locator('b')).toBeVisible();
  await page.hover('button', { trial: true });
  expect(await page.isVisible('b')).toBe(true);
});

test('text is chosen with the mouse', async ({ page }) => {
  await page.setContent('<textarea cols=60>This is text to choose from</textarea>');
  const box = (await page.locator('textarea').boundingBox())!;
  await page.mouse.move(box.x + 2, box.y + 8);
  await page.mouse.down();
  await page.mouse.move(box.x + 150, box.y + 8, { steps: 4 });
  await page.mouse.up();
  expect((await page.$eval('textarea', (area) => area.value.slice(area.selectionStart, area.selectionEnd))).length).toBeGreaterThan(3);
});

test('the wheel', async ({ page }) => {
  await page.setContent('<div style="width:5000px;height:5000px">x</div><script>addEventListener("wheel", (event) => { wheel = [event.deltaX, event.deltaY, event.deltaMode, event.ctrlKey]; }, { passive: true })</script>');
  await page.mouse.move(50, 60);
  await page.mouse.wheel(0, 100);
  await expect.poll(() => page.evaluate('scrollY')).toBe(100);
  expect(await read(page, 'wheel')).toEqual([0, 100, 0, false]);
  await page.mouse.wheel(100, 0);
  await expect.poll(() => page.evaluate('scrollX')).toBe(100);
  await page.keyboard.down('Shift');
  await page.keyboard.up('Shift');
});

test.describe('with touch', () => {
  test.use({ hasTouch: true });

  const TOUCH = '<div id=a style="width:50px;height:50px;background:red">a</div><script>log = []; for (const type of ["pointerdown", "touchstart", "pointerup", "touchend", "mousedown", "mouseup", "click"]) document.getElementById("a").addEventListener(type, (event) => log.push(type + (event.touches ? " " + event.touches.length : "")))</script>';

  test('tap', async ({ page }) => {
    await page.setContent(TOUCH);
    await page.tap('#a');
    expect(await read(page, 'log')).toEqual(['pointerdown', 'touchstart 1', 'pointerup', 'touchend 0', 'mousedown', 'mouseup', 'click']);
    await page.evaluate('log = []');
    await page.locator('#a').tap({ trial: true });
    expect(await read(page, 'log')).toEqual([]);
    await page.touchscreen.tap(20, 20);
    expect((await read(page, 'log')).at(-1)).toBe('click');
  });

  test('tap with modifiers and position', async ({ page }) => {
    await page.setContent('<div id=a style="width:50px;height:50px" onclick="hit = [event.altKey, event.offsetX, event.offsetY]">a</div>');
    await page.tap('#a', { modifiers: ['Alt'], position: { x: 7, y: 9 } });
    expect(await read(page, 'hit')).toEqual([true, 7, 9]);
  });
});

test('wrong arguments of input are told, and a tap without touch', async ({ page }) => {
  await page.setContent('<p>x</p>');
  expect((await errorOf(page.tap('p'))).message).toContain('does not support tap');
  expect((await errorOf(page.touchscreen.tap(1, 1))).message).toContain('hasTouch');
  const wrong: [() => Promise<unknown>, string][] = [
    [() => page.mouse.move('a' as any, 1), 'mouse.move: x: expected float, got string'],
    [() => (page.mouse as any).click(1), 'mouse.click: y: expected float, got undefined'],
    [() => page.keyboard.type(5 as any), 'keyboard.type: text: expected string, got number'],
    [() => page.keyboard.press(null as any), 'keyboard.press: key: expected string, got null'],
    [() => page.locator('p').waitFor({ state: 'foo' as any }), 'locator.waitFor: state: expected one of (attached|detached|visible|hidden)'],
    [() => page.setInputFiles('p', { name: 'a' } as any), 'payloads[0].buffer: expected Buffer, got undefined'],
  ];
  for (const [call, words] of wrong) expect((await errorOf(call())).message).toContain(words);
});

const DRAG = `<div id=source draggable=true style="width:80px;height:80px;background:red">source</div><div id=target style="width:80px;height:80px;margin-top:40px;background:blue">target</div><script>
  log = [];
  for (const id of ['source', 'target']) for (const type of ['mousemove', 'mousedown', 'mouseup', 'dragstart', 'dragend', 'dragenter', 'dragover', 'dragleave', 'drop']) document.getElementById(id).addEventListener(type, (event) => {
    if (type === 'dragstart') event.dataTransfer.setData('text/plain', 'carried');
    if (type === 'dragover' || type === 'drop' || type === 'dragenter') event.preventDefault();
    if (type === 'drop') window.dropped = event.dataTransfer.getData('text/plain');
    if (log.at(-1) !== type + ' ' + id) log.push(type + ' ' + id);
  });
</script>`;

test('dragTo of what can be dragged', async ({ page }) => {
  await page.setContent(DRAG);
  await page.locator('#source').dragTo(page.locator('#target'));
  expect(await read(page, 'dropped')).toBe('carried');
});

test('the mouse drags', async ({ page }) => {
  await page.setContent(DRAG);
  await page.hover('#source');
  await page.mouse.down();
  await page.hover('#target');
  await page.mouse.up();
  expect(await read(page, 'dropped')).toBe('carried');
  expect(await read(page, 'log')).toEqual(['mousemove source', 'mousedown source', 'mousemove target', 'dragstart source', 'dragenter target', 'dragover target', 'drop target', 'dragend source']);
});

test('Escape ends a drag', async ({ page }) => {
  await page.setContent(DRAG);
  await page.hover('#source');
  await page.mouse.down();
  await page.hover('#target');
  await page.keyboard.press('Escape');
  await page.mouse.up();
  expect(await read(page, 'dropped')).toBe(undefined);
  expect((await read(page, 'log')).includes('drop target')).toBe(false);
});

test('a prevented drag is mouse moves', async ({ page }) => {
  await page.setContent(DRAG);
  await page.$eval('#source', (source) => source.addEventListener('dragstart', (event) => event.preventDefault()));
  await page.hover('#source');
  await page.mouse.down();
  await page.hover('#target');
  await page.mouse.up();
  expect(await read(page, 'dropped')).toBe(undefined);
  expect((await read(page, 'log')).at(-1)).toBe('mouseup target');
});

test('dragAndDrop with positions', async ({ page }) => {
  await page.setContent(`<style>* { margin: 0 }</style>${DRAG}`);
  await page.evaluate(() => {
    (window as any).at = [];
    document.querySelector('#source')!.addEventListener('mousedown', (event: any) => (window as any).at.push(event.offsetX, event.offsetY));
    document.querySelector('#target')!.addEventListener('drop', (event: any) => (window as any).at.push(event.offsetX, event.offsetY));
  });
  await page.dragAndDrop('#source', '#target', { sourcePosition: { x: 34, y: 7 }, targetPosition: { x: 10, y: 20 } });
  expect(await read(page, 'at')).toEqual([34, 7, 10, 20]);
});

test('dragging in a frame', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent(`<iframe style="width:400px;height:400px" srcdoc="${DRAG.replaceAll('"', '&quot;')}"></iframe>`);
  const frame = page.frameLocator('iframe');
  await frame.locator('#source').dragTo(frame.locator('#target'));
  expect(await page.frames()[1].evaluate('dropped')).toBe('carried');
});

test('dragging what moves by mouse', async ({ page }) => {
  await page.setContent('<div id=knob style="position:absolute;left:0;top:100px;width:20px;height:20px;background:red"></div><div id=end style="position:absolute;left:300px;top:100px;width:20px;height:20px;background:blue"></div><script>knob.onmousedown = () => { onmousemove = (event) => { knob.style.left = event.clientX - 10 + "px"; }; onmouseup = () => { onmousemove = null; window.done = true; }; }</script>');
  await page.locator('#knob').dragTo(page.locator('#end'), { force: true });
  expect([await read(page, 'done'), await page.$eval('#knob', (knob: any) => knob.style.left)]).toEqual([true, '300px']);
});

test('drop of files and of data', async ({ page }) => {
  await page.setContent('<div id=zone style="width:80px;height:80px">zone</div><script>zone.ondragover = (event) => event.preventDefault(); zone.ondrop = async (event) => { event.preventDefault(); const [file] = event.dataTransfer.files; got = { text: event.dataTransfer.getData("text/plain"), name: file && file.name, at: [event.offsetX, event.offsetY] }; }</script>');
  await page.locator('#zone').drop({ data: { 'text/plain': 'hello' } });
  expect(await read(page, 'got')).toMatchObject({ text: 'hello' });
  await page.locator('#zone').drop({ files: { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') } }, { position: { x: 5, y: 6 } });
  expect(await read(page, 'got')).toEqual({ text: '', name: 'a.txt', at: [5, 6] });
  await page.$eval('#zone', (zone: any) => { zone.ondragover = null; });
  expect((await errorOf(page.locator('#zone').drop({ data: { 'text/plain': 'x' } }))).message).toContain('did not accept');
});
