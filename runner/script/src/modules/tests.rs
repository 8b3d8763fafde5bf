//! Imports as scripts write them, and what is said about wrong ones.

use crate::settings::PlaySettings;
use crate::testing::{load, play_files};

/// Plays files; the script must pass.
#[track_caller]
fn check(files: &[(&str, &str)]) {
    let record = play_files(files, &PlaySettings::default());
    assert!(record.outcome.failed == 0 && record.outcome.passed > 0, "{}", record.text());
}

/// Loads files; the error must be this.
#[track_caller]
fn error(files: &[(&str, &str)]) -> String {
    match load(files) {
        Ok(_) => "it loads".to_owned(),
        Err(error) => error.to_string(),
    }
}

const HEAD: &str = "import { test, expect } from '@playwright/test';\n";

fn script(rest: &str) -> String {
    format!("{HEAD}{rest}")
}

#[test]
fn files_are_found_as_people_name_them() {
    let text = script(
        "import { a } from './pages/a';
import { b } from './pages/b.js';
import c from './pages';
import data, { count } from './data.json';
import * as all from '~/a';
const late = await import('./late');
import type { Nothing } from './types';
test('all', () => {
  expect([a, b, c, count, data.list, all.a, late.value]).toEqual(['a', 'b', 'index', 2, [1, 2], 'a', 42]);
  expect(import.meta.url).toBe('file:///a.spec.ts');
});
",
    );
    check(&[
        ("a.spec.ts", &text),
        ("pages/a.ts", "export const a: string = 'a';"),
        ("pages/b.ts", "export enum B { x = 'b' } export const b = B.x;"),
        ("pages/index.ts", "export default 'index';"),
        ("data.json", r#"{ "list": [1, 2], "count": 2, "not-a-name": 1 }"#),
        ("late.mts", "await new Promise((r) => setTimeout(r, 5)); export const value = 42;"),
        ("tsconfig.json", r#"{ "compilerOptions": { "paths": { "~/*": ["./pages/*"] } } }"#),
    ]);
}

#[test]
fn both_kinds_of_modules_meet() {
    let text = script(
        "import tool, { twice } from './tool.cjs';
import bundle from './bundle';
const { half } = require('./half');
const path = require('node:path');
test('all', () => {
  expect([twice(2), tool.twice(3), half(8), bundle.name, require('./data.json').x]).toEqual([4, 6, 4, 'bundle', 1]);
  expect(path.join(__dirname, 'x', '..', 'y')).toBe('/y');
  expect(() => require('axios')).toThrow('use `fetch`');
});
",
    );
    check(&[
        ("a.spec.ts", &text),
        ("tool.cjs", "exports.twice = (x) => x * 2; with_sloppy = 1; module.exports.sloppy = with_sloppy;"),
        ("half.js", "const { half } = require('./deep/half'); module.exports = { half };"),
        ("deep/half.ts", "export const half = (x: number) => x / 2;"),
        ("data.json", r#"{ "x": 1 }"#),
        (
            "bundle.js",
            "(function (root, factory) { if (typeof module === 'object' && module.exports) module.exports = factory();
              else root.bundle = factory(); })(this, function () { return { name: 'bundle' }; });",
        ),
    ]);
}

#[test]
fn modules_may_import_each_other() {
    let text =
        script("import { even } from './even';\ntest('circle', () => { expect(even(10)).toBe(true); });");
    check(&[
        ("a.spec.ts", &text),
        (
            "even.ts",
            "import { odd } from './odd';\nexport const even = (n: number): boolean => n === 0 || odd(n - 1);",
        ),
        (
            "odd.ts",
            "import { even } from './even';\nexport const odd = (n: number): boolean => n !== 0 && even(n - 1);",
        ),
    ]);
}

#[test]
fn files_are_read_and_nothing_else() {
    let text = script(
        "import fs from 'node:fs';
import { readFile } from 'fs/promises';
test('read', async () => {
  expect(fs.readFileSync('data/a.txt', 'utf8')).toBe('grüß');
  expect(await readFile('/data/a.txt')).toHaveLength(6);
  expect(fs.existsSync('data/b.txt')).toBe(false);
  expect(fs.readdirSync('data')).toEqual(['a.txt', 'escape']);
  expect(() => fs.readFileSync('../../etc/passwd')).toThrow('EACCES');
  expect(fs.existsSync('/etc/passwd')).toBe(false);
  expect(() => fs.readFileSync('data/escape')).toThrow('outside of the checkout');
  expect(() => fs.writeFileSync('x', 'y')).toThrow('read-only');
});
",
    );
    let folder = crate::testing::Folder::new(&[("a.spec.ts", &text), ("data/a.txt", "grüß")]);
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("data/escape")).unwrap();
    let record = crate::testing::play_folder(&folder, &PlaySettings::default());
    assert_eq!(record.lines, ["read: passed"]);
}

