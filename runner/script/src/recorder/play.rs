//! A recording played: one test in one context, its steps in order, the first failure ends it.

use std::time::Duration;

use canary_browser::{Context, ContextOptions, Frame, Lifecycle, Page, Progress, Viewport as Size};
use tokio_util::sync::CancellationToken;

use super::elements;
use super::extension::Surroundings;
use super::flow::{Flow, Navigation, Step, StepAction, Target, Viewport};
use super::perform::{self, Place};
use super::variables::Variables;
use crate::error::PlayError;
use crate::failure::plain_failure;
use crate::journey::{self, StepError};
use crate::modules::Checkout;
use crate::outcome::{Failure, FailureClass, Outcome, StackFrame};
use crate::play::{AttachmentContent, PlayEvent, PlayOutcome, Stage, StepRef, TestRef};
use crate::program::TestId;
use crate::settings::{PlaySettings, STEP_TIMEOUT};
use crate::stack;
use crate::tell::Teller;

/// How long opening and closing a context may take.
const CONTEXT: Duration = Duration::from_secs(10);

/// What is played.
pub(crate) struct Recording {
    pub(crate) flow: Flow,
    /// Path of the file in the checkout.
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) checkout: Checkout,
    pub(crate) settings: PlaySettings,
}

/// Plays a recording.
pub(crate) async fn play(recording: &Recording, stage: Stage) -> Result<PlayOutcome, PlayError> {
    let Stage { session, events, stop } = stage;
    let teller = Teller::new(events);
    let test = TestRef { id: TestId(0), attempt: 0 };
    let began = teller.test_started(&test).await?;
    let progress = journey::progress(CONTEXT, &stop);
    let opened = match &session {
        Some(session) => open(&progress, session, &recording.flow, &recording.settings).await,
        None => Err(StepError::Script("a recording needs a browser".to_owned())),
    };
    let mut pages = None;
    let outcome = match opened {
        Ok((context, page)) => {
            pages = Some((context.clone(), page.clone()));
            Player::new(recording, &teller, &test, &stop, context, page).steps().await?
        }
        Err(error) => Outcome::Failed(Box::new(journey::failure(&error, "open a page", None))),
    };
    let page = pages.as_ref().map(|(_, page)| page.clone());
    teller.test_ended(&test, &outcome, began, true, page).await?;
    if let Some((context, _)) = pages
        && let Err(error) = context.close(&Progress::new(CONTEXT)).await
    {
        tracing::debug!(%error, "failed to close the context of a recording");
    }
    let mut played = PlayOutcome::default();
    played.count(outcome);
    Ok(played)
}

/// Opens a context with the first screen that the recording asks for: what it is made of cannot be
/// changed later.
async fn open(
    progress: &Progress,
    session: &canary_browser::Session,
    flow: &Flow,
    settings: &PlaySettings,
) -> Result<(Context, Page), StepError> {
    let viewport = flow.steps.iter().find_map(|step| match &step.action {
        StepAction::SetViewport(viewport) => Some(*viewport),
        _ => None,
    });
    let mut options = ContextOptions { base_url: settings.base_url.clone(), ..ContextOptions::default() };
    if let Some(Viewport { width, height, scale, is_mobile, has_touch }) = viewport {
        options.viewport = Some(Size { width, height });
        options.device_scale_factor = Some(scale);
        options.is_mobile = is_mobile;
        options.has_touch = has_touch;
    }
    let touches =
        flow.steps.iter().any(|step| matches!(&step.action, StepAction::Click { click, .. } if click.touch));
    options.has_touch |= touches;
    let context = session.new_context(progress, &options).await?;
    let page = context.new_page(progress).await?;
    Ok((context, page))
}

struct Player<'a> {
    recording: &'a Recording,
    teller: &'a Teller,
    test: &'a TestRef,
    stop: &'a CancellationToken,
    context: Context,
    page: Page,
    around: Surroundings,
}

