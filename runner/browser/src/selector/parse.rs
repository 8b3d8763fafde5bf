//! From text to parts: finds the `>>` outside of quotes, the engine of each part, and its body.

use super::css::Css;
use super::role::RoleQuery;
use super::{Part, Regex, Selector, SelectorError, TextKind, TextMatch};

/// What went wrong within a body: where, what was expected, what may help.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) at: usize,
    pub(super) expected: String,
    pub(super) hint: Option<&'static str>,
}

impl Problem {
    pub(super) fn new(at: usize, expected: impl Into<String>) -> Self {
        Self { at, expected: expected.into(), hint: None }
    }

    pub(super) fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    fn moved(self, by: usize) -> Self {
        Self { at: self.at + by, ..self }
    }
}

/// Reads the body of a part.
type Engine = fn(&str) -> Result<Part, Problem>;

/// Selectors may hold selectors; deeper than this is no selector that a person wrote.
const DEPTH_LIMIT: usize = 16;

impl Selector {
    /// Parses the text of a selector, as `css=li >> text=Buy >> nth=-1`.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        parse_parts(text, 0).map(Self::from_parts).map_err(|problem| SelectorError {
            selector: text.to_owned(),
            position: problem.at,
            expected: problem.expected,
            hint: problem.hint,
        })
    }

    /// Parses a selector of a Chrome recording: `aria/`, `text/`, `xpath/`, `pierce/` or CSS.
    pub fn parse_recorder(text: &str) -> Result<Self, SelectorError> {
        let engines: [(&str, Engine); 5] = [
            ("aria/", |body| Ok(recorder_aria(body))),
            ("text/", |body| Ok(Part::Text(TextMatch::Plain { kind: TextKind::Lax, text: body.to_owned() }))),
            ("xpath/", |body| Ok(Part::Xpath(body.to_owned()))),
            ("pierce/", |body| Css::parse(body, false).map(Part::Css)),
            ("css/", |body| Css::parse(body, false).map(Part::Css)),
        ];
        let found = engines
            .iter()
            .find_map(|(prefix, parse)| Some((prefix.len(), parse(text.strip_prefix(prefix)?))));
        let (start, part) = found.unwrap_or_else(|| (0, Css::parse(text, false).map(Part::Css)));
        part.map(|part| Self::from_parts(vec![part])).map_err(|problem| SelectorError {
            selector: text.to_owned(),
            position: problem.at + start,
            expected: problem.expected,
            hint: problem.hint,
        })
    }
}

/// `Name[role="button"]`, or one of the two.
fn recorder_aria(body: &str) -> Part {
    let role = body.rsplit_once("[role=").and_then(|(name, rest)| {
        let role = rest.strip_suffix(']')?.trim_matches(['"', '\'']);
        Some((name, role.to_owned()))
    });
    let (name, role) = match &role {
        Some((name, role)) => (*name, Some(role.clone())),
        None => (body, None),
    };
    let name = name
        .rsplit_once("[name=")
        .and_then(|(_, rest)| rest.strip_suffix(']'))
        .map_or(name, |name| name.trim_matches(['"', '\'']));
    let name = (!name.is_empty()).then(|| name.to_owned());
    Part::Aria { name, role }
}

/// One `engine=body` with the character position of its body.
struct Segment {
    capture: bool,
    engine: String,
    body: String,
    at: usize,
}

pub(super) fn parse_parts(text: &str, depth: usize) -> Result<Vec<Part>, Problem> {
    if depth > DEPTH_LIMIT {
        return Err(Problem::new(0, "a selector that is nested less deeply"));
    }
    let segments = segments(text)?;
    let mut parts = Vec::with_capacity(segments.len());
    let mut captured = None;
    for segment in &segments {
        let part = parse_part(segment, depth).map_err(|problem| problem.moved(segment.at))?;
        parts.push(part);
        if segment.capture {
            if captured.is_some() {
                return Err(Problem::new(
                    segment.at,
                    "one part with `*`: Only one of the selectors can capture using * modifier",
                ));
            }
            captured = Some(parts.len());
        }
    }
    match captured {
        Some(kept) if kept < parts.len() => capture(parts, kept),
        _ => Ok(parts),
    }
}

