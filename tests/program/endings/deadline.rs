//! The run's own deadline: a timeout while browser or site are waited for, in every dialect; an interruption of our
//! own where the script is busy with itself.

use super::{ERROR, Ending, FAILED, assert_ended, script, shop};
use crate::programs::Workplace;

/// Two seconds: the last ten of a run are kept for evidence and delivery.
const SOON: [&str; 2] = ["--run-timeout", "12s"];

/// Plays a file, or pages where there is none, with tests that have more time than the run.
async fn check(faults: &str, file: Option<(&str, &str)>, arguments: &[&str], expected: Ending<'_>) {
    let shop = shop(faults);
    let workplace = Workplace::new();
    let hanging = format!("{}/checkout", shop.url());
    let target = file.map_or(hanging.as_str(), |(name, text)| workplace.write(name, text));
    let own = [target, "--store", "sqlite:canary.db", "--base-url", shop.url(), "--timeout", "60s"];
    let finished = workplace.run(&[&own, arguments].concat()).await;
    assert_ended(&workplace, &finished, &expected).await;
}

const TIMEOUT: Ending<'static> =
    Ending { class: Some("timeout"), says: "the run's own deadline passed while the browser", ..FAILED };

#[tokio::test]
async fn a_test_that_waits_for_the_site() {
    for (faults, body) in [
        // An answer, a document's load event, an answer that nobody asked for, an element, time to pass.
        ("hang", "await page.goto('/checkout');"),
        ("none", "await page.route('**/styles/**', () => {}); await page.goto('/');"),
        ("none", "await page.goto('/'); await page.waitForResponse('**/never', { timeout: 0 });"),
        (
            "none",
            "await page.goto('/'); await expect(page.locator('#never')).toBeVisible({ timeout: 60_000 });",
        ),
        ("none", "await page.goto('/'); await page.waitForTimeout(60_000);"),
        ("hang", "await page.request.get('/checkout', { timeout: 60_000 });"),
    ] {
        check(faults, Some(("ending.spec.ts", &script(body))), &SOON, TIMEOUT).await;
    }
}

#[tokio::test]
async fn a_recording_that_waits_for_the_site() {
    let waits = r##"{"type": "waitForElement", "selectors": ["#never"], "timeout": 30000}"##;
    for (faults, path, step) in [("hang", "/checkout", ""), ("none", "/", waits)] {
        let comma = if step.is_empty() { "" } else { "," };
        let recording = format!(
            r#"{{"title": "ending", "timeout": 30000, "steps": [{{"type": "navigate", "url": "http://shop.test{path}"}}{comma}{step}]}}"#
        );
        check(faults, Some(("ending.json", &recording)), &SOON, TIMEOUT).await;
    }
}

#[tokio::test]
async fn a_list_of_pages_that_waits_for_the_site() {
    check("hang", None, &SOON, TIMEOUT).await;
}

#[tokio::test]
async fn a_script_that_is_busy_with_itself() {
    // Time enough for a browser to be opened on a busy machine: until then it is the browser that is waited for.
    let later = ["--run-timeout", "25s"];
    let interrupted = Ending {
        code: 6,
        class: Some("interrupted"),
        says: "the run's own deadline passed in the script",
        ..ERROR
    };
    for body in ["await page.goto('/'); for (;;) {}", "await page.goto('/'); await new Promise(() => {});"] {
        check("none", Some(("ending.spec.ts", &script(body))), &later, interrupted).await;
    }
}
