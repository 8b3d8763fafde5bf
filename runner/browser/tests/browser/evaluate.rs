//! Script in pages: values both ways, handles, errors.

use canary_browser::{ActionError, Argument, ErrorKind, JsHandle, Script, WireValue};
use serde_json::{Value, json};

use crate::harness::{Room, eval, eval_wire, soon, test};

async fn call(room: &Room, function: &str, argument: &Argument) -> Result<WireValue, ActionError> {
    room.page.main_frame().evaluate(&soon(), &Script::Function(function.to_owned()), argument).await
}

async fn handle(room: &Room, expression: &str) -> JsHandle {
    let script = Script::Expression(expression.to_owned());
    room.page.main_frame().evaluate_handle(&soon(), &script, &Argument::none()).await.expect("a handle")
}

#[test]
fn values_cross_in_both_directions() {
    test(|room| async move {
        let cases = [
            ("undefined", json!({ "v": "undefined" })),
            ("null", json!(null)),
            ("1.5", json!(1.5)),
            ("-0", json!({ "v": "-0" })),
            ("NaN", json!({ "v": "NaN" })),
            ("-Infinity", json!({ "v": "-Infinity" })),
            ("12345678901234567890n", json!({ "n": "12345678901234567890" })),
            ("'ünï ☃ \\0'", json!("ünï ☃ \0")),
            ("new Date(0)", json!({ "d": "1970-01-01T00:00:00.000Z" })),
            ("new Date(NaN)", json!({ "d": "" })),
            ("/a.b/gi", json!({ "x": ["a.b", "gi"] })),
            ("new URL('http://a.test/x')", json!({ "u": "http://a.test/x" })),
            ("new Uint8Array([1, 2, 255])", json!({ "b": { "t": "Uint8Array", "d": "AQL/" } })),
            ("new Float32Array([1])", json!({ "b": { "t": "Float32Array", "d": "AACAPw==" } })),
            ("new Map([[1, 'a']])", json!({ "o": [], "id": 0 })),
            ("new Set(['a'])", json!({ "o": [], "id": 0 })),
            ("[1, [2]]", json!({ "a": [1, { "a": [2], "id": 1 }], "id": 0 })),
            ("({ a: { b: 1 } })", json!({ "o": [["a", { "o": [["b", 1]], "id": 1 }]], "id": 0 })),
            ("{ const a = [1]; a.push(a); a }", json!({ "a": [1, { "r": 0 }], "id": 0 })),
        ];
        for (source, wire) in cases {
            assert_eq!(eval_wire(&room.page, source).await.0, wire, "{source}");
            let argument = Argument::of(WireValue(wire.clone()));
            let back = call(&room, "x => x", &argument).await.expect("it comes back");
            assert_eq!(back.0, wire, "{source} and back");
        }
        let error = eval_wire(&room.page, "new TypeError('oops')").await.0;
        assert_eq!((&error["e"]["n"], &error["e"]["m"]), (&json!("TypeError"), &json!("oops")));
        assert_eq!(eval(&room.page, "document").await, json!("ref: <Document>"));
        assert_eq!(eval(&room.page, "document.body").await, json!("ref: <Node>"));
        assert_eq!(eval(&room.page, "window").await, json!("ref: <Window>"));
        assert_eq!(eval_wire(&room.page, "() => () => 1").await, WireValue::undefined());
        assert_eq!(eval(&room.page, "({ toJSON: () => 1, a: 2 })").await, json!({ "toJSON": {}, "a": 2 }));
    });
}

#[test]
fn every_form_of_script_runs() {
    test(|room| async move {
        let cases = [
            ("1 + 2", json!(3)),
            ("1 + 5;", json!(6)),
            ("2 + 5\n// with a comment", json!(7)),
            ("const a = 5; a * 2", json!(10)),
            ("() => 7", json!(7)),
            ("async () => { await null; return 8; }", json!(8)),
            ("Promise.resolve(9)", json!(9)),
            ("function named() { return 10; }\nnamed()", json!(10)),
        ];
        for (source, expected) in cases {
            assert_eq!(eval(&room.page, source).await, expected, "{source}");
        }
        let argument = Argument::json(&json!({ "a": [2, 3] }));
        for function in [
            "({ a }) => a[0] * a[1]",
            "function ({ a }) { return a[0] * a[1] }",
            "async ({ a }) => a[0] * a[1] // comment",
            "shorthand({ a }) { return a[0] * a[1] }",
            "async shorthand({ a }) { return a[0] * a[1] }",
        ] {
            assert_eq!(call(&room, function, &argument).await.expect(function).0, json!(6), "{function}");
        }
    });
}

