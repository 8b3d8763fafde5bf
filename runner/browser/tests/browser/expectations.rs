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
        let tall = "<style>* { margin: 0 }</style><div style='height: 1440px'></div>";
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
            (
                page,
                "#on",
                json!({ "matcher": "toBeChecked", "checked": true, "indeterminate": true }),
                Errs("Can't assert indeterminate and checked at the same time"),
            ),
            (page, "#empty", is("toBeEmpty"), Holds),
            (page, "#read", is("toBeEmpty"), Holds),
            (page, "#full", is("toBeEmpty"), Finds(json!("notEmpty"))),
            (page, "#full", is("toBeFocused"), Holds),
            (page, "#read", is("toBeFocused"), Finds(json!("inactive"))),
            (page, "#shown", is("toBeInViewport"), Holds),
            (page, "#below", is("toBeInViewport"), Finds(json!("viewport ratio 0"))),
            (page, "#below", not(is("toBeInViewport")), Holds),
            (page, "#none", not(is("toBeInViewport")), Holds),
            (tall, "div", with("toBeInViewport", "ratio", json!(0.4)), Holds),
            (tall, "div", with("toBeInViewport", "ratio", json!(0.9)), Finds(json!("viewport ratio 0.5"))),
            (
                page,
                "p",
                is("toBeVisible"),
                Errs("strict mode violation: locator('p') resolved to 2 elements"),
            ),
        ]
    });
}

fn expects(matcher: &str, expected: Value) -> Value {
    json!({ "matcher": matcher, "expected": expected })
}

fn regex(source: &str, flags: &str) -> Value {
    json!({ "source": source, "flags": flags })
}

fn with(mut matcher: Value, option: &str, value: Value) -> Value {
    matcher[option] = value;
    matcher
}

#[test]
fn texts() {
    all(|| {
        let one = "<p>Some   <b>bold</b>\n text\u{a0}</p>";
        let many = "<li>One</li><li>Two</li><li>Three</li>";
        let has = |expected: Value| expects("toHaveText", expected);
        let contains = |expected: Value| expects("toContainText", expected);
        vec![
            (one, "p", has(json!("Some bold text")), Holds),
            (one, "p", has(json!("  Some\tbold text ")), Holds),
            (one, "p", has(json!("So\u{200b}me bold text")), Holds),
            (one, "p", has(json!("some bold text")), Finds(json!("Some   bold\n text\u{a0}"))),
            (one, "p", with(has(json!("SOME bold text")), "ignoreCase", json!(true)), Holds),
            (one, "p", has(json!("Some")), Finds(json!("Some   bold\n text\u{a0}"))),
            (one, "p", not(has(json!("Some"))), Holds),
            (one, "p", has(regex("Some   bold", "")), Holds),
            (one, "p", has(regex("Some bold", "")), Finds(json!("Some   bold\n text\u{a0}"))),
            (one, "p", with(has(regex("some", "")), "ignoreCase", json!(true)), Holds),
            (one, "p", not(with(has(regex("some", "i")), "ignoreCase", json!(false))), Holds),
            (one, "p", contains(json!("bold text")), Holds),
            (one, "p", contains(json!("BOLD")), Finds(json!("Some   bold\n text\u{a0}"))),
            (one, "p", contains(regex("b.ld", "")), Holds),
            ("<p>a <b hidden>no</b> c</p>", "p", with(has(json!("a c")), "useInnerText", json!(true)), Holds),
            ("<p>a <b hidden>no</b> c</p>", "p", has(json!("a no c")), Holds),
            (one, "h9", has(json!("x")), Misses),
            (one, "h9", not(has(json!("x"))), Misses),
            (many, "li", has(json!(["One", "Two", "Three"])), Holds),
            (many, "li", has(json!(["One", regex("^T", ""), "Three"])), Holds),
            (many, "li", has(json!(["One", "Two"])), Finds(json!(["One", "Two", "Three"]))),
            (many, "li", not(has(json!(["One", "Two"]))), Holds),
            (many, "li", contains(json!(["One", "Three"])), Holds),
            (many, "li", contains(json!(["Three", "One"])), Finds(json!(["One", "Two", "Three"]))),
            (many, "li", contains(json!(["One", "One"])), Finds(json!(["One", "Two", "Three"]))),
            (many, "li", not(has(json!([]))), Holds),
            (many, "h9", has(json!([])), Holds),
            (many, "h9", not(has(json!(["x"]))), Holds),
            (many, "li", has(json!("One")), Errs("strict mode violation")),
            (many, "li", expects("toHaveCount", json!(3)), Holds),
            (many, "li", expects("toHaveCount", json!(2)), Finds(json!(3))),
            (many, "li", not(expects("toHaveCount", json!(2))), Holds),
            (many, "h9", expects("toHaveCount", json!(0)), Holds),
        ]
    });
}

