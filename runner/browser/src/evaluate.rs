//! Running script in a page, with rich arguments and results.
//!
//! Values cross as the wire form that `evaluate/serializer.js` describes: plain JSON where it suffices, tagged
//! objects for the rest. The script room encodes and decodes with the same source ([`SERIALIZER`]). The injected
//! code of locators calls through here too, but brings its own form.

mod function;
mod handle;

use std::cell::Cell;
use std::rc::Rc;

use chromiumoxide_cdp::cdp::js_protocol::runtime::{
    CallArgument, CallFunctionOnParams, ExecutionContextId, RemoteObjectId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{Notify, OnceCell};

use crate::error::{ActionError, CallError, Exception};
use crate::progress::Progress;
use crate::target::Channel;

pub use function::{Argument, Script};
pub use handle::JsHandle;

/// The source of an expression that gives `{ encode(value), decode(wire, handles) }`.
///
/// The page and the script engine share it, so that both sides mean the same.
pub const SERIALIZER: &str = include_str!("evaluate/serializer.js");

/// In which of a document's worlds script runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
pub enum World {
    /// The page's own.
    #[default]
    #[serde(rename = "main")]
    Main,
    /// Ours: the same document, but globals of its own.
    #[serde(rename = "utility")]
    Isolated,
}

/// The name of our world in every document.
pub(crate) const ISOLATED_WORLD: &str = "canary";

/// One document's script world, as long as the document lives; clones share it.
#[derive(Clone)]
pub(crate) struct ExecutionContext(Rc<ContextState>);

pub(crate) struct ContextState {
    id: i64,
    channel: Channel,
    world: World,
    gone: Cell<bool>,
    went: Notify,
    /// The object id of the code injected for locators, once installed.
    pub(crate) injected: OnceCell<String>,
    serializer: OnceCell<String>,
}

impl std::ops::Deref for ExecutionContext {
    type Target = ContextState;

    fn deref(&self) -> &ContextState {
        &self.0
    }
}

impl ExecutionContext {
    pub(crate) fn new(id: i64, channel: Channel, world: World) -> Self {
        Self(Rc::new(ContextState {
            id,
            channel,
            world,
            gone: Cell::new(false),
            went: Notify::new(),
            injected: OnceCell::new(),
            serializer: OnceCell::new(),
        }))
    }

    pub(crate) fn id(&self) -> i64 {
        self.0.id
    }

    pub(crate) fn channel(&self) -> &Channel {
        &self.0.channel
    }

    pub(crate) fn world(&self) -> World {
        self.0.world
    }

    /// Returns true once the document is gone.
    pub(crate) fn is_gone(&self) -> bool {
        self.0.gone.get()
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Tells everybody who waits for an answer that the document is gone.
    pub(crate) fn went_away(&self) {
        self.0.gone.set(true);
        self.0.went.notify_waiters();
    }

    /// Runs a script; gives its value in the wire form.
    pub(crate) async fn evaluate(
        &self,
        progress: &Progress,
        script: &Script,
        argument: &Argument,
    ) -> Result<WireValue, ActionError> {
        let result = function::run(progress, self, script, None, argument, true).await?;
        Ok(WireValue(result.value.unwrap_or_default()))
    }

    /// Runs a script; the result stays in the page.
    pub(crate) async fn evaluate_handle(
        &self,
        progress: &Progress,
        script: &Script,
        argument: &Argument,
    ) -> Result<JsHandle, ActionError> {
        let result = function::run(progress, self, script, None, argument, false).await?;
        Ok(JsHandle::new(self, result))
    }

    async fn gone(&self) {
        let went = self.0.went.notified();
        tokio::pin!(went);
        went.as_mut().enable();
        if !self.is_gone() {
            went.await;
        }
    }
}

/// A value in a page, as the protocol describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct RemoteObject {
    pub(crate) r#type: String,
    pub(crate) subtype: Option<String>,
    pub(crate) value: Option<Value>,
    pub(crate) unserializable_value: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) object_id: Option<String>,
}

