// Twenty actions and twenty assertions on one page, for `cargo xtask bench script`.

import { expect, test } from '@playwright/test';

test('twenty actions, twenty assertions', async ({ page }) => {
  await page.goto('/product/oak-nest-box');
  await page.waitForLoadState();
  const quantity = page.getByLabel('Quantity');
  const finish = page.getByLabel('Finish');
  const gift = page.getByRole('checkbox', { name: 'Wrap as a gift' });
  const search = page.getByPlaceholder('What does your garden need?');
  for (const [number, colour] of [['2', 'White'], ['3', 'Natural'], ['4', 'Dark green'], ['5', 'White']]) {
    await quantity.fill(number);
    await expect(quantity).toHaveValue(number);
    await finish.selectOption(colour);
    await expect(finish).toHaveValue(colour);
    await gift.click();
    await expect(gift).toBeChecked();
    await gift.uncheck();
    await expect(gift).not.toBeChecked();
    await search.press('x');
    await expect(search).toHaveValue(/^x+$/);
  }
});
