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
<div id=menu onmouseenter="out.textContent = 'hovered'; this.onmouseenter = null">Menu</div>
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

/// Writes down what happens to it, a line an event.
const LOG: &str = r#"<title>Log</title>
<button id=button>Press</button>
<input id=empty><input id=filled value=ab><input id=other value=xyz>
<input type=color id=color><input type=range id=range min=0 max=10 value=1>
<textarea id=area>old</textarea><div id=rich contenteditable>old</div>
<select id=size><option value=s>Small</option><option value=l>Large</option></select>
<svg viewBox="0 0 100 100" width=100><path id=shape d="M 50 10 L 90 90 L 10 90 z"/></svg>
<p class=parent style="visibility: hidden"><button class=child style="visibility: visible">Inside</button></p>
<div style="height: 2000px"></div><button id=far>Far</button>
<pre id=log></pre>
<script>
  const note = (event) => {
    const { type, target, button, isTrusted } = event;
    const value = target.value ?? target.textContent;
    log.textContent += `${type} ${target.id || target.getAttribute('class') || target.localName} ${type === 'mouseup' ? button : value}${isTrusted || type !== 'mouseup' ? '' : ' untrusted'};`;
  };
  for (const type of ['mouseup', 'change', 'dblclick']) addEventListener(type, note, true);
  addEventListener('mouseup', (event) => event.button > 2 && event.preventDefault());
  addEventListener('contextmenu', (event) => event.preventDefault());
  document.querySelector('.child').onclick = () => { log.textContent += 'child;'; };
</script>"#;

