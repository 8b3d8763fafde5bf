//! Matchers of values: what holds, and the words where it does not. No page and one load for a whole table.

use crate::testing::play;

/// Runs each body and returns the message it ended with, or nothing.
fn messages(bodies: &[&str]) -> Vec<String> {
    let rows: String = bodies.iter().map(|body| format!("async () => {{ {body} }},\n")).collect();
    let record = play(&format!(
        "import {{ test, expect }} from '@playwright/test';
class Box {{ constructor(public v: unknown) {{}} }}
const rows = [{rows}];
test('rows', async () => {{
  for (const row of rows) {{
    try {{ await row(); console.log(''); }} catch (error) {{ console.log((error as Error).message); }}
  }}
}});"
    ));
    let logged =
        record.lines.iter().filter_map(|line| line.strip_prefix("log: ").or((line == "log:").then_some("")));
    let logged: Vec<String> = logged.map(str::to_owned).collect();
    assert_eq!(logged.len(), bodies.len(), "{}", record.text());
    logged
}

/// Each of these holds.
#[test]
fn what_holds() {
    let bodies = [
        "expect(1).toBe(1)",
        "expect(NaN).toBe(NaN)",
        "expect(0).not.toBe(-0)",
        "expect('a').not.toBe('b')",
        "expect({}).not.toBe({})",
        "const o = {}; expect(o).toBe(o)",
        "expect(Symbol.iterator).toBe(Symbol.iterator)",
        "expect(1n).toBe(1n)",
        "expect({ a: 1 }).toEqual({ a: 1 })",
        "expect({ a: undefined, b: 2 }).toEqual({ b: 2 })",
        "expect({ a: undefined, b: 2 }).not.toStrictEqual({ b: 2 })",
        "expect([1, [2, { a: [3] }]]).toEqual([1, [2, { a: [3] }]])",
        "expect([, 1]).toEqual([undefined, 1])",
        "expect([, 1]).not.toStrictEqual([undefined, 1])",
        "expect(new Box(1)).toEqual({ v: 1 })",
        "expect(new Box(1)).not.toStrictEqual({ v: 1 })",
        "expect(new Box(1)).toStrictEqual(new Box(1))",
        "expect(new Date(5)).toEqual(new Date(5))",
        "expect(new Date(5)).not.toEqual(new Date(6))",
        "expect(/a/g).toEqual(/a/g)",
        "expect(/a/g).not.toEqual(/a/i)",
        "expect(new Error('a')).toEqual(new Error('a'))",
        "expect(new Error('a')).not.toEqual(new Error('b'))",
        "expect(new Map([['a', { b: 1 }]])).toEqual(new Map([['a', { b: 1 }]]))",
        "expect(new Map([[{ k: 1 }, 1]])).toEqual(new Map([[{ k: 1 }, 1]]))",
        "expect(new Set([1, { a: 2 }])).toEqual(new Set([{ a: 2 }, 1]))",
        "expect(new Set([1, 2])).not.toEqual(new Set([1, 3]))",
        "expect(new Uint8Array([1, 2])).toEqual(new Uint8Array([1, 2]))",
        "expect(new Uint8Array([1, 2])).not.toEqual(new Uint8Array([1, 3]))",
        "expect(Buffer.from('ab')).toEqual(Buffer.from('ab'))",
        "expect(new URL('http://a/b')).toEqual(new URL('http://a/b'))",
        "expect(new URL('http://a/b')).not.toEqual(new URL('http://a/c'))",
        "const a: any = { n: 1 }; a.self = a; const b: any = { n: 1 }; b.self = b; expect(a).toEqual(b)",
        "expect({ [Symbol.for('s')]: 1 }).not.toEqual({ [Symbol.for('s')]: 2 })",
        "expect([1, 2]).not.toEqual([1, 2, 3])",
        "expect({ length: 0 }).not.toEqual([])",
        "expect(Object.create(null)).toEqual({})",
        "expect(null).not.toEqual(undefined)",
        "expect('1').not.toEqual(1)",
        "expect(new Number(1)).toEqual(new Number(1))",
        "expect({ a: 1, b: { c: 2, d: 3 } }).toMatchObject({ b: { c: 2 } })",
        "expect([{ a: 1, b: 2 }]).toMatchObject([{ a: 1 }])",
        "expect([{ a: 1 }, { a: 2 }]).not.toMatchObject([{ a: 1 }])",
        "expect({ a: [1, 2] }).not.toMatchObject({ a: [1] })",
        "expect({ when: new Date(1) }).toMatchObject({ when: new Date(1) })",
        "expect({ a: 1 }).toMatchObject({ a: expect.any(Number) })",
        "expect({ a: undefined }).not.toMatchObject({ b: undefined })",
        "expect(0).toBeDefined(); expect(undefined).not.toBeDefined()",
        "expect(undefined).toBeUndefined(); expect(null).not.toBeUndefined()",
        "expect(null).toBeNull(); expect(0).not.toBeNull()",
        "expect(NaN).toBeNaN(); expect('a').not.toBeNaN()",
        "expect('a').toBeTruthy(); expect('').not.toBeTruthy()",
        "expect(0).toBeFalsy(); expect('0').not.toBeFalsy()",
        "expect(2).toBeGreaterThan(1); expect(1).not.toBeGreaterThan(1)",
        "expect(1).toBeGreaterThanOrEqual(1); expect(0).not.toBeGreaterThanOrEqual(1)",
        "expect(1).toBeLessThan(2); expect(2).not.toBeLessThan(2)",
        "expect(2).toBeLessThanOrEqual(2); expect(3).not.toBeLessThanOrEqual(2)",
        "expect(2n).toBeGreaterThan(1); expect(1).toBeLessThan(2n)",
        "expect(0.1 + 0.2).toBeCloseTo(0.3); expect(0.1).not.toBeCloseTo(0.2)",
        "expect(1.2345).toBeCloseTo(1.2346, 3); expect(1.2345).not.toBeCloseTo(1.2346, 5)",
        "expect(Infinity).toBeCloseTo(Infinity); expect(Infinity).not.toBeCloseTo(-Infinity)",
        "expect(150).toBeCloseTo(149, -2)",
        "expect(new Box(1)).toBeInstanceOf(Box); expect([]).toBeInstanceOf(Array); expect({}).not.toBeInstanceOf(Box)",
        "expect('abc').toContain('b'); expect('abc').not.toContain('d')",
        "expect([1, 2]).toContain(2); expect([{}]).not.toContain({})",
        "expect(new Set([1])).toContain(1); expect('a b'.split(' ')).toContain('a')",
        "expect([{ a: 1 }]).toContainEqual({ a: 1 }); expect([{ a: 1 }]).not.toContainEqual({ a: 2 })",
        "expect(new Map([[1, 2]])).toContainEqual([1, 2])",
        "expect([1, 2]).toHaveLength(2); expect('abc').toHaveLength(3); expect({ length: 4 }).toHaveLength(4)",
        "expect({ a: { b: [{ c: 1 }] } }).toHaveProperty('a.b[0].c', 1)",
        "expect({ a: { b: 1 } }).toHaveProperty(['a', 'b']); expect({ 'a.b': 1 }).toHaveProperty(['a.b'], 1)",
        "expect({ a: undefined }).toHaveProperty('a', undefined); expect({}).not.toHaveProperty('a')",
        "expect({ a: 1 }).not.toHaveProperty('a', 2); expect([5]).toHaveProperty('0', 5)",
        "expect(new (class { get a() { return 1; } })()).toHaveProperty('a', 1)",
        "expect({ a: { b: 2 } }).toHaveProperty('a', expect.objectContaining({ b: 2 }))",
        "expect('abc').toMatch('b'); expect('abc').toMatch(/^a.c$/); expect('abc').not.toMatch(/d/)",
        "const r = /a/g; expect('a').toMatch(r); expect('a').toMatch(r)",
        "expect(() => { throw new Error('boom now'); }).toThrow()",
        "expect(() => { throw new Error('boom now'); }).toThrow('boom')",
        "expect(() => { throw new Error('boom now'); }).toThrow(/^boom now$/)",
        "expect(() => { throw new TypeError('x'); }).toThrow(TypeError)",
        "expect(() => { throw new TypeError('x'); }).toThrow(Error)",
        "expect(() => { throw new Error('x'); }).toThrow(new Error('x'))",
        "expect(() => { throw new Error('x'); }).not.toThrow('y')",
        "expect(() => {}).not.toThrow()",
        "expect(() => { throw 'text'; }).toThrow('text')",
        "expect(() => { throw { message: 'obj' }; }).toThrow(expect.objectContaining({ message: 'obj' }))",
        "expect(() => { throw new Error('x'); }).toThrowError('x')",
        "await expect(Promise.resolve(2)).resolves.toBe(2)",
        "await expect(Promise.resolve(2)).resolves.not.toBe(3)",
        "await expect(Promise.reject(new Error('no'))).rejects.toThrow('no')",
        "await expect(Promise.reject({ code: 7 })).rejects.toMatchObject({ code: 7 })",
        "await expect(async () => { throw new Error('no'); }).rejects.toThrow('no')",
        "await expect(Promise.reject(new TypeError('t'))).rejects.toBeInstanceOf(TypeError)",
        "expect({ a: 1, b: 'x', c: null }).toEqual({ a: expect.anything(), b: expect.any(String), c: null })",
        "expect(null).not.toEqual(expect.anything())",
        "expect(1).toEqual(expect.any(Number)); expect('a').not.toEqual(expect.any(Number))",
        "expect(() => {}).toEqual(expect.any(Function)); expect({}).toEqual(expect.any(Object)); expect([]).toEqual(expect.any(Array))",
        "expect(1n).toEqual(expect.any(BigInt)); expect(true).toEqual(expect.any(Boolean)); expect(Symbol()).toEqual(expect.any(Symbol))",
        "expect(new Date()).toEqual(expect.any(Date)); expect(new Box(1)).toEqual(expect.any(Box))",
        "expect([1, 2, 3]).toEqual(expect.arrayContaining([3, 1])); expect([1]).not.toEqual(expect.arrayContaining([2]))",
        "expect([1]).toEqual(expect.not.arrayContaining([2])); expect([1, 2]).toEqual(expect.arrayOf(expect.any(Number)))",
        "expect({ a: 1, b: 2 }).toEqual(expect.objectContaining({ a: 1 })); expect({ a: 1 }).toEqual(expect.not.objectContaining({ a: 2 }))",
        "expect('abc').toEqual(expect.stringContaining('b')); expect('abc').toEqual(expect.not.stringContaining('d'))",
        "expect('abc').toEqual(expect.stringMatching(/^a/)); expect('abc').toEqual(expect.stringMatching('b'))",
        "expect(1.001).toEqual(expect.closeTo(1, 2)); expect(1.1).toEqual(expect.not.closeTo(1, 2))",
        "expect({ list: [{ id: 1, at: new Date() }] }).toEqual({ list: [{ id: expect.any(Number), at: expect.any(Date) }] })",
        "expect(new Map([['a', 1]])).toEqual(new Map([['a', expect.any(Number)]]))",
        "expect(1, 'a message').toBe(1); expect(1, { message: 'a message' }).toBe(1)",
        "await expect.poll(() => 1).toBe(1); await expect.poll(async () => [1], { intervals: [1] }).toEqual([1])",
        "let n = 0; await expect.poll(() => n++, { intervals: [1] }).toBeGreaterThan(3)",
        "let n = 0; await expect.poll(() => { if (n++ < 2) throw new Error('not yet'); return 1; }, { intervals: [1] }).toBe(1).catch(() => {})",
        "let n = 0; await expect(() => { n++; expect(n).toBe(3); }).toPass({ intervals: [1] })",
        "await expect(() => { throw new Error('x'); }).not.toPass()",
        "await expect(async () => { await expect.poll(() => 2).toBe(2); }).toPass()",
    ];
    for (body, message) in bodies.iter().zip(messages(&bodies)) {
        assert_eq!(message, "", "{body}");
    }
}

