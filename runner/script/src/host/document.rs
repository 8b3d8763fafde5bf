//! Whole documents: their title, their text, and writing another one.

use canary_browser::{Argument, Frame, Lifecycle, Progress, Script};
use serde_json::{Value, json};

use super::failure::Failed;

const TITLE: &str = "() => document.title";

const CONTENT: &str = "({ includeShadow }) => {
  const { doctype, documentElement } = document;
  const head = doctype ? new XMLSerializer().serializeToString(doctype) : '';
  if (!documentElement) return head;
  if (!includeShadow) return head + documentElement.outerHTML;
  const roots = [];
  const visit = (node) => {
    for (const element of node.querySelectorAll('*')) {
      if (element.shadowRoot) {
        roots.push(element.shadowRoot);
        visit(element.shadowRoot);
      }
    }
  };
  visit(document);
  const inside = documentElement.getHTML({ serializableShadowRoots: true, shadowRoots: roots });
  const shell = documentElement.cloneNode(false).outerHTML;
  return head + shell.replace(/<\\/html>$/, () => `${inside}</html>`);
}";

/// Writes a document in place of the one that is shown, and waits for it from within: its states are
/// none of the browser's navigation.
const WRITE: &str = "async ({ html, waitUntil }) => {
  window.stop();
  document.open();
  const reached = waitUntil === 'commit' ? Promise.resolve() : new Promise((resolve) => {
    const [target, name] = waitUntil === 'domcontentloaded' ? [document, 'DOMContentLoaded'] : [window, 'load'];
    target.addEventListener(name, resolve, { once: true });
  });
  document.write(html);
  document.close();
  const enough = waitUntil === 'domcontentloaded' ? ['interactive', 'complete'] : ['complete'];
  if (!enough.includes(document.readyState)) await reached;
}";

/// Returns the title.
pub(super) async fn title(progress: &Progress, frame: &Frame) -> Result<Value, Failed> {
    run(progress, frame, TITLE, Value::Null).await
}

/// Returns the document as HTML, with its open shadow roots where that is asked for.
pub(super) async fn content(
    progress: &Progress,
    frame: &Frame,
    include_shadow: bool,
) -> Result<Value, Failed> {
    run(progress, frame, CONTENT, json!({ "includeShadow": include_shadow })).await
}

/// Writes a document.
pub(super) async fn write(
    progress: &Progress,
    frame: &Frame,
    html: &str,
    wait_until: Lifecycle,
) -> Result<(), Failed> {
    progress.log(&format!("setting frame content, waiting until \"{}\"", name(wait_until)));
    run(progress, frame, WRITE, json!({ "html": html, "waitUntil": name(wait_until) })).await?;
    if wait_until == Lifecycle::NetworkIdle {
        frame.wait_for_load_state(progress, wait_until).await?;
    }
    Ok(())
}

/// Returns the state as scripts name it.
pub(super) fn name(state: Lifecycle) -> String {
    serde_json::to_value(state).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

async fn run(progress: &Progress, frame: &Frame, code: &str, argument: Value) -> Result<Value, Failed> {
    let value =
        frame.evaluate(progress, &Script::Function(code.to_owned()), &Argument::json(&argument)).await?;
    Ok(value.to_json())
}
