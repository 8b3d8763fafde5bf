//! Tools written in Python, each in the environment of its own version below `target/tools`.

use std::path::{Path, PathBuf};

use crate::process::{command, output, succeeds};
use crate::{Failure, chrome, debian, report};

/// The checker of Kubernetes manifests that tests ask.
pub(crate) const KUBERNETES_VALIDATE: Tool =
    Tool { package: "kubernetes-validate", version: "1.37.0", program: "kubernetes-validate" };

/// A tool from the Python package index.
pub(crate) struct Tool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
}

/// Returns a tool's program, installing it where it is not there yet.
///
/// # Errors
/// When Python is missing and cannot be installed, or the package cannot be had.
pub(crate) fn tool(root: &Path, tool: &Tool) -> Result<PathBuf, Failure> {
    let folder = root.join("target/tools").join(tool.package);
    let program = folder.join("bin").join(tool.program);
    let stamp = folder.join(format!("{}.installed", tool.version));
    if stamp.exists() {
        return Ok(program);
    }
    if chrome::on_path("python3").is_none()
        || !succeeds(command("python3", root).args(["-m", "ensurepip", "--version"]))
    {
        debian::install("Python's venv", &["python3", "python3-venv"])?;
    }
    report::step(&format!("{} {} is missing: pip install", tool.package, tool.version));
    output(command("python3", root).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let package = format!("{}=={}", tool.package, tool.version);
    output(command(folder.join("bin/pip"), root).args(["install", "--quiet", "--no-input", &package]))?;
    std::fs::write(&stamp, "").map_err(|error| format!("failed to write `{}`: {error}", stamp.display()))?;
    Ok(program)
}