impl<'a> Player<'a> {
    fn new(
        recording: &'a Recording,
        teller: &'a Teller,
        test: &'a TestRef,
        stop: &'a CancellationToken,
        context: Context,
        page: Page,
    ) -> Self {
        let around = Surroundings {
            variables: Variables::new(recording.settings.parameters.clone()),
            secrets: recording.settings.secrets.clone(),
            checkout: recording.checkout.clone(),
            downloads: Vec::new(),
        };
        Self { recording, teller, test, stop, context, page, around }
    }

    /// Plays the steps until one fails.
    async fn steps(mut self) -> Result<Outcome, PlayError> {
        let recording = self.recording;
        if recording.flow.steps.is_empty() {
            self.teller.warn(self.test, "the recording has no steps").await?;
        }
        for (index, step) in recording.flow.steps.iter().enumerate() {
            if self.stop.is_cancelled() {
                let failure = plain_failure(FailureClass::Interrupted, "the run was stopped");
                return Ok(Outcome::Failed(Box::new(failure)));
            }
            let named = StepRef { index: index as u32, parent: None, name: step.name() };
            let began = self.teller.step_started(self.test, &named).await?;
            let result = self.step(step).await;
            let outcome = match &result {
                Ok(_) => Outcome::Passed,
                Err(error) => Outcome::Failed(Box::new(self.failure(error, step))),
            };
            if let Ok(Some(warning)) = result {
                self.teller.warn(self.test, warning).await?;
            }
            self.attach_downloads(index as u32).await?;
            let page = Some(self.page.clone());
            self.teller.step_ended(self.test, named, outcome.clone(), began, page).await?;
            if outcome.failure().is_some() {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Passed)
    }

    /// Does one step with the navigations that it leads to.
    async fn step(&mut self, step: &Step) -> Result<Option<String>, StepError> {
        let settings = &self.recording.settings;
        let timeout =
            step.timeout.or(settings.step_timeout).or(self.recording.flow.timeout).unwrap_or(STEP_TIMEOUT);
        let progress = journey::progress(timeout, self.stop);
        let (page, top) = elements::page(&progress, &self.context, &self.page, &step.target).await?;
        let frame = elements::frame(&progress, top, &step.frame).await?;
        let anywhere = |_: &str| true;
        let pending: Vec<_> = step
            .navigations
            .iter()
            .map(|_| frame.navigation(&progress, &anywhere, Lifecycle::Load))
            .collect();
        let place = Place { progress: &progress, page: &page, frame: &frame };
        let mut warning = perform::perform(&place, &mut self.around, &step.action).await?;
        for (pending, navigation) in pending.into_iter().zip(&step.navigations) {
            progress.log("waiting for the recorded navigation");
            pending.wait().await?;
            warning = warning.or(different(&frame, navigation));
        }
        if step.target == Target::Main {
            self.page = page;
        }
        Ok(warning)
    }

    async fn attach_downloads(&mut self, step: u32) -> Result<(), PlayError> {
        for (name, path) in std::mem::take(&mut self.around.downloads) {
            let event = PlayEvent::Attachment {
                test: self.test.clone(),
                step: Some(step),
                name,
                content_type: "application/octet-stream".to_owned(),
                content: AttachmentContent::File(path),
            };
            self.teller.tell(event).await?;
        }
        Ok(())
    }

    fn failure(&self, error: &StepError, step: &Step) -> Failure {
        let place = StackFrame {
            function: String::new(),
            file: self.recording.file.clone(),
            line: step.line,
            column: 1,
        };
        let excerpt = stack::excerpt(&self.recording.text, step.line, 1);
        Failure { excerpt, ..journey::failure(error, &step.name(), Some(place)) }
    }
}

/// Says that a navigation led elsewhere than the recorded one. It is no failure: recorded addresses
/// are full of what changes each time.
fn different(frame: &Frame, recorded: &Navigation) -> Option<String> {
    let path = |url: &str| url::Url::parse(url).ok().map(|url| (url.origin(), url.path().to_owned()));
    let (expected, now) = (recorded.url.as_deref()?, frame.url());
    (path(expected) != path(&now))
        .then(|| format!("the step led to {now}, and to {expected} when it was recorded"))
}
