//! Derives the web vitals of one document from its performance entries.
//!
//! Definitions: CLS is the largest session window (gap below 1 s, at most 5 s long); INP is the longest
//! interaction, leaving out one for each fifty; LCP is the last candidate; TTFB and paints count from the
//! activation of a prerendered page; blocking time is what long tasks after FCP take beyond 50 ms.
//! (web.dev definitions; thresholds are in FORMATS.md §9.)

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::observation::Vitals;

const WINDOW_GAP: f64 = 1000.0;
const WINDOW_LENGTH: f64 = 5000.0;
const LONG_TASK: f64 = 50.0;
const INTERACTIONS_PER_OUTLIER: usize = 50;

/// What is known of one document so far; grows with each report.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    fcp: Option<f64>,
    lcp: Option<Map<String, Value>>,
    shifts: Vec<Shift>,
    interactions: HashMap<u64, Map<String, Value>>,
    first_input: Option<Map<String, Value>>,
    tasks: Vec<(f64, f64)>,
    frames: Vec<(f64, f64, String)>,
    resources: HashMap<String, (f64, f64)>,
}

#[derive(Debug)]
struct Shift {
    at: f64,
    value: f64,
    element: Option<Value>,
}

impl Timeline {
    /// Adds one entry, in the names of documents.
    pub(crate) fn add(&mut self, entry: &Map<String, Value>) {
        let start = number(entry, "start");
        let duration = number(entry, "duration");
        match text(entry, "type") {
            "paint" if text(entry, "name") == "first-contentful-paint" => self.fcp = Some(start),
            "largest-contentful-paint" => self.lcp = Some(entry.clone()),
            "layout-shift" if entry.get("_input") != Some(&Value::Bool(true)) => {
                let shift = Shift {
                    at: start,
                    value: number(entry, "value"),
                    element: entry.get("element").cloned(),
                };
                self.shifts.push(shift);
            }
            "event" => self.interaction(entry, duration),
            "first-input" => self.first_input = Some(entry.clone()),
            "longtask" => self.tasks.push((start, duration)),
            "long-animation-frame" if !text(entry, "url").is_empty() => {
                self.frames.push((start, duration, text(entry, "url").to_owned()));
            }
            "resource" => {
                let times = (number(entry, "_request_start"), number(entry, "_response_end"));
                self.resources.entry(text(entry, "name").to_owned()).or_insert(times);
            }
            _ => {}
        }
    }

    fn interaction(&mut self, entry: &Map<String, Value>, duration: f64) {
        let id = number(entry, "interaction_id") as u64;
        let longest = self.interactions.get(&id).map_or(-1.0, |kept| number(kept, "duration"));
        if duration > longest {
            self.interactions.insert(id, entry.clone());
        }
    }

    /// Returns the vitals, given the document's navigation timing in snake case.
    pub(crate) fn vitals(&self, navigation: &Map<String, Value>) -> Vitals {
        let activation = number(navigation, "activation_start");
        let response = number(navigation, "response_start");
        let ttfb = (response > 0.0).then_some((response - activation).max(0.0));
        let since_activation = |at: f64| (at - activation).max(0.0);
        let lcp_at = self.lcp.as_ref().map(|entry| since_activation(number(entry, "start")));
        let painted = self.fcp.is_some() || self.lcp.is_some();
        Vitals {
            fcp: self.fcp.map(since_activation),
            lcp: lcp_at,
            cls: painted.then(|| self.cls()),
            inp: self.inp().map(|entry| number(entry, "duration")),
            ttfb,
            tbt: self.fcp.map(|fcp| self.blocking(fcp)),
            lcp_attribution: self.lcp_attribution(ttfb, activation),
            cls_attribution: self.cls_attribution(),
            inp_attribution: self.inp().map(inp_attribution).unwrap_or_default(),
            tbt_attribution: self.tbt_attribution(),
        }
    }

    fn cls(&self) -> f64 {
        let mut worst: f64 = 0.0;
        let mut window = 0.0;
        let mut opened = f64::NEG_INFINITY;
        let mut last = f64::NEG_INFINITY;
        let mut shifts: Vec<_> = self.shifts.iter().collect();
        shifts.sort_by(|a, b| a.at.total_cmp(&b.at));
        for shift in shifts {
            if shift.at - last >= WINDOW_GAP || shift.at - opened >= WINDOW_LENGTH {
                window = 0.0;
                opened = shift.at;
            }
            window += shift.value;
            last = shift.at;
            worst = worst.max(window);
        }
        worst
    }

