//! Navigations that documents ask for: an action that brought one about waits until it has committed
//! or failed.
//!
//! The document's request, the start of the load and its end are told apart, and mixed with those of
//! other navigations: a second one may be asked for before the first, which it replaces, has ended.

use std::time::Duration;

use super::Frame;
use crate::error::ActionError;
use crate::page::Page;
use crate::progress::Progress;

/// How long a navigation may take to begin once it was asked for: some are refused without a word.
const BEGINNING: Duration = Duration::from_secs(2);

/// Which of its page's requests for a navigation one is, counted from one.
type Turn = u64;

/// A point in the life of a page, after which navigations count as brought about by an action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark(Turn);

/// A navigation that was asked for and did not end yet.
#[derive(Debug)]
pub(super) struct Pending {
    turn: Turn,
    url: String,
    /// The load that it became.
    loader: Option<String>,
}

/// What an action has still to wait for.
#[derive(PartialEq, Eq)]
enum Awaited {
    Nothing,
    Beginning,
    End,
}

impl Frame {
    /// Notes that the document asked for another one in its own place.
    pub(crate) fn navigation_requested(&self, url: &str) {
        let Some(page) = self.page() else { return };
        let turn = page.0.navigations.get() + 1;
        page.0.navigations.set(turn);
        self.0.pending.borrow_mut().push(Pending { turn, url: url.to_owned(), loader: None });
    }

    /// Notes that a navigation began to load.
    pub(crate) fn navigation_started(&self, loader: &str, url: &str) {
        let mut pending = self.0.pending.borrow_mut();
        if pending.iter().any(|one| one.loader.as_deref() == Some(loader)) {
            return;
        }
        if let Some(one) = pending.iter_mut().find(|one| one.loader.is_none() && one.url == url) {
            one.loader = Some(loader.to_owned());
        }
    }

    /// Notes that no load is under way any more.
    pub(crate) fn loading_stopped(&self) {
        self.0.pending.borrow_mut().retain(|one| one.loader.is_none());
        self.0.changed.notify_waiters();
    }

    /// Another document is shown; what was asked for before it is over.
    pub(super) fn forget_committed(&self, loader: &str) {
        let mut pending = self.0.pending.borrow_mut();
        if let Some(at) = pending.iter().position(|one| one.loader.as_deref() == Some(loader)) {
            pending.drain(..=at);
        }
    }

    pub(super) fn forget_aborted(&self, loader: &str) {
        self.0.pending.borrow_mut().retain(|one| one.loader.as_deref() != Some(loader));
    }

    fn awaited(&self, mark: Mark) -> Awaited {
        let pending = self.0.pending.borrow();
        let ours = pending.iter().filter(|one| one.turn > mark.0);
        let worst = ours.max_by_key(|one| one.loader.is_some());
        match worst {
            _ if self.check_alive().is_err() => Awaited::Nothing,
            None => Awaited::Nothing,
            Some(Pending { loader: None, .. }) => Awaited::Beginning,
            Some(_) => Awaited::End,
        }
    }

    async fn navigations_over(&self, mark: Mark) {
        loop {
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match self.awaited(mark) {
                Awaited::Nothing => return,
                Awaited::End => changed.await,
                Awaited::Beginning => {
                    let began = tokio::time::timeout(BEGINNING, changed).await.is_ok();
                    if !began && self.awaited(mark) == Awaited::Beginning {
                        return;
                    }
                }
            }
        }
    }
}

impl Page {
    /// Returns the present point in its life.
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.0.navigations.get())
    }

    /// Waits until the navigations that were asked for since then have committed or failed.
    pub(crate) async fn wait_settled(&self, progress: &Progress, since: Mark) -> Result<(), ActionError> {
        let over = async {
            for frame in self.frames() {
                frame.navigations_over(since).await;
            }
            Ok(())
        };
        progress.run(over).await
    }
}
