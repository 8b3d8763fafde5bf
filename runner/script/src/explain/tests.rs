//! What is told of scripts, a line a fact.

use std::collections::BTreeMap;

use super::{Explanation, RemarkKind, explain};
use crate::settings::PlaySettings;
use crate::testing::{Folder, block_on};

fn explained(files: &[(&str, &str)], path: &str) -> Explanation {
    let folder = Folder::new(files);
    let settings = PlaySettings {
        parameters: BTreeMap::from([("USER_NAME".to_owned(), "ada".to_owned())]),
        secrets: BTreeMap::from([("MFA".to_owned(), "JBSWY3DPEHPK3PXP".to_owned())]),
        ..PlaySettings::default()
    };
    block_on(explain(folder.path(), path, &settings)).unwrap()
}

fn lines(explanation: &Explanation) -> Vec<String> {
    let Explanation { tests, steps, needs, remarks, error, .. } = explanation;
    let tests =
        tests.iter().map(|test| format!("test {} at {}:{}", test.title.join(" > "), test.file, test.line));
    let steps = steps.iter().map(|step| format!("step {} at {}", step.name, step.place));
    let needs = needs.iter().map(|need| {
        let optional = if need.optional { " optional" } else { "" };
        let given = if need.given { " given" } else { "" };
        format!("{:?} {}{optional}{given} at {}", need.source, need.name, need.place)
    });
    let remarks =
        remarks.iter().map(|one| format!("{:?} {}: {} at {}", one.kind, one.what, one.why, one.place));
    let error = error.iter().map(|error| format!("error {error}"));
    tests.chain(steps).chain(needs).chain(remarks).chain(error).collect()
}

/// Returns what is remarked on a script after its import of `test` and `expect`.
fn remarks(rest: &str) -> Vec<String> {
    let script = format!("import {{ test, expect }} from '@playwright/test';\n{rest}");
    let told = explained(&[("a.spec.ts", &script)], "a.spec.ts");
    told.remarks.iter().map(|one| format!("{:?} {}: {}", one.kind, one.what, one.why)).collect()
}

