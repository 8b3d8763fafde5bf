//! The Kubernetes manifests: strictly against schemas of several versions, and what schemas let pass.

use std::path::{Path, PathBuf};

use crate::process::{command, output, run, succeeds};
use crate::{Failure, chrome, debian, report};

/// Files of the base that are whole resources.
const RESOURCES: &[&str] =
    &["namespace", "service-account", "network-policy", "settings", "monitor", "listener"];
/// Version of Kustomize that is built where Go is at hand.
const KUSTOMIZE: &str = "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1";

/// Checks them, installing the checker into `target/tools` first.
///
/// # Errors
/// With every problem found, or with what is missing.
pub(crate) fn check(root: &Path) -> Result<(), Failure> {
    report::step("Kubernetes manifests");
    let tools = root.join("target/tools");
    let python = checker(root, &tools)?;
    let mut files: Vec<PathBuf> =
        RESOURCES.iter().map(|name| root.join("k8s/base").join(format!("{name}.yaml"))).collect();
    files.push(root.join("k8s/overlays/example/login.yaml"));
    if let Some(kustomize) = kustomize(root, &tools)? {
        let built = output(command(kustomize, root).args(["build", "k8s/overlays/example"]))?;
        let file = tools.join("example.yaml");
        std::fs::write(&file, built)
            .map_err(|error| format!("failed to write `{}`: {error}", file.display()))?;
        files.push(file);
    }
    run(command(python, root).arg("tests/kubernetes/check.py").args(files))
}

/// Returns a Python that has the checker.
fn checker(root: &Path, tools: &Path) -> Result<PathBuf, Failure> {
    let python = tools.join("kubernetes/bin/python");
    if succeeds(command(&python, root).args(["-c", "import kubernetes_validate"])) {
        return Ok(python);
    }
    if !succeeds(command("python3", root).args(["-c", "import venv, ensurepip"])) {
        debian::install("Python with venv (to check manifests)", &["python3", "python3-venv"])?;
    }
    run(command("python3", root).args(["-m", "venv"]).arg(tools.join("kubernetes")))?;
    run(command(&python, root).args(["-m", "pip", "install", "--quiet", "kubernetes-validate"]))?;
    Ok(python)
}

/// Returns Kustomize: the one on the path, or one built with Go. Debian has no package of it.
fn kustomize(root: &Path, tools: &Path) -> Result<Option<PathBuf>, Failure> {
    let built = tools.join("kustomize");
    if let Some(found) = chrome::on_path("kustomize").or_else(|| built.exists().then(|| built.clone())) {
        return Ok(Some(found));
    }
    if chrome::on_path("go").is_none() {
        report::text(
            "    NOT CHECKED: k8s/overlays by Kustomize, since neither it nor Go is on this machine",
        );
        return Ok(None);
    }
    report::text("    building Kustomize");
    run(command("go", root).args(["install", KUSTOMIZE]).env("GOBIN", tools).env("GOFLAGS", ""))?;
    Ok(Some(built))
}
