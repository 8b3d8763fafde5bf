//! One Chrome for all tests of the binary; each plays a program in a context of its own and writes
//! down what happened, a line an event.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use canary_browser::{Open, Progress, Session};
use canary_script::{Outcome, PlayEvent, PlaySettings, Program, Stage};
use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;

type Work = Box<dyn FnOnce(Session) -> Pin<Box<dyn Future<Output = ()>>> + Send>;

/// What a program did.
pub(crate) struct Record {
    pub(crate) lines: Vec<String>,
    /// Call logs, excerpts and the like of the first failure.
    pub(crate) failure: Option<canary_script::Failure>,
}

impl Record {
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }
}

fn shared() -> &'static mpsc::UnboundedSender<Work> {
    static SHARED: OnceLock<mpsc::UnboundedSender<Work>> = OnceLock::new();
    SHARED.get_or_init(|| {
        let (sender, mut works) = mpsc::unbounded_channel::<Work>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
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

/// Loads what `make` makes and plays it.
pub(crate) fn play<F>(make: impl FnOnce() -> F + Send + 'static) -> Record
where
    F: Future<Output = Program> + 'static,
{
    let (done, record) = oneshot::channel();
    let work: Work = Box::new(move |session| {
        Box::pin(async move {
            let program = make().await;
            drop(done.send(tell(session, program).await));
        })
    });
    shared().send(work).unwrap_or_else(|_| panic!("no Chrome: install one, as `cargo xtask test` does"));
    record.blocking_recv().expect("no Chrome: install one, as `cargo xtask test` does")
}

async fn tell(session: Session, program: Program) -> Record {
    let (events, mut heard) = mpsc::channel(16);
    let stage = Stage { session: Some(session), events, stop: CancellationToken::new() };
    let playing = tokio::task::spawn_local(canary_script::play(program, stage));
    let mut lines = Vec::new();
    while let Some(event) = heard.recv().await {
        match event {
            PlayEvent::StepEnded { step, outcome, .. } => {
                lines.push(format!("{}: {}", step.name, words(&outcome)))
            }
            PlayEvent::TestEnded { outcome, page, .. } => {
                lines.push(format!("test: {}", words(&outcome)));
                assert!(page.is_none_or(|page| !page.is_closed()), "the page stays open for evidence");
            }
            PlayEvent::Warning { message, .. } => lines.push(format!("warning: {message}")),
            PlayEvent::Attachment { name, .. } => lines.push(format!("attachment: {name}")),
            _ => {}
        }
    }
    let outcome = playing.await.unwrap().unwrap();
    Record { lines, failure: outcome.failure }
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed => "passed".to_owned(),
        Outcome::Skipped { .. } => "skipped".to_owned(),
        Outcome::Failed(failure) => format!("failed ({:?}) {}", failure.class, failure.message),
    }
}

/// Settings that fail soon.
pub(crate) fn quick() -> PlaySettings {
    PlaySettings {
        step_timeout: Some(Duration::from_millis(2_000)),
        test_timeout: Some(Duration::from_secs(5)),
        ..PlaySettings::default()
    }
}