#[test]
fn all_of_a_script_is_told_at_once() {
    let script = "import { test } from './fixtures';
import { expect } from '@playwright/test';
import axios from 'axios';
import { readFileSync, watch } from 'node:fs';
import { missing } from './fixtures';
test('buy', { tag: '@shop' }, async ({ page, shop }) => {
  await test.step('open the shop', async () => {
    await page.goto(process.env.SHOP_PATH ?? '/');
    await page.pause();
  });
  await test.step(`log in as ${process.env.USER_NAME}`, async () => {
    await page.getByLabel('Name').fil(process.env['USER_NAME']!);
  });
  await shop.basket.highlight();
  await expect(page).toHaveScreenshot();
  await expect(page).toHaveTitel('Shop');
  axios.get(readFileSync('a') + watch + missing);
});
";
    let fixtures = "import { test as base, type Page } from '@playwright/test';
import { mfa, params, secret } from 'canary';
class Shop {
  readonly basket = this.page.locator('#basket');
  constructor(private readonly page: Page) {}
  async enter() {
    await this.page.routeFromHAR('a.har', { update: true });
    await this.page.keyboard.pres('Enter');
    await this.page.fill('#code', mfa.token('MFA') + secret('KEY') + params.region);
  }
}
export const test = base.extend<{ shop: Shop }>({
  shop: async ({ page }, use) => { await page.setViewport({}); await use(new Shop(page)); },
});
";
    let config = "import { defineConfig } from '@playwright/test';
export default defineConfig({
  workers: 4,
  webServer: { command: 'npm start' },
  timout: 5,
  expect: { timeout: 5000, toHaveScreenshot: {} },
  use: { baseURL: process.env.BASE, video: 'on', storageSate: 'x' },
  projects: [{ name: 'chromium', dependencies: ['setup'], use: { headless: true } }],
});
";
    let told = explained(
        &[("a.spec.ts", script), ("fixtures.ts", fixtures), ("playwright.config.ts", config)],
        "a.spec.ts",
    );
    assert_eq!(told.files, ["a.spec.ts", "fixtures.ts", "playwright.config.ts"]);
    insta::assert_snapshot!(lines(&told).join("\n"), @"
    step open the shop at a.spec.ts:7:9
    step log in as ${process.env.USER_NAME} at a.spec.ts:11:9
    Environment SHOP_PATH optional at a.spec.ts:8:33
    Environment USER_NAME given at a.spec.ts:11:44
    Code MFA given at fixtures.ts:9:45
    Secret KEY at fixtures.ts:9:61
    Parameter region at fixtures.ts:9:77
    Environment BASE at playwright.config.ts:7:31
    Unsupported import of `axios`: packages of npm are not installed for monitors; use `fetch` or the `request` fixture at a.spec.ts:3:19
    Unknown `missing` of `fixtures.ts`: it is not exported at a.spec.ts:5:10
    Unsupported Page.pause: a monitor runs without anybody watching at a.spec.ts:9:16
    Unknown Locator.fil: there is none; is `fill` meant? at a.spec.ts:12:35
    Unsupported expect().toHaveScreenshot: it compares with files of an earlier run, which a monitor does not have at a.spec.ts:15:22
    Unknown expect().toHaveTitel: there is none; is `toHaveTitle` meant? at a.spec.ts:16:22
    Unknown Keyboard.pres: there is none; is `press` meant? at fixtures.ts:8:30
    Unknown Page.setViewport: there is none; is `setViewportSize` meant? at fixtures.ts:13:47
    Ignored workers: tests of a monitor run one after the other at playwright.config.ts:3:3
    Unsupported webServer: a monitor watches a site that is there already; name it with `--base-url` at playwright.config.ts:4:3
    Unknown timout: there is none; is `timeout` meant? at playwright.config.ts:5:3
    Ignored expect.toHaveScreenshot: there are no snapshots at playwright.config.ts:6:28
    Ignored use.video: the browser is the operator's at playwright.config.ts:7:37
    Unknown use.storageSate: there is none; is `storageState` meant? at playwright.config.ts:7:50
    Unsupported projects.dependencies: each script is a run of its own; do it in a `beforeAll` hook or a fixture at playwright.config.ts:8:34
    Ignored use.headless: the browser is the operator's at playwright.config.ts:8:66
    error Error: cannot import `axios`: packages of npm are not installed for monitors; use `fetch` or the `request` fixture
        at a.spec.ts:3:19
      1 | import { test } from './fixtures';
      2 | import { expect } from '@playwright/test';
    > 3 | import axios from 'axios';
        |                   ^
      4 | import { readFileSync, watch } from 'node:fs';
      5 | import { missing } from './fixtures';
    ");
}

/// What is used and is there leaves nothing to say.
#[test]
fn nothing_is_said_of_what_is_supported() {
    for script in [
        "test('a', async ({ page, context, browser, request }) => {
           await page.goto('/'); await context.cookies(); browser.version(); await request.get('/');
           const row = page.getByRole('row').filter({ hasText: 'x' }).first();
           await expect(row).not.toBeVisible(); await expect.soft(row).toHaveText('x');
           await expect.poll(() => row.count(), { timeout: 10 }).toBeGreaterThan(0);
           for (const one of await page.locator('li').all()) await one.click();
           const [first] = await page.locator('li').all(); await first.click();
           await expect(async () => {}).toPass();
           await expect(Promise.resolve(1)).resolves.toEqual(expect.any(Number));
         });",
        "expect.extend({ toBeEven(n: number) { return { pass: n % 2 === 0, message: () => '' }; } });
         test('a', () => { (expect(2) as any).toBeEven(); expect({ a: 2 }).toEqual({ a: (expect as any).toBeEven() }); });",
        "test.describe.serial('x', () => { test.skip(({ browserName }) => browserName !== 'chromium', 'x');
           test.beforeAll(async ({ browser }) => { await browser.newPage(); }); test.fail.only('a', () => {}); });",
        "const page = { pause() {} }; test('shadowed', () => { page.pause(); });",
        "test('page code', async ({ page }) => { await page.evaluate(() => document.title + window.name); });",
        "test.use({ locale: 'de-DE', viewport: null }); test('a', () => {});",
        "const more = test.extend<{ user: string }>({ user: ['x', { option: true }] });
         more.use({ user: 'y' }); more('a', ({ user }) => { expect(user.trim()).toBe('y'); });",
        "import type { Locator } from '@playwright/test'; import type { X } from 'some-types';
         test('a', ({ page }) => { const l: Locator = page.locator('a'); const x: X | null = null; l.first(); void x; });",
    ] {
        assert_eq!(remarks(script), Vec::<String>::new(), "{script}");
    }
}

