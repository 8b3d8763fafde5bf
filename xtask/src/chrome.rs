//! The browser and its driver: found or installed.

use std::path::{Path, PathBuf};

use crate::process::{command, output};
use crate::{Failure, debian};

/// Names under which a browser may be on the path, the lightest first.
const BROWSERS: &[&str] = &[
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Returns a browser, installing the headless shell where none is found and this user may.
///
/// # Errors
/// When there is none and it cannot be installed: with the package's name.
pub(crate) fn browser() -> Result<PathBuf, Failure> {
    if let Some(found) = BROWSERS.iter().find_map(|name| on_path(name)) {
        return Ok(found);
    }
    debian::install("Chrome", &["chromium-headless-shell"])?;
    on_path(BROWSERS[0]).ok_or_else(|| "Chrome was installed but is not on the path".to_owned())
}

/// Returns a WebDriver server, installing it where none is found and this user may.
///
/// # Errors
/// When there is none and it cannot be installed: with the package's name.
pub(crate) fn driver() -> Result<PathBuf, Failure> {
    if let Some(found) = on_path("chromedriver") {
        return Ok(found);
    }
    debian::install("chromedriver", &["chromium-driver"])?;
    on_path("chromedriver").ok_or_else(|| "chromedriver was installed but is not on the path".to_owned())
}

/// Returns where a program of that name is.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let mut which = command("sh", Path::new("/"));
    let found = output(which.args(["-c", "command -v -- \"$0\"", name])).ok()?;
    let found = PathBuf::from(found.trim());
    found.is_absolute().then_some(found)
}
