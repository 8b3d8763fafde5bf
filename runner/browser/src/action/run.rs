//! From a selector to an answer of the page: walks the frames, asks, and looks again when a
//! document went away while it was asked.

use std::time::Duration;

use chromiumoxide_cdp::cdp::browser_protocol::dom::{BackendNodeId, DescribeNodeParams, ResolveNodeParams};
use chromiumoxide_cdp::cdp::js_protocol::runtime::{ExecutionContextId, RemoteObjectId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::options::{ElementState, SelectorState};
use super::{Action, Subject};
use crate::error::ActionError;
use crate::evaluate::{ExecutionContext, JsHandle, RemoteObject, World};
use crate::frame::Frame;
use crate::injected::{Answer, Question, ask, impatient, patient};
use crate::page::Page;
use crate::progress::Progress;
use crate::selector::Selector;

/// How long to wait before asking again for a frame that the browser has not told of yet.
const FRAME_PAUSE: Duration = Duration::from_millis(20);

/// A selector in a frame, on which everything that locators do can be done.
#[derive(Clone, Copy, Debug)]
pub struct Locating<'a> {
    frame: &'a Frame,
    selector: &'a Selector,
    strict: bool,
    world: World,
}

/// What is asked, and how.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) task: Value,
    pub(crate) handles: Vec<JsHandle>,
    pub(crate) world: World,
    pub(crate) once: bool,
}

impl Ask {
    pub(crate) fn new(task: Value) -> Self {
        Self { task, handles: Vec::new(), world: World::Isolated, once: false }
    }
}

/// An answer, and where it came from.
pub(crate) struct Asked {
    pub(crate) answer: Answer,
    pub(crate) frame: Frame,
    pub(crate) context: ExecutionContext,
}

impl Asked {
    /// The value, or the timeout as an error.
    pub(crate) fn value(self, progress: &Progress) -> Result<Value, ActionError> {
        match self.answer {
            Answer::Value(value) => Ok(value),
            Answer::TimedOut(_) => Err(progress.timed_out().into()),
            Answer::Object(_) => Err(ActionError::Invalid("the page answered with an object".to_owned())),
        }
    }

    fn object(self, progress: &Progress) -> Result<Option<JsHandle>, ActionError> {
        match self.answer {
            Answer::Object(object) => Ok(Some(JsHandle::new(&self.context, object))),
            Answer::Value(_) => Ok(None),
            Answer::TimedOut(_) => Err(progress.timed_out().into()),
        }
    }
}

impl Frame {
    /// Returns the selector as seen from this frame; `strict` makes several matches an error.
    pub fn locating<'a>(&'a self, selector: &'a Selector, strict: bool) -> Locating<'a> {
        Locating { frame: self, selector, strict, world: World::Main }
    }

    /// Does something with the one element that the selector finds.
    pub async fn act(
        &self,
        progress: &Progress,
        selector: &Selector,
        action: &Action,
    ) -> Result<Value, ActionError> {
        self.locating(selector, true).act(progress, action).await
    }
}

impl Page {
    /// Does something with an element that is held.
    pub async fn act_on(
        &self,
        progress: &Progress,
        element: &JsHandle,
        action: &Action,
    ) -> Result<Value, ActionError> {
        let frame = self.frame_of(element)?;
        super::perform::perform(progress, &frame, &Subject::Element(element), true, action).await
    }

    /// Waits until an element that is held has a state.
    pub async fn wait_for_element_state(
        &self,
        progress: &Progress,
        element: &JsHandle,
        state: ElementState,
    ) -> Result<(), ActionError> {
        let frame = self.frame_of(element)?;
        let ask = Ask::new(json!({ "kind": "elementState", "state": state, "name": "wait" }));
        ask_subject(progress, &frame, &Subject::Element(element), true, &ask).await?.value(progress)?;
        Ok(())
    }

    /// Returns the first element below one that is held, at once.
    pub async fn query_in(
        &self,
        progress: &Progress,
        element: &JsHandle,
        selector: &Selector,
    ) -> Result<Option<JsHandle>, ActionError> {
        let ask = Ask {
            once: true,
            ..Ask::new(json!({ "kind": "below", "parts": selector.parts(), "all": false }))
        };
        self.ask_in(progress, element, ask).await?.object(progress)
    }

    /// Returns the elements below one that is held, as a list in the page.
    pub async fn query_all_in(
        &self,
        progress: &Progress,
        element: &JsHandle,
        selector: &Selector,
    ) -> Result<JsHandle, ActionError> {
        let ask = Ask {
            once: true,
            ..Ask::new(json!({ "kind": "below", "parts": selector.parts(), "all": true }))
        };
        let list = self.ask_in(progress, element, ask).await?.object(progress)?;
        list.ok_or_else(|| ActionError::Invalid("the page gave no list".to_owned()))
    }

