//! Texts and bodies that the operator shapes: minijinja templates over a notice.

use std::fmt;
use std::sync::Arc;

use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

/// A template that was read and found valid.
#[derive(Clone)]
pub struct Template {
    environment: Arc<Environment<'static>>,
    source: String,
}

/// What is wrong with a template, or with rendering it.
#[derive(Debug, thiserror::Error)]
#[error("template is not usable: {message}")]
pub struct TemplateError {
    pub message: String,
}

const NAME: &str = "message";

impl Template {
    /// Reads a template. `json` is a filter in it: `{{ alert.title | json }}`.
    pub fn parse(source: &str) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        environment.add_filter("json", |value: minijinja::Value| {
            serde_json::to_string(&value).map_err(|error| {
                minijinja::Error::new(minijinja::ErrorKind::BadSerialization, error.to_string())
            })
        });
        environment.add_template_owned(NAME, source.to_owned()).map_err(error)?;
        Ok(Self { environment: Arc::new(environment), source: source.to_owned() })
    }

    /// Fills the template.
    pub fn render(&self, context: impl Serialize) -> Result<String, TemplateError> {
        self.environment
            .get_template(NAME)
            .and_then(|template| template.render(minijinja::value::Serde(&context)))
            .map_err(error)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Template({:?})", self.source)
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

fn error(error: minijinja::Error) -> TemplateError {
    let line = error.line().map(|line| format!(" (line {line})")).unwrap_or_default();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    TemplateError { message: format!("{}{detail}{line}", error.kind()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_template_shapes_a_body() {
        let template = Template::parse(r#"{"text": {{ title | json }}, "run": {{ evidence.run | json }}}"#);
        let body = template.expect("is valid").render(json!({"title": "a \"b\""})).expect("renders");
        assert_eq!(body, r#"{"text": "a \"b\"", "run": null}"#);
    }

    #[test]
    fn a_broken_template_is_refused_with_its_line() {
        let error = Template::parse("a\n{{ b").expect_err("is broken").to_string();
        assert!(error.starts_with("template is not usable: syntax error"), "{error}");
        assert!(error.contains("line 2"), "{error}");
    }
}
