//! The test runner's semantics, shown by scripts that need no page.

mod broken;
mod config;
mod fixtures;
mod matchers;
mod order;

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

/// Plays the rest of a script whose first line imports `test` and `expect`.
fn lines(rest: &str) -> String {
    play(&format!("import {{ test, expect }} from '@playwright/test';\n{rest}")).text()
}

#[test]
fn tests_are_skipped_in_every_form() {
    let text = lines(
        "
test.skip('declared', () => { throw new Error('never'); });
test.fixme('to be fixed', { tag: '@slow' }, () => { throw new Error('never'); });
test('inside', () => { test.skip(true, 'not here'); throw new Error('never'); });
test('inside without reason', () => { test.fixme(); });
test('condition is false', () => { test.skip(false, 'no'); expect(1).toBe(1); });
test.describe.skip('whole block', () => { test('in it', () => {}); });
test.describe('by condition', () => {
  test.skip(({ browserName }) => browserName === 'chromium', 'not in Chromium');
  test.beforeAll(() => console.log('never'));
  test('in it', () => { throw new Error('never'); });
});
test.describe('at once', () => {
  test.skip(true, 'whole block');
  test('in it', () => { throw new Error('never'); });
});
test.describe('by hook', () => {
  test.beforeEach(() => test.skip(true, 'hook'));
  test('in it', () => { throw new Error('never'); });
});
test('by info', ({}, info) => { info.skip(info.title === 'by info', 'info'); });
",
    );
    insta::assert_snapshot!(text, @"
    declared: skipped
    to be fixed: skipped
    inside: skipped (not here)
    inside without reason: skipped
    condition is false: passed
    whole block > in it: skipped
    by condition > in it: skipped (not in Chromium)
    at once > in it: skipped (whole block)
    by hook > in it: skipped (hook)
    by info: skipped (info)
    ");
}

#[test]
fn failing_is_expected_where_declared() {
    let text = lines(
        "
test.fail('declared', () => { throw new Error('yes'); });
test.fail('passes', () => { expect(1).toBe(1); });
test('inside', () => { test.fail(); throw new Error('yes'); });
test('condition', () => { test.fail(false, 'no'); expect(1).toBe(1); });
test('never fails', () => { test.fail(true, 'known'); });
",
    );
    insta::assert_snapshot!(text, @"
    declared: passed
    passes: failed (Assertion) Error: the test was declared to fail, and passed at a.spec.ts:4:6
    inside: passed
    condition: passed
    never fails: failed (Assertion) Error: the test was declared to fail, and passed at a.spec.ts:7:1
    ");
}

#[test]
fn only_leaves_out_the_others() {
    let text = lines(
        "
test('one', () => {});
test.only('two', () => { expect(1).toBe(1); });
test.describe('block', () => { test('three', () => {}); test.only('four', () => {}); });
test.describe.only('chosen', () => { test('five', () => {}); });
",
    );
    insta::assert_snapshot!(text, @"
    two: passed
    block > four: passed
    chosen > five: passed
    ");
}

#[test]
fn retries_start_afresh() {
    let text = lines(
        "
let module = 0;
test.describe.configure({ retries: 2 });
test.beforeAll(() => console.log('before all', ++module));
test('third time', ({}, info) => { console.log('try', info.retry, module); expect(info.retry).toBe(2); });
test('always', () => { throw new Error('no'); });
test.describe('once', () => {
  test.describe.configure({ retries: 0 });
  test('no retry', () => { throw new Error('once'); });
});
",
    );
    insta::assert_snapshot!(text, @"
    log: before all 1
    log: try 0 1
    third time: failed (Assertion) AssertionError: expect(value).toBe(…) does not hold

    expected: 2
    received: 0 at a.spec.ts:6:95
    log: before all 1
    log: try 1 1
    third time (retry 1): failed (Assertion) AssertionError: expect(value).toBe(…) does not hold

    expected: 2
    received: 1 at a.spec.ts:6:95
    log: before all 1
    log: try 2 1
    third time (retry 2): passed
    always: failed (Script) Error: no at a.spec.ts:7:34
    log: before all 1
    always (retry 1): failed (Script) Error: no at a.spec.ts:7:34
    log: before all 1
    always (retry 2): failed (Script) Error: no at a.spec.ts:7:34
    log: before all 1
    once > no retry: failed (Script) Error: once at a.spec.ts:10:38
    ");
}

#[test]
fn serial_groups_stop_and_are_tried_as_a_whole() {
    let text = lines(
        "
test.describe.serial('group', () => {
  test('one', () => { console.log('one'); });
  test('two', () => { throw new Error('no'); });
  test('three', () => { console.log('never'); });
});
test('outside', () => { expect(1).toBe(1); });
test.describe('again', () => {
  test.describe.configure({ mode: 'serial', retries: 1 });
  test('a', () => { console.log('a'); });
  test('b', ({}, info) => { expect(info.retry).toBe(1); });
  test('c', () => { console.log('c'); });
});
",
    );
    insta::assert_snapshot!(text, @"
    log: one
    group > one: passed
    group > two: failed (Script) Error: no at a.spec.ts:5:33
    group > three: skipped (an earlier test of its serial group failed)
    outside: passed
    log: a
    again > a: passed
    again > b: failed (Assertion) AssertionError: expect(value).toBe(…) does not hold

    expected: 1
    received: 0 at a.spec.ts:12:48
    log: a
    again > a (retry 1): passed
    again > b (retry 1): passed
    log: c
    again > c (retry 1): passed
    ");
}

#[test]
fn a_failed_hook_fails_the_test_and_leaves_out_the_rest() {
    let text = lines(
        "
test.describe('all', () => {
  test.beforeAll(() => { throw new Error('no start'); });
  test.afterAll(() => console.log('cleaned up'));
  test('one', () => {});
  test('two', () => {});
});
test.describe('each', () => {
  test.beforeEach(() => { throw new Error('no start'); });
  test.afterEach(() => console.log('cleaned up'));
  test('one', () => { console.log('never'); });
});
test.describe('after', () => {
  test.afterEach(() => { throw new Error('no end'); });
  test.afterAll(() => { throw new Error('no end at all'); });
  test('one', () => { throw new Error('first'); });
});
",
    );
    insta::assert_snapshot!(text, @"
    log: cleaned up
    all > one: failed (Script) Error: no start at a.spec.ts:4:36
    all > two: skipped (a beforeAll hook before it failed)
    log: cleaned up
    each > one: failed (Script) Error: no start at a.spec.ts:10:37
    after > one: failed (Script) Error: first at a.spec.ts:17:33 + failed (Script) Error: no end at a.spec.ts:15:36 + failed (Script) Error: no end at all at a.spec.ts:16:35
    ");
}

#[test]
fn fixtures_are_set_up_and_torn_down() {
    let text = lines(
        "
const base = test.extend<{ user: string; cart: string[]; name: string }, { account: string }>({
  name: ['guest', { option: true }],
  account: [async ({}, use, info) => {
    console.log('account up', info.workerIndex);
    await use('account');
    console.log('account down');
  }, { scope: 'worker' }],
  user: async ({ account, name }, use, info) => {
    console.log('user up for', info.title);
    await use(`${name}@${account}`);
    console.log('user down', info.status);
  },
  cart: [async ({ user }, use) => { await use([user]); console.log('cart down'); }, { auto: true }],
});
const shouting = base.extend({ user: async ({ user }, use) => { await use(user.toUpperCase()); } });
base('plain', ({ user, cart }) => { expect(cart).toEqual([user]); expect(user).toBe('guest@account'); });
shouting('overridden', ({ user, cart }) => { expect([user, cart[0]]).toEqual(['GUEST@ACCOUNT', 'GUEST@ACCOUNT']); });
base.describe('options', () => {
  base.use({ name: 'ada' });
  base.beforeEach(({ user }) => console.log('hook has', user));
  base('used', ({ user }) => { expect(user).toBe('ada@account'); });
});
base('fails', () => { throw new Error('no'); });
base('after', ({ account }) => { expect(account).toBe('account'); });
",
    );
    insta::assert_snapshot!(text, @"
    log: account up 0
    log: user up for plain
    log: cart down
    log: user down passed
    plain: passed
    log: user up for overridden
    log: cart down
    log: user down passed
    overridden: passed
    log: user up for used
    log: hook has ada@account
    log: cart down
    log: user down passed
    options > used: passed
    log: user up for fails
    log: cart down
    log: user down failed
    log: account down
    fails: failed (Script) Error: no at a.spec.ts:25:33
    log: account up 0
    log: user up for after
    log: cart down
    log: user down passed
    log: account down
    after: passed
    ");
}

#[test]
fn broken_fixtures_are_told() {
    let text = lines(
        "
const one = test.extend({ a: async ({}, use) => {} });
one('never used', ({ a }) => {});
const two = test.extend({ a: async ({}, use) => { await use(1); throw new Error('late'); } });
two('late', ({ a }) => { expect(a).toBe(1); });
const three = test.extend({ a: [async ({}, use) => { await new Promise(() => {}); }, { timeout: 50 }] });
three('slow', ({ a }) => {});
const four = test.extend({ a: async ({}, use) => { await use(1); await use(2); } });
four('twice', ({ a }) => { expect(a).toBe(1); });
test.describe('hook', () => { test.beforeAll(({ page }) => {}); test('page', () => {}); });
",
    );
    insta::assert_snapshot!(text, @r#"
    never used: failed (Script) Error: fixture "a" ended without calling use() at a.spec.ts:3:18
    late: failed (Script) Error: late at a.spec.ts:5:75
    slow: failed (Script) Error: fixture "a" took longer than 50 ms to set up at a.spec.ts:7:20
    twice: failed (Script) Error: fixture "a" called use() twice at a.spec.ts:9:72
    hook > page: failed (Script) Error: "page" is made anew for each test and not available in beforeAll; use "browser" at a.spec.ts:11:36
    "#);
}

#[test]
fn time_limits_are_those_that_were_set() {
    let text = lines(
        "
test.describe('own', () => {
  test.describe.configure({ timeout: 80 });
  test('short', async () => { await new Promise((r) => setTimeout(r, 500)); });
  test('longer', async () => { test.setTimeout(1000); await new Promise((r) => setTimeout(r, 150)); expect(1).toBe(1); });
  test('slow', async () => { test.slow(); await new Promise((r) => setTimeout(r, 150)); expect(1).toBe(1); });
  test('none', async () => { test.setTimeout(0); await new Promise((r) => setTimeout(r, 150)); expect(1).toBe(1); });
});
test.describe('hooks', () => {
  test.describe.configure({ timeout: 100 });
  test.beforeEach(async () => { await new Promise((r) => setTimeout(r, 500)); });
  test.afterEach(() => console.log('cleaned up'));
  test('too late', () => {});
});
test('step', async () => { await test.step('slow step', () => new Promise((r) => setTimeout(r, 500)), { timeout: 30 }); });
",
    );
    insta::assert_snapshot!(text, @r#"
    own > short: failed (Script) Error: the test ran out of time after 80 ms: nothing of the browser was being waited for: a promise that never settles? at a.spec.ts:5:31
    own > longer: passed
    own > slow: passed
    own > none: passed
    log: cleaned up
    hooks > too late: failed (Script) Error: the test ran out of time after 100 ms while running the "beforeEach hook": nothing of the browser was being waited for: a promise that never settles? at a.spec.ts:12:33
    step slow step begins
    step slow step: failed (Timeout) TimeoutError: step "slow step" took longer than 30 ms at a.spec.ts:16:39
    step: failed (Timeout) TimeoutError: step "slow step" took longer than 30 ms at a.spec.ts:16:39
    "#);
}

#[test]
fn unhandled_rejections_fail_the_test() {
    let text = lines(
        "
test('forgotten', async () => {
  void Promise.reject(new Error('nobody looked'));
  await new Promise((r) => setTimeout(r, 5));
});
test('in a timer', async () => {
  setTimeout(() => { throw new Error('thrown later'); }, 1);
  await new Promise((r) => setTimeout(r, 20));
});
test('handled late', async () => {
  const promise = Promise.reject(new Error('fine'));
  await new Promise((r) => setTimeout(r, 5));
  await expect(promise).rejects.toThrow('fine');
});
",
    );
    insta::assert_snapshot!(text, @"
    forgotten: failed (Script) Error: nobody looked at a.spec.ts:4:27
    in a timer: failed (Script) Error: thrown later at a.spec.ts:8:32
    handled late: passed
    ");
}

#[test]
fn soft_failures_are_collected() {
    let text = lines(
        "
test('soft', async () => {
  expect.soft(1, 'first').toBe(2);
  await expect.soft(Promise.resolve(3)).resolves.toBe(4);
  console.log('goes on', test.info().errors.length);
  expect(5).toBe(6);
});
test('configured', () => {
  const soft = expect.configure({ soft: true });
  soft('a').toBe('b');
  console.log('goes on');
});
",
    );
    insta::assert_snapshot!(text, @r#"
    log: goes on 2
    soft: failed (Assertion) AssertionError: first

    expect(value).toBe(…) does not hold

    expected: 2
    received: 1 at a.spec.ts:4:27 + failed (Assertion) AssertionError: expect(value).resolves.toBe(…) does not hold

    expected: 4
    received: 3 at a.spec.ts:5:50 + failed (Assertion) AssertionError: expect(value).toBe(…) does not hold

    expected: 6
    received: 5 at a.spec.ts:7:13
    log: goes on
    configured: failed (Assertion) AssertionError: expect(value).toBe(…) does not hold

    expected: "b"
    received: "a" at a.spec.ts:11:13
    "#);
}

#[test]
fn expectations_wait() {
    let text = lines(
        "
test('poll', async () => {
  let n = 0;
  await expect.poll(() => ++n, { intervals: [1] }).toBe(3);
  await expect.poll(async () => n++, { intervals: [1] }).not.toBeLessThan(5);
  await expect.poll(() => n, { message: 'number', timeout: 30, intervals: [10] }).toBe(100);
});
test('pass', async () => {
  let n = 0;
  await expect(() => { n++; expect(n).toBe(3); }).toPass({ intervals: [1] });
  await expect(async () => { expect(n).toBe(4); }).toPass({ timeout: 30, intervals: [10] });
});
test('promises', async () => {
  await expect(Promise.resolve({ a: 1 })).resolves.toEqual({ a: 1 });
  await expect(Promise.reject(new TypeError('bad'))).rejects.toThrow(TypeError);
  await expect(Promise.resolve(1)).rejects.toThrow();
});
",
    );
    // How often there was time to look depends on the machine.
    let text = regex::Regex::new(r"\d+ (tries|try)").unwrap().replace_all(&text, "N tries");
    insta::assert_snapshot!(text, @"
    poll: failed (Assertion) AssertionError: number

    expect(value).toBe(…) does not hold

    expected: 100
    received: 6

    still so after 30 ms and N tries at a.spec.ts:7:83
    pass: failed (Assertion) AssertionError: the function did not pass within 30 ms and N tries; the last time:
    expect(value).toBe(…) does not hold

    expected: 4
    received: 3 at a.spec.ts:12:40
    promises: failed (Assertion) AssertionError: the promise resolved instead of being rejected: 1 at a.spec.ts:17:44
    ");
}

#[test]
fn matchers_are_added() {
    let text = lines(
        "
const more = expect.extend({
  toBeEven(value: number) {
    return { pass: value % 2 === 0, message: () => `${this.utils.printReceived(value)} is ${this.isNot ? '' : 'not '}even` };
  },
  async toBeLater(value: number) { await null; return { pass: value > 1, message: () => 'not later' }; },
});
test('own', async () => {
  more(2).toBeEven();
  more(3).not.toBeEven();
  await more(2).toBeLater();
  expect({ n: 4 }).toEqual({ n: (more as any).toBeEven() });
  more(3).toBeEven();
});
test('unknown', () => { (expect(1) as any).toBeOdd(); });
test('unavailable', () => { (expect('x') as any).toMatchSnapshot(); });
",
    );
    insta::assert_snapshot!(text, @r#"
    own: failed (Assertion) AssertionError: 3 is not even at a.spec.ts:14:11
    unknown: failed (Script) TypeError: there is no matcher "toBeOdd" at a.spec.ts:16:25
    unavailable: failed (Script) Error: toMatchSnapshot compares with files of an earlier run and is not available in monitors at a.spec.ts:17:29
    "#);
}

#[test]
fn the_test_knows_itself() {
    let text = lines(
        "
test.describe('block @smoke', () => {
  test('self', { tag: ['@fast'], annotation: { type: 'issue', description: 'X-1' } }, async ({}, info) => {
    expect(test.info()).toBe(info);
    expect(info.titlePath).toEqual(['a.spec.ts', 'block @smoke', 'self']);
    expect([info.file, info.line, info.column]).toEqual(['a.spec.ts', 4, 3]);
    expect([...info.tags].sort()).toEqual(['@fast', '@smoke']);
    expect(info.annotations).toEqual([{ type: 'issue', description: 'X-1' }]);
    expect([info.retry, info.timeout, info.expectedStatus, info.status]).toEqual([0, 30000, 'passed', 'passed']);
    expect(info.project.name).toBe('');
    await info.attach('note', { body: 'grüß' });
    await info.attach('bytes', { body: Buffer.from([1, 2]), contentType: 'image/png' });
    expect(info.attachments).toHaveLength(2);
  });
});
test('outside', () => { expect(() => test.use({})).toThrow('while the file is being loaded'); });
",
    );
    insta::assert_snapshot!(text, @"
    attachment note text/plain Bytes([103, 114, 195, 188, 195, 159])
    attachment bytes image/png Bytes([1, 2])
    block @smoke > self: passed
    outside: passed
    ");
}

#[test]
fn steps_carry_their_failures() {
    let text = lines(
        "
test('steps', async () => {
  await test.step('first', async (step) => { step.skip(); });
  await test.step.skip('second', async () => {});
  await test.step('outer', async () => {
    await test.step('inner', async () => { throw new Error('deep'); });
  });
});
test('boxed', async () => {
  const helper = () => test.step('boxed step', async () => { throw new Error('inside'); }, { box: true });
  await helper();
});
test('caught', async () => {
  await test.step('fails', () => { throw new Error('caught'); }).catch(() => {});
  expect(1).toBe(1);
});
test('cut off', async () => {
  test.setTimeout(60);
  await test.step('endless', () => new Promise(() => {}));
});
",
    );
    insta::assert_snapshot!(text, @"
    step first begins
    step first: skipped
    step second begins
    step second: skipped
    step outer begins
    step inner begins
    step inner: failed (Script) Error: deep at a.spec.ts:7:54
    step outer: failed (Script) Error: deep at a.spec.ts:7:54
    steps: failed (Script) Error: deep at a.spec.ts:7:54
    step boxed step begins
    step boxed step: failed (Script) Error: inside at a.spec.ts:11:29
    boxed: failed (Script) Error: inside at a.spec.ts:11:29
    step fails begins
    step fails: failed (Script) Error: caught at a.spec.ts:15:46
    caught: passed
    step endless begins
    step endless: failed (Script) Error: the test ran out of time after 60 ms: nothing of the browser was being waited for: a promise that never settles? at a.spec.ts:20:3
    cut off: failed (Script) Error: the test ran out of time after 60 ms: nothing of the browser was being waited for: a promise that never settles? at a.spec.ts:20:3
    ");
}
