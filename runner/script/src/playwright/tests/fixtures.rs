//! Fixtures: scopes, options, overriding, order of teardown, and the shape that large suites have.

use super::lines;
use crate::settings::PlaySettings;
use crate::testing::play_files;

#[test]
fn fixtures_are_overridden_at_every_level() {
    let text = lines(
        "
const it = test.extend<{ a: string; b: string; opt: string; list: string[]; page: any }, { w: string }>({
  opt: ['default', { option: true }],
  list: [['x', 'y'], { option: true }],
  w: [async ({ browserName }, use) => { await use(`w-${browserName}`); }, { scope: 'worker', auto: true }],
  a: async ({ opt, w }, use) => { await use(`a(${opt},${w})`); },
  b: [async ({ a }, use) => { await use(`b(${a})`); }, { timeout: 1000, title: 'my b', box: true }],
  page: async ({ b }, use) => { await use({ fake: b } as any); },
});
it('a built-in one', ({ page }) => { expect(page.fake).toBe('b(a(default,w-chromium))'); });
it('under another name', ({ a: renamed, opt = 'unused' }) => { expect([renamed, opt]).toEqual(['a(default,w-chromium)', 'default']); });
it.describe('use', () => {
  it.use({ opt: 'A', list: ['only'] });
  it('values', ({ a, list }) => { expect(a).toBe('a(A,w-chromium)'); expect(list).toEqual(['only']); });
  it.describe('inner', () => {
    it.use({ opt: async ({ w }, use) => { await use(`fn-${w}`); } });
    it('a function', ({ opt }) => { expect(opt).toBe('fn-w-chromium'); });
    it.describe('reset', () => {
      it.use({ opt: undefined });
      it('undefined', ({ opt }) => { expect(opt).toBe('default'); });
    });
  });
});
const over = it.extend({ a: async ({ a }, use) => { await use(`over ${a}`); } });
over('extended', ({ b }) => { expect(b).toBe('b(over a(default,w-chromium))'); });
const other = test.extend<{ c: string }>({ c: 'plain value' });
other('a value', ({ c }) => { expect(c).toBe('plain value'); });
",
    );
    assert!(text.lines().all(|line| line.ends_with(": passed")), "{text}");
    assert_eq!(text.lines().count(), 7);
}

