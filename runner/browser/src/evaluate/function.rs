//! The script that is to run: a function's source or an expression, with one argument.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Call, CallValue, ExecutionContext, JsHandle, RemoteObject, SERIALIZER, WireValue, call_function,
};
use crate::action::adopt;
use crate::error::ActionError;
use crate::progress::Progress;

/// Script to run in a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// The source of a function, as `Function.prototype.toString` gives it.
    Function(String),
    /// An expression or statements; a function that comes out is called with the argument.
    Expression(String),
}

/// The argument of a script: a value, and the handles that it refers to.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The value in the wire form.
    pub value: WireValue,
    /// What `{h: n}` in the value stands for.
    pub handles: Vec<JsHandle>,
    /// Whether Maps and Sets in the result come with what is in them.
    pub extended: bool,
}

impl Argument {
    /// No argument.
    pub fn none() -> Self {
        Self::of(WireValue::undefined())
    }

    /// A plain JSON value.
    pub fn json(value: &Value) -> Self {
        Self::of(WireValue::from_json(value))
    }

    /// A value in the wire form that refers to nothing in the page.
    pub fn of(value: WireValue) -> Self {
        Self { value, handles: Vec::new(), extended: false }
    }
}

/// Decodes the argument, runs the script, encodes the result.
const RUN: [&str; 2] = [
    "function(serializer, wire, { byValue, extended }, ...handles) {\
       const argument = serializer.decode(wire, handles);\
       const finish = (value) => byValue ? serializer.encode(value, undefined, extended) : value;\
       const script = (",
    "\n);\
       const value = typeof script === 'function' ? script(argument) : script;\
       return value && typeof value.then === 'function' ? (async () => finish(await value))() : finish(value);\
     }",
];

/// The same for statements, which only `eval` takes.
const EVAL: &str = "(0, eval)";

/// The same for a function that gets something of the page first.
const RUN_ON: [&str; 2] = [
    "function(serializer, wire, { byValue, extended }, subject, ...handles) {\
       const argument = serializer.decode(wire, handles);\
       const finish = (value) => byValue ? serializer.encode(value, undefined, extended) : value;\
       const script = (",
    "\n);\
       const value = typeof script === 'function' ? script(subject, argument) : script;\
       return value && typeof value.then === 'function' ? (async () => finish(await value))() : finish(value);\
     }",
];

/// Runs a script in a context; with a subject, the script gets it before the argument.
pub(super) async fn run(
    progress: &Progress,
    context: &ExecutionContext,
    script: &Script,
    subject: Option<&JsHandle>,
    argument: &Argument,
    by_value: bool,
) -> Result<RemoteObject, ActionError> {
    let serializer = serializer(progress, context).await?;
    let mut arguments = vec![
        CallValue::Object(serializer),
        CallValue::Json(argument.value.0.clone()),
        CallValue::Json(json!({ "byValue": by_value, "extended": argument.extended })),
    ];
    for handle in subject.into_iter().chain(&argument.handles) {
        arguments.push(argument_in(progress, handle, context).await?);
    }
    let [before, after] = if subject.is_some() { RUN_ON } else { RUN };
    let function = format!("{before}{}{after}", text_of(script));
    let call = Call { arguments, by_value, user_gesture: true, ..Call::new(&function) };
    call_function(progress, context, call).await
}

/// Returns what stands for a handle in a call. Elements of another document are taken over into this one's
/// world; what else lives there cannot be.
async fn argument_in(
    progress: &Progress,
    handle: &JsHandle,
    context: &ExecutionContext,
) -> Result<CallValue, ActionError> {
    let is_foreign = handle.object_id().is_some() && !handle.context().is(context);
    if is_foreign && handle.is_element() && handle.is_usable_beside(context) {
        return adopt(progress, handle, context).await.map(CallValue::Object);
    }
    handle.argument_in(context)
}

fn text_of(script: &Script) -> String {
    match script {
        Script::Function(source) => as_function_expression(source),
        Script::Expression(source) => format!("{EVAL}({})", Value::String(source.clone())),
    }
}

/// Returns the serializer's object id in this context; it is installed once for each document.
pub(super) async fn serializer(
    progress: &Progress,
    context: &ExecutionContext,
) -> Result<String, ActionError> {
    let install = async {
        let function = format!("function() {{ return (\n{SERIALIZER}\n); }}");
        let call = Call { by_value: false, await_promise: false, ..Call::new(&function) };
        let object = call_function(progress, context, call).await?;
        object.object_id.ok_or(ActionError::ContextGone)
    };
    context.serializer.get_or_try_init(|| install).await.cloned()
}

/// Methods print themselves in short form, which is no expression: `name() {}` becomes `function name() {}`.
fn as_function_expression(source: &str) -> String {
    let source = source.trim();
    let (is_async, rest) = match source.strip_prefix("async") {
        Some(rest) if rest.starts_with([' ', '\n', '\t', '*']) => (true, rest.trim_start()),
        _ => (false, source),
    };
    let is_expression = rest.starts_with("function") || rest.starts_with("class") || is_arrow(rest);
    if is_expression {
        return source.to_owned();
    }
    let (star, rest) = match rest.strip_prefix('*') {
        Some(rest) => ("*", rest.trim_start()),
        None => ("", rest),
    };
    let Some(parenthesis) = rest.find('(') else { return source.to_owned() };
    let (name, parameters) = rest.split_at(parenthesis);
    let is_name = name.trim().chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
    let name = if is_name && !name.trim().is_empty() && !is_keyword(name.trim()) { name.trim() } else { "" };
    let is_async = if is_async { "async " } else { "" };
    format!("{is_async}function{star} {name}{parameters}")
}

fn is_keyword(name: &str) -> bool {
    const KEYWORDS: [&str; 12] =
        ["delete", "in", "new", "if", "for", "do", "void", "this", "return", "typeof", "import", "export"];
    KEYWORDS.contains(&name)
}

/// Returns true for `x => …` and `(…) => …`.
fn is_arrow(source: &str) -> bool {
    if !source.starts_with('(') {
        let after = source.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$'));
        return after.len() < source.len() && after.trim_start().starts_with("=>")
            || source.starts_with("async(") && { is_arrow(source.trim_start_matches("async")) };
    }
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, character) in source.char_indices() {
        match (quote, character) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let rest = source.get(at + 1..).unwrap_or_default();
                    return rest.trim_start().starts_with("=>");
                }
            }
            (None, _) => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_function_becomes_an_expression() {
        let check = |source: &str, expected: &str| assert_eq!(as_function_expression(source), expected);
        for same in [
            "() => 1",
            "x => x",
            "async x => x",
            "async () => 1",
            "async(x) => x",
            "({ a = ')' }, [b]) => a",
            "function () { return 1 }",
            "async function f() {}",
            "function* g() {}",
            "class A {}",
        ] {
            check(same, same);
        }
        check("name() { return 1 }", "function name() { return 1 }");
        check("async name(x = () => 1) { return 1 }", "async function name(x = () => 1) { return 1 }");
        check("*items() {}", "function* items() {}");
        check("async *items() {}", "async function* items() {}");
        check("['computed'](a) {}", "function (a) {}");
        check("'quoted name'(a) {}", "function (a) {}");
        check("delete() {}", "function () {}");
    }
}
