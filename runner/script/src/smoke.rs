//! A list of URLs: each is opened, and title, response code and load event are looked at.

use std::time::Duration;

use canary_browser::{Argument, Context, ContextOptions, GotoOptions, Page, Progress, Script, Session};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::error::PlayError;
use crate::failure::plain_failure;
use crate::journey::{self, StepError};
use crate::outcome::{FailureClass, Outcome};
use crate::play::{PlayOutcome, Stage, StepRef, TestRef};
use crate::program::{Body, Dialect, Program, TestDeclaration, TestId};
use crate::settings::{PlaySettings, TEST_TIMEOUT};
use crate::tell::Teller;

/// How long opening and closing a context may take.
const CONTEXT: Duration = Duration::from_secs(10);
/// Waits for the load event to end; gives the page's title and when that was.
const LOADED: &str = "async () => {
  const entry = () => performance.getEntriesByType('navigation')[0]?.loadEventEnd ?? 0;
  while (entry() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  return { title: document.title, loadEventEnd: entry() };
}";

/// The URLs to look at.
pub(crate) struct Smoke {
    urls: Vec<Url>,
    settings: PlaySettings,
}

impl Program {
    /// Makes a program of URLs, one test for each.
    pub fn smoke(name: &str, urls: Vec<Url>, settings: &PlaySettings) -> Self {
        let declaration = |(index, url): (usize, &Url)| TestDeclaration {
            id: TestId(index),
            title: vec![url.to_string()],
            file: name.to_owned(),
            line: index as u32 + 1,
            tags: Vec::new(),
        };
        let tests = urls.iter().enumerate().map(declaration).collect();
        let body = Body::Smoke(Smoke { urls, settings: settings.clone() });
        Self { dialect: Dialect::Smoke, path: name.to_owned(), tests, body }
    }
}

/// Looks at every URL, in one context.
pub(crate) async fn play(smoke: &Smoke, stage: Stage) -> Result<PlayOutcome, PlayError> {
    let Stage { session, events, stop } = stage;
    let teller = Teller::new(events);
    let mut played = PlayOutcome::default();
    let context = open(session.as_ref(), &stop).await;
    for (index, url) in smoke.urls.iter().enumerate() {
        if stop.is_cancelled() {
            break;
        }
        let test = TestRef { id: TestId(index), attempt: 0 };
        let began = teller.test_started(&test).await?;
        let (outcome, page) = match &context {
            Ok(context) => look(smoke, &teller, &test, &stop, context, url).await?,
            Err(error) => (Outcome::Failed(Box::new(journey::failure(error, "open a page", None))), None),
        };
        teller.test_ended(&test, &outcome, began, true, page.clone()).await?;
        if let Some(page) = page
            && let Err(error) = page.close(&Progress::new(CONTEXT), false).await
        {
            tracing::debug!(%error, "failed to close a page");
        }
        played.count(outcome);
    }
    if let Ok(context) = context
        && let Err(error) = context.close(&Progress::new(CONTEXT)).await
    {
        tracing::debug!(%error, "failed to close the context of a smoke run");
    }
    Ok(played)
}

async fn open(session: Option<&Session>, stop: &CancellationToken) -> Result<Context, StepError> {
    let session = session.ok_or_else(|| StepError::Script("a list of URLs needs a browser".to_owned()))?;
    Ok(session.new_context(&journey::progress(CONTEXT, stop), &ContextOptions::default()).await?)
}

/// Looks at one URL: one step.
async fn look(
    smoke: &Smoke,
    teller: &Teller,
    test: &TestRef,
    stop: &CancellationToken,
    context: &Context,
    url: &Url,
) -> Result<(Outcome, Option<Page>), PlayError> {
    let step = StepRef { index: 0, parent: None, name: format!("open {url}") };
    let began = teller.step_started(test, &step).await?;
    let progress = journey::progress(smoke.settings.test_timeout.unwrap_or(TEST_TIMEOUT), stop);
    let page = context.new_page(&progress).await;
    let result = match &page {
        Ok(page) => visit(&progress, page, url).await,
        Err(error) => Err(StepError::Action(error.clone())),
    };
    let outcome = match &result {
        Ok(()) => Outcome::Passed,
        Err(_) if stop.is_cancelled() => {
            Outcome::Failed(Box::new(plain_failure(FailureClass::Interrupted, "the run was stopped")))
        }
        Err(error) => Outcome::Failed(Box::new(journey::failure(error, &step.name, None))),
    };
    let page = page.ok();
    teller.step_ended(test, step, outcome.clone(), began, page.clone()).await?;
    Ok((outcome, page))
}

/// Opens a page and judges what came.
async fn visit(progress: &Progress, page: &Page, url: &Url) -> Result<(), StepError> {
    let response = page.goto(progress, url.as_str(), &GotoOptions::default()).await?;
    if let Some(response) = response
        && response.status() >= 400
    {
        let (status, text) = (response.status(), response.status_text());
        let text = if text.is_empty() { String::new() } else { format!(" {text}") };
        return Err(StepError::Site(format!("{url} answered {status}{text}")));
    }
    progress.log("waiting for the load event to end");
    let script = Script::Function(LOADED.to_owned());
    let loaded = page.main_frame().evaluate(progress, &script, &Argument::none()).await?.to_json();
    let title = loaded.get("title").and_then(Value::as_str).unwrap_or_default();
    if title.trim().is_empty() {
        return Err(StepError::Expectation { message: format!("{url} has no title"), log: Vec::new() });
    }
    Ok(())
}
