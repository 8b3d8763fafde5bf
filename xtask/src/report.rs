//! What a chore prints: short lines a person can follow. The only place here that writes to the terminal.

#![expect(clippy::print_stdout, reason = "a chore talks to the person who typed it")]

use std::io::Write;

/// Announces a step.
pub(crate) fn step(text: &str) {
    println!("==> {text}");
    flush();
}

/// Prints lines as they are.
pub(crate) fn text(text: &str) {
    println!("{text}");
    flush();
}

/// Prints why the chore failed.
pub(crate) fn failure(text: &str) {
    flush();
    eprintln!("\nerror: {text}");
}

fn flush() {
    // A closed pipe is no reason to fail: whoever read it has seen enough.
    std::io::stdout().flush().unwrap_or_default();
}
