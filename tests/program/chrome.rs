//! Browsers that run beside the program under test, as in a pod: a headless shell, or a WebDriver server.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use crate::programs::Workplace;

/// Name of the browser that tests drive.
pub(crate) const BROWSER: &str = "chromium-headless-shell";

/// Something to connect to; it ends when this is dropped.
pub(crate) struct Beside {
    pub(crate) url: String,
    _child: Child,
}

/// Starts a headless shell with a debugging port.
pub(crate) async fn sidecar(workplace: &Workplace) -> Beside {
    let profile = workplace.path().join("sidecar");
    let mut command = workplace.command(Path::new(BROWSER));
    command.args([
        "--no-sandbox",
        "--disable-gpu",
        "--remote-debugging-port=0",
        "--disable-background-networking",
    ]);
    command.arg(format!("--user-data-dir={}", profile.display())).arg("about:blank");
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| missing(BROWSER, &error));
    let port_file = profile.join("DevToolsActivePort");
    for _ in 0..200 {
        let told = std::fs::read_to_string(&port_file).unwrap_or_default();
        if let Some(port) = told.lines().next() {
            return Beside { url: format!("http://127.0.0.1:{port}"), _child: child };
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{BROWSER} told no debugging port within 10 s");
}

/// Starts a WebDriver server.
pub(crate) async fn driver(workplace: &Workplace) -> Beside {
    let name = "chromedriver";
    let mut command = workplace.command(Path::new(name));
    let mut child = command.arg("--port=0").spawn().unwrap_or_else(|error| missing(name, &error));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        let port =
            line.rsplit_once("on port ").and_then(|(_, port)| port.trim_end_matches('.').parse::<u16>().ok());
        if let Some(port) = port {
            return Beside { url: format!("http://127.0.0.1:{port}"), _child: child };
        }
    }
    panic!("{name} ended before it told its port");
}

fn missing<T>(program: &str, error: &std::io::Error) -> T {
    panic!(
        "failed to start {program}: {error}; `cargo xtask test` installs it (packages chromium-headless-shell, chromium-driver)"
    )
}
