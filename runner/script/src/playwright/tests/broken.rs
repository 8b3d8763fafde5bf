//! Broken scripts: each is told clearly at its own line. The messages stand here in full.

use crate::settings::PlaySettings;
use crate::testing::{load, play_files};

/// Returns how a file that cannot be loaded is told.
fn refused(files: &[(&str, &str)]) -> String {
    load(files).map(drop).unwrap_err().to_string()
}

#[test]
fn files_that_import_each_other_are_named() {
    let files = [
        (
            "a.spec.ts",
            "import { test } from '@playwright/test';\nimport { shop } from './pages/shop';\ntest('x', () => { void shop; });\n",
        ),
        ("pages/shop.ts", "import { basket } from './basket';\nexport const shop = { basket };\n"),
        ("pages/basket.ts", "import { prices } from './prices';\nexport const basket = [prices];\n"),
        ("pages/prices.ts", "import { shop } from './shop';\nexport const prices = Object.keys(shop);\n"),
    ];
    insta::assert_snapshot!(refused(&files), @"
    ReferenceError: `shop` is used before its file has run: files import each other in a circle (pages/prices.ts -> pages/shop.ts -> pages/basket.ts -> pages/prices.ts)
        at pages/prices.ts:2:35
      1 | import { shop } from './shop';
    > 2 | export const prices = Object.keys(shop);
        |                                   ^
    ");
    insta::assert_snapshot!(refused(&[("a.spec.ts", "const one = two;\nconst two = 2;\n")]), @"
    ReferenceError: `two` is used before its declaration has run
        at a.spec.ts:1:13
    > 1 | const one = two;
        |             ^
      2 | const two = 2;
    ");
}

/// Bodies of tests and what is said of each, with its place.
#[test]
fn what_goes_wrong_in_a_test_has_a_line() {
    let bodies = [
        "await new Promise(() => {});",
        "const wait = new Promise(() => {}); await wait;",
        "await forgotten();",
        "await Promise.all([new Promise((resolve) => setTimeout(resolve, 5)), new Promise(() => {})]);",
        "for await (const one of [1]) { await new Promise<void>((resolve) => { if (one > 1) resolve(); }); }",
        "const o: any = {}; o.nothing.more();",
        "const o: any = { a: 1 }; o.a();",
        "(page as any).nothing();",
        "(missing as any)();",
        "throw 'text';",
        "throw { code: 5 };",
        "throw undefined;",
        "throw new Error('outer', { cause: new TypeError('inner') });",
        "await Promise.any([Promise.reject(new Error('one')), Promise.reject(new Error('two'))]);",
        "Promise.reject(new Error('lost')); await new Promise((resolve) => setTimeout(resolve, 5));",
        "setTimeout(() => { throw new Error('in a timer'); }, 1); await new Promise((resolve) => setTimeout(resolve, 20));",
        "JSON.parse('{ a');",
        "new URL('nope');",
        "await fetch('ftp://x');",
        "process.exit(1);",
        "(await import('node:fs')).writeFileSync('a', 'b');",
        "(await import('node:crypto')).createHash('foo');",
        "require('./nothing');",
        "await import('./nothing');",
        "(await import('canary')).secret('NOPE');",
        "(await import('canary')).mfa.token('NOPE');",
        "test('inner', () => {});",
        "test.use({});",
        "test.info().attach('x', {}); await null;",
        "await test.step(5 as any, () => {});",
        "await test.step('no body', undefined as any);",
        "test.setTimeout('long' as any);",
        "expect(1).toBeGreaterThan('2' as any);",
        "(expect(1) as any).toBeOdd();",
        "expect.poll(5 as any);",
        "await expect(5).toPass();",
    ];
    let tests: Vec<String> = bodies
        .iter()
        .enumerate()
        .map(|(index, body)| format!("test('{index}', async ({{ plain: page }}) => {{ {body} }});\n"))
        .collect();
    let script = format!(
        "import {{ test as base, expect }} from '@playwright/test';
const test = base.extend<{{ plain: object }}>({{ plain: {{}} }});
test.setTimeout(150);
async function forgotten() {{
  await null;
  await new Promise(() => {{}});
}}
{}",
        tests.concat()
    );
    let record = play_files(&[("a.spec.ts", &script)], &PlaySettings::default());
    let said = record.text();
    let mut told = String::new();
    for (index, body) in bodies.iter().enumerate() {
        let start = said.find(&format!("{index}: ")).unwrap();
        let end = said.find(&format!("\n{}: ", index + 1)).unwrap_or(said.len());
        told.push_str(&format!(
            "{body}\n    {}\n",
            said.get(start..end).unwrap().trim_start_matches(&format!("{index}: "))
        ));
    }
    insta::assert_snapshot!(told);
}

/// A test that expects nothing is told, and is no failure.
#[test]
fn a_test_without_expectations_is_a_note() {
    let script = "import { test } from '@playwright/test';\ntest('looks', () => { Math.max(1, 2); });\n";
    let record = play_files(&[("a.spec.ts", script)], &PlaySettings::default());
    assert_eq!(
        (record.text().as_str(), record.warnings.as_slice()),
        ("looks: passed", ["the test expects nothing".to_owned()].as_slice())
    );
}

/// The interpreter cuts its own messages; ours come whole.
#[test]
fn long_messages_are_not_cut() {
    let name = "n".repeat(400);
    let script = format!(
        "import {{ test, expect }} from '@playwright/test';
import {{ save }} from 'canary';
test('long', async () => {{
  await expect(import('./{name}')).rejects.toThrow(/`{name}` in the checkout$/);
  expect(() => require('./{name}')).toThrow(/`{name}` in the checkout$/);
  throw new Error('{name} at the end');
}});
"
    );
    let record = play_files(&[("a.spec.ts", &script)], &PlaySettings::default());
    let expected = format!("long: failed (Script) Error: {name} at the end at a.spec.ts:6:13");
    assert_eq!(record.lines, [expected]);
}

/// Both kinds of files keep their lines and columns where they wait.
#[test]
fn places_after_a_wait_are_as_written() {
    let settings = PlaySettings::default();
    let script = "import { test } from '@playwright/test';
test('x', async () => { await null; await Promise.all([null, (await null)]); throw new Error('here'); });
";
    let record = play_files(&[("a.spec.ts", script)], &settings);
    let column = script.lines().nth(1).unwrap().find("Error").unwrap() + 1;
    assert_eq!(record.lines, [format!("x: failed (Script) Error: here at a.spec.ts:2:{column}")]);
    let plain =
        "export async function fails() { await null; await (await null, null); throw new Error('here'); }\n";
    let script = "import { test } from '@playwright/test';\nimport { fails } from './plain.js';\ntest('x', () => fails());\n";
    let record = play_files(&[("a.spec.ts", script), ("plain.js", plain)], &settings);
    let column = plain.find("Error").unwrap() + 1;
    assert_eq!(record.lines, [format!("x: failed (Script) Error: here at plain.js:1:{column}")]);
}

/// A function that goes into a page, or that a script looks at, is whole without what we put into it.
#[test]
fn functions_keep_working_where_nobody_listens() {
    let script = "import { test, expect } from '@playwright/test';
test('x', async () => {
  const text = (async (a: Promise<number>) => (await a) + 1).toString();
  const elsewhere = (0, eval)(`(globalThis) => ${text}`)({});
  expect(await elsewhere(Promise.resolve(1))).toBe(2);
});
";
    let record = play_files(&[("a.spec.ts", script)], &PlaySettings::default());
    assert_eq!(record.lines, ["x: passed"]);
}
