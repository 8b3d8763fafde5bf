//! A receiver on the loopback interface that answers by a script.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::notice::Notice;
use crate::receiver::ReceiverKind;
use crate::receiver::slack::Slack;
use crate::receiver::webhook::Webhook;

/// What the fake does with one connection.
enum Script {
    Answer(&'static str),
    /// Takes the request and closes without a word.
    Reset,
    /// Takes the request and says nothing.
    Silent,
}

async fn fake(script: Script) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("has an address");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("somebody comes");
        let mut heard = vec![0; 64 * 1024];
        let read = stream.read(&mut heard).await.expect("somebody speaks");
        assert!(read > 0);
        match script {
            Script::Answer(answer) => {
                stream.write_all(answer.as_bytes()).await.expect("is heard");
            }
            Script::Reset => {}
            Script::Silent => std::future::pending::<()>().await,
        }
    });
    format!("http://{address}/hook/KEY")
}

async fn send(script: Script) -> Verdict {
    let mut webhook = Webhook::new(&fake(script).await).expect("is an address");
    webhook.timeout = Duration::from_millis(300);
    deliver(ReceiverKind::Webhook(webhook)).await
}

async fn deliver(kind: ReceiverKind) -> Verdict {
    let now = "2026-11-20T10:00:00Z".parse().expect("is a moment");
    let message = Message::single(Notice::test("id", "fake", now), now);
    let receiver = Receiver { name: "fake".to_owned(), kind };
    Transport::new().expect("is made").send(&receiver, &message).await
}

fn retry(verdict: Verdict) -> (Refusal, Option<Duration>, String) {
    match verdict {
        Verdict::Retry { reason, detail, after } => (reason, after, detail),
        other => panic!("should be tried again: {other:?}"),
    }
}

#[tokio::test]
async fn answers_are_read_and_judged() {
    let ok = "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(send(Script::Answer(ok)).await, Verdict::Delivered);
    let busy = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\ncontent-length: 4\r\n\r\nslow";
    let said = (Refusal::Pace, Some(Duration::from_secs(7)), "status 429: slow".to_owned());
    assert_eq!(retry(send(Script::Answer(busy)).await), said);
    let moved = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    assert!(matches!(send(Script::Answer(moved)).await, Verdict::Refused { reason: Refusal::Answer, .. }));
}

#[tokio::test]
async fn silence_and_broken_connections_are_tried_again() {
    assert_eq!(retry(send(Script::Silent).await).0, Refusal::Timeout);
    assert_eq!(retry(send(Script::Reset).await).0, Refusal::Network);
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
    assert_eq!(retry(send(Script::Answer(half)).await).0, Refusal::Network);
}

#[tokio::test]
async fn errors_do_not_show_the_address() {
    let webhook = Webhook::new("http://127.0.0.1:1/hook/KEY").expect("is an address");
    let (reason, _, detail) = retry(deliver(ReceiverKind::Webhook(webhook)).await);
    assert_eq!(reason, Refusal::Network);
    assert!(detail.starts_with("failed to connect") && !detail.contains("KEY"), "{detail}");
}

#[tokio::test]
async fn a_page_with_status_200_is_not_slack() {
    let page = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>";
    let slack = Slack::new(&fake(Script::Answer(page)).await).expect("is an address");
    let verdict = deliver(ReceiverKind::Slack(slack)).await;
    assert!(matches!(verdict, Verdict::Refused { reason: Refusal::Answer, .. }), "{verdict:?}");
}
