//! The stage: plays a loaded script in an open browser. One loop over one closed set of happenings. What is
//! told of tests and steps is in `acts`, what is kept of them in `keeping`.

mod acts;
mod keeping;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use canary_browser::{Closed, Event, Session};
use canary_script::{PlayError, PlayEvent, PlayOutcome, TestDeclaration, Waiting};
use canary_store::document::{Attachment, Failure};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::attachments::Attachments;
use crate::clock::Clock;
use crate::cost::CostMeter;
use crate::failure::{self, MemoryVerdict, RunError, Stop};
use crate::interrupt::Interrupt;
use crate::noise::NoiseMeter;
use crate::recorder::Recorder;
use crate::reporter::{Counts, Reporter};
use crate::settings::ScreenshotWhen;
use crate::watch::Watch;
use acts::Test;

/// How long a script may take to end once it was told to.
const GRACE: Duration = Duration::from_secs(3);

/// Everything that playing needs, and what it came to so far.
pub(crate) struct Stage<'a> {
    pub(crate) session: &'a Session,
    pub(crate) watch: Watch,
    pub(crate) recorder: &'a Recorder,
    pub(crate) reporter: &'a Reporter,
    pub(crate) attachments: &'a Attachments,
    pub(crate) cost: &'a mut CostMeter,
    pub(crate) noise: Option<&'a mut NoiseMeter>,
    pub(crate) clock: Clock,
    pub(crate) tests: Vec<TestDeclaration>,
    pub(crate) screenshot: ScreenshotWhen,
    /// Folders from which a script may attach files.
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) test: Test,
    pub(crate) played: Played,
}

/// A script that is being played by a task of its own.
pub(crate) struct Playing {
    pub(crate) events: mpsc::Receiver<PlayEvent>,
    pub(crate) task: JoinHandle<Result<PlayOutcome, PlayError>>,
    pub(crate) stop: CancellationToken,
    pub(crate) waiting: Waiting,
    pub(crate) interrupt: Arc<Interrupt>,
    pub(crate) deadline: Instant,
}

/// What playing came to.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// Tests and steps by how they ended.
    pub(crate) counts: Counts,
    /// The first failure of a test that no later attempt mended.
    pub(crate) failure: Option<Failure>,
    /// Why it was not played to its end.
    pub(crate) stopped: Option<RunError>,
    /// Whether a test had failed before it was stopped.
    pub(crate) failed_before: bool,
    /// Files kept of it.
    pub(crate) attachments: Vec<Attachment>,
}

/// Everything that happens while a script is played.
enum Happening {
    /// The browser told something.
    Browser(Event),
    /// The script did something.
    Script(PlayEvent),
    /// The script is over.
    Over(Result<PlayOutcome, RunError>),
    /// The run was stopped, or its deadline passed.
    Stopped(Stop),
    /// The browser is gone.
    Gone(Closed),
    /// The script did not end in time after it was told to.
    GraceOver,
}

impl Stage<'_> {
    /// Plays until the script is over, the run is stopped or the browser is gone.
    pub(crate) async fn play(mut self, mut playing: Playing) -> (Played, Watch) {
        let mut grace: Option<Instant> = None;
        // When the browser was last asked on behalf of a test or step that ended.
        let mut asked = self.clock.instant();
        loop {
            let stopped = match self.next(&mut playing, grace).await {
                Happening::Browser(event) => {
                    self.watch.take(&event, self.recorder);
                    continue;
                }
                Happening::Script(event) => {
                    self.take(event).await;
                    asked = self.clock.instant();
                    continue;
                }
                Happening::Over(Ok(outcome)) => {
                    self.end(outcome);
                    break;
                }
                Happening::Over(Err(error)) => {
                    self.stop(error);
                    break;
                }
                Happening::GraceOver => {
                    playing.task.abort();
                    break;
                }
                Happening::Stopped(Stop::Deadline { waiting }) => {
                    let waiting = waiting || asked >= playing.deadline;
                    RunError::Stopped(Stop::Deadline { waiting })
                }
                Happening::Stopped(stop) => RunError::Stopped(stop),
                Happening::Gone(reason) => RunError::BrowserDied { reason, verdict: MemoryVerdict::None },
            };
            self.stop(stopped);
            playing.stop.cancel();
            grace = Some(self.clock.instant() + GRACE);
        }
        self.watch.finish(self.recorder);
        (self.played, self.watch)
    }

    /// Waits for what happens next. What the browser told comes first, so that documents are in the order in
    /// which things happened; once the run is ending, neither its deadline nor the browser's end is news.
    async fn next(&mut self, playing: &mut Playing, grace: Option<Instant>) -> Happening {
        let ending = grace.is_some();
        let until = tokio::time::Instant::from_std(grace.unwrap_or(playing.deadline));
        let session = self.session;
        tokio::select! {
            biased;
            Some(event) = self.watch.next() => Happening::Browser(event),
            Some(event) = playing.events.recv() => Happening::Script(event),
            over = &mut playing.task => Happening::Over(match over {
                Ok(outcome) => outcome.map_err(RunError::from),
                Err(error) => Err(RunError::panicked(error)),
            }),
            name = playing.interrupt.wait(), if !ending => Happening::Stopped(Stop::Signal(name)),
            reason = session.closed(), if !ending => Happening::Gone(reason),
            () = tokio::time::sleep_until(until) => match ending {
                true => Happening::GraceOver,
                false => Happening::Stopped(Stop::Deadline { waiting: playing.waiting.is_any() }),
            },
        }
    }

    /// Notes why it is not played to its end; only the first reason counts.
    fn stop(&mut self, reason: RunError) {
        if self.played.stopped.is_none() {
            self.played.failed_before = self.played.failure.is_some();
            self.played.stopped = Some(reason);
        }
    }

    /// Takes the script's own word on how it ended, where no test told more.
    fn end(&mut self, outcome: PlayOutcome) {
        if let Some(failure) = &outcome.failure {
            self.played.failure.get_or_insert_with(|| failure::document(failure));
        }
    }
}