/// `*a >> b` means those `a` that have a `b`.
fn capture(mut parts: Vec<Part>, kept: usize) -> Result<Vec<Part>, Problem> {
    let rest = parts.split_off(kept);
    if rest.iter().any(|part| matches!(part, Part::Nth(_))) {
        return Err(Problem::new(
            0,
            "no `nth` after a part with `*`: Can't query n-th element in a request with the capture",
        ));
    }
    parts.push(Part::Has(rest));
    Ok(parts)
}

fn segments(text: &str) -> Result<Vec<Segment>, Problem> {
    let chars: Vec<char> = text.chars().collect();
    if !text.contains(">>") {
        return Ok(vec![segment(&chars, 0)?]);
    }
    let mut segments = Vec::new();
    let (mut start, mut index, mut quote) = (0, 0, None);
    while let Some(&char) = chars.get(index) {
        match (quote, char) {
            (_, '\\') => index += 1,
            (Some(open), _) if open == char => quote = None,
            (None, '"' | '\'' | '`') if !inside_plain_text(&chars[start..index]) => quote = Some(char),
            (None, '>') if chars.get(index + 1) == Some(&'>') => {
                segments.push(segment(&chars[start..index], start)?);
                index += 1;
                start = index + 1;
            }
            _ => {}
        }
        index += 1;
    }
    let start = start.min(chars.len());
    segments.push(segment(&chars[start..], start)?);
    Ok(segments)
}

/// A quote in the middle of `text=it's` is a letter like any other.
fn inside_plain_text(before: &[char]) -> bool {
    let before: String = before.iter().collect();
    before
        .trim_start()
        .strip_prefix("text")
        .and_then(|rest| rest.trim_start().strip_prefix('=').map(str::to_owned))
        .is_some_and(|body| !body.is_empty())
}

fn is_engine(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || "_-+:*".contains(char))
}

fn segment(chars: &[char], offset: usize) -> Result<Segment, Problem> {
    let leading = chars.iter().take_while(|char| char.is_whitespace()).count();
    let text: String = chars.iter().collect();
    let part = text.trim();
    let start = offset + leading;
    if part.is_empty() {
        return Err(Problem::new(start.min(offset + chars.len()), "a selector")
            .hint("a part between `>>` must not be empty"));
    }
    if let Some((name, body)) = part.split_once('=')
        && is_engine(name.trim())
    {
        let engine = name.trim();
        let bare = engine.strip_prefix('*');
        return Ok(Segment {
            capture: bare.is_some(),
            engine: bare.unwrap_or(engine).to_owned(),
            body: body.to_owned(),
            at: start + name.chars().count() + 1,
        });
    }
    let quoted = |quote: char| part.chars().count() > 1 && part.starts_with(quote) && part.ends_with(quote);
    let engine = if quoted('"') || quoted('\'') {
        "text"
    } else if part.trim_start_matches('(').starts_with("//") || part.starts_with("..") {
        "xpath"
    } else {
        "css"
    };
    Ok(Segment { capture: false, engine: engine.to_owned(), body: part.to_owned(), at: start })
}

