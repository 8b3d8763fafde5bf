//! What waits for one receiver, and when the next message may go.
//!
//! Owns grouping, collapsing, pacing, retries and giving up. It is pure: the listener asks what to send now,
//! sends it, and says what became of it; the answer is notes for the ledger.

use std::time::Duration;

use jiff::Timestamp;

use crate::message::Message;
use crate::notice::Notice;
use crate::verdict::{Refusal, Verdict};

/// How fast a receiver may be told, and for how long it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Between two messages.
    pub interval: Duration,
    /// Alerts in one message; one where the receiver takes each by itself.
    pub most: usize,
    /// Before the second attempt; doubled for each one after it.
    pub first_retry: Duration,
    pub longest_retry: Duration,
    /// After this time a message is given up.
    pub give_up_after: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            interval: Duration::ZERO,
            most: 1,
            first_retry: Duration::from_secs(1),
            longest_retry: Duration::from_secs(300),
            give_up_after: Duration::from_secs(24 * 60 * 60),
        }
    }
}

/// A notice that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub notice: Notice,
    /// Notices of one group may be told together.
    pub group: String,
    pub created: Timestamp,
    pub not_before: Timestamp,
    pub attempts: u32,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Nothing waits, or an answer is awaited.
    Idle,
    Wait(Timestamp),
    Send(Message),
}

/// What became of one delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    pub id: String,
    pub standing: Standing,
    pub attempts: u32,
    pub reason: Option<String>,
}

/// How a delivery stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    Sent,
    /// A newer notice of the same alert told it.
    Collapsed,
    /// It is tried again.
    Waiting {
        not_before: Timestamp,
    },
    /// It is given up.
    Dead {
        refusal: Refusal,
    },
}

/// What waits for one receiver.
#[derive(Debug, Clone)]
pub struct Queue {
    pace: Pace,
    waiting: Vec<Item>,
    /// Nothing is sent before this: pace, or what the receiver asked for.
    closed_until: Option<Timestamp>,
    in_flight: Vec<Item>,
}

impl Queue {
    /// Starts an empty queue.
    #[must_use]
    pub fn new(pace: Pace) -> Self {
        Self { pace, waiting: Vec::new(), closed_until: None, in_flight: Vec::new() }
    }

    /// Adds a notice, unless it is there already.
    pub fn push(&mut self, item: Item) {
        let same = |other: &Item| other.notice.id == item.notice.id;
        if !self.waiting.iter().any(same) && !self.in_flight.iter().any(same) {
            self.waiting.push(item);
        }
    }

