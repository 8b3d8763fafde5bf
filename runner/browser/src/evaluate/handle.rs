//! Something that lives in a page and is held from here.

use std::cell::Cell;
use std::rc::Rc;

use chromiumoxide_cdp::cdp::js_protocol::runtime::{
    GetPropertiesParams, ReleaseObjectParams, RemoteObjectId,
};
use serde::Deserialize;
use serde_json::Value;

use super::function::{Argument, Script, run, serializer};
use super::{Call, CallValue, ExecutionContext, RemoteObject, WireValue, call_function};
use crate::error::ActionError;
use crate::progress::Progress;

/// A value in a page: an object by reference, a primitive by value. It is lost when its document goes away.
#[derive(Clone)]
pub struct JsHandle(Rc<State>);

struct State {
    context: ExecutionContext,
    object: RemoteObject,
    disposed: Cell<bool>,
}

impl std::fmt::Debug for JsHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JsHandle({})", self.preview())
    }
}

#[derive(Deserialize)]
struct Properties {
    result: Vec<Property>,
}

#[derive(Deserialize)]
struct Property {
    name: String,
    enumerable: bool,
    value: Option<RemoteObject>,
}

impl JsHandle {
    pub(crate) fn new(context: &ExecutionContext, object: RemoteObject) -> Self {
        Self(Rc::new(State { context: context.clone(), object, disposed: Cell::new(false) }))
    }

    /// Returns the world it lives in.
    pub(crate) fn context(&self) -> &ExecutionContext {
        &self.0.context
    }

    /// Returns true once the document or worker that it lives in is gone.
    pub fn is_gone(&self) -> bool {
        self.0.context.is_gone()
    }

    /// Returns the object's id; nothing for a primitive.
    pub(crate) fn object_id(&self) -> Option<&str> {
        self.0.object.object_id.as_deref()
    }

    /// Returns true for an element or another node.
    pub fn is_element(&self) -> bool {
        self.0.object.subtype.as_deref() == Some("node")
    }

    /// Returns a handle's words: a primitive's value, or the object's class.
    pub fn preview(&self) -> String {
        let object = &self.0.object;
        match (&object.unserializable_value, &object.value, &object.description) {
            (Some(text), _, _) => text.clone(),
            (None, Some(Value::String(text)), _) => text.clone(),
            (None, Some(value), None) => value.to_string(),
            (None, _, Some(description)) => description.clone(),
            (None, None, None) if object.subtype.as_deref() == Some("null") => "null".to_owned(),
            (None, None, None) => object.r#type.clone(),
        }
    }

    /// Returns true where the object is there still and its process is that of the other context.
    pub(crate) fn is_usable_beside(&self, context: &ExecutionContext) -> bool {
        !self.0.disposed.get() && !self.0.context.is_gone() && self.0.context.channel().is(context.channel())
    }

    /// Returns the object's id for use in a context, or says why it cannot be used there.
    pub(crate) fn object_in(&self, context: &ExecutionContext) -> Result<String, ActionError> {
        if self.0.disposed.get() {
            return Err(ActionError::Invalid("the handle was disposed".to_owned()));
        }
        if self.0.context.is_gone() {
            return Err(ActionError::ContextGone);
        }
        if !self.0.context.is(context) {
            return Err(ActionError::Invalid(
                "JSHandles can be evaluated only in the context they were created!".to_owned(),
            ));
        }
        let id = self.object_id().map(str::to_owned);
        id.ok_or_else(|| ActionError::Invalid("a primitive value has no handle to pass on".to_owned()))
    }

    /// Returns what stands for the value in a call: primitives go by value.
    pub(crate) fn argument_in(&self, context: &ExecutionContext) -> Result<CallValue, ActionError> {
        if self.object_id().is_some() {
            return self.object_in(context).map(CallValue::Object);
        }
        let object = &self.0.object;
        Ok(match &object.unserializable_value {
            Some(text) => CallValue::Unserializable(text.clone()),
            None if object.r#type == "undefined" => CallValue::Unserializable("undefined".to_owned()),
            None => CallValue::Json(object.value.clone().unwrap_or_default()),
        })
    }

    fn live(&self) -> Result<&str, ActionError> {
        if self.0.disposed.get() {
            return Err(ActionError::Invalid("the handle was disposed".to_owned()));
        }
        if self.0.context.is_gone() {
            return Err(ActionError::ContextGone);
        }
        self.object_id().ok_or_else(|| ActionError::Invalid("a primitive value has no properties".to_owned()))
    }

    /// Returns the value itself in the wire form.
    pub async fn json_value(&self, progress: &Progress) -> Result<WireValue, ActionError> {
        if self.object_id().is_none() {
            return Ok(primitive(&self.0.object));
        }
        let context = &self.0.context;
        let arguments = vec![
            CallValue::Object(serializer(progress, context).await?),
            CallValue::Object(self.live()?.to_owned()),
        ];
        let call = Call {
            arguments,
            ..Call::new("function(serializer, value) { return serializer.encode(value); }")
        };
        let result = call_function(progress, context, call).await?;
        Ok(WireValue(result.value.unwrap_or_default()))
    }

    /// Runs a script with this value first and the argument second.
    pub async fn evaluate(
        &self,
        progress: &Progress,
        script: &Script,
        argument: &Argument,
    ) -> Result<WireValue, ActionError> {
        let result = run(progress, &self.0.context, script, Some(self), argument, true).await?;
        Ok(WireValue(result.value.unwrap_or_default()))
    }

    /// The same, but the result stays in the page.
    pub async fn evaluate_handle(
        &self,
        progress: &Progress,
        script: &Script,
        argument: &Argument,
    ) -> Result<JsHandle, ActionError> {
        let result = run(progress, &self.0.context, script, Some(self), argument, false).await?;
        Ok(Self::new(&self.0.context, result))
    }

    /// Returns the object's own enumerable properties.
    pub async fn properties(&self, progress: &Progress) -> Result<Vec<(String, JsHandle)>, ActionError> {
        if self.object_id().is_none() {
            return Ok(Vec::new());
        }
        let id = RemoteObjectId::from(self.live()?.to_owned());
        let params = GetPropertiesParams { own_properties: Some(true), ..GetPropertiesParams::new(id) };
        let reply = self.0.context.channel().send(&params);
        let properties: Properties =
            progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
        let enumerable = properties.result.into_iter().filter(|property| property.enumerable);
        Ok(enumerable
            .filter_map(|property| Some((property.name, Self::new(&self.0.context, property.value?))))
            .collect())
    }

    /// Lets the page forget the object.
    pub async fn dispose(&self, progress: &Progress) -> Result<(), ActionError> {
        let Some(id) = self.object_id() else { return Ok(()) };
        if self.0.disposed.replace(true) || self.0.context.is_gone() {
            return Ok(());
        }
        let reply =
            self.0.context.channel().send(&ReleaseObjectParams::new(RemoteObjectId::from(id.to_owned())));
        progress.run(async { Ok(reply.done().await?) }).await
    }
}

/// A primitive comes by value even where a handle was asked for.
fn primitive(object: &RemoteObject) -> WireValue {
    if let Some(text) = &object.unserializable_value {
        return match text.strip_suffix('n') {
            Some(digits) => WireValue(serde_json::json!({ "n": digits })),
            None => WireValue(serde_json::json!({ "v": text })),
        };
    }
    match (&object.value, object.r#type.as_str()) {
        (Some(value), _) => WireValue(value.clone()),
        (None, "object") => WireValue(Value::Null),
        (None, _) => WireValue::undefined(),
    }
}
