//! Expectations: what should hold of the elements that a selector finds, or of a page.
//!
//! The page waits and compares (`injected/expect.js`); here are the vocabulary, the errors in it
//! that can be told beforehand, and the way there and back.

mod aria;
mod run;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::evaluate::WireValue;
use crate::progress::CallLog;
use crate::selector::Pattern;

use aria::AriaTemplate;

/// An expectation: a matcher with its options, or its opposite.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expectation {
    /// Whether the matcher must not hold.
    #[serde(default)]
    pub not: bool,
    /// What is expected.
    #[serde(flatten)]
    pub matcher: Matcher,
}

/// What came of an expectation.
#[derive(Clone, Debug)]
pub struct ExpectOutcome {
    /// Whether the expectation was met, `not` taken into account.
    pub pass: bool,
    /// What was there at the last look: a text, a list of texts, a number, or the words of a state;
    /// `toHaveJSProperty` gives the wire form of the value. Null where nothing was looked at.
    pub received: Value,
    /// Whether no element was found at the last look.
    pub missing: bool,
    /// Why it failed, where it is not simply another value: a selector that matched several
    /// elements, an element that cannot have the state.
    pub error: Option<String>,
    /// Whether the deadline passed.
    pub timed_out: bool,
    /// What was tried.
    pub log: CallLog,
}

/// One text, or one for each element.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Texts {
    /// The texts of all elements, in their order. Tried first: two texts could be read as the source and the
    /// flags of an expression.
    Many(Vec<Pattern>),
    /// The text of the one element.
    One(Pattern),
}

/// How texts are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TextOptions {
    /// Whether case is ignored; an expression keeps its own flag where this is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_case: Option<bool>,
    /// Whether `innerText` is taken instead of `textContent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_inner_text: Option<bool>,
}

/// The matchers, named as scripts call them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "matcher", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Matcher {
    /// The element is connected to the document.
    ToBeAttached {
        /// False: it is not.
        attached: Option<bool>,
    },
    /// The element is visible.
    ToBeVisible {
        /// False: it is hidden.
        visible: Option<bool>,
    },
    /// The element is hidden or not there.
    ToBeHidden {},
    /// The element is enabled.
    ToBeEnabled {
        /// False: it is disabled.
        enabled: Option<bool>,
    },
    /// The element is disabled.
    ToBeDisabled {},
    /// The element can be edited.
    ToBeEditable {
        /// False: it is read-only.
        editable: Option<bool>,
    },
    /// The checkbox, radio button or its like is checked.
    ToBeChecked {
        /// False: it is not.
        checked: Option<bool>,
        /// True: it is in between.
        indeterminate: Option<bool>,
    },
    /// The field has no value, or the element no text.
    ToBeEmpty {},
    /// The element has the focus.
    ToBeFocused {},
    /// The element is in view.
    ToBeInViewport {
        /// The least share of it that must be.
        ratio: Option<f64>,
    },
    /// The text is this.
    ToHaveText {
        /// One text, or one for each element.
        expected: Texts,
        /// How it is compared.
        #[serde(flatten)]
        options: TextOptions,
    },
    /// The text holds this.
    ToContainText {
        /// One text, or several that elements hold in this order.
        expected: Texts,
        /// How it is compared.
        #[serde(flatten)]
        options: TextOptions,
    },
    /// The attribute is there, or has this value.
    ToHaveAttribute {
        /// The attribute.
        name: String,
        /// Its value; without it, it only has to be there.
        #[serde(skip_serializing_if = "Option::is_none")]
        expected: Option<Pattern>,
        /// How it is compared.
        #[serde(flatten)]
        options: TextOptions,
    },
    /// The `class` attribute is this.
    ToHaveClass {
        /// One, or one for each element.
        expected: Texts,
    },
    /// The `class` attribute holds these classes.
    ToContainClass {
        /// One list, or one for each element.
        expected: Texts,
    },
    /// The computed style is this: one property, or several.
    #[serde(rename = "toHaveCSS")]
    ToHaveCss {
        /// The property.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Its value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<Pattern>,
        /// Values by property.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        styles: Option<BTreeMap<String, String>>,
        /// The pseudo element, as `before`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pseudo: Option<String>,
    },
    /// The id is this.
    ToHaveId {
        /// The id.
        expected: Pattern,
    },
    /// The ARIA role is this.
    ToHaveRole {
        /// The role.
        expected: Pattern,
    },
    /// The accessible name is this.
    ToHaveAccessibleName {
        /// The name.
        expected: Pattern,
        /// How it is compared.
        #[serde(flatten)]
        options: TextOptions,
    },
    /// The accessible description is this.
    ToHaveAccessibleDescription {
        /// The description.
        expected: Pattern,
        /// How it is compared.
        #[serde(flatten)]
        options: TextOptions,
    },
    /// The accessible error message is this.
    ToHaveAccessibleErrorMessage {
        /// The message.
        expected: Pattern,
        /// How it is compared.
        #[serde(flatten)]
        options: TextOptions,
    },
    /// The value of the field is this.
    ToHaveValue {
        /// The value.
        expected: Pattern,
    },
    /// The values of the chosen options are these.
    ToHaveValues {
        /// The values, in the order of the options.
        expected: Vec<Pattern>,
    },
    /// So many elements are there.
    ToHaveCount {
        /// How many.
        expected: u64,
    },
    /// The property of the DOM object is this.
    #[serde(rename = "toHaveJSProperty")]
    ToHaveJsProperty {
        /// The property, with dots for those of its value.
        name: String,
        /// Its value in the wire form.
        expected: WireValue,
    },
    /// The accessibility tree holds this.
    ToMatchAriaSnapshot {
        /// The YAML text.
        expected: String,
    },
    /// The page's title is this.
    ToHaveTitle {
        /// The title.
        expected: Pattern,
        /// How it is compared.
        #[serde(flatten)]
        options: TextOptions,
    },
    /// The page's address is this.
    #[serde(rename = "toHaveURL")]
    ToHaveUrl {
        /// The whole address, or an expression.
        expected: Pattern,
        /// How it is compared.
        #[serde(flatten)]
        options: TextOptions,
    },
}

