import { expect, test } from '@playwright/test';
import { Shop } from './pages/shop';

test.describe('a customer', () => {
  test('signs in and fills a cart', async ({ page }) => {
    const shop = new Shop(page);

    await test.step('open the shop', () => shop.open());
    await test.step('sign in', () => shop.signIn('anna', 'blackbird'));

    await test.step('find seeds', async () => {
      await shop.search('seeds');
      await expect(page.getByRole('status')).toHaveText('2 products found');
    });

    await test.step('put them into the cart', async () => {
      await shop.addToCart('Sunflower Seeds', 3);
      await expect(shop.cart).toHaveText('3');
    });

    await test.step('look into the cart', async () => {
      await shop.openCart();
      await expect(page.getByTestId('total')).toHaveText('29.40 €');
    });

    await test.step('go to the checkout', () => shop.goToCheckout());
  });
});
