//! Starting a Chrome of our own: finding one, its flags, its profile, its end.
//!
//! The browser is tied to us by the debugging pipe: when we go away, in whatever manner, it ends. What is said
//! over the pipe is left to the session.

mod find;
mod process;
mod profile;

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::rc::Rc;

use command_fds::{CommandFdExt, FdMapping};
use tokio::process::Command;

use crate::connection::{Connection, pipe};
use crate::error::OpenError;

pub use find::find;
pub(crate) use process::Process;
pub(crate) use profile::{sweep, temporary};

/// Flags that make a browser quiet and alike from run to run.
const FLAGS: [&str; 21] = [
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    // A page out of the cache would be shown without a request, which routes and measuring would miss.
    "--disable-back-forward-cache",
    "--disable-backgrounding-occluded-windows",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-client-side-phishing-detection",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-hang-monitor",
    "--disable-popup-blocking",
    "--disable-prompt-on-repost",
    "--disable-quic",
    "--disable-renderer-backgrounding",
    "--disable-sync",
    "--metrics-recording-only",
    "--password-store=basic",
    "--use-mock-keychain",
];

/// Flags for a browser without a window.
const HEADLESS_FLAGS: [&str; 5] = [
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--mute-audio",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
];

/// Features that get in the way of a script: translation bars, prompts, upgrades of plain addresses.
const DISABLED_FEATURES: &str =
    "--disable-features=Translate,MediaRouter,DialMediaRouteProvider,OptimizationHints,HttpsUpgrades";

/// How a browser is to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Launch<'a> {
    /// The browser to start; found where none is named.
    pub(crate) executable: Option<&'a Path>,
    /// More flags of the operator's choice; they come last.
    pub(crate) args: &'a [String],
    /// Without a window.
    pub(crate) headless: bool,
}

/// A browser that was started.
pub(crate) struct Launched {
    pub(crate) connection: Connection,
    pub(crate) process: Rc<Process>,
    /// What the operator should know about how it was started.
    pub(crate) notices: Vec<String>,
}

/// Starts a browser; `answers` finds out whether it lives.
pub(crate) async fn launch<F>(wanted: &Launch<'_>, answers: F) -> Result<Launched, OpenError>
where
    F: AsyncFn(&Connection) -> Result<(), OpenError>,
{
    let executable = match wanted.executable {
        Some(executable) => executable.to_owned(),
        None => find(wanted.headless)?,
    };
    let mut notices = Vec::new();
    let root = rustix::process::geteuid().is_root();
    if root {
        notices.push("Chrome runs with --no-sandbox, because it is started as root".to_owned());
    }
    let first = start(&executable, wanted, root).await?;
    let ended = match answers(&first.0).await {
        Ok(()) => return Ok(Launched { connection: first.0, process: first.1, notices }),
        Err(error) => ended(&executable, &first.1).await.ok_or(error)?,
    };
    // User namespaces are refused in many containers: only the browser itself knows for sure.
    if root || !is_sandbox_refused(&ended) {
        return Err(ended);
    }
    notices.push("Chrome runs with --no-sandbox, because user namespaces are refused here".to_owned());
    let second = start(&executable, wanted, true).await?;
    match answers(&second.0).await {
        Ok(()) => Ok(Launched { connection: second.0, process: second.1, notices }),
        Err(error) => Err(self::ended(&executable, &second.1).await.unwrap_or(error)),
    }
}

/// Returns the error of a browser that ended before it answered; nothing where it still runs.
async fn ended(executable: &Path, process: &Process) -> Option<OpenError> {
    let status = process.exit_status()?;
    Some(OpenError::Ended {
        executable: executable.display().to_string(),
        status,
        stderr: process.last_words().await,
    })
}

fn is_sandbox_refused(error: &OpenError) -> bool {
    const WORDS: [&str; 3] = ["No usable sandbox", "Failed to move to new namespace", "sandbox_host_linux"];
    let OpenError::Ended { stderr, .. } = error else { return false };
    stderr.iter().any(|line| WORDS.iter().any(|words| line.contains(words)))
}

async fn start(
    executable: &Path,
    wanted: &Launch<'_>,
    no_sandbox: bool,
) -> Result<(Connection, Rc<Process>), OpenError> {
    let profile = temporary("profile").map_err(OpenError::Profile)?;
    let failed = |source| OpenError::Start { executable: executable.display().to_string(), source };
    let (their_input, our_output) = io::pipe().map_err(failed)?;
    let (our_input, their_output) = io::pipe().map_err(failed)?;
    let mut command = command(executable);
    command.args(flags(wanted, no_sandbox, profile.path()));
    command
        .fd_mappings(vec![
            FdMapping { parent_fd: their_input.into(), child_fd: 3 },
            FdMapping { parent_fd: their_output.into(), child_fd: 4 },
        ])
        .map_err(|error| failed(io::Error::other(error)))?;
    let mut command = Command::from(command);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let child = command.spawn().map_err(failed)?;
    // Our copies of the browser's ends go with the command: else its end would not be seen.
    drop(command);
    let process = Process::watch(child, profile);
    let inquest = Rc::clone(&process);
    let connection =
        pipe(our_output.into(), our_input.into(), Box::pin(async move { inquest.why_closed().await }))
            .map_err(failed)?;
    tokio::task::spawn_local(close_with(Rc::clone(&process), connection.clone()));
    Ok((connection, process))
}

/// A killed browser's helper processes may hold its pipe open: its own end counts.
async fn close_with(process: Rc<Process>, connection: Connection) {
    let reason = process.wait_ended().await;
    connection.close(reason);
}

#[expect(clippy::disallowed_methods, reason = "the one place that starts browsers")]
fn command(executable: &Path) -> std::process::Command {
    std::process::Command::new(executable)
}

fn flags(wanted: &Launch<'_>, no_sandbox: bool, profile: &Path) -> Vec<String> {
    let mut flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
    flags.push(DISABLED_FEATURES.to_owned());
    if wanted.headless {
        flags.extend(HEADLESS_FLAGS.iter().map(|flag| (*flag).to_owned()));
    }
    if no_sandbox {
        flags.push("--no-sandbox".to_owned());
    }
    // Containers give /dev/shm 64 MB; Chrome fills it and its tabs crash.
    if is_shared_memory_small() {
        flags.push("--disable-dev-shm-usage".to_owned());
    }
    flags.push(format!("--user-data-dir={}", profile.display()));
    flags.extend(wanted.args.iter().cloned());
    flags
}

fn is_shared_memory_small() -> bool {
    const ENOUGH: u64 = 256 * 1024 * 1024;
    match rustix::fs::statvfs("/dev/shm") {
        Ok(room) => room.f_blocks.saturating_mul(room.f_frsize) < ENOUGH,
        Err(_) => cfg!(target_os = "linux"),
    }
}

/// Returns where an executable would be started from, for `doctor` and the tests.
pub fn executable(named: Option<&Path>) -> Result<PathBuf, OpenError> {
    named.map_or_else(|| find(true), |named| Ok(named.to_owned()))
}
