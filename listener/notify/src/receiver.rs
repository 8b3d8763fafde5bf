//! Where messages go. Each receiver is one folder: settings, the message in its form, its reading of answers.
//!
//! Owns the list of receivers. Sending over HTTP is [`crate::transport`]'s, for all of them.

pub(crate) mod slack;
pub(crate) mod terminal;
pub(crate) mod webhook;

use std::time::Duration;

use jiff::Timestamp;

use crate::message::Message;
use crate::queue::Pace;
use crate::redact::Secret;
use crate::verdict::{self, Verdict};

use slack::Slack;
use terminal::Terminal;
use webhook::Webhook;

/// One receiver with its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Receiver {
    /// Part of every delivery's id.
    pub name: String,
    pub kind: ReceiverKind,
}

/// The kinds of receivers that there are.
#[derive(Debug, Clone, PartialEq)]
pub enum ReceiverKind {
    Slack(Slack),
    Webhook(Webhook),
    Terminal(Terminal),
}

/// Why settings of a receiver cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("expected an address that begins with http:// or https://")]
    Url,
    #[error("the address has no host")]
    NoHost,
}

/// A message ready to leave.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outgoing {
    Http(Request),
    Text(String),
}

/// A message as a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) url: Secret,
    pub(crate) headers: Vec<(String, Secret)>,
    pub(crate) body: String,
    pub(crate) timeout: Duration,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) after: Option<Duration>,
    /// The beginning of the body.
    pub(crate) said: String,
}

impl Receiver {
    /// Returns the word that settings use for the kind.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            ReceiverKind::Slack(_) => "slack",
            ReceiverKind::Webhook(_) => "webhook",
            ReceiverKind::Terminal(_) => "terminal",
        }
    }

    /// Returns how fast the receiver may be told.
    #[must_use]
    pub fn pace(&self) -> Pace {
        match &self.kind {
            ReceiverKind::Slack(slack) => slack.pace(),
            ReceiverKind::Webhook(_) => Pace::default(),
            ReceiverKind::Terminal(_) => Pace { most: usize::MAX, ..Pace::default() },
        }
    }

    /// Returns how long a first notice waits for others of its group.
    #[must_use]
    pub fn group_wait(&self) -> Duration {
        match &self.kind {
            ReceiverKind::Slack(slack) => slack.group_wait,
            ReceiverKind::Webhook(_) | ReceiverKind::Terminal(_) => Duration::ZERO,
        }
    }

    /// Returns the address without what is secret in it.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.kind {
            ReceiverKind::Slack(slack) => crate::redact::redact_url(slack.url.expose()),
            ReceiverKind::Webhook(webhook) => crate::redact::redact_url(webhook.url.expose()),
            ReceiverKind::Terminal(_) => "standard output".to_owned(),
        }
    }

    /// Puts a message into the receiver's form.
    pub(crate) fn write(&self, message: &Message) -> Result<Outgoing, crate::template::TemplateError> {
        match &self.kind {
            ReceiverKind::Slack(slack) => slack.write(message).map(Outgoing::Http),
            ReceiverKind::Webhook(webhook) => webhook.write(message).map(Outgoing::Http),
            ReceiverKind::Terminal(terminal) => terminal.write(message).map(Outgoing::Text),
        }
    }

    /// Judges an answer.
    pub(crate) fn judge(&self, response: &Response) -> Verdict {
        let verdict = verdict::of_status(response.status, response.after, &response.said);
        match &self.kind {
            ReceiverKind::Slack(_) => slack::judge(verdict, response),
            ReceiverKind::Webhook(_) | ReceiverKind::Terminal(_) => verdict,
        }
    }
}

/// Checks an address without keeping it.
pub(crate) fn check_url(url: &str) -> Result<(), SettingsError> {
    let parsed = url::Url::parse(url).map_err(|_| SettingsError::Url)?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(SettingsError::Url);
    }
    if parsed.host_str().is_none_or(str::is_empty) {
        return Err(SettingsError::NoHost);
    }
    Ok(())
}

/// Says how long an alert lasts, or lasted.
pub(crate) fn lasting(notice: &crate::notice::Notice, now: Timestamp) -> String {
    let end = if notice.is_resolved() { notice.at } else { now };
    crate::text::ago(notice.started, end)
}
