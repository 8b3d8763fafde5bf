//! Every way a run can end, provoked for real: exit code, class, the summary document, no browser left.

mod deadline;
mod disk;
mod lost;
mod memory;
mod table;
mod tls;

use std::time::Duration;

use canary_tests::shop::{Options, Shop};
use serde_json::Value;

use crate::programs::{Finished, Workplace, signal};

const HEAD: &str = "import { test, expect } from '@playwright/test';\n";

/// A script, how it is run, and how that must end.
#[derive(Clone, Copy)]
struct Ending<'a> {
    /// Body of the script's one test, or the whole script if it names `test(`; without it the arguments name pages.
    script: &'a str,
    arguments: &'a [&'a str],
    code: i32,
    status: &'a str,
    class: Option<&'a str>,
    /// Words that the failure must say.
    says: &'a str,
}

impl Default for Ending<'_> {
    fn default() -> Self {
        Self { script: "", arguments: &[], code: 0, status: "passed", class: None, says: "" }
    }
}

fn script(body: &str) -> String {
    if body.contains("test(") {
        return format!("{HEAD}{body}");
    }
    format!("{HEAD}test('ending', async ({{ page }}) => {{\n  {body}\n}});\n")
}

fn shop(faults: &str) -> Shop {
    Shop::open_with(&Options { faults: faults.parse().unwrap(), ..Options::default() }).unwrap()
}

/// Checks an ending on a shop without faults.
async fn check(ending: Ending<'_>) {
    check_on(&shop("none"), ending).await;
}

async fn check_on(shop: &Shop, ending: Ending<'_>) {
    let workplace = Workplace::new();
    workplace.write("ending.spec.ts", &script(ending.script));
    let mut arguments = if ending.script.is_empty() { vec![] } else { vec!["ending.spec.ts"] };
    arguments.extend(["--store", "sqlite:canary.db", "--base-url", shop.url()]);
    arguments.extend(ending.arguments);
    let finished = workplace.run(&arguments).await;
    assert_ended(&workplace, &finished, &ending).await;
}

async fn assert_ended(workplace: &Workplace, finished: &Finished, ending: &Ending<'_>) {
    assert_eq!(finished.code(), Some(ending.code), "{finished:#?}");
    let reported = finished.summary();
    assert_eq!(reported["status"], ending.status, "{finished:#?}");
    assert_eq!(reported["failure"]["class"].as_str(), ending.class, "{finished:#?}");
    let documents = workplace.documents(&["--kind", "run"]).await;
    let [summary] = documents.as_slice() else { panic!("not one summary: {documents:#?}") };
    assert_eq!(summary["run"]["status"], ending.status);
    assert_eq!(summary["failure"]["class"].as_str(), ending.class);
    let failure = summary["failure"].to_string();
    assert!(failure.contains(ending.says), "`{failure}` does not say `{}`", ending.says);
    workplace.no_browser_left().await;
}

#[tokio::test]
async fn passed() {
    check(Ending {
        script: "await page.goto('/'); await expect(page).toHaveTitle(/The Perch/);",
        ..Ending::default()
    })
    .await;
}

const FAILED: Ending<'static> =
    Ending { script: "", arguments: &[], code: 1, status: "failed", class: Some("assertion"), says: "" };

#[tokio::test]
async fn assertion() {
    let script =
        "await page.goto('/'); await expect(page.locator('h1')).toHaveText('Nothing', { timeout: 300 });";
    check(Ending { script, says: "A garden full of song", ..FAILED }).await;
    check(Ending { script: "expect(1 + 1).toBe(3);", ..FAILED }).await;
}

#[tokio::test]
async fn site_cannot_be_reached() {
    for (url, says) in [
        ("http://no-such-host.invalid/", "ERR_NAME_NOT_RESOLVED"),
        ("http://127.0.0.1:1/", "ERR_"),
        ("https://127.0.0.1:1/", "ERR_"),
    ] {
        let script = format!("await page.goto('{url}');");
        check(Ending { script: &script, class: Some("site"), says, ..FAILED }).await;
    }
}