#[test]
fn what_is_not_there_is_found_wherever_it_is_used() {
    for (script, expected) in [
        (
            "test('a', async ({ page }) => { await page.pause(); });",
            "Unsupported Page.pause: a monitor runs without anybody watching",
        ),
        (
            "test('a', async ({ page }) => { const p = page; await p?.clik('a'); });",
            "Unknown Page.clik: there is none; is `click` meant?",
        ),
        (
            "test('a', async ({ context }) => { const p = await context.newPage(); await p.foo(); });",
            "Unknown Page.foo: there is none",
        ),
        (
            "test('a', async ({ page }) => { const { keyboard } = page; await keyboard.tipe('x'); });",
            "Unknown Keyboard.tipe: there is none; is `type` meant?",
        ),
        (
            "test('a', async ({ page: p }) => { await p.pause(); });",
            "Unsupported Page.pause: a monitor runs without anybody watching",
        ),
        (
            "test.beforeEach(async ({ page }) => { await page.pause(); }); test('a', () => {});",
            "Unsupported Page.pause: a monitor runs without anybody watching",
        ),
        (
            "import type { Page } from '@playwright/test'; const go = (page: Page) => page.pause(); test('a', () => { void go; });",
            "Unsupported Page.pause: a monitor runs without anybody watching",
        ),
        ("test.onlyy('a', () => {});", "Unknown test.onlyy: there is none; is `only` meant?"),
        (
            "test.describe.serail('a', () => { test('a', () => {}); });",
            "Unknown test.describe.serail: there is none; is `serial` meant?",
        ),
        (
            "test('a', () => { expect.softly(1).toBe(1); });",
            "Unknown expect.softly: there is none; is `soft` meant?",
        ),
        (
            "test('a', () => { expect('x').toMatchSnapshot(); });",
            "Unsupported expect().toMatchSnapshot: it compares with files of an earlier run, which a monitor does not have",
        ),
        (
            "test('a', async ({ page }) => { await expect(page.locator('a')).not.toBeVisibel(); });",
            "Unknown expect().toBeVisibel: there is none; is `toBeVisible` meant?",
        ),
        (
            "import x from 'left-pad'; test('a', () => { x(); });",
            "Unsupported import of `left-pad`: packages of npm are not installed for monitors; import files of the checkout, or bundle the package into one file there",
        ),
        (
            "const x = require('node:net'); test('a', () => { x.y(); });",
            "Unsupported import of `node:net`: a monitor opens no sockets; there are `fetch` and the `request` fixture",
        ),
        (
            "test('a', async () => { await import('got'); });",
            "Unsupported import of `got`: packages of npm are not installed for monitors; use `fetch` or the `request` fixture",
        ),
        (
            "import * as path from 'path'; test('a', () => { path.joins('a'); });",
            "Unknown `joins` of `node:path`: it is not exported",
        ),
        (
            "test.use({ video: 'on' }); test('a', () => {});",
            "Ignored use.video: the browser is the operator's",
        ),
        (
            "test.use({ lokale: 'de' } as any); test('a', () => {});",
            "Unknown use.lokale: there is none; is `locale` meant?",
        ),
        (
            "test('a', async ({ page }) => { await page.screenshot({ path: 'a.png' }); });",
            "Differs Page.screenshot: `path` keeps the picture as an attachment of the run",
        ),
    ] {
        assert_eq!(remarks(script), [expected], "{script}");
    }
}

#[test]
fn a_script_that_does_not_load_is_told_with_the_rest() {
    let script = "import { test } from '@playwright/test';
if (!process.env.TOKEN) throw new Error('TOKEN is missing');
test('a', async ({ page }) => { await page.pause(); });
";
    let told = explained(&[("a.spec.ts", script)], "a.spec.ts");
    insta::assert_snapshot!(lines(&told).join("\n"), @"
    Environment TOKEN at a.spec.ts:2:18
    Unsupported Page.pause: a monitor runs without anybody watching at a.spec.ts:3:44
    error Error: TOKEN is missing
        at a.spec.ts:2:35
      1 | import { test } from '@playwright/test';
    > 2 | if (!process.env.TOKEN) throw new Error('TOKEN is missing');
        |                                   ^
      3 | test('a', async ({ page }) => { await page.pause(); });
    ");
    let broken = explained(&[("a.spec.ts", "import './b';\n"), ("b.ts", "const = 1;\n")], "a.spec.ts");
    insta::assert_snapshot!(lines(&broken).join("\n"), @"
    Unknown syntax: Unexpected token at b.ts:1:7
    error SyntaxError: Unexpected token
        at b.ts:1:7
    > 1 | const = 1;
        |       ^
    ");
}

#[test]
fn a_recording_is_explained() {
    let recording = r##"{ "title": "buy", "steps": [
  { "type": "navigate", "url": "https://shop/{{path}}" },
  { "type": "change", "selectors": ["#name"], "value": "{{USER_NAME}}" },
  { "type": "customStep", "name": "setVariable", "parameters": { "name": "order", "selectors": ["#order"] } },
  { "type": "customStep", "name": "assertText", "parameters": { "selectors": ["#last"], "text": "{{order}}" } },
  { "type": "customStep", "name": "totp", "parameters": { "selectors": ["#code"], "secret": "MFA" } },
  { "type": "customStep", "name": "mine" }
] }"##;
    let told = explained(&[("buy.json", recording)], "buy.json");
    insta::assert_snapshot!(lines(&told).join("\n"), @"
    test buy at buy.json:1
    step navigate https://shop/{{path}} at buy.json:2:1
    step change #name at buy.json:3:1
    step set variable order at buy.json:4:1
    step assert text of #last at buy.json:5:1
    step type code of MFA into #code at buy.json:6:1
    step custom step mine at buy.json:7:1
    Parameter path at buy.json:2:1
    Parameter USER_NAME given at buy.json:3:1
    Code MFA given at buy.json:6:1
    Ignored custom step `mine`: it does nothing; there are assertText, setVariable, upload, download, secret, totp at buy.json:7:1
    ");
    assert!(told.remarks.iter().all(|remark| remark.kind == RemarkKind::Ignored));
}
