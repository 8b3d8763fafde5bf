//! The three ways to a browser, and the one way that follows.

use std::cell::{Cell, OnceCell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;

use chromiumoxide_cdp::cdp::browser_protocol::browser::GetVersionParams;
use serde::{Deserialize, Serialize};

use super::targets::{Sink, auto_attach};
use super::{Session, SessionInner, Version, events};
use crate::attach::attach;
use crate::connection::Connection;
use crate::error::{Closed, OpenError};
use crate::launch::{Launch, Process, launch, sweep};
use crate::progress::Progress;
use crate::target::{Channel, Target, TargetKind};
use crate::webdriver::{self, Driver};

/// How to get a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    /// Start one here; it ends with us.
    Launch {
        /// The browser to start; the first of headless shell, Chromium and Chrome where none is named.
        executable: Option<PathBuf>,
        /// More flags; they come last.
        args: Vec<String>,
        /// Without a window.
        headless: bool,
    },
    /// Attach to one that runs, by its debugging address.
    Attach {
        /// `http://HOST:PORT` or a websocket address.
        url: String,
    },
    /// Let a WebDriver server start one.
    WebDriver {
        /// The server's address.
        url: String,
        /// The browser's debugging address, where the one that the session tells cannot be reached.
        cdp_override: Option<String>,
        /// The browser that the server should start; its own choice where none is named.
        executable: Option<PathBuf>,
        /// Flags for it.
        args: Vec<String>,
    },
}

/// Opens a session with a browser.
pub async fn open(progress: &Progress, how: &Open) -> Result<Session, OpenError> {
    progress.run(connect(how)).await
}

async fn connect(how: &Open) -> Result<Session, OpenError> {
    sweep();
    match how {
        Open::Launch { executable, args, headless } => {
            let wanted = Launch { executable: executable.as_deref(), args, headless: *headless };
            let launched =
                launch(&wanted, async |connection| Ok(version_of(connection).await.map(drop)?)).await?;
            let ways = Ways { process: Some(launched.process), notices: launched.notices, driver: None };
            start(launched.connection, ways).await
        }
        Open::Attach { url } => start(attach(url).await?, Ways::default()).await,
        Open::WebDriver { url, cdp_override, executable, args } => {
            let opened = webdriver::open(url, executable.as_deref(), args).await?;
            let address = cdp_override.as_deref().unwrap_or(&opened.cdp);
            match attach(address).await {
                Ok(connection) => {
                    let ways = Ways { driver: Some(opened.driver), notices: opened.notices, process: None };
                    start(connection, ways).await
                }
                Err(error) => {
                    opened.driver.end(super::END_PATIENCE).await;
                    Err(error)
                }
            }
        }
    }
}

/// What stands behind a connection.
#[derive(Default)]
struct Ways {
    process: Option<Rc<Process>>,
    notices: Vec<String>,
    driver: Option<Driver>,
}

async fn version_of(connection: &Connection) -> Result<Version, OpenError> {
    Ok(connection.send(None, &GetVersionParams::default()).decode().await?)
}

async fn start(connection: Connection, ways: Ways) -> Result<Session, OpenError> {
    let target = Rc::new(Target {
        session_id: Rc::from(""),
        target_id: String::new(),
        kind: TargetKind::Browser,
        page: None,
        context: None,
    });
    for notice in &ways.notices {
        tracing::warn!("{notice}");
    }
    let session = Session(Rc::new(SessionInner {
        browser: Channel::new(connection.clone(), target),
        connection,
        version: RefCell::default(),
        remote: ways.process.is_none(),
        process: ways.process,
        driver: RefCell::new(ways.driver),
        notices: ways.notices,
        attached: RefCell::default(),
        raw: RefCell::default(),
        home: Rc::default(),
        attaching_raw: RefCell::default(),
        contexts: RefCell::default(),
        prepared: RefCell::default(),
        listeners: events::Subscriptions::default(),
        closing: Cell::new(false),
        clock: OnceCell::new(),
    }));
    session.0.connection.set_sink(Rc::new(Sink(Rc::downgrade(&session.0))));
    watch_end(&session);
    // Sent together: one round trip. A WebDriver server attaches to pages of its own accord and stays.
    let attaching = session.0.browser.send(&auto_attach(&["page", "service_worker", "shared_worker"]));
    let version = version_of(&session.0.connection).await?;
    attaching.done().await?;
    *session.0.version.borrow_mut() = version;
    Ok(session)
}

/// When the connection ends, everything that depends on it hears so.
fn watch_end(session: &Session) {
    let weak = Rc::downgrade(&session.0);
    let connection = session.0.connection.clone();
    tokio::task::spawn_local(async move {
        let reason: Closed = connection.wait_closed().await;
        if let Some(session) = weak.upgrade() {
            Session(session).disconnected(&reason);
        }
    });
}
