//! Where a value stands in a JSON text: the parser keeps no positions.

/// One step into a JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Key(String),
    Index(usize),
}

/// Writes a path as people do: `steps[2].selectors`.
pub(crate) fn path_text(path: &[Segment]) -> String {
    path.iter().fold(String::new(), |mut text, segment| {
        match segment {
            Segment::Key(key) if text.is_empty() => text.push_str(key),
            Segment::Key(key) => text.push_str(&format!(".{key}")),
            Segment::Index(index) => text.push_str(&format!("[{index}]")),
        }
        text
    })
}

/// Returns the byte offset of the value at `path`, or of the innermost one on the way that is there.
/// The text must be valid JSON.
pub(crate) fn offset(text: &str, path: &[Segment]) -> usize {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    scan.space();
    for segment in path {
        let start = scan.at;
        let found = match segment {
            Segment::Key(key) => scan.enter_object(key),
            Segment::Index(index) => scan.enter_array(*index),
        };
        if !found {
            return start;
        }
    }
    scan.at
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or_default()
    }

    fn space(&mut self) {
        while self.peek().is_ascii_whitespace() {
            self.at += 1;
        }
    }

    /// Goes over one token and the space behind it.
    fn step(&mut self) {
        self.at += 1;
        self.space();
    }

    fn enter_object(&mut self, wanted: &str) -> bool {
        if self.peek() != b'{' {
            return false;
        }
        self.step();
        while self.peek() == b'"' {
            let start = self.at;
            self.string();
            let raw = self.bytes.get(start..self.at).unwrap_or_default();
            let key: String = serde_json::from_slice(raw).unwrap_or_default();
            self.space();
            self.step();
            if key == wanted {
                return true;
            }
            self.value();
            if self.peek() == b',' {
                self.step();
            }
        }
        false
    }

    fn enter_array(&mut self, wanted: usize) -> bool {
        if self.peek() != b'[' {
            return false;
        }
        self.step();
        for index in 0.. {
            if self.peek() == b']' || self.at >= self.bytes.len() {
                return false;
            }
            if index == wanted {
                return true;
            }
            self.value();
            if self.peek() == b',' {
                self.step();
            }
        }
        false
    }

    fn string(&mut self) {
        self.at += 1;
        while self.at < self.bytes.len() && self.peek() != b'"' {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
    }

    /// Goes over a value and the space behind it.
    fn value(&mut self) {
        let mut depth = 0_u32;
        loop {
            match self.peek() {
                b'"' => self.string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                _ => {
                    while self.at < self.bytes.len() && !b",]}{[\" \t\r\n".contains(&self.peek()) {
                        self.at += 1;
                    }
                    if depth > 0 && self.peek() == b',' {
                        self.at += 1;
                    }
                }
            }
            self.space();
            if depth == 0 || self.at >= self.bytes.len() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &[Segment], expected: &str) {
        let text =
            r#" { "title": "a, \"b\"", "steps": [ {"type": "click", "n": [1, {"x": 2}]}, { "url": "u" } ] }"#;
        let rest = text.get(offset(text, path)..).unwrap();
        assert!(rest.starts_with(expected), "{}: {rest}", path_text(path));
    }

    #[test]
    fn values_are_found() {
        let key = |key: &str| Segment::Key(key.to_owned());
        check(&[], "{ \"title\"");
        check(&[key("title")], "\"a, ");
        check(&[key("steps"), Segment::Index(0), key("n"), Segment::Index(1), key("x")], "2}");
        check(&[key("steps"), Segment::Index(1), key("url")], "\"u\"");
        check(&[key("steps"), Segment::Index(1), key("missing")], "{ \"url\"");
        check(&[key("steps"), Segment::Index(7)], "[ {");
    }
}
