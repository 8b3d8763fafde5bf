//! The command `run`: everything that several runs share is prepared once, then they are performed one after
//! the other. The highest exit code is the command's.

use std::path::PathBuf;
use std::sync::Arc;

use canary_store::{AttachmentStore, OpenError, Store, StoreSettings};
use tempfile::TempDir;
use tokio::task::LocalSet;

use crate::chain;
use crate::checkout::Checkout;
use crate::clock::Clock;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::failure::{RunError, Stop};
use crate::interrupt::Interrupt;
use crate::plan::{self, Place, RunPlan, Target};
use crate::recorder::SpoolPlace;
use crate::recorder::redactor::Redactor;
use crate::reporter::{Reporter, RunEnded, Stream};
use crate::run::{self, Shared};
use crate::settings::Settings;
use crate::settings::address::AttachmentsAddress;
use crate::settings::sources::Environment;

/// Performs all runs of a command line.
pub(crate) fn perform(
    settings: Settings,
    environment: &Environment,
    redactor: Arc<Redactor>,
    clock: Clock,
) -> Result<Exit, CommandError> {
    let working = std::env::current_dir().map_err(CommandError::Prepare)?;
    let place = plan::place(&settings, &working)?;
    block_on(async {
        let interrupt = Arc::new(Interrupt::default());
        let listening = Arc::clone(&interrupt);
        tokio::task::spawn_local(async move { listening.listen().await });
        let reporter = Reporter::new(settings.reporter, stream(&settings.store), Arc::clone(&redactor));
        let (checkout, refused) = check_out(place, &settings, environment, &interrupt).await;
        let plans = match refused {
            Some(_) => refused_plans(&settings, clock),
            None => plan::runs(&settings, checkout.root(), clock.now())?,
        };
        let shared = Shared {
            store: open_store(&settings.store).await?,
            attachments: open_attachments(&settings.attachments).await?,
            settings,
            checkout,
            redactor,
            reporter,
            interrupt,
            clock,
            artifacts: TempDir::with_prefix("canary-run-").map_err(CommandError::Prepare)?,
        };
        let exit = perform_all(&plans, &shared, refused.as_ref()).await;
        replay_spool(&shared).await;
        close(shared).await;
        Ok(exit)
    })
}

/// Runs what waits on one thread, which carries everything but scripts, stores and attachments.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CommandError::Prepare)?;
    LocalSet::new().block_on(&runtime, work)
}

async fn perform_all(plans: &[RunPlan], shared: &Shared, refused: Option<&RunError>) -> Exit {
    let mut highest = Exit::SUCCESS;
    for plan in plans {
        let ended = run::run(plan, shared, refused).await;
        shared.reporter.run_ended(&ended);
        highest = highest.max(exit_of(&ended));
        if shared.interrupt.name().is_some() {
            break;
        }
    }
    highest
}

fn exit_of(ended: &RunEnded) -> Exit {
    Exit::of(ended.failure.as_ref().map(|failure| failure.class))
}

/// Where documents own the standard output, the reporter goes to the standard error.
fn stream(store: &StoreSettings) -> Stream {
    match store {
        StoreSettings::Ndjson { path: None } => Stream::Stderr,
        _ => Stream::Stdout,
    }
}

/// Checks out; a checkout that fails is the failure of each run.
async fn check_out(
    place: Place,
    settings: &Settings,
    environment: &Environment,
    interrupt: &Interrupt,
) -> (Checkout, Option<RunError>) {
    let (Place::Repository, Some(git)) = (&place, &settings.git) else {
        let root = if let Place::Folder(root) = place { root } else { PathBuf::new() };
        return (Checkout::of_folder(root), None);
    };
    let checked_out = tokio::select! {
        checkout = Checkout::of_repository(git, environment) => checkout.map_err(RunError::from),
        name = interrupt.wait() => Err(RunError::Stopped(Stop::Signal(name))),
    };
    match checked_out {
        Ok(checkout) => (checkout, None),
        Err(error) => (Checkout::of_folder(PathBuf::new()), Some(error)),
    }
}

/// Without a checkout nobody knows what globs mean: each target is told as it was written.
fn refused_plans(settings: &Settings, clock: Clock) -> Vec<RunPlan> {
    let scripts = settings.targets.iter().map(|target| Target::Script(target.clone()));
    scripts.map(|target| RunPlan::new(target, settings, clock.now())).collect()
}

/// A store that is away is no reason not to look at the site: then documents go to the spool.
async fn open_store(settings: &StoreSettings) -> Result<Option<Store>, CommandError> {
    match Store::open(settings, canary_store::Clock::system()).await {
        Ok(store) => Ok(Some(store)),
        Err(error @ (OpenError::Foreign { .. } | OpenError::Newer { .. })) => Err(error.into()),
        Err(error) => {
            tracing::error!(error = chain::line(&error), "documents go to the spool");
            Ok(None)
        }
    }
}

async fn open_attachments(address: &AttachmentsAddress) -> Result<Option<AttachmentStore>, CommandError> {
    match address {
        AttachmentsAddress::Off => Ok(None),
        AttachmentsAddress::Folder(folder) => Ok(Some(AttachmentStore::folder(folder).await?)),
    }
}

/// Brings what waits from earlier runs to the store, if it takes documents now.
async fn replay_spool(shared: &Shared) {
    let Some(store) = shared.store.as_ref().filter(|_| shared.settings.spool.is_dir()) else { return };
    let Some(spool) = SpoolPlace::open(shared.settings.spool.clone()).await else { return };
    match spool.replay(store).await {
        Ok(replay) => tracing::info!(?replay, "replayed the spool"),
        Err(error) => tracing::warn!(error = chain::line(&error), "failed to replay the spool"),
    }
    spool.close().await;
}

async fn close(shared: Shared) {
    if let Some(store) = shared.store {
        store.close().await;
    }
    if let Some(attachments) = shared.attachments {
        attachments.close().await;
    }
}
