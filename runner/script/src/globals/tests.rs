//! Global names, used as scripts use them.

use crate::testing::play;

/// Plays the body of a test; it must pass.
#[track_caller]
fn check(body: &str) {
    let script = format!(
        "import {{ test, expect }} from '@playwright/test';\ntest('globals', async () => {{\n{body}\nexpect(1).toBe(1);\n}});\n"
    );
    let record = play(&script);
    assert_eq!(record.text(), "globals: passed");
}

#[test]
fn urls() {
    check(
        "const url = new URL('/a?b=1#c', 'https://user:pw@ex.com:8443/x/');
        expect([url.href, url.host, url.pathname, url.searchParams.get('b')]).toEqual(['https://user:pw@ex.com:8443/a?b=1#c', 'ex.com:8443', '/a', '1']);
        url.searchParams.append('q', 'ä b');
        expect(url.search).toBe('?b=1&q=%C3%A4+b');
        url.search = '?z=2';
        expect([...url.searchParams]).toEqual([['z', '2']]);
        url.port = '443';
        expect(String(url)).toBe('https://user:pw@ex.com/a?z=2#c');
        expect(JSON.stringify({ url })).toBe('{\"url\":\"https://user:pw@ex.com/a?z=2#c\"}');
        expect(() => new URL('nothing')).toThrow('Invalid URL');
        expect(URL.canParse('x:y')).toBe(true);
        const params = new URLSearchParams({ a: '1', b: '2' });
        params.append('a', '3');
        expect([String(params), params.getAll('a'), params.has('c'), params.size]).toEqual(['a=1&b=2&a=3', ['1', '3'], false, 3]);
        params.delete('a');
        params.set('b', '&');
        expect(`${params}`).toBe('b=%26');
        expect(new URLSearchParams([['x', 'y']]).toString()).toBe('x=y');",
    );
}

#[test]
fn texts_and_bytes() {
    check(
        "expect(Array.from(new TextEncoder().encode('ä€'))).toEqual([0xc3, 0xa4, 0xe2, 0x82, 0xac]);
        expect(new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0xc3, 0xa4]))).toBe('ä');
        expect(new TextDecoder('latin1').decode(new Uint8Array([0xe4, 0x80]))).toBe('ä€');
        expect(() => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff]))).toThrow(TypeError);
        const stream = new TextDecoder();
        expect(stream.decode(new Uint8Array([0xe2, 0x82]), { stream: true }) + stream.decode(new Uint8Array([0xac]))).toBe('€');
        expect([btoa('hi'), atob('aGk=')]).toEqual(['aGk=', 'hi']);
        expect(Buffer.from('grüß').toString('base64')).toBe('Z3LDvMOf');
        expect(Buffer.from('Z3LDvMOf', 'base64').toString()).toBe('grüß');
        expect(Buffer.from('-_8', 'base64url').toString('hex')).toBe('fbff');
        expect(Buffer.concat([Buffer.from([1, 2]), Buffer.alloc(2, 'a')])).toEqual(Buffer.from([1, 2, 97, 97]));
        expect(Buffer.from('abc').equals(Buffer.from('abc'))).toBe(true);
        expect(Buffer.from('00ff', 'hex').readUInt16BE(0)).toBe(255);
        expect(JSON.stringify(Buffer.from('a'))).toBe('{\"type\":\"Buffer\",\"data\":[97]}');
        expect(Buffer.byteLength('ä')).toBe(2);
        expect(new TextEncoder().encode('\\ud800')).toHaveLength(3);",
    );
}

#[test]
fn timers_run_in_order() {
    check(
        "const order: unknown[] = [];
        setTimeout((word: string) => order.push(word), 5, 'timeout');
        setImmediate(() => order.push('immediate'));
        queueMicrotask(() => order.push('microtask'));
        process.nextTick(() => order.push('tick'));
        const cleared = setTimeout(() => order.push('never'), 1);
        clearTimeout(cleared);
        clearTimeout(undefined);
        let n = 0;
        await new Promise<void>((resolve) => {
          const interval = setInterval(() => { if (++n === 3) { clearInterval(interval); resolve(); } }, 3);
        });
        expect(order).toEqual(['microtask', 'tick', 'immediate', 'timeout']);
        const before = performance.now();
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(performance.now() - before).toBeGreaterThanOrEqual(19);",
    );
}

#[test]
fn events_and_aborting() {
    check(
        "const seen: string[] = [];
        const target = new EventTarget();
        target.addEventListener('x', (event) => seen.push((event as CustomEvent).detail), { once: true });
        target.dispatchEvent(new CustomEvent('x', { detail: 'first' }));
        target.dispatchEvent(new CustomEvent('x', { detail: 'second' }));
        expect(seen).toEqual(['first']);
        const controller = new AbortController();
        controller.signal.addEventListener('abort', () => seen.push('aborted'));
        controller.abort();
        expect([controller.signal.aborted, controller.signal.reason.name, seen.length]).toEqual([true, 'AbortError', 2]);
        expect(() => controller.signal.throwIfAborted()).toThrow('aborted');
        const soon = AbortSignal.timeout(5);
        await new Promise((resolve) => soon.addEventListener('abort', resolve));
        expect(AbortSignal.any([soon]).reason.name).toBe('TimeoutError');",
    );
}

