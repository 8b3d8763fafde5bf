//! The element, frame and page that a recorded step is for.

use std::time::Duration;

use canary_browser::{
    Action, ActionError, Context, Frame, JsHandle, Page, Progress, Selector, SelectorState,
};
use tokio::task::JoinSet;

use super::flow::{Alternatives, Target};
use crate::journey::StepError;

/// How long to wait before looking again for a page or a frame.
const PAUSE: Duration = Duration::from_millis(25);

/// Waits for the page of a target with the frame that its steps begin at. Frames of other origins are targets
/// of their own: they are found by their address like popups.
pub(crate) async fn page(
    progress: &Progress,
    context: &Context,
    main: &Page,
    target: &Target,
) -> Result<(Page, Frame), StepError> {
    let Target::Page(url) = target else { return Ok((main.clone(), main.main_frame())) };
    progress.log(&format!("waiting for a page or a frame at {url}"));
    let same = |found: &str| found.trim_end_matches('/') == url.trim_end_matches('/');
    wait_until(progress, || {
        let pages = context.pages();
        let popup = pages.iter().find(|page| same(&page.url()));
        popup.map(|page| (page.clone(), page.main_frame())).or_else(|| {
            let frames = main.frames();
            frames.into_iter().find(|frame| same(&frame.url())).map(|frame| (main.clone(), frame))
        })
    })
    .await
}

/// Waits for the frame at a path of places below another.
pub(crate) async fn frame(progress: &Progress, mut frame: Frame, path: &[usize]) -> Result<Frame, StepError> {
    for index in path {
        progress.log(&format!("waiting for frame {index} of {}", frame.url()));
        frame = wait_until(progress, || frame.children().get(*index).cloned()).await?;
    }
    Ok(frame)
}

/// Looks until there is something, or time is over.
async fn wait_until<T>(progress: &Progress, mut look: impl FnMut() -> Option<T>) -> Result<T, StepError> {
    let looking = async {
        loop {
            if let Some(found) = look() {
                return Ok::<T, ActionError>(found);
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    Ok(progress.run(looking).await?)
}

/// Waits for an element by all alternatives at once and returns the selector that found one first.
pub(crate) async fn find(
    progress: &Progress,
    frame: &Frame,
    on: &Alternatives,
    state: SelectorState,
) -> Result<Selector, StepError> {
    let mut race = JoinSet::new();
    for selector in &on.selectors {
        let (progress, frame, selector) = (progress.clone(), frame.clone(), selector.clone());
        race.spawn_local(async move {
            let found = frame.locating(&selector, false).act(&progress, &Action::WaitFor { state }).await;
            found.map(|_| selector)
        });
    }
    let mut last = None;
    while let Some(joined) = race.join_next().await {
        match joined {
            Ok(Ok(selector)) => return Ok(selector),
            Ok(Err(error)) => last = Some(error),
            Err(_) => {}
        }
    }
    Err(last.map_or_else(|| StepError::Script("the step has no selector".to_owned()), StepError::Action))
}

/// Waits for an element and returns it.
pub(crate) async fn element(
    progress: &Progress,
    frame: &Frame,
    on: &Alternatives,
) -> Result<JsHandle, StepError> {
    let selector = find(progress, frame, on, SelectorState::Visible).await?;
    Ok(frame.locating(&selector, false).element(progress).await?)
}

/// Waits for a visible element and does something with it.
pub(crate) async fn act(
    progress: &Progress,
    frame: &Frame,
    on: &Alternatives,
    action: &Action,
) -> Result<serde_json::Value, StepError> {
    let selector = find(progress, frame, on, SelectorState::Visible).await?;
    Ok(frame.locating(&selector, false).act(progress, action).await?)
}

/// Returns the elements of the first alternative that finds any now, as a list in the page.
pub(crate) async fn all(
    progress: &Progress,
    frame: &Frame,
    on: &Alternatives,
) -> Result<Option<JsHandle>, StepError> {
    for selector in &on.selectors {
        let located = frame.locating(selector, false);
        let count = located.act(progress, &Action::Count).await?;
        if count.as_u64().unwrap_or_default() > 0 {
            return Ok(Some(located.query_all(progress).await?));
        }
    }
    Ok(None)
}
