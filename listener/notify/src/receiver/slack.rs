//! Slack's incoming webhooks, with Block Kit (RULES.md §9).

mod blocks;

use std::time::Duration;

use serde_json::json;

use crate::message::Message;
use crate::queue::Pace;
use crate::receiver::{Request, Response, SettingsError, check_url};
use crate::redact::Secret;
use crate::template::{Template, TemplateError};
use crate::verdict::{Refusal, Verdict};

/// Settings of a Slack webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct Slack {
    pub url: Secret,
    /// Replaces the text of each alert.
    pub template: Option<Template>,
    /// How long a first alert waits for others of its rule.
    pub group_wait: Duration,
    /// Between two messages. Slack takes one a second.
    pub interval: Duration,
    pub timeout: Duration,
}

/// Alerts in one message; ten are told in full, the others are counted and named.
const MOST: usize = 200;

impl Slack {
    /// Makes a receiver with nothing but its address.
    pub fn new(url: &str) -> Result<Self, SettingsError> {
        check_url(url)?;
        Ok(Self {
            url: Secret::new(url),
            template: None,
            group_wait: Duration::from_secs(5),
            interval: Duration::from_secs(1),
            timeout: Duration::from_secs(10),
        })
    }

    pub(crate) fn pace(&self) -> Pace {
        Pace { interval: self.interval, most: MOST, ..Pace::default() }
    }

    pub(crate) fn write(&self, message: &Message) -> Result<Request, TemplateError> {
        let body = blocks::body(message, self.template.as_ref())?;
        Ok(Request {
            url: self.url.clone(),
            headers: vec![("content-type".to_owned(), Secret::new("application/json"))],
            body: json!(body).to_string(),
            timeout: self.timeout,
        })
    }
}

/// Slack says `ok`; another text with status 200 is some proxy's page.
pub(crate) fn judge(verdict: Verdict, response: &Response) -> Verdict {
    match verdict {
        Verdict::Delivered if response.said.trim() == "ok" => Verdict::Delivered,
        Verdict::Delivered => Verdict::Refused {
            reason: Refusal::Answer,
            detail: format!("status {} without `ok`: {}", response.status, response.said),
        },
        other => other,
    }
}

#[cfg(test)]
pub(crate) mod tests;
