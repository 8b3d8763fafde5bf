//! Locators across frames, documents and time: what is looked for again, what is done only once.

use std::time::Duration;

use canary_browser::{
    Action, Argument, ElementState, ErrorKind, Expectation, Progress, Script, Selector, SelectorState,
};
use serde_json::{Value, json};

use crate::actions::{patient, write};
use crate::harness::{Room, block_on, eval, launch, soon, test};
use crate::server::Answer;

fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn action(json: Value) -> Action {
    serde_json::from_value(json).expect("an action")
}

async fn act(room: &Room, text: &str, json: Value) -> Value {
    let result = room.page.main_frame().act(&patient(), &selector(text), &action(json.clone())).await;
    result.unwrap_or_else(|error| panic!("{json} on {text}: {error}"))
}

async fn holds(room: &Room, text: &str, matcher: Value) -> bool {
    let expectation: Expectation = serde_json::from_value(matcher).expect("a matcher");
    room.page.main_frame().expect(&patient(), &selector(text), &expectation).await.expect("an outcome").pass
}

const INTO: &str = " >> internal:control=enter-frame >> ";

/// A page of this site and one of another site, each with a button that says where it was hit.
async fn show_frames(room: &Room) {
    let button = "<style>* { margin: 0 }</style><p style='height: 400px'></p><button onclick='this.textContent = \"hit\"'>Press</button>";
    let near = room.server.page(button);
    let far = room.server.elsewhere(&room.server.page(button));
    let middle = room.server.elsewhere(&room.server.page(&format!(
        "<b>middle</b><iframe style='border: 7px solid; padding: 3px' src='{near}'></iframe>"
    )));
    room.show(&format!(
        "<div style='height: 1200px'></div><iframe id=near style='border: 5px solid; padding: 11px' src='{near}'></iframe>\
         <iframe id=far style='border: 5px solid; margin: 13px' src='{far}'></iframe><iframe id=middle src='{middle}'></iframe>"
    ))
    .await;
}

#[test]
fn frames_of_all_sites_are_acted_in() {
    test(|room| async move {
        show_frames(&room).await;
        for frame in ["#near", "#far", &format!("#middle{INTO}iframe")] {
            let button = format!("{frame}{INTO}button");
            assert_eq!(act(&room, &button, json!({ "action": "textContent" })).await, json!("Press"));
            act(&room, &button, json!({ "action": "click" })).await;
            assert!(
                holds(&room, &button, json!({ "matcher": "toHaveText", "expected": "hit" })).await,
                "{frame}"
            );
        }
    });
}

#[test]
fn boxes_in_frames_are_those_of_the_page() {
    test(|room| async move {
        let inner = "<style>* { margin: 0 }</style><p id=p style='margin: 20px 0 0 30px; width: 40px; height: 10px'></p>";
        for far in [false, true] {
            let url = room.server.page(inner);
            let url = if far { room.server.elsewhere(&url) } else { url };
            room.show(&format!("<style>* {{ margin: 0 }}</style><iframe style='margin: 100px 0 0 200px; border: 5px solid; padding: 2px' src='{url}'></iframe>")).await;
            let shape = act(&room, &format!("iframe{INTO}#p"), json!({ "action": "boundingBox" })).await;
            assert_eq!(shape, json!({ "x": 237.0, "y": 127.0, "width": 40.0, "height": 10.0 }), "far: {far}");
        }
    });
}

#[test]
fn what_covers_a_frame_covers_what_is_in_it() {
    test(|room| async move {
        for far in [false, true] {
            let url = room.server.page("<button>x</button>");
            let url = if far { room.server.elsewhere(&url) } else { url };
            room.show(&format!(
                "<iframe src='{url}'></iframe><div id=cover style='position: fixed; inset: 0'></div>"
            ))
            .await;
            let progress = Progress::new(Duration::from_millis(400));
            let click = action(json!({ "action": "click" }));
            let result = room
                .page
                .main_frame()
                .act(&progress, &selector(&format!("iframe{INTO}button")), &click)
                .await;
            let error = result.expect_err("it is covered").to_string();
            assert!(
                error.contains("<div id=\"cover\"></div> intercepts pointer events"),
                "far: {far}: {error}"
            );
        }
    });
}

