//! A place for a chore to work in: folders, the built programs, shops, and a repository of the example monitors.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process::{Running, command, output, tied};
use crate::{Failure, chrome, debian};

/// Makes a folder, and those above it, unless it is there.
///
/// # Errors
/// When that is not possible.
pub(crate) fn folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| format!("failed to make `{}`: {error}", folder.display()))
}

/// Returns a folder with nothing in it.
///
/// # Errors
/// When what was there cannot be removed.
pub(crate) fn fresh(path: &Path) -> Result<PathBuf, Failure> {
    remove(path)?;
    folder(path)?;
    Ok(path.to_owned())
}

/// Removes a file, or a folder with all that is in it, if it is there.
///
/// # Errors
/// When it stays.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    let removed = if path.is_dir() {
        std::fs::remove_dir_all(path)
    } else if path.exists() {
        std::fs::remove_file(path)
    } else {
        Ok(())
    };
    removed.map_err(|error| format!("failed to remove `{}`: {error}", path.display()))
}

/// Writes a file.
///
/// # Errors
/// When that is not possible.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text).map_err(|error| format!("failed to write `{}`: {error}", file.display()))
}

/// Returns the folder that cargo builds the programs into: the one this program is in.
pub(crate) fn programs(root: &Path) -> PathBuf {
    let here = std::env::current_exe().ok().and_then(|file| file.parent().map(PathBuf::from));
    here.unwrap_or_else(|| root.join("target/debug"))
}

/// An open shop; it closes when this goes away.
pub(crate) struct Shop {
    /// Its address.
    pub(crate) url: String,
    _running: Running,
}

/// Opens a shop on free ports; its log is a file of that name in `home`.
///
/// # Errors
/// When it does not come up.
pub(crate) fn shop(programs: &Path, home: &Path, name: &str, arguments: &[&str]) -> Result<Shop, Failure> {
    let log = home.join(format!("{name}.log"));
    let mut shop = tied(programs.join("shop"), home);
    shop.args(["--address", "127.0.0.1:0", "--partner", "127.0.0.2:0"]).args(arguments);
    let mut running = Running::start(name, &mut shop, &log)?;
    for _ in 0..200 {
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        if let Some((url, _)) = said.strip_prefix("shop ").and_then(|said| said.split_once(' ')) {
            return Ok(Shop { url: url.to_owned(), _running: running });
        }
        running.check()?;
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(format!("{name} did not tell its address within 10 s; its log is {}", log.display()))
}

/// Makes a repository of the example monitors and returns it with the id of its one commit.
///
/// # Errors
/// When git is missing or fails.
pub(crate) fn repository(root: &Path, home: &Path) -> Result<(PathBuf, String), Failure> {
    if chrome::on_path("git").is_none() {
        debian::install("git", &["git"])?;
    }
    let repository = home.join("monitors");
    output(command("cp", root).args(["-r", "scripts"]).arg(&repository))?;
    let git = |arguments: &[&str]| {
        let mut git = command("git", &repository);
        for setting in ["user.name=demo", "user.email=demo@example.test", "init.defaultBranch=main"] {
            git.args(["-c", setting]);
        }
        git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        output(git.args(arguments))
    };
    git(&["init", "--quiet"])?;
    git(&["add", "."])?;
    git(&["commit", "--quiet", "--message", "Monitors of the demo"])?;
    let commit = git(&["rev-parse", "HEAD"])?.trim().to_owned();
    Ok((repository, commit))
}
