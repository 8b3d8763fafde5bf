//! Recordings: every type of step, every kind of selector, and what is said when one fails.

use canary_script::{FailureClass, PlaySettings};

use crate::harness::{Record, play, quick};
use crate::server::{Answer, html, serve};

const FORM: &str = r#"<title>Form</title>
<h1>Order</h1>
<label>Name <input id=name></label>
<input id=date type=date>
<select id=size><option value=s>Small</option><option value=l>Large</option></select>
<button aria-label="Send order" onclick="out.textContent = 'sent ' + document.querySelector('#name').value + ' ' + size.value + ' ' + date.value">Go</button>
<button id=twice ondblclick="out.textContent = 'twice'" oncontextmenu="out.textContent = 'right ' + event.offsetX; return false">Twice</button>
<div id=menu onmouseenter="out.textContent = 'hovered'">Menu</div>
<p id=out></p>
<x-card></x-card>
<script>
  customElements.define('x-card', class extends HTMLElement {
    connectedCallback() {
      this.attachShadow({ mode: 'open' }).innerHTML = '<button id=deep>Deep</button>';
      this.shadowRoot.querySelector('button').onclick = () => { out.textContent = 'deep'; };
    }
  });
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') out.textContent = 'escape'; });
</script>"#;

/// Plays steps, given as JSON with `URL` for the server's address.
fn steps(answers: Vec<(&'static str, Answer)>, steps: &str) -> Record {
    with_settings(answers, steps, quick())
}

fn with_settings(answers: Vec<(&'static str, Answer)>, steps: &str, settings: PlaySettings) -> Record {
    let address = serve(answers);
    let text = format!("{{ \"title\": \"recording\", \"steps\": [\n{}\n] }}", steps.replace("URL", &address));
    let from = address.clone();
    let mut record = play(move || async move {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("flow.json"), text).unwrap();
        std::fs::write(folder.path().join("note.txt"), "hello").unwrap();
        let loaded = canary_script::load(folder.path(), "flow.json", &settings).await;
        // Uploads read the checkout later.
        std::mem::forget(folder);
        loaded.unwrap_or_else(|error| panic!("{error}"))
    });
    for line in &mut record.lines {
        *line = line.replace(&from, "");
    }
    record
}

fn text_of(what: &str, text: &str) -> String {
    format!(
        r##"{{ "type": "customStep", "name": "assertText", "parameters": {{ "selectors": ["{what}"], "text": "{text}" }} }}"##
    )
}

#[track_caller]
fn check(record: &Record, last: &str) {
    assert_eq!(record.lines.last().map(String::as_str), Some(last), "{}", record.text());
}

#[test]
fn a_form_is_filled_and_sent() {
    let sent = text_of("#out", "sent Ada l 2026-01-02");
    let record = steps(
        vec![("/", html(FORM))],
        &format!(
            r##"{{ "type": "setViewport", "width": 700, "height": 500, "deviceScaleFactor": 1, "isMobile": false, "hasTouch": false, "isLandscape": false }},
            {{ "type": "navigate", "url": "URL/", "assertedEvents": [{{ "type": "navigation", "url": "URL/", "title": "Form" }}] }},
            {{ "type": "change", "selectors": [["#missing"], ["aria/Name"]], "value": "Ada" }},
            {{ "type": "change", "selectors": ["#size"], "value": "l" }},
            {{ "type": "change", "selectors": ["xpath///*[@id='date']"], "value": "2026-01-02" }},
            {{ "type": "click", "selectors": [["aria/Send order[role=\"button\"]"]], "offsetX": 4, "offsetY": 4 }},
            {sent},
            {{ "type": "waitForExpression", "expression": "innerWidth === 700" }}"##
        ),
    );
    check(&record, "test: passed");
    assert_eq!(record.lines[1], "navigate /: passed");
}

#[test]
fn every_way_to_touch_a_page() {
    let page = format!(
        "{FORM}<div style='height: 3000px'></div><div id=box style='overflow: auto; height: 50px'><div style='height: 500px'></div></div>"
    );
    let record = steps(
        vec![("/", html(&page))],
        &[
            r##"{ "type": "navigate", "url": "URL/" }"##.to_owned(),
            r##"{ "type": "doubleClick", "selectors": ["text/Twice"], "offsetX": 1, "offsetY": 1 }"##.to_owned(),
            text_of("#out", "twice"),
            r##"{ "type": "click", "selectors": ["#twice"], "button": "secondary", "offsetX": 5, "offsetY": 5 }"##.to_owned(),
            text_of("#out", "right"),
            r##"{ "type": "hover", "selectors": ["#menu"] }"##.to_owned(),
            text_of("#out", "hovered"),
            r##"{ "type": "click", "selectors": [["x-card", "#deep"]], "deviceType": "touch" }"##.to_owned(),
            text_of("#out", "deep"),
            r##"{ "type": "click", "selectors": ["pierce/#deep"] }"##.to_owned(),
            r##"{ "type": "keyDown", "key": "Escape" }, { "type": "keyUp", "key": "Escape" }"##.to_owned(),
            text_of("#out", "escape"),
            r##"{ "type": "scroll", "x": 0, "y": 300 }"##.to_owned(),
            r##"{ "type": "waitForExpression", "expression": "scrollY === 300" }"##.to_owned(),
            r##"{ "type": "scroll", "selectors": ["#box"], "x": 0, "y": 40 }"##.to_owned(),
            r##"{ "type": "waitForExpression", "expression": "box.scrollTop === 40" }"##.to_owned(),
            r##"{ "type": "emulateNetworkConditions", "download": 0, "upload": 0, "latency": 0 }"##.to_owned(),
            r##"{ "type": "waitForExpression", "expression": "fetch('/').then(() => false, () => true)" }"##.to_owned(),
            r##"{ "type": "emulateNetworkConditions", "download": 1000000, "upload": 1000000, "latency": 1 }"##.to_owned(),
            r##"{ "type": "waitForExpression", "expression": "fetch('/').then((answer) => answer.ok)" }"##.to_owned(),
        ]
        .join(","),
    );
    check(&record, "test: passed");
}

#[test]
fn elements_are_waited_for() {
    let page = "<title>List</title><ul></ul><script>
      let n = 0;
      setInterval(() => { if (n < 3) document.querySelector('ul').innerHTML += `<li class=row data-n=${n++}>row</li>`; }, 50);
    </script>";
    let record = steps(
        vec![("/", html(page))],
        r##"{ "type": "navigate", "url": "URL/" },
        { "type": "waitForElement", "selectors": ["li"], "count": 3, "operator": "==" },
        { "type": "waitForElement", "selectors": ["li"], "attributes": { "class": "row" }, "properties": { "tagName": "LI", "dataset": {} } },
        { "type": "waitForElement", "selectors": ["ol"], "visible": false },
        { "type": "waitForElement", "selectors": ["ol"], "count": 0, "operator": "<=" },
        { "type": "waitForElement", "selectors": ["li"], "attributes": { "class": "other" }, "timeout": 300 }"##,
    );
    check(&record, "test: failed (Timeout) timeout of 300 ms exceeded");
    let failure = record.failure.unwrap();
    assert_eq!(failure.call_log[0], "waiting for >= 1 of li");
    assert_eq!((failure.stack[0].file.as_str(), failure.stack[0].line), ("flow.json", 7));
    assert!(failure.excerpt.unwrap().contains("> 7 |"));
}

#[test]
fn popups_and_frames_are_reached() {
    let page = "<title>Main</title><a href='/popup' target=_blank>Open</a><iframe src='/outer'></iframe>";
    let outer = "<iframe src='/first'></iframe><iframe src='/second'></iframe>";
    let second = "<button onclick=\"this.textContent = 'pressed'\">In frame</button>";
    let record = steps(
        vec![
            ("/", html(page)),
            (
                "/popup",
                html("<title>Popup</title><button onclick=\"document.title = 'clicked'\">Yes</button>"),
            ),
            ("/outer", html(outer)),
            ("/first", html("first")),
            ("/second", html(second)),
        ],
        r##"{ "type": "navigate", "url": "URL/" },
        { "type": "click", "frame": [0, 1], "selectors": ["text/In frame"] },
        { "type": "waitForElement", "frame": [0, 1], "selectors": ["text/pressed"] },
        { "type": "click", "selectors": ["text/Open"] },
        { "type": "click", "target": "URL/popup", "selectors": ["text/Yes"] },
        { "type": "waitForExpression", "target": "URL/popup", "expression": "document.title === 'clicked'" },
        { "type": "close", "target": "URL/popup" },
        { "type": "waitForExpression", "target": "main", "expression": "document.title === 'Main'" }"##,
    );
    check(&record, "test: passed");
}

#[test]
fn a_recorded_navigation_is_waited_for() {
    let record = steps(
        vec![("/", html("<title>One</title><a href='/two'>Next</a>")), ("/two", html("<title>Two</title>"))],
        r##"{ "type": "navigate", "url": "URL/" },
        { "type": "click", "selectors": ["text/Next"], "assertedEvents": [{ "type": "navigation", "url": "URL/other", "title": "Two" }] },
        { "type": "waitForExpression", "expression": "document.title === 'Two'" },
        { "type": "hover", "selectors": ["body"], "timeout": 300, "assertedEvents": [{ "type": "navigation" }] }"##,
    );
    assert_eq!(record.lines[1], "warning: the step led to /two, and to /other when it was recorded");
    check(&record, "test: failed (Timeout) timeout of 300 ms exceeded");
}

#[test]
fn what_recordings_lack_is_there() {
    let page = "<title>More</title><p id=order data-id=77>Order 42</p><input id=a><input id=b><input id=code>
      <input type=file id=file onchange=\"this.files[0].text().then((text) => { got.textContent = this.files[0].name + ' ' + text; })\">
      <p id=got></p><a href='/file' download='report.txt'>Get</a>";
    let file = Answer {
        status: 200,
        headers: vec![("Content-Type", "text/plain".to_owned())],
        body: "data".to_owned(),
    };
    let settings = PlaySettings {
        parameters: [("user".to_owned(), "ada".to_owned())].into(),
        secrets: [
            ("PASSWORD".to_owned(), "hunter2".to_owned()),
            ("MFA".to_owned(), "JBSWY3DPEHPK3PXP".to_owned()),
        ]
        .into(),
        ..quick()
    };
    let record = with_settings(
        vec![("/", html(page)), ("/file", file)],
        r##"{ "type": "navigate", "url": "URL/" },
        { "type": "customStep", "name": "setVariable", "parameters": { "name": "order", "selectors": ["#order"] } },
        { "type": "customStep", "name": "setVariable", "parameters": { "name": "id", "selectors": ["#order"], "attribute": "data-id" } },
        { "type": "change", "selectors": ["#a"], "value": "{{user}} {{order}} {{id}}" },
        { "type": "waitForExpression", "expression": "a.value === 'ada Order 42 77'" },
        { "type": "customStep", "name": "secret", "parameters": { "selectors": ["#b"], "secret": "PASSWORD" } },
        { "type": "waitForExpression", "expression": "b.value === 'hunter2'" },
        { "type": "customStep", "name": "totp", "parameters": { "selectors": ["#code"], "secret": "MFA" } },
        { "type": "waitForExpression", "expression": "/^\\d{6}$/.test(code.value)" },
        { "type": "customStep", "name": "upload", "parameters": { "selectors": ["#file"], "files": "note.txt" } },
        { "type": "customStep", "name": "assertText", "parameters": { "selectors": ["#got"], "text": "note.txt hello", "exact": true } },
        { "type": "customStep", "name": "download", "parameters": { "selectors": ["text/Get"] } },
        { "type": "customStep", "name": "mine", "parameters": {} },
        { "type": "customStep", "name": "assertText", "parameters": { "selectors": ["#got"], "text": "other" }, "timeout": 300 }"##,
        settings,
    );
    let text = record.text();
    assert!(text.contains("attachment: report.txt"), "{text}");
    assert!(text.contains("warning: the custom step `mine` does nothing; there are assertText"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    let failure = record.failure.unwrap();
    assert_eq!(failure.class, FailureClass::Assertion);
    let expected = "the text of #got is not as expected\n\nexpected: a text with \"other\"\nreceived: \"note.txt hello\"";
    assert_eq!(failure.message, expected);
}

#[test]
fn failures_are_classified() {
    let class = |steps_json: &str| {
        let record = steps(vec![("/", html(FORM))], steps_json);
        let failure = record.failure.expect("it fails");
        (failure.class, failure.message)
    };
    let open = r##"{ "type": "navigate", "url": "URL/" }, "##;
    let (found, message) =
        class(&format!(r##"{open}{{ "type": "click", "selectors": ["#nothing"], "timeout": 200 }}"##));
    assert_eq!((found, message.as_str()), (FailureClass::Timeout, "timeout of 200 ms exceeded"));
    let (found, message) = class(r##"{ "type": "navigate", "url": "http://nothing.invalid/" }"##);
    assert_eq!(
        (found, message.as_str()),
        (FailureClass::Site, "net::ERR_NAME_NOT_RESOLVED at http://nothing.invalid/")
    );
    let (found, _) = class(&format!(r##"{open}{{ "type": "waitForExpression", "expression": "a b" }}"##));
    assert_eq!(found, FailureClass::Script);
    let (found, message) = class(&format!(
        r##"{open}{{ "type": "change", "selectors": ["#name"], "value": "{{{{nobody}}}}" }}"##
    ));
    assert_eq!(found, FailureClass::Script);
    assert!(message.starts_with("there is no variable `nobody`"), "{message}");
}