impl Expectation {
    /// The matcher as it is.
    pub fn new(matcher: Matcher) -> Self {
        Self { not: false, matcher }
    }

    /// The name of the matcher, with `not` where it is turned round.
    pub(crate) fn name(&self) -> String {
        let value = serde_json::to_value(&self.matcher).unwrap_or_default();
        let name = value.get("matcher").and_then(Value::as_str).unwrap_or_default();
        if self.not { format!("not {name}") } else { name.to_owned() }
    }

    /// Returns what the page is asked, or why it cannot be asked.
    fn wish(&self) -> Result<Value, String> {
        let mut wish = serde_json::to_value(&self.matcher).map_err(|error| error.to_string())?;
        wish["not"] = self.not.into();
        let state = |wish: &mut Value, name: &str, wanted: bool| {
            wish["matcher"] = name.into();
            wish["wanted"] = wanted.into();
        };
        match &self.matcher {
            Matcher::ToBeAttached { attached } => state(&mut wish, "toBeAttached", attached.unwrap_or(true)),
            Matcher::ToBeVisible { visible } => state(&mut wish, "toBeVisible", visible.unwrap_or(true)),
            Matcher::ToBeHidden {} => state(&mut wish, "toBeVisible", false),
            Matcher::ToBeEnabled { enabled } => state(&mut wish, "toBeEnabled", enabled.unwrap_or(true)),
            Matcher::ToBeDisabled {} => state(&mut wish, "toBeEnabled", false),
            Matcher::ToBeEditable { editable } => state(&mut wish, "toBeEditable", editable.unwrap_or(true)),
            Matcher::ToBeChecked { checked: Some(_), indeterminate: Some(true) } => {
                return Err("Can't assert indeterminate and checked at the same time".to_owned());
            }
            Matcher::ToBeChecked { checked, .. } => state(&mut wish, "toBeChecked", checked.unwrap_or(true)),
            Matcher::ToContainClass { expected } if expected.has_regex() => {
                return Err(
                    "classes are compared one by one: give them as a text, not as a regular expression"
                        .to_owned(),
                );
            }
            Matcher::ToMatchAriaSnapshot { expected } => {
                let template = AriaTemplate::parse(expected)?;
                wish["expected"] = serde_json::to_value(template).map_err(|error| error.to_string())?;
            }
            _ => {}
        }
        Ok(wish)
    }

    /// Properties that a page gives its elements are seen only in its own world.
    fn needs_main_world(&self) -> bool {
        matches!(self.matcher, Matcher::ToHaveJsProperty { .. })
    }
}

impl Texts {
    fn has_regex(&self) -> bool {
        let is_regex = |pattern: &Pattern| matches!(pattern, Pattern::Regex(_));
        match self {
            Self::One(pattern) => is_regex(pattern),
            Self::Many(patterns) => patterns.iter().any(is_regex),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(given: Value, wish: Value) {
        let expectation: Expectation =
            serde_json::from_value(given.clone()).unwrap_or_else(|error| panic!("{given}: {error}"));
        assert_eq!(expectation.wish().unwrap(), wish);
    }

    #[test]
    fn options_are_those_of_scripts() {
        check(
            json!({ "matcher": "toHaveText", "expected": ["a", { "source": "b", "flags": "i" }], "ignoreCase": true }),
            json!({ "matcher": "toHaveText", "expected": ["a", { "source": "b", "flags": "i" }], "ignoreCase": true, "not": false }),
        );
        check(
            json!({ "matcher": "toBeVisible", "visible": false, "not": true }),
            json!({ "matcher": "toBeVisible", "visible": false, "not": true, "wanted": false }),
        );
        check(
            json!({ "matcher": "toHaveCSS", "name": "color", "expected": "red" }),
            json!({ "matcher": "toHaveCSS", "name": "color", "expected": "red", "not": false }),
        );
        check(
            json!({ "matcher": "toBeHidden" }),
            json!({ "matcher": "toBeVisible", "not": false, "wanted": false }),
        );
    }

    #[test]
    fn contradictions_are_refused() {
        let both = Matcher::ToBeChecked { checked: Some(false), indeterminate: Some(true) };
        assert!(Expectation::new(both).wish().is_err());
        let regex = Pattern::Regex(crate::selector::Regex { source: "a".to_owned(), flags: String::new() });
        assert!(Expectation::new(Matcher::ToContainClass { expected: Texts::One(regex) }).wish().is_err());
        assert!(
            Expectation::new(Matcher::ToMatchAriaSnapshot { expected: "heading".to_owned() }).wish().is_err()
        );
    }

    #[test]
    fn names_carry_not() {
        let expectation = Expectation { not: true, matcher: Matcher::ToBeHidden {} };
        assert_eq!(expectation.name(), "not toBeHidden");
    }
}