    fn inp(&self) -> Option<&Map<String, Value>> {
        let mut all: Vec<_> = self.interactions.values().collect();
        all.sort_by(|a, b| number(b, "duration").total_cmp(&number(a, "duration")));
        let outliers = all.len() / INTERACTIONS_PER_OUTLIER;
        all.get(outliers.min(all.len().saturating_sub(1))).copied().or(self.first_input.as_ref())
    }

    fn blocking(&self, fcp: f64) -> f64 {
        self.tasks
            .iter()
            .map(|(start, duration)| {
                // A task that began before FCP blocks only with what lies after it.
                let from = (start + LONG_TASK).max(fcp);
                (start + duration - from).max(0.0)
            })
            // The sum of no floats is -0, which documents would show.
            .fold(0.0, |sum, blocking| sum + blocking)
    }

    fn lcp_attribution(&self, ttfb: Option<f64>, activation: f64) -> Map<String, Value> {
        let mut told = Map::new();
        let Some(lcp) = &self.lcp else { return told };
        copy(lcp, &mut told, &["element", "url"]);
        let Some(ttfb) = ttfb else { return told };
        let at = (number(lcp, "start") - activation).max(0.0);
        // A text has no resource: all of its time after the first byte is waiting to be rendered.
        let (asked, loaded) = self.resources.get(text(lcp, "url")).map_or((ttfb, ttfb), |(asked, loaded)| {
            ((asked - activation).max(ttfb), (loaded - activation).max(ttfb))
        });
        let loaded = loaded.min(at.max(ttfb));
        told.insert("ttfb".to_owned(), json!(ttfb));
        told.insert("resource_load_delay".to_owned(), json!((asked - ttfb).max(0.0)));
        told.insert("resource_load_duration".to_owned(), json!((loaded - asked).max(0.0)));
        told.insert("element_render_delay".to_owned(), json!((at - loaded).max(0.0)));
        told
    }

    fn cls_attribution(&self) -> Map<String, Value> {
        let mut told = Map::new();
        let Some(worst) = self.shifts.iter().max_by(|a, b| a.value.total_cmp(&b.value)) else { return told };
        if let Some(element) = &worst.element {
            told.insert("element".to_owned(), element.clone());
        }
        told.insert("value".to_owned(), json!(worst.value));
        told.insert("time".to_owned(), json!(worst.at));
        told
    }

    fn tbt_attribution(&self) -> Map<String, Value> {
        let mut told = Map::new();
        let Some((start, duration)) = self.tasks.iter().max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return told;
        };
        let script = self.frames.iter().find(|(at, long, _)| *at <= start + duration && at + long >= *start);
        if let Some((_, _, url)) = script {
            told.insert("script".to_owned(), json!(url));
        }
        told.insert("duration".to_owned(), json!(duration));
        told.insert("tasks".to_owned(), json!(self.tasks.len()));
        told
    }
}

fn inp_attribution(entry: &Map<String, Value>) -> Map<String, Value> {
    let mut told = Map::new();
    copy(entry, &mut told, &["element"]);
    let start = number(entry, "start");
    let (began, ended) = (number(entry, "processing_start"), number(entry, "processing_end"));
    told.insert("event".to_owned(), json!(text(entry, "name")));
    told.insert("time".to_owned(), json!(start));
    told.insert("input_delay".to_owned(), json!((began - start).max(0.0)));
    told.insert("processing_duration".to_owned(), json!((ended - began).max(0.0)));
    let presented = start + number(entry, "duration");
    told.insert("presentation_delay".to_owned(), json!((presented - ended).max(0.0)));
    told
}

fn copy(from: &Map<String, Value>, to: &mut Map<String, Value>, names: &[&str]) {
    for name in names {
        if let Some(value) = from.get(*name) {
            to.insert((*name).to_owned(), value.clone());
        }
    }
}

pub(crate) fn number(entry: &Map<String, Value>, name: &str) -> f64 {
    entry.get(name).and_then(Value::as_f64).unwrap_or(0.0)
}

