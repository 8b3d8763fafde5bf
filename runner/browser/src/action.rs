//! Actions on the element that a selector finds: their vocabulary, and what each asks of the page
//! and of the input devices.
//!
//! Waiting until an action may happen is the page's work (`injected/wait.js`), one round trip. `run`
//! walks the frames and asks, `perform` tells the actions apart, `pointer` aims and presses.

mod drag;
mod files;
mod options;
mod owner;
mod perform;
mod pointer;
mod run;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::evaluate::{Argument, JsHandle};
use crate::selector::Selector;

pub use options::{
    Choice, ClickOptions, DragOptions, DropOptions, ElementState, FileChoice, FilePayload, HoverOptions,
    Point, Scroll, SelectorState, TapOptions,
};
pub use run::Locating;
pub(crate) use run::{Ask, adopt};

/// What is to be done with, or read from, an element.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "action", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Action {
    /// Presses and releases a mouse button on the element.
    Click(ClickOptions),
    /// The same, twice.
    Dblclick(ClickOptions),
    /// Moves the mouse over the element.
    Hover(HoverOptions),
    /// Touches the element.
    Tap(TapOptions),
    /// Clicks unless it is checked already, and makes sure that it is then.
    Check(ClickOptions),
    /// Clicks unless it is unchecked already, and makes sure that it is then.
    Uncheck(ClickOptions),
    /// One of the two.
    SetChecked {
        /// Which.
        checked: bool,
        /// How it is clicked.
        #[serde(flatten)]
        options: ClickOptions,
    },
    /// Drags the element onto another one.
    DragTo(Box<DragOptions>),
    /// Drops files or data onto the element, as from outside of the browser.
    Drop(DropOptions),
    /// Puts a value into a field.
    Fill {
        /// The value.
        value: String,
        /// Whether nothing is waited for.
        #[serde(default)]
        force: bool,
    },
    /// Empties a field.
    Clear {
        /// Whether nothing is waited for.
        #[serde(default)]
        force: bool,
    },
    /// Focuses the element and types, key by key.
    #[serde(alias = "type")]
    PressSequentially {
        /// What is typed.
        text: String,
        /// Milliseconds between keys.
        #[serde(default)]
        delay: f64,
    },
    /// Focuses the element and presses a key or shortcut.
    Press {
        /// As `Control+A` or `Enter`.
        key: String,
        /// Milliseconds between down and up.
        #[serde(default)]
        delay: f64,
        /// Whether navigations that it begins are not waited for.
        #[serde(default)]
        no_wait_after: bool,
    },
    /// Chooses options of a `<select>`; gives the values chosen.
    SelectOption {
        /// Which.
        options: Vec<Choice>,
        /// Options given as elements, which `options` name by their place here.
        #[serde(skip)]
        handles: Vec<JsHandle>,
        /// Whether nothing is waited for.
        #[serde(default)]
        force: bool,
    },
    /// Selects all text of the element.
    SelectText {
        /// Whether nothing is waited for.
        #[serde(default)]
        force: bool,
    },
    /// Puts files into a file field.
    SetInputFiles {
        /// Which.
        files: FileChoice,
    },
    /// Gives the element the focus.
    Focus,
    /// Takes the focus from the element.
    Blur,
    /// Scrolls until the element is in view.
    ScrollIntoViewIfNeeded,
    /// Sends the element an event made by script.
    DispatchEvent {
        /// As `click`.
        #[serde(rename = "type")]
        event: String,
        /// What the event is made of.
        #[serde(skip, default = "Argument::none")]
        event_init: Argument,
    },
    /// Waits for a state.
    WaitFor {
        /// Which.
        #[serde(default)]
        state: SelectorState,
    },
    /// Marks all elements that are there now for people who watch, and for pictures.
    Highlight {
        /// What the mark looks like, as a list of CSS declarations.
        #[serde(default)]
        style: String,
    },
    /// Takes the marks away.
    HideHighlight,
    /// The text, hidden parts included.
    TextContent,
    /// The text as rendered.
    InnerText,
    /// The markup inside.
    #[serde(rename = "innerHTML")]
    InnerHtml,
    /// The value of a field.
    InputValue,
    /// An attribute; null where it is not there.
    GetAttribute {
        /// Its name.
        name: String,
    },
    /// Whether it is visible, at once.
    IsVisible,
    /// Whether it is hidden or not there, at once.
    IsHidden,
    /// Whether it is enabled.
    IsEnabled,
    /// Whether it is disabled.
    IsDisabled,
    /// Whether it can be edited.
    IsEditable,
    /// Whether it is checked.
    IsChecked,
    /// Its box in the page's viewport; null where it has none.
    BoundingBox,
    /// The accessibility tree as YAML, or as a list of objects.
    AriaSnapshot {
        /// How deep it goes; all of it where not given.
        #[serde(default)]
        depth: Option<u32>,
        /// Whether each node tells its box.
        #[serde(default)]
        boxes: bool,
        /// Whether objects are given.
        #[serde(default)]
        json: bool,
    },
    /// How many elements there are, at once.
    Count,
    /// The texts of all elements, at once.
    AllTextContents,
    /// The rendered texts of all elements, at once.
    AllInnerTexts,
}

