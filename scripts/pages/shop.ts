import { expect, type Locator, type Page } from '@playwright/test';

export interface Customer {
  name: string;
  email: string;
  delivery: 'standard' | 'express';
}

/** The shop as a person sees it. */
export class Shop {
  readonly cart: Locator;

  constructor(private readonly page: Page) {
    this.cart = page.getByTestId('cart');
  }

  async open(): Promise<void> {
    await this.page.goto('/');
    await expect(this.page).toHaveTitle(/Kitchen Shop/);
  }

  async logIn(username: string, password: string): Promise<void> {
    await this.page.getByRole('link', { name: 'Log in' }).click();
    await this.page.getByLabel('User name').fill(username);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Log in' }).click();
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(`Hello, ${username}`);
  }

  async search(words: string): Promise<void> {
    await this.page.getByPlaceholder('What are you looking for?').fill(words);
    await this.page.getByRole('button', { name: 'Search' }).click();
  }

  async addToCart(product: string): Promise<void> {
    await this.page.getByRole('listitem').filter({ hasText: product }).getByRole('link').click();
    await expect(this.page.getByRole('heading', { name: product })).toBeVisible();
    await this.page.getByRole('button', { name: 'Add to cart' }).click();
  }

  async order(customer: Customer): Promise<void> {
    await this.page.getByRole('link', { name: 'Check out' }).click();
    await this.page.getByLabel('Your name').fill(customer.name);
    await this.page.getByLabel('E-mail').fill(customer.email);
    await this.page.getByLabel('Delivery').selectOption(customer.delivery);
    await this.page.getByLabel('I accept the terms').check();
    await this.page.getByRole('button', { name: 'Place order' }).click();
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(`Thank you, ${customer.name}!`);
  }
}
