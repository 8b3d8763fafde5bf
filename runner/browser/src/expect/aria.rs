//! The text of an aria snapshot: a YAML list of roles, names, states and texts, read into the
//! template that the page compares its tree with.
//!
//! Only the YAML that snapshots use is read: lists, one mapping for an item, plain, quoted and
//! literal scalars.

use serde::Serialize;

/// A node to look for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum AriaTemplate {
    #[default]
    Nothing,
    Text {
        text: AriaText,
    },
    Node(Box<AriaNode>),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum AriaText {
    Plain(String),
    Regex { pattern: String },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct AriaNode {
    role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<AriaText>,
    #[serde(flatten)]
    states: serde_json::Map<String, serde_json::Value>,
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    props: serde_json::Map<String, serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<AriaTemplate>,
}

/// One line that counts: its number, its indentation, what stands after it.
struct Line<'a> {
    number: usize,
    indent: usize,
    text: &'a str,
}

impl AriaTemplate {
    /// Reads the list; says what is wrong and where.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let lines: Vec<Line<'_>> = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
            .map(|(number, line)| Line {
                number: number + 1,
                indent: line.len() - line.trim_start().len(),
                text: line.trim(),
            })
            .collect();
        if lines.first().is_none_or(|line| !is_item(line.text)) {
            return Err("Aria snapshot must be a YAML sequence, elements starting with \" -\"".to_owned());
        }
        let mut reader = Reader {
            lines: &lines,
            at: 0,
            base: lines.iter().map(|line| line.indent).min().unwrap_or_default(),
        };
        let mut fragment = AriaNode { role: "fragment".to_owned(), ..AriaNode::default() };
        while reader.at < lines.len() {
            let indent = reader.lines[reader.at].indent;
            reader.list(indent, &mut fragment)?;
        }
        // One root is looked for as it is, several as neighbours.
        match (fragment.children.len(), fragment.container.is_some()) {
            (1, false) => match fragment.children.remove(0) {
                AriaTemplate::Node(node) => Ok(AriaTemplate::Node(node)),
                text => {
                    fragment.children.push(text);
                    Ok(AriaTemplate::Node(Box::new(fragment)))
                }
            },
            _ => Ok(AriaTemplate::Node(Box::new(fragment))),
        }
    }
}

fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

struct Reader<'a> {
    lines: &'a [Line<'a>],
    at: usize,
    base: usize,
}

