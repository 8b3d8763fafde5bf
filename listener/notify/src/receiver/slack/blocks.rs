//! The body of a Slack message: one attachment with a coloured bar, blocks inside, a fallback text.

use serde_json::{Value, json};

use crate::message::{Line, Message};
use crate::notice::{Event, Notice, Severity};
use crate::receiver::lasting;
use crate::receiver::terminal::places;
use crate::template::{Template, TemplateError};
use crate::text::{cut, first_line, moment, plain};

// Limits of Block Kit: RULES.md §9.
const HEADER: usize = 150;
const SECTION: usize = 3000;
const FIELD: usize = 2000;
const FIELDS: usize = 10;
const BUTTON: usize = 75;
const BUTTON_URL: usize = 3000;
const ALT: usize = 2000;
const BLOCKS: usize = 50;

/// Alerts that are told in full. Each takes up to four blocks of the fifty.
const IN_FULL: usize = 10;

pub(super) fn body(message: &Message, template: Option<&Template>) -> Result<Value, TemplateError> {
    let mut blocks = match message.lines.as_slice() {
        [line] => single(line, message, template)?,
        lines => digest(lines, message, template)?,
    };
    blocks.truncate(BLOCKS);
    Ok(json!({
        "text": fallback(message),
        "attachments": [{ "color": colour(message), "blocks": blocks }],
    }))
}

/// What a push notification shows.
fn fallback(message: &Message) -> String {
    let text = match message.lines.as_slice() {
        [line] => {
            let summary = first_line(&line.notice.summary);
            format!("[{}] {} ({summary})", state(line), line.notice.headline())
        }
        _ => headline(message),
    };
    escape(&cut(&one_line(&text), SECTION))
}

fn colour(message: &Message) -> &'static str {
    if message.is_resolved() {
        return "#2eb67d";
    }
    match message.severity() {
        Severity::Critical => "#e01e5a",
        Severity::Warning => "#ecb22e",
        Severity::Info => "#36c5f0",
    }
}

fn state(line: &Line) -> &'static str {
    if line.whole { "FIRED AND RESOLVED" } else { line.notice.state() }
}

fn mark(notice: &Notice) -> &'static str {
    match (notice.event, notice.severity) {
        (Event::Resolved, _) => "✅",
        (Event::Test, _) => "🔔",
        (_, Severity::Critical) => "🔴",
        (_, Severity::Warning) => "🟠",
        (_, Severity::Info) => "🔵",
    }
}

fn single(line: &Line, message: &Message, template: Option<&Template>) -> Result<Vec<Value>, TemplateError> {
    let notice = &line.notice;
    let mut blocks = vec![header(&format!("{} {}", mark(notice), notice.headline()))];
    match template {
        Some(template) => blocks.push(section(&plain(&template.render(line)?))),
        None => {
            blocks.push(section(&words(line, message)));
            blocks.extend(error(notice));
        }
    }
    blocks.extend(fields(notice, message));
    blocks.extend(picture(notice));
    blocks.extend(commands(notice));
    blocks.push(context(notice));
    blocks.extend(buttons(notice));
    Ok(blocks)
}

fn digest(
    lines: &[Line],
    message: &Message,
    template: Option<&Template>,
) -> Result<Vec<Value>, TemplateError> {
    let mut blocks = vec![header(&headline(message))];
    for line in lines.iter().take(IN_FULL) {
        let notice = &line.notice;
        let text = match template {
            Some(template) => plain(&template.render(line)?),
            None => format!(
                "{} *{}*\n{}",
                mark(notice),
                escape(&one_line(&cut(&notice.headline(), HEADER))),
                words(line, message)
            ),
        };
        blocks.push(section(&text));
        blocks.extend(error(notice));
    }
    let rest: Vec<String> =
        lines.iter().skip(IN_FULL).map(|line| one_line(&line.notice.headline())).collect();
    if !rest.is_empty() {
        let names = cut(&format!("… and {} more: {}", rest.len(), rest.join(", ")), SECTION);
        blocks.push(section(&escape(&names)));
    }
    blocks.extend(lines.first().map(|line| context(&line.notice)));
    Ok(blocks)
}

/// `3 alerts firing, 1 resolved: Higher response time`.
fn headline(message: &Message) -> String {
    let (burning, over) = message.counts();
    let mark = if burning == 0 { "✅" } else { mark_of(message.severity()) };
    let counts = match (burning, over) {
        (0, over) => format!("{over} alerts resolved"),
        (burning, 0) => format!("{burning} alerts firing"),
        (burning, over) => format!("{burning} alerts firing, {over} resolved"),
    };
    let title = message.lines.first().map(|line| line.notice.title.as_str()).unwrap_or_default();
    let same = message.lines.iter().all(|line| line.notice.title == title);
    if same { format!("{mark} {counts}: {title}") } else { format!("{mark} {counts}") }
}

fn mark_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "🔴",
        Severity::Warning => "🟠",
        Severity::Info => "🔵",
    }
}