/// Each row: steps after the page was opened, and what the page has noted of them.
#[test]
fn the_page_hears_what_it_would_hear_from_a_person() {
    let rows = [
        (
            r##"{ "type": "click", "selectors": ["#button"], "offsetX": 1, "offsetY": 1 }"##,
            "mouseup button 0;",
        ),
        (
            r##"{ "type": "click", "selectors": ["#button"], "button": "auxiliary", "offsetX": 1, "offsetY": 1 }"##,
            "mouseup button 1;",
        ),
        (
            r##"{ "type": "click", "selectors": ["#button"], "button": "secondary", "offsetX": 1, "offsetY": 1 }"##,
            "mouseup button 2;",
        ),
        (
            r##"{ "type": "click", "selectors": ["#button"], "button": "back", "offsetX": 1, "offsetY": 1 }"##,
            "mouseup button 3;",
        ),
        (
            r##"{ "type": "click", "selectors": ["#button"], "button": "forward", "offsetX": 1, "offsetY": 1 }"##,
            "mouseup button 4;",
        ),
        (
            r##"{ "type": "click", "selectors": ["#button"], "duration": 60, "offsetX": 900, "offsetY": 900 }"##,
            "mouseup button 0;",
        ),
        (
            r##"{ "type": "doubleClick", "selectors": ["#button"], "offsetX": 1, "offsetY": 1 }"##,
            "mouseup button 0;mouseup button 0;dblclick button ;",
        ),
        // The corner of a shape's box belongs to the drawing.
        (
            r##"{ "type": "click", "selectors": ["svg > path"], "offsetX": 1, "offsetY": 1 }"##,
            "mouseup svg 0;",
        ),
        (
            r##"{ "type": "click", "selectors": [[".parent", ".child"]], "offsetX": 2, "offsetY": 2 }"##,
            "mouseup child 0;child;",
        ),
        (r##"{ "type": "click", "selectors": [["#far"]], "offsetX": 1, "offsetY": 1 }"##, "mouseup far 0;"),
        (
            r##"{ "type": "change", "selectors": ["#empty"], "value": "abc" }, { "type": "keyDown", "key": "Enter" }, { "type": "keyUp", "key": "Enter" }"##,
            "change empty abc;",
        ),
        (
            r##"{ "type": "change", "selectors": ["#filled"], "value": "abcd" }, { "type": "keyDown", "key": "Tab" }, { "type": "keyUp", "key": "Tab" }"##,
            "change filled abcd;",
        ),
        (
            r##"{ "type": "change", "selectors": ["#other"], "value": "cba" }, { "type": "keyDown", "key": "Tab" }, { "type": "keyUp", "key": "Tab" }"##,
            "change other cba;",
        ),
        (r##"{ "type": "change", "selectors": ["#other"], "value": "" }"##, "change other ;"),
        (
            r##"{ "type": "change", "selectors": ["#area"], "value": "new" }, { "type": "keyDown", "key": "Tab" }, { "type": "keyUp", "key": "Tab" }"##,
            "change area new;",
        ),
        (r##"{ "type": "change", "selectors": ["#color"], "value": "#333333" }"##, "change color #333333;"),
        (r##"{ "type": "change", "selectors": ["#range"], "value": "7" }"##, "change range 7;"),
        (r##"{ "type": "change", "selectors": ["#size"], "value": "l" }"##, "change size l;"),
        (
            r##"{ "type": "change", "selectors": ["#rich"], "value": "new" }, { "type": "customStep", "name": "assertText", "parameters": { "selectors": ["#rich"], "text": "new", "exact": true } }"##,
            "",
        ),
    ];
    let steps_of_all: Vec<String> = rows
        .iter()
        .map(|(steps, noted)| {
            let holds = serde_json::Value::from(format!("document.querySelector('#log').textContent === {noted:?}"));
            format!(r##"{{ "type": "navigate", "url": "URL/" }}, {steps}, {{ "type": "waitForExpression", "expression": {holds}, "timeout": 5000 }}"##)
        })
        .collect();
    let record = steps(vec![("/", html(LOG))], &steps_of_all.join(",\n"));
    let row = record.lines.iter().filter(|line| line.starts_with("navigate")).count();
    assert_eq!(
        record.lines.last().map(String::as_str),
        Some("test: passed"),
        "row {row}, {:?}\n{}",
        rows.get(row - 1),
        record.text()
    );
}

#[test]
fn frames_of_other_origins_are_targets() {
    let inner = serve(vec![
        ("/first", html("<a href='/second'>To second</a>")),
        ("/second", html("<button onclick=\"this.textContent = 'pressed'\">Second</button>")),
    ]);
    // Another site than the page's, so that the frame has a process of its own.
    let other = inner.replace("127.0.0.1", "localhost");
    let page =
        format!("<title>Main</title><iframe src='{other}/first'></iframe><iframe src='/local'></iframe>");
    let local = format!("<a href='{other}/second'>To second</a>");
    let address = serve(vec![("/", html(&page)), ("/local", html(&local))]);
    let record = steps(
        vec![],
        &r##"{ "type": "navigate", "url": "MAIN/" },
        { "type": "click", "target": "OTHER/first", "selectors": [["aria/To second"], ["body > a"]], "offsetX": 1, "offsetY": 1,
          "assertedEvents": [{ "type": "navigation", "url": "OTHER/second", "title": "" }] },
        { "type": "click", "target": "OTHER/second", "selectors": ["text/Second"] },
        { "type": "waitForElement", "target": "OTHER/second", "selectors": ["text/pressed"] },
        { "type": "click", "frame": [1], "selectors": [["aria/To second"]], "offsetX": 1, "offsetY": 1,
          "assertedEvents": [{ "type": "navigation", "url": "OTHER/second", "title": "" }] },
        { "type": "waitForElement", "frame": [1], "selectors": ["button"] },
        { "type": "click", "target": "OTHER/nowhere", "selectors": ["a"], "timeout": 300 }"##
            .replace("MAIN", &address)
            .replace("OTHER", &other),
    );
    check(&record, "test: failed (Timeout) timeout of 300 ms exceeded");
    assert!(record.lines.iter().all(|line| !line.starts_with("warning")), "{}", record.text());
    let failure = record.failure.unwrap();
    assert_eq!(failure.call_log, [format!("waiting for a page or a frame at {other}/nowhere")]);
}

#[test]
fn a_recording_without_steps_passes_and_is_told() {
    let record = steps(vec![], "");
    assert_eq!(record.lines, ["warning: the recording has no steps", "test: passed"]);
}

#[test]
fn waiting_for_elements_has_all_its_options() {
    let page = "<ul><li class=a>1</li><li class=a style='display: none'>2</li></ul><x-list></x-list><script>
      document.querySelector('x-list').attachShadow({ mode: 'open' }).innerHTML = '<b>1</b><b>2</b>';
      document.querySelector('ul').extra = { deep: { n: 1, m: 2 } };
    </script>";
    for (step, holds) in [
        (r##""selectors": ["li"]"##, true),
        (r##""selectors": ["li"], "count": 2"##, true),
        (r##""selectors": ["li"], "count": 3"##, false),
        (r##""selectors": ["li"], "count": 1, "operator": "==""##, false),
        (r##""selectors": ["li"], "count": 2, "operator": "<=""##, true),
        (r##""selectors": ["li"], "count": 1, "operator": "<=""##, false),
        (r##""selectors": ["li"], "count": 3, "visible": false"##, true),
        (r##""selectors": ["li"], "visible": false"##, false),
        (r##""selectors": ["ol"], "visible": false"##, true),
        (r##""selectors": [["x-list", "b"]], "count": 2, "operator": "==""##, true),
        (r##""selectors": ["pierce/b"], "count": 2, "operator": "==""##, true),
        (r##""selectors": ["ol", "text/zzz", "li"], "count": 2"##, true),
        (r##""selectors": ["li"], "attributes": { "class": "a" }"##, true),
        (r##""selectors": ["li"], "attributes": { "class": "b" }"##, false),
        (r##""selectors": ["ul"], "properties": { "extra": { "deep": { "n": 1 } } }"##, true),
        (r##""selectors": ["ul"], "properties": { "extra": { "deep": { "n": 2 } } }"##, false),
        (
            r##""selectors": ["li"], "properties": { "tagName": "LI" }, "attributes": { "class": "a" }, "count": 2"##,
            true,
        ),
    ] {
        let limit = if holds { 5_000 } else { 300 };
        let step = format!(
            r##"{{ "type": "navigate", "url": "URL/" }}, {{ "type": "waitForElement", "timeout": {limit}, {step} }}"##
        );
        let record = steps(vec![("/", html(page))], &step);
        let passed = record.lines.last().is_some_and(|line| line == "test: passed");
        assert_eq!(passed, holds, "{step}\n{}", record.text());
    }
}
