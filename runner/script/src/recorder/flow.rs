//! What a recording is (FORMATS.md §6).

use std::time::Duration;

use canary_browser::{Button, Selector};

/// A recording.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flow {
    pub(crate) title: String,
    /// Limit of a step without one of its own.
    pub(crate) timeout: Option<Duration>,
    pub(crate) steps: Vec<Step>,
}

/// A step of a recording.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) action: StepAction,
    pub(crate) timeout: Option<Duration>,
    pub(crate) target: Target,
    /// Where the frame is: the place among the frames of each level.
    pub(crate) frame: Vec<usize>,
    /// Navigations that the step leads to.
    pub(crate) navigations: Vec<Navigation>,
    /// Line in the file, from 1.
    pub(crate) line: u32,
}

/// The page that a step is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    Main,
    /// A popup, by its address.
    Page(String),
}

/// A navigation that was recorded with a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Navigation {
    pub(crate) url: Option<String>,
    pub(crate) title: Option<String>,
}

/// Ways to find one element, best first. The first that finds something wins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alternatives {
    pub(crate) selectors: Vec<Selector>,
    /// The first as written, for names of steps.
    pub(crate) label: String,
}

/// How a recorded click is made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Click {
    pub(crate) offset: Option<(f64, f64)>,
    pub(crate) button: Button,
    pub(crate) touch: bool,
    pub(crate) duration: Duration,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum StepAction {
    Change { on: Alternatives, value: String },
    Click { on: Alternatives, click: Click },
    DoubleClick { on: Alternatives, click: Click },
    Hover { on: Alternatives },
    Close,
    Custom(Custom),
    EmulateNetwork { download: f64, upload: f64, latency: f64 },
    KeyDown { key: String },
    KeyUp { key: String },
    Navigate { url: String },
    Scroll { on: Option<Alternatives>, x: f64, y: f64 },
    SetViewport(Viewport),
    WaitForElement(WaitForElement),
    WaitForExpression { expression: String },
}

/// The size and kind of a screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Viewport {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) scale: f64,
    pub(crate) is_mobile: bool,
    pub(crate) has_touch: bool,
}

/// What is waited for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WaitForElement {
    pub(crate) on: Alternatives,
    pub(crate) operator: Operator,
    pub(crate) count: u32,
    pub(crate) visible: bool,
    pub(crate) properties: serde_json::Map<String, serde_json::Value>,
    pub(crate) attributes: serde_json::Map<String, serde_json::Value>,
}

/// How a count is compared. Documentation says `==` is the default, the Recorder's own player has `>=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    AtLeast,
    Exactly,
    AtMost,
}

impl Operator {
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::Exactly => "==",
            Self::AtMost => "<=",
        }
    }
}

/// What recordings lack, as `customStep`. Its `parameters` hold what each needs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Custom {
    /// `assertText`: the element's text is, or holds, this.
    AssertText { on: Alternatives, text: String, exact: bool },
    /// `setVariable`: a name for a value, or for the text or an attribute of an element.
    SetVariable { name: String, from: VariableSource },
    /// `upload`: puts files of the checkout into a file field.
    Upload { on: Alternatives, files: Vec<String> },
    /// `download`: clicks and waits until the file is whole.
    Download { on: Alternatives, name: Option<String> },
    /// `secret`: types a secret of the operator.
    Secret { on: Alternatives, secret: String },
    /// `totp`: types the one-time code of a secret.
    Totp { on: Alternatives, secret: String },
    /// Anything else does nothing, as in the Recorder's own player.
    Unknown { name: String },
}

/// Where the value of a variable comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum VariableSource {
    Value(String),
    Text(Alternatives),
    Attribute(Alternatives, String),
}

impl Step {
    /// Returns the name under which the step is told of. Values typed are not in it: they may be secret.
    pub(crate) fn name(&self) -> String {
        match &self.action {
            StepAction::Change { on, .. } => format!("change {}", on.label),
            StepAction::Click { on, .. } => format!("click {}", on.label),
            StepAction::DoubleClick { on, .. } => format!("double click {}", on.label),
            StepAction::Hover { on } => format!("hover {}", on.label),
            StepAction::Close => "close".to_owned(),
            StepAction::Custom(custom) => custom.name(),
            StepAction::EmulateNetwork { .. } => "emulate network conditions".to_owned(),
            StepAction::KeyDown { key } => format!("key down {key}"),
            StepAction::KeyUp { key } => format!("key up {key}"),
            StepAction::Navigate { url } => format!("navigate {url}"),
            StepAction::Scroll { on: None, x, y } => format!("scroll to {x}, {y}"),
            StepAction::Scroll { on: Some(on), .. } => format!("scroll {}", on.label),
            StepAction::SetViewport(viewport) => {
                format!("set viewport {}x{}", viewport.width, viewport.height)
            }
            StepAction::WaitForElement(wait) => format!("wait for element {}", wait.on.label),
            StepAction::WaitForExpression { .. } => "wait for expression".to_owned(),
        }
    }
}

impl Custom {
    fn name(&self) -> String {
        match self {
            Self::AssertText { on, .. } => format!("assert text of {}", on.label),
            Self::SetVariable { name, .. } => format!("set variable {name}"),
            Self::Upload { on, .. } => format!("upload {}", on.label),
            Self::Download { on, .. } => format!("download {}", on.label),
            Self::Secret { on, secret } => format!("type secret {secret} into {}", on.label),
            Self::Totp { on, secret } => format!("type code of {secret} into {}", on.label),
            Self::Unknown { name } => format!("custom step {name}"),
        }
    }
}