impl Action {
    /// The script's name of the action, for call logs.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Click(_) => "click",
            Self::Dblclick(_) => "dblclick",
            Self::Hover(_) => "hover",
            Self::Tap(_) => "tap",
            Self::Check(_) | Self::Uncheck(_) | Self::SetChecked { .. } => "click",
            Self::DragTo(_) => "move and down",
            Self::Drop(_) => "drop",
            Self::Fill { .. } | Self::Clear { .. } => "fill",
            Self::PressSequentially { .. } => "type",
            Self::Press { .. } => "press",
            Self::SelectOption { .. } => "select option",
            Self::SelectText { .. } => "selectText",
            Self::SetInputFiles { .. } => "set input files",
            Self::Focus => "focus",
            Self::Blur => "blur",
            Self::ScrollIntoViewIfNeeded => "scroll into view",
            Self::DispatchEvent { .. } => "dispatchEvent",
            Self::WaitFor { .. } => "waitFor",
            Self::Highlight { .. } => "highlight",
            _ => "read",
        }
    }

    /// The task that the page is given, for everything but presses.
    fn task(&self) -> Value {
        let read = |what: &str| json!({ "kind": "read", "what": what });
        let presence = |what: &str| json!({ "kind": "presence", "what": what });
        let list = |what: &str| json!({ "kind": "list", "what": what });
        match self {
            Self::Fill { value, force } => json!({ "kind": "fill", "value": value, "force": force }),
            Self::Clear { force } => json!({ "kind": "fill", "value": "", "force": force }),
            Self::PressSequentially { .. } | Self::Press { .. } => {
                json!({ "kind": "focus", "fromStart": true })
            }
            Self::SelectOption { options, force, .. } => {
                json!({ "kind": "selectOption", "options": options, "force": force })
            }
            Self::SelectText { force } => json!({ "kind": "selectText", "force": force }),
            Self::Focus => json!({ "kind": "focus", "fromStart": false }),
            Self::Blur => json!({ "kind": "blur" }),
            Self::Drop(options) => json!({
                "kind": "drop", "files": options.files, "data": options.data, "position": options.position,
            }),
            Self::ScrollIntoViewIfNeeded => json!({ "kind": "scrollIntoView" }),
            Self::DispatchEvent { event, event_init } => {
                json!({ "kind": "dispatchEvent", "type": event, "eventInit": event_init.value })
            }
            Self::WaitFor { state } => json!({ "kind": "state", "state": state }),
            Self::Highlight { style } => json!({ "kind": "highlight", "style": style }),
            Self::HideHighlight => json!({ "kind": "hideHighlight" }),
            Self::TextContent => read("textContent"),
            Self::InnerText => read("innerText"),
            Self::InnerHtml => read("innerHTML"),
            Self::InputValue => read("inputValue"),
            Self::GetAttribute { name } => json!({ "kind": "read", "what": "getAttribute", "name": name }),
            Self::IsVisible => presence("isVisible"),
            Self::IsHidden => presence("isHidden"),
            Self::IsEnabled => read("isEnabled"),
            Self::IsDisabled => read("isDisabled"),
            Self::IsEditable => read("isEditable"),
            Self::IsChecked => read("isChecked"),
            Self::BoundingBox => read("boundingBox"),
            Self::AriaSnapshot { depth, boxes, json } => {
                json!({ "kind": "read", "what": "ariaSnapshot", "depth": depth, "boxes": boxes, "json": json })
            }
            Self::Count => list("count"),
            Self::AllTextContents => list("allTextContents"),
            Self::AllInnerTexts => list("allInnerTexts"),
            Self::Click(_)
            | Self::Dblclick(_)
            | Self::Hover(_)
            | Self::Tap(_)
            | Self::Check(_)
            | Self::Uncheck(_)
            | Self::SetChecked { .. }
            | Self::DragTo(_)
            | Self::SetInputFiles { .. } => Value::Null,
        }
    }

    /// Whether the page is looked at once instead of waited for.
    fn is_immediate(&self) -> bool {
        matches!(
            self,
            Self::IsVisible
                | Self::IsHidden
                | Self::Count
                | Self::AllTextContents
                | Self::AllInnerTexts
                | Self::Highlight { .. }
                | Self::HideHighlight
        )
    }

    /// Whether an element that left its document is of no use.
    fn needs_attached(&self) -> bool {
        matches!(
            self,
            Self::Click(_)
                | Self::Dblclick(_)
                | Self::Hover(_)
                | Self::Tap(_)
                | Self::Check(_)
                | Self::Uncheck(_)
                | Self::SetChecked { .. }
                | Self::DragTo(_)
                | Self::Fill { .. }
                | Self::Clear { .. }
                | Self::SelectOption { .. }
                | Self::SelectText { .. }
                | Self::ScrollIntoViewIfNeeded
        )
    }
}

/// Where an action takes place: what a selector finds, or one element that is held.
#[derive(Clone, Debug)]
pub(crate) enum Subject<'a> {
    Selector(&'a Selector),
    Element(&'a JsHandle),
}
