//! Selectors made from arguments instead of text: the `getBy…` family, filters and their like.

use serde::{Deserialize, Serialize};

use super::role::{RoleQuery, Tristate};
use super::{Part, Pattern, Selector, TextKind, TextMatch};

/// The options of [`Selector::by_role`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoleOptions {
    /// The accessible name, or a part of it.
    pub name: Option<Pattern>,
    /// The accessible description, or a part of it.
    pub description: Option<Pattern>,
    /// Whether name and description must match as a whole, in their case.
    pub exact: bool,
    /// Whether it is checked.
    pub checked: Option<bool>,
    /// Whether it is disabled.
    pub disabled: Option<bool>,
    /// Whether it is expanded.
    pub expanded: Option<bool>,
    /// Whether elements count that assistive technology does not see.
    pub include_hidden: Option<bool>,
    /// The level of a heading, list item, row or tree item.
    pub level: Option<i64>,
    /// Whether it is pressed.
    pub pressed: Option<bool>,
    /// Whether it is selected.
    pub selected: Option<bool>,
}

impl From<Pattern> for TextMatch {
    fn from(pattern: Pattern) -> Self {
        text_match(pattern, false)
    }
}

fn text_match(pattern: Pattern, exact: bool) -> TextMatch {
    match pattern {
        Pattern::Regex(regex) => TextMatch::Regex(regex),
        Pattern::Text(text) => {
            TextMatch::Plain { kind: if exact { TextKind::Exact } else { TextKind::Lax }, text }
        }
    }
}

fn attribute(name: &str, matcher: TextMatch) -> Selector {
    Selector::from_parts(vec![Part::Attribute { names: vec![name.to_owned()], matcher }])
}

impl Selector {
    /// Elements by their text.
    pub fn by_text(text: Pattern, exact: bool) -> Self {
        Self::from_parts(vec![Part::Text(text_match(text, exact))])
    }

    /// Controls by the text of their label.
    pub fn by_label(text: Pattern, exact: bool) -> Self {
        Self::from_parts(vec![Part::Label(text_match(text, exact))])
    }

    /// Fields by their placeholder.
    pub fn by_placeholder(text: Pattern, exact: bool) -> Self {
        attribute("placeholder", text_match(text, exact))
    }

    /// Images by their alternative text.
    pub fn by_alt_text(text: Pattern, exact: bool) -> Self {
        attribute("alt", text_match(text, exact))
    }

    /// Elements by their title.
    pub fn by_title(text: Pattern, exact: bool) -> Self {
        attribute("title", text_match(text, exact))
    }

    /// Elements by their test id, in the attributes that hold one.
    pub fn by_test_id(attributes: &[String], id: Pattern) -> Self {
        Self::from_parts(vec![Part::Attribute { names: attributes.to_vec(), matcher: text_match(id, true) }])
    }

    /// Elements by role, accessible name and state.
    pub fn by_role(role: &str, options: RoleOptions) -> Self {
        let matcher =
            |pattern: Option<Pattern>| pattern.map(|pattern| text_match(pattern, options.exact).into());
        Self::from_parts(vec![Part::Role(RoleQuery {
            role: role.to_lowercase(),
            name: matcher(options.name.clone()),
            description: matcher(options.description.clone()),
            checked: options.checked.map(Tristate::Is),
            pressed: options.pressed.map(Tristate::Is),
            selected: options.selected,
            expanded: options.expanded,
            disabled: options.disabled,
            level: options.level,
            include_hidden: options.include_hidden,
        })])
    }

    /// Looks for the other selector below what this one finds.
    pub fn then(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// The element at this place of those found, from the end where negative.
    pub fn nth(mut self, index: i64) -> Self {
        self.parts.push(Part::Nth(index));
        self
    }

    /// Goes into the document of the frame element found.
    pub fn enter_frame(mut self) -> Self {
        self.parts.push(Part::Frame);
        self
    }

    /// Keeps what holds a match of the other selector, or what does not.
    pub fn having(mut self, other: Self, wanted: bool) -> Self {
        self.parts.push(if wanted { Part::Has(other.parts) } else { Part::HasNot(other.parts) });
        self
    }

    /// Keeps what holds the text, or what does not.
    pub fn having_text(mut self, text: Pattern, wanted: bool) -> Self {
        self.parts.push(if wanted { Part::HasText(text.into()) } else { Part::HasNotText(text.into()) });
        self
    }

    /// Keeps what is visible, or what is not.
    pub fn visible(mut self, wanted: bool) -> Self {
        self.parts.push(Part::Visible(wanted));
        self
    }

    /// Keeps what the other selector finds as well.
    pub fn and(mut self, other: Self) -> Self {
        self.parts.push(Part::And(other.parts));
        self
    }

    /// Adds what the other selector finds.
    pub fn or(mut self, other: Self) -> Self {
        self.parts.push(Part::Or(other.parts));
        self
    }
}
