//! Where a script waits: each `await` notes its place before it begins, so that a promise that never settles
//! can be told with the line that waits for it.
//!
//! The note is put into the text, not the tree, so that plain JavaScript runs as it was written otherwise.
//! In a page, where functions of scripts run as well, nobody listens and the note does nothing.

use oxc_ast::ast::{AwaitExpression, Program};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan as _;

/// The function that notes; the prelude defines it, and takes the notes out of what it sends into pages.
const NOTE: &str = "globalThis.__canaryAt?.";
/// Larger files are bundles: nobody reads their lines.
const LARGEST: usize = 256 * 1024;

/// A text with notes and the way back.
pub(super) struct Noted {
    pub(super) text: String,
    pub(super) shifts: Shifts,
}

/// What was put into a text: line, column where it begins, and length, all of the new text and from 1.
#[derive(Clone, Default)]
pub(super) struct Shifts(Vec<(u32, u32, u32)>);

impl Shifts {
    /// Returns the column in the text as it was written.
    pub(super) fn back(&self, line: u32, column: u32) -> u32 {
        let before = self.0.iter().filter(|(at, start, _)| *at == line && *start < column);
        // A place inside of a note is the place where it was put.
        column - before.map(|(_, start, length)| (*length).min(column - start)).sum::<u32>()
    }
}

/// Puts notes into a text; nothing where it waits for nothing.
pub(super) fn note(name: &str, source: &str, program: &Program<'_>) -> Option<Noted> {
    if source.len() > LARGEST || !source.contains("await") || name.contains(['"', '\\']) {
        return None;
    }
    let mut found = Found::default();
    found.visit_program(program);
    let mut notes: Vec<(usize, String)> = Vec::new();
    for (whole, start, end) in found.0 {
        let place = super::position(name, source, whole as usize);
        notes.push((start as usize, format!("({NOTE}(\"{name}:{}:{}\"), ", place.line, place.column)));
        notes.push((end as usize, ")".to_owned()));
    }
    if notes.is_empty() {
        return None;
    }
    notes.sort_by_key(|(at, _)| *at);
    let mut text = String::with_capacity(source.len() * 2);
    let mut shifts = Vec::with_capacity(notes.len());
    let (mut done, mut line, mut column) = (0, 1, 1);
    for (at, note) in notes {
        let piece = source.get(done..at)?;
        for c in piece.chars() {
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        let length = note.chars().count() as u32;
        shifts.push((line, column, length));
        column += length;
        text.push_str(piece);
        text.push_str(&note);
        done = at;
    }
    text.push_str(source.get(done..)?);
    Some(Noted { text, shifts: Shifts(shifts) })
}

/// Begin of each `await`, begin and end of what it waits for.
#[derive(Default)]
struct Found(Vec<(u32, u32, u32)>);

impl<'a> Visit<'a> for Found {
    fn visit_await_expression(&mut self, it: &AwaitExpression<'a>) {
        let waited = it.argument.span();
        self.0.push((it.span.start, waited.start, waited.end));
        walk::walk_await_expression(self, it);
    }
}

#[cfg(test)]
mod tests {
    use super::super::with_program;
    use super::*;

    /// Each character of the text as written is found again from where it went.
    #[test]
    fn every_place_leads_back() {
        let source = "a();\nawait one(await two('ä'), x); b();\nconst c = async () => (await d)\n  .e;\n";
        let noted =
            with_program("a.ts", source, |program, _| note("a.ts", source, program)).unwrap().unwrap();
        assert!(
            noted.text.contains("await (globalThis.__canaryAt?.(\"a.ts:2:1\"), one(await ("),
            "{}",
            noted.text
        );
        let mut seen = String::new();
        for (index, line) in noted.text.lines().enumerate() {
            let mut last = 0;
            for (column, c) in (1..).zip(line.chars()) {
                let back = noted.shifts.back(index as u32 + 1, column);
                if back > last {
                    seen.push(c);
                    last = back;
                }
            }
            seen.push('\n');
        }
        // Notes begin where they were put, so their first character stands for what follows.
        let count = |text: &str| text.lines().map(|line| line.chars().count()).collect::<Vec<_>>();
        assert_eq!(count(&seen), count(source));
        let line = noted.text.lines().nth(1).unwrap();
        let place = |text: &str, of: &str| {
            text.find(of).map(|at| text.get(..at).unwrap().chars().count() as u32 + 1).unwrap()
        };
        let written = source.lines().nth(1).unwrap();
        for word in ["one(", "two(", "'ä'", "x)", "b()"] {
            assert_eq!(noted.shifts.back(2, place(line, word)), place(written, word), "{word}");
        }
    }
}
