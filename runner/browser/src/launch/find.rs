//! Which Chrome is there: headless shell first, then Chromium, then Chrome.

use std::path::{Path, PathBuf};

use crate::error::OpenError;

/// The lightest: no window, no extensions (`ENVIRONMENT.md`: half the memory of a full Chromium).
const SHELLS: [&str; 3] = ["chromium-headless-shell", "chrome-headless-shell", "headless_shell"];
const BROWSERS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/// Where packages put what is not on the path.
const FOLDERS: [&str; 8] = [
    "/usr/bin",
    "/usr/local/bin",
    "/usr/lib/chromium",
    "/usr/lib/chromium-browser",
    "/opt/google/chrome",
    "/opt/chromium",
    "/opt/chrome-headless-shell",
    "/snap/bin",
];

const BUNDLES: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Finds the first of headless shell, Chromium and Chrome on the path or in the usual folders.
///
/// A headless shell has no window, so it is left out where one is wanted.
pub fn find(headless: bool) -> Result<PathBuf, OpenError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> =
        std::env::split_paths(&path).chain(FOLDERS.iter().map(PathBuf::from)).collect();
    find_in(&folders, headless).map(|found| unwrapped(&found).unwrap_or(found))
}

/// Debian's headless shell is a script that stays beside its browser and does nothing.
fn unwrapped(found: &Path) -> Option<PathBuf> {
    let shell = Path::new("/usr/lib/chromium/chromium-headless-shell");
    (found == Path::new("/usr/bin/chromium-headless-shell") && is_executable(shell)).then(|| shell.to_owned())
}

fn find_in(folders: &[PathBuf], headless: bool) -> Result<PathBuf, OpenError> {
    let shells: &[&str] = if headless { &SHELLS } else { &[] };
    let names: Vec<&str> = shells.iter().chain(&BROWSERS).copied().collect();
    let bundles = BUNDLES.iter().map(PathBuf::from);
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .chain(bundles)
        .find(|path| is_executable(path))
        .ok_or_else(|| OpenError::Missing {
            looked_for: names.iter().map(|name| (*name).to_owned()).collect(),
        })
}

fn is_executable(path: &Path) -> bool {
    path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::OpenOptionsExt;

    use super::*;

    fn check(present: &[&str], headless: bool, expected: Option<&str>) {
        let folder = tempfile::tempdir().unwrap();
        for name in present {
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create(true).mode(0o755).open(folder.path().join(name)).unwrap();
        }
        let found = find_in(&[folder.path().to_owned()], headless).ok();
        assert_eq!(found, expected.map(|name| folder.path().join(name)), "{present:?}");
    }

    #[test]
    fn the_lightest_browser_comes_first() {
        check(
            &["google-chrome", "chromium", "chromium-headless-shell"],
            true,
            Some("chromium-headless-shell"),
        );
        check(&["google-chrome", "chromium"], true, Some("chromium"));
        check(&["google-chrome"], true, Some("google-chrome"));
        check(&["google-chrome", "chromium-headless-shell"], false, Some("google-chrome"));
        check(&["firefox"], true, None);
    }

    #[test]
    fn a_missing_browser_says_how_to_get_one() {
        let message = find_in(&[], true).expect_err("there is nothing").to_string();
        assert!(message.contains("apt-get install") && message.contains("--browser-executable"), "{message}");
    }
}
