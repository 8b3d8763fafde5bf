//! One Chrome for all scripts of the binary, one program at a time each on its own context.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use canary_browser::{Open, Progress, Session};
use canary_script::{Failure, Outcome, PlayEvent, PlaySettings, Stage};
use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;

use crate::server;

type Work = Box<dyn FnOnce(Session) -> Pin<Box<dyn Future<Output = ()>>> + Send>;

/// How long one test of a script may take.
const TEST: Duration = Duration::from_secs(15);

fn shared() -> &'static mpsc::UnboundedSender<Work> {
    static SHARED: OnceLock<mpsc::UnboundedSender<Work>> = OnceLock::new();
    SHARED.get_or_init(|| {
        let (sender, mut works) = mpsc::unbounded_channel::<Work>();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            LocalSet::new().block_on(&runtime, async move {
                let open = Open::Launch { executable: None, args: Vec::new(), headless: true };
                let progress = Progress::new(Duration::from_secs(20));
                let session =
                    canary_browser::open(&progress, &open).await.unwrap_or_else(|error| panic!("{error}"));
                while let Some(work) = works.recv().await {
                    tokio::task::spawn_local(work(session.clone()));
                }
            });
        });
        sender
    })
}

/// Plays a script of the folder `cases` and fails with what failed in it.
#[track_caller]
pub(crate) fn check(script: &'static str) {
    let (done, verdict) = oneshot::channel();
    let work: Work = Box::new(move |session| {
        Box::pin(async move {
            drop(done.send(play(session, script).await));
        })
    });
    shared().send(work).unwrap_or_else(|_| panic!("no Chrome: install one, as `cargo xtask test` does"));
    let Verdict { played, failures } = verdict.blocking_recv().expect("the run of the script ended");
    assert!(
        failures.is_empty(),
        "{} of {played} tests of {script} failed:\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
    assert!(played > 0, "{script} has no tests");
}

struct Verdict {
    played: usize,
    failures: Vec<String>,
}

async fn play(session: Session, script: &str) -> Verdict {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/cases");
    let address = server::address();
    let settings = PlaySettings {
        test_timeout: Some(TEST),
        base_url: Some(address.to_owned()),
        parameters: [
            ("SERVER".to_owned(), address.to_owned()),
            ("OTHER".to_owned(), address.replace("127.0.0.1", "localhost")),
        ]
        .into(),
        ..PlaySettings::default()
    };
    let program = match canary_script::load(&folder, script, &settings).await {
        Ok(program) => program,
        Err(error) => return Verdict { played: 0, failures: vec![error.to_string()] },
    };
    let titles: Vec<String> = program.tests.iter().map(|test| test.title.join(" › ")).collect();
    let (events, mut heard) = mpsc::channel(64);
    let stage = Stage { session: Some(session), events, stop: CancellationToken::new() };
    let playing = tokio::task::spawn_local(canary_script::play(program, stage));
    let mut verdict = Verdict { played: 0, failures: Vec::new() };
    while let Some(event) = heard.recv().await {
        let PlayEvent::TestEnded { test, outcome, .. } = event else { continue };
        verdict.played += 1;
        if let Outcome::Failed(failure) = &outcome {
            verdict.failures.push(format!("✗ {}\n{}", titles[test.id.0], words(failure)));
        }
    }
    if let Err(error) = playing.await.expect("playing never panics") {
        verdict.failures.push(error.to_string());
    }
    verdict
}

fn words(failure: &Failure) -> String {
    let mut text = format!("{}: {}", failure.kind, failure.message);
    for frame in &failure.stack {
        text.push_str(&format!("\n    {frame}"));
    }
    for line in &failure.call_log {
        text.push_str(&format!("\n  - {line}"));
    }
    for other in &failure.others {
        text.push_str(&format!("\n+ {}", words(other)));
    }
    text
}
