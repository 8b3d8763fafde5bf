//! Packages of the system: installed where this user may, named where not.

use std::path::Path;

use crate::process::{command, output, run, succeeds};
use crate::{Failure, report};

/// Installs packages that provide `what`, or says which command would.
///
/// # Errors
/// When the system has no apt, this user may not install, or apt fails.
pub(crate) fn install(what: &str, packages: &[&str]) -> Result<(), Failure> {
    let folder = Path::new("/");
    let by_hand = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if !succeeds(command("apt-get", folder).arg("--version")) {
        return Err(format!(
            "{what} is missing and this system has no apt; install the equivalent of: {}",
            packages.join(" ")
        ));
    }
    if !is_root() {
        return Err(format!("{what} is missing; install it with: sudo {by_hand}"));
    }
    report::step(&format!("{what} is missing: {by_hand}"));
    let mut update = command("apt-get", folder);
    run(update.args(["update", "-qq"]))?;
    let mut install = command("apt-get", folder);
    install.args(["install", "-qq", "--yes", "--no-install-recommends"]).args(packages);
    output(install.env("DEBIAN_FRONTEND", "noninteractive")).map(drop)
}

fn is_root() -> bool {
    output(command("id", Path::new("/")).arg("-u")).is_ok_and(|id| id.trim() == "0")
}
