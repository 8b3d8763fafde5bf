// The journey of the benchmarks: ten actions, from the start page to the checkout.

import { test } from '@playwright/test';

test('ten actions', async ({ page }) => {
  await page.goto('/');
  await page.getByPlaceholder('What does your garden need?').fill('seeds');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('link', { name: 'Sunflower Seeds' }).click();
  await page.getByLabel('Quantity').fill('2');
  await page.getByLabel('Finish').selectOption('White');
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByText('Added to your cart.').waitFor();
  await page.getByTestId('cart-count').click();
  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Anna Wren');
});
