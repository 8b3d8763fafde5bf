//! Owns the document of a lease: who holds it, under which epoch, and the last commit with its journal.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::document::{self, Found, Part};
use super::is_done;
use super::journal::{Journal, Step};
use crate::elasticsearch::error::{Failure, Meaning};
use crate::elasticsearch::service::{Call, Method, Service, pause};
use crate::elasticsearch::setup;
use crate::error::{CommitError, Fault, LeaseError};
use crate::ledger::Lease;

/// How often a conditional write is tried against others.
const ATTEMPTS: u32 = 8;

/// The lease as it stands.
#[derive(Debug, Clone)]
struct Standing {
    holder: String,
    epoch: u64,
    until: i64,
    commit: u64,
    journal: Option<Journal>,
    /// What a conditional write needs; absent where there is no document yet.
    place: Option<(i64, i64)>,
}

impl Standing {
    fn nobody() -> Self {
        Self { holder: String::new(), epoch: 0, until: 0, commit: 0, journal: None, place: None }
    }

    async fn get(service: &Service, name: &str) -> Result<Self, Fault> {
        let found = document::get(service, &[document::id(Part::Lease, name)]).await?.pop().flatten();
        found.map_or(Ok(Self::nobody()), Self::of)
    }

    fn of(found: Found) -> Result<Self, Fault> {
        let body = &found.body;
        let number = |name: &str| body.get(name).and_then(Value::as_u64).unwrap_or_default();
        let journal = body.get("journal").and_then(Value::as_str).map(serde_json::from_str);
        Ok(Self {
            holder: body.get("holder").and_then(Value::as_str).unwrap_or_default().to_owned(),
            epoch: number("epoch"),
            until: body.get("until").and_then(Value::as_i64).unwrap_or_default(),
            commit: number("commit"),
            journal: journal.transpose().map_err(|error| Fault::damaged("journal", error))?,
            place: Some((found.seq_no, found.primary_term)),
        })
    }

    /// Writes the lease if nobody else did since it was read; tells whether it was written.
    async fn put(&self, service: &Service, name: &str) -> Result<bool, Failure> {
        let journal = self.journal.as_ref().map(|journal| json!(journal).to_string());
        let body = json!({
            "type": Part::Lease.name(), "key": name, "holder": self.holder, "epoch": self.epoch,
            "until": self.until, "commit": self.commit, "journal": journal,
        });
        let mut action = json!({"_index": service.settings.ledger(), "_id": document::id(Part::Lease, name)});
        let verb = match self.place {
            None => "create",
            Some((seq_no, primary_term)) => {
                action["if_seq_no"] = seq_no.into();
                action["if_primary_term"] = primary_term.into();
                "index"
            }
        };
        let lines = format!("{}\n{body}\n", json!({verb: action}));
        let answer = service.once(&Call::new(Method::Post, "_bulk").lines(lines)).await?;
        let item = answer.pointer(&format!("/items/0/{verb}")).cloned().unwrap_or_default();
        let status = item.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        let status = status.unwrap_or_default();
        match Meaning::of(status) {
            Meaning::Done => Ok(true),
            Meaning::Conflict => Ok(false),
            _ => Err(Failure::Status { status, reason: crate::elasticsearch::service::reason_of(&item) }),
        }
    }

    /// Carries out what a commit left, unless this process did so already.
    async fn carry_out(&self, service: &Service) -> Result<(), Failure> {
        match &self.journal {
            Some(journal) if !is_done(Some(journal)) => journal.carry_out(service, self.commit).await,
            _ => Ok(()),
        }
    }

    fn lease(&self, name: &str) -> Lease {
        let until = Timestamp::from_millisecond(self.until).unwrap_or(Timestamp::MAX);
        Lease { name: name.into(), holder: self.holder.clone(), epoch: self.epoch, until }
    }
}

fn after(now: Timestamp, ttl: Duration) -> i64 {
    let until = SignedDuration::try_from(ttl).ok().and_then(|ttl| now.checked_add(ttl).ok());
    until.unwrap_or(Timestamp::MAX).as_millisecond()
}

