//! What can be seen of the listener: written by the loop, read by the pages.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

/// Everything that the pages show.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct View {
    pub(crate) version: &'static str,
    pub(crate) store: String,
    pub(crate) rules: usize,
    pub(crate) role: Role,
    pub(crate) started: Timestamp,
    pub(crate) tick_secs: u64,
    /// When the loop last came round, whatever it found.
    pub(crate) looked: Timestamp,
    /// When all due rules were last evaluated.
    pub(crate) evaluated: Option<Timestamp>,
    /// What is wrong now.
    pub(crate) trouble: Option<String>,
    pub(crate) alerts: Vec<AlertView>,
    pub(crate) receivers: Vec<ReceiverView>,
    pub(crate) sent: Vec<SentView>,
}

/// What the listener does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "is")]
pub(crate) enum Role {
    Starting,
    /// It evaluates and sends.
    Leading,
    /// Another listener does.
    Waiting {
        holder: String,
    },
}

/// One alert that is not ok.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AlertView {
    pub(crate) id: String,
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) group: String,
    pub(crate) state: &'static str,
    pub(crate) overlay: Option<&'static str>,
    pub(crate) severity: &'static str,
    pub(crate) since: Option<Timestamp>,
    pub(crate) started: Option<Timestamp>,
    pub(crate) value: Option<String>,
    pub(crate) flapping: bool,
}

/// One receiver with what waits for it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReceiverView {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) address: String,
    pub(crate) waiting: usize,
    pub(crate) oldest: Option<Timestamp>,
}

/// One delivery of the last ones.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SentView {
    pub(crate) at: Timestamp,
    pub(crate) receiver: String,
    pub(crate) title: String,
    pub(crate) status: &'static str,
    pub(crate) attempts: u32,
    pub(crate) reason: Option<String>,
}

/// The view, shared.
#[derive(Debug)]
pub(crate) struct Viewed(RwLock<View>);

/// So much longer than it should the loop may take before it counts as stuck.
const PATIENCE: Duration = Duration::from_secs(60);

impl Viewed {
    pub(crate) fn new(view: View) -> Self {
        Self(RwLock::new(view))
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&View) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut View)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Tells whether the listener does its work, and says it in words.
    pub(crate) fn health(&self, now: Timestamp) -> (bool, String) {
        self.read(|view| {
            let patience = Duration::from_secs(view.tick_secs * 3).saturating_add(PATIENCE);
            let late =
                |at: Timestamp| Duration::try_from(now.duration_since(at)).is_ok_and(|late| late > patience);
            let trouble = view.trouble.as_deref().map(|trouble| format!(": {trouble}")).unwrap_or_default();
            if late(view.looked) {
                return (false, format!("stuck since {:.0}", view.looked));
            }
            match &view.role {
                Role::Starting => (!late(view.started), format!("starting{trouble}")),
                Role::Waiting { holder } => (true, format!("waiting, `{holder}` leads{trouble}")),
                Role::Leading => {
                    let last = view.evaluated.unwrap_or(view.started);
                    (!late(last), format!("leading{trouble}"))
                }
            }
        })
    }
}
