//! Expectations: what holds, what is waited for, what was there instead.

use std::time::Duration;

use canary_browser::{Expectation, Progress, Selector};
use serde_json::{Value, json};

use crate::actions::{patient, write};
use crate::harness::{Room, test};

/// A page, a selector, a matcher with its options, and what is received where it does not hold.
type Case = (&'static str, &'static str, Value, Want);

enum Want {
    Holds,
    /// It does not hold; this was there.
    Finds(Value),
    /// It does not hold; nothing was there.
    Misses,
    /// It cannot be asked, or the element cannot answer.
    Errs(&'static str),
}

use Want::{Errs, Finds, Holds, Misses};

async fn check(room: &Room, (html, selector, matcher, want): Case) -> Result<(), String> {
    let about = format!("{matcher} of `{selector}` in {html}");
    write(room, html).await;
    let selector = Selector::parse(selector).map_err(|error| format!("{about}: {error}"))?;
    let expectation: Expectation =
        serde_json::from_value(matcher).map_err(|error| format!("{about}: {error}"))?;
    let progress = if matches!(want, Holds) { patient() } else { Progress::new(Duration::from_millis(150)) };
    let outcome = match room.page.main_frame().expect(&progress, &selector, &expectation).await {
        Ok(outcome) => outcome,
        Err(error) => {
            let said = error.to_string();
            return match want {
                Errs(words) if said.contains(words) => Ok(()),
                _ => Err(format!("{about}: {said}")),
            };
        }
    };
    let right = match &want {
        Holds => outcome.pass,
        Finds(value) => !outcome.pass && !outcome.missing && outcome.received == *value,
        Misses => !outcome.pass && outcome.missing && outcome.error.is_none(),
        Errs(words) => !outcome.pass && outcome.error.as_ref().is_some_and(|error| error.contains(words)),
    };
    if right { Ok(()) } else { Err(format!("{about}: {outcome:?}")) }
}

fn all(cases: impl FnOnce() -> Vec<Case> + Send + 'static) {
    test(|room| async move {
        let mut wrong = Vec::new();
        for case in cases() {
            wrong.extend(check(&room, case).await.err());
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    });
}

fn is(matcher: &str) -> Value {
    json!({ "matcher": matcher })
}

fn not(mut matcher: Value) -> Value {
    matcher["not"] = true.into();
    matcher
}

#[test]
fn states() {
    all(|| {
        let page = "<p id=shown>x</p><p id=gone hidden>x</p><button id=off disabled>x</button><input id=read readonly><input id=full value=v>\
            <input id=on type=checkbox checked><input id=half type=checkbox><i id=empty></i><div style='height: 5000px'></div><b id=below>x</b>\
            <div id=aria role=checkbox aria-checked=mixed>x</div><script>document.querySelector('#half').indeterminate = true; full.focus()</script>";
        let with = |matcher: &str, option: &str, value: Value| json!({ "matcher": matcher, (option): value });
        vec![
            (page, "#shown", is("toBeVisible"), Holds),
            (page, "#gone", is("toBeVisible"), Finds(json!("hidden"))),
            (page, "#none", is("toBeVisible"), Misses),
            (page, "#none", not(is("toBeVisible")), Holds),
            (page, "#shown", not(is("toBeVisible")), Finds(json!("visible"))),
            (page, "#gone", with("toBeVisible", "visible", json!(false)), Holds),
            (page, "#none", with("toBeVisible", "visible", json!(false)), Holds),
            (page, "#none", not(with("toBeVisible", "visible", json!(false))), Misses),
            (page, "#gone", is("toBeHidden"), Holds),
            (page, "#none", is("toBeHidden"), Holds),
            (page, "#none", not(is("toBeHidden")), Misses),
            (page, "#gone", is("toBeAttached"), Holds),
            (page, "#none", is("toBeAttached"), Misses),
            (page, "#none", not(is("toBeAttached")), Holds),
            (page, "#none", with("toBeAttached", "attached", json!(false)), Holds),
            (page, "#shown", with("toBeAttached", "attached", json!(false)), Finds(json!("attached"))),
            (page, "#full", is("toBeEnabled"), Holds),
            (page, "#off", is("toBeEnabled"), Finds(json!("disabled"))),
            (page, "#off", is("toBeDisabled"), Holds),
            (page, "#off", not(is("toBeEnabled")), Holds),
            (page, "#none", not(is("toBeEnabled")), Misses),
            (page, "#full", is("toBeEditable"), Holds),
            (page, "#read", is("toBeEditable"), Finds(json!("readOnly"))),
            (page, "#read", with("toBeEditable", "editable", json!(false)), Holds),
            (page, "#shown", is("toBeEditable"), Errs("Element is not an <input>")),
            (page, "#on", is("toBeChecked"), Holds),
            (page, "#on", with("toBeChecked", "checked", json!(false)), Finds(json!("checked"))),
            (page, "#half", with("toBeChecked", "indeterminate", json!(true)), Holds),
            (page, "#on", with("toBeChecked", "indeterminate", json!(true)), Finds(json!("checked"))),
            (page, "#aria", with("toBeChecked", "indeterminate", json!(true)), Holds),
            (page, "#shown", is("toBeChecked"), Errs("Not a checkbox or radio button")),
            (page, "#on", json!({ "matcher": "toBeChecked", "checked": true, "indeterminate": true }), Errs("Can't assert indeterminate and checked at the same time")),
            (page, "#empty", is("toBeEmpty"), Holds),
            (page, "#read", is("toBeEmpty"), Holds),
            (page, "#full", is("toBeEmpty"), Finds(json!("notEmpty"))),
            (page, "#full", is("toBeFocused"), Holds),
            (page, "#read", is("toBeFocused"), Finds(json!("inactive"))),
            (page, "#shown", is("toBeInViewport"), Holds),
            (page, "#below", is("toBeInViewport"), Finds(json!("viewport ratio 0"))),
            (page, "#below", not(is("toBeInViewport")), Holds),
            (page, "#none", not(is("toBeInViewport")), Holds),
            (page, "div >> nth=0", with("toBeInViewport", "ratio", json!(0.9)), Finds(json!("viewport ratio 0.1"))).pick(page),
            (page, "p", is("toBeVisible"), Errs("strict mode violation: locator('p') resolved to 2 elements")),
        ]
    });
}

trait Pick {
    fn pick(self, page: &'static str) -> Self;
}

impl Pick for Case {
    /// The share of a tall element depends on what stands above it.
    fn pick(self, _: &'static str) -> Self {
        ("<style>* { margin: 0 }</style><div style='height: 7200px'></div>", self.1, self.2, self.3)
    }
}
