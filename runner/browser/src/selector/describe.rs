//! How a selector is called in call logs and messages: the calls that a script would make for it.

use super::role::{NameMatch, RoleQuery, Tristate};
use super::{Part, Selector, TextKind, TextMatch};

impl Selector {
    /// Returns the selector as a chain of script calls, as `locator('li').getByText('Buy').first()`.
    pub fn describe(&self) -> String {
        if let Some(Part::Describe(text)) = self.parts.last() {
            return text.clone();
        }
        describe(&self.parts)
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
}

fn describe(parts: &[Part]) -> String {
    let mut calls: Vec<String> = Vec::new();
    for part in parts {
        match part {
            Part::Frame => calls.push("contentFrame()".to_owned()),
            Part::Describe(_) => {}
            part => calls.push(call(part)),
        }
    }
    calls.join(".")
}

fn text_call(method: &str, matcher: &TextMatch) -> String {
    match matcher {
        TextMatch::Regex(regex) => format!("{method}({regex})"),
        TextMatch::Plain { kind: TextKind::Lax, text } => format!("{method}({})", quoted(text)),
        TextMatch::Plain { text, .. } => format!("{method}({}, {{ exact: true }})", quoted(text)),
    }
}

fn filter(option: &str, matcher: &TextMatch) -> String {
    match matcher {
        TextMatch::Regex(regex) => format!("filter({{ {option}: {regex} }})"),
        TextMatch::Plain { text, .. } => format!("filter({{ {option}: {} }})", quoted(text)),
    }
}

fn call(part: &Part) -> String {
    match part {
        Part::Css(css) if css.light => format!("locator({})", quoted(&format!("css:light={}", css.source))),
        Part::Css(css) => format!("locator({})", quoted(&css.source)),
        Part::Xpath(path) => {
            let bare = path.trim_start_matches('(').starts_with("//") || path.starts_with("..");
            format!("locator({})", quoted(&if bare { path.clone() } else { format!("xpath={path}") }))
        }
        Part::Text(TextMatch::Plain { kind: TextKind::Node, text }) => {
            format!("locator({})", quoted(&format!("text=\"{text}\"")))
        }
        Part::Text(matcher) => text_call("getByText", matcher),
        Part::TextLight(_) => {
            format!("locator({})", quoted(&Selector { parts: vec![part.clone()] }.to_string()))
        }
        Part::Role(query) => role_call(query),
        Part::Aria { name, role } => {
            let name = name.as_ref().map(|name| format!("name: {}", quoted(name)));
            format!(
                "aria({})",
                role.iter().map(|role| quoted(role)).chain(name).collect::<Vec<_>>().join(", ")
            )
        }
        Part::Label(matcher) => text_call("getByLabel", matcher),
        Part::Attribute { names, matcher } => attribute_call(names, matcher),
        Part::Nth(0) => "first()".to_owned(),
        Part::Nth(-1) => "last()".to_owned(),
        Part::Nth(index) => format!("nth({index})"),
        Part::Visible(true) => "visible()".to_owned(),
        Part::Visible(false) => "filter({ visible: false })".to_owned(),
        Part::Has(parts) => format!("filter({{ has: {} }})", describe(parts)),
        Part::HasNot(parts) => format!("filter({{ hasNot: {} }})", describe(parts)),
        Part::HasText(matcher) => filter("hasText", matcher),
        Part::HasNotText(matcher) => filter("hasNotText", matcher),
        Part::And(parts) => format!("and({})", describe(parts)),
        Part::Or(parts) => format!("or({})", describe(parts)),
        Part::Chain(parts) => format!("locator({})", describe(parts)),
        Part::Frame | Part::Describe(_) => String::new(),
    }
}

fn attribute_call(names: &[String], matcher: &TextMatch) -> String {
    match names {
        [name] if name == "placeholder" => text_call("getByPlaceholder", matcher),
        [name] if name == "alt" => text_call("getByAltText", matcher),
        [name] if name == "title" => text_call("getByTitle", matcher),
        _ => match matcher {
            TextMatch::Regex(regex) => format!("getByTestId({regex})"),
            TextMatch::Plain { text, .. } => format!("getByTestId({})", quoted(text)),
        },
    }
}

fn role_call(query: &RoleQuery) -> String {
    let mut options = Vec::new();
    for (option, matcher) in [("name", &query.name), ("description", &query.description)] {
        match matcher {
            Some(NameMatch::Regex(regex)) => options.push(format!("{option}: {regex}")),
            Some(NameMatch::Plain { text, any_case, .. }) => {
                options.push(format!("{option}: {}", quoted(text)));
                if !any_case && !options.iter().any(|option| option == "exact: true") {
                    options.push("exact: true".to_owned());
                }
            }
            None => {}
        }
    }
    for (option, state) in [("checked", query.checked), ("pressed", query.pressed)] {
        match state {
            Some(Tristate::Is(value)) => options.push(format!("{option}: {value}")),
            Some(Tristate::Mixed) => options.push(format!("{option}: 'mixed'")),
            None => {}
        }
    }
    let flags = [
        ("selected", query.selected),
        ("expanded", query.expanded),
        ("disabled", query.disabled),
        ("includeHidden", query.include_hidden),
    ];
    options.extend(flags.iter().filter_map(|(option, flag)| flag.map(|flag| format!("{option}: {flag}"))));
    options.extend(query.level.map(|level| format!("level: {level}")));
    let role = quoted(&query.role);
    if options.is_empty() {
        format!("getByRole({role})")
    } else {
        format!("getByRole({role}, {{ {} }})", options.join(", "))
    }
}
