//! From parts to text: what `Selector::parse` reads back as the same parts.

use std::fmt;

use super::role::{NameMatch, RoleQuery, Tristate};
use super::{Part, Regex, Selector, TextKind, TextMatch};

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_parts(f, &self.parts)
    }
}

impl fmt::Display for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/{}", self.source, self.flags)
    }
}

fn write_parts(f: &mut fmt::Formatter<'_>, parts: &[Part]) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(" >> ")?;
        }
        write_part(f, part)?;
    }
    Ok(())
}

fn text_of(parts: &[Part]) -> String {
    Selector { parts: parts.to_vec() }.to_string()
}

/// A JSON string, which every engine of ours reads as a quoted text.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn marked(matcher: &TextMatch) -> String {
    match matcher {
        TextMatch::Regex(regex) => regex.to_string(),
        TextMatch::Plain { kind: TextKind::Lax, text } => format!("{}i", quoted(text)),
        TextMatch::Plain { text, .. } => format!("{}s", quoted(text)),
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, engine: &str, matcher: &TextMatch) -> fmt::Result {
    match matcher {
        TextMatch::Plain { kind: TextKind::Node, text } => {
            write!(f, "{engine}=\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        }
        matcher if engine == "text" => write!(f, "internal:text={}", marked(matcher)),
        TextMatch::Plain { text, .. } => write!(f, "{engine}={text}"),
        TextMatch::Regex(regex) => write!(f, "{engine}={regex}"),
    }
}

fn write_part(f: &mut fmt::Formatter<'_>, part: &Part) -> fmt::Result {
    match part {
        Part::Css(css) => write!(f, "css{}={}", if css.light { ":light" } else { "" }, css.source),
        Part::Xpath(path) => write!(f, "xpath={path}"),
        Part::Text(matcher) => write_text(f, "text", matcher),
        Part::TextLight(matcher) => write_text(f, "text:light", matcher),
        Part::Role(query) => write!(f, "role={query}"),
        Part::Aria { name, role } => {
            write!(f, "aria={}", name.as_deref().unwrap_or_default())?;
            role.as_ref().map_or(Ok(()), |role| write!(f, "[role=\"{role}\"]"))
        }
        Part::Label(matcher) => write!(f, "internal:label={}", marked(matcher)),
        Part::Attribute { names, matcher } => {
            write!(f, "internal:attr=[{}={}]", names.join(","), marked(matcher))
        }
        Part::Nth(index) => write!(f, "nth={index}"),
        Part::Visible(visible) => write!(f, "visible={visible}"),
        Part::Has(parts) => write!(f, "internal:has={}", quoted(&text_of(parts))),
        Part::HasNot(parts) => write!(f, "internal:has-not={}", quoted(&text_of(parts))),
        Part::HasText(matcher) => write!(f, "internal:has-text={}", marked(matcher)),
        Part::HasNotText(matcher) => write!(f, "internal:has-not-text={}", marked(matcher)),
        Part::And(parts) => write!(f, "internal:and={}", quoted(&text_of(parts))),
        Part::Or(parts) => write!(f, "internal:or={}", quoted(&text_of(parts))),
        Part::Chain(parts) => write!(f, "internal:chain={}", quoted(&text_of(parts))),
        Part::Frame => f.write_str("internal:control=enter-frame"),
        Part::Describe(text) => write!(f, "internal:describe={}", quoted(text)),
    }
}

impl fmt::Display for RoleQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.role)?;
        let states = [("checked", self.checked), ("pressed", self.pressed)];
        for (name, state) in states {
            match state {
                Some(Tristate::Is(value)) => write!(f, "[{name}={value}]")?,
                Some(Tristate::Mixed) => write!(f, "[{name}=mixed]")?,
                None => {}
            }
        }
        let flags = [
            ("selected", self.selected),
            ("expanded", self.expanded),
            ("disabled", self.disabled),
            ("include-hidden", self.include_hidden),
        ];
        for (name, flag) in flags {
            flag.map_or(Ok(()), |flag| write!(f, "[{name}={flag}]"))?;
        }
        self.level.map_or(Ok(()), |level| write!(f, "[level={level}]"))?;
        for (name, matcher) in [("name", &self.name), ("description", &self.description)] {
            match matcher {
                Some(NameMatch::Regex(regex)) => write!(f, "[{name}={regex}]")?,
                Some(NameMatch::Plain { op, text, any_case }) => {
                    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
                    write!(f, "[{name}{op}\"{text}\"{}]", if *any_case { "i" } else { "s" })?;
                }
                None => {}
            }
        }
        Ok(())
    }
}