    /// Returns how many notices wait or are being sent.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len() + self.in_flight.len()
    }

    /// Tells whether nothing waits and nothing is being sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Tells whether an answer is awaited.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        !self.in_flight.is_empty()
    }

    /// Returns when the oldest notice was made.
    #[must_use]
    pub fn oldest(&self) -> Option<Timestamp> {
        self.waiting.iter().chain(&self.in_flight).map(|item| item.created).min()
    }

    /// Returns when the next message may go, if one waits and none is on its way.
    #[must_use]
    pub fn ready_at(&self) -> Option<Timestamp> {
        if !self.in_flight.is_empty() {
            return None;
        }
        let first = self.waiting.iter().map(|item| item.not_before).min()?;
        Some(self.closed_until.map_or(first, |until| first.max(until)))
    }

    /// Says what to do now. After [`Next::Send`] it waits for [`Queue::answer`].
    pub fn next(&mut self, now: Timestamp) -> Next {
        if !self.in_flight.is_empty() || self.waiting.is_empty() {
            return Next::Idle;
        }
        if let Some(until) = self.closed_until.filter(|until| *until > now) {
            return Next::Wait(until);
        }
        let Some(first) = self.waiting.iter().min_by_key(|item| (item.not_before, item.created)) else {
            return Next::Idle;
        };
        if first.not_before > now {
            return Next::Wait(first.not_before);
        }
        let (group, alert) = (first.group.clone(), first.notice.alert.clone());
        self.take(&group, &alert);
        let notices = self.in_flight.iter().map(|item| item.notice.clone()).collect();
        Next::Send(Message::of(notices, now))
    }

    /// Takes everything of the group that fits into one message. All notices of an alert go together, also
    /// those that would still wait: a message tells the newest state.
    fn take(&mut self, group: &str, alert: &str) {
        let mut alerts = vec![alert.to_owned()];
        self.waiting
            .sort_by(|one, other| (one.created, &one.notice.id).cmp(&(other.created, &other.notice.id)));
        for item in &self.waiting {
            if alerts.len() >= self.pace.most {
                break;
            }
            if item.group == group && !alerts.contains(&item.notice.alert) {
                alerts.push(item.notice.alert.clone());
            }
        }
        let (taken, left) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|item| item.group == group && alerts.contains(&item.notice.alert));
        self.in_flight = taken;
        self.waiting = left;
    }

    /// Takes the answer to the message that was sent, and returns what must be noted.
    pub fn answer(&mut self, verdict: &Verdict, now: Timestamp) -> Vec<Note> {
        let sent = std::mem::take(&mut self.in_flight);
        let attempts = sent.iter().map(|item| item.attempts).max().unwrap_or_default() + 1;
        self.closed_until = Some(later(now, self.pace.interval));
        match verdict {
            Verdict::Delivered => delivered(sent, now),
            Verdict::Refused { reason, detail } => dead(sent, attempts, *reason, detail),
            Verdict::Retry { reason, detail, after } => {
                let wait = after.unwrap_or_default().max(self.back_off(attempts, &sent));
                let not_before = later(now, wait);
                self.closed_until = self.closed_until.max(Some(not_before));
                let (old, young) = sent
                    .into_iter()
                    .partition(|item| later(item.created, self.pace.give_up_after) <= not_before);
                let mut notes = dead(old, attempts, *reason, &format!("given up: {detail}"));
                for mut item in young {
                    item.attempts += 1;
                    item.not_before = not_before;
                    notes.push(Note {
                        id: item.notice.id.clone(),
                        standing: Standing::Waiting { not_before },
                        attempts: item.attempts,
                        reason: Some(detail.clone()),
                    });
                    self.waiting.push(item);
                }
                notes
            }
        }
    }

    /// Doubles with every attempt, and differs by up to a quarter from message to message so that receivers
    /// that fell together do not rise together.
    fn back_off(&self, attempts: u32, sent: &[Item]) -> Duration {
        let doubled = self.pace.first_retry.saturating_mul(1 << attempts.saturating_sub(1).min(20));
        let capped = doubled.min(self.pace.longest_retry);
        let seed: u32 = sent.iter().flat_map(|item| item.notice.id.bytes()).map(u32::from).sum();
        capped + capped.mul_f64(f64::from(seed % 64) / 256.0)
    }
}

fn delivered(sent: Vec<Item>, now: Timestamp) -> Vec<Note> {
    let attempts: Vec<(String, u32)> =
        sent.iter().map(|item| (item.notice.id.clone(), item.attempts + 1)).collect();
    let tried =
        |id: &str| attempts.iter().find(|(other, _)| other == id).map_or(1, |(_, attempts)| *attempts);
    let message = Message::of(sent.into_iter().map(|item| item.notice).collect(), now);
    let mut notes = Vec::new();
    for line in message.lines {
        for id in line.collapsed {
            notes.push(Note {
                attempts: tried(&id),
                id,
                standing: Standing::Collapsed,
                reason: Some(format!("told by {}", line.notice.id)),
            });
        }
        let attempts = tried(&line.notice.id);
        notes.push(Note { id: line.notice.id, standing: Standing::Sent, attempts, reason: None });
    }
    notes
}

fn dead(items: Vec<Item>, attempts: u32, refusal: Refusal, detail: &str) -> Vec<Note> {
    items
        .into_iter()
        .map(|item| Note {
            id: item.notice.id,
            standing: Standing::Dead { refusal },
            attempts,
            reason: Some(detail.to_owned()),
        })
        .collect()
}

fn later(at: Timestamp, span: Duration) -> Timestamp {
    at.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
