//! Plays scripts in tests and writes down what happened, a line an event.

use std::path::Path;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::outcome::Outcome;
use crate::play::{PlayEvent, PlayOutcome, Stage};
use crate::settings::PlaySettings;
use crate::{LoadError, Program, TestRef};

/// A checkout with a few files.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// What a script did.
pub(crate) struct Record {
    pub(crate) lines: Vec<String>,
    /// What it was warned of.
    pub(crate) warnings: Vec<String>,
    pub(crate) outcome: PlayOutcome,
}

impl Record {
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }
}

/// Runs a future as the runner does: one thread, with local tasks.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, work)
}

/// Loads `a.spec.ts` of these files.
pub(crate) fn load(files: &[(&str, &str)]) -> Result<Program, LoadError> {
    let folder = Folder::new(files);
    block_on(crate::load(folder.path(), "a.spec.ts", &PlaySettings::default()))
}

/// Plays a script of one file.
pub(crate) fn play(script: &str) -> Record {
    play_files(&[("a.spec.ts", script)], &PlaySettings::default())
}

/// Plays `a.spec.ts` of these files.
pub(crate) fn play_files(files: &[(&str, &str)], settings: &PlaySettings) -> Record {
    play_folder(&Folder::new(files), settings)
}

/// Plays `a.spec.ts` of a folder.
pub(crate) fn play_folder(folder: &Folder, settings: &PlaySettings) -> Record {
    play_script(folder, "a.spec.ts", settings)
}

/// Plays a script of a folder.
pub(crate) fn play_script(folder: &Folder, path: &str, settings: &PlaySettings) -> Record {
    block_on(async {
        let program = crate::load(folder.path(), path, settings).await.unwrap();
        let titles: Vec<String> = program.tests.iter().map(|test| test.title.join(" > ")).collect();
        let (events, mut heard) = mpsc::channel(16);
        let stage = Stage { session: None, events, stop: CancellationToken::new() };
        let playing = tokio::task::spawn_local(crate::play(program, stage));
        let (mut lines, mut warnings) = (Vec::new(), Vec::new());
        while let Some(event) = heard.recv().await {
            match event {
                PlayEvent::Warning { message, .. } => warnings.push(message),
                event => lines.extend(line(event, &titles)),
            }
        }
        Record { lines, warnings, outcome: playing.await.unwrap().unwrap() }
    })
}

fn line(event: PlayEvent, titles: &[String]) -> Option<String> {
    let name = |test: &TestRef| match test.attempt {
        0 => titles[test.id.0].clone(),
        attempt => format!("{} (retry {attempt})", titles[test.id.0]),
    };
    match event {
        PlayEvent::TestStarted { .. } => None,
        PlayEvent::StepStarted { step, .. } => Some(format!("step {} begins", step.name)),
        PlayEvent::StepEnded { step, outcome, .. } => {
            Some(format!("step {}: {}", step.name, words(&outcome)))
        }
        PlayEvent::TestEnded { test, outcome, .. } => Some(format!("{}: {}", name(&test), words(&outcome))),
        PlayEvent::Attachment { name, content_type, content, .. } => {
            Some(format!("attachment {name} {content_type} {content:?}"))
        }
        PlayEvent::Custom { name, payload, .. } => Some(format!("custom {name} {payload}")),
        PlayEvent::Console { message } => Some(format!("{}: {}", message.level, message.text)),
        PlayEvent::Warning { message, .. } if message == "the test expects nothing" => None,
        PlayEvent::Warning { message, .. } => Some(format!("warning: {message}")),
    }
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed => "passed".to_owned(),
        Outcome::Skipped { reason: None } => "skipped".to_owned(),
        Outcome::Skipped { reason: Some(reason) } => format!("skipped ({reason})"),
        Outcome::Failed(failure) => {
            let place = failure
                .stack
                .first()
                .map(|frame| format!(" at {}:{}:{}", frame.file, frame.line, frame.column));
            let mut text = format!(
                "failed ({:?}) {}: {}{}",
                failure.class,
                failure.kind,
                failure.message,
                place.unwrap_or_default()
            );
            for other in &failure.others {
                text.push_str(&format!(" + {}", words(&Outcome::Failed(Box::new(other.clone())))));
            }
            text
        }
    }
}
