//! Owns the grammar: a parser by recursive descent over the characters of the text.

use crate::error::ParseError;
use crate::literal::{Comparison, Literal, Test};
use crate::tree::{Field, Node};
use crate::wildcard::Wildcard;

/// Longest text that is parsed.
const MAX_LENGTH: usize = 64 * 1024;
/// Deepest nesting of brackets and negations, so that no filter overflows a stack.
const MAX_DEPTH: usize = 64;

pub(crate) fn parse(text: &str) -> Result<Node, ParseError> {
    let mut parser = Parser { chars: text.chars().collect(), at: 0, depth: 0 };
    if parser.chars.len() > MAX_LENGTH {
        return Err(parser.error("a filter of at most 65536 characters", None));
    }
    parser.space();
    if parser.is_done() {
        return Ok(Node::All);
    }
    let node = parser.any_of(Scope::Query)?;
    parser.space();
    if parser.is_done() { Ok(node) } else { Err(parser.error("`and`, `or` or the end", parser.guess())) }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
}

/// What a value or a bracket belongs to.
#[derive(Clone, Copy)]
enum Scope<'a> {
    /// Expressions with fields of their own.
    Query,
    /// Values of this field.
    Field(&'a Field),
}

/// A word: a quoted text, or unquoted pieces around stars.
struct Word {
    pieces: Vec<String>,
    quoted: bool,
    start: usize,
}

impl Word {
    fn has_star(&self) -> bool {
        self.pieces.len() > 1
    }

    fn text(&self) -> String {
        self.pieces.join("*")
    }

    fn field(self) -> Field {
        if self.has_star() {
            Field::Like(Wildcard { pieces: self.pieces })
        } else {
            Field::Named(self.text())
        }
    }

    fn test(self) -> Test {
        if self.has_star() {
            let pattern = Wildcard { pieces: self.pieces };
            return if pattern.is_anything() { Test::Exists } else { Test::Like(pattern) };
        }
        let text = self.text();
        if self.quoted {
            Test::Equals(Literal::quoted(text))
        } else if text == "null" {
            Test::Absent
        } else {
            Test::Equals(Literal::unquoted(text))
        }
    }
}

impl Parser {
    fn any_of(&mut self, scope: Scope<'_>) -> Result<Node, ParseError> {
        let mut parts = vec![self.all_of(scope)?];
        while self.connective("or") {
            parts.push(self.all_of(scope)?);
        }
        Ok(Node::or(parts))
    }

    fn all_of(&mut self, scope: Scope<'_>) -> Result<Node, ParseError> {
        let mut parts = vec![self.negated(scope)?];
        while self.connective("and") {
            parts.push(self.negated(scope)?);
        }
        Ok(Node::and(parts))
    }

    fn negated(&mut self, scope: Scope<'_>) -> Result<Node, ParseError> {
        self.space();
        if self.keyword_at(self.at, "not") {
            self.at += "not".len();
            return self.deeper(|parser| Ok(Node::Not(Box::new(parser.negated(scope)?))));
        }
        if self.take('(') {
            let inner = self.deeper(|parser| parser.any_of(scope))?;
            self.close(')')?;
            return Ok(inner);
        }
        match scope {
            Scope::Query => self.expression(),
            Scope::Field(field) => {
                let word = self.word("a value")?;
                Ok(Node::Field(field.clone(), word.test()))
            }
        }
    }

    fn expression(&mut self) -> Result<Node, ParseError> {
        let word = self.word("a field or a value")?;
        self.space();
        if let Some(comparison) = self.comparison() {
            self.space();
            let literal = self.word("a value to compare with")?;
            if literal.has_star() {
                self.at = literal.start;
                return Err(self.error("a value without `*`", Some("a range has no pattern".into())));
            }
            let text = literal.text();
            let literal = if literal.quoted { Literal::quoted(text) } else { Literal::unquoted(text) };
            return Ok(Node::Field(word.field(), Test::Compare(comparison, literal)));
        }
        if self.take(':') {
            return self.values_of(word.field());
        }
        self.bare(word)
    }

    fn values_of(&mut self, field: Field) -> Result<Node, ParseError> {
        self.space();
        if self.take('{') {
            let inner = self.deeper(|parser| parser.any_of(Scope::Query))?;
            self.close('}')?;
            return Ok(Node::Nested(field, Box::new(inner)));
        }
        if self.take('(') {
            let inner = self.deeper(|parser| parser.any_of(Scope::Field(&field)))?;
            self.close(')')?;
            return Ok(inner);
        }
        let word = self.word("a value")?;
        Ok(Node::Field(field, word.test()))
    }

