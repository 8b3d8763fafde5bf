//! `cargo xtask test`: everything that must hold, the quick checks first.

use std::path::Path;

use crate::process::{cargo, run};
use crate::{Failure, chrome, debian, elasticsearch, images, kustomize, python, report, tidy};

/// Runs all checks; the test runner's own closing lines come last.
///
/// # Errors
/// With the first check that fails, or with what is missing on this machine. Nothing is skipped.
pub(crate) fn run_all(root: &Path, filter: Option<&str>, full: bool) -> Result<(), Failure> {
    set_up(root)?;
    report::step("format");
    run(cargo(root).args(["fmt", "--all", "--check"]))?;
    report::step("clippy");
    run(cargo(root).args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))?;
    tidy::run(root)?;

    report::step("programs under test");
    run(cargo(root).args(["build", "--locked", "--workspace", "--bins"]))?;
    let mut rendered = None;
    if full {
        rendered = Some(kustomize::render(root)?);
        images::check(root)?;
    } else {
        report::step("not checked here: images, a run in a pod, Kustomize (cargo xtask test --full does)");
    }
    let node = elasticsearch::node(root, given("ELASTICSEARCH_URL"))?;

    report::step("the store against a real Elasticsearch");
    let mut store = cargo(root);
    store.args(["test", "--locked", "--package", "canary-store", "--test", "elasticsearch"]);
    run(store.env("ELASTICSEARCH_URL", &node.url))?;

    report::step("tests");
    let mut tests = cargo(root);
    tests.args(["test", "--workspace", "--locked", "--no-fail-fast", "--lib", "--bins", "--tests"]);
    tests.env("ELASTICSEARCH_URL", &node.url);
    if let Some(rendered) = rendered {
        tests.env("RENDERED_MANIFESTS", rendered);
    }
    if let Some(filter) = filter {
        tests.args(["--", filter]);
    }
    run(&mut tests)
}

/// Finds or installs what tests need, except the Elasticsearch node, which runs only while they do.
///
/// # Errors
/// With what is missing and cannot be installed.
pub(crate) fn set_up(root: &Path) -> Result<(), Failure> {
    let browser = chrome::browser()?;
    let driver = chrome::driver()?;
    report::step(&format!("browser: {}, driver: {}", browser.display(), driver.display()));
    python::tool(root, &python::KUBERNETES_VALIDATE)?;
    git()
}

/// What the tests of git servers stand on, and the package of each. A daemon is on no user's path.
const GIT: [(&str, &str); 4] = [
    ("git", "git"),
    ("openssl", "openssl"),
    ("ssh-keygen", "openssh-client"),
    ("/usr/sbin/sshd", "openssh-server"),
];

fn git() -> Result<(), Failure> {
    let missing = || GIT.iter().filter(|(program, _)| chrome::on_path(program).is_none());
    let packages: Vec<_> = missing().map(|(_, package)| *package).collect();
    if !packages.is_empty() {
        debian::install("what git servers of tests need", &packages)?;
    }
    match missing().next() {
        None => Ok(()),
        Some((program, package)) => Err(format!("{package} is installed and `{program}` is not there")),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the address of a server given by the person who runs the tests"
)]
pub(crate) fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
