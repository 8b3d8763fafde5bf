//! What Kustomize makes of `k8s/`: rendered into files, which the tests of manifests then check like the sources.
//! Part of `cargo xtask test --full`.

use std::path::{Path, PathBuf};

use crate::process::{command, output};
use crate::{Failure, chrome, debian, place, report};

/// The module, for machines with neither kustomize nor kubectl, which has it built in.
const MODULE: &str = "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1";

/// What is rendered.
const ROOTS: [&str; 2] = ["k8s/base", "k8s/overlays/example"];

/// Renders the base and the overlay and returns the folder with one file for each.
///
/// # Errors
/// When Kustomize cannot be had, or refuses.
pub(crate) fn render(root: &Path) -> Result<PathBuf, Failure> {
    let folder = place::fresh(&root.join("target/rendered"))?;
    let tool = tool(root)?;
    report::step(&format!("{} renders {}", tool.join(" "), ROOTS.join(" and ")));
    let (program, words) = tool.split_first().ok_or("no tool")?;
    for source in ROOTS {
        let rendered = output(command(program, root).args(words).arg(source))?;
        place::write(&folder.join(format!("{}.yaml", source.replace('/', "-"))), &rendered)?;
    }
    Ok(folder)
}

/// Returns the words of a command that renders a folder.
fn tool(root: &Path) -> Result<Vec<String>, Failure> {
    let own = root.join("target/tools/kustomize");
    for (program, word) in [("kustomize", "build"), ("kubectl", "kustomize")] {
        if chrome::on_path(program).is_some() {
            return Ok(vec![program.to_owned(), word.to_owned()]);
        }
    }
    let program = own.join("kustomize");
    if !program.exists() {
        if chrome::on_path("go").is_none() {
            debian::install("Go, for kustomize,", &["golang-go"])?;
        }
        report::step(&format!("kustomize is missing: go install {MODULE}"));
        place::folder(&own)?;
        output(command("go", root).args(["install", MODULE]).env("GOBIN", &own))?;
    }
    Ok(vec![program.display().to_string(), "build".to_owned()])
}
