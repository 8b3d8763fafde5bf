//! Browsers found, started, attached to; and everything that can go wrong with them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use canary_browser::{
    ActionError, Closed, ContextOptions, ErrorKind, GotoOptions, Open, OpenError, Page, Progress, Session,
    open,
};
use serde_json::json;

use crate::harness::{block_on, eval, launch, soon};
use crate::server::Server;

/// What must hold however a session was opened.
async fn suite(session: &Session, server: &Server) -> Page {
    assert!(session.version().product.contains("Chrome/"), "{:?}", session.version());
    let context = session.new_context(&soon(), &ContextOptions::default()).await.expect("a context opens");
    let page = context.new_page(&soon()).await.expect("a page opens");
    let url = server.page("<title>Hello</title><body>World</body>");
    let response = page.goto(&soon(), &url, &GotoOptions::default()).await.expect("the page opens");
    assert_eq!(response.expect("a request brought it").status(), 200);
    assert_eq!(eval(&page, "document.title").await, json!("Hello"));
    assert_eq!(eval(&page, "[innerWidth, innerHeight]").await, json!([1280, 720]));
    let second = context.new_page(&soon()).await.expect("a second page opens");
    assert_eq!(eval(&second, "location.href").await, json!("about:blank"));
    assert_eq!(context.pages().len(), 2);
    let traffic = session.traffic();
    assert!(traffic.commands["Page.navigate"].messages >= 1 && traffic.total().bytes > 1000);
    page
}

#[test]
fn a_launched_browser_ends_with_its_session() {
    block_on(async {
        let session = open(&soon(), &launch()).await.expect("Chrome starts");
        let server = Server::start().await;
        suite(&session, &server).await;
        assert_eq!(session.clock_reading(), None, "a browser of ours has our clock");
        let process = session.process_id().expect("it is our process");
        assert!(is_alive(process));
        session.close().await;
        assert!(!is_alive(process), "the browser ended with its session");
        assert_eq!(session.is_closed(), Some(Closed::Ours));
    });
}

#[test]
fn attaching_shares_a_browser_and_leaves_it_running() {
    block_on(async {
        let profile = tempfile::tempdir().unwrap();
        let owner = open(&soon(), &with_port(profile.path())).await.expect("Chrome starts");
        let address = address(profile.path()).await;
        let server = Server::start().await;
        let ours = owner.new_context(&soon(), &ContextOptions::default()).await.unwrap();
        let foreign = ours.new_page(&soon()).await.unwrap();
        let session =
            open(&soon(), &Open::Attach { url: format!("http://{address}") }).await.expect("it lets us in");
        suite(&session, &server).await;
        let reading = session.clock_reading().expect("the clock was read on the first page");
        let (at, half) = reading.moment();
        // It is one machine; how exact that is depends on how busy it is.
        let apart = epoch_millis() - at.elapsed().as_secs_f64() * 1_000.0 - reading.browser;
        assert!(apart.abs() < 10_000.0 && half < Duration::from_secs(2), "{apart} ms apart: {reading:?}");
        session.close().await;
        assert_eq!(eval(&foreign, "2 + 2").await, json!(4), "the browser goes on");
        owner.close().await;
    });
}

#[test]
fn a_webdriver_session_works_like_the_others_and_is_deleted() {
    block_on(async {
        let (mut driver, url) = chromedriver().await;
        let how = Open::WebDriver {
            url,
            cdp_override: None,
            executable: Some(PathBuf::from("/usr/bin/chromium-headless-shell")),
            args: vec![],
        };
        let session = open(&soon(), &how).await.unwrap_or_else(|error| panic!("{error}"));
        // Whoever runs the tests runs the driver too, and root has no sandbox.
        let is_told = session.notices().iter().any(|notice| notice.contains("runs as root"));
        assert_eq!(is_told, rustix::process::geteuid().is_root(), "{:?}", session.notices());
        let server = Server::start().await;
        suite(&session, &server).await;
        session.close().await;
        assert_eq!(session.is_closed(), Some(Closed::Ours));
        driver.kill().await.unwrap();
    });
}

