//! Roles and names: computed in the page, or asked of the browser's accessibility tree? Locators do what is
//! cheaper; this shows which that is.

use std::path::Path;

use serde_json::Value;

use super::{Bench, Sidecar};
use crate::process::{command, output};
use crate::{Failure, report};

/// Times both on the shop's longest page.
///
/// # Errors
/// When something cannot be built or started, or either way finds the wrong element.
pub(crate) fn run(root: &Path, rounds: usize) -> Result<(), Failure> {
    let bench = Bench::open(root, "roles")?;
    let browser = Sidecar::start(&bench.home)?;
    let mut roles = command(bench.programs.join("roles"), &bench.home);
    roles.args(["--browser", &browser.url, "--base-url", &bench.shop.url, "--rounds", &rounds.to_string()]);
    let said = output(&mut roles)?;
    let said: Value = said.trim().parse().map_err(|error| format!("roles said `{said}`: {error}"))?;
    let number = |name: &str| said[name].as_f64().unwrap_or_default();
    let (page, tree) = (number("page"), number("tree"));
    report::step(&format!("one link among the catalogue's, by role and name, median of {rounds}"));
    report::text(&format!("    computed in the page      {page:>6.2} ms, 1 command"));
    report::text(&format!("    by the accessibility tree {tree:>6.2} ms, 4 commands, {:.1} ×", tree / page));
    Ok(())
}
