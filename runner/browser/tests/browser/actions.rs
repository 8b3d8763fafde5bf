//! Actions on elements: what they wait for, what they do, what they refuse.

use std::time::Duration;

use canary_browser::{Action, ContextOptions, Progress, Selector};
use serde_json::{Value, json};

use crate::harness::{Room, eval, test, with};

/// What an action must come to.
enum Want {
    /// It gives this value.
    Gives(Value),
    /// It leaves the page so that this expression has this value.
    Leaves(&'static str, Value),
    /// It fails, and says this.
    Fails(&'static [&'static str]),
}

use Want::{Fails, Gives, Leaves};

/// A page, a selector, an action with its options, and what must come of it.
type Case = (&'static str, &'static str, Value, Want);

pub(crate) fn patient() -> Progress {
    Progress::new(Duration::from_secs(5))
}

fn impatient() -> Progress {
    Progress::new(Duration::from_millis(300))
}

/// Replaces the document's content, without a navigation.
pub(crate) async fn write(room: &Room, html: &str) {
    let source =
        format!("document.open(); document.write({}); document.close(); scrollTo(0, 0)", Value::from(html));
    eval(&room.page, &source).await;
}

/// Says what came out otherwise than wanted.
async fn check(room: &Room, (html, selector, action, want): Case) -> Result<(), String> {
    let about = format!("{action} on `{selector}` in {html}");
    write(room, html).await;
    let selector = Selector::parse(selector).map_err(|error| format!("{about}: {error}"))?;
    let action: Action = serde_json::from_value(action).map_err(|error| format!("{about}: {error}"))?;
    let progress = if matches!(want, Fails(_)) { impatient() } else { patient() };
    let result = room.page.main_frame().act(&progress, &selector, &action).await;
    let (got, wanted) = match (want, result) {
        (Fails(words), Err(error)) => {
            let error = error.to_string();
            let unsaid = words.iter().find(|words| !error.contains(**words));
            return unsaid
                .map_or(Ok(()), |words| Err(format!("{about}: should say `{words}`, says: {error}")));
        }
        (Fails(_), Ok(value)) => return Err(format!("{about}: should fail, gave {value}")),
        (Gives(_) | Leaves(..), Err(error)) => return Err(format!("{about}: {error}")),
        (Gives(wanted), Ok(got)) => (got, wanted),
        (Leaves(source, wanted), Ok(_)) => (eval(&room.page, source).await, wanted),
    };
    if got == wanted { Ok(()) } else { Err(format!("{about}: wanted {wanted}, got {got}")) }
}

fn all(cases: impl FnOnce() -> Vec<Case> + Send + 'static) {
    test(|room| check_all(room, cases()));
}

