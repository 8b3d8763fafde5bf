//! The loop: everything that can happen to a listener is an [`Event`], and happens here, one after the other.
//!
//! Owns leadership, the times of ticks, the end. What an event does is [`crate::watch`]'s.

use std::sync::Arc;
use std::time::Duration;

use canary_notify::{Transport, Verdict};
use canary_rules::Rule;
use canary_store::{Clock, Lease, LeaseError, Store};
use jiff::Timestamp;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::chain::chain;
use crate::exit::Exit;
use crate::http::{Role, Shared};
use crate::report;
use crate::settings::{Settings, reread_rules};
use crate::watch::{Dispatch, LEASE, Setup, TickError, Watch};

/// Everything that can happen.
#[derive(Debug)]
enum Event {
    Tick,
    /// A message waits and may go.
    Due,
    /// A receiver answered.
    Answer {
        receiver: String,
        verdict: Verdict,
    },
    /// The lease must be prolonged.
    Renew,
    /// The rule files should be read again.
    Reload,
    Shutdown,
}

/// Why a listener no longer leads.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Shutdown,
    /// Another listener has taken over.
    Fenced,
}

/// The listener with everything that it needs from outside.
pub(crate) struct Loop {
    store: Store,
    clock: Clock,
    transport: Transport,
    shared: Arc<Shared>,
    settings: Settings,
    holder: String,
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

/// A tick must leave time for what else happens, and for prolonging the lease.
const TICK_SHARE: f64 = 0.8;

/// Answers on their way back. Each time of leading has its own channel: an answer to what another time sent must
/// not be taken for one of this.
#[derive(Debug)]
struct Answers {
    sender: mpsc::Sender<Answer>,
    receiver: mpsc::Receiver<Answer>,
}

type Answer = (String, Verdict);

impl Answers {
    fn new() -> Self {
        // One message at a time is on its way to each receiver.
        let (sender, receiver) = mpsc::channel(256);
        Self { sender, receiver }
    }
}

impl Loop {
    pub(crate) fn new(
        store: Store,
        clock: Clock,
        transport: Transport,
        shared: Arc<Shared>,
        settings: Settings,
    ) -> std::io::Result<Self> {
        let holder = format!("listener-{}-{}", std::process::id(), uuid::Uuid::now_v7().simple());
        Ok(Self {
            store,
            clock,
            transport,
            shared,
            settings,
            holder,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the lease, works, and waits again when it was lost; until it is told to end.
    pub(crate) async fn run(mut self) -> Exit {
        let mut rules = self.settings.rules.clone();
        loop {
            let Some(lease) = self.lead().await else { break };
            self.shared.view.change(|view| view.role = Role::Starting);
            let setup = Setup::of(&self.settings);
            let now = self.clock.now();
            let starting = Watch::start(self.store.clone(), lease.clone(), setup, rules.clone(), now);
            match self.keeping(&lease, starting).await {
                Ok(mut watch) => {
                    let mut answers = Answers::new();
                    match self.work(&mut watch, &mut rules, &mut answers).await {
                        Ended::Shutdown => {
                            self.drain(&mut watch, &mut answers).await;
                            self.release(watch.lease()).await;
                            break;
                        }
                        Ended::Fenced => tracing::warn!("another listener has taken over"),
                    }
                }
                Err(error) => {
                    self.trouble(Some(chain(&error)));
                    self.release(&lease).await;
                    if self.pause(self.settings.tick).await {
                        break;
                    }
                }
            }
        }
        self.store.close().await;
        Exit::Success
    }

    /// Evaluates all rules once, sends what is due, and ends.
    pub(crate) async fn once(mut self) -> Exit {
        let lease = match self.wait_for_lease().await {
            Ok(lease) => lease,
            Err(exit) => return exit,
        };
        let rules = self.settings.rules.clone();
        let setup = Setup::of(&self.settings);
        let now = self.clock.now();
        let exit = match Watch::start(self.store.clone(), lease.clone(), setup, rules, now).await {
            Ok(mut watch) => match watch.tick(self.clock.now(), true, self.settings.lease_ttl).await {
                Ok(report) => {
                    let told = report.transitions.len();
                    let given_up = self.drain(&mut watch, &mut Answers::new()).await;
                    let waiting: usize = watch.outbox().waiting().map(|(_, waiting, _)| waiting).sum();
                    let rules = watch.engine().rules().count();
                    tracing::info!(rules, changes = told, waiting, "all rules were evaluated");
                    if waiting > 0 {
                        tracing::warn!(waiting, "messages wait in the store for the next listener");
                    }
                    if given_up > 0 { Exit::Undelivered } else { Exit::Success }
                }
                Err(error) => {
                    tracing::error!(error = chain(&error), "rules could not be evaluated");
                    Exit::NotEvaluated
                }
            },
            Err(error) => {
                tracing::error!(error = chain(&error), "rules could not be evaluated");
                Exit::NotEvaluated
            }
        };
        self.release(&lease).await;
        self.store.close().await;
        exit
    }

    /// A listener that was killed leaves its lease behind; it ends by itself.
    async fn wait_for_lease(&mut self) -> Result<Lease, Exit> {
        let ttl = self.settings.lease_ttl;
        let give_up = self.clock.now().checked_add(ttl).unwrap_or(Timestamp::MAX);
        loop {
            match self.store.acquire_lease(LEASE, &self.holder, ttl).await {
                Ok(lease) => return Ok(lease),
                Err(LeaseError::Held { holder, .. }) if self.clock.now() <= give_up => {
                    tracing::debug!(holder, "another listener holds the lease");
                    if self.pause(Duration::from_millis(500)).await {
                        return Err(Exit::Lease);
                    }
                }
                Err(error @ LeaseError::Held { .. }) => {
                    tracing::error!(error = chain(&error), "another listener works on this store");
                    return Err(Exit::Lease);
                }
                Err(error) => {
                    tracing::error!(error = chain(&error), "the store cannot be used");
                    return Err(Exit::NotEvaluated);
                }
            }
        }
    }

    /// Waits until this listener holds the lease; nothing where it is told to end meanwhile.
    async fn lead(&mut self) -> Option<Lease> {
        loop {
            let pause = match self.store.acquire_lease(LEASE, &self.holder, self.settings.lease_ttl).await {
                Ok(lease) => {
                    tracing::info!(epoch = lease.epoch, "this listener leads");
                    return Some(lease);
                }
                Err(LeaseError::Held { holder, until, .. }) => {
                    let now = self.clock.now();
                    self.shared.metrics.leading.set(0);
                    self.shared.view.change(|view| {
                        view.role = Role::Waiting { holder };
                        view.looked = now;
                        view.trouble = None;
                    });
                    let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
                    left.clamp(Duration::from_millis(50), self.settings.lease_ttl / 3)
                }
                Err(error) => {
                    tracing::error!(error = chain(&error), "the lease cannot be had");
                    self.trouble(Some(chain(&error)));
                    self.settings.tick
                }
            };
            if self.pause(pause).await {
                return None;
            }
        }
    }

    /// Does something that may take long, and prolongs the lease meanwhile.
    async fn keeping<T>(&self, lease: &Lease, work: impl Future<Output = T>) -> T {
        let mut renewals = every(self.settings.lease_ttl / 3);
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                _ = renewals.tick() => {
                    // Where it is lost, the first commit says so.
                    if let Err(error) = self.store.renew_lease(lease, self.settings.lease_ttl).await {
                        tracing::debug!(error = chain(&error), "the lease could not be prolonged");
                    }
                }
            }
        }
    }

    async fn work(&mut self, watch: &mut Watch, rules: &mut Vec<Rule>, answers: &mut Answers) -> Ended {
        let mut ticks = every(self.settings.tick);
        let mut renewals = every(self.settings.lease_ttl / 3);
        self.shared.metrics.leading.set(1);
        self.shared.view.change(|view| view.role = Role::Leading);
        loop {
            let event = self.next(watch, &mut ticks, &mut renewals, answers).await;
            let result = match event {
                Event::Tick => self.tick(watch).await,
                Event::Due => self.send_due(watch, answers).await,
                Event::Answer { receiver, verdict } => {
                    watch.answer(&receiver, &verdict, self.clock.now()).await.map(|_| ())
                }
                Event::Renew => self.renew(watch).await,
                Event::Reload => {
                    self.reload(watch, rules).await;
                    Ok(())
                }
                Event::Shutdown => return Ended::Shutdown,
            };
            report::update(&self.shared, watch, self.clock.now());
            match result {
                Ok(()) => {}
                Err(TickError::Fenced) => {
                    self.shared.metrics.leading.set(0);
                    return Ended::Fenced;
                }
                Err(error) => {
                    tracing::error!(error = chain(&error), "nothing was decided");
                    self.trouble(Some(chain(&error)));
                }
            }
        }
    }

    /// Waits for the next event.
    async fn next(
        &mut self,
        watch: &Watch,
        ticks: &mut Interval,
        renewals: &mut Interval,
        answers: &mut Answers,
    ) -> Event {
        let now = self.clock.now();
        let due =
            watch.next_message().map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
        tokio::select! {
            biased;
            _ = self.terminate.recv() => Event::Shutdown,
            _ = self.interrupt.recv() => Event::Shutdown,
            _ = renewals.tick() => Event::Renew,
            Some((receiver, verdict)) = answers.receiver.recv() => Event::Answer { receiver, verdict },
            _ = self.hangup.recv() => Event::Reload,
            _ = ticks.tick() => Event::Tick,
            () = tokio::time::sleep(due.unwrap_or_default()), if due.is_some() => Event::Due,
        }
    }

    async fn tick(&mut self, watch: &mut Watch) -> Result<(), TickError> {
        let deadline = self.settings.tick.mul_f64(TICK_SHARE).min(self.settings.lease_ttl / 2);
        let before = self.clock.now();
        let result = watch.tick(before, false, deadline).await;
        let now = self.clock.now();
        report::tick(&self.shared, &result, before, now);
        if let Ok(deliveries) = watch.last_deliveries().await {
            report::deliveries(&self.shared, &deliveries);
        }
        let saved = watch.save_notes().await;
        result.and(saved)
    }

    /// Sends what may go. After a pause that outlived the lease it is asked first whether it is still ours.
    async fn send_due(&self, watch: &mut Watch, answers: &Answers) -> Result<(), TickError> {
        if self.clock.now() >= watch.lease().until {
            self.renew(watch).await?;
        }
        for dispatch in watch.due(self.clock.now()) {
            self.send(dispatch, answers.sender.clone());
        }
        Ok(())
    }

    /// Sends on its own task, so that a slow receiver holds up nothing.
    fn send(&self, dispatch: Dispatch, answers: mpsc::Sender<Answer>) {
        let transport = self.transport.clone();
        tokio::spawn(async move {
            let verdict = transport.send(&dispatch.receiver, &dispatch.message).await;
            // Where nobody listens any more, the next leader sends it again.
            drop(answers.send((dispatch.receiver.name, verdict)).await);
        });
    }

    async fn renew(&self, watch: &mut Watch) -> Result<(), TickError> {
        match self.store.renew_lease(watch.lease(), self.settings.lease_ttl).await {
            Ok(lease) => {
                watch.set_lease(lease);
                Ok(())
            }
            Err(LeaseError::Lost { .. } | LeaseError::Held { .. }) => Err(TickError::Fenced),
            Err(error) => {
                tracing::warn!(error = chain(&error), "the lease could not be prolonged");
                Ok(())
            }
        }
    }

    /// Reads the rule files again. A file with problems changes nothing.
    async fn reload(&self, watch: &mut Watch, rules: &mut Vec<Rule>) {
        match reread_rules(&self.settings.rule_files) {
            Ok(read) => match watch.replace_rules(read.clone(), self.clock.now()).await {
                Ok(()) => {
                    tracing::info!(rules = read.len(), "rules were read again");
                    *rules = read;
                }
                Err(error) => tracing::error!(error = chain(&error), "the old rules stay"),
            },
            Err(problems) => tracing::error!(%problems, "the old rules stay"),
        }
    }

    /// Sends what may go until nothing waits or the time is over. Returns how many deliveries are given up.
    async fn drain(&mut self, watch: &mut Watch, answers: &mut Answers) -> usize {
        let end = self.clock.now().checked_add(self.settings.drain_timeout).unwrap_or(Timestamp::MAX);
        let mut given_up = 0;
        while !watch.outbox().is_empty() {
            let now = self.clock.now();
            for dispatch in watch.due(now) {
                self.send(dispatch, answers.sender.clone());
            }
            let next = watch.next_message();
            if now >= end || (!watch.outbox().is_sending() && next.is_none_or(|next| next > end)) {
                break;
            }
            let until = next.unwrap_or(end).min(end);
            let pause = Duration::try_from(until.duration_since(now)).unwrap_or_default();
            let answer =
                tokio::time::timeout(pause.max(Duration::from_millis(1)), answers.receiver.recv()).await;
            if let Ok(Some((receiver, verdict))) = answer {
                match watch.answer(&receiver, &verdict, self.clock.now()).await {
                    Ok(dead) => given_up += dead,
                    Err(error) => {
                        tracing::error!(error = chain(&error), "deliveries could not be noted");
                        break;
                    }
                }
            }
        }
        given_up
    }

    async fn release(&self, lease: &Lease) {
        if let Err(error) = self.store.release_lease(lease).await {
            tracing::debug!(error = chain(&error), "the lease could not be given back");
        }
    }

    fn trouble(&self, trouble: Option<String>) {
        let now = self.clock.now();
        self.shared.view.change(|view| {
            view.trouble = trouble;
            view.looked = now;
        });
    }

    /// Waits; tells whether the program should end meanwhile.
    async fn pause(&mut self, pause: Duration) -> bool {
        tokio::select! {
            _ = self.terminate.recv() => true,
            _ = self.interrupt.recv() => true,
            () = tokio::time::sleep(pause) => false,
        }
    }
}

/// A tick that was missed is not made up for: the next one reads everything since the last.
fn every(period: Duration) -> Interval {
    let mut interval = interval(period.max(Duration::from_millis(10)));
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
