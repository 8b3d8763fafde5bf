//! Stacks: frames parsed, mapped to the text as its author wrote it, and shown with an excerpt.

use crate::modules::Modules;
use crate::outcome::StackFrame;
use crate::prelude;

/// Marks a frame whose position needs no mapping.
pub(crate) const AS_WRITTEN: &str = "source:";
/// How many lines of an excerpt stand above and below the one that is meant.
const AROUND: u32 = 2;

/// Returns the frames of `stack` that lie in files of the script.
pub(crate) fn frames(stack: &str, modules: &Modules) -> Vec<StackFrame> {
    stack.lines().filter_map(|line| frame(line, modules)).collect()
}

fn frame(line: &str, modules: &Modules) -> Option<StackFrame> {
    let line = line.trim().strip_prefix("at ")?;
    let (function, place) = match line.rsplit_once('(') {
        Some((function, place)) => (function.trim(), place.strip_suffix(')')?),
        None => ("", line),
    };
    let mut parts = place.rsplitn(3, ':');
    let column: u32 = parts.next()?.parse().ok()?;
    let line: u32 = parts.next()?.parse().ok()?;
    let file = parts.next()?;
    if file.starts_with(prelude::PREFIX) {
        return None;
    }
    let function = match function {
        "<anonymous>" | "<eval>" => String::new(),
        name => name.to_owned(),
    };
    if let Some(file) = file.strip_prefix(AS_WRITTEN) {
        return Some(StackFrame { function, file: file.to_owned(), line, column });
    }
    let (line, column) = modules.original(file, line, column)?;
    Some(StackFrame { function, file: file.to_owned(), line, column })
}

/// Returns the lines around a position with a caret under its column.
pub(crate) fn excerpt(source: &str, line: u32, column: u32) -> Option<String> {
    let first = line.saturating_sub(AROUND).max(1);
    let last = line + AROUND;
    let lines: Vec<(u32, &str)> =
        (1..).zip(source.lines()).filter(|(number, _)| (first..=last).contains(number)).collect();
    let width = lines.last()?.0.to_string().len();
    let mut text = String::new();
    for (number, content) in lines {
        let mark = if number == line { '>' } else { ' ' };
        text.push_str(format!("{mark} {number:>width$} | {content}").trim_end());
        text.push('\n');
        if number == line {
            let indent: String = content
                .chars()
                .take(column.saturating_sub(1) as usize)
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            text.push_str(&format!("  {:>width$} | {indent}^\n", ""));
        }
    }
    text.pop();
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpt_points_at_the_column() {
        let expected = "  1 | a\n  2 | b\n> 3 |   cd\n    |    ^\n  4 | e\n  5 | f";
        assert_eq!(excerpt("a\nb\n  cd\ne\nf\ng", 3, 4).as_deref(), Some(expected));
    }
}