#[test]
fn values_are_cloned() {
    check(
        "const value: any = { date: new Date(0), map: new Map([[1, { a: 1 }]]), list: [1, , 3], bytes: new Uint8Array([1]), error: new RangeError('x') };
        value.self = value;
        const copy = structuredClone(value);
        expect(copy).not.toBe(value);
        expect(copy.self).toBe(copy);
        expect([copy.date, copy.map, copy.bytes, copy.error]).toEqual([value.date, value.map, value.bytes, value.error]);
        expect(copy.error).toBeInstanceOf(RangeError);
        expect(() => structuredClone(() => {})).toThrow('could not be cloned');",
    );
}

#[test]
fn random_values_and_digests() {
    check(
        "expect(crypto.randomUUID()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(crypto.getRandomValues(new Uint32Array(4)).some((n) => n !== 0)).toBe(true);
        const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('abc'));
        expect(Buffer.from(digest).toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
        const { createHash, createHmac, randomInt } = require('node:crypto');
        expect(createHash('md5').update('a').update('bc').digest('hex')).toBe('900150983cd24fb0d6963f7d28e17f72');
        // RFC 4231, test case 2.
        expect(createHmac('sha256', 'Jefe').update('what do ya want for nothing?').digest('hex')).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
        expect([0, 1, 2]).toContain(randomInt(3));",
    );
}

#[test]
fn blobs_and_forms() {
    check(
        "const blob = new Blob(['a', new Uint8Array([98])], { type: 'text/plain' });
        expect([await blob.text(), blob.size, blob.type]).toEqual(['ab', 2, 'text/plain']);
        expect(await blob.slice(1).text()).toBe('b');
        const form = new FormData();
        form.append('a', 'x');
        form.append('file', blob, 'note.txt');
        expect([form.get('a'), (form.get('file') as File).name, form.has('b')]).toEqual(['x', 'note.txt', false]);",
    );
}

#[test]
fn the_console_is_heard() {
    let record = play(
        "import { test, expect } from '@playwright/test';
test('console', () => {
  console.log('plain', 1, { a: [1, 'b'] }, undefined);
  console.warn('%s has %d of %j', 'box', 3, { x: 1 });
  console.error(new TypeError('bad').message);
  console.group('group');
  console.info('inside');
  console.groupEnd();
  console.assert(false, 'not so');
  expect(1).toBe(1);
});",
    );
    let expected = "log: plain 1 { a: [1, \"b\"] } undefined
warn: box has 3 of {\"x\":1}
error: bad
log: group
info:   inside
error: assertion failed: not so
console: passed";
    assert_eq!(record.text(), expected);
}

/// What Chrome 156 writes for many options; where we write something at all, it is the same.
const IN_CHROME: &str = include_str!("intl_in_chrome.json");

#[test]
fn dates_and_numbers_are_as_in_chrome_or_refused() {
    let script = "import { test, expect } from '@playwright/test';
import rows from './rows.json';
test('rows', () => {
  const date = new Date(Date.UTC(2026, 8, 2, 3, 4, 5, 678));
  const wrong: unknown[] = [];
  let same = 0;
  for (const [method, locale, options, ...rest] of rows as any[]) {
    const expected = rest.at(-1);
    let got;
    try {
      got = method === 'number' ? rest[0].toLocaleString(locale, options) : (date as any)[method](locale, { timeZone: 'UTC', ...options });
    } catch { continue; }
    if (got === expected) same++;
    else wrong.push([method, locale, options, rest[0], expected, got]);
  }
  console.log(wrong.slice(0, 60).map((one) => JSON.stringify(one)).join('\\n'));
  expect([wrong.length, same > 640]).toEqual([0, true]);
});
";
    let record = crate::testing::play_files(
        &[("a.spec.ts", script), ("rows.json", IN_CHROME)],
        &crate::settings::PlaySettings::default(),
    );
    assert!(record.text().ends_with("rows: passed"), "{}", record.text());
}

#[test]
fn intl_is_called_as_people_call_it() {
    check(
        "const day = new Date(Date.UTC(2026, 8, 2, 13, 4, 5));
  expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe('UTC');
  expect(Intl.NumberFormat('de-DE').format(1234.5)).toBe('1.234,5');
  expect(['b', 'a'].sort(Intl.Collator('en').compare)).toEqual(['a', 'b']);
  expect(Intl.DateTimeFormat('de', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Berlin' }).format(day)).toBe('2. September 2026 um 15:04');
  expect(day.toLocaleDateString('cs', { dateStyle: 'full' })).toBe('středa 2. září 2026');
  expect(day.toLocaleTimeString('en', { timeStyle: 'short' })).toBe('1:04 PM');
  expect(day.toLocaleString('en', { timeStyle: 'long', timeZone: 'America/New_York' })).toBe('9:04:05 AM EDT');
  expect(Intl.getCanonicalLocales(['EN-us', 'en-US'])).toEqual(['en-US']);
  expect(() => day.toLocaleString('en', { dateStyle: 'long', year: 'numeric' })).toThrow(TypeError);
  expect(() => day.toLocaleString('en', { dateStyle: 'huge' as any })).toThrow(RangeError);
  expect(() => day.toLocaleString('en', { timeStyle: 'full' })).toThrow('not available in monitors');
  expect(() => day.toLocaleString('xx')).toThrow('there are en-US');",
    );
}
