//! What happens in pages: popups, dialogs, messages, errors, workers, websockets, the end.

use std::time::Duration;

use canary_browser::{
    Argument, ContextEvent, ContextOptions, DialogKind, ErrorKind, GotoOptions, Page, PageEvent,
    PageEventKind, PageEvents, Script, WebSocketEvent, WebSocketMessage, WireValue, open,
};
use serde_json::json;

use crate::harness::{block_on, eval, launch, soon, test};
use crate::server::{Answer, Server};

async fn next(events: &mut PageEvents) -> PageEvent {
    let event = tokio::time::timeout(Duration::from_secs(10), events.recv()).await;
    event.expect("an event within 10 s").expect("the page is open")
}

fn later(page: &Page, source: &str) -> tokio::task::JoinHandle<serde_json::Value> {
    let (page, source) = (page.clone(), source.to_owned());
    tokio::task::spawn_local(async move { eval(&page, &source).await })
}

#[test]
fn popups_are_told_ready_with_their_first_requests() {
    block_on(async {
        let session = open(&soon(), &launch()).await.expect("Chrome starts");
        let server = Server::start().await;
        let context = session.new_context(&soon(), &ContextOptions::default()).await.unwrap();
        let page = context.new_page(&soon()).await.unwrap();
        let mut in_context = context.events(&[PageEventKind::Request]);
        let popup_url = server.page("<title>popup</title>");
        let url = server.page(&format!("<a href='{popup_url}' target=_blank>open</a>"));
        page.goto(&soon(), &url, &GotoOptions::default()).await.unwrap();
        let mut events = page.events(&[PageEventKind::Popup]);
        for how in [
            format!("() => {{ window.open('{popup_url}') }}"),
            "() => document.querySelector('a').click()".to_owned(),
            format!("() => {{ window.open('{popup_url}', '_blank', 'noopener') }}"),
        ] {
            eval(&page, &how).await;
            let PageEvent::Popup(popup) = next(&mut events).await else { panic!("a popup") };
            popup.main_frame().wait_for_load_state(&soon(), Default::default()).await.unwrap();
            assert_eq!(popup.url(), popup_url, "{how}");
            assert_eq!(eval(&popup, "document.title").await, json!("popup"), "{how}");
            assert_eq!(popup.viewport_size(), page.viewport_size());
            popup.close(&soon(), false).await.unwrap();
            assert!(popup.is_closed());
        }
        let mut requested = 0;
        while let Ok(event) = in_context.try_recv() {
            requested += usize::from(
                matches!(event, ContextEvent::InPage(_, PageEvent::Request(r)) if r.url() == popup_url),
            );
        }
        assert_eq!(requested, 3, "the first request of every popup is seen");
        session.close().await;
    });
}

#[test]
fn a_window_without_an_address_is_a_popup_too() {
    test(|room| async move {
        let mut events = room.page.events(&[PageEventKind::Popup]);
        eval(&room.page, "() => { window.made = window.open('about:blank'); made.document.title = 'mine'; }")
            .await;
        let PageEvent::Popup(popup) = next(&mut events).await else { panic!("a popup") };
        assert_eq!(popup.opener(), Some(room.page.clone()));
        assert_eq!(eval(&popup, "[document.title, !!window.opener]").await, json!(["mine", true]));
        assert_eq!(eval(&room.page, "made.closed").await, json!(false));
        popup.close(&soon(), false).await.unwrap();
    });
}

#[test]
fn dialogs_wait_for_an_answer_only_if_somebody_listens() {
    test(|room| async move {
        assert_eq!(eval(&room.page, "[alert('a'), confirm('b'), prompt('c', 'd')]").await[1], json!(false));
        let mut events = room.page.events(&[PageEventKind::Dialog]);
        let asked = later(&room.page, "prompt('name?', 'nobody')");
        let PageEvent::Dialog(dialog) = next(&mut events).await else { panic!("a dialog") };
        assert_eq!(dialog.kind(), DialogKind::Prompt);
        assert_eq!((dialog.message(), dialog.default_value()), ("name?", "nobody"));
        dialog.accept(&soon(), Some("somebody")).await.unwrap();
        assert_eq!(asked.await.unwrap(), json!("somebody"));
        assert_eq!(dialog.dismiss(&soon()).await.expect_err("answered").kind(), ErrorKind::Invalid);
        let asked = later(&room.page, "confirm('sure?')");
        let PageEvent::Dialog(dialog) = next(&mut events).await else { panic!("a dialog") };
        dialog.dismiss(&soon()).await.unwrap();
        assert_eq!(asked.await.unwrap(), json!(false));
        drop(events);
        assert_eq!(eval(&room.page, "confirm('again?')").await, json!(false));
    });
}

