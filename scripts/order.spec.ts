import { expect, test } from '@playwright/test';
import { Shop } from './pages/shop';

test.describe('a customer', () => {
  test('finds a mug and orders it', async ({ page }) => {
    const shop = new Shop(page);

    await test.step('open the shop', () => shop.open());

    await test.step('log in', () => shop.logIn('alice', 'correct horse'));

    await test.step('find a mug', async () => {
      await shop.search('mug');
      await expect(page.getByRole('status')).toHaveText('1 found');
      await shop.addToCart('Green mug');
    });

    await test.step('look into the cart', async () => {
      await expect(page.getByTestId('total')).toHaveText('€11.90');
      await expect(shop.cart).toContainText('1');
    });

    await test.step('order', () => shop.order({ name: 'Alice', email: 'alice@example.test', delivery: 'express' }));
  });
});