#[test]
fn wrong_imports_are_told_at_their_place() {
    insta::assert_snapshot!(error(&[("a.spec.ts", "import fs from 'node:fs';\nimport axios from 'axios';\naxios();\nfs.existsSync('');")]), @"
    Error: cannot import `axios`: packages of npm are not installed for monitors; use `fetch` or the `request` fixture
        at a.spec.ts:2:19
      1 | import fs from 'node:fs';
    > 2 | import axios from 'axios';
        |                   ^
      3 | axios();
      4 | fs.existsSync('');
    ");
    insta::assert_snapshot!(error(&[("a.spec.ts", "export * from './helpers';"), ("helper.ts", "")]), @"
    Error: cannot import `./helpers`: there is no file `helpers` in the checkout
        at a.spec.ts:1:15
    > 1 | export * from './helpers';
        |               ^
    ");
    insta::assert_snapshot!(error(&[("a.spec.ts", "import { helper } from './helper';\nhelper();"), ("helper.ts", "export const helpers = 1;")]), @"
    SyntaxError: `helper.ts` does not export `helper`; it exports helpers
        at a.spec.ts:1:10
    > 1 | import { helper } from './helper';
        |          ^
      2 | helper();
    ");
    insta::assert_snapshot!(error(&[("a.spec.ts", "import '../../outside';")]), @"
    Error: cannot import `../../outside`: it is outside of the checkout
        at a.spec.ts:1:8
    > 1 | import '../../outside';
        |        ^
    ");
    insta::assert_snapshot!(error(&[("a.spec.ts", "import 'canary:native';")]), @"
    Error: cannot import `canary:native`: packages of npm are not installed for monitors; import files of the checkout, or bundle the package into one file there
        at a.spec.ts:1:8
    > 1 | import 'canary:native';
        |        ^
    ");
    insta::assert_snapshot!(error(&[("a.spec.ts", "import './data.json';"), ("data.json", "{\n  \"a\": }")]), @r#"
    SyntaxError: expected value at line 2 column 8
        at data.json:2:8
      1 | {
    > 2 |   "a": }
        |        ^
    "#);
}

#[test]
fn wrong_scripts_are_told_at_their_place() {
    insta::assert_snapshot!(error(&[("a.spec.ts", "import { test } from '@playwright/test';\ntest('x', async () => {\n  const a: number = ;\n});")]), @"
    SyntaxError: Unexpected token
        at a.spec.ts:3:21
      1 | import { test } from '@playwright/test';
      2 | test('x', async () => {
    > 3 |   const a: number = ;
        |                     ^
      4 | });
    ");
    insta::assert_snapshot!(error(&[("a.spec.ts", "import './helper';"), ("helper.ts", "interface A { b: string }\n\nconst a = {} as A;\nthrow new TypeError(`no ${a.b}`);")]), @"
    TypeError: no undefined
        at helper.ts:4:27
      2 |
      3 | const a = {} as A;
    > 4 | throw new TypeError(`no ${a.b}`);
        |                           ^
    ");
    insta::assert_snapshot!(error(&[("a.spec.ts", "await fetch('http://127.0.0.1:1/');")]), @"
    Error: there is no browser and no network while a script is loaded; do this in a test or a hook
        at a.spec.ts:1:7
    > 1 | await fetch('http://127.0.0.1:1/');
        |       ^
    ");
    insta::assert_snapshot!(error(&[("a.spec.ts", "const a = 1;")]), @"`a.spec.ts` declares no test");
    insta::assert_snapshot!(error(&[("a.spec.ts", "import { test } from '@playwright/test';\ntest('x', async ({ pge }) => {});")]), @r#"
    Error: test "x" wants "pge", which is no fixture (there are page, context, browser, request and the options of contexts)
        at a.spec.ts:2:1
      1 | import { test } from '@playwright/test';
    > 2 | test('x', async ({ pge }) => {});
        | ^
    "#);
    insta::assert_snapshot!(error(&[("a.spec.ts", "import { test } from '@playwright/test';\ntest('x', async (fixtures) => {});")]), @r#"
    Error: the first parameter must be taken apart, like "({ page })", and is "fixtures"
        at a.spec.ts:2:1
      1 | import { test } from '@playwright/test';
    > 2 | test('x', async (fixtures) => {});
        | ^
    "#);
    insta::assert_snapshot!(error(&[("a.spec.ts", "import { test } from '@playwright/test';\ntest.unknown('x');")]), @"
    TypeError: `test.unknown` is not a function
        at a.spec.ts:2:6
      1 | import { test } from '@playwright/test';
    > 2 | test.unknown('x');
        |      ^
    ");
}
