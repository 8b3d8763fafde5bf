//! The body of `role=`: a role and its attributes in brackets.

use serde::Serialize;

use super::parse::Problem;
use super::{Regex, TextKind, TextMatch, parse};

/// What `role=` asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoleQuery {
    pub(crate) role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<NameMatch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<NameMatch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) checked: Option<Tristate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pressed: Option<Tristate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) selected: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expanded: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) disabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) level: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) include_hidden: Option<bool>,
}

/// Yes, no, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tristate {
    Is(bool),
    Mixed,
}

impl Serialize for Tristate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Is(value) => serializer.serialize_bool(*value),
            Self::Mixed => serializer.serialize_str("mixed"),
        }
    }
}

/// How an accessible name is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum NameMatch {
    #[serde(rename_all = "camelCase")]
    Plain {
        op: &'static str,
        text: String,
        any_case: bool,
    },
    Regex(Regex),
}

impl From<TextMatch> for NameMatch {
    fn from(matcher: TextMatch) -> Self {
        match matcher {
            TextMatch::Regex(regex) => Self::Regex(regex),
            TextMatch::Plain { kind: TextKind::Lax, text } => Self::Plain { op: "*=", text, any_case: true },
            TextMatch::Plain { text, .. } => Self::Plain { op: "=", text, any_case: false },
        }
    }
}

const ATTRIBUTES: &str = r#""checked", "description", "disabled", "expanded", "include-hidden", "level", "name", "pressed", "selected""#;

/// The roles that have a state, for those that only some have (WAI-ARIA 1.2, section 6.6).
fn roles_with(attribute: &str) -> Option<&'static [&'static str]> {
    Some(match attribute {
        "checked" => {
            &["checkbox", "menuitemcheckbox", "option", "radio", "switch", "menuitemradio", "treeitem"]
        }
        "pressed" => &["button"],
        "selected" => &["gridcell", "option", "row", "tab", "rowheader", "columnheader", "treeitem"],
        "expanded" => &[
            "application",
            "button",
            "checkbox",
            "combobox",
            "gridcell",
            "link",
            "listbox",
            "menuitem",
            "row",
            "rowheader",
            "tab",
            "treeitem",
            "columnheader",
            "menuitemcheckbox",
            "menuitemradio",
            "switch",
        ],
        "level" => &["heading", "listitem", "row", "treeitem"],
        _ => return None,
    })
}

enum Value {
    None,
    Text { text: String, quoted: bool, any_case: Option<bool> },
    Regex(Regex),
}

impl RoleQuery {
    /// `lax`: names match as part of the text unless marked otherwise, as `getByRole` has it.
    pub(super) fn parse(body: &str, lax: bool) -> Result<Self, Problem> {
        let mut reader = Reader { chars: body.chars().collect(), at: 0 };
        reader.skip_space();
        let role = reader.word();
        if role.is_empty() {
            return Err(Problem::new(reader.at, "a role (\"role\" engine: Role must not be empty)"));
        }
        let mut query = Self { role: role.to_lowercase(), ..Self::default() };
        loop {
            reader.skip_space();
            match reader.peek() {
                None => return Ok(query),
                Some('[') => query.attribute(&mut reader, lax)?,
                Some(_) => return Err(Problem::new(reader.at, "`[` or the end of the selector")),
            }
        }
    }

    fn attribute(&mut self, reader: &mut Reader, lax: bool) -> Result<(), Problem> {
        reader.at += 1;
        let start = reader.at;
        let name = reader.attribute_name();
        let op = reader.operator()?;
        let value = if op.is_empty() { Value::None } else { reader.value()? };
        reader.skip_space();
        if !reader.eat(']') {
            return Err(Problem::new(reader.at, "`]`"));
        }
        if let Some(roles) = roles_with(&name)
            && !roles.contains(&self.role.as_str())
        {
            let list = roles.iter().map(|role| format!("\"{role}\"")).collect::<Vec<_>>().join(", ");
            return Err(Problem::new(
                start,
                format!("a role that has it (\"{name}\" attribute is only supported for roles: {list})"),
            ));
        }
        let at = |expected: String| Problem::new(start, expected);
        match name.as_str() {
            "name" => {
                self.name = Some(
                    name_match(op, value, lax)
                        .ok_or_else(|| at("a value (\"name\" attribute must have a value)".into()))?,
                )
            }
            "description" => {
                self.description = Some(
                    name_match(op, value, lax)
                        .ok_or_else(|| at("a value (\"description\" attribute must have a value)".into()))?,
                )
            }
            "checked" => self.checked = Some(tristate(&name, op, &value).map_err(at)?),
            "pressed" => self.pressed = Some(tristate(&name, op, &value).map_err(at)?),
            "selected" => self.selected = Some(boolean(&name, op, &value).map_err(at)?),
            "expanded" => self.expanded = Some(boolean(&name, op, &value).map_err(at)?),
            "disabled" => self.disabled = Some(boolean(&name, op, &value).map_err(at)?),
            "include-hidden" => self.include_hidden = Some(boolean(&name, op, &value).map_err(at)?),
            "level" => {
                self.level = Some(level(op, &value).ok_or_else(|| {
                    at("a number (\"level\" attribute must be compared to a number)".into())
                })?)
            }
            _ => {
                return Err(at(format!(
                    "a known attribute (Unknown attribute \"{name}\", must be one of {ATTRIBUTES})"
                )));
            }
        }
        Ok(())
    }
}

