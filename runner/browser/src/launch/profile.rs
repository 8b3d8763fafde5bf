//! Temporary folders, as of a launched browser's profile: fresh for each, gone after it, swept when a run died.

use std::io;
use std::path::Path;

use tempfile::TempDir;

/// What the folders of ours hold.
const HOLDS: [&str; 2] = ["profile", "downloads"];

/// Makes an empty folder whose name tells our process.
pub(crate) fn temporary(holds: &str) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(&format!("canary-{holds}-{}-", std::process::id())).tempdir()
}

/// Removes folders whose runs no longer exist, as after SIGKILL.
pub(crate) fn sweep() {
    let folder = std::env::temp_dir();
    let Ok(entries) = std::fs::read_dir(&folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(owner) = name.to_str().and_then(owner) else { continue };
        if owner != std::process::id() && !is_alive(owner) {
            remove(&entry.path());
        }
    }
}

fn owner(name: &str) -> Option<u32> {
    let (holds, rest) = name.strip_prefix("canary-")?.split_once('-')?;
    let owner = rest.split('-').next()?;
    HOLDS.contains(&holds).then(|| owner.parse().ok())?
}

fn is_alive(process: u32) -> bool {
    let Some(process) = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw) else {
        return false;
    };
    // Refused means that it is there, but another user's.
    rustix::process::test_kill_process(process) != Err(rustix::io::Errno::SRCH)
}

/// Removes a profile; what a dying browser still writes is left to the next sweep.
pub(super) fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::debug!(folder = %folder.display(), %error, "failed to remove a browser's profile");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_of_the_dead_are_swept_and_of_the_living_kept() {
        let mut child = dead_process();
        let dead = std::env::temp_dir().join(format!("canary-profile-{child}-test"));
        child = std::process::id();
        let ours = temporary("downloads").unwrap();
        std::fs::create_dir_all(dead.join("Default")).unwrap();
        sweep();
        assert!(!dead.exists(), "the dead run's profile is gone");
        assert!(ours.path().exists(), "the profile of process {child} stays");
    }

    #[expect(clippy::disallowed_methods, reason = "needs the id of a process that ended")]
    fn dead_process() -> u32 {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let id = child.id();
        child.wait().unwrap();
        id
    }
}
