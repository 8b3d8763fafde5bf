// What can be done with elements.
import { expect, test } from '@playwright/test';

test('clicks a button', async ({ page }) => {
  await page.setContent('<button onclick="window.clicked = true">Go</button>');
  await page.locator('button').click();
  expect(await page.evaluate(() => (window as any).clicked)).toBe(true);
});

test('fills, reads and checks', async ({ page }) => {
  await page.setContent('<input id=a><input type=checkbox id=b><select id=s><option value=x>X</option><option value=y>Y</option></select>');
  await page.fill('#a', 'hello');
  expect(await page.inputValue('#a')).toBe('hello');
  await page.check('#b');
  expect(await page.isChecked('#b')).toBe(true);
  expect(await page.selectOption('#s', 'y')).toEqual(['y']);
  await expect(page.locator('#a')).toHaveValue('hello');
});

test('goes places', async ({ page }) => {
  const response = await page.goto('/empty.html');
  expect(response!.status()).toBe(200);
  expect(page.url()).toBe(process.env.SERVER + '/empty.html');
  await expect(page).toHaveURL(/empty/);
});