fn name_match(op: &'static str, value: Value, lax: bool) -> Option<NameMatch> {
    match value {
        Value::None => None,
        Value::Regex(regex) => Some(NameMatch::Regex(regex)),
        Value::Text { text, any_case, .. } if lax => {
            let exact = any_case == Some(false);
            Some(NameMatch::Plain { op: if exact || op != "=" { op } else { "*=" }, text, any_case: !exact })
        }
        Value::Text { text, any_case, .. } => {
            Some(NameMatch::Plain { op, text, any_case: any_case == Some(true) })
        }
    }
}

fn boolean(name: &str, op: &str, value: &Value) -> Result<bool, String> {
    match tristate(name, op, value) {
        Ok(Tristate::Is(value)) => Ok(value),
        Ok(Tristate::Mixed) | Err(_) => Err(format!("another value (\"{name}\" must be one of true, false)")),
    }
}

fn tristate(name: &str, op: &str, value: &Value) -> Result<Tristate, String> {
    let word = match value {
        Value::None => return Ok(Tristate::Is(true)),
        Value::Text { text, quoted, .. } if op == "=" => (text.as_str(), *quoted),
        Value::Text { text, quoted: false, .. } if text == "true" || text == "false" => {
            return Err(format!("`=` (cannot use {op} in attribute with non-string matching value - true)"));
        }
        _ => ("", true),
    };
    match word {
        ("true", false) => Ok(Tristate::Is(true)),
        ("false", false) => Ok(Tristate::Is(false)),
        ("mixed", _) => Ok(Tristate::Mixed),
        _ => Err(format!("another value (\"{name}\" must be one of true, false, \"mixed\")")),
    }
}

fn level(op: &str, value: &Value) -> Option<i64> {
    match value {
        Value::Text { text, quoted: false, .. } if op == "=" => text.parse().ok(),
        _ => None,
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(char) = self.peek().filter(|char| keep(*char)) {
            text.push(char);
            self.at += 1;
        }
        text
    }

    fn word(&mut self) -> String {
        self.take_while(|char| char.is_alphanumeric() || char == '-' || char == '_')
    }

    /// A name; a path with dots is read to its end, to be refused as a whole.
    fn attribute_name(&mut self) -> String {
        self.take_while(|char| !"=~|^$*]/".contains(char)).split_whitespace().collect()
    }

    fn operator(&mut self) -> Result<&'static str, Problem> {
        self.skip_space();
        if self.peek() == Some(']') {
            return Ok("");
        }
        for op in ["=", "*=", "^=", "$=", "|=", "~="] {
            if self.chars[self.at..].iter().collect::<String>().starts_with(op) {
                self.at += op.len();
                self.skip_space();
                return Ok(op);
            }
        }
        Err(Problem::new(self.at, "`=` or `]`"))
    }

    fn value(&mut self) -> Result<Value, Problem> {
        match self.peek() {
            Some('/') => self.regex(),
            Some(quote @ ('"' | '\'')) => {
                self.at += 1;
                let text = self.quoted(quote)?;
                self.skip_space();
                let any_case = match self.peek() {
                    Some('i' | 'I') => Some(true),
                    Some('s' | 'S') => Some(false),
                    _ => None,
                };
                self.at += usize::from(any_case.is_some());
                Ok(Value::Text { text, quoted: true, any_case })
            }
            _ => {
                let start = self.at;
                let text = self.take_while(|char| char != ']' && !char.is_whitespace());
                if text.is_empty() {
                    Err(Problem::new(start, "a value"))
                } else {
                    Ok(Value::Text { text, quoted: false, any_case: None })
                }
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, Problem> {
        let start = self.at;
        let mut text = String::new();
        while let Some(char) = self.peek() {
            self.at += 1;
            match char {
                '\\' => {
                    text.extend(self.peek());
                    self.at += 1;
                }
                char if char == quote => return Ok(text),
                char => text.push(char),
            }
        }
        Err(Problem::new(start, "a closing quote"))
    }

    fn regex(&mut self) -> Result<Value, Problem> {
        let start = self.at;
        let (mut in_class, mut end) = (false, self.at + 1);
        while let Some(&char) = self.chars.get(end) {
            match char {
                '\\' => end += 1,
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => break,
                _ => {}
            }
            end += 1;
        }
        self.at = (end + 1).min(self.chars.len());
        self.take_while(char::is_alphabetic);
        let text: String = self.chars[start..self.at.max(start)].iter().collect();
        parse::regex(&text)
            .map(Value::Regex)
            .ok_or_else(|| Problem::new(start, "a regular expression `/source/flags`"))
    }
}
