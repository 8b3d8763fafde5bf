//! The programs under test, run in a folder of their own.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Once;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// Returns a built program of this workspace: it lies beside this test's own folder. `cargo xtask test` has built
/// it; where only tests were asked for, cargo does now.
pub(crate) fn program(name: &str) -> PathBuf {
    static BUILD: Once = Once::new();
    let here = std::env::current_exe().unwrap();
    let folder = here.parent().and_then(Path::parent).unwrap();
    let file = folder.join(name);
    if !file.exists() {
        BUILD.call_once(|| build(folder));
    }
    file
}

#[expect(clippy::disallowed_methods, reason = "the harness builds what it tests where nobody has")]
fn build(folder: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = std::process::Command::new(cargo);
    build.current_dir(root()).args(["build", "--locked", "--workspace", "--bins", "--target-dir"]);
    build.arg(folder.parent().unwrap());
    if folder.ends_with("release") {
        build.arg("--release");
    }
    assert!(build.status().unwrap().success(), "the programs under test cannot be built");
}

/// Sends a signal to a process.
pub(crate) fn signal(id: u32, signal: &str) {
    assert!(kill(signal, &id.to_string()), "{id} takes no {signal}");
}

/// Sends a signal to a process, and tells whether it was still there.
pub(crate) fn try_signal(id: u32, signal: &str) -> bool {
    kill(signal, &id.to_string())
}

/// Sends a signal to a group of processes, if it is still there.
pub(crate) fn signal_group(id: u32, signal: &str) {
    kill(signal, &format!("-{id}"));
}

#[expect(clippy::disallowed_methods, reason = "tests send signals here and nowhere else")]
fn kill(signal: &str, target: &str) -> bool {
    std::process::Command::new("kill").args([signal, "--", target]).status().unwrap().success()
}

/// Returns the processes that programs in this folder have started, by a word of their command line: their
/// environment names the folder.
pub(crate) fn processes(workplace: &Workplace, word: &str) -> Vec<u32> {
    let ours = format!("TMPDIR={}", workplace.path().join("tmp").display());
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_one = |id: &u32| {
        let read = |name| std::fs::read(format!("/proc/{id}/{name}")).unwrap_or_default();
        read("environ").split(|byte| *byte == 0).any(|variable| variable == ours.as_bytes())
            && String::from_utf8_lossy(&read("cmdline")).contains(word)
    };
    ids.filter(is_one).collect()
}

/// Returns the repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A folder in which programs run; everything they leave is in it.
pub(crate) struct Workplace {
    folder: TempDir,
}

impl Workplace {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("canary-test-").tempdir().unwrap();
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file and returns its name.
    pub(crate) fn write<'a>(&self, name: &'a str, text: &str) -> &'a str {
        let file = self.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
        name
    }

    /// Writes a program, which others then find there.
    pub(crate) fn write_program(&self, name: &str, text: &str) {
        self.write(name, text);
        let file = self.path().join(name);
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Returns a command in this folder that sees nothing of the caller's settings.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        let kept =
            ["PATH", "HOME", "LANG"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.current_dir(self.path()).env_clear().envs(kept).env("TMPDIR", self.path().join("tmp"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// Returns `canary run` with the JSON reporter.
    pub(crate) fn canary_run(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&program("canary"));
        command.args(["run", "--reporter", "json"]).args(arguments);
        command
    }

    /// Runs `canary run` to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Finished {
        Finished::of(self.canary_run(arguments).spawn().unwrap()).await
    }

    /// Returns the documents of the last run in `canary.db`.
    pub(crate) async fn documents(&self, more: &[&str]) -> Vec<Value> {
        let mut command = self.command(&program("canary"));
        command.args(["documents", "--store", "sqlite:canary.db", "--run", "last"]).args(more);
        let finished = Finished::of(command.spawn().unwrap()).await;
        assert!(finished.status.success(), "{finished:?}");
        finished.lines()
    }

    /// Returns the browsers' processes that programs in this folder have started.
    pub(crate) fn browsers(&self) -> Vec<u32> {
        processes(self, "chrom")
    }

    /// Returns the browser's own process among them: the others are its children and say what they are for.
    pub(crate) fn browser(&self) -> u32 {
        self.main_browser().expect("a browser is running")
    }

    /// Returns the browser's own process, where one is running.
    pub(crate) fn main_browser(&self) -> Option<u32> {
        let line = |id: &u32| std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let main = |id: &u32| !String::from_utf8_lossy(&line(id)).contains("--type=");
        self.browsers().into_iter().find(main)
    }

    /// Waits until no browser of this folder is left.
    ///
    /// # Panics
    /// When one stays for ten seconds.
    pub(crate) async fn no_browser_left(&self) {
        for _ in 0..100 {
            if self.browsers().is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("browsers {:?} are still there", self.browsers());
    }
}

/// A program that ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    /// Waits until a program has ended, two minutes at most.
    pub(crate) async fn of(child: Child) -> Self {
        Self::within(Duration::from_secs(120), child).await
    }

    /// Waits until a program has ended.
    ///
    /// # Panics
    /// When it takes longer than that.
    pub(crate) async fn within(limit: Duration, child: Child) -> Self {
        let output = tokio::time::timeout(limit, child.wait_with_output()).await;
        let output = output.expect("the program hangs").unwrap();
        Self {
            status: output.status,
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Returns standard output as one JSON value a line.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let parse =
            |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}\n{self:?}"));
        self.stdout.lines().map(parse).collect()
    }

    /// Returns the reporter's last line.
    pub(crate) fn summary(&self) -> Value {
        let last = self.lines().pop().unwrap_or_else(|| panic!("nothing was reported: {self:?}"));
        assert_eq!(last["type"], "run", "{self:?}");
        last
    }
}
