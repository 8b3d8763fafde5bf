//! Rules that the compiler does not know: walls between rooms, owners of outside things, module docs, licences,
//! names of settings. docs/architecture.md says why.

mod names;
mod packages;
mod sources;

use std::path::Path;

use crate::process::{cargo, output};
use crate::{Failure, report};

/// Checks everything and prints how much that was.
///
/// # Errors
/// With every rule that is broken, one a line.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let problems = problems(root)?;
    if problems.is_empty() {
        report::step("tidy: every rule holds");
        return Ok(());
    }
    Err(format!("tidy found {} problem(s):\n  {}", problems.len(), problems.join("\n  ")))
}

/// Returns every broken rule, as `where: what (how to mend it)`.
///
/// # Errors
/// When cargo or a file cannot be read.
fn problems(root: &Path) -> Result<Vec<String>, Failure> {
    let metadata =
        output(cargo(root).args(["metadata", "--format-version", "1", "--locked", "--offline"]))
            .or_else(|_| output(cargo(root).args(["metadata", "--format-version", "1", "--locked"])))?;
    let metadata = serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let mut problems = packages::problems(&metadata);
    problems.extend(sources::problems(root)?);
    problems.extend(names::problems(root)?);
    Ok(problems)
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_repository_is_tidy() {
        let problems = super::problems(&crate::root()).unwrap();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }
}