#[test]
fn attributes_and_values() {
    all(|| {
        let page = "<p id=a class='one two' title='A  title' lang style='color: rgb(1, 2, 3); --x: 5px'>x</p><input value=v><textarea>t</textarea>\
            <select><option value=o selected>O</select><select multiple><option value=1 selected>A<option value=2 selected>B<option value=3>C</select><svg class='s t'></svg>\
            <style>#a::before { content: 'q'; color: rgb(4, 5, 6) }</style><script>a.held = { list: [1, 'two'], at: new Date(5), none: undefined }</script>";
        let attribute = |name: &str, expected: Value| json!({ "matcher": "toHaveAttribute", "name": name, "expected": expected });
        let css = |name: &str, expected: Value| json!({ "matcher": "toHaveCSS", "name": name, "expected": expected });
        let property = |name: &str, expected: Value| json!({ "matcher": "toHaveJSProperty", "name": name, "expected": expected });
        vec![
            (page, "#a", attribute("title", json!("A  title")), Holds),
            (page, "#a", attribute("title", json!("A title")), Finds(json!("A  title"))),
            (page, "#a", attribute("title", regex("^A", "")), Holds),
            (page, "#a", with(attribute("title", json!("a  TITLE")), "ignoreCase", json!(true)), Holds),
            (page, "#a", attribute("lang", json!("")), Holds),
            (page, "#a", attribute("dir", json!("")), Finds(json!(null))),
            (page, "#a", attribute("dir", regex(".*", "")), Finds(json!(null))),
            (page, "#a", not(attribute("dir", json!(""))), Holds),
            (page, "#a", json!({ "matcher": "toHaveAttribute", "name": "lang" }), Holds),
            (page, "#a", not(json!({ "matcher": "toHaveAttribute", "name": "dir" })), Holds),
            (page, "#a", expects("toHaveClass", json!("one two")), Holds),
            (page, "#a", expects("toHaveClass", json!("one")), Finds(json!("one two"))),
            (page, "#a", expects("toHaveClass", regex("two", "")), Holds),
            (page, "p, svg", expects("toHaveClass", json!(["one two", regex("s", "")])), Holds),
            (page, "#a", expects("toContainClass", json!("two")), Holds),
            (page, "#a", expects("toContainClass", json!(" two  one ")), Holds),
            (page, "#a", expects("toContainClass", json!("three")), Finds(json!("one two"))),
            (page, "p, svg", expects("toContainClass", json!(["one", "t"])), Holds),
            (page, "#a", expects("toContainClass", regex("t", "")), Errs("not as a regular expression")),
            (page, "#a", css("color", json!("rgb(1, 2, 3)")), Holds),
            (page, "#a", css("color", json!("red")), Finds(json!("rgb(1, 2, 3)"))),
            (page, "#a", css("--x", json!("5px")), Holds),
            (page, "#a", css("backgroundColor", json!("rgba(0, 0, 0, 0)")), Holds),
            (page, "#a", with(css("color", json!("rgb(4, 5, 6)")), "pseudo", json!("before")), Holds),
            (page, "p", expects("toHaveId", json!("a")), Holds),
            (page, "p", expects("toHaveId", json!("b")), Finds(json!("a"))),
            (page, "p", expects("toHaveRole", json!("paragraph")), Holds),
            (page, "input", expects("toHaveRole", json!("button")), Finds(json!("textbox"))),
            (page, "input", expects("toHaveValue", json!("v")), Holds),
            (page, "textarea", expects("toHaveValue", regex("T", "i")), Holds),
            (page, "select >> nth=0", expects("toHaveValue", json!("o")), Holds),
            (page, "#a", expects("toHaveValue", json!("v")), Errs("Not an input element")),
            (page, "select >> nth=1", expects("toHaveValues", json!(["1", regex("2", "")])), Holds),
            (page, "select >> nth=1", expects("toHaveValues", json!(["1"])), Finds(json!(["1", "2"]))),
            (
                page,
                "select >> nth=0",
                expects("toHaveValues", json!(["o"])),
                Errs("Not a select element with a multiple attribute"),
            ),
            (page, "#a", property("held.list", json!({ "a": [1, "two"] })), Holds),
            (page, "#a", property("held.at", json!({ "d": "1970-01-01T00:00:00.005Z" })), Holds),
            (page, "#a", property("held.missing", json!({ "v": "undefined" })), Holds),
            (page, "#a", property("held.list.0", json!(2)), Finds(json!(1))),
            (page, "#a", property("lang", json!("")), Holds),
        ]
    });
}

