//! What is asked of frames: going somewhere, waiting, finding, evaluating, expecting.

use canary_browser::{Frame, GotoOptions, JsHandle, Progress, Response, Selector};
use regex::RegexBuilder;
use serde_json::{Value, json};

use super::command::{Code, FrameAsk, Target, UrlPattern};
use super::failure::Failed;
use super::wait::{Condition, until};
use super::{Host, document, json_answer, nothing};
use crate::engine::Answer;

impl Host {
    pub(super) async fn frame(&self, progress: &Progress, ask: FrameAsk) -> Result<Answer, Failed> {
        match ask {
            FrameAsk::Goto { frame, url, wait_until, referer } => {
                let options = GotoOptions { wait_until, referer };
                let response = self.frame_of(frame)?.goto(progress, &url, &options).await?;
                Ok(self.maybe_response(response.as_ref()))
            }
            FrameAsk::SetContent { frame, html, wait_until } => {
                document::write(progress, &self.frame_of(frame)?, &html, wait_until).await?;
                Ok(nothing())
            }
            FrameAsk::Content { frame, include_shadow } => {
                Ok(json_answer(document::content(progress, &self.frame_of(frame)?, include_shadow).await?))
            }
            FrameAsk::Title { frame } => {
                Ok(json_answer(document::title(progress, &self.frame_of(frame)?).await?))
            }
            FrameAsk::Element { frame } => {
                let frame = self.frame_of(frame)?;
                let element = frame.element(progress).await?;
                Ok(json_answer(self.describe_handle(&element, frame.parent().as_ref())))
            }
            FrameAsk::WaitForLoadState { frame, state } => {
                self.frame_of(frame)?.wait_for_load_state(progress, state).await?;
                Ok(nothing())
            }
            FrameAsk::WaitForNavigation { frame, url, wait_until, shown } => {
                let frame = self.frame_of(frame)?;
                progress
                    .log(&format!("waiting for navigation{shown} until \"{}\"", document::name(wait_until)));
                let fits = predicate(url)?;
                let response = frame.wait_for_navigation(progress, &fits, wait_until).await?;
                let response = response.map(|response| self.describe_response(&response));
                Ok(json_answer(json!({ "response": response, "url": frame.url() })))
            }
            FrameAsk::WaitForUrl { frame, url, wait_until, shown } => {
                progress
                    .log(&format!("waiting for navigation{shown} until \"{}\"", document::name(wait_until)));
                let fits = predicate(Some(url))?;
                self.frame_of(frame)?.wait_for_url(progress, &fits, wait_until).await?;
                Ok(nothing())
            }
            FrameAsk::Act { target, action, beside } => {
                let forced = action.is_forced();
                self.act(progress, &target, action.made()?, beside, forced).await
            }
            FrameAsk::Expect { frame, selector, expectation } => {
                self.expect(progress, &self.frame_of(frame)?, selector, &expectation).await
            }
            FrameAsk::Query { target } => {
                let (frame, selector) = self.target(&target)?;
                let found = frame.locating(&selector, target.strict).query(progress).await?;
                Ok(self.maybe_element(found.as_ref(), &frame))
            }
            FrameAsk::QueryAll { target } => {
                let (frame, selector) = self.target(&target)?;
                let list = frame.locating(&selector, false).query_all(progress).await?;
                self.elements(progress, &list, &frame).await
            }
            FrameAsk::WaitForElement { target, state } => {
                let (frame, selector) = self.target(&target)?;
                let found = frame.locating(&selector, target.strict).wait_for(progress, state).await?;
                Ok(self.maybe_element(found.as_ref(), &frame))
            }
            FrameAsk::Evaluate { frame, code, handle } => {
                let frame = self.frame_of(frame)?;
                let argument = self.argument(&code)?;
                if handle {
                    let made =
                        frame.evaluate_handle_in(progress, code.world, &code.script, &argument).await?;
                    return Ok(json_answer(self.describe_handle(&made, Some(&frame))));
                }
                Ok(json_answer(frame.evaluate_in(progress, code.world, &code.script, &argument).await?))
            }
            FrameAsk::EvaluateOn { target, code, handle, once } => {
                self.evaluate_on(progress, &target, &code, handle, once).await
            }
            FrameAsk::EvaluateAll { target, code } => {
                let (frame, selector) = self.target(&target)?;
                let argument = self.argument(&code)?;
                let locating = frame.locating(&selector, false).in_world(code.world);
                let list = locating.query_all(progress).await?;
                let value = list.evaluate(progress, &code.script, &argument).await?;
                list.dispose(progress).await?;
                Ok(json_answer(value))
            }
            FrameAsk::WaitForFunction { frame, code, element, polling } => {
                let frame = self.frame_of(frame)?;
                let argument = self.argument(&code)?;
                let element = element.map(|element| self.held(element)).transpose()?;
                let condition = Condition {
                    script: &code.script,
                    argument: &argument,
                    element: element.as_ref().map(|element| &element.handle),
                    polling,
                };
                let value = until(progress, &frame, &condition).await?;
                Ok(json_answer(self.describe_handle(&value, Some(&frame))))
            }
            FrameAsk::Screenshot { target, options } => {
                let (frame, selector) = self.target(&target)?;
                let element = frame.locating(&selector, target.strict).element(progress).await?;
                self.picture_of(progress, &frame, &element, options).await
            }
        }
    }

