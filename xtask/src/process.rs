//! Other programs: run to their end, or kept for as long as a chore lasts. The only place that starts them.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Failure;

/// Returns a command; its current folder is `folder`.
#[expect(clippy::disallowed_methods, reason = "chores start programs here and nowhere else")]
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// Returns a command for a program that keeps running: the system ends it when this chore ends, however it ends.
pub(crate) fn tied(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    if crate::chrome::on_path("setpriv").is_none() {
        return command(program, folder);
    }
    let mut tied = command("setpriv", folder);
    tied.args(["--pdeathsig", "TERM", "--"]).arg(program);
    tied
}

/// Returns cargo itself, at work in `folder`.
pub(crate) fn cargo(folder: &Path) -> Command {
    command(env!("CARGO"), folder)
}

/// Runs it to its end with its output shown.
///
/// # Errors
/// When it cannot be started or ends with a status other than 0.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let shown = shown(command);
    let status = command.status().map_err(|error| format!("failed to start `{shown}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` ended with {status}")) }
}

/// Runs it to its end with its output shown and returns its exit code.
///
/// # Errors
/// When it cannot be started or is ended by a signal.
pub(crate) fn status(command: &mut Command) -> Result<i32, Failure> {
    let shown = shown(command);
    let status = command.status().map_err(|error| format!("failed to start `{shown}`: {error}"))?;
    status.code().ok_or_else(|| format!("`{shown}` ended with {status}"))
}

/// Runs it to its end and returns what it printed to its standard output.
///
/// # Errors
/// When it cannot be started or ends with a status other than 0; its standard error is part of the text.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let shown = shown(command);
    let output = command.output().map_err(|error| format!("failed to start `{shown}`: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{shown}` ended with {}\n{}", output.status, said.trim_end()))
}

/// Returns whether it can be started and ends well, whatever it prints.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// A program that is ended, and waited for, when this goes away.
pub(crate) struct Running {
    name: String,
    child: Child,
}

impl Running {
    /// Starts it with its output going to the file `log`.
    ///
    /// # Errors
    /// When the log cannot be made or the program cannot be started.
    pub(crate) fn start(name: &str, command: &mut Command, log: &Path) -> Result<Self, Failure> {
        let write = |error| format!("failed to write `{}`: {error}", log.display());
        let file = File::create(log).map_err(write)?;
        let errors = file.try_clone().map_err(write)?;
        // A group of its own: a browser may be the child of a wrapper, and ends with it.
        let child = command
            .process_group(0)
            .stdout(file)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("failed to start {name} (`{}`): {error}", shown(command)))?;
        Ok(Self { name: name.to_owned(), child })
    }

    /// Returns an error when it has already ended.
    ///
    /// # Errors
    /// With its status.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        match self.child.try_wait() {
            Ok(Some(status)) => Err(format!("{} ended with {status}", self.name)),
            _ => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // TERM first, so that it can clean up behind itself; what does not listen is killed.
        let id = self.child.id().to_string();
        if succeeds(command("kill", Path::new("/")).args(["--", &format!("-{id}")])) {
            for _ in 0..100 {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        }
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait().map(drop)) {
            crate::report::text(&format!("failed to end {} (pid {id}): {error}", self.name));
        }
    }
}