#[tokio::test]
async fn site_speaks_no_tls() {
    let shop = shop("none");
    let script = format!("await page.goto('{}');", shop.url().replace("http:", "https:"));
    check_on(&shop, Ending { script: &script, class: Some("site"), says: "ERR_SSL", ..FAILED }).await;
}

#[tokio::test]
async fn site_answers_with_an_error_in_smoke() {
    let shop = shop("server-error@/deals");
    let (broken, gone) = (format!("{}/deals", shop.url()), format!("{}/no-such-page", shop.url()));
    let class = Some("site");
    check_on(&shop, Ending { arguments: &[&broken], class, says: "500", ..FAILED }).await;
    check_on(&shop, Ending { arguments: &[&gone], class, says: "404", ..FAILED }).await;
}

#[tokio::test]
async fn site_page_crashed() {
    let script = "await page.goto('/'); await page.goto('chrome://crash');";
    check(Ending { script, class: Some("site"), says: "crash", ..FAILED }).await;
}

#[tokio::test]
async fn timeout_of_an_element_that_never_comes() {
    let script =
        "await page.goto('/'); await page.getByRole('button', { name: 'Nowhere' }).click({ timeout: 400 });";
    check(Ending { script, class: Some("timeout"), says: "Nowhere", ..FAILED }).await;
}

#[tokio::test]
async fn timeout_of_a_page_that_hangs() {
    let shop = shop("hang");
    let hang = Ending { script: "await page.goto('/checkout');", class: Some("timeout"), ..FAILED };
    check_on(&shop, Ending { arguments: &["--timeout", "1500ms"], ..hang }).await;
}

const ERROR: Ending<'static> =
    Ending { script: "", arguments: &[], code: 3, status: "error", class: Some("script"), says: "" };

#[tokio::test]
async fn script_that_is_wrong() {
    for (script, says) in [
        ("await page.goto('/');\n  await page.noSuchMethod();", "noSuchMethod"),
        ("throw new Error('own goal');", "own goal"),
        ("const = 1;", "ending.spec.ts:3"),
        ("import axios from 'axios';\ntest('x', () => axios.get('/'));", "axios"),
        ("import { a } from './missing';\ntest('x', () => a());", "./missing"),
    ] {
        check(Ending { script, says, ..ERROR }).await;
    }
}

#[tokio::test]
async fn script_that_never_ends() {
    for script in ["while (true) {}", "await new Promise(() => {});"] {
        check(Ending { script, arguments: &["--timeout", "1s"], ..ERROR }).await;
    }
}

#[tokio::test]
async fn script_that_eats_memory() {
    let script = "const all = []; for (;;) all.push('x'.repeat(100000) + all.length);";
    check(Ending { script, says: "memory", ..ERROR }).await;
}

#[tokio::test]
async fn checkout_that_fails() {
    let class = Some("checkout");
    let sound = "expect(1).toBe(1);";
    check(Ending {
        script: sound,
        arguments: &["--git", "/no/such/repository"],
        class,
        says: "/no/such/repository",
        ..ERROR
    })
    .await;
    let workplace = Workplace::new();
    let git = |arguments: &'static [&'static str]| {
        let mut git = workplace.command(std::path::Path::new("git"));
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.test"]).args(arguments);
        async move { assert!(git.status().await.unwrap().success()) }
    };
    workplace.write("ending.spec.ts", &script(sound));
    git(&["init", "--quiet"]).await;
    git(&["add", "ending.spec.ts"]).await;
    git(&["commit", "--quiet", "--message", "one"]).await;
    let repository = workplace.path().display().to_string();
    let wrong = ["--git", repository.as_str(), "--revision", "no-such-branch"];
    check(Ending { script: sound, arguments: &wrong, class, says: "no-such-branch", ..ERROR }).await;
    check(Ending { script: sound, arguments: &["--git", &repository], ..Ending::default() }).await;
}

#[tokio::test]
async fn browser_that_is_missing() {
    let arguments = &["--browser-executable", "/no/such/chrome"];
    let missing =
        Ending { arguments, code: 4, class: Some("browser_missing"), says: "/no/such/chrome", ..ERROR };
    check(Ending { script: "await page.goto('/');", ..missing }).await;
    let arguments = &["--browser", "http://127.0.0.1:1"];
    let refused = Ending { arguments, code: 4, class: Some("browser_missing"), says: "127.0.0.1:1", ..ERROR };
    check(Ending { script: "await page.goto('/');", ..refused }).await;
}