    async fn evaluate_on(
        &self,
        progress: &Progress,
        target: &Target,
        code: &Code,
        handle: bool,
        once: bool,
    ) -> Result<Answer, Failed> {
        let (frame, selector) = self.target(target)?;
        let argument = self.argument(code)?;
        let locating = frame.locating(&selector, target.strict).in_world(code.world);
        let element = match once {
            true => locating.query(progress).await?.ok_or_else(|| missing(&target.selector))?,
            false => locating.element(progress).await?,
        };
        if handle {
            let made = element.evaluate_handle(progress, &code.script, &argument).await?;
            return Ok(json_answer(self.describe_handle(&made, Some(&frame))));
        }
        let value = element.evaluate(progress, &code.script, &argument).await?;
        element.dispose(progress).await?;
        Ok(json_answer(value))
    }

    async fn expect(
        &self,
        progress: &Progress,
        frame: &Frame,
        selector: Option<String>,
        expectation: &canary_browser::Expectation,
    ) -> Result<Answer, Failed> {
        let selector = selector.as_deref().map(Selector::parse).transpose()?;
        let work = async {
            Ok(match &selector {
                Some(selector) => frame.expect(progress, selector, expectation).await?,
                None => frame.expect_document(progress, expectation).await?,
            })
        };
        let outcome = self.past_obstacles(progress, frame.page(), work).await?;
        Ok(json_answer(json!({
            "pass": outcome.pass,
            "received": outcome.received,
            "missing": outcome.missing,
            "error": outcome.error,
            "timedOut": outcome.timed_out,
            "log": outcome.log.lines(),
        })))
    }

    pub(super) fn maybe_response(&self, response: Option<&Response>) -> Answer {
        json_answer(response.map(|response| self.describe_response(response)))
    }

    pub(super) fn maybe_element(&self, element: Option<&JsHandle>, frame: &Frame) -> Answer {
        json_answer(element.map(|element| self.describe_handle(element, Some(frame))))
    }

    /// Takes a list in the page apart.
    pub(super) async fn elements(
        &self,
        progress: &Progress,
        list: &JsHandle,
        frame: &Frame,
    ) -> Result<Answer, Failed> {
        let properties = list.properties(progress).await?;
        let elements: Vec<Value> = properties
            .iter()
            .filter(|(name, _)| name.parse::<u32>().is_ok())
            .map(|(_, element)| self.describe_handle(element, Some(frame)))
            .collect();
        list.dispose(progress).await?;
        Ok(json_answer(elements))
    }
}

fn missing(selector: &str) -> Failed {
    Failed::invalid(format!("Failed to find element matching selector \"{selector}\""))
}

/// Makes a test for addresses of the script's expression.
fn predicate(url: Option<UrlPattern>) -> Result<impl Fn(&str) -> bool, Failed> {
    let expression = url.map(|pattern| expression(&pattern)).transpose()?;
    Ok(move |url: &str| expression.as_ref().is_none_or(|expression| expression.is_match(url)))
}

pub(super) fn expression(UrlPattern { source, flags }: &UrlPattern) -> Result<regex::Regex, Failed> {
    let built = RegexBuilder::new(source)
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .build();
    built.map_err(|error| {
        Failed::invalid(format!(
            "`/{source}/{flags}` cannot be matched against addresses: {error}; use a function"
        ))
    })
}
