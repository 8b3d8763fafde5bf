//! Standard output: a message as a person would read it.

use std::fmt::Write;

use crate::message::{Line, Message};
use crate::notice::{Event, Notice, Severity};
use crate::receiver::lasting;
use crate::template::{Template, TemplateError};
use crate::text::{cut, moment, plain};

/// Settings of the terminal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terminal {
    /// Colours, where somebody looks at it.
    pub colours: bool,
    /// Replaces the whole text of each alert.
    pub template: Option<Template>,
}

/// Alerts in one message that are told in full; the others get a line each.
const IN_FULL: usize = 10;

impl Terminal {
    pub(crate) fn write(&self, message: &Message) -> Result<String, TemplateError> {
        let mut out = String::new();
        for (index, line) in message.lines.iter().enumerate() {
            if let Some(template) = &self.template {
                out.push_str(&plain(&template.render(line)?));
                out.push('\n');
            } else if index < IN_FULL {
                self.in_full(&mut out, line, message);
            } else {
                self.headline(&mut out, line, message);
            }
        }
        Ok(out)
    }

    fn headline(&self, out: &mut String, line: &Line, message: &Message) {
        let notice = &line.notice;
        let (mark, colour) = look(notice);
        let state = if line.whole { "FIRED AND RESOLVED" } else { notice.state() };
        let word = match notice.event {
            Event::Test | Event::DeadLetter => state.to_owned(),
            Event::Resolved => format!("{state} after {}", lasting(notice, message.now)),
            _ => format!("{state} {}", notice.severity.as_str()),
        };
        let headline = cut(&plain(&notice.headline()).replace('\n', " "), 200);
        let shown = if self.colours {
            format!("{mark} \u{1b}[1;{colour}m{word}\u{1b}[0m  \u{1b}[1m{headline}\u{1b}[0m")
        } else {
            format!("{mark} {word}  {headline}")
        };
        out.push_str(&shown);
        out.push('\n');
    }

    fn in_full(&self, out: &mut String, line: &Line, message: &Message) {
        let notice = &line.notice;
        self.headline(out, line, message);
        if let Some(words) = &notice.message {
            self.row(out, "", words);
        }
        self.row(out, "", &notice.summary);
        for (name, value) in facts(notice, message) {
            self.row(out, name, &value);
        }
        for command in &notice.commands {
            self.row(out, "next", command);
        }
        out.push('\n');
    }

    /// Writes a fact; a value of several lines is set under itself.
    fn row(&self, out: &mut String, name: &str, value: &str) {
        const WIDTH: usize = 12;
        const MOST_LINES: usize = 12;
        let value = plain(value);
        for (index, text) in value.trim_end().lines().take(MOST_LINES).enumerate() {
            let name = if index == 0 { name } else { "" };
            let text = cut(text, 400);
            let written = match (name.is_empty() && index == 0, self.colours) {
                (true, _) => writeln!(out, "  {text}"),
                (false, true) => writeln!(out, "  \u{1b}[2m{name:<WIDTH$}\u{1b}[0m{text}"),
                (false, false) => writeln!(out, "  {name:<WIDTH$}{text}"),
            };
            written.expect("writing to a string does not fail");
        }
    }
}

fn look(notice: &Notice) -> (&'static str, u8) {
    match (notice.event, notice.severity) {
        (Event::Resolved, _) => ("✅", 32),
        (Event::Test, _) => ("🔔", 36),
        (_, Severity::Critical) => ("🔴", 31),
        (_, Severity::Warning) => ("🟠", 33),
        (_, Severity::Info) => ("🔵", 34),
    }
}

/// Returns what a person needs to act, in the order in which it is needed.
fn facts(notice: &Notice, message: &Message) -> Vec<(&'static str, String)> {
    let evidence = &notice.evidence;
    let mut facts = Vec::new();
    let mut add = |name, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            facts.push((name, value));
        }
    };
    add("test", evidence.test.clone());
    add("step", evidence.step.clone());
    add("error", evidence.error.clone());
    add("request", evidence.request.clone());
    add("url", evidence.url.clone());
    for (name, value) in &evidence.report {
        add("seen", Some(format!("{name}: {value}")));
    }
    add("since", Some(format!("{} ({})", moment(notice.started), lasting(notice, message.now))));
    add("locations", places(notice));
    add("run", evidence.run.clone());
    add("revision", evidence.revision.clone());
    add("screenshot", evidence.screenshot.clone());
    add("runbook", notice.links.runbook.clone());
    add("open", notice.links.run.clone().or_else(|| notice.links.alert.clone()));
    add("kibana", notice.links.kibana.clone());
    add("tags", (!notice.tags.is_empty()).then(|| notice.tags.join(", ")));
    add("rule", Some(format!("{} · alert {}", notice.rule, notice.alert)));
    facts
}

/// Says how many locations show it, and which.
pub(crate) fn places(notice: &Notice) -> Option<String> {
    let names = notice.evidence.locations.join(", ");
    match (notice.evidence.down, names.is_empty()) {
        (Some((down, of)), true) => Some(format!("{down} of {of}")),
        (Some((down, of)), false) => Some(format!("{down} of {of}: {names}")),
        (None, false) => Some(names),
        (None, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receiver::slack::tests::{failed_run, message, resolved};

    fn shown(notices: Vec<Notice>) -> String {
        Terminal::default().write(&message(notices)).expect("is written")
    }

    #[test]
    fn a_failed_run_as_a_person_reads_it() {
        insta::assert_snapshot!(shown(vec![failed_run()]));
    }

    #[test]
    fn an_end_and_a_whole_story_as_a_person_reads_them() {
        insta::assert_snapshot!(shown(vec![resolved()]));
        insta::assert_snapshot!(shown(vec![failed_run(), resolved()]));
    }

    #[test]
    fn colours_come_only_where_they_are_wanted_and_never_from_pages() {
        let mut notice = failed_run();
        notice.title = "\u{1b}[31mred".to_owned();
        assert!(!shown(vec![notice.clone()]).contains('\u{1b}'));
        let coloured =
            Terminal { colours: true, template: None }.write(&message(vec![notice])).expect("is written");
        assert!(coloured.contains("\u{1b}[1;31mFIRING critical\u{1b}[0m"), "{coloured}");
        assert!(!coloured.contains("\u{1b}[31mred"));
    }

    #[test]
    fn many_alerts_get_a_line_each_after_the_first() {
        let notices = (0..25).map(|number| {
            let mut notice = failed_run();
            notice.alert = format!("a{number}");
            notice
        });
        let text = shown(notices.collect());
        assert_eq!(text.matches("FIRING critical").count(), 25);
        assert_eq!(text.matches("screenshot").count(), IN_FULL);
    }
}
