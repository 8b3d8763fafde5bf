//! What was committed and is to be sent: one queue for each receiver, and the notes of what became of it.

use std::collections::{BTreeMap, HashMap};

use canary_notify::{Event, Item, Message, Next, Note, Notice, Queue, Receiver, Standing, Verdict};
use canary_store::{
    Change, Commit, CommitError, Delivery, DeliveryNote, DeliveryStatus, NewDelivery, ReadError,
};
use jiff::Timestamp;

use super::{TickError, Watch};

/// The queues of all receivers.
#[derive(Debug)]
pub(crate) struct Outbox {
    queues: BTreeMap<String, Queue>,
    /// What waits for receivers that are no longer set up; it stays in the store.
    orphans: usize,
    /// Notes that the store has not taken yet.
    unsaved: Vec<DeliveryNote>,
    /// What waits, by id: a dead letter quotes it.
    notices: HashMap<String, Notice>,
    counts: BTreeMap<(String, &'static str), u64>,
}

/// A message on its way.
#[derive(Debug, Clone)]
pub(crate) struct Dispatch {
    pub(crate) receiver: Receiver,
    pub(crate) message: Message,
}

impl Outbox {
    pub(crate) fn new(receivers: &[Receiver]) -> Self {
        let queues = receivers.iter().map(|receiver| (receiver.name.clone(), Queue::new(receiver.pace())));
        Self {
            queues: queues.collect(),
            orphans: 0,
            unsaved: Vec::new(),
            notices: HashMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Adds what was committed for a receiver.
    pub(crate) fn push(&mut self, receiver: &str, item: Item) {
        match self.queues.get_mut(receiver) {
            Some(queue) => {
                self.notices.insert(item.notice.id.clone(), item.notice.clone());
                queue.push(item);
            }
            None => self.orphans += 1,
        }
    }

    /// Returns how many notices wait for each receiver, and since when.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (&str, usize, Option<Timestamp>)> {
        self.queues.iter().map(|(name, queue)| (name.as_str(), queue.len(), queue.oldest()))
    }

    /// Returns how many deliveries ended in which way, by receiver.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&str, &'static str, u64)> {
        self.counts.iter().map(|((receiver, result), count)| (receiver.as_str(), *result, *count))
    }

    /// Returns how many deliveries wait for receivers that are not set up.
    pub(crate) fn orphans(&self) -> usize {
        self.orphans
    }

    /// Tells whether nothing waits, nothing is on its way, and everything is noted.
    pub(crate) fn is_empty(&self) -> bool {
        self.unsaved.is_empty() && self.queues.values().all(Queue::is_empty)
    }

    /// Tells whether something is on its way.
    pub(crate) fn is_sending(&self) -> bool {
        self.queues.values().any(Queue::is_sending)
    }

    fn count(&mut self, receiver: &str, result: &'static str) {
        *self.counts.entry((receiver.to_owned(), result)).or_default() += 1;
    }
}

impl Watch {
    /// Returns when the next message may go, if one waits.
    pub(crate) fn next_message(&self) -> Option<Timestamp> {
        self.outbox.queues.values().filter_map(Queue::ready_at).min()
    }

    /// Returns the newest deliveries, for people to look at.
    pub(crate) async fn last_deliveries(&self) -> Result<Vec<Delivery>, ReadError> {
        const SHOWN: usize = 20;
        self.store.deliveries(SHOWN).await
    }

    /// Returns the messages that may go now. Each must be answered with [`Watch::answer`].
    pub(crate) fn due(&mut self, now: Timestamp) -> Vec<Dispatch> {
        let mut due = Vec::new();
        for receiver in &self.setup.receivers {
            let Some(queue) = self.outbox.queues.get_mut(&receiver.name) else { continue };
            if let Next::Send(message) = queue.next(now) {
                due.push(Dispatch { receiver: receiver.clone(), message });
            }
        }
        due
    }