    /// A value without a field looks at all fields. One with an equals sign was meant otherwise.
    fn bare(&mut self, word: Word) -> Result<Node, ParseError> {
        let text = word.text();
        if !word.quoted && text.contains('=') {
            let field = text.split(['=', '!', ' ']).next().unwrap_or_default();
            let hint = format!("write `{field}: value` to compare, or quote the text to look for it");
            self.at = word.start;
            return Err(self.error("a field followed by `:`", Some(hint)));
        }
        Ok(Node::Field(Field::Like(Wildcard { pieces: vec![String::new(), String::new()] }), word.test()))
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let comparison = match self.chars.get(self.at)? {
            '<' => (Comparison::Less, Comparison::AtMost),
            '>' => (Comparison::Greater, Comparison::AtLeast),
            _ => return None,
        };
        self.at += 1;
        Some(if self.take('=') { comparison.1 } else { comparison.0 })
    }

    fn word(&mut self, expected: &'static str) -> Result<Word, ParseError> {
        let start = self.at;
        if self.take('"') {
            return Ok(Word { pieces: vec![self.quoted()?], quoted: true, start });
        }
        let pieces = self.unquoted()?;
        if pieces == [""] {
            return Err(self.error(expected, self.guess()));
        }
        Ok(Word { pieces, quoted: false, start })
    }