fn parse_part(segment: &Segment, depth: usize) -> Result<Part, Problem> {
    let body = segment.body.as_str();
    let nested = |make: fn(Vec<Part>) -> Part| parse_parts(&json_text(body)?, depth + 1).map(make);
    Ok(match segment.engine.as_str() {
        "css" => Part::Css(Css::parse(body, false)?),
        "css:light" => Part::Css(Css::parse(body, true)?),
        "xpath" if body.trim().is_empty() => return Err(Problem::new(0, "an XPath expression")),
        "xpath" => Part::Xpath(body.to_owned()),
        "text" => Part::Text(text_match(body)?),
        "text:light" => Part::TextLight(text_match(body)?),
        "role" => Part::Role(RoleQuery::parse(body, false)?),
        "internal:role" => Part::Role(RoleQuery::parse(body, true)?),
        "aria" => recorder_aria(body),
        "id" | "data-testid" | "data-test-id" | "data-test" => {
            Part::Attribute { names: vec![segment.engine.clone()], matcher: exact(&unquoted(body)) }
        }
        "nth" => Part::Nth(
            body.trim().parse().map_err(|_| Problem::new(0, "a number").hint("as in `nth=0` or `nth=-1`"))?,
        ),
        "visible" => Part::Visible(boolean(body)?),
        "internal:text" => Part::Text(marked_match(body)?),
        "internal:label" => Part::Label(marked_match(body)?),
        "internal:has-text" => Part::HasText(marked_match(body)?),
        "internal:has-not-text" => Part::HasNotText(marked_match(body)?),
        "internal:attr" | "internal:testid" => attribute(body)?,
        "internal:has" | "has" => nested(Part::Has)?,
        "internal:has-not" => nested(Part::HasNot)?,
        "internal:and" => nested(Part::And)?,
        "internal:or" => nested(Part::Or)?,
        "internal:chain" => nested(Part::Chain)?,
        "internal:describe" => Part::Describe(json_text(body)?),
        "internal:control" if body == "enter-frame" => Part::Frame,
        engine => {
            let expected =
                format!("a known engine: Unknown engine \"{engine}\" while parsing selector {engine}={body}");
            return Err(
                Problem::new(0, expected).hint("css, xpath, text, role, id, data-testid, nth, visible")
            );
        }
    })
}

fn exact(text: &str) -> TextMatch {
    TextMatch::Plain { kind: TextKind::Exact, text: text.to_owned() }
}

fn boolean(body: &str) -> Result<bool, Problem> {
    match body.trim() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Problem::new(0, "`true` or `false`")),
    }
}

fn unquoted(body: &str) -> String {
    let body = body.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = body.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return unescaped(inner);
        }
    }
    body.to_owned()
}

/// Takes away the backslashes; `\n` and the like stay letters, as in CSS strings.
fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        result.push(if char == '\\' { chars.next().unwrap_or('\\') } else { char });
    }
    result
}

/// The body of `text=`: `words`, `"exact words"` or `/expression/flags`.
fn text_match(body: &str) -> Result<TextMatch, Problem> {
    if let Some(regex) = regex(body) {
        return Ok(TextMatch::Regex(regex));
    }
    for quote in ['"', '\''] {
        if body.chars().count() > 1
            && let Some(inner) = body.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote))
        {
            return Ok(TextMatch::Plain { kind: TextKind::Node, text: unescaped(inner) });
        }
    }
    Ok(TextMatch::Plain { kind: TextKind::Lax, text: body.to_owned() })
}

/// The body of `internal:text=` and its like: a JSON string followed by `i` (lax) or `s` (exact).
fn marked_match(body: &str) -> Result<TextMatch, Problem> {
    if let Some(regex) = regex(body) {
        return Ok(TextMatch::Regex(regex));
    }
    let (json, kind) = match body.strip_suffix('s') {
        Some(json) if json.ends_with('"') => (json, TextKind::Exact),
        _ => (body.strip_suffix('i').unwrap_or(body), TextKind::Lax),
    };
    if !json.starts_with('"') {
        return Ok(TextMatch::Plain { kind: TextKind::Lax, text: body.to_owned() });
    }
    Ok(TextMatch::Plain { kind, text: json_text(json)? })
}

fn json_text(body: &str) -> Result<String, Problem> {
    serde_json::from_str(body).map_err(|_| Problem::new(0, "a JSON string"))
}

/// `/source/flags`, if the body is one.
pub(super) fn regex(body: &str) -> Option<Regex> {
    let (source, flags) = body.strip_prefix('/')?.rsplit_once('/')?;
    let known = flags.chars().all(|flag| "dgimsuvy".contains(flag));
    (known && !source.is_empty()).then(|| Regex { source: source.to_owned(), flags: flags.to_owned() })
}

/// `[name="value"i]`, `[name="value"s]` or `[name=/expression/]`.
fn attribute(body: &str) -> Result<Part, Problem> {
    let inner = body.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let Some((names, value)) = inner.and_then(|inner| inner.split_once('=')) else {
        return Err(Problem::new(0, "`[attribute=\"value\"]`"));
    };
    let names = names.split(',').map(|name| name.trim().trim_matches('"').to_owned()).collect();
    Ok(Part::Attribute { names, matcher: marked_match(value)? })
}
