//! The life of one alert: ok → pending → firing → recovering → ok.
//!
//! Owns the state machine, and nothing else: it is given an answer and the time, and returns what the alert
//! becomes and what is to be told. Not knowing lies over the state and never ends an alert.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Unknown, Verdict};
use crate::memory::SLACK;
use crate::rule::{Hold, Level, Rule, WhenUnknown};
use crate::time::elapsed;

/// Where an alert stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    #[default]
    Ok,
    /// Bad, but not for long enough.
    Pending,
    Firing,
    /// Good, but not for long enough.
    Recovering,
}

impl State {
    /// Tells whether people were told and not yet told of the end.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Firing | Self::Recovering)
    }

    /// Returns the word that documents and pages use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Pending => "pending",
            Self::Firing => "firing",
            Self::Recovering => "recovering",
        }
    }
}

/// What lies over the state while there is no answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlay {
    #[default]
    None,
    NoData,
    Error,
}

/// Everything that is remembered of one alert.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    pub state: State,
    pub overlay: Overlay,
    /// How bad it was told to be.
    pub level: Option<Level>,
    /// Since when the alert is in this state.
    pub since: Option<Timestamp>,
    /// The second at which the newest episode began; it stays when the episode is over.
    pub episode: Option<i64>,
    /// Number of the newest transition of the episode, from 1.
    pub seq: u32,
    bad_since: Option<Timestamp>,
    crit_since: Option<Timestamp>,
    eased_since: Option<Timestamp>,
    good_since: Option<Timestamp>,
    /// Answers in a row that were good, or bad.
    pub good_run: u32,
    pub bad_run: u32,
    /// One bit an answer, the newest lowest: whether it differs from the one before.
    pub flips: u32,
    pub value: Option<f64>,
    pub limit: Option<f64>,
    pub samples: u64,
    pub last_data: Option<Timestamp>,
    /// When people were last told.
    pub told: Option<Timestamp>,
    /// When the newest episode ended.
    pub closed: Option<Timestamp>,
    /// The newest late document that was told as a correction.
    corrected: Option<Timestamp>,
}

/// Answers that count for flapping, and changes among them from which on an alert flaps.
const FLAP_ANSWERS: u32 = 20;
const FLAP_CHANGES: u32 = 4;

/// Good answers in a row that end a flapping alert.
const CALM_ANSWERS: u32 = 4;

/// What people are told of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Open,
    Active,
    Close,
}

impl Action {
    /// Returns the value of `event.action`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Active => "active",
            Self::Close => "close",
        }
    }
}

/// Why people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    First,
    Worse,
    Better,
    Repeat,
    Resolved,
    /// The rule or the monitor is gone; nobody is told.
    Removed,
    /// Documents that came late would have kept the alert going; it is written down, nobody is told.
    Corrected,
}

impl Reason {
    /// Returns the word that documents and messages use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Repeat => "repeat",
            Self::Resolved => "resolved",
            Self::Removed => "removed",
            Self::Corrected => "corrected",
        }
    }

    /// Tells whether a message goes out, or only a document is written.
    #[must_use]
    pub fn is_told(self) -> bool {
        !matches!(self, Self::Removed | Self::Corrected)
    }
}

/// A step of an alert that is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub action: Action,
    pub reason: Reason,
}

impl Status {
    /// Returns what the alert becomes by an answer, and what is to be told of it.
    #[must_use]
    pub fn step(&self, rule: &Rule, finding: &Finding, now: Timestamp) -> (Self, Option<Step>) {
        let mut next = self.clone();
        let step = match finding.verdict {
            Verdict::Unknown(why) => next.meet_unknown(rule, why, finding, now),
            Verdict::Bad(level) => {
                next.take(finding);
                next.meet_bad(&rule.hold, level, finding, now)
            }
            Verdict::Between => {
                next.take(finding);
                next.meet_between(&rule.hold, now)
            }
            Verdict::Good => {
                next.take(finding);
                next.meet_good(&rule.hold, now)
            }
        };
        if next.state != self.state {
            next.since = Some(now);
        }
        (next, step)
    }