#[test]
fn names_and_snapshots() {
    all(|| {
        let page = "<title>  The   page </title><label for=i>Your  name</label><input id=i aria-describedby=d aria-invalid=true aria-errormessage=e><p id=d>As on the <b>card</b></p>\
            <p id=e>Too short</p><ul aria-label=List><li>one</li><li>two</li></ul>";
        let snapshot = |text: &str| expects("toMatchAriaSnapshot", json!(text));
        vec![
            (page, "input", expects("toHaveAccessibleName", json!("Your name")), Holds),
            (page, "input", expects("toHaveAccessibleName", regex("^your", "i")), Holds),
            (page, "input", expects("toHaveAccessibleName", json!("name")), Finds(json!("Your name"))),
            (page, "input", expects("toHaveAccessibleDescription", json!("As on the card")), Holds),
            (page, "input", expects("toHaveAccessibleErrorMessage", json!("Too short")), Holds),
            (page, "ul", not(expects("toHaveAccessibleErrorMessage", json!("Too short"))), Holds),
            (page, "ul", snapshot("- list \"List\":\n  - listitem: one\n  - listitem: two"), Holds),
            (page, "body", snapshot("- listitem: two"), Holds),
            (
                page,
                "body",
                snapshot("- list:\n  - /children: equal\n  - listitem: one"),
                Finds(json!(
                    "- text: Your name\n- textbox \"Your name\"\n- paragraph: As on the card\n- paragraph: Too short\n- list \"List\":\n  - listitem: one\n  - listitem: two"
                )),
            ),
            (page, "ul", snapshot("- list /^L/"), Holds),
            (page, "ul", not(snapshot("- button")), Holds),
            (page, "ul", snapshot("list"), Errs("Aria snapshot must be a YAML sequence")),
            (page, "h9", snapshot("- list"), Misses),
        ]
    });
}

#[test]
fn what_comes_later_is_waited_for() {
    all(|| {
        let later = |page: &str, change: &str| -> &'static str {
            format!("{page}<script>setTimeout(() => {{ const e = document.querySelector('#it'); {change} }}, 60)</script>").leak()
        };
        vec![
            (later("<p id=it>a</p>", "e.textContent = 'b'"), "#it", expects("toHaveText", json!("b")), Holds),
            (
                later("<p id=it>a</p>", "e.firstChild.data = 'b'"),
                "#it",
                expects("toHaveText", json!("b")),
                Holds,
            ),
            (later("<p id=it>a</p>", "e.remove()"), "#it", is("toBeHidden"), Holds),
            (
                later("<p id=it>a</p>", "e.insertAdjacentHTML('afterend', '<p>b</p>')"),
                "p",
                expects("toHaveCount", json!(2)),
                Holds,
            ),
            (later("<input id=it>", "e.value = 'b'"), "#it", expects("toHaveValue", json!("b")), Holds),
            (later("<input id=it type=checkbox>", "e.checked = true"), "#it", is("toBeChecked"), Holds),
            (later("<input id=it>", "e.focus()"), "#it", is("toBeFocused"), Holds),
            (
                later(
                    "<style>#it { display: none }</style><p id=it>a</p>",
                    "document.styleSheets[0].disabled = true",
                ),
                "#it",
                is("toBeVisible"),
                Holds,
            ),
            (
                later("<title>a</title><p id=it></p>", "document.title = 'b'"),
                ":root",
                expects("toHaveTitle", json!("b")),
                Holds,
            ),
            (
                later("<div id=it></div>", "e.attachShadow({ mode: 'open' }).innerHTML = '<b>deep</b>'"),
                "b",
                expects("toHaveText", json!("deep")),
                Holds,
            ),
            (
                later(
                    "<div id=it></div>",
                    "e.attachShadow({ mode: 'open' }).innerHTML = '<b>a</b>'; setTimeout(() => { e.shadowRoot.firstChild.textContent = 'deep' }, 60)",
                ),
                "b",
                expects("toHaveText", json!("deep")),
                Holds,
            ),
            (
                later("<p id=it></p>", "history.pushState(null, '', '#there')"),
                ":root",
                expects("toHaveURL", regex("#there$", "")),
                Holds,
            ),
        ]
    });
}

#[test]
fn outcomes_tell_what_was_tried() {
    test(|room| async move {
        write(&room, "<input type=checkbox>").await;
        let expect = async |selector: &str, matcher: Value| {
            let selector = Selector::parse(selector).unwrap();
            let expectation: Expectation = serde_json::from_value(matcher).unwrap();
            let progress = Progress::new(Duration::from_millis(120));
            room.page.main_frame().expect(&progress, &selector, &expectation).await.unwrap()
        };
        let outcome = expect("input", is("toBeChecked")).await;
        let log = outcome.log.lines().join("\n");
        assert!(outcome.timed_out && !outcome.pass, "{outcome:?}");
        assert!(
            log.starts_with("Expect \"toBeChecked\" with timeout 120ms\nwaiting for locator('input')\n"),
            "{log}"
        );
        assert!(
            log.contains(
                "× locator resolved to <input type=\"checkbox\"/>\n    unexpected value \"unchecked\""
            ),
            "{log}"
        );
        let outcome = expect("h9", not(is("toBeChecked"))).await;
        assert_eq!(
            outcome.log.lines(),
            ["Expect \"not toBeChecked\" with timeout 120ms", "waiting for locator('h9')"]
        );
    });
}

#[test]
fn the_first_look_is_always_had() {
    test(|room| async move {
        write(&room, "<p>x</p>").await;
        let expectation: Expectation = serde_json::from_value(is("toBeVisible")).unwrap();
        let progress = Progress::new(Duration::from_millis(1));
        let outcome = room
            .page
            .main_frame()
            .expect(&progress, &Selector::parse("p").unwrap(), &expectation)
            .await
            .unwrap();
        assert!(outcome.pass, "{outcome:?}");
    });
}
