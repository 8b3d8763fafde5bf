//! Scripts in Playwright style with a page: how failures of the page come out.

use canary_script::{FailureClass, PlaySettings};

use crate::harness::{Record, play, quick};
use crate::server::{Answer, html, serve};

/// Plays a script whose `baseURL` is the server's address.
fn script(answers: Vec<(&'static str, Answer)>, text: &str) -> Record {
    let address = serve(answers);
    let text = format!("import {{ test, expect }} from '@playwright/test';\n{text}");
    let settings = PlaySettings { base_url: Some(address.clone()), ..quick() };
    let mut record = play(move || async move {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.spec.ts"), text).unwrap();
        let loaded = canary_script::load(folder.path(), "a.spec.ts", &settings).await;
        std::mem::forget(folder);
        loaded.unwrap_or_else(|error| panic!("{error}"))
    });
    for line in &mut record.lines {
        *line = line.replace(&address, "");
    }
    record
}

const SHOP: &str = "<title>Shop</title><h1>Shop</h1><input placeholder=Search><ul></ul><script>
  document.querySelector('input').addEventListener('input', (event) => {
    setTimeout(() => { document.querySelector('ul').innerHTML = `<li>${event.target.value}</li>`; }, 50);
  });
</script>";

#[test]
fn a_page_is_driven() {
    let record = script(
        vec![("/", html(SHOP))],
        "test('search', async ({ page }) => {
  await test.step('open', async () => { await page.goto('/'); });
  await expect(page).toHaveTitle('Shop');
  await test.step('search', async () => {
    await page.getByPlaceholder('Search').fill('lamp');
    await expect(page.getByRole('listitem')).toHaveText('lamp');
  });
});",
    );
    assert_eq!(record.lines, ["open: passed", "search: passed", "test: passed"], "{:?}", record.failure);
}

#[test]
fn failures_of_the_page_are_classified() {
    let class = |text: &str| {
        let record = script(vec![("/", html(SHOP))], text);
        let failure = record.failure.unwrap_or_else(|| panic!("it passed: {text}"));
        (failure.class, failure.stack.first().map(|frame| (frame.line, frame.column)))
    };
    let missing = "test('a', async ({ page }) => {\n  await page.goto('/');\n  await page.locator('#x').click({ timeout: 100 });\n});";
    assert_eq!(class(missing), (FailureClass::Timeout, Some((4, 28))));
    let unexpected = "test('a', async ({ page }) => {\n  await page.goto('/');\n  await expect(page.locator('h1')).toHaveText('Other', { timeout: 100 });\n});";
    assert_eq!(class(unexpected), (FailureClass::Assertion, Some((4, 36))));
    let nowhere = "test('a', async ({ page }) => {\n  await page.goto('http://nothing.invalid/');\n});";
    assert_eq!(class(nowhere), (FailureClass::Site, Some((3, 14))));
    let slow = "test('a', async ({ page }) => {\n  test.setTimeout(1500);\n  await page.goto('/');\n  await page.locator('#x').click();\n});";
    assert_eq!(class(slow), (FailureClass::Timeout, Some((5, 28))));
    let broken =
        "test('a', async ({ page }) => {\n  await page.goto('/');\n  await (page as any).clik('#x');\n});";
    assert_eq!(class(broken), (FailureClass::Script, Some((4, 23))));
}

#[test]
fn requests_are_made_outside_of_pages() {
    let json = Answer {
        status: 201,
        headers: vec![("Content-Type", "application/json".to_owned())],
        body: r#"{"a":1}"#.to_owned(),
    };
    let record = script(
        vec![("/json", json)],
        "test('fetch', async ({ baseURL }) => {
  const response = await fetch(`${baseURL}/json`, { method: 'POST', body: new URLSearchParams({ q: '1' }) });
  expect([response.status, response.ok, response.headers.get('content-type')]).toEqual([201, true, 'application/json']);
  expect(await response.clone().json()).toEqual({ a: 1 });
  expect(await response.text()).toBe('{\"a\":1}');
  await expect(response.text()).rejects.toThrow('read already');
  expect((await fetch(new Request(`${baseURL}/missing`))).status).toBe(404);
  await expect(fetch('http://127.0.0.1:1/')).rejects.toThrow('fetch');
  await expect(fetch(`${baseURL}/json`, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
});",
    );
    assert_eq!(record.lines, ["test: passed"], "{:?}", record.failure);
}

/// What is wrong with a call is told at its line, with the call's name and what it was given. Each row: the line,
/// the column that is pointed at, and what the message holds.
#[test]
fn wrong_calls_are_told_at_their_line() {
    let rows = [
        ("await (page as any).clik('h1');", 23, "`clik` is not a function"),
        ("await page.click(5 as any);", 14, "page.click: selector: expected string, got number"),
        ("await page.goto(5 as any);", 14, "page.goto: url: expected string, got number"),
        ("await page.locator('div[').click();", 30, "selector `div[` cannot be parsed at character 4"),
        ("await page.locator('//h1[').count();", 31, "'//h1[' is not a valid XPath"),
        ("await page.locator('nonsense=h1').count();", 37, "`nonsense=h1`"),
        ("await page.locator('h1 >> nth=a').count();", 37, "`h1 >> nth=a` cannot be parsed at character 10"),
        ("await page.click('h1', { button: 'top' as any });", 14, "page.click"),
        ("await page.click('h1', { timeout: 'long' as any });", 14, "timeout: expected number, got string"),
        ("await page.waitForLoadState('done' as any);", 14, "page.waitForLoadState: state"),
        ("await page.goto('/', { waitUntil: 'done' as any });", 14, "page.goto: waitUntil"),
        ("await page.evaluate('a b');", 14, "page.evaluate: SyntaxError"),
        ("await page.evaluate(() => { throw new TypeError('in the page'); });", 14, "TypeError: in the page"),
        ("await page.evaluate(({ f }: any) => f(), { f: () => {} });", 3, "Attempting to serialize"),
        ("await page.setViewportSize(5 as any);", 14, "page.setViewportSize"),
        ("await page.keyboard.press('Nokey');", 23, "Nokey"),
        ("await expect('h1').toBeVisible();", 22, "toBeVisible can be only used with Locator object"),
        ("await page.pause();", 14, "page.pause is not supported by canary"),
    ];
    for (body, column, expected) in rows {
        let test = format!("test('a', async ({{ page }}) => {{\n  await page.goto('/');\n  {body}\n}});");
        let record = script(vec![("/", html(SHOP))], &test);
        let failure = record.failure.unwrap_or_else(|| panic!("it passed: {body}"));
        let place = failure.stack.first().map(|frame| (frame.line, frame.column));
        assert_eq!((failure.class, place), (FailureClass::Script, Some((4, column))), "{body}");
        assert!(failure.message.contains(expected), "{body}\n{}", failure.message);
    }
}