#[test]
fn script_runs_in_pages_that_forbid_eval() {
    test(|room| async move {
        let answer = crate::server::Answer::html("<title>strict</title>")
            .header("Content-Security-Policy", "script-src 'self'; require-trusted-types-for 'script'");
        let url = room.server.answer(answer);
        room.page.goto(&soon(), &url, &Default::default()).await.unwrap();
        let result = call(&room, "() => document.title", &Argument::none()).await.unwrap();
        assert_eq!(result.0, json!("strict"));
        assert_eq!(eval(&room.page, "1 + 1").await, json!(2));
    });
}

#[test]
fn what_a_script_throws_comes_back() {
    test(|room| async move {
        let thrown = async |source: &str| {
            let script = Script::Expression(source.to_owned());
            let result = room.page.main_frame().evaluate(&soon(), &script, &Argument::none()).await;
            match result {
                Err(error @ ActionError::Script(_)) => {
                    assert_eq!(error.kind(), ErrorKind::Script);
                    error.to_string()
                }
                other => panic!("{source}: {other:?}"),
            }
        };
        assert_eq!(thrown("() => { throw new RangeError('too far') }").await, "RangeError: too far");
        assert_eq!(thrown("() => missing.thing").await, "ReferenceError: missing is not defined");
        assert_eq!(thrown("Promise.reject(new Error('later'))").await, "Error: later");
        assert_eq!(thrown("() => { throw 'a text' }").await, "a text");
        assert_eq!(thrown("() => { throw 100500 }").await, "100500");
        assert!(thrown("1 +").await.starts_with("SyntaxError"));
    });
}

#[test]
fn handles_hold_what_is_in_the_page() {
    test(|room| async move {
        let object = handle(&room, "({ a: 1, b: 'two', c: [3] })").await;
        let names: Vec<String> =
            object.properties(&soon()).await.unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(
            object.json_value(&soon()).await.unwrap().to_json(),
            json!({ "a": 1, "b": "two", "c": [3] })
        );
        let function = Script::Function("(object, key) => object[key]".to_owned());
        let value = object.evaluate(&soon(), &function, &Argument::json(&json!("b"))).await.unwrap();
        assert_eq!(value.0, json!("two"));
        let argument = Argument {
            value: WireValue(json!({ "o": [["it", { "h": 0 }]] })),
            handles: vec![object.clone()],
            extended: false,
        };
        assert_eq!(call(&room, "({ it }) => it.a", &argument).await.unwrap().0, json!(1));
        let number = handle(&room, "-0").await;
        assert_eq!(number.preview(), "-0");
        let argument =
            Argument { value: WireValue(json!({ "h": 0 })), handles: vec![number], extended: false };
        assert_eq!(call(&room, "x => Object.is(x, -0)", &argument).await.unwrap().0, json!(true));
        assert!(handle(&room, "document.body").await.is_element() && !object.is_element());
        object.dispose(&soon()).await.unwrap();
        let error = object.json_value(&soon()).await.expect_err("it is gone");
        assert_eq!(error.to_string(), "the handle was disposed");
    });
}

#[test]
fn a_navigation_ends_what_still_runs() {
    test(|room| async move {
        let held = handle(&room, "({ a: 1 })").await;
        let never = Script::Expression("new Promise(() => {})".to_owned());
        let frame = room.page.main_frame();
        let pending =
            tokio::task::spawn_local(async move { frame.evaluate(&soon(), &never, &Argument::none()).await });
        tokio::task::yield_now().await;
        eval(&room.page, "1").await;
        room.show("<p>another</p>").await;
        assert!(pending.await.unwrap().expect_err("its document is gone").is_context_gone());
        assert!(held.json_value(&soon()).await.expect_err("its document is gone").is_context_gone());
    });
}

#[test]
fn a_deadline_ends_a_page_that_hangs() {
    test(|room| async move {
        let script = Script::Expression("while (true) {}".to_owned());
        let progress = canary_browser::Progress::new(std::time::Duration::from_millis(300));
        let error = room
            .page
            .main_frame()
            .evaluate(&progress, &script, &Argument::none())
            .await
            .expect_err("it hangs");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        let value: Value = json!(room.page.is_closed());
        assert_eq!(value, json!(false));
    });
}
