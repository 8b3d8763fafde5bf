//! Cost: what a run took of the machine. The runner's own processor time and memory come from the kernel, the
//! browser's from itself, since it may run elsewhere; the memory of one that we launched comes from the kernel
//! as well. Owns the reading; what it means is for whoever reads the documents.

use std::collections::BTreeMap;
use std::time::Duration;

use canary_browser::{Progress, Session};
use canary_store::document::Cost;
use rustix::time::{ClockId, clock_gettime};
use serde::Deserialize;
use serde_json::json;

/// How long the browser may take to say what its processes took.
const PATIENCE: Duration = Duration::from_secs(1);

/// Adds up what a run takes.
#[derive(Debug)]
pub(crate) struct CostMeter {
    cpu_before: Duration,
    processes: BTreeMap<u32, Sample>,
    browser_memory: u64,
}

/// One process of the browser as it was last seen.
#[derive(Clone, Copy, Debug, Default)]
struct Sample {
    first: f64,
    last: f64,
}

/// What a browser says about its processes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Processes {
    #[serde(default)]
    process_info: Vec<ProcessInfo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProcessInfo {
    id: u32,
    /// Seconds.
    cpu_time: f64,
}

impl CostMeter {
    /// Starts with the run.
    pub(crate) fn start() -> Self {
        Self { cpu_before: cpu_time(), processes: BTreeMap::new(), browser_memory: 0 }
    }

    /// Reads what the browser's processes took so far. Called while pages are still open, since a process that
    /// ended is no longer told of; a browser that does not answer is left out.
    pub(crate) async fn sample(&mut self, session: &Session) {
        let launched = session.process_id().is_some();
        let progress = Progress::new(PATIENCE);
        let answer = session
            .call(&progress, &session.browser_target(), "SystemInfo.getProcessInfo", &json!({}))
            .await
            .ok()
            .and_then(|answer| serde_json::from_value::<Processes>(answer).ok());
        let Some(processes) = answer else { return };
        let mut memory = 0;
        for process in processes.process_info {
            // The first sight of a browser of ours is its whole life; of a shared one only what follows counts.
            let first = if launched { 0.0 } else { process.cpu_time };
            let sample = self.processes.entry(process.id).or_insert(Sample { first, last: 0.0 });
            sample.last = sample.last.max(process.cpu_time);
            if launched {
                memory += own_memory(process.id).unwrap_or(0);
            }
        }
        self.browser_memory = self.browser_memory.max(memory);
    }

    /// Returns the browser's processes that were seen; of a browser that runs elsewhere they mean nothing here.
    pub(crate) fn processes(&self) -> impl Iterator<Item = u32> {
        self.processes.keys().copied()
    }

    /// Returns the cost, with what went between runner and browser.
    pub(crate) fn finish(&self, session: Option<&Session>, received: u64) -> Cost {
        let traffic = session.map(|session| session.traffic().total());
        let browser_cpu: f64 =
            self.processes.values().map(|sample| (sample.last - sample.first).max(0.0) * 1_000.0).sum();
        Cost {
            runner_cpu: Some(millis(cpu_time().saturating_sub(self.cpu_before))),
            browser_cpu: (!self.processes.is_empty()).then_some(browser_cpu),
            runner_memory: status_of("self", "VmHWM:"),
            browser_memory: (self.browser_memory > 0).then_some(self.browser_memory),
            received: Some(received),
            cdp_messages: traffic.map(|count| count.messages),
            cdp_bytes: traffic.map(|count| count.bytes),
            documents: None,
            dropped: BTreeMap::new(),
        }
    }
}

/// Returns the processor time of this process, all threads together.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Returns what a process holds that others do not: pages of the program itself are shared between a browser's
/// processes, and would count many times.
fn own_memory(process: u32) -> Option<u64> {
    let process = process.to_string();
    Some(status_of(&process, "RssAnon:")? + status_of(&process, "RssShmem:")?)
}

/// Reads one size from the kernel's page about a process.
fn status_of(process: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1_024)
}

fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_cost_is_read_from_the_kernel() {
        let meter = CostMeter::start();
        let cost = meter.finish(None, 42);
        assert!(cost.runner_memory.is_some_and(|bytes| bytes > 1_000_000), "{cost:?}");
        assert!(cost.runner_cpu.is_some_and(|millis| millis >= 0.0), "{cost:?}");
        assert_eq!((cost.received, cost.browser_cpu), (Some(42), None));
    }

    #[test]
    fn a_process_that_is_gone_has_no_memory() {
        assert_eq!(own_memory(u32::MAX), None);
    }
}