/// What the rule's author says, and the numbers.
fn words(line: &Line, message: &Message) -> String {
    let notice = &line.notice;
    let said =
        notice.message.as_deref().map(|words| format!("{}\n", escape(&plain(words)))).unwrap_or_default();
    let lasting = lasting(notice, message.now);
    let time = match (line.whole, notice.event) {
        (true, _) => format!("It lasted {lasting} and is over."),
        (false, Event::Resolved) => format!("Over after {lasting}."),
        (false, Event::Repeated) => format!("Still so, for {lasting}."),
        (false, Event::Changed) if notice.reason == "worse" => "It got worse.".to_owned(),
        (false, Event::Changed) => "It got better.".to_owned(),
        _ => String::new(),
    };
    format!("{said}*{}*  {time}", escape(&plain(&notice.summary))).trim_end().to_owned()
}

/// An error is shown as it was written, in its own block.
fn error(notice: &Notice) -> Option<Value> {
    let error = notice.evidence.error.as_deref().filter(|_| !notice.is_resolved())?;
    let fenced = |text: &str| format!("```{text}```");
    let text = escape(&plain(error).replace("```", "'''"));
    Some(json!({"type": "section", "text": {"type": "mrkdwn", "text": fenced(&cut(&text, SECTION - 6))}}))
}

fn fields(notice: &Notice, message: &Message) -> Option<Value> {
    let evidence = &notice.evidence;
    let mut fields = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            let text = cut(&format!("*{name}*\n{value}"), FIELD);
            fields.push(json!({"type": "mrkdwn", "text": text}));
        }
    };
    let safe = |value: &Option<String>| value.as_deref().map(|value| escape(&one_line(value)));
    add("Step", safe(&evidence.step).or_else(|| safe(&evidence.test)));
    add("Since", Some(format!("{} ({})", since(notice), lasting(notice, message.now))));
    add("Locations", places(notice).map(|places| escape(&places)));
    add("Score", Some(score(notice.score)));
    add("Run", evidence.run.as_deref().map(|run| format!("`{}`", escape(run))));
    add("Request", safe(&evidence.request));
    add("Page", safe(&evidence.url));
    add("Revision", safe(&evidence.revision));
    add("Screenshot", screenshot_path(notice));
    for (name, value) in &evidence.report {
        add(&escape(name), Some(escape(&one_line(value))));
    }
    fields.truncate(FIELDS);
    (!fields.is_empty()).then(|| json!({"type": "section", "fields": fields}))
}

/// The reader's own time zone, with UTC for those who cannot show it.
fn since(notice: &Notice) -> String {
    format!(
        "<!date^{}^{{date_short_pretty}} {{time}}|{}>",
        notice.started.as_second(),
        moment(notice.started)
    )
}

fn score(score: u8) -> String {
    let words = match score {
        0..=30 => "needs fix!",
        31..=70 => "needs improvement",
        _ => "good",
    };
    format!("{score} {words}")
}

fn screenshot_path(notice: &Notice) -> Option<String> {
    let path = notice.evidence.screenshot.as_deref()?;
    let shown = path.starts_with("https://");
    (!shown).then(|| format!("`{}`", escape(&one_line(path))))
}

/// Slack fetches pictures itself, so only public addresses are shown.
fn picture(notice: &Notice) -> Option<Value> {
    let url = notice.evidence.screenshot.as_deref().filter(|url| url.starts_with("https://"))?;
    (url.chars().count() <= BUTTON_URL).then(|| {
        let alt = cut(&one_line(&format!("Screenshot: {}", notice.headline())), ALT);
        json!({"type": "image", "image_url": url, "alt_text": alt})
    })
}

fn commands(notice: &Notice) -> Option<Value> {
    if notice.commands.is_empty() {
        return None;
    }
    let lines: Vec<String> = notice.commands.iter().map(|line| escape(&one_line(line))).collect();
    Some(section(&format!("Next:\n```{}```", cut(&lines.join("\n"), SECTION - 20))))
}

fn context(notice: &Notice) -> Value {
    let tags: Vec<String> = notice.tags.iter().map(|tag| format!("`{}`", escape(&one_line(tag)))).collect();
    let mut parts = Vec::new();
    if !tags.is_empty() {
        parts.push(tags.join(" "));
    }
    parts.push(format!("rule `{}`", escape(&notice.rule)));
    parts.push(format!("`{}`", notice.alert));
    json!({"type": "context", "elements": [{"type": "mrkdwn", "text": cut(&parts.join(" · "), FIELD)}]})
}

fn buttons(notice: &Notice) -> Option<Value> {
    let links = &notice.links;
    let elements: Vec<Value> = [
        ("Open run", &links.run),
        ("Open alert", &links.alert),
        ("Open Kibana", &links.kibana),
        ("What to do", &links.runbook),
    ]
    .into_iter()
    .filter_map(|(text, url)| Some((text, url.as_deref()?)))
    .filter(|(_, url)| url.starts_with("http") && url.chars().count() <= BUTTON_URL)
    .map(|(text, url)| {
        let text = json!({"type": "plain_text", "text": cut(text, BUTTON)});
        json!({"type": "button", "text": text, "url": url})
    })
    .collect();
    (!elements.is_empty()).then(|| json!({"type": "actions", "elements": elements}))
}

fn header(text: &str) -> Value {
    json!({"type": "header", "text": {"type": "plain_text", "text": cut(&one_line(text), HEADER), "emoji": true}})
}

fn section(text: &str) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": cut(text, SECTION)}})
}

fn one_line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Slack's own three letters; nothing else needs escaping.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