pub(in crate::elasticsearch) async fn acquire(
    service: &Service,
    name: &str,
    holder: &str,
    ttl: Duration,
) -> Result<Lease, LeaseError> {
    for attempt in 1..=ATTEMPTS {
        let standing = Standing::get(service, name).await?;
        if standing.place.is_none() {
            setup::require_ledger(service).await?;
        }
        let now = service.clock.now();
        if standing.holder != holder && standing.until > now.as_millisecond() {
            let Lease { holder, until, .. } = standing.lease(name);
            return Err(LeaseError::Held { name: name.into(), holder, until });
        }
        let taken =
            Standing { holder: holder.into(), epoch: standing.epoch + 1, until: after(now, ttl), ..standing };
        if taken.put(service, name).await? {
            taken.carry_out(service).await?;
            return Ok(taken.lease(name));
        }
        tokio::time::sleep(pause(attempt)).await;
    }
    Err(contended(name).into())
}

fn contended(name: &str) -> Fault {
    Fault::Server {
        message: format!("lease `{name}` changes too often to be written"),
        status: None,
        retryable: true,
    }
}

pub(in crate::elasticsearch) async fn renew(
    service: &Service,
    lease: Lease,
    ttl: Duration,
) -> Result<Lease, LeaseError> {
    let until = after(service.clock.now(), ttl);
    prolong(service, &lease, until).await
}

/// Ends a lease now. Its document stays, since the next epoch must be higher.
pub(in crate::elasticsearch) async fn release(service: &Service, lease: Lease) -> Result<(), LeaseError> {
    let now = service.clock.now().as_millisecond();
    prolong(service, &lease, now).await.map(drop)
}

async fn prolong(service: &Service, lease: &Lease, until: i64) -> Result<Lease, LeaseError> {
    for attempt in 1..=ATTEMPTS {
        let standing = Standing::get(service, &lease.name).await?;
        if standing.epoch != lease.epoch {
            let Standing { holder, epoch: current, .. } = standing;
            return Err(LeaseError::Lost { name: lease.name.clone(), held: lease.epoch, holder, current });
        }
        let prolonged = Standing { until, ..standing };
        if prolonged.put(service, &lease.name).await? {
            return Ok(prolonged.lease(&lease.name));
        }
        tokio::time::sleep(pause(attempt)).await;
    }
    Err(contended(&lease.name).into())
}

/// Commits steps under a lease.
pub(super) async fn commit(service: &Service, lease: &Lease, steps: Vec<Step>) -> Result<(), CommitError> {
    let journal = Journal::new(steps);
    for attempt in 1..=ATTEMPTS {
        let standing = Standing::get(service, &lease.name).await?;
        if standing.epoch != lease.epoch {
            let current = standing.epoch;
            return Err(CommitError::Fenced { name: lease.name.clone(), held: lease.epoch, current });
        }
        // The answer to our own write may have been lost: then this is it.
        if standing.journal.as_ref().is_some_and(|standing| standing.id == journal.id) {
            return Ok(journal.carry_out(service, standing.commit).await?);
        }
        standing.carry_out(service).await?;
        let commit = standing.commit + 1;
        let written = Standing { commit, journal: Some(journal.clone()), ..standing };
        match written.put(service, &lease.name).await {
            Ok(true) => return Ok(finish(service, written, &lease.name).await?),
            Ok(false) => tokio::time::sleep(pause(attempt)).await,
            Err(failure) if failure.is_retryable() && attempt < ATTEMPTS => {
                tokio::time::sleep(pause(attempt)).await;
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    Err(contended(&lease.name).into())
}

/// Carries out a journal that was just written and takes it off the lease. If taking it off fails, the next
/// commit carries it out again, which changes nothing.
async fn finish(service: &Service, written: Standing, name: &str) -> Result<(), Failure> {
    written.carry_out(service).await?;
    let cleared = match Standing::get(service, name).await {
        Ok(standing) if standing.commit == written.commit && standing.epoch == written.epoch => {
            Standing { journal: None, ..standing }.put(service, name).await
        }
        _ => Ok(false),
    };
    if let Err(error) = cleared {
        tracing::debug!(%error, "failed to clear a journal");
    }
    Ok(())
}
