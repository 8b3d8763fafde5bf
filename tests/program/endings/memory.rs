//! Memory that is used up: of a page, and of the browser.

use super::{ERROR, Ending, FAILED, assert_ended, check, script, shop, visited};
use crate::programs::{Finished, Workplace, signal};

/// A heap of 128 MB, so that it is full soon.
const SMALL_HEAP: [&str; 2] =
    ["--browser-argument", "--js-flags=--max-old-space-size=128 --max-semi-space-size=1"];

#[tokio::test]
async fn site_page_that_eats_memory() {
    let script = "await page.goto('/');\n\
                  await page.evaluate(() => { const all = []; for (;;) all.push(new Array(100_000).fill(0.5)); });";
    check(Ending { script, arguments: &SMALL_HEAP, class: Some("site"), says: "crash", ..FAILED }).await;
}

/// A browser that dies when its memory was as good as used up is suspected to have died of that.
#[tokio::test]
async fn browser_that_dies_with_a_full_heap() {
    let (workplace, shop) = (Workplace::new(), shop("hang"));
    let body = "await page.goto('/');\n\
        await test.step('fill the heap', () => page.evaluate(() => {\n\
          window.all = Array.from({ length: 15_500 }, () => new Array(1000).fill(0.5));\n\
        }));\n\
        await page.goto('/checkout');";
    workplace.write("ending.spec.ts", &script(body));
    let arguments = ["ending.spec.ts", "--store", "sqlite:canary.db", "--base-url", shop.url()];
    let child = workplace.canary_run(&[&arguments[..], &SMALL_HEAP].concat()).spawn().unwrap();
    visited(&shop, "/checkout").await;
    signal(workplace.browser(), "-KILL");
    let finished = Finished::of(child).await;
    let expected = Ending { code: 4, class: Some("out_of_memory"), says: "suspected", ..ERROR };
    assert_ended(&workplace, &finished, &expected).await;
}
