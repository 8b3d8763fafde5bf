//! Handlers of obstacles: what a script does when something stands in the way of its actions.
//!
//! Before an action, and again while it waits, each handler's locator is looked at; where it is visible
//! the script's handler runs, and the action goes on when the obstacle is gone.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use canary_browser::{Action, Page, Progress, Selector, SelectorState};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::Host;
use super::failure::Failed;
use super::registry::PageId;

/// How often a waiting action looks round; an obstacle mostly stands there already when it begins.
const PAUSE: Duration = Duration::from_millis(100);

/// One handler.
struct Obstacle {
    id: u32,
    selector: Selector,
    /// The action goes on although the obstacle is still there.
    stays: bool,
}

/// The handlers of all pages.
#[derive(Default)]
pub(super) struct Obstacles {
    by_page: RefCell<HashMap<PageId, Vec<Rc<Obstacle>>>>,
    /// Handlers that run, with their page and who waits for their end.
    running: RefCell<HashMap<u32, (PageId, oneshot::Sender<()>)>>,
    last: Cell<u32>,
}

impl Host {
    pub(super) fn add_obstacle(&self, page: PageId, selector: &str, stays: bool) -> Result<u32, Failed> {
        let id = self.obstacles.last.get() + 1;
        self.obstacles.last.set(id);
        let obstacle = Rc::new(Obstacle { id, selector: Selector::parse(selector)?, stays });
        self.obstacles.by_page.borrow_mut().entry(page).or_default().push(obstacle);
        Ok(id)
    }

    pub(super) fn remove_obstacle(&self, page: PageId, id: u32) {
        if let Some(obstacles) = self.obstacles.by_page.borrow_mut().get_mut(&page) {
            obstacles.retain(|obstacle| obstacle.id != id);
        }
    }

    /// A handler has finished.
    pub(super) fn obstacle_handled(&self, page: PageId, id: u32, remove: bool) {
        if remove {
            self.remove_obstacle(page, id);
        }
        if let Some((_, waiting)) = self.obstacles.running.borrow_mut().remove(&id)
            && waiting.send(()).is_err()
        {
            tracing::debug!("nobody waits for this handler any more");
        }
    }

    /// Does `work` and has obstacles cleared before it and meanwhile. A handler's own actions meet none.
    pub(super) async fn past_obstacles<T>(
        &self,
        progress: &Progress,
        page: Option<Page>,
        work: impl Future<Output = Result<T, Failed>>,
    ) -> Result<T, Failed> {
        let Some(page) = page.filter(|page| self.has_obstacles(page)) else { return work.await };
        self.clear(progress, &page).await?;
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                result = &mut work => return result,
                () = tokio::time::sleep(PAUSE) => self.clear(progress, &page).await?,
            }
        }
    }

    fn has_obstacles(&self, page: &Page) -> bool {
        let id = self.objects.page_id(page);
        let waits = self.obstacles.by_page.borrow().get(&id).is_some_and(|all| !all.is_empty());
        waits && !self.obstacles.running.borrow().values().any(|(page, _)| *page == id)
    }

    async fn clear(&self, progress: &Progress, page: &Page) -> Result<(), Failed> {
        let id = self.objects.page_id(page);
        let all = self.obstacles.by_page.borrow().get(&id).cloned().unwrap_or_default();
        let frame = page.main_frame();
        for obstacle in all {
            let locating = frame.locating(&obstacle.selector, false);
            if locating.act(progress, &Action::IsVisible).await? != Value::Bool(true) {
                continue;
            }
            progress.log(&format!(
                "found {}, intercepting action to run the handler",
                obstacle.selector.describe()
            ));
            let (done, finished) = oneshot::channel();
            self.obstacles.running.borrow_mut().insert(obstacle.id, (id, done));
            self.emit((), "locatorhandler", json!({ "page": id, "handler": obstacle.id }));
            let waited =
                progress.run(async { Ok::<_, canary_browser::ActionError>(finished.await.is_ok()) }).await;
            // A handler that goes on after our time is over is not begun a second time.
            waited?;
            if obstacle.stays {
                progress.log("locator handler has finished");
            } else {
                let words = obstacle.selector.describe();
                progress.log(&format!("locator handler has finished, waiting for {words} to be hidden"));
                locating.act(progress, &Action::WaitFor { state: SelectorState::Hidden }).await?;
            }
        }
        Ok(())
    }
}