    fn quoted(&mut self) -> Result<String, ParseError> {
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(self.error("a closing `\"`", None)),
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escaped()?),
                Some(c) => text.push(c),
            }
        }
    }

    /// Reads up to a sign of the grammar or a connective; spaces within stay, those at the end do not.
    fn unquoted(&mut self) -> Result<Vec<String>, ParseError> {
        let (mut pieces, mut piece, mut spaces) = (Vec::new(), String::new(), String::new());
        while let Some(&c) = self.chars.get(self.at) {
            if matches!(c, '(' | ')' | ':' | '<' | '>' | '"' | '{' | '}') || self.at_connective() {
                break;
            }
            self.at += 1;
            if c.is_whitespace() {
                spaces.push(c);
                continue;
            }
            piece.push_str(&std::mem::take(&mut spaces));
            match c {
                '*' => pieces.push(std::mem::take(&mut piece)),
                '\\' => piece.push_str(&self.escape_of_word()?),
                c => piece.push(c),
            }
        }
        pieces.push(piece);
        Ok(pieces)
    }

    /// An escape in an unquoted word may also stand before a connective.
    fn escape_of_word(&mut self) -> Result<String, ParseError> {
        for keyword in ["and", "or", "not"] {
            if self.word_at(self.at, keyword) {
                self.at += keyword.len();
                let written = self.chars.get(self.at - keyword.len()..self.at).unwrap_or_default();
                return Ok(written.iter().collect());
            }
        }
        Ok(self.escaped()?.to_string())
    }

    fn escaped(&mut self) -> Result<char, ParseError> {
        let expected =
            "one of `\\ ( ) : < > \" * { }`, `t`, `r`, `n`, `u` with four digits, or a keyword after `\\`";
        match self.next() {
            Some('t') => Ok('\t'),
            Some('r') => Ok('\r'),
            Some('n') => Ok('\n'),
            Some('u') => {
                let digits: String = self.chars.iter().skip(self.at).take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok().filter(|_| digits.chars().count() == 4);
                let code = code.filter(|_| !digits.starts_with('+')).and_then(char::from_u32);
                self.at += if code.is_some() { 4 } else { 0 };
                code.ok_or_else(|| self.error("four hexadecimal digits of a character", None))
            }
            Some(c @ ('\\' | '(' | ')' | ':' | '<' | '>' | '"' | '*' | '{' | '}' | ' ')) => Ok(c),
            _ => {
                self.at = self.at.saturating_sub(1).min(self.chars.len());
                Err(self.error(expected, Some("a backslash of the text itself is written twice".into())))
            }
        }
    }

    /// Takes a connective with the spaces around it.
    fn connective(&mut self, keyword: &str) -> bool {
        let start = self.at;
        self.space();
        let found = self.keyword_at(self.at, keyword);
        self.at = if found { self.at + keyword.len() } else { start };
        found
    }

    /// Tells whether a connective begins here: spaces before, spaces or the end after.
    fn at_connective(&self) -> bool {
        let space_before =
            self.at == 0 || self.chars.get(self.at - 1).is_none_or(|c| c.is_whitespace() || *c == ')');
        space_before && ["and", "or", "not"].iter().any(|keyword| self.keyword_at(self.at, keyword))
    }

    /// Tells whether a keyword stands at a place, and white space (or the end, or a bracket) after it.
    fn keyword_at(&self, at: usize, keyword: &str) -> bool {
        let after = self.chars.get(at + keyword.len());
        self.word_at(at, keyword) && after.is_none_or(|c| c.is_whitespace() || *c == '(')
    }

    fn word_at(&self, at: usize, word: &str) -> bool {
        let there = self.chars.iter().skip(at).take(word.len());
        there.map(char::to_ascii_lowercase).eq(word.chars())
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, ParseError>) -> Result<T, ParseError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error("no more than 64 brackets and negations within each other", None));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn close(&mut self, bracket: char) -> Result<(), ParseError> {
        self.space();
        if self.take(bracket) {
            return Ok(());
        }
        let expected = if bracket == ')' { "`and`, `or` or `)`" } else { "`and`, `or` or `}`" };
        Err(self.error(expected, self.guess()))
    }

    fn space(&mut self) {
        while self.chars.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    fn next(&mut self) -> Option<char> {
        let c = self.chars.get(self.at).copied()?;
        self.at += 1;
        Some(c)
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.chars.get(self.at) == Some(&wanted);
        self.at += usize::from(found);
        found
    }

    fn is_done(&self) -> bool {
        self.at >= self.chars.len()
    }

    fn error(&self, expected: &'static str, hint: Option<String>) -> ParseError {
        let rest: String = self.chars.iter().skip(self.at).take(20).collect();
        let found = if rest.is_empty() { "the end".into() } else { format!("`{}`", rest.trim_end()) };
        ParseError { position: self.at, expected, found, hint }
    }

    /// Guesses what was meant by what stands here.
    fn guess(&self) -> Option<String> {
        let hint = match self.chars.get(self.at)? {
            '(' | '"' => "two values stand side by side: put `and` or `or` between them",
            ':' => "a value with `:` in it must be quoted",
            ')' | '}' => "a bracket is closed that was not opened, or stands empty",
            '<' | '>' => "a value with `<` or `>` in it must be quoted",
            _ if self.at_connective() => "a keyword that is meant as text must be quoted",
            _ => return None,
        };
        Some(hint.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::Filter;

    fn check(text: &str, expected: &str) {
        assert_eq!(Filter::parse(text).unwrap_err().to_string(), expected, "{text}");
    }

    fn same(a: &str, b: &str) {
        let root = |text: &str| Filter::parse(text).unwrap().root;
        assert_eq!(root(a), root(b), "{a} | {b}");
    }

    #[test]
    fn binds_as_documented() {
        same("a: 1 or b: 2 and not c: 3", "a: 1 or (b: 2 and (not c: 3))");
        same("not a: 1 and b: 2", "(not a: 1) and b: 2");
        same("a: (1 or 2 and not 3)", "a: 1 or (a: 2 and not a: 3)");
        same("a:1 AND b :2 Or c  :  3", "(a: 1 and b: 2) or c: 3");
        same("a: ((1))", "a: 1");
        same("  a: b c  ", r#"a: b c"#);
        same("not(a: 1)", "not a: 1");
    }

    #[test]
    fn words_may_hold_keywords() {
        same(r"a: \and", r#"a: "and""#.replace('"', "").replace("and", r"\and").as_str());
        same("a: android", "a : android");
        same("a: knot x", "a:knot x");
        same("order: 1", "order : 1");
        let fields = Filter::parse("a: x and b.*: y or {c: 1}".replace("{c: 1}", "d: {c: 1}").as_str())
            .unwrap()
            .fields();
        assert_eq!(fields.into_iter().collect::<Vec<_>>(), ["a", "b.*", "d.c"]);
    }

    #[test]
    fn errors_say_where_and_what() {
        check("a:", "expected a value at character 3, found the end");
        check("a: (b or", "expected a value at character 9, found the end");
        check("a: (b", "expected `and`, `or` or `)` at character 6, found the end");
        check(
            "a: b)",
            "expected `and`, `or` or the end at character 5, found `)`; a bracket is closed that was not opened, or stands empty",
        );
        check(
            "a: b: c",
            "expected `and`, `or` or the end at character 5, found `: c`; a value with `:` in it must be quoted",
        );
        check("a: \"b", "expected a closing `\"` at character 6, found the end");
        check(
            "a: b and and c",
            "expected a field or a value at character 10, found `and c`; a keyword that is meant as text must be quoted",
        );
        check(
            "run.status = failed",
            "expected a field followed by `:` at character 1, found `run.status = failed`; write `run.status: value` to compare, or quote the text to look for it",
        );
        check("a > 1*", "expected a value without `*` at character 5, found `1*`; a range has no pattern");
        check(
            r"a: \x",
            "expected one of `\\ ( ) : < > \" * { }`, `t`, `r`, `n`, `u` with four digits, or a keyword after `\\` at character 5, found `x`; a backslash of the text itself is written twice",
        );
        check(r"a: \u00g0", "expected four hexadecimal digits of a character at character 6, found `00g0`");
    }

    #[test]
    fn nesting_has_a_limit() {
        let error = Filter::parse(&"(".repeat(100_000)).unwrap_err();
        assert!(error.to_string().contains("at most 65536 characters"));
        let error = Filter::parse(&"not (".repeat(1000)).unwrap_err();
        assert!(error.to_string().contains("no more than 64"), "{error}");
        assert!(Filter::parse(&format!("{}a: 1{}", "(".repeat(64), ")".repeat(64))).is_ok());
    }

    proptest! {
        #[test]
        fn never_panics(text in r#"[ a-c:()<>="*{}\\untro.é0-9-]{0,40}"#) {
            if let Err(error) = Filter::parse(&text) {
                prop_assert!(error.position <= text.chars().count());
            }
        }

        #[test]
        fn never_panics_on_any_text(text in "\\PC{0,60}") {
            drop(Filter::parse(&text));
        }
    }
}