async fn check_all(room: Room, cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for case in cases {
        wrong.extend(check(&room, case).await.err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn click() -> Value {
    json!({ "action": "click" })
}

const BUTTON: &str = "<button onclick='hits.push(event.detail)'>Go</button><script>hits = []</script>";

#[test]
fn clicks_reach_their_element() {
    all(|| {
        let below = "<div style='height: 3000px'></div><button onclick='done = 1'>Go</button>";
        let sticky = "<style>* { margin: 0 } header { position: fixed; top: 0; height: 60vh; width: 100%; background: red }</style>\
            <header>Head</header><div style='height: 200vh'></div><button onclick='done = 1'>Go</button><div style='height: 45vh'></div>";
        vec![
            (BUTTON, "button", click(), Leaves("hits", json!([1]))),
            (BUTTON, "button", json!({ "action": "dblclick" }), Leaves("hits", json!([1, 2]))),
            (
                BUTTON,
                "button",
                json!({ "action": "click", "clickCount": 3 }),
                Leaves("hits", json!([1, 2, 3])),
            ),
            (BUTTON, "button", json!({ "action": "click", "delay": 30 }), Leaves("hits", json!([1]))),
            (BUTTON, "button", json!({ "action": "click", "trial": true }), Leaves("hits", json!([]))),
            (BUTTON, "text=Go", click(), Leaves("hits", json!([1]))),
            (
                "<p oncontextmenu='done = event.button'>x</p>",
                "p",
                json!({ "action": "click", "button": "right" }),
                Leaves("done", json!(2)),
            ),
            (
                "<p onauxclick='done = event.button'>x</p>",
                "p",
                json!({ "action": "click", "button": "middle" }),
                Leaves("done", json!(1)),
            ),
            (
                "<p onclick='done = [event.shiftKey, event.ctrlKey, event.altKey]'>x</p>",
                "p",
                json!({ "action": "click", "modifiers": ["Shift", "Alt"] }),
                Leaves("done", json!([true, false, true])),
            ),
            (
                "<style>* { margin: 0 }</style><div style='border: 10px solid; width: 200px; height: 90px' onclick='done = [event.offsetX, event.offsetY]'></div>",
                "div",
                json!({ "action": "click", "position": { "x": 20, "y": 30 } }),
                Leaves("done", json!([20, 30])),
            ),
            (below, "button", click(), Leaves("done", json!(1))),
            (sticky, "button", click(), Leaves("done", json!(1))),
            (
                "<svg width=90 height=90><circle onclick='done = 1' cx=40 cy=40 r=30 /></svg>",
                "circle",
                click(),
                Leaves("done", json!(1)),
            ),
            (
                "<div style='display: contents'><b onclick='done = 1'>x</b></div>",
                "div",
                click(),
                Leaves("done", json!(1)),
            ),
            (
                "<div style='display: contents' onclick='done = 1'>only text</div>",
                "div",
                click(),
                Leaves("done", json!(1)),
            ),
            (
                "<div style='width: 60px'><a href='#' onclick='done = 1'>a link that wraps over lines</a></div>",
                "a",
                click(),
                Leaves("done", json!(1)),
            ),
            (
                "<div style='margin: 20.68px; width: 1px; height: 1px' onclick='done = 1'></div>",
                "div",
                click(),
                Leaves("done", json!(1)),
            ),
            (
                "<button onclick='done = 1'><span style='pointer-events: none'>x</span></button>",
                "span",
                click(),
                Leaves("done", json!(1)),
            ),
            ("<label>Name <input onfocus='done = 1'></label>", "label", click(), Leaves("done", json!(1))),
            (
                "<p hidden>a</p><button style='transform: rotate(40deg); margin: 50px' onclick='done = 1'>x</button>",
                "button",
                click(),
                Leaves("done", json!(1)),
            ),
            (
                "<div id=host onclick='done = 1'></div><script>host.attachShadow({ mode: 'open' }).innerHTML = '<button>in shadow</button>'</script>",
                "button",
                click(),
                Leaves("done", json!(1)),
            ),
            (
                "<div id=host><i onclick='done = 1'>slotted</i></div><script>host.attachShadow({ mode: 'open' }).innerHTML = '<p><slot></slot></p>'</script>",
                "i",
                click(),
                Leaves("done", json!(1)),
            ),
            (
                "<select onclick='done = 1'><option>a</option></select>",
                "select",
                click(),
                Leaves("done", json!(1)),
            ),
        ]
    });
}

#[test]
fn clicks_wait_until_they_can_be_made() {
    all(|| {
        let later = "setTimeout(() => { ";
        let soon = |before: &'static str, after: &str| -> &'static str {
            format!("{before}<script>b = document.querySelector('button'); b.onclick = () => {{ done = 1 }}; {later}{after} }}, 60)</script>").leak()
        };
        let done = || Leaves("done", json!(1));
        vec![
            (soon("<button hidden>x</button>", "b.hidden = false"), "button", click(), done()),
            (
                soon("<button style='visibility: hidden'>x</button>", "b.style.visibility = ''"),
                "button",
                click(),
                done(),
            ),
            (soon("<button disabled>x</button>", "b.disabled = false"), "button", click(), done()),
            (
                soon("<fieldset disabled><button>x</button></fieldset>", "b.parentNode.disabled = false"),
                "button",
                click(),
                done(),
            ),
            (
                soon("<button>x</button><div id=o style='position: fixed; inset: 0'></div>", "o.remove()"),
                "button",
                click(),
                done(),
            ),
            (
                soon(
                    "<style>.far { display: none }</style><button class=far>x</button>",
                    "document.styleSheets[0].disabled = true",
                ),
                "button",
                click(),
                done(),
            ),
            (soon("<button>x</button>", "b.className = 'there'"), "button.there", click(), done()),
            (
                "<style>@keyframes go { to { margin-left: 300px } } button { animation: go .15s linear forwards }</style><button onclick='done = getComputedStyle(this).marginLeft'>x</button>",
                "button",
                click(),
                Leaves("done", json!("300px")),
            ),
            (
                "<button onmousemove='this.style.marginLeft = \"200px\"' onmousedown='downs++' onclick='done = downs'>x</button><script>downs = 0</script>",
                "button",
                click(),
                Leaves("done", json!(1)),
            ),
        ]
    });
}

#[test]
fn clicks_say_why_they_wait() {
    all(|| {
        const WAITING: &str = "waiting for element to be visible, enabled and stable";
        vec![
            ("", "button", click(), Fails(&["timeout of 300 ms exceeded", "waiting for locator('button')"])),
            (
                "<button hidden>x</button>",
                "button",
                click(),
                Fails(&[
                    "locator resolved to <button hidden=\"\">x</button>",
                    "attempting click action",
                    "element is not visible",
                ]),
            ),
            ("<button disabled>x</button>", "button", click(), Fails(&["element is not enabled"])),
            ("<button aria-disabled=true>x</button>", "button", click(), Fails(&["element is not enabled"])),
            (
                "<style>@keyframes go { to { margin-left: 300px } } button { animation: go 1s linear infinite alternate }</style><button>x</button>",
                "button",
                click(),
                Fails(&[WAITING, "element is not stable"]),
            ),
            (
                "<button>x</button><div style='position: fixed; inset: 0' id=cover><p>over</p></div>",
                "button",
                click(),
                Fails(&["<p>over</p> from <div id=\"cover\">…</div> subtree intercepts pointer events"]),
            ),
            (
                "<button>x</button><div style='position: fixed; inset: 0' id=cover></div>",
                "button",
                click(),
                Fails(&["<div id=\"cover\"></div> intercepts pointer events"]),
            ),
            (
                "<button style='position: absolute; left: -300px'>x</button>",
                "button",
                click(),
                Fails(&["element is outside of the viewport"]),
            ),
            (
                "<button hidden>x</button>",
                "button",
                json!({ "action": "click", "force": true }),
                Fails(&["Element is not visible"]),
            ),
            (
                "<button style='position: absolute; left: -300px'>x</button>",
                "button",
                json!({ "action": "click", "force": true }),
                Fails(&["Element is outside of the viewport"]),
            ),
            (
                "<p>one</p><div><p>two</p></div><p id=three></p>",
                "p",
                click(),
                Fails(&[
                    "strict mode violation: locator('p') resolved to 3 elements",
                    "1) <p>one</p> aka getByText('one')",
                    "2) <p>two</p> aka getByText('two')",
                    "3) <p id=\"three\"></p> aka locator('#three')",
                ]),
            ),
            (
                "<input><div><input></div>",
                "input",
                click(),
                Fails(&[
                    "1) <input/> aka getByRole('textbox').first()",
                    "2) <input/> aka locator('div').getByRole('textbox')",
                ]),
            ),
            ("<p>x</p>", "xpath=//[", click(), Fails(&["not a valid XPath expression"])),
            ("<p>x</p>", "p:foo(x)", click(), Fails(&["is not a valid selector"])),
        ]
    });
}

#[test]
fn covered_elements_can_be_forced() {
    all(|| {
        let covered = "<button onclick='done = 1'>x</button><div style='position: fixed; inset: 0' onclick='done = 2'></div>";
        vec![(covered, "button", json!({ "action": "click", "force": true }), Leaves("done", json!(2)))]
    });
}

#[test]
fn hovers_and_taps_reach_their_element() {
    all(|| {
        vec![
            ("<p onmousemove='done = 1'>x</p>", "p", json!({ "action": "hover" }), Leaves("done", json!(1))),
            (
                "<button disabled>x</button><script>document.onmousemove = () => { done = 1 }</script>",
                "button",
                json!({ "action": "hover" }),
                Gives(Value::Null),
            ),
            ("<p>x</p>", "p", json!({ "action": "tap" }), Fails(&["hasTouch"])),
        ]
    });
    with(ContextOptions { has_touch: true, ..ContextOptions::default() }, |room| async move {
        let page = "<p>x</p><script>all = []; for (const t of ['touchstart', 'touchend', 'click']) document.addEventListener(t, () => all.push(t))</script>";
        let cases = vec![
            (
                page,
                "p",
                json!({ "action": "tap" }),
                Leaves("all", json!(["touchstart", "touchend", "click"])),
            ),
            (page, "p", json!({ "action": "tap", "trial": true }), Leaves("all", json!([]))),
        ];
        check_all(room, cases).await;
    });
}

#[test]
fn boxes_are_checked_and_unchecked() {
    all(|| {
        let check = || json!({ "action": "check" });
        let uncheck = || json!({ "action": "uncheck" });
        let state = "document.querySelector('input').checked";
        let aria = "<div role=switch onclick='this.ariaChecked = this.ariaChecked !== \"true\"'>x</div>";
        vec![
            ("<input type=checkbox>", "input", check(), Leaves(state, json!(true))),
            (
                "<input type=checkbox checked onclick='hit = 1'>",
                "input",
                check(),
                Leaves("typeof hit", json!("undefined")),
            ),
            ("<input type=checkbox checked>", "input", uncheck(), Leaves(state, json!(false))),
            (
                "<input type=checkbox>",
                "input",
                json!({ "action": "setChecked", "checked": true }),
                Leaves(state, json!(true)),
            ),
            (
                "<input type=checkbox>",
                "input",
                json!({ "action": "check", "trial": true }),
                Leaves(state, json!(false)),
            ),
            ("<input type=radio>", "input", check(), Leaves(state, json!(true))),
            ("<label>Me <input type=checkbox></label>", "label", check(), Leaves(state, json!(true))),
            (
                "<label for=c>Me</label><input id=c type=checkbox>",
                "text=Me",
                check(),
                Leaves(state, json!(true)),
            ),
            (aria, "div", check(), Leaves("document.querySelector('div').ariaChecked", json!("true"))),
            ("<input type=checkbox disabled>", "input", check(), Fails(&["element is not enabled"])),
            ("<input type=radio checked>", "input", uncheck(), Fails(&["Cannot uncheck radio button"])),
            (
                "<input type=checkbox onclick='return false'>",
                "input",
                check(),
                Fails(&["Clicking the checkbox did not change its state"]),
            ),
            ("<p>x</p>", "p", check(), Fails(&["Not a checkbox or radio button"])),
        ]
    });
}

#[test]
fn fields_are_filled() {
    all(|| {
        let fill = |value: &str| json!({ "action": "fill", "value": value });
        let value = "document.querySelector('input, textarea').value";
        let events = "<script>all = []; for (const t of ['beforeinput', 'input', 'change']) document.addEventListener(t, e => all.push(t))</script>";
        let with_events = |field: &str| -> &'static str { format!("{field}{events}").leak() };
        vec![
            ("<input value=old>", "input", fill("new"), Leaves(value, json!("new"))),
            ("<textarea>old</textarea>", "textarea", fill("new\nline"), Leaves(value, json!("new\nline"))),
            ("<input value=old>", "input", fill(""), Leaves(value, json!(""))),
            ("<input value=old>", "input", json!({ "action": "clear" }), Leaves(value, json!(""))),
            ("<input maxlength=3>", "input", fill("abc"), Leaves(value, json!("abc"))),
            (
                "<div contenteditable>old <b>text</b></div>",
                "div",
                fill("new"),
                Leaves("document.querySelector('div').textContent", json!("new")),
            ),
            (
                "<div contenteditable></div>",
                "div",
                fill("a\nb"),
                Leaves("document.querySelector('div').innerText", json!("a\nb")),
            ),
            ("<label>Name <input></label>", "label", fill("x"), Leaves(value, json!("x"))),
            ("<label for=i>Name</label><input id=i>", "text=Name", fill("x"), Leaves(value, json!("x"))),
            ("<input type=number>", "input", fill("-10e5"), Leaves(value, json!("-10e5"))),
            ("<input type=date>", "input", fill("2020-03-02"), Leaves(value, json!("2020-03-02"))),
            ("<input type=time>", "input", fill("13:15"), Leaves(value, json!("13:15"))),
            ("<input type=month>", "input", fill("2020-07"), Leaves(value, json!("2020-07"))),
            ("<input type=week>", "input", fill("2020-W50"), Leaves(value, json!("2020-W50"))),
            (
                "<input type=datetime-local>",
                "input",
                fill("2020-03-02T05:15"),
                Leaves(value, json!("2020-03-02T05:15")),
            ),
            ("<input type=color>", "input", fill("#AABBCC"), Leaves(value, json!("#aabbcc"))),
            ("<input type=range max=100>", "input", fill("42"), Leaves(value, json!("42"))),
            ("<input type=unknown>", "input", fill("x"), Leaves(value, json!("x"))),
            (with_events("<input>"), "input", fill("x"), Leaves("all", json!(["beforeinput", "input"]))),
            (
                with_events("<input type=date>"),
                "input",
                fill("2020-03-02"),
                Leaves("all", json!(["input", "change"])),
            ),
            (
                "<input type=number>",
                "input",
                fill("abc"),
                Fails(&["Cannot type text into input[type=number]"]),
            ),
            (
                "<input type=checkbox>",
                "input",
                fill("x"),
                Fails(&["Input of type \"checkbox\" cannot be filled"]),
            ),
            (
                "<select></select>",
                "select",
                fill("x"),
                Fails(&["Element is not an <input>, <textarea> or [contenteditable] element"]),
            ),
            (
                "<p>x</p>",
                "p",
                fill("x"),
                Fails(&["Element is not an <input>, <textarea>, <select> or [contenteditable]"]),
            ),
            (
                "<input readonly>",
                "input",
                fill("x"),
                Fails(&[
                    "waiting for element to be visible, enabled and editable",
                    "element is not editable",
                ]),
            ),
            ("<input disabled>", "input", fill("x"), Fails(&["element is not enabled"])),
            ("<input hidden>", "input", fill("x"), Fails(&["element is not visible"])),
            (
                "<input readonly><script>setTimeout(() => { document.querySelector('input').readOnly = false }, 50)</script>",
                "input",
                fill("x"),
                Leaves(value, json!("x")),
            ),
            (
                "<input disabled value=a>",
                "input",
                json!({ "action": "fill", "value": "2", "force": true }),
                Leaves(value, json!("a")),
            ),
        ]
    });
}

#[test]
fn keys_are_typed_and_pressed() {
    all(|| {
        let keys = "<input value=old><script>all = []; document.addEventListener('keydown', e => all.push(e.key))</script>";
        let value = "document.querySelector('input').value";
        vec![
            (
                keys,
                "input",
                json!({ "action": "pressSequentially", "text": "ab" }),
                Leaves("[all, document.querySelector('input').value]", json!([["a", "b"], "abold"])),
            ),
            (keys, "input", json!({ "action": "type", "text": "é☃" }), Leaves(value, json!("é☃old"))),
            (keys, "input", json!({ "action": "press", "key": "Shift+KeyX" }), Leaves(value, json!("Xold"))),
            (keys, "input", json!({ "action": "press", "key": "Enter" }), Leaves("all", json!(["Enter"]))),
            (keys, "input", json!({ "action": "press", "key": "Nonsense" }), Fails(&["Unknown key"])),
            (
                "<button onclick='done = 1'>x</button>",
                "button",
                json!({ "action": "press", "key": "Enter" }),
                Leaves("done", json!(1)),
            ),
        ]
    });
}

#[test]
fn options_are_selected() {
    all(|| {
        let one = "<select onchange='done = value'><option value=a>Apple</option><option value=b>Pear</option><option value=c disabled>Fig</option></select>";
        let many = "<select multiple><option value=a selected>Apple</option><option value=b>Pear</option><option value=c>Fig</option></select>";
        let select = |options: Value| json!({ "action": "selectOption", "options": options });
        let waited = format!("{one}<script>setTimeout(() => document.querySelector('select').append(new Option('New', 'n')), 50)</script>").leak();
        vec![
            (one, "select", select(json!([{ "valueOrLabel": "b" }])), Gives(json!(["b"]))),
            (one, "select", select(json!([{ "valueOrLabel": "Pear" }])), Leaves("done", json!("b"))),
            (one, "select", select(json!([{ "label": "Apple" }])), Leaves("done", json!("a"))),
            (one, "select", select(json!([{ "index": 1 }])), Leaves("done", json!("b"))),
            (one, "select", select(json!([{ "value": "a" }, { "value": "b" }])), Gives(json!(["a"]))),
            (
                one,
                "select",
                select(json!([])),
                Leaves("document.querySelector('select').selectedIndex", json!(-1)),
            ),
            (
                many,
                "select",
                select(json!([{ "value": "c" }, { "label": "Pear" }])),
                Gives(json!(["b", "c"])),
            ),
            (
                many,
                "select",
                select(json!([])),
                Leaves("document.querySelector('select').selectedOptions.length", json!(0)),
            ),
            (waited, "select", select(json!([{ "label": "New" }])), Gives(json!(["n"]))),
            (
                one,
                "select",
                select(json!([{ "value": "a", "label": "Pear" }])),
                Fails(&["did not find some options"]),
            ),
            (
                one,
                "select",
                select(json!([{ "value": "c" }])),
                Fails(&["option being selected is not enabled"]),
            ),
            (
                "<p>x</p>",
                "p",
                select(json!([{ "value": "c" }])),
                Fails(&["Element is not a <select> element"]),
            ),
        ]
    });
}

#[test]
fn focus_selection_and_events() {
    all(|| {
        let field = "<input value=some><p tabindex=0>text</p>";
        let seen = "<p>x</p><script>p = document.querySelector('p'); for (const t of ['click', 'keydown', 'dragstart', 'wheel', 'custom', 'touchstart', 'focus']) \
            p.addEventListener(t, e => { done = [e.constructor.name, e.bubbles, e.cancelable, e.composed] })</script>";
        let event = |name: &str| json!({ "action": "dispatchEvent", "type": name });
        let made = |class: &str| Leaves("done", json!([class, true, true, true]));
        vec![
            (
                field,
                "input",
                json!({ "action": "focus" }),
                Leaves("document.activeElement.tagName", json!("INPUT")),
            ),
            (field, "p", json!({ "action": "focus" }), Leaves("document.activeElement.tagName", json!("P"))),
            (
                // Not by `autofocus`, which may come after the action.
                "<input><script>document.querySelector('input').focus()</script>",
                "input",
                json!({ "action": "blur" }),
                Leaves("document.activeElement.tagName", json!("BODY")),
            ),
            (
                field,
                "input",
                json!({ "action": "selectText" }),
                Leaves(
                    "{ const i = document.querySelector('input'); [i.selectionStart, i.selectionEnd] }",
                    json!([0, 4]),
                ),
            ),
            (field, "p", json!({ "action": "selectText" }), Leaves("String(getSelection())", json!("text"))),
            (seen, "p", event("click"), made("MouseEvent")),
            (seen, "p", event("keydown"), made("KeyboardEvent")),
            (seen, "p", event("dragstart"), made("DragEvent")),
            (seen, "p", event("wheel"), made("WheelEvent")),
            (seen, "p", event("custom"), made("Event")),
            (seen, "p", event("touchstart"), made("TouchEvent")),
            (seen, "p", event("focus"), made("FocusEvent")),
            (
                "<div style='height: 5000px'></div><p>x</p>",
                "p",
                json!({ "action": "scrollIntoViewIfNeeded" }),
                Leaves("document.querySelector('p').getBoundingClientRect().top < innerHeight", json!(true)),
            ),
        ]
    });
}

#[test]
fn elements_are_read() {
    all(|| {
        let read = |name: &str| json!({ "action": name });
        let page = "<div id=a title=t>Hi <b hidden>no</b><i>you</i></div><input value=v disabled><select><option value=1 selected>One</select>\
            <p style='display: none'>gone</p><svg id=s><text>t</text></svg><input id=r readonly><input id=c type=checkbox checked>";
        vec![
            (page, "#a", read("textContent"), Gives(json!("Hi noyou"))),
            (page, "#a", read("innerText"), Gives(json!("Hi you"))),
            (page, "#a", read("innerHTML"), Gives(json!("Hi <b hidden=\"\">no</b><i>you</i>"))),
            (page, "#a", json!({ "action": "getAttribute", "name": "title" }), Gives(json!("t"))),
            (page, "#a", json!({ "action": "getAttribute", "name": "lang" }), Gives(json!(null))),
            (page, "input >> nth=0", read("inputValue"), Gives(json!("v"))),
            (page, "select", read("inputValue"), Gives(json!("1"))),
            (page, "p", read("isVisible"), Gives(json!(false))),
            (page, "p", read("isHidden"), Gives(json!(true))),
            (page, "h9", read("isVisible"), Gives(json!(false))),
            (page, "h9", read("isHidden"), Gives(json!(true))),
            (page, "input >> nth=0", read("isEnabled"), Gives(json!(false))),
            (page, "input >> nth=0", read("isDisabled"), Gives(json!(true))),
            (page, "#r", read("isEditable"), Gives(json!(false))),
            (page, "#c", read("isChecked"), Gives(json!(true))),
            (page, "div, p", read("count"), Gives(json!(2))),
            (page, "h9", read("count"), Gives(json!(0))),
            (page, "div, p", read("allTextContents"), Gives(json!(["Hi noyou", "gone"]))),
            (page, "div, p", read("allInnerTexts"), Gives(json!(["Hi you", "gone"]))),
            (page, "p", read("boundingBox"), Gives(json!(null))),
            (
                "<style>* { margin: 0 }</style><p style='width: 30px; height: 20px'></p>",
                "p",
                read("boundingBox"),
                Gives(json!({ "x": 0.0, "y": 0.0, "width": 30.0, "height": 20.0 })),
            ),
            (
                "<ul><li>one<li><a href=x>two</a></ul>",
                "ul",
                read("ariaSnapshot"),
                Gives(json!(
                    "- list:\n  - listitem: one\n  - listitem:\n    - link \"two\":\n      - /url: x"
                )),
            ),
            (page, "#s", read("innerText"), Fails(&["Node is not an HTMLElement"])),
            (
                page,
                "#a",
                read("inputValue"),
                Fails(&["Node is not an <input>, <textarea> or <select> element"]),
            ),
            (page, "#a", read("isChecked"), Fails(&["Not a checkbox or radio button"])),
            (page, "input", read("isVisible"), Fails(&["strict mode violation"])),
            (
                "<p>late</p><script>setTimeout(() => document.body.append(document.createElement('h5')), 50)</script>",
                "h5",
                read("textContent"),
                Gives(json!("")),
            ),
            (page, "p", json!({ "action": "waitFor", "state": "attached" }), Gives(json!(null))),
            (page, "p", json!({ "action": "waitFor", "state": "hidden" }), Gives(json!(null))),
            (page, "h9", json!({ "action": "waitFor", "state": "detached" }), Gives(json!(null))),
            (
                page,
                "p",
                json!({ "action": "waitFor" }),
                Fails(&["waiting for locator('p') to be visible", "locator resolved to hidden <p>gone</p>"]),
            ),
        ]
    });
}

#[test]
fn elements_are_dragged() {
    all(|| {
        let drag = || json!({ "action": "dragTo", "target": "#to" });
        let native = "<p id=from draggable=true style='width: 80px; background: red'>drag</p><div id=to style='margin-top: 50px; width: 200px; height: 80px; background: green'></div>\
            <script>all = []; from.ondragstart = e => { e.dataTransfer.setData('text/plain', 'it'); all.push('dragstart') }; to.ondragenter = e => { e.preventDefault(); all.push('dragenter') };\
            to.ondragover = e => e.preventDefault(); to.ondrop = e => { e.preventDefault(); all.push('drop ' + e.dataTransfer.getData('text/plain')) }; from.ondragend = () => all.push('dragend')</script>";
        let plain = "<p id=from style='width: 80px; user-select: none'>drag</p><div id=to style='margin-top: 50px; width: 200px; height: 80px'></div>\
            <script>all = []; from.onmousedown = () => all.push('down'); to.onmousemove = () => all.push('move'); to.onmouseup = () => all.push('up')</script>";
        let refused = "<p id=from draggable=true>drag</p><div id=to style='margin-top: 50px; height: 80px' ></div>\
            <script>all = []; from.ondragstart = e => { e.preventDefault(); all.push('refused') }; to.onmouseup = () => all.push('up')</script>";
        vec![
            (native, "#from", drag(), Leaves("all", json!(["dragstart", "dragenter", "drop it", "dragend"]))),
            (plain, "#from", drag(), Leaves("all", json!(["down", "move", "up"]))),
            (refused, "#from", drag(), Leaves("all", json!(["refused", "up"]))),
            (
                plain,
                "#from",
                json!({ "action": "dragTo", "target": "#to", "trial": true }),
                Leaves("all", json!([])),
            ),
        ]
    });
}

#[test]
fn files_reach_fields_and_drop_zones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("upload.txt");
    std::fs::write(&path, "four").unwrap();
    all(move || {
        let read = "{ const i = document.querySelector('input'); [[...i.files].map(f => [f.name, f.type, f.size]), all] }";
        let field = "<input type=file multiple><script>all = []; for (const t of ['input', 'change']) document.addEventListener(t, e => all.push(t))</script>";
        let payload = json!({ "name": "a.txt", "mimeType": "text/plain", "buffer": "aGVsbG8=" });
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let zone = "<div style='height: 90px' ondragover='event.preventDefault()' ondrop='done = [event.dataTransfer.files[0].name, event.dataTransfer.getData(\"text/plain\")]'></div>";
        vec![
            (
                field,
                "input",
                json!({ "action": "setInputFiles", "files": { "payloads": [payload] } }),
                Leaves(read, json!([[["a.txt", "text/plain", 5]], ["input", "change"]])),
            ),
            (
                field,
                "input",
                json!({ "action": "setInputFiles", "files": { "payloads": [] } }),
                Leaves(read, json!([[], ["input", "change"]])),
            ),
            (
                field,
                "input",
                json!({ "action": "setInputFiles", "files": { "paths": [path] } }),
                Leaves(read, json!([[[name, "text/plain", 4]], ["input", "change"]])),
            ),
            (
                "<input type=file>",
                "input",
                json!({ "action": "setInputFiles", "files": { "paths": ["/a", "/b"] } }),
                Fails(&["Non-multiple file input can only accept single file"]),
            ),
            (
                "<p>x</p>",
                "p",
                json!({ "action": "setInputFiles", "files": { "payloads": [] } }),
                Fails(&["Node is not an HTMLInputElement"]),
            ),
            (
                zone,
                "div",
                json!({ "action": "drop", "files": [payload], "data": { "text/plain": "note" } }),
                Leaves("done", json!(["a.txt", "note"])),
            ),
            (
                "<div style='height: 90px'></div>",
                "div",
                json!({ "action": "drop", "data": { "text/plain": "note" } }),
                Fails(&["did not accept the drop"]),
            ),
        ]
    });
}
