//! What runs, in which order, and what is left out: modifiers, hooks, retries, serial groups.

use super::lines;

/// Every way to leave a test out, and to expect that it fails.
#[test]
fn modifiers_in_every_form() {
    let text = lines(
        "
test.describe('callbacks', () => {
  test.skip(({ browserName }) => browserName === 'firefox', 'not in Firefox');
  test.fixme(({ isMobile }) => !!isMobile);
  test('runs', () => { expect(1).toBe(1); });
});
test.describe('skip without arguments', () => { test.skip(); test('in it', () => {}); });
test.describe('fixme with condition', () => { test.fixme(true, 'soon'); test('in it', () => {}); });
test.describe('skip in beforeAll', () => {
  test.beforeAll(() => { test.skip(true, 'all of them'); });
  test('1', () => {});
  test('2', () => {});
});
test.describe('fail by callback', () => {
  test.fail(({ browserName }) => browserName === 'chromium', 'known');
  test('fails', () => { throw new Error('x'); });
  test('passes', () => { expect(1).toBe(1); });
});
test.describe('slow by callback', () => {
  test.slow(({ browserName }) => browserName === 'chromium', 'slow');
  test('t', ({}, info) => {
    expect(info.timeout).toBe(90_000);
    expect(info.annotations).toEqual([{ type: 'slow', description: 'slow' }]);
  });
});
test.describe('slow', () => { test.slow(); test('t', ({}, info) => { expect(info.timeout).toBe(90_000); }); });
test('slow inside', ({}, info) => { test.slow(); expect(info.timeout).toBe(90_000); });
test.slow('slow declared', ({}, info) => { expect(info.timeout).toBe(90_000); });
test('no slow', ({}, info) => { test.slow(false, 'no'); expect(info.timeout).toBe(30_000); });
test('fail and skip', () => { test.fail(); test.skip(); });
test('soft before skip', () => { expect.soft(1).toBe(2); test.skip(true, 'after soft'); });
test('by info', ({}, info) => { info.fixme(false, 'no'); info.skip(true, 'because'); });
test('expected to fail, and never ends', async () => { test.fail(); test.setTimeout(40); await new Promise(() => {}); });
test.describe.fixme('block', () => { test.beforeAll(() => console.log('never')); test('t', () => {}); });
test('wrong', () => { (test.skip as any)(() => true); });
",
    );
    insta::assert_snapshot!(text, @"
    callbacks > runs: passed
    skip without arguments > in it: skipped
    fixme with condition > in it: skipped (soon)
    skip in beforeAll > 1: skipped (all of them)
    skip in beforeAll > 2: skipped (all of them)
    fail by callback > fails: passed
    fail by callback > passes: failed (Assertion) Error: the test was declared to fail, and passed at a.spec.ts:18:3
    slow by callback > t: passed
    slow > t: passed
    slow inside: passed
    slow declared: passed
    no slow: passed
    fail and skip: skipped
    soft before skip: failed (Assertion) AssertionError: expect(value).toBe(…) does not hold

    expected: 2
    received: 1 at a.spec.ts:32:49
    by info: skipped (because)
    expected to fail, and never ends: failed (Script) Error: the test ran out of time after 40 ms: nothing of the browser was being waited for: a promise that never settles? at a.spec.ts:34:90
    block > t: skipped
    wrong: failed (Script) TypeError: test.skip takes a function only outside of tests at a.spec.ts:36:29
    ");
}

#[test]
fn hooks_and_what_they_are_given() {
    let text = lines(
        "
const order: string[] = [];
test.beforeEach('outer each', () => { order.push('outer each'); });
test.beforeEach(() => { order.push('outer each 2'); });
test.afterEach(({}, info) => { order.push(`outer after ${info.status}`); });
test.afterAll('all', () => { console.log(order.splice(0).join(', ')); });
test.describe('in', () => {
  test.beforeAll(({ browserName }, info) => { order.push(`before all ${browserName} ${info.title}`); });
  test.beforeEach(({}, info) => { order.push(`each ${info.title}`); });
  test.afterEach(({}, info) => { order.push(`after ${info.status} ${info.errors.length}`); });
  test('passes', () => { expect(1).toBe(1); order.push('test'); });
  test('is skipped', () => { test.skip(); });
});
test.describe('each throws', () => {
  test.beforeEach(() => { throw new Error('no'); });
  test.afterEach(({}, info) => { console.log('still', info.status, info.error?.message); });
  test('t', () => { console.log('never'); });
});
test.describe('after all throws', () => {
  test.afterAll(() => { throw new Error('late'); });
  test('t', () => { expect(1).toBe(1); });
});
test('goes on', () => { expect(1).toBe(1); });
",
    );
    insta::assert_snapshot!(text, @"
    in > passes: passed
    in > is skipped: skipped
    log: still failed no
    log: before all chromium passes, outer each, outer each 2, each passes, test, after passed 0, outer after passed, outer each, outer each 2, each is skipped, after skipped 0, outer after skipped, outer each, outer each 2, outer after failed
    each throws > t: failed (Script) Error: no at a.spec.ts:16:37
    after all throws > t: failed (Script) Error: late at a.spec.ts:21:35
    log: outer each, outer each 2, outer after passed
    goes on: passed
    ");
}

#[test]
fn retries_and_serial_groups() {
    let text = lines(
        "
test.describe('before all fails once', () => {
  test.describe.configure({ retries: 1 });
  test.beforeAll(({}, info) => { if (!info.retry) throw new Error('no start'); });
  test('1', () => { expect(1).toBe(1); });
  test('2', () => { expect(1).toBe(1); });
});
test.describe.serial('before all fails', () => {
  test.beforeAll(() => { throw new Error('no start'); });
  test.afterAll(() => console.log('cleaned up'));
  test('1', () => {});
  test('2', () => {});
});
test.describe.serial('outer', () => {
  test('1', () => { expect(1).toBe(1); });
  test.describe('inner', () => { test('2', () => { throw new Error('no'); }); });
  test.describe('later', () => { test.beforeAll(() => console.log('never')); test('3', () => {}); });
});
test.describe.parallel('side by side', () => {
  test('1', () => { throw new Error('no'); });
  test('2', () => { expect(1).toBe(1); });
});
test.describe('a skipped one in a group', () => {
  test.describe.configure({ mode: 'serial', retries: 1 });
  test.skip('1', () => {});
  test('2', ({}, info) => { expect(info.retry).toBe(1); });
  test('3', () => { expect(1).toBe(1); });
});
test.describe.configure({ retries: 1 });
test('flaky', ({}, info) => { expect.soft(info.retry).toBe(1); });
",
    );
    insta::assert_snapshot!(text, @"
    before all fails once > 1: failed (Script) Error: no start at a.spec.ts:5:61
    before all fails once > 1 (retry 1): passed
    before all fails once > 2: passed
    log: cleaned up
    before all fails > 1: failed (Script) Error: no start at a.spec.ts:10:36
    log: cleaned up
    before all fails > 1 (retry 1): failed (Script) Error: no start at a.spec.ts:10:36
    before all fails > 2 (retry 1): skipped (an earlier test of its serial group failed)
    outer > 1: passed
    outer > inner > 2: failed (Script) Error: no at a.spec.ts:17:62
    outer > 1 (retry 1): passed
    outer > inner > 2 (retry 1): failed (Script) Error: no at a.spec.ts:17:62
    outer > later > 3 (retry 1): skipped (an earlier test of its serial group failed)
    side by side > 1: failed (Script) Error: no at a.spec.ts:21:31
    side by side > 1 (retry 1): failed (Script) Error: no at a.spec.ts:21:31
    side by side > 2: passed
    a skipped one in a group > 1: skipped
    a skipped one in a group > 2: failed (Assertion) AssertionError: expect(value).toBe(…) does not hold

    expected: 1
    received: 0 at a.spec.ts:27:48
    a skipped one in a group > 1 (retry 1): skipped
    a skipped one in a group > 2 (retry 1): passed
    a skipped one in a group > 3 (retry 1): passed
    flaky: failed (Assertion) AssertionError: expect(value).toBe(…) does not hold

    expected: 1
    received: 0 at a.spec.ts:31:55
    flaky (retry 1): passed
    ");
}

/// The body of a describe that was written as if it could wait declares what it declares at once.
#[test]
fn a_describe_may_be_asynchronous_in_name() {
    let text = lines("test.describe('x', async () => { test('a', () => { expect(1).toBe(1); }); });");
    assert_eq!(text, "x > a: passed");
}

/// A condition that is undefined is none that holds; one that speaks of workers is asked once.
#[test]
fn conditions_are_asked_as_often_as_needed() {
    let text = lines(
        "
test('undefined', () => { test.skip(undefined as any); test.fixme(undefined as any, 'no'); expect(1).toBe(1); });
test('undefined by info', ({}, info) => { info.skip(undefined as any); info.fail(undefined as any); expect(1).toBe(1); });
test('a word is truthy', () => { test.skip('reason' as any); });
test('a word to fail', () => { test.fail('reason' as any); throw new Error('x'); });
test.describe('of the worker', () => {
  test.skip(({ browserName }) => { console.log('asked'); return browserName === 'chromium'; }, 'not here');
  test.beforeAll(() => console.log('never'));
  test('1', () => {});
  test.describe('deeper', () => { test('2', () => {}); });
});
test('a declaration in a test', () => { test.skip('inner', () => {}); });
",
    );
    insta::assert_snapshot!(text, @"
    undefined: passed
    undefined by info: passed
    a word is truthy: skipped
    a word to fail: passed
    log: asked
    of the worker > 1: skipped (not here)
    of the worker > deeper > 2: skipped (not here)
    a declaration in a test: failed (Script) Error: test() can only be called while the file is being loaded, not in a test at a.spec.ts:13:46
    ");
}

#[test]
fn a_step_with_a_soft_failure_has_failed() {
    let text = lines(
        "
test('goes on', async () => {
  await test.step('outer', async () => {
    await test.step('inner', () => { expect.soft(1).toBe(2); });
    await test.step('fine', () => { expect(1).toBe(1); });
  });
  await test.step('after', () => {});
});
",
    );
    let ends: Vec<&str> =
        text.lines().filter(|line| line.starts_with("step") && !line.ends_with("begins")).collect();
    let failed = "failed (Assertion) AssertionError: expect(value).toBe(…) does not hold";
    assert_eq!(
        ends,
        [
            format!("step inner: {failed}"),
            "step fine: passed".to_owned(),
            format!("step outer: {failed}"),
            "step after: passed".to_owned(),
        ]
    );
}
