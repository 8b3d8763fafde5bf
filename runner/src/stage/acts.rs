//! Acts: what the script does, as documents of tests and steps and as lines of the reporter.

use std::collections::HashMap;
use std::time::Duration;

use canary_browser::Page;
use canary_observe::When;
use canary_script::{Outcome as ScriptOutcome, PlayEvent, StepRef, TestDeclaration, TestRef};
use canary_store::document::{self, Attachment, Failure};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::Stage;
use crate::convert;
use crate::failure;
use crate::recorder::Context;
use crate::reporter::{StepEnded, TestEnded};
use crate::settings::ScreenshotWhen;
use crate::watch::PageState;

/// A test that is being played.
#[derive(Default)]
pub(crate) struct Test {
    /// Steps that have begun and not ended, the innermost last.
    open: Vec<OpenStep>,
    steps_ended: u32,
    /// What was kept of its first failure.
    pub(super) evidence: Vec<Attachment>,
    /// What the script attached, by step.
    pub(super) attached: HashMap<Option<u32>, Vec<Attachment>>,
}

/// A step that has begun.
struct OpenStep {
    index: u32,
    name: String,
    page_before: Option<String>,
}

/// How a test or a step ended, and when it began.
struct Ended {
    outcome: ScriptOutcome,
    duration: Duration,
    began: Timestamp,
}

impl Stage<'_> {
    /// Takes one event of the script.
    pub(super) async fn take(&mut self, event: PlayEvent) {
        match event {
            PlayEvent::TestStarted { test } => {
                self.test = Test::default();
                self.enter(&test);
            }
            PlayEvent::StepStarted { test, step } => {
                let page_before = self.watch.current().id;
                self.test.open.push(OpenStep { index: step.index, name: step.name, page_before });
                self.enter(&test);
            }
            PlayEvent::StepEnded { test, step, outcome, duration, page, ack } => {
                self.look_at(page.as_ref());
                let ended = self.ended(outcome, duration);
                self.end_step(&test, &step, &ended).await;
                self.enter(&test);
                ack.release();
            }
            PlayEvent::TestEnded { test, outcome, duration, last, page, ack } => {
                self.look_at(page.as_ref());
                let ended = self.ended(outcome, duration);
                self.end_test(&test, &ended, last).await;
                ack.release();
            }
            PlayEvent::Attachment { step, name, content_type, content, .. } => {
                self.attach(step, name, content_type, content).await;
            }
            PlayEvent::Custom { test, name, payload } => {
                let context = self.context(&test);
                self.recorder.record(self.clock.now(), &context, custom(name, payload.get()));
            }
            PlayEvent::Console { message } => self.reporter.said(&message.level, &message.text),
            PlayEvent::Warning { message, .. } => self.reporter.said("warning", &message),
        }
    }

    async fn end_step(&mut self, test: &TestRef, step: &StepRef, ended: &Ended) {
        let state = self.watch.read(When::StepEnd, self.recorder).await;
        let position = self.test.open.iter().rposition(|open| open.index == step.index);
        let open = position.map(|position| self.test.open.remove(position));
        let depth = position.and_then(|depth| u32::try_from(depth).ok()).unwrap_or(0);
        let is_new_page = open.is_none_or(|open| open.page_before != state.page.id);
        let mut attachments = self.test.attached.remove(&Some(step.index)).unwrap_or_default();
        if ended.outcome.failure().is_some() {
            self.keep_evidence().await;
            attachments.extend(self.test.evidence.iter().cloned());
        } else if self.screenshot == ScreenshotWhen::Step {
            attachments.extend(self.keep_screenshot(&format!("step-{}.png", step.index + 1)).await);
        }
        self.test.steps_ended += 1;
        let context = self.step_context(test, step.index, &step.name, &state);
        self.record_step(&context, depth, ended, state, is_new_page, attachments);
        self.reporter.step_ended(&StepEnded {
            test: &self.declaration(test).title,
            index: step.index + 1,
            depth,
            name: &step.name,
            status: failure::outcome(&ended.outcome),
            duration_ms: millis(ended.duration),
            error: ended.outcome.failure().map(failure::report),
        });
    }

    async fn end_test(&mut self, test: &TestRef, ended: &Ended, last: bool) {
        // A test without steps is one step, and is measured as such.
        let when = if self.test.steps_ended == 0 { When::StepEnd } else { When::TestEnd };
        let state = self.watch.read(when, self.recorder).await;
        if ended.outcome.failure().is_some() {
            self.keep_evidence().await;
        }
        self.cost.sample(self.session).await;
        if let Some(noise) = self.noise.as_deref_mut().filter(|_| self.session.process_id().is_some()) {
            noise.sample(self.cost.processes());
        }
        let declaration = self.declaration(test).clone();
        if self.test.steps_ended == 0 {
            let name = declaration.title.last().cloned().unwrap_or_default();
            let context = self.step_context(test, 0, &name, &state);
            self.record_step(&context, 0, ended, state, true, self.test.evidence.clone());
        }
        self.record_test(test, &declaration, ended, last);
        self.reporter.test_ended(&TestEnded {
            title: &declaration.title,
            file: &declaration.file,
            line: declaration.line,
            status: failure::outcome(&ended.outcome),
            attempt: test.attempt + 1,
            duration_ms: millis(ended.duration),
            error: ended.outcome.failure().map(failure::report),
        });
        self.watch.finish(self.recorder);
        self.test = Test::default();
    }

    fn record_step(
        &mut self,
        context: &Context,
        depth: u32,
        ended: &Ended,
        state: PageState,
        is_new_page: bool,
        attachments: Vec<Attachment>,
    ) {
        let status = failure::outcome(&ended.outcome);
        let body = document::Step {
            step: document::StepFields {
                status,
                duration: Some(millis(ended.duration)),
                depth: Some(depth),
                file: None,
                line: None,
            },
            failure: self.failure(ended),
            url: state.page.url.as_deref().map(convert::url).unwrap_or_default(),
            page: document::StepPage { title: state.title },
            vitals: if is_new_page { state.vitals } else { document::Vitals::default() },
            layout: document::Layout::default(),
            attachments,
        };
        self.recorder.record(ended.began, context, body);
        self.played.counts.steps.add(status);
    }

    fn record_test(&mut self, test: &TestRef, declaration: &TestDeclaration, ended: &Ended, last: bool) {
        let status = failure::outcome(&ended.outcome);
        let failure = self.failure(ended);
        let mut attachments = self.test.attached.remove(&None).unwrap_or_default();
        attachments.extend(self.test.evidence.iter().cloned());
        let body = document::Test {
            test: document::TestFields {
                status,
                duration: Some(millis(ended.duration)),
                attempt: Some(test.attempt + 1),
                file: Some(declaration.file.clone()),
                line: Some(declaration.line),
                tags: declaration.tags.clone(),
                skip_reason: skip_reason(&ended.outcome),
            },
            failure: failure.clone(),
            attachments,
        };
        self.recorder.record(ended.began, &self.context(test), body);
        if last {
            self.played.counts.tests.add(status);
            self.played.failure = self.played.failure.take().or(failure);
        }
    }

    fn failure(&self, ended: &Ended) -> Option<Failure> {
        let mut failure = failure::document(ended.outcome.failure()?);
        failure.attachment = self.test.evidence.first().map(|kept| kept.key.clone());
        Some(failure)
    }

    fn ended(&self, outcome: ScriptOutcome, duration: Duration) -> Ended {
        let now = self.clock.now();
        Ended { outcome, duration, began: now.checked_sub(duration).unwrap_or(now) }
    }

    /// Where the script says which page it is at, that one is measured and kept.
    fn look_at(&mut self, page: Option<&Page>) {
        if let Some(page) = page {
            self.watch.look_at(&page.target());
        }
    }

    fn enter(&mut self, test: &TestRef) {
        let context = self.context(test);
        self.watch.enter(context);
    }

    /// Returns the test and the innermost step that has begun.
    fn context(&self, test: &TestRef) -> Context {
        let declaration = self.declaration(test);
        Context {
            test: document::TestRef {
                id: Some(test_id(declaration)),
                title: Some(declaration.title.join(" › ")),
            },
            step: self
                .test
                .open
                .last()
                .map(|open| step_ref(test, open.index, &open.name))
                .unwrap_or_default(),
            page: self.watch.current(),
        }
    }

    fn step_context(&self, test: &TestRef, index: u32, name: &str, state: &PageState) -> Context {
        Context { step: step_ref(test, index, name), page: state.page.clone(), ..self.context(test) }
    }

    fn declaration(&self, test: &TestRef) -> &TestDeclaration {
        // The script numbers its tests itself, in the order in which it declared them.
        self.tests.get(test.id.0).expect("a test that is played was declared")
    }
}

