//! Pages for people: what burns, what waits, what was sent.

use jiff::Timestamp;
use minijinja::value::Serde;
use minijinja::{Environment, Value};

use super::view::{AlertView, View};

/// Why a page cannot be made: a fault of its template.
#[derive(Debug, thiserror::Error)]
#[error("template failed")]
pub(crate) struct PageError(#[from] minijinja::Error);

pub(super) fn index(view: &View, now: Timestamp) -> Result<String, PageError> {
    render("index.html", include_str!("page/index.html"), Value::from(Serde(view)), now)
}

pub(super) fn alert(alert: &AlertView, now: Timestamp) -> Result<String, PageError> {
    render("alert.html", include_str!("page/alert.html"), Value::from(Serde(alert)), now)
}

/// Names that end in `.html` make the engine escape what it fills in.
fn render(name: &str, template: &str, context: Value, now: Timestamp) -> Result<String, PageError> {
    let mut environment = Environment::new();
    environment.add_filter("ago", move |at: String| match at.parse::<Timestamp>() {
        Ok(at) => ago(at, now),
        Err(_) => at,
    });
    environment.add_template_owned(name.to_owned(), template.to_owned())?;
    Ok(environment.get_template(name)?.render(context)?)
}

fn ago(at: Timestamp, now: Timestamp) -> String {
    let span = std::time::Duration::try_from(now.duration_since(at)).unwrap_or_default();
    format!("{} ago", canary_rules::say_duration(std::time::Duration::from_secs(span.as_secs())))
}