/// What was expected, what came, and what is different.
#[test]
fn what_does_not_hold_is_explained() {
    let bodies = [
        "expect(1).toBe(2)",
        "expect(1, 'the sum').toBe(2)",
        "expect('a').not.toBe('a')",
        "expect({ a: 1 }).toBe({ a: 1 })",
        "expect('one line of text').toBe('one line of test')",
        "expect('a\\nb\\nc').toBe('a\\nx\\nc')",
        "expect({ a: 1, b: [1, 2], c: 'x' }).toEqual({ a: 1, b: [1, 3], c: 'x' })",
        "expect({ a: undefined }).toStrictEqual({})",
        "expect([1, 2, 3, 4]).toEqual([1, 2, 4, 4])",
        "expect(new Box(1)).toStrictEqual({ v: 1 })",
        "expect(Array.from({ length: 9 }, (_, n) => ({ number: n, name: 'item ' + n }))).toEqual([])",
        "expect({ a: 1, b: { c: 2, d: 3 } }).toMatchObject({ b: { c: 3 } })",
        "expect({ a: 1 }).toMatchObject(5 as any)",
        "expect(undefined).toBeDefined()",
        "expect(1).toBeUndefined()",
        "expect('').toBeTruthy()",
        "expect(5).toBeNaN()",
        "expect(1).toBeGreaterThan(2)",
        "expect('1').toBeGreaterThan(2)",
        "expect(1).toBeGreaterThan('2' as any)",
        "expect(0.5).toBeCloseTo(0.6)",
        "expect({}).toBeInstanceOf(Box)",
        "expect({}).toBeInstanceOf(5 as any)",
        "expect('abc').toContain('d')",
        "expect('abc').toContain(5 as any)",
        "expect([{ a: 1 }]).toContain({ a: 1 })",
        "expect(null).toContain(1)",
        "expect([{ a: 1 }]).toContainEqual({ a: 2 })",
        "expect([1]).toHaveLength(2)",
        "expect(5).toHaveLength(2)",
        "expect({ a: { b: 1 } }).toHaveProperty('a.c')",
        "expect({ a: { b: 1 } }).toHaveProperty('a.b', 2)",
        "expect({ a: 1 }).not.toHaveProperty('a')",
        "expect('abc').toMatch(/d/)",
        "expect(5).toMatch(/d/)",
        "expect(() => {}).toThrow()",
        "expect(() => { throw new TypeError('x'); }).toThrow(RangeError)",
        "expect(() => { throw new Error('x'); }).toThrow('y')",
        "expect(() => { throw new Error('x'); }).not.toThrow()",
        "expect(5).toThrow()",
        "await expect(Promise.resolve(1)).rejects.toThrow()",
        "await expect(Promise.reject(new Error('no'))).resolves.toBe(1)",
        "await expect(5).resolves.toBe(5)",
        "expect({ a: 'x' }).toEqual({ a: expect.any(Number) })",
        "await expect.poll(() => 1, { timeout: 5, intervals: [1] }).toBe(2).catch((error) => { throw new Error(error.message.replace(/\\d+ tries|one try/, 'N tries')); })",
        "await expect.poll(() => { throw new Error('thrown'); }).toBe(1)",
        "await expect(() => { throw new Error('never'); }).toPass({ timeout: 5, intervals: [1] }).catch((error) => { throw new Error(error.message.replace(/\\d+ tries|one try/, 'N tries')); })",
        "(expect(1) as any).toBeOdd()",
        "expect.any(undefined as any)",
    ];
    let told: Vec<String> =
        bodies.iter().zip(messages(&bodies)).map(|(body, message)| format!("{body}\n{message}\n")).collect();
    insta::assert_snapshot!(told.join("\n"));
}

