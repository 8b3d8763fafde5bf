//! From a failing monitor to the message that a person gets, and how the listener behaves around it.

use std::time::Duration;

use canary_tests::receiver::{Answer, Receiver};
use canary_tests::shop::Shop;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::programs::{Finished, Workplace, program, root, signal};

/// Runs the monitor `pages` on an address and returns its exit code.
async fn visit(workplace: &Workplace, url: &str) -> Option<i32> {
    workplace.run(&[url, "--monitor", "pages"]).await.code()
}

/// Returns an address where nobody answers.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

async fn listen_once(workplace: &Workplace, arguments: &[&str]) -> Finished {
    let mut listener = workplace.command(&program("canary-listener"));
    let child = listener.args(["run", "--once"]).args(arguments).spawn().unwrap();
    let finished = Finished::of(child).await;
    assert_eq!(finished.code(), Some(0), "{finished:#?}");
    finished
}

#[tokio::test]
async fn a_failure_is_told_once_and_so_is_its_end() {
    let workplace = Workplace::new();
    let shop = Shop::open().unwrap();
    assert_eq!(visit(&workplace, &nobody().await).await, Some(1));

    let told = listen_once(&workplace, &[]).await.stdout;
    for part in ["FIRING", "pages", "ERR_CONNECTION_REFUSED", "canary documents"] {
        assert!(told.contains(part), "`{part}` is not in {told}");
    }
    assert_eq!(listen_once(&workplace, &[]).await.stdout, "", "nothing is new");

    assert_eq!(visit(&workplace, shop.url()).await, Some(0));
    let told = listen_once(&workplace, &[]).await.stdout;
    assert!(told.contains("RESOLVED") && told.contains("pages"), "{told}");

    let mut documents = workplace.command(&program("canary"));
    let child = documents.args(["documents", "--kind", "alert"]).spawn().unwrap();
    let alerts = Finished::of(child).await.lines();
    let actions: Vec<_> = alerts.iter().map(|alert| alert["event"]["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["open", "close"]);
}

#[tokio::test]
async fn slack_is_obeyed_when_it_asks_for_patience() {
    let workplace = Workplace::new();
    let slack = Receiver::open_with([Answer { status: 429, retry_after: Some(1) }]).unwrap();
    assert_eq!(visit(&workplace, &nobody().await).await, Some(1));
    listen_once(&workplace, &["--slack-webhook", slack.url()]).await;

    let messages = slack.received();
    let statuses: Vec<_> = messages.iter().map(|message| message.status).collect();
    assert_eq!(statuses, [429, 200]);
    assert_eq!(messages[0].body["text"], messages[1].body["text"], "the same message again");
    assert!(messages[1].at - messages[0].at >= Duration::from_secs(1), "sooner than it was asked to");
    let text = messages[1].body.to_string();
    for part in ["pages", "ERR_CONNECTION_REFUSED"] {
        assert!(text.contains(part), "`{part}` is not in {text}");
    }
}

#[tokio::test]
async fn a_webhook_can_tell_repeats() {
    let workplace = Workplace::new();
    let hook = Receiver::open_with([Answer { status: 503, retry_after: Some(0) }]).unwrap();
    assert_eq!(visit(&workplace, &nobody().await).await, Some(1));
    listen_once(&workplace, &["--webhook", hook.url()]).await;

    let keys: Vec<_> = hook
        .received()
        .iter()
        .map(|message| message.headers["idempotency-key"].to_str().unwrap().to_owned())
        .collect();
    let [first, again] = keys.as_slice() else { panic!("not two tries: {keys:?}") };
    assert_eq!(first, again);
}

#[tokio::test]
async fn rule_files_of_the_repository_are_sound() {
    let workplace = Workplace::new();
    let files = ["scripts/rules.yaml", "k8s/base/rules.yaml"].map(|file| root().join(file));
    let child = workplace.command(&program("canary-listener")).arg("check").args(files).spawn().unwrap();
    let finished = Finished::of(child).await;
    assert_eq!(finished.code(), Some(0), "{finished:#?}");
}

#[tokio::test]
async fn what_is_wrong_with_rules_is_told_all_at_once() {
    let workplace = Workplace::new();
    let rules = "version: 1\nrules:\n- id: a\n  kind: thresold\n- id: b\n  kind: runs\n  consecutve: 2\n";
    workplace.write("rules.yaml", rules);
    let child = workplace.command(&program("canary-listener")).args(["check", "rules.yaml"]).spawn().unwrap();
    let finished = Finished::of(child).await;
    assert_eq!(finished.code(), Some(2), "{finished:#?}");
    let said = finished.stdout + &finished.stderr;
    for part in ["thresold", "threshold", "consecutve", "consecutive"] {
        assert!(said.contains(part), "`{part}` is not in {said}");
    }
}

/// Asks a server and returns its whole answer.
pub(crate) async fn get(address: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn a_listener_that_stays_answers_and_ends_when_told() {
    let workplace = Workplace::new();
    let hook = Receiver::open().unwrap();
    workplace.write(
        "rules.yaml",
        "version: 1\ndefaults: {every: 1s}\nrules:\n- {id: a, kind: runs, consecutive: 1}\n",
    );
    let mut listener = workplace.command(&program("canary-listener"));
    listener.args([
        "run",
        "--rules",
        "rules.yaml",
        "--listen",
        "127.0.0.1:0",
        "--tick-secs",
        "1",
        "--log-format",
        "json",
    ]);
    let mut child = listener.args(["--webhook", hook.url()]).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = loop {
        let line = log.next_line().await.unwrap().expect("it tells where it listens");
        let line: Value = serde_json::from_str(&line).unwrap();
        if let Some(address) = line.pointer("/fields/address").or_else(|| line.get("address")) {
            break address.as_str().unwrap().to_owned();
        }
    };
    let drained = tokio::spawn(async move { while log.next_line().await.unwrap().is_some() {} });

    assert!(get(&address, "/healthz").await.unwrap().starts_with("HTTP/1.1 200"));
    assert_eq!(visit(&workplace, &nobody().await).await, Some(1));
    let messages = tokio::task::spawn_blocking(move || hook.wait_for(1, Duration::from_secs(30)));
    assert_eq!(messages.await.unwrap().len(), 1, "it tells by itself");
    let metrics = get(&address, "/metrics").await.unwrap();
    assert!(metrics.contains("canary_listener_ticks_total{result=\"ok\"}"), "{metrics}");
    assert!(get(&address, "/").await.unwrap().contains("pages"), "the status page names the monitor");

    signal(child.id().unwrap(), "-TERM");
    assert_eq!(Finished::of(child).await.code(), Some(0));
    drained.await.unwrap();
}
