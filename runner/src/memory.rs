//! Lack of memory: tells whether a browser that died was ended by the kernel for it.

use std::path::PathBuf;

use crate::failure::MemoryVerdict;

/// Share of a heap's limit from which a browser that dies is suspected to have run out of memory.
const SUSPECTED_FROM: f64 = 0.9;

/// The kernel's count of processes that it ended for lack of memory, in our control group, at some time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct OutOfMemoryCount(Option<u64>);

impl OutOfMemoryCount {
    /// Reads the count; where it cannot be read, nothing is measured.
    pub(crate) fn read() -> Self {
        Self(control_group().and_then(|folder| read_events(&folder.join("memory.events"))))
    }

    /// Says why a browser died that was alive at this count.
    pub(crate) fn verdict(self, now: Self, heap_share: Option<f64>) -> MemoryVerdict {
        match (self.0, now.0) {
            (Some(before), Some(now)) if now > before => MemoryVerdict::Measured,
            _ if heap_share.is_some_and(|share| share >= SUSPECTED_FROM) => MemoryVerdict::Suspected,
            _ => MemoryVerdict::None,
        }
    }
}

/// Returns the folder of our control group (version 2).
pub(crate) fn control_group() -> Option<PathBuf> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let path = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
    Some(PathBuf::from("/sys/fs/cgroup").join(path.trim_start_matches('/')))
}

fn read_events(path: &std::path::Path) -> Option<u64> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| line.strip_prefix("oom_kill "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_count_says_more_than_a_suspicion() {
        let count = OutOfMemoryCount;
        assert_eq!(count(Some(1)).verdict(count(Some(2)), None), MemoryVerdict::Measured);
        assert_eq!(count(Some(1)).verdict(count(Some(1)), Some(0.95)), MemoryVerdict::Suspected);
        assert_eq!(count(None).verdict(count(Some(1)), Some(0.5)), MemoryVerdict::None);
    }
}
