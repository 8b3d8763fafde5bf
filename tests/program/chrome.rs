//! Browsers that run beside the program under test, as in a pod: a headless shell, or a WebDriver server.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use crate::programs::{Workplace, signal_group};

/// Names under which a browser may be on the path, the lightest first.
const BROWSERS: [&str; 6] = [
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Returns the browser that tests drive.
///
/// # Panics
/// When there is none, with what installs one.
pub(crate) fn browser() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let places = BROWSERS.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.is_file()).unwrap_or_else(|| {
        panic!("no Chrome is on the path; `cargo xtask test` installs it (package chromium-headless-shell)")
    })
}

/// Something to connect to; it ends when this is dropped.
pub(crate) struct Beside {
    pub(crate) url: String,
    child: Child,
    /// Kept open: a driver that cannot write its log any more would end.
    _said: Option<Lines<BufReader<ChildStdout>>>,
}

impl Drop for Beside {
    fn drop(&mut self) {
        // The whole group: Debian's browsers are started by a wrapper, which would die alone.
        if let Some(id) = self.child.id() {
            signal_group(id, "-KILL");
        }
    }
}

/// Starts a browser with a debugging port.
pub(crate) async fn sidecar(workplace: &Workplace) -> Beside {
    let browser = browser();
    let profile = workplace.path().join("sidecar");
    let mut command = workplace.command(&browser);
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--remote-debugging-port=0",
        "--disable-background-networking",
    ]);
    command.arg(format!("--user-data-dir={}", profile.display())).arg("about:blank");
    let child = command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let port_file = profile.join("DevToolsActivePort");
    for _ in 0..200 {
        let told = std::fs::read_to_string(&port_file).unwrap_or_default();
        if let Some(port) = told.lines().next() {
            return Beside { url: format!("http://127.0.0.1:{port}"), child, _said: None };
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} told no debugging port within 10 s", browser.display());
}

/// Starts a WebDriver server.
pub(crate) async fn driver(workplace: &Workplace) -> Beside {
    let name = "chromedriver";
    let mut child =
        workplace.command(Path::new(name)).arg("--port=0").process_group(0).spawn().unwrap_or_else(|error| {
            panic!(
                "failed to start {name}: {error}; `cargo xtask test` installs it (package chromium-driver)"
            )
        });
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        let port = line.rsplit_once("on port ").and_then(|(_, port)| port.trim_end_matches('.').parse().ok());
        // It first says that it was asked for port 0, then which one it got.
        if let Some(port @ 1..=u16::MAX) = port {
            return Beside { url: format!("http://127.0.0.1:{port}"), child, _said: Some(lines) };
        }
    }
    panic!("{name} ended before it told its port");
}