/// One argument of a function that is called in a page.
#[derive(Clone, Debug)]
pub(crate) enum CallValue {
    /// Plain JSON.
    Json(Value),
    /// A number that JSON cannot hold, as the protocol writes it: `NaN`, `-0`, `12n`.
    Unserializable(String),
    /// Something that lives in the page, by its object id.
    Object(String),
}

/// A function that is to be called in a page.
#[derive(Clone, Debug)]
pub(crate) struct Call<'a> {
    /// The source of a function.
    pub(crate) function: &'a str,
    /// The object that is `this`, by its id; else the function is called in the context alone.
    pub(crate) this: Option<&'a str>,
    /// Its arguments.
    pub(crate) arguments: Vec<CallValue>,
    /// The value itself instead of a handle of it.
    pub(crate) by_value: bool,
    /// Whether a promise is waited for.
    pub(crate) await_promise: bool,
    /// As if a person had asked for it.
    pub(crate) user_gesture: bool,
}

impl<'a> Call<'a> {
    /// A call that waits for promises, gives the value itself and does not count as a person's doing.
    pub(crate) fn new(function: &'a str) -> Self {
        Self {
            function,
            this: None,
            arguments: Vec::new(),
            by_value: true,
            await_promise: true,
            user_gesture: false,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Evaluated {
    result: RemoteObject,
    exception_details: Option<ExceptionDetails>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExceptionDetails {
    #[serde(default)]
    text: String,
    exception: Option<RemoteObject>,
}

impl From<ExceptionDetails> for Exception {
    fn from(details: ExceptionDetails) -> Self {
        let Some(thrown) = details.exception else {
            return Self { message: details.text, ..Self::default() };
        };
        if thrown.subtype.as_deref() != Some("error") {
            let message = match (thrown.value, thrown.unserializable_value, thrown.description) {
                (Some(Value::String(text)), _, _) | (None, Some(text), _) | (None, None, Some(text)) => text,
                (Some(value), _, _) => value.to_string(),
                (None, None, None) => thrown.r#type,
            };
            return Self { message, ..Self::default() };
        }
        let stack = thrown.description.unwrap_or_default();
        // The stack starts with name and message; frames follow, each on a line of its own.
        let head = stack.split("\n    at ").next().unwrap_or_default();
        match head.split_once(": ") {
            Some((name, message)) if is_error_name(name) => {
                Self { name: name.to_owned(), message: message.to_owned(), stack }
            }
            _ if is_error_name(head) => Self { name: head.to_owned(), message: String::new(), stack },
            _ => Self { name: "Error".to_owned(), message: head.to_owned(), stack },
        }
    }
}

fn is_error_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
}

/// Calls a function in a context; fails at once when the document goes away meanwhile.
pub(crate) async fn call_function(
    progress: &Progress,
    context: &ExecutionContext,
    call: Call<'_>,
) -> Result<RemoteObject, ActionError> {
    let mut params = CallFunctionOnParams::new(call.function);
    match call.this {
        Some(object) => params.object_id = Some(RemoteObjectId::from(object.to_owned())),
        None => params.execution_context_id = Some(ExecutionContextId::new(context.id())),
    }
    params.arguments = Some(call.arguments.into_iter().map(argument).collect());
    params.return_by_value = Some(call.by_value);
    params.await_promise = Some(call.await_promise);
    params.user_gesture = Some(call.user_gesture);
    let reply = context.channel().send(&params);
    progress
        .run(async {
            let evaluated: Evaluated = tokio::select! {
                biased;
                answer = reply.decode() => answer.map_err(refusal)?,
                () = context.gone() => return Err(ActionError::ContextGone),
            };
            match evaluated.exception_details {
                Some(details) => Err(ActionError::Script(details.into())),
                None => Ok(evaluated.result),
            }
        })
        .await
}

fn refusal(error: CallError) -> ActionError {
    match &error {
        CallError::Refused { message, .. } if message.contains("Object reference chain is too long") => {
            ActionError::Invalid("the value cannot be sent: it refers to itself too deeply".to_owned())
        }
        // A promise that nobody can settle any more, mostly since its document is gone.
        CallError::Refused { message, .. } if message.contains("Promise was collected") => {
            ActionError::ContextGone
        }
        _ => error.into(),
    }
}

fn argument(value: CallValue) -> CallArgument {
    let empty = CallArgument { value: None, unserializable_value: None, object_id: None };
    match value {
        CallValue::Json(value) => CallArgument { value: Some(value), ..empty },
        CallValue::Unserializable(text) => CallArgument { unserializable_value: Some(text.into()), ..empty },
        CallValue::Object(id) => CallArgument { object_id: Some(RemoteObjectId::from(id)), ..empty },
    }
}

/// A value that came from or goes to a page, in the wire form of [`SERIALIZER`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WireValue(pub Value);

impl WireValue {
    /// The wire form of `undefined`.
    pub fn undefined() -> Self {
        Self(serde_json::json!({ "v": "undefined" }))
    }

    /// Makes the wire form of a plain JSON value.
    pub fn from_json(value: &Value) -> Self {
        fn wire(value: &Value) -> Value {
            match value {
                Value::Array(items) => serde_json::json!({ "a": items.iter().map(wire).collect::<Vec<_>>() }),
                Value::Object(fields) => {
                    let fields: Vec<Value> =
                        fields.iter().map(|(name, value)| serde_json::json!([name, wire(value)])).collect();
                    serde_json::json!({ "o": fields })
                }
                plain => plain.clone(),
            }
        }
        Self(wire(value))
    }

    /// Returns the plain JSON that is nearest: what JSON cannot hold becomes null or text.
    pub fn to_json(&self) -> Value {
        to_json(&self.0)
    }
}

fn to_json(wire: &Value) -> Value {
    let Value::Object(tagged) = wire else { return wire.clone() };
    if let Some(Value::Array(items)) = tagged.get("a") {
        return Value::Array(items.iter().map(to_json).collect());
    }
    if let Some(Value::Array(fields)) = tagged.get("o") {
        let fields = fields.iter().filter_map(|field| {
            let name = field.get(0)?.as_str()?.to_owned();
            Some((name, to_json(field.get(1)?)))
        });
        return Value::Object(fields.collect());
    }
    if let Some(error) = tagged.get("e") {
        return serde_json::json!({ "name": error.get("n"), "message": error.get("m") });
    }
    match ["d", "u", "b"].iter().find_map(|tag| tagged.get(*tag)) {
        Some(text) => text.clone(),
        None => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_json_crosses_unchanged() {
        for value in [json!(null), json!(1.5), json!("x"), json!([1, [true]]), json!({ "a": { "b": [] } })] {
            assert_eq!(WireValue::from_json(&value).to_json(), value);
        }
    }

    #[test]
    fn exceptions_are_taken_apart() {
        let check = |details: Value, expected: (&str, &str)| {
            let details: ExceptionDetails = serde_json::from_value(details).unwrap();
            let exception = Exception::from(details);
            assert_eq!((exception.name.as_str(), exception.message.as_str()), expected);
        };
        let error = |text: &str| json!({ "text": "Uncaught", "exception": { "type": "object", "subtype": "error", "description": text } });
        check(
            error("TypeError: x is not a function\n    at <anonymous>:1:1"),
            ("TypeError", "x is not a function"),
        );
        check(error("Error: two\nlines\n    at f (a.js:1:1)"), ("Error", "two\nlines"));
        check(error("Error\n    at f (a.js:1:1)"), ("Error", ""));
        check(
            json!({ "text": "Uncaught", "exception": { "type": "string", "value": "plain" } }),
            ("", "plain"),
        );
        check(json!({ "text": "Uncaught", "exception": { "type": "number", "value": 7 } }), ("", "7"));
    }
}