impl Reader<'_> {
    /// Reads the items at one indentation into their parent.
    fn list(&mut self, indent: usize, parent: &mut AriaNode) -> Result<(), String> {
        while let Some(line) = self.lines.get(self.at) {
            if line.indent != indent {
                return if line.indent < indent { Ok(()) } else { Err(self.unexpected(line)) };
            }
            if !is_item(line.text) {
                return Err(self.unexpected(line));
            }
            self.at += 1;
            let content = line.text.trim_start_matches('-').trim();
            self.item(line, content, parent)?;
        }
        Ok(())
    }

    fn unexpected(&self, line: &Line<'_>) -> String {
        format!(
            "Unexpected indentation or text at line {}, column {}:\n\n{}\n^\n",
            line.number,
            line.indent.saturating_sub(self.base) + 1,
            line.text
        )
    }

    fn item(&mut self, line: &Line<'_>, content: &str, parent: &mut AriaNode) -> Result<(), String> {
        if matches!(content, "|" | "|-" | ">" | ">-") {
            let key = self.literal(line.indent);
            return self.node(line, &key, None, parent);
        }
        let (key, rest) = split_entry(content);
        let key = scalar(&key);
        let Some(rest) = rest else { return self.node(line, &key, None, parent) };
        let value = match rest.trim() {
            "" => return self.node(line, &key, Some(None), parent),
            "|" | "|-" | ">" | ">-" => self.literal(line.indent),
            value if !value.starts_with(['"', '\'']) && split_entry(value).1.is_some() => {
                let column = content.chars().count() - rest.trim_start().chars().count() + 3;
                return Err(format!(
                    "Nested mappings are not allowed in compact mappings at line {}, column {column}:\n\n{}\n{}^\n",
                    line.number - self.first_number() + 1,
                    line.text,
                    " ".repeat(column - 1)
                ));
            }
            value => scalar(value),
        };
        self.node(line, &key, Some(Some(value)), parent)
    }

    fn first_number(&self) -> usize {
        self.lines.first().map_or(1, |line| line.number)
    }

    /// The lines of a literal block, as one text.
    fn literal(&mut self, indent: usize) -> String {
        let mut text = Vec::new();
        while let Some(line) = self.lines.get(self.at).filter(|line| line.indent > indent) {
            text.push(line.text);
            self.at += 1;
        }
        text.join("\n")
    }

    /// One entry: `key`, `key: value`, or `key:` with a list below.
    fn node(
        &mut self,
        line: &Line<'_>,
        key: &str,
        value: Option<Option<String>>,
        parent: &mut AriaNode,
    ) -> Result<(), String> {
        if key == "/children" {
            let mode = value.flatten().unwrap_or_default();
            if !["contain", "equal", "deep-equal"].contains(&mode.as_str()) {
                return Err(format!(
                    "Strict value should be \"contain\", \"equal\" or \"deep-equal\": got \"{mode}\""
                ));
            }
            parent.container = Some(mode);
            return Ok(());
        }
        if let Some(name) = key.strip_prefix('/') {
            let text =
                serde_json::to_value(text_or_regex(&value.flatten().unwrap_or_default())).unwrap_or_default();
            parent.props.insert(name.to_owned(), text);
            return Ok(());
        }
        if key == "text" {
            let text = text_or_regex(&normalized(&value.flatten().unwrap_or_default()));
            parent.children.push(AriaTemplate::Text { text });
            return Ok(());
        }
        let mut node = KeyReader { chars: key.chars().collect(), at: 0 }.node()?;
        match value {
            Some(Some(text)) => {
                node.children.push(AriaTemplate::Text { text: text_or_regex(&normalized(&text)) })
            }
            Some(None) => {
                if let Some(below) = self.lines.get(self.at).filter(|below| {
                    below.indent > line.indent || (below.indent == line.indent && !is_item(below.text))
                }) {
                    self.list(below.indent, &mut node)?;
                }
            }
            None => {}
        }
        parent.children.push(AriaTemplate::Node(Box::new(node)));
        Ok(())
    }
}

/// Splits `key: value` at the colon that is not inside quotes.
fn split_entry(content: &str) -> (String, Option<String>) {
    let chars: Vec<char> = content.chars().collect();
    let mut start = 0;
    if let Some(quote @ ('"' | '\'')) = chars.first().copied() {
        start = closing(&chars, quote);
    }
    let comment = (start..chars.len()).find(|at| chars[*at] == '#' && *at > 0 && chars[at - 1] == ' ');
    let end = comment.unwrap_or(chars.len());
    let is_colon =
        |at: &usize| chars[*at] == ':' && chars[..end].get(at + 1).is_none_or(|next| next.is_whitespace());
    let text = |range: &[char]| range.iter().collect::<String>().trim().to_owned();
    match (start.min(end)..end).find(is_colon) {
        Some(colon) => (text(&chars[..colon]), Some(text(&chars[colon + 1..end]))),
        None => (text(&chars[..end]), None),
    }
}

/// The place after the quote that closes a text.
fn closing(chars: &[char], quote: char) -> usize {
    let mut at = 1;
    while let Some(&char) = chars.get(at) {
        if quote == '"' && char == '\\' {
            at += 1;
        } else if char == quote {
            if quote == '\'' && chars.get(at + 1) == Some(&'\'') {
                at += 1;
            } else {
                return at + 1;
            }
        }
        at += 1;
    }
    chars.len()
}

/// A plain or quoted scalar, without its quotes.
fn scalar(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    match chars.first() {
        Some('\'') if chars.len() > 1 && closing(&chars, '\'') == chars.len() => {
            chars[1..chars.len() - 1].iter().collect::<String>().replace("''", "'")
        }
        Some('"') if chars.len() > 1 && closing(&chars, '"') == chars.len() => {
            serde_json::from_str(text).unwrap_or_else(|_| double_quoted(&chars[1..chars.len() - 1]))
        }
        _ => text.to_owned(),
    }
}

