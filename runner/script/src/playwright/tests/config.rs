//! `playwright.config`: which of its words hold for a script.

use std::time::Duration;

use crate::settings::PlaySettings;
use crate::testing::play_files;

/// Plays a script that says what it was given, under a configuration.
fn told(config: &str, settings: &PlaySettings) -> String {
    let script = "import { test, expect } from '@playwright/test';
const it = test.extend<{ user: string }>({ user: ['nobody', { option: true }] });
it('given', async ({ baseURL, locale, viewport, user }, info) => {
  console.log(JSON.stringify({ baseURL, locale, viewport, user, timeout: info.timeout, project: info.project.name, metadata: info.project.metadata, testDir: info.project.testDir }));
  const began = performance.now();
  const failed = await expect.poll(() => 1, { intervals: [1] }).toBe(2).catch((error) => /after (\\d+) ms/.exec(error.message)?.[1]);
  const passed = await expect(() => { throw new Error('x'); }).toPass().catch((error) => /within (\\d+) ms/.exec(error.message)?.[1]);
  console.log('expect', failed, 'toPass', passed, 'retry', info.retry);
  expect(info.retry).toBe(9);
});
";
    let files = [("tests/shop/a.spec.ts", script), ("tests/playwright.config.ts", config)];
    let folder = crate::testing::Folder::new(&files);
    let record = crate::testing::play_script(&folder, "tests/shop/a.spec.ts", settings);
    let lines = record.lines.iter().filter(|line| !line.contains("failed"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_first_project_that_means_the_script_is_taken() {
    let config = "import { defineConfig, devices } from '@playwright/test';
export default defineConfig({
  testDir: '.',
  timeout: 7_000,
  expect: { timeout: 20, toPass: { timeout: 30, intervals: [1] } },
  use: { baseURL: 'http://top', locale: 'de-DE' },
  retries: 1,
  webServer: { command: 'never' },
  projects: [
    { name: 'setup', testMatch: /.*\\.setup\\.ts/ },
    { name: 'elsewhere', testDir: './other' },
    { name: 'ignored', testIgnore: '**/shop/**' },
    { name: 'shop', testMatch: '**/*.spec.ts', testDir: './shop', dependencies: ['setup'], metadata: { owner: 'ada' },
      use: { ...devices['iPhone 13'], baseURL: 'http://project', user: 'ada' } as any, timeout: 8_000 },
    { name: 'last' },
  ],
});
";
    insta::assert_snapshot!(told(config, &PlaySettings::default()), @r#"
    log: {"baseURL":"http://project","locale":"de-DE","viewport":{"width":390,"height":664},"user":"ada","timeout":8000,"project":"shop","metadata":{"owner":"ada"},"testDir":"tests/shop"}
    log: expect 20 toPass 30 retry 0
    log: {"baseURL":"http://project","locale":"de-DE","viewport":{"width":390,"height":664},"user":"ada","timeout":8000,"project":"shop","metadata":{"owner":"ada"},"testDir":"tests/shop"}
    log: expect 20 toPass 30 retry 1
    "#);
}

#[test]
fn the_operator_has_the_last_word() {
    let config = "module.exports = { timeout: 1, retries: 5, expect: { timeout: 1, toPass: { timeout: 10 } }, use: { baseURL: 'http://top' } };\n";
    let settings = PlaySettings {
        test_timeout: Some(Duration::from_secs(9)),
        expect_timeout: Some(Duration::from_millis(15)),
        retries: Some(0),
        base_url: Some("http://operator".to_owned()),
        ..PlaySettings::default()
    };
    insta::assert_snapshot!(told(config, &settings), @r#"
    log: {"baseURL":"http://operator","locale":"en-US","viewport":{"width":1280,"height":720},"user":"nobody","timeout":9000,"project":"","metadata":{},"testDir":"tests"}
    log: expect 15 toPass 10 retry 0
    "#);
}

#[test]
fn a_configuration_that_throws_is_told_at_its_line() {
    let config = "export default { use: { baseURL: (undefined as any).url } };\n";
    let files = [
        ("a.spec.ts", "import { test } from '@playwright/test'; test('a', () => {});"),
        ("playwright.config.ts", config),
    ];
    let error = crate::testing::load(&files).map(drop).unwrap_err().to_string();
    insta::assert_snapshot!(error, @"
    TypeError: cannot read property 'url' of undefined
        at playwright.config.ts:1:35
    > 1 | export default { use: { baseURL: (undefined as any).url } };
        |                                   ^
    ");
    let record =
        play_files(&[files[0], ("playwright.config.ts", "export default {};")], &PlaySettings::default());
    assert_eq!(record.lines.last().map(String::as_str), Some("a: passed"));
}