#[test]
fn frames_are_waited_for() {
    test(|room| async move {
        let url = room.server.page("<button onclick='parent.done = 1'>x</button>");
        write(&room, &format!("<script>setTimeout(() => {{ const f = document.createElement('iframe'); f.src = '{url}'; document.body.append(f) }}, 80)</script>")).await;
        act(&room, &format!("iframe{INTO}button"), json!({ "action": "textContent" })).await;
        write(&room, "<p>no frame</p>").await;
        let missing = format!("iframe{INTO}button");
        assert!(holds(&room, &missing, json!({ "matcher": "toBeHidden" })).await);
        assert!(holds(&room, &missing, json!({ "matcher": "toBeVisible", "not": true })).await);
        assert!(holds(&room, &missing, json!({ "matcher": "toHaveCount", "expected": 0 })).await);
        assert_eq!(act(&room, &missing, json!({ "action": "count" })).await, json!(0));
        assert_eq!(act(&room, &missing, json!({ "action": "isVisible" })).await, json!(false));
        act(&room, &missing, json!({ "action": "waitFor", "state": "detached" })).await;
        let progress = Progress::new(Duration::from_millis(100));
        let click = action(json!({ "action": "click" }));
        let error = room
            .page
            .main_frame()
            .act(&progress, &selector(&missing), &click)
            .await
            .expect_err("there is no frame");
        assert!(
            error.to_string().contains("waiting for locator('iframe').contentFrame().locator('button')"),
            "{error}"
        );
        let progress = Progress::new(Duration::from_millis(300));
        let error = room
            .page
            .main_frame()
            .act(&progress, &selector(&format!("p{INTO}b")), &click)
            .await
            .expect_err("no frame");
        assert!(
            error.to_string().contains("locator('p') resolved to <p>no frame</p>, <iframe> was expected"),
            "{error}"
        );
    });
}

#[test]
fn frames_that_are_replaced_are_entered_again() {
    test(|room| async move {
        let first = room.server.page("<b>first</b>");
        let second = room.server.page("<button>second</button>");
        for change in [
            format!("document.querySelector('iframe').src = '{second}'"),
            format!(
                "{{ const f = document.querySelector('iframe'); f.remove(); const g = document.createElement('iframe'); g.src = '{second}'; document.body.append(g) }}"
            ),
        ] {
            room.show(&format!("<iframe src='{first}'></iframe>")).await;
            eval(&room.page, &format!("setTimeout(() => {{ {change} }}, 100); 0")).await;
            assert!(
                holds(
                    &room,
                    &format!("iframe{INTO}button"),
                    json!({ "matcher": "toHaveText", "expected": "second" })
                )
                .await,
                "{change}"
            );
        }
    });
}

#[test]
fn waiting_survives_a_navigation() {
    test(|room| async move {
        let next = room.server.page("<input type=checkbox>");
        room.show("<p>x</p>").await;
        eval(&room.page, &format!("setTimeout(() => {{ location = '{next}' }}, 80); 0")).await;
        act(&room, "input", json!({ "action": "check" })).await;
        assert!(holds(&room, "input", json!({ "matcher": "toBeChecked" })).await);
    });
}

#[test]
fn a_click_waits_for_the_document_that_it_leads_to() {
    test(|room| async move {
        let slow = room.server.answer(Answer::html("<title>there</title>").after(Duration::from_millis(250)));
        room.show(&format!("<a href='{slow}'>go</a>")).await;
        act(&room, "a", json!({ "action": "click" })).await;
        assert_eq!(room.page.url(), slow);
        let never = room.server.answer(Answer::html("<title>late</title>").after(Duration::from_secs(30)));
        let here = room.show(&format!("<a href='{never}'>go</a>")).await;
        act(&room, "a", json!({ "action": "click", "noWaitAfter": true })).await;
        assert_eq!(room.page.url(), here);
    });
}

