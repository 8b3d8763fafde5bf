// The page of `forty.spec.ts` without actions and assertions: what `cargo xtask bench script` takes away.

import { test } from '@playwright/test';

test('no action, no assertion', async ({ page }) => {
  await page.goto('/product/oak-nest-box');
  await page.waitForLoadState();
});
