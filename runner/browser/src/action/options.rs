//! The options of actions, named as scripts name them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::input::{Button, Modifier};
use crate::selector::Selector;

/// A place in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// Whether an element out of sight is scrolled to before it is pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scroll {
    /// Where that is needed.
    #[default]
    Auto,
    /// Never: it has to be in view.
    None,
}

/// The options of clicks and checks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClickOptions {
    /// Which button.
    pub button: Button,
    /// How often; 1 where not given.
    pub click_count: Option<u32>,
    /// Milliseconds between down and up.
    pub delay: f64,
    /// Whether nothing is waited for.
    pub force: bool,
    /// Whether navigations that it begins are not waited for.
    pub no_wait_after: bool,
    /// Keys held meanwhile, as `Shift`; without them those that are held already.
    pub modifiers: Option<Vec<Modifier>>,
    /// Where in the element, from its padding's corner; its middle where not given.
    pub position: Option<Point>,
    /// Whether an element out of sight is scrolled to.
    pub scroll: Scroll,
    /// Moves of the mouse on the way.
    pub steps: Option<u32>,
    /// Whether everything is done but the click.
    pub trial: bool,
}

/// The options of a hover.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HoverOptions {
    /// Whether nothing is waited for.
    pub force: bool,
    /// Whether navigations that it begins are not waited for.
    pub no_wait_after: bool,
    /// Keys held meanwhile; without them those that are held already.
    pub modifiers: Option<Vec<Modifier>>,
    /// Where in the element.
    pub position: Option<Point>,
    /// Whether an element out of sight is scrolled to.
    pub scroll: Scroll,
    /// Whether everything is done but the move.
    pub trial: bool,
}

/// The options of a tap.
pub type TapOptions = HoverOptions;

/// The options of dragging one element onto another.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DragOptions {
    /// The element to drop on.
    pub target: Selector,
    /// Where in the dragged element.
    #[serde(default)]
    pub source_position: Option<Point>,
    /// Where in the other one.
    #[serde(default)]
    pub target_position: Option<Point>,
    /// Moves of the mouse on the way.
    #[serde(default)]
    pub steps: Option<u32>,
    /// Whether nothing is waited for.
    #[serde(default)]
    pub force: bool,
    /// Whether elements out of sight are scrolled to.
    #[serde(default)]
    pub scroll: Scroll,
    /// Whether everything is done but the drag.
    #[serde(default)]
    pub trial: bool,
    /// Whether each selector must match one element.
    #[serde(default = "yes")]
    pub strict: bool,
}

fn yes() -> bool {
    true
}

/// What is dropped from outside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DropOptions {
    /// Files, with their content.
    pub files: Vec<FilePayload>,
    /// Data by MIME type.
    pub data: BTreeMap<String, String>,
    /// Where in the element, from its padding's corner; its middle where not given.
    pub position: Option<Point>,
}

/// A file that is given by its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FilePayload {
    /// Its name.
    pub name: String,
    /// Its MIME type.
    #[serde(default)]
    pub mime_type: String,
    /// Its bytes as base64.
    pub buffer: String,
}

/// The files for a file field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FileChoice {
    /// By content.
    Payloads(Vec<FilePayload>),
    /// By path, on the machine where the browser runs.
    Paths(Vec<String>),
    /// A folder, by path.
    Folder(String),
}

/// An option of a `<select>`: by what it must match, all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Choice {
    /// Its value or its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_or_label: Option<String>,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// The element, by its place among the handles of the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<usize>,
}

/// What is waited for with a selector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SelectorState {
    /// There is such an element.
    Attached,
    /// There is none.
    Detached,
    /// It is visible.
    #[default]
    Visible,
    /// It is hidden or not there.
    Hidden,
}

/// What is waited for with an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ElementState {
    /// It is visible.
    Visible,
    /// It is hidden or gone.
    Hidden,
    /// It stays where it is.
    Stable,
    /// It is enabled.
    Enabled,
    /// It is disabled.
    Disabled,
    /// It can be edited.
    Editable,
}