#[test]
fn handles_are_acted_on() {
    test(|room| async move {
        write(&room, "<div id=box><input value=v><p hidden>a</p><p>b</p></div><script>setTimeout(() => { document.querySelector('p').hidden = false }, 60)</script>").await;
        let frame = room.page.main_frame();
        let all = selector("div");
        let element = frame.locating(&all, true).element(&patient()).await.unwrap();
        let input =
            room.page.query_in(&patient(), &element, &selector("input")).await.unwrap().expect("a field");
        assert!(room.page.query_in(&patient(), &element, &selector("h9")).await.unwrap().is_none());
        room.page
            .act_on(&patient(), &input, &action(json!({ "action": "fill", "value": "new" })))
            .await
            .unwrap();
        assert_eq!(
            room.page.act_on(&patient(), &input, &action(json!({ "action": "inputValue" }))).await.unwrap(),
            json!("new")
        );
        room.page.act_on(&patient(), &input, &action(json!({ "action": "click" }))).await.unwrap();
        let hidden =
            room.page.query_in(&patient(), &element, &selector("p")).await.unwrap().expect("a paragraph");
        room.page.wait_for_element_state(&patient(), &hidden, ElementState::Visible).await.unwrap();
        let found = room
            .page
            .wait_for_selector_in(
                &patient(),
                &element,
                &selector("p:has-text('b')"),
                SelectorState::Visible,
                true,
            )
            .await;
        assert!(found.unwrap().is_some());
        let list = room.page.query_all_in(&patient(), &element, &selector("p")).await.unwrap();
        assert_eq!(list.properties(&soon()).await.unwrap().len(), 2);
        eval(&room.page, "document.querySelector('input').remove()").await;
        let error = room
            .page
            .act_on(&patient(), &input, &action(json!({ "action": "click" })))
            .await
            .expect_err("it is gone");
        assert_eq!(error.to_string(), "Element is not attached to the DOM");
    });
}

#[test]
fn queries_answer_at_once() {
    test(|room| async move {
        write(&room, "<p>a</p><p>b</p>").await;
        let frame = room.page.main_frame();
        let (some, none) = (selector("p"), selector("h9"));
        assert!(frame.locating(&some, false).query(&soon()).await.unwrap().is_some());
        assert!(frame.locating(&none, false).query(&soon()).await.unwrap().is_none());
        assert_eq!(
            frame.locating(&some, true).query(&soon()).await.expect_err("two match").kind(),
            ErrorKind::Strict
        );
        let all = frame.locating(&some, true).query_all(&soon()).await.unwrap();
        assert_eq!(all.properties(&soon()).await.unwrap().len(), 2);
        assert!(
            frame.locating(&none, true).wait_for(&soon(), SelectorState::Hidden).await.unwrap().is_none()
        );
        let shown = frame.locating(&some, false).wait_for(&soon(), SelectorState::Visible).await.unwrap();
        assert!(shown.is_some_and(|element| element.is_element()));
    });
}

#[test]
fn actions_cost_few_messages() {
    // A browser of its own: what other tests send would count as well.
    block_on(async {
        let session = canary_browser::open(&soon(), &launch()).await.expect("a browser");
        let context = session.new_context(&soon(), &Default::default()).await.expect("a context");
        let frame = context.new_page(&soon()).await.expect("a page").main_frame();
        let fill = "document.body.innerHTML = '<button>x</button><input>'";
        frame.evaluate(&soon(), &Script::Expression(fill.to_owned()), &Argument::none()).await.unwrap();
        let sent = || session.traffic().commands.values().map(|count| count.messages).sum::<u64>();
        let cost = async |json: Value, text: &str| {
            let before = sent();
            frame.act(&patient(), &selector(text), &action(json)).await.unwrap();
            sent() - before
        };
        let first = cost(json!({ "action": "click" }), "button").await;
        assert!(first <= 7, "{first} messages with those that prepare the document");
        assert_eq!(cost(json!({ "action": "click" }), "button").await, 5);
        assert_eq!(cost(json!({ "action": "fill", "value": "x" }), "input").await, 2);
        assert_eq!(cost(json!({ "action": "hover" }), "button").await, 3);
        assert_eq!(cost(json!({ "action": "textContent" }), "button").await, 1);
        let before = sent();
        let expectation: Expectation =
            serde_json::from_value(json!({ "matcher": "toHaveText", "expected": "x" })).unwrap();
        assert!(frame.expect(&patient(), &selector("button"), &expectation).await.unwrap().pass);
        assert_eq!(sent() - before, 1);
        session.close().await;
    });
}

#[test]
fn a_page_that_hangs_runs_out_of_time() {
    test(|room| async move {
        write(&room, "<button>x</button>").await;
        act(&room, "button", json!({ "action": "isVisible" })).await;
        let frame = room.page.main_frame();
        let hang = Script::Expression("const end = Date.now() + 2000; while (Date.now() < end);".to_owned());
        let hanging =
            tokio::task::spawn_local(async move { frame.evaluate(&soon(), &hang, &Argument::none()).await });
        tokio::task::yield_now().await;
        let progress = Progress::new(Duration::from_millis(200));
        let click = action(json!({ "action": "click" }));
        let error =
            room.page.main_frame().act(&progress, &selector("button"), &click).await.expect_err("it hangs");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().starts_with("timeout of 200 ms exceeded"), "{error}");
        hanging.await.unwrap().unwrap();
    });
}