    /// Waits for a state of what the selector finds below an element that is held.
    pub async fn wait_for_selector_in(
        &self,
        progress: &Progress,
        element: &JsHandle,
        selector: &Selector,
        state: SelectorState,
        strict: bool,
    ) -> Result<Option<JsHandle>, ActionError> {
        progress.log(&format!("waiting for {}{}", selector.describe(), state_words(state)));
        let task = json!({ "kind": "stateBelow", "parts": selector.parts(), "state": state, "want": true, "strict": strict });
        self.ask_in(progress, element, Ask::new(task)).await?.object(progress)
    }

    /// Asks about an element in its own world, where the answer may be an object of the page.
    async fn ask_in(&self, progress: &Progress, element: &JsHandle, ask: Ask) -> Result<Asked, ActionError> {
        let frame = self.frame_of(element)?;
        let ask = Ask { world: World::Main, ..ask };
        ask_subject(progress, &frame, &Subject::Element(element), true, &ask).await
    }
}

fn state_words(state: SelectorState) -> &'static str {
    match state {
        SelectorState::Attached => "",
        SelectorState::Detached => " to be detached",
        SelectorState::Visible => " to be visible",
        SelectorState::Hidden => " to be hidden",
    }
}

impl Locating<'_> {
    /// Does something with what the selector finds.
    pub async fn act(&self, progress: &Progress, action: &Action) -> Result<Value, ActionError> {
        if !action.is_immediate() {
            self.log_waiting(progress, action);
        }
        super::perform::perform(progress, self.frame, &Subject::Selector(self.selector), self.strict, action)
            .await
    }

    fn log_waiting(&self, progress: &Progress, action: &Action) {
        let state = match action {
            Action::WaitFor { state } => state_words(*state),
            _ => "",
        };
        progress.log(&format!("waiting for {}{state}", self.selector.describe()));
    }

    /// Waits for the element and returns it.
    pub async fn element(&self, progress: &Progress) -> Result<JsHandle, ActionError> {
        progress.log(&format!("waiting for {}", self.selector.describe()));
        let ask = Ask { world: self.world, ..Ask::new(json!({ "kind": "element" })) };
        let element = self.ask(progress, &ask).await?.object(progress)?;
        element.ok_or_else(|| ActionError::Invalid("the page gave no element".to_owned()))
    }

    /// Returns the element if it is there now.
    pub async fn query(&self, progress: &Progress) -> Result<Option<JsHandle>, ActionError> {
        let ask = Ask { world: self.world, once: true, ..Ask::new(json!({ "kind": "firstOrNone" })) };
        self.ask(progress, &ask).await?.object(progress)
    }

    /// Returns the elements that are there now, as a list in the page.
    pub async fn query_all(&self, progress: &Progress) -> Result<JsHandle, ActionError> {
        let ask = Ask { world: self.world, once: true, ..Ask::new(json!({ "kind": "elements" })) };
        let list = self.ask(progress, &ask).await?.object(progress)?;
        list.ok_or_else(|| ActionError::Invalid("the page gave no list".to_owned()))
    }

    /// Waits for a state; returns the element if there is one then.
    pub async fn wait_for(
        &self,
        progress: &Progress,
        state: SelectorState,
    ) -> Result<Option<JsHandle>, ActionError> {
        progress.log(&format!("waiting for {}{}", self.selector.describe(), state_words(state)));
        let task = json!({ "kind": "state", "state": state, "want": true });
        self.ask(progress, &Ask { world: World::Main, ..Ask::new(task) }).await?.object(progress)
    }

    /// Gives the elements that are found out for use in another of the document's worlds.
    pub fn in_world(self, world: World) -> Self {
        Self { world, ..self }
    }

    pub(crate) fn selector(&self) -> &Selector {
        self.selector
    }

    pub(crate) async fn ask(&self, progress: &Progress, ask: &Ask) -> Result<Asked, ActionError> {
        ask_subject(progress, self.frame, &Subject::Selector(self.selector), self.strict, ask).await
    }
}

/// Asks about a subject until a document stays long enough to answer.
pub(crate) async fn ask_subject(
    progress: &Progress,
    frame: &Frame,
    subject: &Subject<'_>,
    strict: bool,
    ask: &Ask,
) -> Result<Asked, ActionError> {
    match subject {
        Subject::Element(element) => ask_element(progress, frame, element, ask).await,
        Subject::Selector(selector) => loop {
            match ask_selector(progress, frame, selector, strict, ask).await {
                Err(ActionError::ContextGone) => check_time(progress)?,
                // A frame further in may be replaced by another one.
                Err(ActionError::FrameDetached) if !frame.is_detached() => check_time(progress)?,
                other => return other,
            }
        },
    }
}

/// Ends a loop that nothing else would end.
fn check_time(progress: &Progress) -> Result<(), ActionError> {
    if progress.remaining().is_some_and(|left| left.is_zero()) {
        Err(progress.timed_out().into())
    } else {
        Ok(())
    }
}