/// Visits the start page, then one that never answers.
const TO_THE_HANGING_PAGE: &str = "await page.goto('/'); await page.goto('/checkout');";

/// Starts a run and waits until its browser waits for the page that never answers.
async fn under_way(shop: &Shop, workplace: &Workplace, arguments: &[&str]) -> tokio::process::Child {
    workplace.write("ending.spec.ts", &script(TO_THE_HANGING_PAGE));
    let store = if arguments.contains(&"--store") { &[][..] } else { &["--store", "sqlite:canary.db"] };
    let given = [&["ending.spec.ts", "--base-url", shop.url()], store].concat();
    let child = workplace.canary_run(&[&given[..], arguments].concat()).spawn().unwrap();
    visited(shop, "/checkout").await;
    child
}

/// Waits until a page was asked for.
async fn visited(shop: &Shop, path: &str) {
    for _ in 0..600 {
        if shop.visits(path) > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} was not visited");
}

/// Runs a script that waits for an answer that never comes, does something to it, and checks its end.
async fn check_disturbed(ending: Ending<'_>, disturb: impl Fn(&Workplace, u32)) {
    let shop = shop("hang");
    let workplace = Workplace::new();
    let child = under_way(&shop, &workplace, ending.arguments).await;
    disturb(&workplace, child.id().unwrap());
    let finished = Finished::of(child).await;
    assert_ended(&workplace, &finished, &ending).await;
}

#[tokio::test]
async fn browser_that_is_killed_in_mid_step() {
    let ending = Ending { code: 4, class: Some("browser_crash"), ..ERROR };
    check_disturbed(ending, |workplace, _| signal(workplace.browser(), "-KILL")).await;
}

#[tokio::test]
async fn interrupted_by_a_signal() {
    for name in ["-TERM", "-INT"] {
        let ending = Ending { code: 6, class: Some("interrupted"), ..ERROR };
        check_disturbed(ending, |_, id| signal(id, name)).await;
    }
}

#[tokio::test]
async fn killed_runs_leave_no_browser_and_no_end() {
    let shop = shop("hang");
    let workplace = Workplace::new();
    let child = under_way(&shop, &workplace, &[]).await;
    signal(child.id().unwrap(), "-KILL");
    Finished::of(child).await;
    workplace.no_browser_left().await;
    let kinds: Vec<Value> =
        workplace.documents(&[]).await.iter().map(|d| d["event"]["dataset"].clone()).collect();
    assert!(kinds.contains(&"canary.start".into()) && !kinds.contains(&"canary.run".into()), "{kinds:?}");
}

#[tokio::test]
async fn a_store_that_takes_nothing_spools_and_hides_no_failure() {
    let shop = shop("none");
    for (body, code, status, class) in [
        ("await page.goto('/');", 5, "passed", Some("store")),
        ("await page.goto('/'); expect(1).toBe(2);", 1, "failed", Some("assertion")),
    ] {
        let workplace = Workplace::new();
        workplace.write("ending.spec.ts", &script(body));
        let finished =
            workplace.run(&["ending.spec.ts", "--store", "ndjson:/dev/full", "--base-url", shop.url()]).await;
        assert_eq!(finished.code(), Some(code), "{finished:#?}");
        let summary = finished.summary();
        assert_eq!(
            (&summary["status"], &summary["delivery"]),
            (&status.into(), &"spooled".into()),
            "{finished:#?}"
        );
        assert_eq!(summary["failure"]["class"].as_str(), class);
    }
}

#[tokio::test]
async fn wrong_settings_are_told_all_together() {
    let workplace = Workplace::new();
    workplace.write("canary.yaml", "timeuot_ms: 5\nstore: floppy:disk\n");
    let finished = workplace.run(&["x.spec.ts", "--timeout", "soon"]).await;
    assert_eq!(finished.code(), Some(2), "{finished:#?}");
    for part in ["timeuot_ms", "timeout_ms", "floppy:disk", "soon", "x.spec.ts"] {
        assert!(finished.stderr.contains(part), "`{part}` is not in {}", finished.stderr);
    }
}