/// The escapes of YAML that JSON does not have.
fn double_quoted(chars: &[char]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while let Some(&char) = chars.get(at) {
        at += 1;
        if char != '\\' {
            text.push(char);
            continue;
        }
        let Some(&escape) = chars.get(at) else { break };
        at += 1;
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => {
                text.push(match escape {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    '0' => '\0',
                    other => other,
                });
                continue;
            }
        };
        let code: String = chars.iter().skip(at).take(digits).collect();
        at += digits;
        text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
    }
    text
}

/// White space folded, as the page folds its own.
fn normalized(text: &str) -> String {
    let visible: String = text.chars().filter(|char| !matches!(char, '\u{200b}' | '\u{ad}')).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text_or_regex(text: &str) -> AriaText {
    let pattern = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    match pattern {
        // An expression that is none is a text like any other.
        Some(pattern) if !pattern.is_empty() && brackets_close(pattern) => {
            AriaText::Regex { pattern: pattern.to_owned() }
        }
        _ => AriaText::Plain(text.to_owned()),
    }
}

fn brackets_close(pattern: &str) -> bool {
    let (mut in_class, mut depth, mut escaped) = (false, 0_i32, false);
    for char in pattern.chars() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth -= 1,
            _ => {}
        }
    }
    !in_class && depth == 0 && !escaped
}

/// Reads `role "name" [state=value]`.
struct KeyReader {
    chars: Vec<char>,
    at: usize,
}

