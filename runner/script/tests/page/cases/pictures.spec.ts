// Screenshots and PDFs.
import { expect, test } from '@playwright/test';

/** The size that the head of a picture tells. */
function size(picture: Buffer): [number, number] {
  if (picture.subarray(1, 4).toString() === 'PNG') return [picture.readUInt32BE(16), picture.readUInt32BE(20)];
  for (let at = 2; at < picture.length; ) {
    const marker = picture[at + 1];
    if (marker >= 0xc0 && marker <= 0xc3) return [picture.readUInt16BE(at + 7), picture.readUInt16BE(at + 5)];
    at += 2 + picture.readUInt16BE(at + 2);
  }
  return [0, 0];
}

const BOX = '<style>body { margin: 0 } div { position: absolute; left: 50px; top: 60px; width: 70px; height: 80px; background: rgb(1, 2, 3) }</style><div></div>';

/** Colours at places of a picture, as Chrome itself reads it. */
const colours = (page, picture: Buffer, places: [number, number][]) => page.evaluate(async ([data, places]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.width, image.height];
  const context = canvas.getContext('2d')!;
  context.drawImage(image, 0, 0);
  return places.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data].join());
}, [picture.toString('base64'), places] as const);

test('of the viewport', async ({ page }) => {
  await page.setViewportSize({ width: 500, height: 400 });
  expect(size(await page.screenshot())).toEqual([500, 400]);
  const jpeg = await page.screenshot({ type: 'jpeg', quality: 50 });
  expect(jpeg.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  expect(size(jpeg)).toEqual([500, 400]);
});

test('of the whole page', async ({ page }) => {
  await page.setViewportSize({ width: 300, height: 200 });
  await page.setContent('<style>body { margin: 0 }</style><div style="height: 1000px"></div>');
  await page.evaluate(() => window.scrollTo(0, 300));
  expect(size(await page.screenshot({ fullPage: true }))).toEqual([300, 1000]);
  expect(await page.evaluate(() => [window.scrollY, innerHeight])).toEqual([300, 200]);
  expect(page.viewportSize()).toEqual({ width: 300, height: 200 });
});

test('of a part', async ({ page }) => {
  await page.setViewportSize({ width: 500, height: 500 });
  await page.setContent(BOX);
  const part = await page.screenshot({ clip: { x: 40, y: 50, width: 100, height: 110 } });
  expect(size(part)).toEqual([100, 110]);
  expect(await colours(page, part, [[5, 5], [15, 15]])).toEqual(['255,255,255,255', '1,2,3,255']);
  expect(size(await page.screenshot({ clip: { x: 450, y: 450, width: 100, height: 100 } }))).toEqual([50, 50]);
});

test('of a part outside of the viewport', async ({ page }) => {
  await page.setViewportSize({ width: 200, height: 200 });
  await page.setContent('<div style="height: 2000px"></div>');
  expect(size(await page.screenshot({ fullPage: true, clip: { x: 0, y: 1500, width: 100, height: 100 } }))).toEqual([100, 100]);
  const error = await page.screenshot({ clip: { x: 50, y: 650, width: 100, height: 100 } }).catch((e) => e);
  expect(error.message).toContain('Clipped area is either empty or outside the resulting image');
});

test('of an element', async ({ page }) => {
  await page.setContent(BOX + '<p style="margin-top: 2000px; height: 30px; width: 40px; background: red"></p>');
  expect(size(await page.locator('div').screenshot())).toEqual([70, 80]);
  expect(size(await (await page.$('p'))!.screenshot())).toEqual([40, 30]);
  await page.setContent('<b style="display: none">x</b>');
  expect((await page.locator('b').screenshot({ timeout: 200 }).catch((e) => e)).message).toContain('element is not visible');
});

test('without a background', async ({ page }) => {
  await page.setViewportSize({ width: 100, height: 100 });
  const clear = await page.screenshot({ omitBackground: true });
  expect(await colours(page, clear, [[5, 5]])).toEqual(['0,0,0,0']);
  const error = await page.screenshot({ omitBackground: true, type: 'jpeg' }).then(() => null, (e) => e);
  expect(error).toBe(null);
});

test('with masks', async ({ page }) => {
  await page.setViewportSize({ width: 200, height: 200 });
  await page.setContent(BOX);
  const masked = await page.screenshot({ mask: [page.locator('div')] });
  expect(await colours(page, masked, [[60, 70], [5, 5]])).toEqual(['255,0,255,255', '255,255,255,255']);
  const green = await page.screenshot({ mask: [page.locator('div')], maskColor: '#00ff00' });
  expect(await colours(page, green, [[60, 70]])).toEqual(['0,255,0,255']);
  expect(await colours(page, await page.screenshot(), [[60, 70]])).toEqual(['1,2,3,255']);
});

test('with a style of its own', async ({ page }) => {
  await page.setViewportSize({ width: 200, height: 200 });
  await page.setContent(BOX);
  const styled = await page.screenshot({ style: 'div { background: rgb(9, 8, 7) !important }' });
  expect(await colours(page, styled, [[60, 70]])).toEqual(['9,8,7,255']);
  expect(await page.locator('style').count()).toBe(1);
});

test('in CSS pixels', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 320, height: 480 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  expect(size(await page.screenshot())).toEqual([640, 960]);
  expect(size(await page.screenshot({ scale: 'css' }))).toEqual([320, 480]);
  await context.close();
});

