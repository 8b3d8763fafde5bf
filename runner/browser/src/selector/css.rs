//! CSS as selectors use it: splits a selector list into compounds, and takes out the tests that
//! the browser does not know (`:has-text()`, `:visible`, ...). The rest is left to the browser.

use serde::{Serialize, Serializer, ser::SerializeSeq};

use super::parse::Problem;

/// A parsed selector list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Css {
    /// As written.
    #[serde(skip)]
    pub(crate) source: String,
    /// The whole list, where the browser understands all of it.
    text: Option<String>,
    /// Whether shadow roots are left out.
    pub(crate) light: bool,
    list: Vec<Chain>,
}

/// Compounds with the combinator before each; the first has none, except in `:has(> a)` and `> a`.
type Chain = Vec<Link>;

#[derive(Clone, Debug, PartialEq)]
struct Link {
    combinator: &'static str,
    compound: Compound,
}

impl Serialize for Link {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pair = serializer.serialize_seq(Some(2))?;
        pair.serialize_element(self.combinator)?;
        pair.serialize_element(&self.compound)?;
        pair.end()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Compound {
    /// What the browser can match; empty for anything.
    css: String,
    tests: Vec<Test>,
}

impl Compound {
    fn is_empty(&self) -> bool {
        self.css.is_empty() && self.tests.is_empty()
    }
}

/// The name of a test and its argument, as a pair.
#[derive(Clone, Debug, PartialEq)]
enum Test {
    Is(Vec<Chain>),
    Not(Vec<Chain>),
    Has(Vec<Chain>),
    Light(Vec<Chain>),
    Scope,
    Visible,
    HasText(String),
    Text(String),
    TextIs(String),
    TextMatches(String, String),
    NthMatch(Vec<Chain>, u32),
}

impl Serialize for Test {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Is(list) => ("is", list).serialize(serializer),
            Self::Not(list) => ("not", list).serialize(serializer),
            Self::Has(list) => ("has", list).serialize(serializer),
            Self::Light(list) => ("light", list).serialize(serializer),
            Self::Scope => ("scope", ()).serialize(serializer),
            Self::Visible => ("visible", ()).serialize(serializer),
            Self::HasText(text) => ("has-text", text).serialize(serializer),
            Self::Text(text) => ("text", text).serialize(serializer),
            Self::TextIs(text) => ("text-is", text).serialize(serializer),
            Self::TextMatches(source, flags) => ("text-matches", (source, flags)).serialize(serializer),
            Self::NthMatch(list, n) => ("nth-match", (list, n)).serialize(serializer),
        }
    }
}

const LAYOUT: [&str; 5] = ["right-of", "left-of", "above", "below", "near"];
const NESTING_LIMIT: usize = 24;

impl Css {
    pub(super) fn parse(source: &str, light: bool) -> Result<Self, Problem> {
        let mut parser = Parser { chars: source.chars().collect(), at: 0, depth: 0 };
        let list = parser.list(true).and_then(|list| match parser.peek() {
            Some(_) => Err(parser.expected("the end of the selector")),
            None => Ok(list),
        });
        let list = list.map_err(|problem| unexpected(problem, source))?;
        let absolute = list.iter().all(|chain| chain.first().is_some_and(|link| link.combinator.is_empty()));
        let native = absolute && list.iter().flatten().all(|link| link.compound.tests.is_empty());
        let text = native.then(|| list.iter().map(chain_text).collect::<Vec<_>>().join(", "));
        Ok(Self { source: source.to_owned(), text, light, list })
    }
}

/// Names the token that nothing could be made of, unless the problem has words of its own.
fn unexpected(problem: Problem, source: &str) -> Problem {
    if problem.hint.is_some() || problem.expected.contains("engine") {
        return problem;
    }
    let token = source.chars().nth(problem.at).map(String::from).unwrap_or_default();
    let expected =
        format!("{}: Unexpected token \"{token}\" while parsing css selector \"{source}\"", problem.expected);
    Problem::new(problem.at, format!("{expected}. Did you mean to CSS.escape it?"))
}