/// Waiting has an end, also where a try has none, and says what came last.
#[test]
fn waiting_ends() {
    let script = "import { test, expect } from '@playwright/test';
test('a function that never ends', async () => {
  await expect.poll(() => new Promise(() => {}), { timeout: 20 }).toBe(1);
});
test('nor does this one', async () => {
  let tries = 0;
  await expect(async () => { if (tries++) await new Promise(() => {}); throw new Error('the first time'); }).toPass({ timeout: 400, intervals: [1] });
});
test('the test ends first', async () => {
  test.setTimeout(400);
  await expect.poll(() => 3, { intervals: [5] }).toBe(2);
});
test('a matcher that waits by itself', async () => { await (expect.poll(() => 1) as any).toBeVisible(); });
let log: string[] | undefined;
test('left behind', async () => { void expect(() => { log?.push('again'); throw new Error('no'); }).toPass({ intervals: [1] }).catch(() => {}); expect(1).toBe(1); });
test('is not seen later', async () => { log = []; await new Promise((resolve) => setTimeout(resolve, 30)); expect(log.length).toBeLessThan(2); });
";
    insta::assert_snapshot!(play(script).text(), @r#"
    a function that never ends: failed (Assertion) AssertionError: the function that is polled did not end within 20 ms at a.spec.ts:3:67
    nor does this one: failed (Assertion) AssertionError: the function did not pass within 400 ms and 2 tries; the last time:
    the first time at a.spec.ts:7:82
    the test ends first: failed (Timeout) TimeoutError: the test ran out of time after 400 ms while waiting for a value to be as expected; the last time:
    expect(value).toBe(…) does not hold

    expected: 2
    received: 3 at a.spec.ts:11:3
    a matcher that waits by itself: failed (Script) TypeError: expect.poll does not take "toBeVisible", which waits by itself: expect(locator).toBeVisible() at a.spec.ts:13:90
    left behind: passed
    is not seen later: passed
    "#);
}
