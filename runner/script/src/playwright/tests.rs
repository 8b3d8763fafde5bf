//! The test runner's semantics, shown by scripts that need no page.

use crate::testing::play;

#[test]
fn passes_and_fails() {
    let record = play(
        "import { test, expect } from '@playwright/test';
test('sum', () => { expect(1 + 1).toBe(2); });
test('wrong', async () => {
  await null;
  const total: number = 3;
  expect(total).toBe(4);
});
test('after', () => { expect(true).toBeTruthy(); });
",
    );
    insta::assert_snapshot!(record.text(), @"
    sum: passed
    wrong: failed (Assertion) AssertionError: expect(value).toBe(…) does not hold

    expected: 4
    received: 3 at a.spec.ts:6:17
    after: passed
    ");
}

/// Each of these never comes back by itself; the next test still runs.
#[test]
fn loops_and_promises_end_at_the_deadline() {
    let record = play(
        "import { test, expect } from '@playwright/test';
test.setTimeout(150);
test('loop', async () => {
  try { while (true) {} } finally { console.log('never said'); }
});
test('loop after await', async () => {
  await new Promise((r) => setTimeout(r, 5));
  for (;;) {}
});
test('microtasks', async () => { for (;;) await null; });
test('never settles', async () => { await new Promise(() => {}); });
test('fine', async () => { await new Promise((r) => setTimeout(r, 5)); expect(1).toBe(1); });
test('swallows', async () => { for (;;) { try { await null; while (true) {} } catch {} } });
test('in a timer', async () => {
  setTimeout(() => { while (true) {} }, 1);
  await new Promise((r) => setTimeout(r, 30));
});
test('regular expression', () => { /^(a+)+$/.test('a'.repeat(40) + 'b'); });
test('fine again', () => { expect(1).toBe(1); });
",
    );
    let expected = "loop: in a loop
loop after await: in a loop
microtasks: for a promise
never settles: for a promise
fine: passed
swallows: in a loop
in a timer: in a loop
regular expression: in a loop
fine again: passed";
    let text = record.text();
    let short = text.lines().map(|line| {
        match line.split_once(": failed (Script) Error: the test ran out of time after 150 ms: ") {
            Some((name, why)) if why.starts_with("the script was in a loop of its own at a.spec.ts:") => {
                format!("{name}: in a loop")
            }
            Some((name, why)) if why.contains("a promise that never settles?") => {
                format!("{name}: for a promise")
            }
            _ => line.to_owned(),
        }
    });
    assert_eq!(short.collect::<Vec<_>>().join("\n"), expected);
}

#[test]
fn memory_is_capped_and_the_next_test_runs() {
    let record = play(
        "import { test, expect } from '@playwright/test';
const keep: unknown[] = [];
test('caught', () => {
  const list: string[] = [];
  let name = '';
  try { for (let i = 0; ; i++) list.push(('x' + i).repeat(50_000)); } catch (error) {
    list.length = 0;
    name = (error as Error).message;
  }
  expect(name).toBe('out of memory');
});
test('kept', () => { for (let i = 0; ; i++) keep.push({ i }); });
test('after', () => { expect(keep.length).toBe(0); });
test('deep', () => { const down = (n: number): number => 1 + down(n + 1); down(0); });
test('last', () => { expect(1).toBe(1); });
",
    );
    insta::assert_snapshot!(record.text(), @"
    caught: passed
    kept: failed (Script) InternalError: out of memory at a.spec.ts:12:50
    after: passed
    deep: failed (Script) RangeError: Maximum call stack size exceeded at a.spec.ts:14:71
    last: passed
    ");
}

#[test]
fn hooks_run_in_order_and_steps_nest() {
    let record = play(
        "import { test, expect } from '@playwright/test';
test.beforeAll(() => console.log('before all'));
test.afterAll(() => console.log('after all'));
test.beforeEach(() => console.log('before each'));
test.afterEach(({}, info) => console.log('after each', info.title, info.status));
test.describe('inner', () => {
  test.beforeAll(() => console.log('inner before all'));
  test.afterAll(() => console.log('inner after all'));
  test.beforeEach(() => console.log('inner before each'));
  test.afterEach(() => console.log('inner after each'));
  test('one', async () => {
    const value = await test.step('outer step', async () => test.step('inner step', () => 42));
    expect(value).toBe(42);
  });
  test('two', () => { throw new Error('boom'); });
  test('three', () => { expect(1).toBe(1); });
});
",
    );
    insta::assert_snapshot!(record.text(), @"
    log: before all
    log: inner before all
    log: before each
    log: inner before each
    step outer step begins
    step inner step begins
    step inner step: passed
    step outer step: passed
    log: inner after each
    log: after each one passed
    inner > one: passed
    log: before each
    log: inner before each
    log: inner after each
    log: after each two failed
    log: inner after all
    log: after all
    inner > two: failed (Script) Error: boom at a.spec.ts:15:33
    log: before all
    log: inner before all
    log: before each
    log: inner before each
    log: inner after each
    log: after each three passed
    log: inner after all
    log: after all
    inner > three: passed
    ");
}
