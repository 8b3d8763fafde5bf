//! Owns writing a batch: bulks until each document has an outcome or the attempts are used up.

use std::sync::atomic::Ordering;

use super::encode;
use super::error::{Failure, Meaning};
use super::judge::judge;
use super::presence::present;
use super::service::{Call, Method, Service, pause};
use crate::document::Kind;
use crate::receipt::{Outcome, Receipt, RejectReason, Rejection, RetryKind, RetryReason};
use crate::record::{Batch, Record};

/// Documents of a batch that have no outcome yet, by their places in it.
type Open<'a> = Vec<(usize, &'a Record)>;

struct Writing<'a> {
    service: &'a Service,
    batch: &'a Batch,
    outcomes: Vec<Option<Outcome>>,
    /// Why the documents without an outcome have none.
    reason: Option<RetryReason>,
    /// Whether some may be stored without our knowing.
    unsure: bool,
}

/// Writes a batch. With `ask_first`, documents that an earlier attempt of another process may have stored are
/// looked for before anything is sent.
pub(super) async fn write(service: &Service, batch: &Batch, ask_first: bool) -> Receipt {
    let too_large = |record: &Record| record.too_large().map(Outcome::Rejected);
    let outcomes = batch.records.iter().map(too_large).collect();
    let mut writing = Writing { service, batch, outcomes, reason: None, unsure: ask_first };
    let attempts = service.attempts();
    for attempt in 1..=attempts {
        writing.attempt(ask_first && attempt == 1).await;
        if writing.open().is_empty() || !writing.may_help() || attempt == attempts {
            break;
        }
        tokio::time::sleep(pause(attempt)).await;
    }
    service.note_away(!writing.open().is_empty());
    writing.receipt()
}

impl<'a> Writing<'a> {
    fn open(&self) -> Open<'a> {
        let places = self.batch.records.iter().enumerate();
        places.filter(|(place, _)| matches!(self.outcomes.get(*place), Some(None))).collect()
    }

    /// Tells whether trying again in a moment may help.
    fn may_help(&self) -> bool {
        let kind = self.reason.as_ref().map(|reason| reason.kind);
        !matches!(kind, Some(RetryKind::Unauthorized | RetryKind::NotSetUp))
    }

    async fn attempt(&mut self, found_is_duplicate: bool) {
        if self.unsure
            && let Err(failure) = self.ask(found_is_duplicate).await
        {
            self.reason = Some(failure.retry_reason());
            return;
        }
        for bulk in encode::bulks(&self.open()) {
            if !self.send(bulk).await {
                return;
            }
        }
    }

    /// Looks for documents that are there already. Those of our own lost attempt were accepted then.
    async fn ask(&mut self, found_is_duplicate: bool) -> Result<(), Failure> {
        let open = self.open();
        let found = present(self.service, &open).await?;
        for (place, record) in open {
            if found.contains(record.id.as_str()) {
                let outcome = if found_is_duplicate { Outcome::Duplicate } else { Outcome::Accepted };
                self.settle(place, outcome);
            }
        }
        self.unsure = false;
        Ok(())
    }

    /// Sends one bulk; tells whether it makes sense to send another.
    async fn send(&mut self, bulk: Open<'a>) -> bool {
        // A bulk that the server refuses as a whole is cut in two until the culprit stands alone.
        let mut waiting = vec![bulk];
        while let Some(bulk) = waiting.pop() {
            match self.request(&bulk).await {
                Ok(outcomes) => {
                    for ((place, _), outcome) in bulk.iter().zip(outcomes) {
                        self.settle(*place, outcome);
                    }
                }
                Err(Failure::Status { status, reason }) if self.is_refusal(status, &reason) => {
                    let reject = if Meaning::of(status) == Meaning::TooLarge {
                        RejectReason::TooLarge
                    } else {
                        RejectReason::Refused
                    };
                    match bulk.as_slice() {
                        [(place, _)] => {
                            self.settle(
                                *place,
                                Outcome::Rejected(Rejection { reason: reject, message: reason }),
                            );
                        }
                        several => {
                            let (first, second) = several.split_at(several.len() / 2);
                            waiting.extend([second.to_vec(), first.to_vec()]);
                        }
                    }
                }
                Err(failure) => {
                    self.unsure |= failure.may_have_arrived();
                    self.reason = Some(failure.retry_reason());
                    return false;
                }
            }
        }
        true
    }

    /// Tells whether the server refuses what a bulk holds, rather than to talk now.
    fn is_refusal(&self, status: u16, reason: &str) -> bool {
        let unknown_parameter = reason.contains("require_data_stream");
        if unknown_parameter && status == 400 {
            self.service.requires_streams.store(false, Ordering::Relaxed);
            return false;
        }
        matches!(Meaning::of(status), Meaning::Wrong | Meaning::TooLarge)
    }

    async fn request(&self, bulk: &Open<'a>) -> Result<Vec<Outcome>, Failure> {
        let service = self.service;
        let streams = bulk.iter().all(|(_, record)| record.kind != Kind::Alert);
        let required = streams && service.requires_streams.load(Ordering::Relaxed);
        let path = if required { "_bulk?require_data_stream=true" } else { "_bulk" };
        let body = encode::body(&service.settings, bulk, service.clock.now());
        let answer = service.once(&Call::new(Method::Post, path).lines(body)).await?;
        Ok(judge(&answer, bulk.len()))
    }

    fn settle(&mut self, place: usize, outcome: Outcome) {
        if let Outcome::Retry(reason) = outcome {
            self.reason = Some(reason);
        } else if let Some(slot) = self.outcomes.get_mut(place) {
            *slot = Some(outcome);
        }
    }

    fn receipt(self) -> Receipt {
        let reason = self.reason.unwrap_or_else(|| RetryReason {
            kind: RetryKind::Unavailable,
            message: "no attempt was made".into(),
        });
        let outcomes = self.outcomes.into_iter();
        Receipt {
            outcomes: outcomes.map(|outcome| outcome.unwrap_or(Outcome::Retry(reason.clone()))).collect(),
        }
    }
}
