//! Samples of what a page holds: two questions to the browser, asked only between steps.

use serde::Deserialize;

use crate::observation::Memory;

/// Questions asked, in this order.
pub(crate) const QUESTIONS: [&str; 2] = ["Runtime.getHeapUsage", "Memory.getDOMCounters"];

/// Adds the answer to one of [`QUESTIONS`] to a sample.
pub(crate) fn add(memory: &mut Memory, method: &str, answer: &str) -> Result<(), String> {
    let fail = |error: serde_json::Error| error.to_string();
    if method == QUESTIONS[0] {
        let heap: Heap = serde_json::from_str(answer).map_err(fail)?;
        memory.used = Some(heap.used_size.max(0.0) as u64);
        memory.total = Some(heap.total_size.max(0.0) as u64);
    } else {
        let counters: Counters = serde_json::from_str(answer).map_err(fail)?;
        memory.nodes = Some(counters.nodes);
        memory.listeners = Some(counters.js_event_listeners);
        memory.documents = Some(counters.documents);
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Heap {
    used_size: f64,
    total_size: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counters {
    documents: u64,
    nodes: u64,
    js_event_listeners: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_answers_make_one_sample() {
        let mut memory = Memory::default();
        add(&mut memory, QUESTIONS[0], r#"{"usedSize":1048576.0,"totalSize":2097152}"#).unwrap();
        add(&mut memory, QUESTIONS[1], r#"{"documents":2,"nodes":120,"jsEventListeners":7}"#).unwrap();
        let expected = Memory {
            used: Some(1_048_576),
            total: Some(2_097_152),
            limit: None,
            nodes: Some(120),
            listeners: Some(7),
            documents: Some(2),
        };
        assert_eq!(memory, expected);
        assert!(add(&mut memory, QUESTIONS[1], "{}").is_err());
    }
}
