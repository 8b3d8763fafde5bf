//! Going somewhere: states, redirects, errors, history.

use std::time::Duration;

use canary_browser::{ErrorKind, GotoOptions, Lifecycle, NavigationError, Progress};
use serde_json::json;

use crate::harness::{Room, eval, soon, test};
use crate::server::Answer;

fn until(wait_until: Lifecycle) -> GotoOptions {
    GotoOptions { wait_until, ..GotoOptions::default() }
}

async fn goto(room: &Room, url: &str) -> Result<Option<canary_browser::Response>, NavigationError> {
    room.page.goto(&soon(), url, &GotoOptions::default()).await
}

#[test]
fn each_state_is_waited_for() {
    test(|room| async move {
        let slow = room.server.answer(Answer::of("image/png", b"x").after(Duration::from_millis(600)));
        let url = room.server.page(&format!("<title>slow</title><img src='{slow}'>"));
        let check = async |state: Lifecycle, expected: &str| {
            let started = tokio::time::Instant::now();
            room.page.goto(&soon(), "about:blank", &GotoOptions::default()).await.unwrap();
            room.page.goto(&soon(), &format!("{url}?{state:?}"), &until(state)).await.unwrap();
            let ready = eval(&room.page, "document.readyState").await;
            assert!(
                expected.contains(ready.as_str().unwrap()),
                "{state:?}: {ready} after {:?}",
                started.elapsed()
            );
        };
        check(Lifecycle::Commit, "loading interactive").await;
        check(Lifecycle::DomContentLoaded, "interactive").await;
        check(Lifecycle::Load, "complete").await;
        check(Lifecycle::NetworkIdle, "complete").await;
    });
}

#[test]
fn the_answer_of_the_document_comes_back() {
    test(|room| async move {
        let end = room.server.answer(Answer::html("<p>end</p>").status(404).header("X-Mine", "yes"));
        let middle = room.server.answer(Answer::redirect(&end));
        let url = room.server.answer(Answer::redirect(&middle));
        let response = goto(&room, &url).await.unwrap().expect("an answer");
        assert_eq!((response.status(), response.url()), (404, end.as_str()));
        assert_eq!(response.headers().get("x-mine").as_deref(), Some("yes"));
        assert_eq!(response.body(&soon()).await.unwrap(), b"<p>end</p>");
        let request = response.request();
        let before = request.redirected_from().expect("it was redirected");
        assert_eq!(before.url(), middle);
        assert_eq!(before.known_response().expect("it was answered").status(), 302);
        assert_eq!(before.redirected_from().expect("twice").url(), url);
        assert_eq!(room.page.url(), end);
        assert!(response.server_address().is_some_and(|address| address.ip_address == "127.0.0.1"));
        assert!(request.timing().response_start >= 0.0, "{:?}", request.timing());
        let headers = request.all_headers(&soon()).await.unwrap();
        assert!(headers.get("user-agent").is_some() && headers.get("host").is_some(), "{headers:?}");
    });
}

#[test]
fn there_is_no_answer_without_a_request() {
    test(|room| async move {
        let url = room.show("<a id=x>x</a>").await;
        assert!(goto(&room, &format!("{url}#x")).await.unwrap().is_none());
        assert_eq!(room.page.url(), format!("{url}#x"));
        assert!(goto(&room, "about:blank").await.unwrap().is_none());
        assert!(goto(&room, "data:text/html,<title>data</title>").await.unwrap().is_none());
        assert_eq!(eval(&room.page, "document.title").await, json!("data"));
    });
}