#[test]
fn teardown_goes_backwards_whatever_happens() {
    let text = lines(
        "
const up = (name: string) => async ({}: {}, use: (value: string) => Promise<void>) => {
  console.log(`${name} up`);
  await use(name);
  console.log(`${name} down`);
};
const it = test.extend<{ one: string; two: string; both: string; watch: void }, { w: string }>({
  w: [async ({}, use) => up('w')({}, use), { scope: 'worker' }],
  one: up('one'),
  two: up('two'),
  both: async ({ two, one }, use) => { console.log('both up'); await use(one + two); console.log('both down'); },
  watch: [async ({}, use, info) => { await use(); console.log('watch saw', info.status); }, { auto: true }],
});
it.afterEach(({ one }) => console.log('after each has', one));
it('passes', ({ both, w }) => { expect(both).toBe('onetwo'); });
it('fails', ({ two }) => { throw new Error('no'); });
const bad = test.extend<{ a: string; b: string }>({
  a: async ({}, use) => { await use('a'); throw new Error('a goes wrong'); },
  b: async ({ a }, use) => { await use('b'); throw new Error('b goes wrong'); },
});
bad('both go wrong', ({ b }) => { expect(b).toBe('b'); });
const never = test.extend<{ a: string }>({ a: async ({}, use) => { throw new Error('no setup'); } });
never.describe('setup fails', () => {
  never.afterEach(() => console.log('after each still runs'));
  never('t', ({ a }) => { console.log('never'); });
});
",
    );
    insta::assert_snapshot!(text, @"
    log: two up
    log: one up
    log: both up
    log: w up
    log: after each has one
    log: both down
    log: one down
    log: two down
    log: watch saw passed
    passes: passed
    log: two up
    log: one up
    log: after each has one
    log: one down
    log: two down
    log: watch saw failed
    log: w down
    fails: failed (Script) Error: no at a.spec.ts:17:38
    log: one up
    log: after each has one
    log: one down
    both go wrong: failed (Script) Error: b goes wrong at a.spec.ts:20:56 + failed (Script) Error: a goes wrong at a.spec.ts:19:53
    log: after each still runs
    log: one up
    log: after each has one
    log: one down
    setup fails > t: failed (Script) Error: no setup at a.spec.ts:23:78
    ");
}

/// Specs that import a test of their own as `it`, merged of several, with options of workers.
#[test]
fn large_suites_have_a_test_of_their_own() {
    let page_test = "import { test as base, mergeTests } from '@playwright/test';
export { expect } from '@playwright/test';
const servers = base.extend<{ server: { PREFIX: string }; asset: (path: string) => string }, { shared: { PREFIX: string }; loopback?: string }>({
  loopback: [undefined, { scope: 'worker', option: true }],
  shared: [async ({ loopback }, run, worker) => {
    console.log('shared up', loopback, worker.workerIndex, worker.parallelIndex, typeof worker.project.name, typeof worker.config);
    await run({ PREFIX: 'http://server' });
  }, { scope: 'worker' }],
  server: async ({ shared }, run) => { await run(shared); },
  asset: async ({}, run) => { await run((path) => `assets/${path}`); },
});
const modes = base.extend<{}, { mode: string; browserMajorVersion: number; browserVersion: string; isElectron: boolean }>({
  mode: ['default', { scope: 'worker', option: true }],
  browserVersion: ['140.0', { scope: 'worker' }],
  browserMajorVersion: [async ({ browserVersion }, use) => { await use(Number(browserVersion.split('.')[0])); }, { scope: 'worker' }],
  isElectron: [false, { scope: 'worker' }],
});
export const test = mergeTests(servers, modes).extend<{ watch: void }>({
  watch: [async ({ mode }, use, info) => { await use(); }, { auto: true, box: true }],
});
";
    let script = "import { test as it, expect } from './pageTest';
it.skip(({ mode }) => mode !== 'default');
it.skip(({ isElectron }) => isElectron, 'not in Electron');
it.use({ locale: 'de-DE' });
it('options of workers', async ({ server, browserName, browserMajorVersion, isElectron }) => {
  expect([server.PREFIX, browserName, browserMajorVersion, isElectron]).toEqual(['http://server', 'chromium', 140, false]);
});
it('inside', { annotation: { type: 'issue', description: 'X-1' } }, async ({ browserName }) => {
  it.skip(browserName === 'firefox', 'no');
  it.fixme(browserName === 'chromium', 'reason');
});
it('expected', async ({ asset }) => {
  it.info().annotations.push({ type: 'issue', description: 'X-2' });
  it.fail(true, 'known');
  expect(asset('x')).toBe('y');
});
it.describe('block', () => {
  it.describe.configure({ mode: 'parallel', timeout: 60_000 });
  it.skip(({ browserName, isElectron }) => browserName === 'chromium' && !isElectron, 'block');
  it('x', () => {});
});
";
    let record = play_files(&[("a.spec.ts", script), ("pageTest.ts", page_test)], &PlaySettings::default());
    insta::assert_snapshot!(record.text(), @"
    log: shared up undefined 0 0 string object
    options of workers: passed
    inside: skipped (reason)
    expected: passed
    block > x: skipped (block)
    ");
}

#[test]
fn broken_declarations_are_told_at_their_line() {
    let error = |rest: &str| {
        let script =
            format!("import {{ test, mergeTests }} from '@playwright/test';\n{rest}\ntest('t', () => {{}});");
        let error = crate::testing::load(&[("a.spec.ts", &script)]).map(drop).unwrap_err().to_string();
        error.lines().take(2).collect::<Vec<_>>().join(" ")
    };
    let rows = [
        "test('x', ({ pagee }: any) => {});",
        "test('x', (page: any) => {});",
        "test('x', ({ ...rest }: any) => {});",
        "test.beforeEach(({ nothing }: any) => {}); test('x', () => {});",
        "const it = test.extend({ a: async ({ b }: any, use: any) => {} }); it('x', ({ a }: any) => {});",
        "const it = test.extend({ a: async ({ b }: any, use: any) => {}, b: async ({ a }: any, use: any) => {} }); it('x', ({ a }: any) => {});",
        "const it = test.extend({ a: [async ({ page }: any, use: any) => {}, { scope: 'worker' }] as any }); it('x', ({ a }: any) => {});",
        "const it = test.extend({ a: [1, { scope: 'worker' }] as any }).extend({ a: [2, { scope: 'test' }] as any }); it('x', ({ a }: any) => {});",
        "const it = test.extend({ a: [1, { scope: 'file' }] as any }); it('x', ({ a }: any) => {});",
        "const one = test.extend<{ a: string; b: string }>({ a: 'a', b: 'b' }); const two = one.extend({ a: async ({ a, b }, use) => { await use(a + b); } }); const it = two.extend({ b: async ({ a, b }, use) => { await use(a + b); } }); it('x', ({ b }) => {});",
        "const it = test.extend<{ a: string }>({ a: async ({ a }, use) => { await use(a); } }); it('x', ({ a }) => {});",
        "test.extend(5 as any);",
        "test.use(5 as any);",
        "mergeTests(5 as any);",
        "test('no body');",
        "test(() => {});",
        "test.describe('no body');",
        "test.beforeAll('no body');",
        "test.describe.configure({ mode: 'sideways' as any });",
        "test('x', { tag: 'smoke' }, () => {});",
        "test.describe('x', () => { throw new Error('in a describe'); });",
        "test.info();",
        "(test as any).later('x', () => {});",
    ];
    let told: Vec<String> = rows.iter().map(|row| format!("{row}\n{}\n", error(row))).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    test('x', ({ pagee }: any) => {});
    Error: test "x" wants "pagee", which is no fixture (there are page, context, browser, request and the options of contexts)     at a.spec.ts:2:1

    test('x', (page: any) => {});
    Error: the first parameter must be taken apart, like "({ page })", and is "page"     at a.spec.ts:2:1

    test('x', ({ ...rest }: any) => {});
    Error: fixtures must be named one by one, "...rest" is not possible     at a.spec.ts:2:1

    test.beforeEach(({ nothing }: any) => {}); test('x', () => {});
    Error: the beforeEach hook wants "nothing", which is no fixture (there are page, context, browser, request and the options of contexts)     at a.spec.ts:2:6

    const it = test.extend({ a: async ({ b }: any, use: any) => {} }); it('x', ({ a }: any) => {});
    Error: fixture "a" needs "b", which nothing declares     at a.spec.ts:2:17

    const it = test.extend({ a: async ({ b }: any, use: any) => {}, b: async ({ a }: any, use: any) => {} }); it('x', ({ a }: any) => {});
    Error: fixtures need each other in a circle: "a" -> "b" -> "a"     at a.spec.ts:2:17

    const it = test.extend({ a: [async ({ page }: any, use: any) => {}, { scope: 'worker' }] as any }); it('x', ({ a }: any) => {});
    Error: fixture "a" lives as long as the worker and cannot need "page", which lives for one test     at a.spec.ts:2:17

    const it = test.extend({ a: [1, { scope: 'worker' }] as any }).extend({ a: [2, { scope: 'test' }] as any }); it('x', ({ a }: any) => {});
    Error: fixture "a" has the scope "worker" already, it cannot become "test"     at a.spec.ts:2:64

    const it = test.extend({ a: [1, { scope: 'file' }] as any }); it('x', ({ a }: any) => {});
    Error: the scope of a fixture is "test" or "worker", and that of "a" is "file"     at a.spec.ts:2:17

    const one = test.extend<{ a: string; b: string }>({ a: 'a', b: 'b' }); const two = one.extend({ a: async ({ a, b }, use) => { await use(a + b); } }); const it = two.extend({ b: async ({ a, b }, use) => { await use(a + b); } }); it('x', ({ b }) => {});
    Error: fixtures need each other in a circle: "b" -> "a" -> "b"     at a.spec.ts:2:166

    const it = test.extend<{ a: string }>({ a: async ({ a }, use) => { await use(a); } }); it('x', ({ a }) => {});
    Error: fixture "a" needs "a", which nothing declares     at a.spec.ts:2:17

    test.extend(5 as any);
    TypeError: test.extend needs an object of fixtures     at a.spec.ts:2:6

    test.use(5 as any);
    TypeError: test.use needs an object of options     at a.spec.ts:2:6

    mergeTests(5 as any);
    TypeError: mergeTests takes test functions     at a.spec.ts:2:1

    test('no body');
    TypeError: test needs a function after its title     at a.spec.ts:2:1

    test(() => {});
    TypeError: test needs a title first     at a.spec.ts:2:1

    test.describe('no body');
    TypeError: test.describe needs a function after its title     at a.spec.ts:2:6

    test.beforeAll('no body');
    TypeError: test.beforeAll needs a function     at a.spec.ts:2:6

    test.describe.configure({ mode: 'sideways' as any });
    TypeError: the mode of a describe is "default", "serial" or "parallel", not "sideways"     at a.spec.ts:2:15

    test('x', { tag: 'smoke' }, () => {});
    TypeError: a tag begins with "@", not "smoke"     at a.spec.ts:2:1

    test.describe('x', () => { throw new Error('in a describe'); });
    Error: in a describe     at a.spec.ts:2:38

    test.info();
    Error: test.info() can only be called while a test is running     at a.spec.ts:2:6

    (test as any).later('x', () => {});
    TypeError: `later` is not a function     at a.spec.ts:2:15
    "#);
}

#[test]
fn automatic_fixtures_are_there_where_they_are_asked_for() {
    let text = lines(
        "
let tests = 0;
let everywhere = 0;
let workers = 0;
test.use({
  each: [async ({}, use) => { tests++; await use(); }, { auto: true }],
  all: [async ({}, use) => { everywhere++; await use(); }, { auto: 'all-hooks-included' }],
  worker: [async ({}, use) => { workers++; await use(); }, { scope: 'worker', auto: true }],
} as any);
const seen = () => `${tests} ${everywhere} ${workers}`;
test.beforeAll(() => { console.log('before all', seen()); });
test('one', () => { expect(seen()).toBe('1 2 1'); });
test('two', () => { expect(seen()).toBe('2 3 1'); });
test.afterAll(() => { console.log('after all', seen()); });
const it = test.extend<{ sync: number; parts: { foo: string; list: string[] } }>({
  sync: ({}, use) => { use(5); },
  parts: async ({}, use) => { await use({ foo: 'f', list: ['a', 'b'] }); },
});
it('taken apart', function named({ sync, parts: { foo, list: [first, ...rest] } /* a comment } */ }) {
  expect([sync, foo, first, rest]).toEqual([5, 'f', 'a', ['b']]);
});
",
    );
    insta::assert_snapshot!(text, @"
    log: before all 0 1 1
    one: passed
    two: passed
    log: after all 3 5 1
    taken apart: passed
    ");
}