    /// Ends an alert because what it speaks of is gone.
    #[must_use]
    pub fn remove(&self, now: Timestamp) -> (Self, Option<Step>) {
        let mut next = self.clone();
        let step = self.state.is_active().then(|| next.close(now, Reason::Removed));
        next.calm(now);
        next.state = State::Ok;
        next.since = Some(now);
        (next, step)
    }

    /// Tells whether the alert goes back and forth.
    #[must_use]
    pub fn is_flapping(&self) -> bool {
        self.flips.count_ones() >= FLAP_CHANGES
    }

    /// Returns the newest answers as documents write them: whether each differs from the one before.
    #[must_use]
    pub fn flap_history(&self) -> Vec<bool> {
        (0..FLAP_ANSWERS).map(|index| self.flips >> index & 1 == 1).collect()
    }

    /// Returns the moment at which the episode began.
    #[must_use]
    pub fn started(&self) -> Option<Timestamp> {
        self.episode.and_then(|second| Timestamp::from_second(second).ok())
    }

    /// Tells whether the two differ in what must survive a crash. The rest is found again by looking.
    #[must_use]
    pub fn differs(&self, other: &Self) -> bool {
        let plain = |status: &Self| Self {
            good_run: 0,
            bad_run: 0,
            flips: u32::from(status.is_flapping()),
            value: None,
            limit: None,
            samples: 0,
            last_data: None,
            ..status.clone()
        };
        plain(self) != plain(other)
    }