/// Returns an id that stays the same as long as file and titles do.
fn test_id(declaration: &TestDeclaration) -> String {
    let mut hash = Sha256::new();
    hash.update(&declaration.file);
    for title in &declaration.title {
        hash.update([0]);
        hash.update(title);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn step_ref(test: &TestRef, index: u32, name: &str) -> document::StepRef {
    document::StepRef {
        id: Some(format!("{}-{}-{}", test.id.0 + 1, test.attempt + 1, index + 1)),
        index: Some(index + 1),
        name: Some(name.to_owned()),
    }
}

fn skip_reason(outcome: &ScriptOutcome) -> Option<String> {
    match outcome {
        ScriptOutcome::Skipped { reason } => reason.clone(),
        ScriptOutcome::Passed | ScriptOutcome::Failed(_) => None,
    }
}

/// A number can be searched and summed up; everything else is kept as it is.
fn custom(name: String, payload: &str) -> document::Custom {
    let data: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let value = data.as_f64();
    let data = if value.is_some() { None } else { Some(data) };
    document::Custom { custom: document::CustomValue { name, value, data } }
}

fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use canary_script::TestId;
    use serde_json::json;

    use super::*;

    fn declaration(title: &[&str]) -> TestDeclaration {
        TestDeclaration {
            id: TestId(0),
            title: title.iter().map(|title| (*title).to_owned()).collect(),
            file: "a.spec.ts".into(),
            line: 1,
            tags: vec![],
        }
    }

    #[test]
    fn a_tests_id_follows_its_file_and_titles() {
        let id = test_id(&declaration(&["group", "pays"]));
        assert_eq!(id, test_id(&TestDeclaration { line: 7, ..declaration(&["group", "pays"]) }));
        assert_ne!(id, test_id(&declaration(&["grouppays"])));
        assert_eq!(id.len(), 16);
    }

    #[test]
    fn numbers_can_be_searched() {
        let number = custom("price".into(), "12.5").custom;
        assert_eq!((number.value, number.data), (Some(12.5), None));
        let other = custom("cart".into(), r#"{"items": 2}"#).custom;
        assert_eq!((other.value, other.data), (None, Some(json!({"items": 2}))));
    }
}
