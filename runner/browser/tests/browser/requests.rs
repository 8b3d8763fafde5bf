//! Requests: events, bodies, failures; held up, answered, changed, refused; credentials; downloads.

use std::rc::Rc;
use std::time::Duration;

use canary_browser::{
    ContextOptions, Continue, Fulfil, GotoOptions, Header, HttpCredentials, Open, PageEvent, PageEventKind,
    Routes, open,
};
use serde_json::json;

use crate::harness::{Room, block_on, eval, launch, soon, test, with};
use crate::server::{Answer, Server};

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

async fn routes(room: &Room, end: &str) -> Routes {
    let end = end.to_owned();
    room.page
        .routes(&soon(), Rc::new(move |url: &str| url.ends_with(&end)))
        .await
        .expect("requests are held up")
}

#[test]
fn requests_are_told_in_order_with_their_bodies() {
    test(|room| async move {
        room.show("<title>start</title>").await;
        let kinds = [PageEventKind::Request, PageEventKind::Response, PageEventKind::RequestFinished];
        let mut events = room.page.events(&kinds);
        let url = room.server.handle(|asked| {
            let said = format!("{} {}", asked.method, String::from_utf8_lossy(&asked.body));
            Answer::of("text/plain; charset=utf-8", said.as_bytes())
                .header("Set-Cookie", "a=1")
                .header("Set-Cookie", "b=2")
        });
        let fetch = format!(
            "fetch('{url}', {{ method: 'POST', body: 'ünï', headers: {{ 'X-Mine': '1' }} }}).then((r) => r.text())"
        );
        assert_eq!(eval(&room.page, &fetch).await, json!("POST ünï"));
        let Some(PageEvent::Request(request)) = events.recv().await else { panic!("a request") };
        assert_eq!(
            (request.method(), request.resource_type(), request.is_navigation()),
            ("POST", "fetch", false)
        );
        assert_eq!(request.headers().get("x-mine").as_deref(), Some("1"));
        assert_eq!(request.post_data(&soon()).await.unwrap().as_deref(), Some("ünï".as_bytes()));
        assert_eq!(request.frame(), Some(room.page.main_frame()));
        let Some(PageEvent::Response(response)) = events.recv().await else { panic!("an answer") };
        assert_eq!(*response.request(), request);
        assert_eq!(response.body(&soon()).await.unwrap(), "POST ünï".as_bytes());
        let headers = response.all_headers(&soon()).await.unwrap();
        assert_eq!(headers.values("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert!(matches!(events.recv().await, Some(PageEvent::RequestFinished(done)) if done == request));
        let sizes = request.sizes();
        assert_eq!((sizes.request_body_size, sizes.response_body_size), (5, 10), "{sizes:?}");
        assert!(sizes.request_headers_size > 100 && sizes.response_headers_size > 50, "{sizes:?}");
    });
}

#[test]
fn failures_are_told_with_their_reason() {
    test(|room| async move {
        room.show("<title>start</title>").await;
        let mut events = room.page.events(&[PageEventKind::RequestFailed]);
        eval(&room.page, "() => { fetch('http://127.0.0.1:1/x').catch(() => {}) }").await;
        let Some(PageEvent::RequestFailed(request)) = events.recv().await else { panic!("a failure") };
        assert_eq!(request.failure().as_deref(), Some("net::ERR_UNSAFE_PORT"));
        assert!(request.response(&soon()).await.unwrap().is_none());
        let slow = room.server.answer(Answer::html("slow").after(Duration::from_secs(30)));
        let abort = format!(
            "() => {{ const c = new AbortController(); fetch('{slow}', {{ signal: c.signal }}).catch(() => {{}}); setTimeout(() => c.abort(), 50); }}"
        );
        eval(&room.page, &abort).await;
        let Some(PageEvent::RequestFailed(request)) = events.recv().await else { panic!("a failure") };
        assert_eq!(request.failure().as_deref(), Some("net::ERR_ABORTED"));
    });
}

#[test]
fn answers_of_ours_take_the_servers_place() {
    test(|room| async move {
        room.show("<title>start</title>").await;
        let mut held = routes(&room, "/mine").await;
        let asked = {
            let page = room.page.clone();
            tokio::task::spawn_local(async move {
                eval(
                    &page,
                    "fetch('/mine').then(async (r) => [r.status, r.headers.get('x-a'), await r.text()])",
                )
                .await
            })
        };
        let route = held.recv().await.expect("it is held up");
        assert!(route.request().url().ends_with("/mine"));
        let answer = Fulfil { status: Some(418), headers: vec![header("X-A", "b")], body: b"tea".to_vec() };
        route.fulfil(&soon(), answer).await.unwrap();
        assert_eq!(asked.await.unwrap(), json!([418, "b", "tea"]));
        assert!(
            route
                .abort(&soon(), "failed")
                .await
                .expect_err("it is over")
                .to_string()
                .contains("handled already")
        );
    });
}

#[test]
fn documents_are_answered_and_changed_too() {
    test(|room| async move {
        let url =
            room.server.handle(|asked| Answer::html(&format!("<title>{}</title>", asked.headers["x-more"])));
        let mut held = routes(&room, "/page").await;
        let going = {
            let (page, url) = (room.page.clone(), url.clone());
            tokio::task::spawn_local(async move { page.goto(&soon(), &url, &GotoOptions::default()).await })
        };
        let route = held.recv().await.expect("it is held up");
        assert!(route.request().is_navigation());
        let mut headers = route.request().headers().all().to_vec();
        headers.push(header("X-More", "changed"));
        route.carry_on(&soon(), Continue { headers: Some(headers), ..Continue::default() }).await.unwrap();
        assert_eq!(going.await.unwrap().unwrap().expect("an answer").status(), 200);
        assert_eq!(eval(&room.page, "document.title").await, json!("changed"));
        // Nobody holds anything up any more once the stream is gone.
        drop(held);
        room.page.update_interception(&soon()).await.unwrap();
        room.show("<title>free</title>").await;
    });
}

#[test]
fn held_requests_are_refused_or_left_to_the_next() {
    test(|room| async move {
        room.show("<title>start</title>").await;
        let mut of_context =
            room.context.routes(&soon(), Rc::new(|url: &str| url.ends_with("/x"))).await.unwrap();
        let mut of_page = routes(&room, "/x").await;
        let fetch = || {
            let page = room.page.clone();
            tokio::task::spawn_local(async move {
                eval(&page, "fetch('/x').then((r) => r.text(), (e) => e.message)").await
            })
        };
        let asked = fetch();
        of_page.recv().await.expect("the page comes first").fall_back();
        let route = of_context.recv().await.expect("then the context");
        route.fulfil(&soon(), Fulfil { body: b"context".to_vec(), ..Fulfil::default() }).await.unwrap();
        assert_eq!(asked.await.unwrap(), json!("context"));
        let asked = fetch();
        let route = of_page.recv().await.expect("again");
        route.abort(&soon(), "connectionrefused").await.unwrap();
        assert_eq!(asked.await.unwrap(), json!("Failed to fetch"));
        assert_eq!(route.request().failure().as_deref(), Some("net::ERR_CONNECTION_REFUSED"));
        let asked = fetch();
        of_page.recv().await.expect("again").fall_back();
        of_context.recv().await.expect("again").fall_back();
        assert_eq!(asked.await.unwrap(), json!("not found"), "the network is last");
    });
}

#[test]
fn servers_that_ask_for_a_user_get_one() {
    let options = ContextOptions {
        http_credentials: Some(HttpCredentials {
            username: "user".to_owned(),
            password: "pass".to_owned(),
            origin: None,
            send: None,
        }),
        ..ContextOptions::default()
    };
    with(options, |room| async move {
        let url = room.server.handle(|asked| match asked.headers.get("authorization").map(String::as_str) {
            Some("Basic dXNlcjpwYXNz") => Answer::html("<title>in</title>"),
            _ => Answer::html("<title>out</title>").status(401).header("WWW-Authenticate", "Basic realm=x"),
        });
        let response =
            room.page.goto(&soon(), &url, &GotoOptions::default()).await.unwrap().expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(eval(&room.page, "document.title").await, json!("in"));
        room.context.set_http_credentials(&soon(), None).await.unwrap();
        let other =
            room.server.answer(Answer::html("no").status(401).header("WWW-Authenticate", "Basic realm=y"));
        let response =
            room.page.goto(&soon(), &other, &GotoOptions::default()).await.unwrap().expect("an answer");
        assert_eq!(response.status(), 401);
    });
}

fn file() -> Answer {
    Answer::of("application/octet-stream", b"some bytes")
        .header("Content-Disposition", "attachment; filename=a.bin")
}

async fn download(page: &canary_browser::Page, server: &Server) {
    let mut events = page.events(&[PageEventKind::Download]);
    let url = server.answer(file());
    let start = server.page(&format!("<a href='{url}'>get</a>"));
    page.goto(&soon(), &start, &GotoOptions::default()).await.unwrap();
    eval(page, "() => document.querySelector('a').click()").await;
    let Some(PageEvent::Download(download)) = events.recv().await else { panic!("a download") };
    assert_eq!((download.url(), download.suggested_filename()), (url.as_str(), "a.bin"));
    let path = download.path(&soon()).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"some bytes");
    let error = page.goto(&soon(), &url, &GotoOptions::default()).await.expect_err("no document comes");
    assert!(error.to_string().contains("download is starting"), "{error}");
    let Some(PageEvent::Download(second)) = events.recv().await else { panic!("a download") };
    assert_eq!(second.failure(&soon()).await.unwrap(), None);
    second.delete(&soon()).await.unwrap();
}

#[test]
fn downloads_reach_us() {
    test(|room| async move { download(&room.page, &room.server).await });
}

#[test]
fn downloads_reach_us_from_a_browser_elsewhere() {
    block_on(async {
        let profile = tempfile::tempdir().unwrap();
        let owner = open(&soon(), &crate::open::with_port(profile.path())).await.expect("Chrome starts");
        let address = crate::open::address(profile.path()).await;
        let session =
            open(&soon(), &Open::Attach { url: format!("http://{address}") }).await.expect("it lets us in");
        let context = session.new_context(&soon(), &ContextOptions::default()).await.unwrap();
        let page = context.new_page(&soon()).await.unwrap();
        download(&page, &Server::start().await).await;
        assert_eq!(context.pages(), [page], "no page of ours was needed");
        session.close().await;
        owner.close().await;
    });
}

#[test]
fn downloads_may_be_refused() {
    with(ContextOptions { accept_downloads: false, ..ContextOptions::default() }, |room| async move {
        let mut events = room.page.events(&[PageEventKind::Download]);
        let url = room.server.answer(file());
        room.show(&format!("<a href='{url}'>get</a>")).await;
        eval(&room.page, "() => document.querySelector('a').click()").await;
        let Some(PageEvent::Download(download)) = events.recv().await else { panic!("a download") };
        let error = download.path(&soon()).await.expect_err("it is refused");
        assert!(error.to_string().contains("acceptDownloads"), "{error}");
    });
}

#[test]
fn a_journey_costs_little_traffic() {
    block_on(async {
        let session = open(&soon(), &launch()).await.expect("Chrome starts");
        let server = Server::start().await;
        let context = session.new_context(&soon(), &ContextOptions::default()).await.unwrap();
        let page = context.new_page(&soon()).await.unwrap();
        let opened: u64 = session.traffic().commands.values().map(|count| count.messages).sum();
        assert!(opened <= 20, "opening a page costs {opened} commands");
        page.goto(&soon(), &server.page("<title>x</title>"), &GotoOptions::default()).await.unwrap();
        let gone: u64 = session.traffic().commands.values().map(|count| count.messages).sum();
        assert_eq!(gone - opened, 1, "going somewhere costs one command");
        session.close().await;
    });
}