#[test]
fn a_killed_browser_fails_everybody_at_once() {
    block_on(async {
        let session = open(&soon(), &launch()).await.expect("Chrome starts");
        let server = Server::start().await;
        let page = suite(&session, &server).await;
        let process = session.process_id().expect("it is our process");
        let waiting = page.main_frame();
        let never = canary_browser::Script::Expression("new Promise(() => {})".to_owned());
        let pending = tokio::task::spawn_local(async move {
            waiting.evaluate(&soon(), &never, &canary_browser::Argument::none()).await
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        kill(process);
        let started = tokio::time::Instant::now();
        let error = pending.await.unwrap().expect_err("the browser is gone");
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
        assert_eq!(error.kind(), ErrorKind::Closed);
        assert!(
            matches!(&error, ActionError::Closed(Closed::Exited { status, .. }) if status == "signal 9"),
            "{error:?}"
        );
        let again = page.goto(&soon(), "about:blank", &GotoOptions::default()).await.expect_err("still gone");
        assert_eq!(again.kind(), ErrorKind::Closed);
        assert!(matches!(session.closed().await, Closed::Exited { .. }));
    });
}

#[test]
fn what_is_no_browser_says_so() {
    block_on(async {
        let check = async |executable: &str, words: &[&str]| {
            let how = Open::Launch { executable: Some(executable.into()), args: Vec::new(), headless: true };
            let error = open(&soon(), &how).await.err().expect("must not open").to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{executable}: {error}");
        };
        check("/nowhere/chrome", &["/nowhere/chrome", "--browser-executable"]).await;
        check("/bin/false", &["/bin/false", "exit code 1"]).await;
        let script = script("echo 'cannot open display' >&2; exit 3");
        check(script.to_str().unwrap(), &["exit code 3", "cannot open display"]).await;
    });
}

#[test]
fn a_refused_attachment_says_why() {
    block_on(async {
        let port = {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            listener.local_addr().unwrap().port()
        };
        let check = async |url: String, words: &str, kind: ErrorKind| {
            let error = open(&soon(), &Open::Attach { url: url.clone() }).await.err().expect("must not open");
            assert!(error.to_string().contains(words), "{url}: {error}");
            assert_eq!(error.kind(), kind, "{url}: {error}");
        };
        check(format!("http://127.0.0.1:{port}"), "refused", ErrorKind::Closed).await;
        check(format!("ws://127.0.0.1:{port}/devtools/browser/1"), "refused", ErrorKind::Closed).await;
        check("ftp://127.0.0.1".to_owned(), "expected `http` or `ws`", ErrorKind::Invalid).await;
        let server = Server::start().await;
        check(server.url(""), "HTTP status 404", ErrorKind::Closed).await;
    });
}

#[test]
fn a_browser_that_does_not_answer_ends_at_the_deadline() {
    block_on(async {
        let script = script("exec sleep 60");
        let how = Open::Launch { executable: Some(script), args: Vec::new(), headless: true };
        let error =
            open(&Progress::new(Duration::from_millis(300)), &how).await.err().expect("must not open");
        assert!(matches!(error, OpenError::Interrupted(_)), "{error}");
    });
}

fn script(body: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let (file, path) = tempfile::Builder::new().suffix(".sh").tempfile().unwrap().keep().unwrap();
    std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    file.set_permissions(std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

pub(crate) fn with_port(profile: &Path) -> Open {
    let args = vec!["--remote-debugging-port=0".to_owned(), format!("--user-data-dir={}", profile.display())];
    Open::Launch { executable: None, args, headless: true }
}

pub(crate) async fn address(profile: &Path) -> String {
    let file = profile.join("DevToolsActivePort");
    for _ in 0..200 {
        if let Ok(text) = std::fs::read_to_string(&file)
            && let Some(port) = text.lines().next()
        {
            return format!("127.0.0.1:{port}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("Chrome did not say its port");
}

async fn chromedriver() -> (tokio::process::Child, String) {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let mut child = tokio::process::Command::new("chromedriver")
        .arg("--port=0")
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("no chromedriver: install it, as `cargo xtask test` does");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(port) = line.strip_suffix('.').and_then(|line| line.split("on port ").nth(1)) {
            let url = format!("http://127.0.0.1:{port}");
            tokio::task::spawn_local(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (child, url);
        }
    }
    panic!("chromedriver did not say its port");
}

fn is_alive(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

fn kill(process: u32) {
    let process = rustix::process::Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the clock that the browser's is held against")]
fn epoch_millis() -> f64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    now.as_secs_f64() * 1_000.0
}
