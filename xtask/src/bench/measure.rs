//! One measurement: a command, from its start to its end, by `tests/bench/measure.py`.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::process::{command, output};
use crate::{Failure, chrome, debian};

/// What is measured of a command.
#[derive(Clone, Copy)]
pub(super) enum Scope {
    /// The one process, exactly.
    Process,
    /// The process and all below it, browsers left out.
    Tree,
}

/// What a command took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// Seconds from start to end.
    pub(super) wall: f64,
    /// Seconds of processor.
    pub(super) cpu: f64,
    /// Bytes of memory at most.
    pub(super) peak: f64,
}

/// Measures a program with the arguments that `arrange` gives it.
///
/// # Errors
/// When it cannot be measured or does not end with 0.
pub(super) fn measure(
    folder: &Path,
    scope: Scope,
    program: &Path,
    arrange: impl FnOnce(&mut Command),
) -> Result<Cost, Failure> {
    if chrome::on_path("python3").is_none() {
        debian::install("Python, which measures,", &["python3"])?;
    }
    let mut measured = command("python3", folder);
    measured.arg(crate::root().join("tests/bench/measure.py"));
    if matches!(scope, Scope::Tree) {
        measured.arg("--tree");
    }
    arrange(measured.arg(program));
    let said = output(&mut measured)?;
    let said: Value = said.trim().parse().map_err(|error| format!("measure.py said `{said}`: {error}"))?;
    if said["code"] != 0 {
        return Err(format!("`{}` ended with {} while it was measured", program.display(), said["code"]));
    }
    let number = |name: &str| said[name].as_f64().unwrap_or_default();
    Ok(Cost { wall: number("wall"), cpu: number("cpu"), peak: number("peak") })
}

/// Returns the middle one; nothing has the median 0.
pub(super) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_one_is_the_median() {
        assert!((median([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < f64::EPSILON);
        assert!(median(std::iter::empty()).abs() < f64::EPSILON);
    }
}
