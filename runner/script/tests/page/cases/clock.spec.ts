// Time that the script stops, sets and runs.
import { expect, test } from '@playwright/test';

/** Notes in the page what its timers do. */
const note = (page, code: string) => page.evaluate(`window.log = window.log ?? []; ${code}; undefined`);
const log = (page) => page.evaluate(() => (window as any).log.splice(0));
const now = (page) => page.evaluate(() => Date.now());

test('timers run only when told', async ({ page }) => {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000);
  await note(page, `setTimeout(() => log.push('late'), 100); setTimeout(() => log.push('soon'), 10); setInterval(() => log.push('tick'), 40)`);
  await page.clock.runFor(9);
  expect(await log(page)).toEqual([]);
  await page.clock.runFor(1);
  expect(await log(page)).toEqual(['soon']);
  await page.clock.runFor(90);
  expect(await log(page)).toEqual(['tick', 'tick', 'late']);
  expect(await now(page)).toBe(1100);
});

test('spans of time', async ({ page }) => {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000);
  const rows: [number | string, number][] = [[500, 500], ['08', 8000], ['01:00', 60_000], ['02:34:10', 9_250_000]];
  for (const [ticks, ms] of rows) {
    const before = await now(page);
    await page.clock.runFor(ticks);
    expect(await now(page) - before, String(ticks)).toBe(ms);
  }
  const wrong: [any, string][] = [['12:02:34:10', "Clock only understands numbers, 'mm:ss' and 'hh:mm:ss'"], ['x', 'Clock only understands'], ['00:99', 'Invalid time'], [-1, 'Negative ticks are not supported']];
  for (const [ticks, words] of wrong) expect((await page.clock.runFor(ticks).catch((e) => e)).message, String(ticks)).toContain(words);
});

test('forward in one leap', async ({ page }) => {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000);
  await note(page, `setInterval(() => log.push(Date.now()), 100); setTimeout(() => log.push('once'), 50)`);
  await page.clock.fastForward(1000);
  expect(await log(page)).toEqual([2000, 'once']);
  expect(await now(page)).toBe(2000);
});

test('moments', async ({ page }) => {
  await page.clock.install({ time: '2024-02-02T08:00:00Z' });
  await page.clock.pauseAt(new Date('2024-02-02T10:00:00Z'));
  expect(await page.evaluate(() => new Date().toISOString())).toBe('2024-02-02T10:00:00.000Z');
  await page.clock.pauseAt('2024-02-02T11:00:00Z');
  expect(await now(page)).toBe(Date.UTC(2024, 1, 2, 11));
  expect((await page.clock.pauseAt('2024-02-02T09:00:00Z').catch((e) => e)).message).toContain('past');
  expect((await page.clock.setFixedTime('nonsense').catch((e) => e)).message).toContain('Invalid date: nonsense');
});

test('time stands still', async ({ page }) => {
  await page.clock.setFixedTime(100);
  expect(await now(page)).toBe(100);
  await page.waitForTimeout(30);
  expect(await now(page)).toBe(100);
  await page.clock.setFixedTime(new Date(200));
  expect(await now(page)).toBe(200);
  expect(await page.evaluate(() => new Promise((f) => setTimeout(() => f('timers run'), 1)))).toBe('timers run');
});

test('time is set and goes on', async ({ page }) => {
  await page.clock.setSystemTime(1_000_000);
  const first = await now(page);
  expect(first).toBeGreaterThanOrEqual(1_000_000);
  expect(first).toBeLessThan(1_015_000);
  await expect.poll(() => now(page)).toBeGreaterThan(first);
});

test('time goes on again', async ({ page }) => {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000);
  expect(await now(page)).toBe(1000);
  await page.clock.resume();
  await expect.poll(() => now(page)).toBeGreaterThan(1010);
});

test('the clock holds for later documents, frames and popups', async ({ page }) => {
  await page.clock.setFixedTime(1_000_000);
  await page.goto('/frames.html');
  expect(await now(page)).toBe(1_000_000);
  expect(await page.frame('uno')!.evaluate(() => Date.now())).toBe(1_000_000);
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => { window.open('/empty.html'); })]);
  expect(await popup.evaluate(() => Date.now())).toBe(1_000_000);
});

test('all that asks for time', async ({ page }) => {
  await page.clock.install({ time: 0 });
  await page.goto('/empty.html');
  await page.clock.pauseAt(1000);
  await note(page, `const at = performance.now();
    setTimeout((a, b) => log.push(['timeout', a, b]), 20, 1, 2);
    requestAnimationFrame(() => log.push(['frame', Date.now()]));
    requestIdleCallback(() => log.push('idle'));
    queueMicrotask(() => log.push('microtask'));
    const cleared = setTimeout(() => log.push('never'), 5); clearTimeout(cleared);
    const ticking = setInterval(() => { log.push('tick'); clearInterval(ticking); }, 30);`);
  await page.clock.runFor(100);
  const seen = await log(page);
  expect(seen).toContainEqual(['timeout', 1, 2]);
  expect(seen).toContainEqual(['frame', 1008]);
  expect(seen.filter((entry) => entry === 'tick').length).toBe(1);
  expect(seen).toContain('idle');
  expect(seen).toContain('microtask');
  expect(seen).not.toContain('never');
  expect(await page.evaluate(() => [new Date(5).getTime(), Date.UTC(1970, 0), new Date() instanceof Date, Date.name, typeof Date()])).toEqual([5, 0, true, 'Date', 'string']);
  expect(await page.evaluate(() => Intl.DateTimeFormat('en-US', { timeZone: 'UTC' }).format())).toBe('1/1/1970');
});

test('events and animations have times of the clock', async ({ page }) => {
  await page.clock.install({ time: 0 });
  await page.goto('/empty.html');
  await page.clock.pauseAt(5000);
  const before = await page.evaluate(() => performance.now());
  await page.clock.runFor(1000);
  expect(await page.evaluate(() => performance.now()) - before).toBe(1000);
});

test('nested timers', async ({ page }) => {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000);
  await note(page, `setTimeout(() => { log.push('outer ' + Date.now()); setTimeout(() => log.push('inner ' + Date.now()), 10); }, 10)`);
  await page.clock.runFor(30);
  expect(await log(page)).toEqual(['outer 1010', 'inner 1020']);
});

test('a timer that throws', async ({ page }) => {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000);
  await note(page, `setTimeout(() => { throw new Error('oh'); }, 5); setTimeout(() => log.push('after'), 10)`);
  const error = await page.clock.runFor(20).catch((e) => e);
  expect(error.message).toContain('oh');
});

test('promises between timers', async ({ page }) => {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000);
  await note(page, `setTimeout(async () => { log.push('a'); await null; log.push('b'); }, 5); setTimeout(() => log.push('c'), 6)`);
  await page.clock.runFor(10);
  expect(await log(page)).toEqual(['a', 'b', 'c']);
});
