//! Selectors from text and back.

use proptest::prelude::*;

use super::*;

fn check(text: &str, json: &str) {
    let selector = Selector::parse(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(serde_json::to_string(selector.parts()).unwrap(), json, "{text}");
    assert_eq!(
        Selector::parse(&selector.to_string()).as_ref(),
        Ok(&selector),
        "{text} written as {selector}"
    );
}

fn check_error(text: &str, position: usize, expected: &str) {
    let error = Selector::parse(text).expect_err(text);
    assert_eq!(error.position, position, "{error}");
    assert!(error.to_string().contains(expected), "{error}");
}

fn check_description(text: &str, description: &str) {
    assert_eq!(Selector::parse(text).unwrap().describe(), description, "{text}");
}

#[test]
fn engines_are_told_apart() {
    check("//div[@id='x>>y']", r#"[{"xpath":"//div[@id='x>>y']"}]"#);
    check("(//div)[1]", r#"[{"xpath":"(//div)[1]"}]"#);
    check("../span", r#"[{"xpath":"../span"}]"#);
    check("text=Buy now", r#"[{"text":{"kind":"lax","text":"Buy now"}}]"#);
    check("\"Buy\"", r#"[{"text":{"kind":"node","text":"Buy"}}]"#);
    check("'it\\'s'", r#"[{"text":{"kind":"node","text":"it's"}}]"#);
    check("text=\"", r#"[{"text":{"kind":"lax","text":"\""}}]"#);
    check("text= \"ya\"", r#"[{"text":{"kind":"lax","text":" \"ya\""}}]"#);
    check("text=/^a$/i", r#"[{"text":{"source":"^a$","flags":"i"}}]"#);
    check("id=a", r#"[{"attribute":{"names":["id"],"matcher":{"kind":"exact","text":"a"}}}]"#);
    check("visible=true", r#"[{"visible":true}]"#);
    check("nth=-1", r#"[{"nth":-1}]"#);
    check("internal:label=\"Name\"s", r#"[{"label":{"kind":"exact","text":"Name"}}]"#);
}

#[test]
fn parts_are_split_outside_of_quotes() {
    let two = r#"[{"text":{"kind":"node","text":"yo>>"}},{"text":{"kind":"lax","text":"ya"}}]"#;
    check("text=\"yo>>\">>text=ya", two);
    check("  \"yo>>\"  >>  text=ya ", two);
    check(
        "text=lo\" >> text=ya",
        r#"[{"text":{"kind":"lax","text":"lo\""}},{"text":{"kind":"lax","text":"ya"}}]"#,
    );
    check(
        "*text=a >> text=b",
        r#"[{"text":{"kind":"lax","text":"a"}},{"has":[{"text":{"kind":"lax","text":"b"}}]}]"#,
    );
}

#[test]
fn css_keeps_what_the_browser_knows() {
    let plain = |css: &str| format!(r#"[{{"css":{{"text":"{css}","light":false,"list":"#);
    for (text, css) in [
        ("div > span.a", "div > span.a"),
        ("a,b", "a, b"),
        ("div:not(.x)", "div:not(.x)"),
        ("li:nth-child(2n+1 of .a)", "li:nth-child(2n+1 of .a)"),
    ] {
        let json = serde_json::to_string(Selector::parse(text).unwrap().parts()).unwrap();
        assert!(json.starts_with(&plain(css)), "{text} gave {json}");
    }
    check(
        "button:visible",
        r#"[{"css":{"text":null,"light":false,"list":[[["",{"css":"button","tests":[["visible",null]]}]]]}}]"#,
    );
    check(
        "ul > li:has-text(\"a\\a b\")",
        r#"[{"css":{"text":null,"light":false,"list":[[["",{"css":"ul","tests":[]}],[">",{"css":"li","tests":[["has-text","a\nb"]]}]]]}}]"#,
    );
    check(
        ":nth-match(li, 3)",
        r#"[{"css":{"text":null,"light":false,"list":[[["",{"css":"","tests":[["nth-match",[[[["",{"css":"li","tests":[]}]]],3]]]}]]]}}]"#,
    );
}

#[test]
fn roles_have_attributes() {
    check("role=button", r#"[{"role":{"role":"button"}}]"#);
    check(
        "role=button[name=\"Save\"][disabled]",
        r#"[{"role":{"role":"button","name":{"op":"=","text":"Save","anyCase":false},"disabled":true}}]"#,
    );
    check("role=checkbox[checked=mixed]", r#"[{"role":{"role":"checkbox","checked":"mixed"}}]"#);
    check(
        "role=heading[level=2][name=/^a[/]b/i]",
        r#"[{"role":{"role":"heading","name":{"source":"^a[/]b","flags":"i"},"level":2}}]"#,
    );
    check(
        "internal:role=button[name=\"save\"]",
        r#"[{"role":{"role":"button","name":{"op":"*=","text":"save","anyCase":true}}}]"#,
    );
}

#[test]
fn mistakes_are_told_where_they_are() {
    check_error("", 0, "a selector");
    check_error("div >> ", 7, "a selector");
    check_error("div >> nth=a", 11, "a number");
    check_error("foo=bar", 4, "Unknown engine \"foo\" while parsing selector foo=bar");
    check_error("div[a", 5, "`]`");
    check_error("\"", 0, "a CSS selector");
    check_error("div:has-text(x)", 13, "\"has-text\" engine expects a single string");
    check_error(":text(\"a\", \"b\")", 9, "\"text\" engine expects a single string");
    check_error("a:right-of(b)", 1, "not supported");
    check_error("div{", 3, "CSS.escape");
    check_error("role=", 5, "Role must not be empty");
    check_error("role=button[foo]", 12, "Unknown attribute \"foo\"");
    check_error("role=button[level=3]", 12, "only supported for roles");
    check_error("role=heading[level=\"bar\"]", 13, "must be compared to a number");
    check_error("role=checkbox[checked=\"bar\"]", 14, "\"checked\" must be one of true, false, \"mixed\"");
    check_error("*css=a >> b >> nth=1", 0, "Can't query n-th element");
}

#[test]
fn selectors_are_described_as_calls() {
    check_description("div", "locator('div')");
    check_description(
        "internal:role=button[name=\"Save\"] >> nth=0",
        "getByRole('button', { name: 'Save' }).first()",
    );
    check_description(
        "iframe >> internal:control=enter-frame >> text=a",
        "locator('iframe').contentFrame().getByText('a')",
    );
    check_description(
        "li >> internal:has-text=\"x\"i >> nth=-1",
        "locator('li').filter({ hasText: 'x' }).last()",
    );
    check_description("li >> internal:describe=\"The list\"", "The list");
}

#[test]
fn constructors_say_the_same_as_texts() {
    let built =
        Selector::by_role("button", RoleOptions { name: Some("Save".into()), ..RoleOptions::default() })
            .nth(-1);
    assert_eq!(built, Selector::parse("internal:role=button[name=\"Save\"i] >> nth=-1").unwrap());
    let built = Selector::by_test_id(&["data-testid".to_owned()], "a".into()).having_text("b".into(), false);
    assert_eq!(
        built,
        Selector::parse("internal:testid=[data-testid=\"a\"s] >> internal:has-not-text=\"b\"i").unwrap()
    );
}

#[test]
fn recorder_selectors_are_read() {
    for (text, json) in [
        ("aria/Search[role=\"searchbox\"]", r#"[{"aria":{"name":"Search","role":"searchbox"}}]"#),
        ("aria/[role=\"img\"]", r#"[{"aria":{"name":null,"role":"img"}}]"#),
        ("text/Buy", r#"[{"text":{"kind":"lax","text":"Buy"}}]"#),
        ("xpath///a", r#"[{"xpath":"//a"}]"#),
        ("pierce/#a", r##"[{"css":{"text":"#a","light":false,"list":[[["",{"css":"#a","tests":[]}]]]}}]"##),
    ] {
        let selector = Selector::parse_recorder(text).unwrap();
        assert_eq!(serde_json::to_string(selector.parts()).unwrap(), json, "{text}");
    }
}

#[test]
fn frames_split_a_selector() {
    let (frames, target) =
        Selector::parse("#a >> internal:control=enter-frame >> #b").unwrap().split_at_frames();
    assert_eq!(frames, [Selector::parse("#a").unwrap()]);
    assert_eq!(target, Selector::parse("#b").unwrap());
}

proptest! {
    #[test]
    fn parsing_never_panics(text in "\\PC{0,60}") {
        if let Ok(selector) = Selector::parse(&text) {
            prop_assert_eq!(Selector::parse(&selector.to_string()), Ok(selector));
        }
        drop(Selector::parse_recorder(&text));
    }

    #[test]
    fn things_like_selectors_never_panic(text in "(css=|text=|role=|nth=|internal:has=|internal:text=| >> |>>|\\[|\\]|\\(|\\)|\"|'|:is|:has|:text|:nth-match|div|a|#|\\.|\\*|/|\\\\|=|,|>|~|1| ){0,24}") {
        if let Ok(selector) = Selector::parse(&text) {
            prop_assert_eq!(Selector::parse(&selector.to_string()), Ok(selector));
        }
    }
}