test('animations are stopped', async ({ page }) => {
  await page.setViewportSize({ width: 100, height: 100 });
  await page.setContent('<style>@keyframes turn { to { transform: rotate(360deg) } } div { width: 50px; height: 50px; background: linear-gradient(red, blue); animation: turn 1s linear infinite }</style><div></div>');
  const first = await page.screenshot({ animations: 'disabled' });
  await page.waitForTimeout(60);
  expect((await page.screenshot({ animations: 'disabled' })).equals(first)).toBe(true);
  expect(await page.evaluate(() => document.getAnimations()[0].playState)).toBe('running');
});

test('the caret is hidden', async ({ page }) => {
  await page.setContent('<input autofocus>');
  await page.focus('input');
  const first = await page.screenshot();
  await page.waitForTimeout(600);
  expect((await page.screenshot()).equals(first)).toBe(true);
});

test('wrong options', async ({ page }) => {
  const rows: [object, string][] = [
    [{ type: 'gif' }, 'type: expected one of (png|jpeg)'],
    [{ quality: 50 }, 'options.quality is unsupported for the png screenshots'],
    [{ type: 'jpeg', quality: 101 }, 'Expected options.quality to be between 0 and 100 (inclusive), got 101'],
    [{ clip: { x: 0, y: 0, width: 0, height: 5 } }, 'Expected options.clip.width not to be 0.'],
    [{ clip: { x: 0, y: 0, width: 5, height: 0 } }, 'Expected options.clip.height not to be 0.'],
    [{ path: 'a.txt' }, 'unsupported mime type'],
    [{ animations: 'none' }, 'animations: expected one of (disabled|allow)'],
    [{ caret: 'show' }, 'caret: expected one of (hide|initial)'],
    [{ scale: 'big' }, 'scale: expected one of (css|device)'],
    [{ fullpage: true }, 'did you mean "fullPage"?'],
  ];
  for (const [options, words] of rows) expect((await page.screenshot(options as any).catch((e) => e)).message, JSON.stringify(options)).toContain(words);
});

test('many at once', async ({ page }) => {
  await page.setViewportSize({ width: 300, height: 300 });
  const pictures = await Promise.all([0, 1, 2].map((n) => page.screenshot({ clip: { x: 50 * n, y: 0, width: 50, height: 50 } })));
  expect(pictures.map(size)).toEqual([[50, 50], [50, 50], [50, 50]]);
});

test('pages printed as PDF', async ({ page }) => {
  await page.setContent('<h1>Title</h1>');
  const pdf = await page.pdf();
  expect(pdf.subarray(0, 4).toString()).toBe('%PDF');
  const boxes = (file: Buffer) => [...file.toString('latin1').matchAll(/MediaBox\s*\[([^\]]*)\]/g)].map(([, box]) => box.trim().split(/\s+/).map(Number).map(Math.floor));
  expect(boxes(pdf)[0]).toEqual([0, 0, 612, 792]);
  expect(boxes(await page.pdf({ format: 'A4' }))[0]).toEqual([0, 0, 595, 842]);
  expect(boxes(await page.pdf({ format: 'a5', landscape: true }))[0]).toEqual([0, 0, 595, 420]);
  expect(boxes(await page.pdf({ width: '10cm', height: '5in' }))[0].slice(2)).toEqual([283, 360]);
  expect(boxes(await page.pdf({ width: 96, height: 192 }))[0].slice(2)).toEqual([72, 144]);
  await page.setContent('<p style="break-after: page">1</p><p>2</p>');
  expect(boxes(await page.pdf()).length).toBe(2);
  expect(boxes(await page.pdf({ pageRanges: '2' })).length).toBe(1);
});

test('wrong options of PDFs', async ({ page }) => {
  const rows: [object, string][] = [
    [{ format: 'something' }, 'Unknown paper format: something'],
    [{ width: '10km' }, 'Failed to parse parameter value: 10km'],
    [{ scale: 'x' }, 'scale: expected float, got string'],
    [{ margins: {} }, 'unknown option "margins"'],
  ];
  for (const [options, words] of rows) expect((await page.pdf(options as any).catch((e) => e)).message, JSON.stringify(options)).toContain(words);
});