#[test]
fn failures_carry_the_browsers_words() {
    test(|room| async move {
        let check = async |url: &str, words: &str| {
            let error = goto(&room, url).await.expect_err("must fail");
            assert_eq!(error.kind(), ErrorKind::Navigation, "{error}");
            assert!(error.to_string().contains(words), "{error}");
        };
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        check(&format!("http://127.0.0.1:{closed}/x"), "net::ERR_CONNECTION_REFUSED").await;
        check("http://name.invalid/", "net::ERR_NAME_NOT_RESOLVED").await;
        let nothing = room.server.answer(Answer::html("").status(204));
        check(&nothing, "net::ERR_ABORTED").await;
        let cut = room.server.answer(Answer {
            cut: Some(0),
            ..Answer::html("").status(302).header("Location", "http://127.0.0.1:1/")
        });
        check(&cut, "net::ERR_UNSAFE_PORT").await;
        let error = goto(&room, "nowhere at all").await.expect_err("must fail");
        assert_eq!(error.kind(), ErrorKind::Invalid);
        // After all of these the page can still be used.
        room.show("<title>fine</title>").await;
        assert_eq!(eval(&room.page, "document.title").await, json!("fine"));
    });
}

#[test]
fn a_slow_server_ends_at_the_deadline() {
    test(|room| async move {
        let url = room.server.answer(Answer::html("late").after(Duration::from_secs(30)));
        let progress = Progress::new(Duration::from_millis(300));
        let error = room.page.goto(&progress, &url, &GotoOptions::default()).await.expect_err("too late");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(
            error.to_string().contains(&format!("navigating to \"{url}\", waiting until \"load\"")),
            "{error}"
        );
    });
}

#[test]
fn another_navigation_interrupts_the_first() {
    test(|room| async move {
        let slow = room.server.answer(Answer::html("slow").after(Duration::from_secs(5)));
        let fast = room.server.page("fast");
        let page = room.page.clone();
        let first = slow.clone();
        let pending =
            tokio::task::spawn_local(
                async move { page.goto(&soon(), &first, &GotoOptions::default()).await },
            );
        while room.server.asked(&slow).is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        goto(&room, &fast).await.unwrap();
        let error = pending.await.unwrap().expect_err("it was interrupted");
        assert_eq!(error.kind(), ErrorKind::Navigation);
        assert!(error.to_string().contains(&fast), "{error}");
    });
}

#[test]
fn a_page_that_sends_on_is_followed() {
    test(|room| async move {
        let end = room.server.page("<title>end</title>");
        let url = room.server.page(&format!("<script>location.href = '{end}'</script><img src='/never'>"));
        goto(&room, &url).await.unwrap();
        let fits = |url: &str| url == end;
        room.page.main_frame().wait_for_url(&soon(), &fits, Lifecycle::Load).await.unwrap();
        assert_eq!(eval(&room.page, "document.title").await, json!("end"));
    });
}

#[test]
fn history_goes_back_and_forward() {
    test(|room| async move {
        let first = room.show("<title>one</title>").await;
        let second = room.show("<title>two</title>").await;
        let response = room.page.go_back(&soon(), Lifecycle::Load).await.unwrap();
        assert_eq!(room.page.url(), first);
        assert!(response.is_none_or(|response| response.url() == first));
        assert_eq!(eval(&room.page, "document.title").await, json!("one"));
        room.page.go_forward(&soon(), Lifecycle::Load).await.unwrap();
        assert_eq!(room.page.url(), second);
        assert!(room.page.go_forward(&soon(), Lifecycle::Load).await.unwrap().is_none());
        eval(&room.page, "history.pushState({}, '', '#a'); history.pushState({}, '', '#b')").await;
        room.page.go_back(&soon(), Lifecycle::Load).await.unwrap();
        assert_eq!(room.page.url(), format!("{second}#a"));
        eval(&room.page, "window.before = 1").await;
        let response = room.page.reload(&soon(), Lifecycle::Load).await.unwrap().expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(eval(&room.page, "typeof window.before").await, json!("undefined"));
    });
}

#[test]
fn the_referer_is_sent() {
    test(|room| async move {
        let url = room.server.page("x");
        let options = GotoOptions { referer: Some("http://from.test/".to_owned()), ..GotoOptions::default() };
        room.page.goto(&soon(), &url, &options).await.unwrap();
        assert_eq!(room.server.asked(&url)[0].headers["referer"], "http://from.test/");
    });
}