fn chain_text(chain: &Chain) -> String {
    chain.iter().fold(String::new(), |mut text, link| {
        if !text.is_empty() || !link.combinator.is_empty() {
            text.push_str(if link.combinator == " " { " " } else { "" });
            if link.combinator != " " {
                text.push(' ');
                text.push_str(link.combinator);
                text.push(' ');
            }
        }
        text.push_str(&link.compound.css);
        text
    })
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn ahead(&self, by: usize) -> Option<char> {
        self.chars.get(self.at + by).copied()
    }

    fn expected(&self, what: impl Into<String>) -> Problem {
        Problem::new(self.at, what)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) -> bool {
        let start = self.at;
        loop {
            if self.peek().is_some_and(char::is_whitespace) {
                self.at += 1;
            } else if self.peek() == Some('/') && self.ahead(1) == Some('*') {
                self.at += 2;
                while self.peek().is_some() && !(self.peek() == Some('*') && self.ahead(1) == Some('/')) {
                    self.at += 1;
                }
                self.at = (self.at + 2).min(self.chars.len());
            } else {
                return self.at > start;
            }
        }
    }

    fn list(&mut self, relative: bool) -> Result<Vec<Chain>, Problem> {
        self.depth += 1;
        if self.depth > NESTING_LIMIT {
            return Err(self.expected("fewer nested selectors"));
        }
        let mut list = vec![self.chain(relative)?];
        while self.eat(',') {
            list.push(self.chain(relative)?);
        }
        self.depth -= 1;
        Ok(list)
    }

    fn combinator(&mut self) -> Option<&'static str> {
        let combinator = match self.peek()? {
            '>' => ">",
            '+' => "+",
            '~' => "~",
            _ => return None,
        };
        self.at += 1;
        Some(combinator)
    }

    fn chain(&mut self, relative: bool) -> Result<Chain, Problem> {
        self.skip_space();
        let mut combinator = "";
        if relative && let Some(leading) = self.combinator() {
            combinator = leading;
            self.skip_space();
        }
        let mut chain = Vec::new();
        loop {
            let compound = self.compound()?;
            if compound.is_empty() {
                return Err(self.expected("a CSS selector"));
            }
            chain.push(Link { combinator, compound });
            let spaced = self.skip_space();
            combinator = match self.combinator() {
                Some(found) => found,
                None if spaced && !matches!(self.peek(), None | Some(',' | ')')) => " ",
                None => return Ok(chain),
            };
            self.skip_space();
        }
    }

    fn compound(&mut self) -> Result<Compound, Problem> {
        let mut compound = Compound::default();
        while let Some(char) = self.peek() {
            match char {
                '*' | '|' => {
                    compound.css.push(char);
                    self.at += 1;
                }
                '#' | '.' => {
                    self.at += 1;
                    let name = self.name()?;
                    compound.css.push(char);
                    compound.css.push_str(&name);
                }
                '[' => {
                    let attribute = self.enclosed('[', ']')?;
                    compound.css.push_str(&attribute);
                }
                ':' => self.pseudo(&mut compound)?,
                '&' => return Err(self.expected("no nesting selector")),
                char if is_name(char) => {
                    // A type stands first, except after a namespace.
                    if !compound.css.is_empty() && !compound.css.ends_with('|') || !compound.tests.is_empty()
                    {
                        return Err(self.expected("a combinator or the end of the selector"));
                    }
                    let name = self.name()?;
                    compound.css.push_str(&name);
                }
                _ => break,
            }
        }
        Ok(compound)
    }

    /// An identifier, with its escapes as written.
    fn name(&mut self) -> Result<String, Problem> {
        let mut name = String::new();
        while let Some(char) = self.peek() {
            if char == '\\' {
                let Some(next) = self.ahead(1) else {
                    return Err(self.expected("a character after the backslash"));
                };
                name.extend([char, next]);
                self.at += 2;
                if next.is_ascii_hexdigit() {
                    self.hex_escape(&mut name);
                }
            } else if is_name(char) {
                name.push(char);
                self.at += 1;
            } else {
                break;
            }
        }
        if name.is_empty() { Err(self.expected("a name")) } else { Ok(name) }
    }

    /// The rest of `\31 `: up to six digits, and one space that ends them.
    fn hex_escape(&mut self, name: &mut String) {
        for _ in 0..5 {
            match self.peek() {
                Some(digit) if digit.is_ascii_hexdigit() => {
                    name.push(digit);
                    self.at += 1;
                }
                _ => break,
            }
        }
        if self.peek() == Some(' ') {
            name.push(' ');
            self.at += 1;
        }
    }

    /// Copies from an opening bracket to the one that closes it.
    fn enclosed(&mut self, open: char, close: char) -> Result<String, Problem> {
        let (start, mut depth) = (self.at, 0_usize);
        while let Some(char) = self.peek() {
            match char {
                '"' | '\'' => {
                    self.string()?;
                    continue;
                }
                '\\' => self.at += 1,
                char if char == open => depth += 1,
                char if char == close => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Ok(self.chars[start..self.at].iter().collect());
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.chars.len();
        Err(self.expected(format!("`{close}`")))
    }

    /// A quoted text, without quotes and escapes.
    fn string(&mut self) -> Result<String, Problem> {
        let start = self.at;
        let Some(quote @ ('"' | '\'')) = self.peek() else { return Err(self.expected("a quoted text")) };
        self.at += 1;
        let mut text = String::new();
        while let Some(char) = self.peek() {
            self.at += 1;
            if char == quote {
                return Ok(text);
            }
            if char != '\\' {
                text.push(char);
                continue;
            }
            let mut digits = String::new();
            while let Some(digit) = self.peek().filter(|digit| digit.is_ascii_hexdigit() && digits.len() < 6)
            {
                digits.push(digit);
                self.at += 1;
            }
            if digits.is_empty() {
                if let Some(next) = self.peek() {
                    self.at += 1;
                    if next != '\n' {
                        text.push(next);
                    }
                }
            } else {
                if self.peek().is_some_and(char::is_whitespace) {
                    self.at += 1;
                }
                let code = u32::from_str_radix(&digits, 16).unwrap_or_default();
                text.push(char::from_u32(code).filter(|char| *char != '\0').unwrap_or('\u{fffd}'));
            }
        }
        Err(Problem::new(start, "a closing quote"))
    }

    fn pseudo(&mut self, compound: &mut Compound) -> Result<(), Problem> {
        let start = self.at;
        self.at += 1;
        let element = self.eat(':');
        let name = self.name()?.to_lowercase();
        if element || !self.is_function() {
            match name.as_str() {
                "visible" if !element => compound.tests.push(Test::Visible),
                "scope" if !element => compound.tests.push(Test::Scope),
                _ => {
                    if self.is_function() {
                        self.enclosed('(', ')')?;
                    }
                    compound.css.extend(&self.chars[start..self.at]);
                }
            }
            return Ok(());
        }
        if LAYOUT.contains(&name.as_str()) {
            return Err(Problem::new(start, "no layout selector")
                .hint("`:right-of()` and its like are not supported; use roles, texts or test ids"));
        }
        let open = self.at;
        self.at += 1;
        match name.as_str() {
            "is" | "where" | "matches" | "not" => {
                let list = self.list(false)?;
                self.close()?;
                if list.iter().all(is_native_compound) {
                    compound.css.extend(&self.chars[start..self.at]);
                } else {
                    compound.tests.push(if name == "not" { Test::Not(list) } else { Test::Is(list) });
                }
                return Ok(());
            }
            "has" => compound.tests.push(Test::Has(self.list(true)?)),
            "light" => compound.tests.push(Test::Light(self.list(false)?)),
            "has-text" => compound.tests.push(Test::HasText(self.only_string(&name)?)),
            "text" => compound.tests.push(Test::Text(self.only_string(&name)?)),
            "text-is" => compound.tests.push(Test::TextIs(self.only_string(&name)?)),
            "text-matches" => compound.tests.push(self.text_matches()?),
            "nth-match" => compound.tests.push(self.nth_match()?),
            _ => {
                self.at = open;
                self.enclosed('(', ')')?;
                compound.css.extend(&self.chars[start..self.at]);
                return Ok(());
            }
        }
        self.close()
    }

    fn is_function(&self) -> bool {
        self.peek() == Some('(')
    }

    fn close(&mut self) -> Result<(), Problem> {
        self.skip_space();
        if self.eat(')') { Ok(()) } else { Err(self.expected("`)`")) }
    }

    fn only_string(&mut self, name: &str) -> Result<String, Problem> {
        self.skip_space();
        let start = self.at;
        let text = self.string().map_err(|_| {
            Problem::new(start, format!("one quoted text: \"{name}\" engine expects a single string"))
        })?;
        self.skip_space();
        if self.peek() == Some(')') {
            Ok(text)
        } else {
            Err(self.expected(format!("`)`: \"{name}\" engine expects a single string")))
        }
    }

    fn text_matches(&mut self) -> Result<Test, Problem> {
        self.skip_space();
        let expected = "a regular expression and optional flags as quoted texts: \"text-matches\" engine expects a regexp body and optional regexp flags";
        let source = self.string().map_err(|problem| Problem::new(problem.at, expected))?;
        self.skip_space();
        let mut flags = String::new();
        if self.eat(',') {
            self.skip_space();
            flags = self.string().map_err(|problem| Problem::new(problem.at, expected))?;
        }
        Ok(Test::TextMatches(source, flags))
    }

    fn nth_match(&mut self) -> Result<Test, Problem> {
        let expected = "\"nth-match\" engine expects non-empty selector list and an index argument";
        let mut list = Vec::new();
        loop {
            self.skip_space();
            let start = self.at;
            let digits: String =
                self.chars[self.at..].iter().take_while(|char| char.is_ascii_digit()).collect();
            if !digits.is_empty() {
                self.at += digits.len();
                return match digits.parse() {
                    Ok(n) if n > 0 && !list.is_empty() => Ok(Test::NthMatch(list, n)),
                    _ => Err(Problem::new(start, expected).hint("the index counts from 1")),
                };
            }
            list.push(self.chain(false).map_err(|problem| Problem::new(problem.at, expected))?);
            if !self.eat(',') {
                return Err(self.expected(expected));
            }
        }
    }
}

/// Whether the browser understands it, and no combinator looks through shadow roots.
fn is_native_compound(chain: &Chain) -> bool {
    matches!(chain.as_slice(), [link] if link.compound.tests.is_empty())
}

fn is_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '\\') || !char.is_ascii()
}
