// Files that pages take and give: uploads, choosers, downloads.
import { expect, test } from '@playwright/test';

const SERVER = process.env.SERVER!;

const names = (page) => page.$eval('input', (e: HTMLInputElement) => [...e.files!].map((file) => file.name));
const text = (page) => page.$eval('input', (e: HTMLInputElement) => e.files![0].text());

test('a file of the checkout goes up', async ({ page }) => {
  await page.setContent('<input type=file>');
  await page.setInputFiles('input', 'data.json');
  expect(await names(page)).toEqual(['data.json']);
  expect(JSON.parse(await text(page))).toBeTruthy();
});

test('files with their bytes go up', async ({ page }) => {
  await page.setContent('<input type=file multiple>');
  await page.locator('input').setInputFiles([
    { name: 'one.txt', mimeType: 'text/plain', buffer: Buffer.from('first') },
    { name: 'two.png', mimeType: 'image/png', buffer: Buffer.from([0, 255]) },
  ]);
  expect(await names(page)).toEqual(['one.txt', 'two.png']);
  expect(await text(page)).toBe('first');
  expect(await page.$eval('input', (e: HTMLInputElement) => e.files![1].type)).toBe('image/png');
});

test('files are taken away', async ({ page }) => {
  await page.setContent('<input type=file multiple>');
  await page.setInputFiles('input', ['data.json', 'state.json']);
  expect(await names(page)).toEqual(['data.json', 'state.json']);
  await page.setInputFiles('input', []);
  expect(await names(page)).toEqual([]);
});

test('events of an upload', async ({ page }) => {
  await page.setContent('<input type=file>');
  await page.evaluate(() => {
    (window as any).seen = [];
    for (const type of ['input', 'change']) document.querySelector('input')!.addEventListener(type, () => (window as any).seen.push(type));
  });
  await page.setInputFiles('input', 'data.json');
  expect(await page.evaluate('seen')).toEqual(['input', 'change']);
});

test('a label stands for its field', async ({ page }) => {
  await page.setContent('<label for=f>Choose</label><input id=f type=file>');
  await page.locator('text=Choose').setInputFiles('data.json');
  expect(await names(page)).toEqual(['data.json']);
});

test('uploads that cannot be', async ({ page }) => {
  await page.setContent('<input type=file><p>x</p>');
  const told = async (promise: Promise<unknown>) => (await promise.catch((e) => e)).message;
  expect(await told(page.setInputFiles('input', ['data.json', 'state.json']))).toContain('Non-multiple file input can only accept single file');
  expect(await told(page.setInputFiles('p', 'data.json', { timeout: 1000 }))).toContain('Node is not an HTMLInputElement');
  expect(await told(page.setInputFiles('input', 'missing.txt'))).toContain('missing.txt');
  expect(await told(page.setInputFiles('input', { name: 'x' } as any))).toContain('buffer');
  expect(await told(page.setInputFiles('input', 5 as any))).toContain('files: expected');
});

test('an upload reaches the server', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent('<form action="/echo" method=post enctype="multipart/form-data"><input type=file name=file><button>Send</button></form>');
  await page.setInputFiles('input', { name: 'sent.txt', mimeType: 'text/plain', buffer: Buffer.from('the content') });
  await Promise.all([page.waitForURL('**/echo'), page.click('button')]);
  const told = JSON.parse(await page.innerText('body'));
  expect(told.body).toContain('filename="sent.txt"');
  expect(told.body).toContain('the content');
});

test('choosers', async ({ page }) => {
  await page.setContent('<input type=file><input type=file multiple id=many>');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('input')]);
  expect(chooser.page()).toBe(page);
  expect(chooser.isMultiple()).toBe(false);
  expect(await chooser.element().evaluate((e) => e.tagName)).toBe('INPUT');
  await chooser.setFiles('data.json');
  expect(await names(page)).toEqual(['data.json']);
  const [second] = await Promise.all([page.waitForEvent('filechooser'), page.click('#many')]);
  expect(second.isMultiple()).toBe(true);
  await second.setFiles([]);
});

test('choosers of fields that are not in the page', async ({ page }) => {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.evaluate(() => { const e = document.createElement('input'); e.type = 'file'; e.click(); }),
  ]);
  await chooser.setFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
  expect(chooser.isMultiple()).toBe(false);
});

test('a chooser that nobody asks for', async ({ page }) => {
  expect((await page.waitForEvent('filechooser', { timeout: 1 }).catch((e) => e)).name).toBe('TimeoutError');
  page.setDefaultTimeout(1);
  expect((await page.waitForEvent('filechooser').catch((e) => e)).message).toContain('Timeout 1ms exceeded');
});

test('listeners of choosers', async ({ page }) => {
  await page.setContent('<input type=file>');
  const seen: unknown[] = [];
  page.once('filechooser', (chooser) => seen.push(chooser));
  await page.click('input');
  await expect.poll(() => seen.length).toBe(1);
});

const downloaded = async (page, path: string) => {
  await page.goto('/empty.html');
  await page.setContent(`<a href="${path}">get</a>`);
  return (await Promise.all([page.waitForEvent('download'), page.click('a')]))[0];
};

test('a download', async ({ page }) => {
  const download = await downloaded(page, '/download?name=file.txt');
  expect(download.suggestedFilename()).toBe('file.txt');
  expect(download.url()).toBe(SERVER + '/download?name=file.txt');
  expect(download.page()).toBe(page);
  expect(await download.failure()).toBe(null);
  expect(await download.path()).toBeTruthy();
  let whole = '';
  for await (const part of await download.createReadStream()) whole += part.toString();
  expect(whole).toBe('Hello world');
  await download.saveAs('kept.txt');
});

test('a download is deleted', async ({ page }) => {
  const download = await downloaded(page, '/download?name=file.txt');
  await download.path();
  await download.delete();
  expect((await download.createReadStream().catch((e) => e)).message).toContain('delet');
});

test('a download of what the page made', async ({ page }) => {
  await page.goto('/empty.html');
  await page.setContent('<a download="made.txt">get</a>');
  await page.evaluate(() => { document.querySelector('a')!.href = URL.createObjectURL(new Blob(['from the page'])); });
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a')]);
  expect(download.suggestedFilename()).toBe('made.txt');
  expect(download.url()).toContain('blob:');
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('from the page');
});

test('a download that goto begins', async ({ page }) => {
  const event = page.waitForEvent('download');
  const error = await page.goto('/download?name=a.txt').catch((e) => e);
  expect(error.message).toContain('Download is starting');
  expect((await event).suggestedFilename()).toBe('a.txt');
});

test('a download is heard by the context', async ({ page, context }) => {
  await page.goto('/empty.html');
  await page.setContent('<a href="/download?name=b.txt">get</a>');
  const [download] = await Promise.all([context.waitForEvent('download'), page.click('a')]);
  expect(download.page()).toBe(page);
});

test('downloads that nobody wants', async ({ browser }) => {
  const context = await browser.newContext({ acceptDownloads: false, baseURL: SERVER });
  const page = await context.newPage();
  const download = await downloaded(page, '/download?name=file.txt');
  expect(await download.failure()).toContain('acceptDownloads');
  expect((await download.path().catch((e) => e)).message).toContain('acceptDownloads');
  await context.close();
});

test('a download that is stopped', async ({ page }) => {
  const download = await downloaded(page, '/parts?file=big.bin&key=never');
  await download.cancel();
  expect(await download.failure()).toBe('canceled');
});