async fn ask_selector(
    progress: &Progress,
    frame: &Frame,
    selector: &Selector,
    strict: bool,
    ask: &Ask,
) -> Result<Asked, ActionError> {
    let (frames, target) = selector.split_at_frames();
    let mut frame = frame.clone();
    for owner in &frames {
        match enter(progress, &frame, owner, strict, ask).await? {
            Entered::Frame(inner) => frame = inner,
            Entered::Answered(answered) => return Ok(answered),
        }
    }
    let context = context_of(progress, &frame, ask.world).await?;
    let question = Question {
        parts: target.parts(),
        handles: objects(&ask.handles, &context)?,
        strict,
        once: ask.once,
        task: ask.task.clone(),
        ..Question::default()
    };
    let answer = crate::injected::ask(progress, &context, &question, Some(selector)).await?;
    Ok(Asked { answer, frame, context })
}

/// Even with the time up, a document is looked at once.
async fn context_of(
    progress: &Progress,
    frame: &Frame,
    world: World,
) -> Result<ExecutionContext, ActionError> {
    let patient = patient(progress);
    let context = match world {
        World::Main => frame.main_context(&patient).await,
        World::Isolated => frame.isolated_context(&patient).await,
    };
    context.map_err(|error| impatient(error, progress))
}

fn objects(handles: &[JsHandle], context: &ExecutionContext) -> Result<Vec<String>, ActionError> {
    handles.iter().map(|handle| handle.object_in(context)).collect()
}

enum Entered {
    Frame(Frame),
    /// What was asked holds without the frame, as a hidden element does.
    Answered(Asked),
}

async fn enter(
    progress: &Progress,
    frame: &Frame,
    owner: &Selector,
    strict: bool,
    asked: &Ask,
) -> Result<Entered, ActionError> {
    let context = context_of(progress, frame, World::Isolated).await?;
    let question = Question {
        parts: owner.parts(),
        strict,
        frame: Some(owner.describe()),
        once: asked.once,
        task: asked.task.clone(),
        ..Question::default()
    };
    loop {
        let object = match ask(progress, &context, &question, Some(owner)).await? {
            Answer::Object(object) => object,
            answer => return Ok(Entered::Answered(Asked { answer, frame: frame.clone(), context })),
        };
        let id = content_frame_id(progress, &context, &object).await?.ok_or(ActionError::FrameDetached)?;
        if let Some(inner) = frame.live_page()?.frame_by_id(&id) {
            return Ok(Entered::Frame(inner));
        }
        check_time(progress)?;
        tokio::time::sleep(FRAME_PAUSE).await;
    }
}

#[derive(Deserialize)]
struct Described {
    node: DescribedNode,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribedNode {
    backend_node_id: i64,
    pub(super) frame_id: Option<String>,
}

pub(super) async fn describe(
    progress: &Progress,
    context: &ExecutionContext,
    object: &str,
) -> Result<DescribedNode, ActionError> {
    let params = DescribeNodeParams::builder().object_id(RemoteObjectId::from(object.to_owned())).build();
    let reply = context.channel().send(&params);
    progress.run(async { Ok::<_, ActionError>(reply.decode::<Described>().await?.node) }).await
}

async fn content_frame_id(
    progress: &Progress,
    context: &ExecutionContext,
    object: &RemoteObject,
) -> Result<Option<String>, ActionError> {
    let Some(id) = &object.object_id else { return Ok(None) };
    Ok(describe(progress, context, id).await?.frame_id)
}

#[derive(Deserialize)]
pub(super) struct Resolved {
    pub(super) object: RemoteObject,
}

/// Returns the same node for use in another world of its document.
pub(crate) async fn adopt(
    progress: &Progress,
    element: &JsHandle,
    into: &ExecutionContext,
) -> Result<String, ActionError> {
    let Some(object) = element.object_id() else {
        return Err(ActionError::Invalid("an element was expected".to_owned()));
    };
    if element.context().is(into) {
        return element.object_in(into);
    }
    let node = describe(progress, element.context(), object).await?;
    let params = ResolveNodeParams::builder()
        .backend_node_id(BackendNodeId::new(node.backend_node_id))
        .execution_context_id(ExecutionContextId::new(into.id()))
        .build();
    let reply = into.channel().send(&params);
    let resolved: Resolved = progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
    resolved.object.object_id.ok_or(ActionError::ContextGone)
}

async fn ask_element(
    progress: &Progress,
    frame: &Frame,
    element: &JsHandle,
    ask: &Ask,
) -> Result<Asked, ActionError> {
    if element.context().is_gone() {
        return Err(ActionError::ContextGone);
    }
    let context = match ask.world {
        World::Main => element.context().clone(),
        World::Isolated => frame.isolated_context(progress).await?,
    };
    let question = Question {
        element: Some(adopt(progress, element, &context).await?),
        handles: objects(&ask.handles, &context)?,
        strict: true,
        once: ask.once,
        task: ask.task.clone(),
        ..Question::default()
    };
    let answer = crate::injected::ask(progress, &context, &question, None).await?;
    Ok(Asked { answer, frame: frame.clone(), context })
}