pub(crate) fn text<'a>(entry: &'a Map<String, Value>, name: &str) -> &'a str {
    entry.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(entries: &[Value]) -> Timeline {
        let mut timeline = Timeline::default();
        for entry in entries {
            timeline.add(entry.as_object().unwrap());
        }
        timeline
    }

    fn vitals(entries: &[Value], navigation: Value) -> Vitals {
        timeline(entries).vitals(navigation.as_object().unwrap())
    }

    fn shift(at: f64, value: f64) -> Value {
        json!({"type": "layout-shift", "start": at, "value": value, "element": "#banner"})
    }

    const FCP: f64 = 100.0;

    fn painted() -> Value {
        json!({"type": "paint", "name": "first-contentful-paint", "start": FCP})
    }

    fn check_cls(shifts: &[Value], expected: f64) {
        let mut entries = vec![painted()];
        entries.extend_from_slice(shifts);
        let cls = vitals(&entries, json!({})).cls.unwrap();
        assert!((cls - expected).abs() < 1e-9, "{cls} is not {expected}");
    }

    #[test]
    fn cls_is_the_worst_session_window() {
        check_cls(&[], 0.0);
        check_cls(&[shift(0.0, 0.1), shift(900.0, 0.1), shift(1800.0, 0.1)], 0.3);
        check_cls(&[shift(0.0, 0.1), shift(1000.0, 0.2)], 0.2);
        // Shifts 0.9 s apart never leave a gap, so only the length of 5 s splits them.
        let long: Vec<_> = (0..8).map(|n| shift(f64::from(n) * 900.0, 0.1)).collect();
        check_cls(&long, 0.6);
        check_cls(&[shift(900.0, 0.1), shift(0.0, 0.1)], 0.2);
        check_cls(&[json!({"type": "layout-shift", "start": 1, "value": 0.5, "_input": true})], 0.0);
    }

    fn interaction(id: u64, duration: f64) -> Value {
        json!({"type": "event", "name": "click", "interaction_id": id, "start": 10.0, "duration": duration,
               "processing_start": 14.0, "processing_end": 20.0})
    }

    fn check_inp(entries: &[Value], expected: Option<f64>) {
        assert_eq!(vitals(entries, json!({})).inp, expected);
    }

    #[test]
    fn inp_leaves_out_one_interaction_for_each_fifty() {
        check_inp(&[], None);
        check_inp(&[interaction(1, 40.0), interaction(1, 72.0), interaction(2, 56.0)], Some(72.0));
        check_inp(&[json!({"type": "first-input", "name": "keydown", "start": 1, "duration": 8})], Some(8.0));
        let mut many: Vec<_> = (0..50).map(|id| interaction(id, 32.0)).collect();
        many[7] = interaction(7, 900.0);
        check_inp(&many, Some(32.0));
    }

    #[test]
    fn inp_says_where_its_time_went() {
        let told = vitals(&[interaction(1, 40.0)], json!({})).inp_attribution;
        assert_eq!(
            (told["input_delay"].as_f64(), told["processing_duration"].as_f64()),
            (Some(4.0), Some(6.0))
        );
        assert_eq!(told["presentation_delay"].as_f64(), Some(30.0));
    }

    #[test]
    fn blocking_time_counts_only_after_fcp() {
        let task =
            |start: f64, duration: f64| json!({"type": "longtask", "start": start, "duration": duration});
        let tasks = [task(0.0, 90.0), task(80.0, 100.0), task(200.0, 50.0), task(300.0, 130.0)];
        let mut entries = vec![painted()];
        entries.extend(tasks);
        // 0–90 ended before FCP; 80–180 blocks from 130 on; 50 ms is not long; 130 ms blocks with 80.
        assert_eq!(vitals(&entries, json!({})).tbt, Some(50.0 + 80.0));
    }

    #[test]
    fn lcp_is_the_last_candidate_and_splits_into_four_parts() {
        let candidate = |at: f64, url: &str| json!({"type": "largest-contentful-paint", "start": at, "url": url, "element": "img.hero"});
        let image =
            json!({"type": "resource", "name": "/hero.png", "_request_start": 80.0, "_response_end": 300.0});
        let entries = [painted(), candidate(120.0, ""), image, candidate(340.0, "/hero.png")];
        let told = vitals(&entries, json!({"response_start": 50.0}));
        assert_eq!((told.lcp, told.ttfb), (Some(340.0), Some(50.0)));
        let parts = ["ttfb", "resource_load_delay", "resource_load_duration", "element_render_delay"];
        let parts = parts.map(|part| told.lcp_attribution[part].as_f64().unwrap());
        assert_eq!(parts, [50.0, 30.0, 220.0, 40.0]);
        assert_eq!(parts.iter().sum::<f64>(), 340.0);
    }

    #[test]
    fn a_page_that_painted_nothing_has_no_vitals_but_ttfb() {
        let told = vitals(&[], json!({"response_start": 12.0, "activation_start": 2.0}));
        assert_eq!(told, Vitals { ttfb: Some(10.0), ..Vitals::default() });
    }
}
