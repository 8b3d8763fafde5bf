//! What a recording is: its steps, the names it has in double braces, its secrets, and steps that do nothing.

use super::{Findings, Place, RemarkKind, Source, Step};
use crate::modules::Checkout;
use crate::recorder::{self, Ask};

/// Reads a recording as far as it can be read.
pub(super) fn findings(checkout: &Checkout, path: &str) -> Findings {
    let mut findings = Findings { files: vec![path.to_owned()], ..Findings::default() };
    let Ok(text) = checkout.read_text(path) else { return findings };
    let Ok(value) = serde_json::from_str(&text) else { return findings };
    let Ok(flow) = recorder::read(path, &text, &value) else { return findings };
    let mut set: Vec<&str> = Vec::new();
    for step in &flow.steps {
        let place = Place { file: path.to_owned(), line: step.line, column: 1 };
        findings.steps.push(Step { name: step.name(), place: place.clone() });
        for ask in step.asks() {
            match ask {
                Ask::Variable(name) if set.contains(&name) => {}
                Ask::Variable(name) => findings.need(name, Source::Parameter, false, place.clone()),
                Ask::Secret(name) => findings.need(name, Source::Secret, false, place.clone()),
                Ask::Code(name) => findings.need(name, Source::Code, false, place.clone()),
                Ask::Sets(name) => set.push(name),
                Ask::Nothing(name) => {
                    let why = format!("it does nothing; there are {}", recorder::CUSTOM_STEPS.join(", "));
                    findings.remark(RemarkKind::Ignored, format!("custom step `{name}`"), why, place.clone());
                }
            }
        }
    }
    findings
}