#[test]
fn a_page_that_wants_to_stay_is_asked() {
    test(|room| async move {
        room.show("<input><script>addEventListener('beforeunload', (e) => e.preventDefault())</script>")
            .await;
        room.page.mouse().click(&soon(), 20.0, 20.0, Default::default()).await.unwrap();
        let mut events = room.page.events(&[PageEventKind::Dialog, PageEventKind::Close]);
        room.page.close(&soon(), true).await.unwrap();
        let PageEvent::Dialog(dialog) = next(&mut events).await else { panic!("a dialog") };
        assert_eq!(dialog.kind(), DialogKind::BeforeUnload);
        dialog.accept(&soon(), None).await.unwrap();
        assert!(matches!(next(&mut events).await, PageEvent::Close));
        assert!(room.page.is_closed());
    });
}

#[test]
fn messages_and_errors_are_told() {
    test(|room| async move {
        let mut events = room.page.events(&[PageEventKind::Console, PageEventKind::PageError]);
        let url = room
            .show("<script>\nconsole.log('hello', 5, { a: 1 });\nconsole.warn('careful');\nsetTimeout(() => { throw new TypeError('oops') });\n</script>")
            .await;
        let PageEvent::Console(message) = next(&mut events).await else { panic!("a message") };
        assert_eq!((message.kind.as_str(), message.text.as_str()), ("log", "hello 5 Object"));
        assert_eq!((message.location.url.as_str(), message.location.line), (url.as_str(), 1));
        assert_eq!(message.arguments[2].json_value(&soon()).await.unwrap().to_json(), json!({ "a": 1 }));
        let PageEvent::Console(message) = next(&mut events).await else { panic!("a message") };
        assert_eq!((message.kind.as_str(), message.text.as_str()), ("warning", "careful"));
        let PageEvent::PageError(error) = next(&mut events).await else { panic!("an error") };
        assert_eq!((error.name.as_str(), error.message.as_str()), ("TypeError", "oops"));
        assert!(error.stack.contains(&url), "{}", error.stack);
        eval(&room.page, "() => { fetch('/missing') }").await;
        let PageEvent::Console(message) = next(&mut events).await else { panic!("a message") };
        assert_eq!(message.kind, "error");
        assert!(message.text.contains("404"), "{}", message.text);
    });
}

#[test]
fn workers_run_script_and_end() {
    test(|room| async move {
        let mut events = room.page.events(&[PageEventKind::Worker, PageEventKind::Console]);
        let source = "console.log('from the worker'); self.value = 42;";
        let script = room.server.answer(Answer::of("text/javascript", source.as_bytes()));
        room.show(&format!("<script>window.worker = new Worker('{script}')</script>")).await;
        let PageEvent::Worker(worker) = next(&mut events).await else { panic!("a worker") };
        assert_eq!(worker.url(), script);
        let PageEvent::Console(message) = next(&mut events).await else { panic!("a message") };
        assert_eq!(message.text, "from the worker");
        let value = Script::Expression("self.value".to_owned());
        assert_eq!(worker.evaluate(&soon(), &value, &Argument::none()).await.unwrap().0, json!(42));
        assert!(room.page.workers().contains(&worker));
        eval(&room.page, "worker.terminate()").await;
        tokio::time::timeout(Duration::from_secs(5), worker.closed()).await.expect("it ends");
        assert!(room.page.workers().is_empty());
    });
}

#[test]
fn websockets_tell_their_messages() {
    test(|room| async move {
        let mut events = room.page.events(&[PageEventKind::WebSocket]);
        let address = echo().await;
        room.show("<title>socket</title>").await;
        eval(&room.page, &format!("() => {{ window.socket = new WebSocket('{address}') }}")).await;
        let PageEvent::WebSocket(socket) = next(&mut events).await else { panic!("a websocket") };
        let mut messages = socket.events();
        assert_eq!(socket.url(), address);
        let talk =
            "new Promise((done) => { socket.onmessage = done; socket.send('hi'); }).then((e) => e.data)";
        eval(&room.page, "socket.readyState === 1 || new Promise((done) => socket.onopen = () => done())")
            .await;
        assert_eq!(eval(&room.page, talk).await, json!("hi"));
        eval(&room.page, "socket.close()").await;
        let mut seen = Vec::new();
        while let Some(event) = messages.recv().await {
            seen.push(event);
        }
        let text = || WebSocketMessage::Text("hi".to_owned());
        assert_eq!(
            seen,
            [WebSocketEvent::Sent(text()), WebSocketEvent::Received(text()), WebSocketEvent::Closed]
        );
        assert!(socket.is_closed());
    });
}

