// The journey of the benchmarks for Elastic Synthetics: the same ten actions, in one step.

import { journey, step } from '@elastic/synthetics';

journey('ten actions', ({ page, params }) => {
  step('from the start page to the checkout', async () => {
    await page.goto(params.shop);
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
});