    /// Takes the answer of a receiver: notes what became of each delivery, and tells another receiver what
    /// cannot be delivered. Returns how many deliveries are given up.
    pub(crate) async fn answer(
        &mut self,
        receiver: &str,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Result<usize, TickError> {
        let Some(queue) = self.outbox.queues.get_mut(receiver) else { return Ok(0) };
        let notes = queue.answer(verdict, now);
        let mut dead = Vec::new();
        for note in notes {
            self.outbox.count(receiver, result(&note, verdict));
            log(receiver, &note);
            if let Standing::Dead { .. } = note.standing {
                dead.push(note.clone());
            }
            if !matches!(note.standing, Standing::Waiting { .. }) {
                let notice = self.outbox.notices.remove(&note.id);
                if let (Standing::Dead { .. }, Some(notice)) = (&note.standing, notice) {
                    self.bury(receiver, &note, notice, now).await?;
                }
            }
            self.outbox.unsaved.push(delivery_note(note, now));
        }
        self.save_notes().await?;
        Ok(dead.len())
    }

    /// Writes notes that wait. What cannot be written now is written with the next ones.
    pub(crate) async fn save_notes(&mut self) -> Result<(), TickError> {
        if self.outbox.unsaved.is_empty() {
            return Ok(());
        }
        match self.store.note(&self.lease, self.outbox.unsaved.clone()).await {
            Ok(()) => {
                self.outbox.unsaved.clear();
                Ok(())
            }
            Err(CommitError::Fenced { .. }) => Err(TickError::Fenced),
            Err(source) => Err(TickError::Commit { source }),
        }
    }

    /// Tells another receiver that a message cannot be delivered. A dead letter about a dead letter is not told.
    async fn bury(
        &mut self,
        receiver: &str,
        note: &Note,
        notice: Notice,
        now: Timestamp,
    ) -> Result<(), TickError> {
        let named = self.setup.dead_letters.as_deref().filter(|name| *name != receiver);
        let other = named.or_else(|| {
            self.setup.receivers.iter().map(|other| other.name.as_str()).find(|name| *name != receiver)
        });
        let (Some(other), false) = (other.map(str::to_owned), notice.event == Event::DeadLetter) else {
            return Ok(());
        };
        let reason = note.reason.clone().unwrap_or_default();
        let letter = dead_letter(receiver, &other, &reason, notice, now);
        let group = "dead-letters".to_owned();
        let delivery = NewDelivery {
            id: letter.id.clone(),
            receiver: other.clone(),
            group: group.clone(),
            payload: serde_json::to_value(&letter).expect("a notice is always JSON"),
            not_before: now,
        };
        let change =
            Change { key: format!("dead/{}", note.id), deliveries: vec![delivery], ..Change::default() };
        match self.store.commit(&self.lease, Commit { changes: vec![change], ..Commit::default() }).await {
            Ok(()) => {}
            Err(CommitError::Fenced { .. }) => return Err(TickError::Fenced),
            Err(source) => return Err(TickError::Commit { source }),
        }
        let item = Item { notice: letter, group, created: now, not_before: now, attempts: 0 };
        self.outbox.push(&other, item);
        Ok(())
    }
}

fn dead_letter(receiver: &str, other: &str, reason: &str, notice: Notice, now: Timestamp) -> Notice {
    Notice {
        id: format!("{}-dead-{other}", notice.id),
        event: Event::DeadLetter,
        reason: "dead_letter".to_owned(),
        alert: format!("{}-dead", notice.alert),
        title: format!("The receiver `{receiver}` could not be told"),
        message: Some(format!("[{}] {}: {}", notice.state(), notice.headline(), notice.summary)),
        summary: reason.to_owned(),
        at: now,
        ..notice
    }
}

fn result(note: &Note, verdict: &Verdict) -> &'static str {
    match (&note.standing, verdict) {
        (Standing::Sent, _) => "sent",
        (Standing::Collapsed, _) => "collapsed",
        (Standing::Dead { .. }, _) => "dead",
        (Standing::Waiting { .. }, Verdict::Retry { reason, .. }) => reason.as_str(),
        (Standing::Waiting { .. }, _) => "retry",
    }
}

fn log(receiver: &str, note: &Note) {
    let (id, attempts) = (&note.id, note.attempts);
    let reason = note.reason.as_deref().unwrap_or_default();
    match &note.standing {
        Standing::Sent => tracing::info!(receiver, id, attempts, "message delivered"),
        Standing::Collapsed => {
            tracing::debug!(receiver, id, reason, "message told together with a newer one")
        }
        Standing::Waiting { not_before } => {
            tracing::warn!(receiver, id, attempts, reason, %not_before, "message is tried again");
        }
        Standing::Dead { refusal } => {
            let refusal = refusal.as_str();
            tracing::error!(receiver, id, attempts, refusal, reason, "message is given up");
        }
    }
}

fn delivery_note(note: Note, now: Timestamp) -> DeliveryNote {
    let (status, not_before) = match note.standing {
        Standing::Sent => (DeliveryStatus::Sent, now),
        Standing::Collapsed => (DeliveryStatus::Dropped, now),
        Standing::Waiting { not_before } => (DeliveryStatus::Pending, not_before),
        Standing::Dead { .. } => (DeliveryStatus::Dead, now),
    };
    DeliveryNote {
        id: note.id,
        status,
        attempts: note.attempts,
        not_before,
        reason: note.reason,
        answer: None,
    }
}
