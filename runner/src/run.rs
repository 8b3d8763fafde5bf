//! One run from start to summary: start document, script, browser, playing, summary. Whatever happens between
//! the two documents becomes the one failure that the summary tells; nothing leaves early.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use canary_browser::{Open, Progress, Session};
use canary_script::{PlaySettings, Program};
use canary_store::document::{
    Delivery, Failure, FailureClass, MonitorRef, Observer, Plan, Run, RunFields, ScriptRef, Start,
    StartFields, StepCounts, Versions,
};
use canary_store::{AttachmentStore, Store};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::attachments::Attachments;
use crate::caught::caught;
use crate::checkout::Checkout;
use crate::clock::Clock;
use crate::cost::CostMeter;
use crate::exit;
use crate::failure::{RunError, Stop};
use crate::interrupt::Interrupt;
use crate::memory::OutOfMemoryCount;
use crate::noise::NoiseMeter;
use crate::plan::{RunPlan, Target};
use crate::recorder::redactor::Redactor;
use crate::recorder::{Context, Header, Recorder, SpoolPlace, Tally};
use crate::reporter::{Counts, Reporter, RunBegins, RunEnded};
use crate::settings::Settings;
use crate::settings::address::{BrowserAddress, without_credentials};
use crate::settings::secret::Secret;
use crate::stage::{Played, Playing, Stage};
use crate::watch::{Seen, Watch};

/// What of a run's time is kept for evidence and delivery.
const KEPT_AT_THE_END: Duration = Duration::from_secs(10);

/// How long delivery may take even when the run's time is over.
const DELIVERY_AT_LEAST: Duration = Duration::from_secs(2);

/// How long a browser may take to open.
const OPEN_PATIENCE: Duration = Duration::from_secs(30);

/// Events of a script that may wait: it waits itself at the end of each step.
const EVENTS: usize = 256;

/// What all runs of a command line share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) checkout: Checkout,
    pub(crate) store: Option<Store>,
    pub(crate) attachments: Option<AttachmentStore>,
    pub(crate) redactor: Arc<Redactor>,
    pub(crate) reporter: Reporter,
    pub(crate) interrupt: Arc<Interrupt>,
    pub(crate) clock: Clock,
    /// Folder for files of scripts; goes away with the command.
    pub(crate) artifacts: TempDir,
}

/// One run while it goes.
struct Running<'a> {
    shared: &'a Shared,
    plan: &'a RunPlan,
    recorder: Recorder,
    attachments: Attachments,
    cost: CostMeter,
    noise: Option<NoiseMeter>,
    began: Instant,
    versions: Versions,
    session: Option<Session>,
    seen: Seen,
}

/// Performs one run; a run that cannot begin, because its checkout failed, tells that.
pub(crate) async fn run(plan: &RunPlan, shared: &Shared, refused: Option<&RunError>) -> RunEnded {
    whole(plan, shared, async |running| match refused {
        Some(error) => Err(error.failure()),
        None => running.perform().await,
    })
    .await
}