impl KeyReader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn problem(&self, what: &str, at: usize) -> String {
        let text: String = self.chars.iter().collect();
        format!("{what}:\n\n{text}\n{}^\n", " ".repeat(at))
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(char) =
            self.peek().filter(|char| char.is_alphanumeric() || *char == '-' || *char == '_')
        {
            word.push(char);
            self.at += 1;
        }
        word
    }

    fn node(&mut self) -> Result<AriaNode, String> {
        self.skip_space();
        let role = self.word();
        if role.is_empty() {
            return Err(self.problem("Expected a role", self.at));
        }
        let mut node = AriaNode { role, ..AriaNode::default() };
        self.skip_space();
        match self.peek() {
            Some('"') => node.name = Some(AriaText::Plain(normalized(&self.string()?))),
            Some('/') => node.name = Some(AriaText::Regex { pattern: self.regex()? }),
            _ => {}
        }
        loop {
            self.skip_space();
            match self.peek() {
                None => return Ok(node),
                Some('[') => self.state(&mut node)?,
                Some(_) => return Err(self.problem("Unexpected input", self.at)),
            }
        }
    }

    fn string(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut text = String::new();
        while let Some(char) = self.peek() {
            self.at += 1;
            match char {
                '"' => return Ok(text),
                '\\' => {
                    text.extend(self.peek());
                    self.at += 1;
                }
                char => text.push(char),
            }
        }
        Err(self.problem("Unterminated string", self.chars.len()))
    }

    fn regex(&mut self) -> Result<String, String> {
        self.at += 1;
        let (mut pattern, mut in_class) = (String::new(), false);
        while let Some(char) = self.peek() {
            self.at += 1;
            match char {
                '\\' => {
                    pattern.push('\\');
                    pattern.extend(self.peek());
                    self.at += 1;
                    continue;
                }
                '/' if !in_class => return Ok(pattern),
                '[' => in_class = true,
                ']' => in_class = false,
                _ => {}
            }
            pattern.push(char);
        }
        Err(self.problem("Unterminated regex", self.chars.len()))
    }

    fn state(&mut self, node: &mut AriaNode) -> Result<(), String> {
        self.at += 1;
        self.skip_space();
        let start = self.at;
        let name = self.word();
        self.skip_space();
        let mut value = "true".to_owned();
        let mut value_at = self.at;
        if self.peek() == Some('=') {
            self.at += 1;
            self.skip_space();
            value_at = self.at;
            value.clear();
            while let Some(char) = self.peek().filter(|char| *char != ']' && !char.is_whitespace()) {
                value.push(char);
                self.at += 1;
            }
        }
        self.skip_space();
        if self.peek() != Some(']') {
            return Err(self.problem("Expected ]", self.at));
        }
        self.at += 1;
        let boolean = value.parse::<bool>().ok();
        let wrong = |what: &str| {
            Err(self.problem(&format!("Value of \"{name}\" attribute must be {what}"), value_at))
        };
        let state = match (name.as_str(), boolean) {
            ("checked" | "pressed", None) if value == "mixed" => serde_json::Value::from("mixed"),
            ("checked" | "pressed", None) => return wrong("a boolean or \"mixed\""),
            ("disabled" | "expanded" | "selected" | "active", None) => return wrong("a boolean"),
            ("checked" | "pressed" | "disabled" | "expanded" | "selected" | "active", Some(value)) => {
                value.into()
            }
            ("level", _) => match value.parse::<i64>() {
                Ok(level) => level.into(),
                Err(_) => return wrong("a number"),
            },
            // Marks of snapshots made for machines.
            ("ref" | "cursor", _) => return Ok(()),
            _ => return Err(self.problem(&format!("Unsupported attribute [{name}]"), start)),
        };
        node.states.insert(name, state);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn check(text: &str, expected: Value) {
        let template = AriaTemplate::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(serde_json::to_value(template).unwrap(), expected, "{text}");
    }

    fn check_error(text: &str, expected: &str) {
        assert_eq!(AriaTemplate::parse(text).expect_err(text), expected);
    }

    #[test]
    fn lists_become_trees() {
        check("- heading \"title\" [level=1]", json!({ "role": "heading", "name": "title", "level": 1 }));
        check(
            "
            - list \"my list\":
              - /children: equal
              - listitem: one
              - listitem: \"1.1\"
              - link:
                - /url: /x.*/
                - text: go
            ",
            json!({ "role": "list", "name": "my list", "container": "equal", "children": [
                { "role": "listitem", "children": [{ "text": "one" }] },
                { "role": "listitem", "children": [{ "text": "1.1" }] },
                { "role": "link", "props": { "url": { "pattern": "x.*" } }, "children": [{ "text": "go" }] },
            ] }),
        );
        check(
            "- button\n- text: \"a: b\"",
            json!({ "role": "fragment", "children": [{ "role": "button" }, { "text": "a: b" }] }),
        );
        check(
            "- paragraph: |\n    Line 1\n    Line 2",
            json!({ "role": "paragraph", "children": [{ "text": "Line 1 Line 2" }] }),
        );
    }

    #[test]
    fn names_are_texts_or_expressions() {
        check("- 'button \"Click: me\"'", json!({ "role": "button", "name": "Click: me" }));
        check("- 'button /Click: me/'", json!({ "role": "button", "name": { "pattern": "Click: me" } }));
        check("- button \"Click \\\" me\"", json!({ "role": "button", "name": "Click \" me" }));
        check(
            "- heading /Issues 1[/]2/ [level =  -3 ]",
            json!({ "role": "heading", "name": { "pattern": "Issues 1[/]2" }, "level": -3 }),
        );
        check(
            "- button [pressed=mixed ] [disabled]",
            json!({ "role": "button", "pressed": "mixed", "disabled": true }),
        );
        check(
            "- |\n    heading    \"a [level=2]\" [\n       level  =   1   ]",
            json!({ "role": "heading", "name": "a [level=2]", "level": 1 }),
        );
        check("- link:\n  - /url: /[a/", json!({ "role": "link", "props": { "url": "/[a/" } }));
    }

    #[test]
    fn mistakes_are_shown() {
        check_error(
            "heading \"title\"",
            "Aria snapshot must be a YAML sequence, elements starting with \" -\"",
        );
        check_error(
            "\n      - heading: a:\n",
            "Nested mappings are not allowed in compact mappings at line 1, column 12:\n\n- heading: a:\n           ^\n",
        );
        check_error("- heading \"title", "Unterminated string:\n\nheading \"title\n              ^\n");
        check_error("- heading /title", "Unterminated regex:\n\nheading /title\n              ^\n");
        check_error(
            "- heading [level=a]",
            "Value of \"level\" attribute must be a number:\n\nheading [level=a]\n               ^\n",
        );
        check_error(
            "- heading [level=]",
            "Value of \"level\" attribute must be a number:\n\nheading [level=]\n               ^\n",
        );
        check_error("- heading [bogus]", "Unsupported attribute [bogus]:\n\nheading [bogus]\n         ^\n");
        check_error("- heading invalid", "Unexpected input:\n\nheading invalid\n        ^\n");
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "(- |\n|  |heading|\"|'|/|\\[|\\]|level|=|:|\\||#|é|\\\\| ){0,40}") {
            drop(AriaTemplate::parse(&text));
        }
    }
}
