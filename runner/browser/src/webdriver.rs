//! A WebDriver session, opened for the browser behind it; everything after that is said over CDP.
//!
//! Dialogs belong to CDP: the driver is told to leave them alone. Its window is the first context.

mod sandbox;

use std::path::Path;
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_rustls::HttpsConnectorBuilder;
use serde_json::{Map, Value, json};
use url::Url;

use crate::attach::shown;
use crate::error::OpenError;

/// A session that a driver gave us.
pub(crate) struct Opened {
    pub(crate) driver: Driver,
    /// The browser's debugging address.
    pub(crate) cdp: String,
    /// What the operator should know about how it was opened.
    pub(crate) notices: Vec<String>,
}

impl Opened {
    fn with_notice(mut self, why: &str) -> Self {
        self.notices.push(format!("Chrome runs with {NO_SANDBOX}, {why}"));
        self
    }
}

/// The driver's side of a session; it has to be told when we are done.
pub(crate) struct Driver {
    client: Client,
    window: Option<String>,
}

impl Driver {
    /// Returns the target id of the session's own window, once.
    pub(crate) fn take_window(&mut self) -> Option<String> {
        self.window.take()
    }

    /// Deletes the session and waits until the driver did; a driver that ended first left nothing behind.
    pub(crate) async fn end(self, patience: Duration) {
        match tokio::time::timeout(patience, self.client.close()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "failed to delete the WebDriver session"),
            Err(_) => tracing::warn!("the WebDriver server did not delete its session in time"),
        }
    }
}

const NO_SANDBOX: &str = "--no-sandbox";

/// Opens a session. The browser does without its sandbox where it must: only itself knows for sure, as at launch.
pub(crate) async fn open(
    address: &str,
    executable: Option<&Path>,
    args: &[String],
) -> Result<Opened, OpenError> {
    let url = Url::parse(address)
        .map_err(|error| OpenError::Address { url: address.to_owned(), reason: error.to_string() })?;
    if args.iter().any(|arg| arg == NO_SANDBOX) {
        return connect(&url, capabilities(executable, args)).await;
    }
    let without = [&[NO_SANDBOX.to_owned()], args].concat();
    if sandbox::is_run_by_root(&url) {
        let opened = connect(&url, capabilities(executable, &without)).await?;
        return Ok(opened.with_notice("because its WebDriver server runs as root"));
    }
    match connect(&url, capabilities(executable, args)).await {
        Err(error) if sandbox::is_here(&url) && has_not_started(&error) => {
            let second = connect(&url, capabilities(executable, &without)).await;
            second
                .map(|opened| opened.with_notice("since it does not start with its sandbox here"))
                .or(Err(error))
        }
        opened => opened,
    }
}

/// A driver does not hand on what its browser said: a refused sandbox looks like any other early end.
fn has_not_started(error: &OpenError) -> bool {
    const WORDS: [&str; 3] = ["failed to start", "DevToolsActivePort", "instance exited"];
    matches!(error, OpenError::WebDriver { reason, .. } if WORDS.iter().any(|words| reason.contains(words)))
}

async fn connect(url: &Url, capabilities: Map<String, Value>) -> Result<Opened, OpenError> {
    let failed = |reason: String| OpenError::WebDriver { url: shown(url), reason };
    let https = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
    let client = ClientBuilder::new(https)
        .capabilities(capabilities)
        .connect(url.as_str())
        .await
        .map_err(|error| failed(advised(chain(&error))))?;
    let told = client.capabilities().cloned().unwrap_or_default();
    let window = match client.window().await {
        Ok(window) => target_id(&String::from(window)),
        Err(error) => return Err(abandon(client, failed(chain(&error))).await),
    };
    let Some(cdp) = cdp_address(url, &Value::Object(told)) else {
        let reason = "the session tells no debugging address (`goog:chromeOptions.debuggerAddress` or `se:cdp`); name it with `--browser`";
        return Err(abandon(client, failed(reason.to_owned())).await);
    };
    Ok(Opened { driver: Driver { client, window: Some(window) }, cdp, notices: Vec::new() })
}

async fn abandon(client: Client, error: OpenError) -> OpenError {
    Driver { client, window: None }.end(Duration::from_secs(5)).await;
    error
}

fn capabilities(executable: Option<&Path>, args: &[String]) -> Map<String, Value> {
    let mut flags: Vec<String> = ["--headless", "--disable-gpu", "--disable-quic", "--no-first-run"]
        .iter()
        .chain(&["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .map(|flag| (*flag).to_owned())
        .collect();
    flags.extend(args.iter().cloned());
    let mut options = Map::from_iter([("args".to_owned(), json!(flags))]);
    if let Some(executable) = executable {
        options.insert("binary".to_owned(), json!(executable));
    }
    let wanted = json!({
        "browserName": "chrome",
        "unhandledPromptBehavior": "ignore",
        "goog:chromeOptions": options,
    });
    match wanted {
        Value::Object(wanted) => wanted,
        _ => Map::new(),
    }
}

/// Older drivers put a prefix before the target's id.
fn target_id(handle: &str) -> String {
    handle.strip_prefix("CDwindow-").unwrap_or(handle).to_owned()
}

/// A grid tells its own proxy; a driver tells the port of its browser, seen from its own machine.
fn cdp_address(driver: &Url, told: &Value) -> Option<String> {
    if let Some(proxy) = told.get("se:cdp").and_then(Value::as_str) {
        return Some(proxy.to_owned());
    }
    let debugger = ["goog:chromeOptions", "ms:edgeOptions"]
        .iter()
        .find_map(|vendor| told.get(vendor)?.get("debuggerAddress")?.as_str())?;
    let (host, port) = debugger.rsplit_once(':')?;
    let is_local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let host = if is_local { driver.host_str().unwrap_or(host) } else { host };
    Some(format!("http://{host}:{port}"))
}

/// A server that is not there says least about itself.
fn advised(reason: String) -> String {
    match reason.contains("did not respond") {
        true => format!("{reason}; is a WebDriver server there, such as `chromedriver --port=9515`?"),
        false => reason,
    }
}

/// The driver's reason is often in the source only.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(driver: &str, told: Value, expected: Option<&str>) {
        assert_eq!(cdp_address(&Url::parse(driver).unwrap(), &told).as_deref(), expected, "{told}");
    }

    #[test]
    fn a_browser_that_did_not_start_is_told_from_other_trouble() {
        let error = |reason: &str| OpenError::WebDriver { url: String::new(), reason: reason.to_owned() };
        assert!(has_not_started(&error("session not created: Chrome instance exited. Examine the log")));
        assert!(has_not_started(&error("unknown error: Chrome failed to start: exited abnormally.")));
        assert!(!has_not_started(&error("connection refused")));
    }

    #[test]
    fn the_session_tells_the_debugging_address() {
        let chrome = |address: &str| json!({ "goog:chromeOptions": { "debuggerAddress": address } });
        check("http://127.0.0.1:9515", chrome("localhost:41000"), Some("http://127.0.0.1:41000"));
        check("http://driver:9515", chrome("localhost:41000"), Some("http://driver:41000"));
        check("http://driver:9515", chrome("10.1.2.3:41000"), Some("http://10.1.2.3:41000"));
        check(
            "http://grid:4444",
            json!({ "se:cdp": "ws://grid:4444/session/1/se/cdp" }),
            Some("ws://grid:4444/session/1/se/cdp"),
        );
        check("http://driver:4444", json!({ "browserName": "firefox" }), None);
    }
}
