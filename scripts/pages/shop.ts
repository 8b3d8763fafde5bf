import { expect, type Locator, type Page } from '@playwright/test';

/** The shop as a visitor uses it. Where it is comes from `--base-url`. */
export class Shop {
  readonly cart: Locator;
  readonly heading: Locator;

  constructor(private readonly page: Page) {
    this.cart = page.getByTestId('cart-count');
    this.heading = page.getByRole('heading', { level: 1 });
  }

  async open(): Promise<void> {
    await this.page.goto('/');
    await expect(this.page).toHaveTitle(/The Perch/);
  }

  async signIn(user: string, password: string): Promise<void> {
    await this.page.getByRole('link', { name: 'Sign in' }).click();
    await this.page.getByLabel('User name').fill(user);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await expect(this.heading).toHaveText(/^Welcome, /);
  }

  async search(words: string): Promise<void> {
    await this.page.getByPlaceholder('What does your garden need?').fill(words);
    await this.page.getByRole('button', { name: 'Search' }).click();
  }

  async addToCart(product: string, quantity: number): Promise<void> {
    await this.page.getByRole('listitem').filter({ hasText: product }).getByRole('link').click();
    await expect(this.heading).toHaveText(product);
    await this.page.getByLabel('Quantity').fill(String(quantity));
    await this.page.getByRole('button', { name: 'Add to cart' }).click();
    await expect(this.page.getByText('Added to your cart.')).toBeVisible();
  }

  async openCart(): Promise<void> {
    await this.cart.click();
    await expect(this.heading).toHaveText('Your cart');
  }

  async goToCheckout(): Promise<void> {
    await this.page.getByRole('link', { name: 'Go to checkout' }).click();
    await expect(this.heading).toHaveText('Checkout');
  }
}