/// Writes the start, does the work, and writes the summary, whatever the work came to.
async fn whole(
    plan: &RunPlan,
    shared: &Shared,
    work: impl AsyncFnOnce(&mut Running<'_>) -> Result<Played, Failure>,
) -> RunEnded {
    let mut running = Running::start(plan, shared);
    let played = match caught(work(&mut running)).await {
        Ok(played) => played,
        Err(message) => Err(RunError::Panic { message }.failure()),
    };
    running.finish(played).await
}

impl<'a> Running<'a> {
    /// Starts recording and writes the start document.
    fn start(plan: &'a RunPlan, shared: &'a Shared) -> Self {
        let settings = &shared.settings;
        let clock = shared.clock;
        let began = clock.instant();
        let spool = SpoolPlace::new(settings.spool.clone());
        let header = header(plan, shared);
        let recorder =
            Recorder::start(header, shared.store.clone(), spool, Arc::clone(&shared.redactor), clock);
        let attachments = Attachments::new(
            shared.attachments.clone(),
            &plan.monitor,
            &plan.id,
            clock.wall(began),
            Arc::clone(&shared.redactor),
        );
        let versions = Versions { runner: Some(env!("CARGO_PKG_VERSION").to_owned()), ..Versions::default() };
        let start = Start {
            run: StartFields {
                slot: settings.identity.slot,
                deadline: clock.wall(began).checked_add(settings.limits.run).ok(),
            },
            plan: plan_document(plan, settings),
            versions: versions.clone(),
        };
        recorder.record(clock.wall(began), &Context::default(), start);
        let noise = settings.observe.noise.then(|| NoiseMeter::start(clock));
        Self {
            shared,
            plan,
            recorder,
            attachments,
            cost: CostMeter::start(),
            noise,
            began,
            versions,
            session: None,
            seen: Seen::default(),
        }
    }

    /// Loads the script, opens the browser, plays.
    async fn perform(&mut self) -> Result<Played, Failure> {
        let shared = self.shared;
        if let Some(name) = shared.interrupt.name() {
            return Err(RunError::Stopped(Stop::Signal(name)).failure());
        }
        let settings = play_settings(&shared.settings, shared.artifacts.path());
        let loaded = self.plan.target.load(shared.checkout.root(), &settings).await;
        let program = loaded.map_err(|error| RunError::from(error).failure())?;
        shared.reporter.run_begins(&RunBegins {
            monitor: &self.plan.monitor,
            dialect: program.dialect.name(),
            revision: shared.checkout.origin.as_ref().map(|origin| origin.revision.as_str()),
        });
        let session = self.open().await.map_err(|error| error.failure())?;
        self.session = Some(session.clone());
        Ok(self.play(program, &session).await)
    }

    async fn open(&mut self) -> Result<Session, RunError> {
        let cancellation = CancellationToken::new();
        let progress = Progress::with_cancellation(OPEN_PATIENCE, cancellation.clone());
        let how = how_to_open(&self.shared.settings);
        let session = tokio::select! {
            session = canary_browser::open(&progress, &how) => session?,
            name = self.shared.interrupt.wait() => return Err(RunError::Stopped(Stop::Signal(name))),
        };
        let version = session.version();
        self.versions.browser = Some(version.product);
        self.versions.protocol = Some(version.protocol_version);
        self.versions.user_agent = Some(version.user_agent);
        Ok(session)
    }

    async fn play(&mut self, program: Program, session: &Session) -> Played {
        let shared = self.shared;
        let before = OutOfMemoryCount::read();
        let watch = Watch::start(session, shared.settings.observe, shared.clock);
        let (sender, events) = mpsc::channel(EVENTS);
        let stop = CancellationToken::new();
        let tests = program.tests.clone();
        let waiting = program.waiting();
        let stage =
            canary_script::Stage { session: Some(session.clone()), events: sender, stop: stop.clone() };
        let playing = Playing {
            events,
            task: tokio::task::spawn_local(canary_script::play(program, stage)),
            stop,
            waiting,
            interrupt: Arc::clone(&shared.interrupt),
            deadline: self.began + shared.settings.limits.run.saturating_sub(KEPT_AT_THE_END),
        };
        let stage = Stage {
            session,
            watch,
            recorder: &self.recorder,
            reporter: &shared.reporter,
            attachments: &self.attachments,
            cost: &mut self.cost,
            noise: self.noise.as_mut(),
            clock: shared.clock,
            tests,
            screenshot: shared.settings.observe.screenshot,
            folders: vec![shared.checkout.root().to_owned(), shared.artifacts.path().to_owned()],
            test: Default::default(),
            played: Played::default(),
        };
        let (mut played, watch) = stage.play(playing).await;
        self.seen = watch.seen().clone();
        if let Some(RunError::BrowserDied { verdict, .. }) = &mut played.stopped {
            *verdict = before.verdict(OutOfMemoryCount::read(), self.seen.heap_share);
        }
        played
    }

    /// Closes the browser, delivers everything and writes the summary.
    async fn finish(mut self, played: Result<Played, Failure>) -> RunEnded {
        let shared = self.shared;
        // The last documents are on their way while the browser closes.
        self.recorder.hurry();
        if let Some(session) = self.session.take() {
            session.close().await;
            self.session = Some(session);
        }
        let (counts, failure, kept) = match played {
            Ok(played) => {
                let failure = first_cause(&played);
                (played.counts, failure, played.attachments)
            }
            Err(failure) => (Counts::default(), Some(failure), Vec::new()),
        };
        // A store that is away is not waited for until the run's own deadline, and a run that ends at its
        // deadline delivers all the same.
        let now = shared.clock.instant();
        let deadline =
            (self.began + shared.settings.limits.run).clamp(now + DELIVERY_AT_LEAST, now + KEPT_AT_THE_END);
        let mut evidence = Vec::new();
        for file in &kept {
            evidence.extend(self.attachments.path(file).await.map(|path| path.display().to_string()));
        }
        let at = shared.clock.now();
        let cost = self.cost.finish(self.session.as_ref(), self.seen.received);
        let duration = shared.clock.instant().duration_since(self.began);
        let summary = Run {
            run: RunFields {
                status: exit::status(failure.as_ref().map(|failure| failure.class)),
                delivery: Delivery::Complete,
                duration: duration.as_secs_f64() * 1_000.0,
                slot: shared.settings.identity.slot,
                steps: StepCounts {
                    passed: counts.steps.passed,
                    failed: counts.steps.failed,
                    skipped: counts.steps.skipped,
                },
            },
            failure,
            vitals: self.seen.worst.clone(),
            cost,
            noise: self.noise.as_ref().map(NoiseMeter::finish).unwrap_or_default(),
            clock: self.seen.clock.clone(),
            versions: self.versions.clone(),
            attachments: kept,
        };
        let run = self.recorder.finish(at, deadline, |tally| with_delivery(summary, tally)).await;
        RunEnded {
            id: Some(self.plan.id.to_string()),
            monitor: Some(self.plan.monitor.clone()),
            status: run.run.status,
            delivery: Some(run.run.delivery),
            failure: run.failure,
            counts,
            duration_ms: run.run.duration,
            cost: run.cost,
            store: shared.settings.store.to_string(),
            evidence,
            noise: run.noise,
        }
    }
}

/// Returns what a script is given.
pub(crate) fn play_settings(settings: &Settings, artifacts: &Path) -> PlaySettings {
    let expose = |secret: &Secret| (secret.name().to_owned(), secret.expose().to_owned());
    PlaySettings {
        test_timeout: settings.limits.test,
        expect_timeout: settings.limits.expect,
        step_timeout: settings.limits.recorder_step,
        retries: None,
        base_url: settings.browser.base_url.as_ref().map(ToString::to_string),
        parameters: settings.params.clone(),
        secrets: settings.secrets.iter().map(expose).collect(),
        artifacts: Some(artifacts.to_owned()),
    }
}

/// Returns the one failure of a run: what stopped it, unless a test had failed for a cause of its own before.
fn first_cause(played: &Played) -> Option<Failure> {
    let Some(stopped) = &played.stopped else { return played.failure.clone() };
    // A browser that dies is told by the calls into it first.
    let own_cause = played
        .failure
        .as_ref()
        .filter(|failure| played.failed_before && failure.class != FailureClass::BrowserCrash);
    let mut failure = own_cause.cloned().unwrap_or_else(|| stopped.failure());
    if failure.attachment.is_none() {
        failure.attachment = played.failure.as_ref().and_then(|failure| failure.attachment.clone());
    }
    Some(failure)
}

/// A run that passed and was not delivered says so; a store that is away never hides what happened.
fn with_delivery(mut run: Run, tally: &Tally) -> Run {
    run.run.delivery = tally.delivery();
    if run.failure.is_none() && run.run.delivery != Delivery::Complete {
        let message = match run.run.delivery {
            Delivery::Spooled => "the store did not take all documents; they wait in the spool",
            Delivery::Partial | Delivery::Complete => "documents were dropped; `cost.dropped` says why",
        };
        run.failure = Some(Failure::new(FailureClass::Store, message));
    }
    run
}

fn header(plan: &RunPlan, shared: &Shared) -> Header {
    let identity = &shared.settings.identity;
    let origin = shared.checkout.origin.as_ref();
    let git = shared.settings.git.as_ref();
    Header {
        run: plan.id.clone(),
        attempt: identity.attempt,
        monitor: MonitorRef { id: plan.monitor.clone(), name: None, tags: identity.tags.clone() },
        observer: Observer { name: Some(identity.location.clone()), ..Observer::default() },
        script: ScriptRef {
            repository: origin
                .map(|origin| origin.repository.clone())
                .or_else(|| git.map(|git| without_credentials(&git.url))),
            revision: origin.map(|origin| origin.revision.clone()),
            path: match &plan.target {
                Target::Script(path) => Some(path.clone()),
                Target::Urls(_) => None,
            },
            dialect: Some(plan.target.dialect().to_owned()),
        },
        labels: identity.labels.clone(),
    }
}

fn plan_document(plan: &RunPlan, settings: &Settings) -> Plan {
    Plan {
        targets: plan.target.names(),
        browser: Some(browser_word(settings).to_owned()),
        settings: settings.changed.clone(),
        params: settings.params.clone(),
        secrets: settings.secrets.iter().map(|secret| secret.name().to_owned()).collect(),
    }
}

fn browser_word(settings: &Settings) -> &'static str {
    match (&settings.browser.webdriver, &settings.browser.address) {
        (Some(_), _) => "webdriver",
        (None, BrowserAddress::Launch) => "launch",
        (None, BrowserAddress::Attach(_)) => "attach",
    }
}

/// Returns how the settings want a browser to be opened.
pub(crate) fn how_to_open(settings: &Settings) -> Open {
    let browser = &settings.browser;
    match (&browser.webdriver, &browser.address) {
        (Some(server), address) => Open::WebDriver {
            url: server.to_string(),
            cdp_override: match address {
                BrowserAddress::Launch => None,
                BrowserAddress::Attach(url) => Some(url.to_string()),
            },
            executable: browser.executable.clone(),
            args: browser.arguments.clone(),
        },
        (None, BrowserAddress::Launch) => Open::Launch {
            executable: browser.executable.clone(),
            args: browser.arguments.clone(),
            headless: browser.headless,
        },
        (None, BrowserAddress::Attach(url)) => Open::Attach { url: url.to_string() },
    }
}

#[cfg(test)]
mod tests;