    /// Tells whether there is anything to remember.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.state == State::Ok && self.episode.is_none() && self.overlay == Overlay::None && self.flips == 0
    }

    fn take(&mut self, finding: &Finding) {
        self.overlay = Overlay::None;
        self.value = finding.value;
        self.limit = finding.limit;
        self.samples = finding.samples;
        self.last_data = finding.last_data.max(self.last_data);
    }

    fn meet_unknown(&mut self, rule: &Rule, why: Unknown, finding: &Finding, now: Timestamp) -> Option<Step> {
        let (overlay, policy) = match why {
            Unknown::NoData | Unknown::TooFew => (Overlay::NoData, rule.no_data),
            Unknown::Error => (Overlay::Error, rule.on_error),
        };
        // Time without an answer is no good time.
        self.good_since = None;
        if policy == WhenUnknown::Alert && why != Unknown::TooFew {
            let step = self.meet_bad(&rule.hold, rule.highest(), finding, now);
            self.overlay = overlay;
            return step;
        }
        let quiet = self.state == State::Ok && self.flips == 0;
        self.overlay = if quiet { Overlay::None } else { overlay };
        self.remind(&rule.hold, now)
    }

    fn meet_bad(&mut self, hold: &Hold, level: Level, finding: &Finding, now: Timestamp) -> Option<Step> {
        self.count(false);
        self.good_since = None;
        if self.state == State::Ok {
            if let Some(late) = self.late(finding, now) {
                return self.correct(late);
            }
            self.state = State::Pending;
            self.bad_since = Some(now);
            self.crit_since = None;
        }
        let bad_since = *self.bad_since.get_or_insert(now);
        if level == Level::Crit {
            self.crit_since.get_or_insert(now);
            self.eased_since = None;
        } else {
            self.crit_since = None;
        }
        let crit_held = self.crit_since.is_some_and(|since| elapsed(since, now) >= hold.fire_after);
        match self.state {
            State::Pending if elapsed(bad_since, now) >= hold.fire_after => {
                Some(self.open(if crit_held { Level::Crit } else { Level::Warn }.min(level), now))
            }
            State::Pending | State::Ok => None,
            State::Firing | State::Recovering => {
                self.state = State::Firing;
                self.change_level(hold, level, crit_held, now).or_else(|| self.remind(hold, now))
            }
        }
    }

    /// Worse is told once it has held as long as an alert must; better once it has eased as long as an end must.
    fn change_level(&mut self, hold: &Hold, level: Level, crit_held: bool, now: Timestamp) -> Option<Step> {
        match (self.level, level) {
            (Some(Level::Warn), Level::Crit) if crit_held => {
                self.level = Some(Level::Crit);
                Some(self.tell(Action::Active, Reason::Worse, now))
            }
            (Some(Level::Crit), Level::Warn) => {
                let eased = *self.eased_since.get_or_insert(now);
                if self.is_flapping() || elapsed(eased, now) < hold.keep_firing.max(hold.fire_after) {
                    return None;
                }
                self.level = Some(Level::Warn);
                self.eased_since = None;
                Some(self.tell(Action::Active, Reason::Better, now))
            }
            _ => None,
        }
    }

    fn meet_between(&mut self, hold: &Hold, now: Timestamp) -> Option<Step> {
        self.good_since = None;
        self.crit_since = None;
        match self.state {
            State::Pending => {
                self.calm(now);
                self.state = State::Ok;
                None
            }
            State::Ok => None,
            State::Firing | State::Recovering => {
                self.state = State::Firing;
                self.remind(hold, now)
            }
        }
    }

    fn meet_good(&mut self, hold: &Hold, now: Timestamp) -> Option<Step> {
        self.count(true);
        match self.state {
            State::Ok => None,
            State::Pending => {
                self.calm(now);
                self.state = State::Ok;
                None
            }
            State::Firing | State::Recovering => {
                self.state = State::Recovering;
                let since = *self.good_since.get_or_insert(now);
                let calm = !self.is_flapping() || self.good_run >= CALM_ANSWERS;
                if calm && elapsed(since, now) >= hold.keep_firing {
                    return Some(self.close(now, Reason::Resolved));
                }
                None
            }
        }
    }

    fn count(&mut self, good: bool) {
        let before = match (self.good_run, self.bad_run) {
            (0, 0) => good,
            (run, _) => run > 0,
        };
        let mask = (1 << FLAP_ANSWERS) - 1;
        self.flips = (self.flips << 1 | u32::from(before != good)) & mask;
        if good {
            self.good_run = self.good_run.saturating_add(1);
            self.bad_run = 0;
        } else {
            self.bad_run = self.bad_run.saturating_add(1);
            self.good_run = 0;
        }
    }

    fn calm(&mut self, _now: Timestamp) {
        self.bad_since = None;
        self.crit_since = None;
        self.eased_since = None;
        self.good_since = None;
    }

    fn open(&mut self, level: Level, now: Timestamp) -> Step {
        let second = now.as_second();
        // Two episodes of one alert never share an id, whatever the clock does.
        self.episode = Some(self.episode.map_or(second, |last| second.max(last + 1)));
        self.seq = 0;
        self.state = State::Firing;
        self.level = Some(level);
        self.closed = None;
        self.corrected = None;
        self.tell(Action::Open, Reason::First, now)
    }

    fn close(&mut self, now: Timestamp, reason: Reason) -> Step {
        let step = self.tell(Action::Close, reason, now);
        self.calm(now);
        self.state = State::Ok;
        self.closed = Some(now);
        step
    }

    fn tell(&mut self, action: Action, reason: Reason, now: Timestamp) -> Step {
        self.seq += 1;
        self.told = Some(now);
        Step { action, reason }
    }

    fn remind(&mut self, hold: &Hold, now: Timestamp) -> Option<Step> {
        let due = self.told.is_some_and(|told| elapsed(told, now) >= hold.repeat);
        (self.state == State::Firing && !hold.repeat.is_zero() && due)
            .then(|| self.tell(Action::Active, Reason::Repeat, now))
    }

    /// Returns the newest document that speaks for the alert, if it happened before the last episode ended
    /// and is too old to open another.
    fn late(&self, finding: &Finding, now: Timestamp) -> Option<Timestamp> {
        let (newest, closed) = (finding.last_bad?, self.closed?);
        (newest <= closed && elapsed(newest, now) > SLACK).then_some(newest)
    }

    fn correct(&mut self, late: Timestamp) -> Option<Step> {
        if self.corrected >= Some(late) {
            return None;
        }
        self.corrected = Some(late);
        self.seq += 1;
        Some(Step { action: Action::Close, reason: Reason::Corrected })
    }
}

/// How long an alert without any data lives on, before what it speaks of counts as gone.
pub(crate) const FORGOTTEN_AFTER: Duration = crate::rule::LOOK_BACK;

#[cfg(test)]
mod tests;