/// A websocket server that says everything back.
async fn echo() -> String {
    use futures_util::{SinkExt, StreamExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("ws://{}/", listener.local_addr().unwrap());
    tokio::task::spawn_local(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::task::spawn_local(async move {
                let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
                while let Some(Ok(message)) = socket.next().await {
                    if message.is_text() && socket.send(message).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

#[test]
fn a_crashed_page_fails_everybody_at_once() {
    test(|room| async move {
        room.show("<title>alive</title>").await;
        let mut events = room.page.events(&[PageEventKind::Crash]);
        let frame = room.page.main_frame();
        let never = Script::Expression("new Promise(() => {})".to_owned());
        let pending =
            tokio::task::spawn_local(async move { frame.evaluate(&soon(), &never, &Argument::none()).await });
        eval(&room.page, "1").await;
        let page = room.page.clone();
        let crash = tokio::task::spawn_local(async move {
            page.goto(&soon(), "chrome://crash", &GotoOptions::default()).await
        });
        assert!(matches!(next(&mut events).await, PageEvent::Crash));
        assert_eq!(pending.await.unwrap().expect_err("it crashed").kind(), ErrorKind::Crashed);
        assert_eq!(crash.await.unwrap().expect_err("it crashed").kind(), ErrorKind::Crashed);
        let again = Script::Expression("1".to_owned());
        let error =
            room.page.main_frame().evaluate(&soon(), &again, &Argument::none()).await.expect_err("gone");
        assert_eq!(error.to_string(), "the page crashed");
        assert!(room.page.is_crashed() && !room.page.is_closed());
        room.page.close(&soon(), false).await.unwrap();
    });
}

#[test]
fn files_are_asked_for() {
    test(|room| async move {
        room.show("<input type=file multiple style='width: 200px; height: 50px'>").await;
        let mut events = room.page.events(&[PageEventKind::FileChooser]);
        eval(&room.page, "document.querySelector('input').click()").await;
        let PageEvent::FileChooser(chooser) = next(&mut events).await else { panic!("a question for files") };
        assert!(chooser.multiple && chooser.element.is_element());
        assert_eq!(chooser.frame, room.page.main_frame());
    });
}

#[test]
fn pages_call_functions_of_ours() {
    test(|room| async move {
        room.page.expose_binding(&soon(), "add").await.unwrap();
        room.context.expose_binding(&soon(), "shout").await.unwrap();
        let mut calls = room.page.binding_calls();
        let mut of_context = room.context.binding_calls();
        let answering = tokio::task::spawn_local(async move {
            while let Some(call) = calls.recv().await {
                let arguments = call.arguments.to_json();
                let sum = arguments[0].as_i64().unwrap() + arguments[1].as_i64().unwrap();
                call.resolve(&soon(), &Argument::of(WireValue(json!(sum)))).await.unwrap();
            }
        });
        let shouting = tokio::task::spawn_local(async move {
            while let Some(call) = of_context.recv().await {
                let error = json!({ "e": { "n": "Error", "m": "too loud", "k": "" } });
                call.reject(&soon(), &Argument::of(WireValue(error))).await.unwrap();
            }
        });
        assert_eq!(eval(&room.page, "add(1, 2)").await, json!(3));
        room.show("<script>window.early = add(5, 6)</script>").await;
        assert_eq!(
            eval(&room.page, "early").await,
            json!(11),
            "also in the next document, before its own script"
        );
        assert_eq!(eval(&room.page, "shout('x').catch((e) => e.message)").await, json!("too loud"));
        let twice = room.page.expose_binding(&soon(), "add").await.expect_err("it is there already");
        assert!(twice.to_string().contains("exposed to the page already"), "{twice}");
        answering.abort();
        shouting.abort();
    });
}

#[test]
fn scripts_run_before_the_pages_own() {
    test(|room| async move {
        room.context.add_init_script(&soon(), "window.first = 'context'").await.unwrap();
        room.page.add_init_script(&soon(), "window.second = window.first + ' page'").await.unwrap();
        room.show("<script>window.seen = window.second</script>").await;
        assert_eq!(eval(&room.page, "seen").await, json!("context page"));
        let other = room.context.new_page(&soon()).await.unwrap();
        other.goto(&soon(), &room.server.page("x"), &GotoOptions::default()).await.unwrap();
        assert_eq!(
            eval(&other, "[window.first, typeof window.second]").await,
            json!(["context", "undefined"])
        );
    });
}
