//! Handles of nodes in words, as people know elements. They come a moment after the handle itself.

use std::time::Duration;

use canary_browser::{Argument, JsHandle, Progress, Script};
use serde_json::json;

use super::Host;
use super::registry::HandleId;

/// A page that is busy for longer has no time for words.
const PATIENCE: Duration = Duration::from_secs(5);

const WORDS: &str = "(node) => {
  const line = (text) => text.replace(/\\n/g, '↵').replace(/\\t/g, '⇆');
  const short = (text, most) => { const all = [...text]; return all.length > most ? `${all.slice(0, most).join('')}…` : text; };
  if (node.nodeType === Node.TEXT_NODE) return `#text=${line(node.nodeValue ?? '')}`;
  if (node.nodeType !== Node.ELEMENT_NODE) return line(`<${node.nodeName.toLowerCase()} />`);
  const EMPTY = new Set(['AREA', 'BASE', 'BR', 'COL', 'COMMAND', 'EMBED', 'HR', 'IMG', 'INPUT', 'KEYGEN', 'LINK', 'MENUITEM', 'META', 'PARAM', 'SOURCE', 'TRACK', 'WBR']);
  const BOOLEAN = new Set(['checked', 'selected', 'disabled', 'readonly', 'multiple']);
  const attributes = [...node.attributes]
    .filter(({ name }) => name !== 'style')
    .map(({ name, value }) => (!value && BOOLEAN.has(name) ? ` ${name}` : ` ${name}=\"${value}\"`))
    .sort((a, b) => a.length - b.length);
  const attributeText = short(attributes.join(''), 500);
  const tag = node.nodeName.toLowerCase();
  if (EMPTY.has(node.nodeName)) return line(`<${tag}${attributeText}/>`);
  const children = node.childNodes;
  const onlyText = children.length <= 5 && [...children].every((child) => child.nodeType === Node.TEXT_NODE);
  const text = onlyText ? node.textContent ?? '' : children.length ? '…' : '';
  return line(`<${tag}${attributeText}>${short(text, 50)}</${tag}>`);
}";

impl Host {
    /// Has the words for a node looked up, and tells the prelude when they are there.
    pub(super) fn look_up_words(&self, id: HandleId, handle: &JsHandle) {
        let (host, handle) = (self.me.clone(), handle.clone());
        tokio::task::spawn_local(async move {
            let progress = Progress::new(PATIENCE);
            let words =
                handle.evaluate(&progress, &Script::Function(WORDS.to_owned()), &Argument::none()).await;
            if let (Ok(words), Some(host)) = (words, host.upgrade()) {
                host.emit(id, "preview", json!(words.to_json()));
            }
        });
    }
}
