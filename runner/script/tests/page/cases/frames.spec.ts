// The tree of frames.
import { expect, test } from '@playwright/test';

test('the tree is mirrored', async ({ page }) => {
  await page.goto('/frames.html');
  expect(page.frames().length).toBe(4);
  const [main, one, two] = page.frames();
  expect(main).toBe(page.mainFrame());
  expect(main.childFrames()).toEqual([one, two]);
  expect(one.name()).toBe('uno');
  expect(one.url()).toBe(process.env.SERVER + '/frame.html');
  expect(one.parentFrame()).toBe(main);
  expect(main.parentFrame()).toBe(null);
  expect(two.childFrames()[0].name()).toBe('aframe');
  expect(one.page()).toBe(page);
});

test('page.frame finds by name and address', async ({ page }) => {
  await page.goto('/frames.html');
  expect(page.frame('dos')!.url()).toContain('/nested.html');
  expect(page.frame({ name: 'uno' })).toBe(page.frames()[1]);
  expect(page.frame({ url: /nested/ })).toBe(page.frame('dos'));
  expect(page.frame({ url: '**/nested.html' })).toBe(page.frame('dos'));
  expect(page.frame({ url: (url) => url.pathname === '/nested.html' })).toBe(page.frame('dos'));
  expect(page.frame('none')).toBe(null);
  expect(() => page.frame({})).toThrow('Either name or url matcher should be specified');
});

test('events of frames', async ({ page }) => {
  await page.goto('/empty.html');
  const seen: string[] = [];
  page.on('frameattached', () => seen.push('attached'));
  page.on('framenavigated', (frame) => seen.push(`navigated ${frame.name()}`));
  page.on('framedetached', (frame) => seen.push(`detached ${frame.isDetached()}`));
  const attached = page.waitForEvent('frameattached');
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.name = 'new';
    frame.src = '/frame.html';
    document.body.append(frame);
    return new Promise((f) => frame.onload = f);
  });
  const frame = await attached;
  expect(frame.parentFrame()).toBe(page.mainFrame());
  await page.evaluate(() => document.querySelector('iframe')!.remove());
  expect(seen[0]).toBe('attached');
  expect(seen).toContain('navigated new');
  expect(seen.at(-1)).toBe('detached true');
  expect(frame.isDetached()).toBe(true);
  expect(page.frames().length).toBe(1);
});

test('goto in a frame', async ({ page }) => {
  await page.goto('/frames.html');
  const frame = page.frames()[1];
  const response = await frame.goto('/empty.html');
  expect(response!.ok()).toBe(true);
  expect(response!.frame()).toBe(frame);
  expect(frame.url()).toContain('/empty.html');
});

test('a detached frame is told', async ({ page }) => {
  await page.goto('/frames.html');
  const frame = page.frames()[1];
  await page.evaluate(() => document.querySelector('#one')!.remove());
  const error = await frame.evaluate(() => 1).catch((e) => e);
  expect(error.message).toContain('Frame was detached');
});

test('frame actions', async ({ page }) => {
  await page.goto('/frames.html');
  const frame = page.frame('uno')!;
  await frame.click('button');
  await frame.fill('input', 'x');
  expect(await frame.inputValue('input')).toBe('x');
  expect(await frame.title()).toBe('Frame');
  expect(await frame.textContent('div')).toBe("Hi, I'm frame");
  expect(await frame.locator('div').innerText()).toBe("Hi, I'm frame");
  await frame.waitForSelector('div');
  expect(await frame.evaluate('clicked')).toBe(true);
});

test('content of a frame', async ({ page }) => {
  await page.setContent('<iframe></iframe>');
  const frame = page.frames()[1];
  await frame.setContent('<b>bold</b>');
  expect(await frame.content()).toBe('<html><head></head><body><b>bold</b></body></html>');
});

test('frames survive a navigation of their page', async ({ page }) => {
  await page.goto('/frames.html');
  await page.goto('/empty.html');
  expect(page.frames().length).toBe(1);
  await page.goBack();
  expect(page.frames().length).toBe(4);
});
