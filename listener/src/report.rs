//! What the loop tells its metrics and its view, in one place.

use std::time::Duration;

use canary_rules::{Check, Overlay, Row, State};
use canary_store::Delivery;
use jiff::Timestamp;
use serde_json::Value;

use crate::chain::chain;
use crate::http::metrics::{Delivered, Outcome, Reason, Stated, To, Word};
use crate::http::{AlertView, ReceiverView, SentView, Shared};
use crate::watch::{TickError, TickReport, Watch};

/// Reports how a tick went.
pub(crate) fn tick(
    shared: &Shared,
    result: &Result<TickReport, TickError>,
    before: Timestamp,
    now: Timestamp,
) {
    let metrics = &shared.metrics;
    metrics.tick_seconds.observe(seconds(before, now));
    let word = match result {
        Ok(_) => "ok",
        Err(TickError::Read { .. }) => "read",
        Err(TickError::Slow(_)) => "slow",
        Err(TickError::Commit { .. }) => "commit",
        Err(TickError::Fenced) => "fenced",
    };
    metrics.ticks.get_or_create(&Outcome { result: Word(word) }).inc();
    match result {
        Ok(report) => {
            metrics.documents.inc_by(report.documents as u64);
            if let Some(newest) = report.newest {
                metrics.lag_seconds.set(seconds(newest, now));
            }
            for transition in &report.transitions {
                metrics.transitions.get_or_create(&Reason { reason: Word(transition.reason.as_str()) }).inc();
            }
            shared.view.change(|view| {
                view.evaluated = Some(now);
                view.trouble = None;
            });
        }
        Err(error) => shared.view.change(|view| view.trouble = Some(chain(error))),
    }
}

/// Shows the newest deliveries.
pub(crate) fn deliveries(shared: &Shared, deliveries: &[Delivery]) {
    let sent = deliveries.iter().map(|delivery| SentView {
        at: delivery.created,
        receiver: delivery.receiver.clone(),
        title: delivery.payload.get("title").and_then(Value::as_str).unwrap_or_default().to_owned(),
        status: delivery.status.as_str(),
        attempts: delivery.attempts,
        reason: delivery.reason.clone(),
    });
    let sent = sent.collect();
    shared.view.change(|view| view.sent = sent);
}

/// Brings view and metrics up to what the listener knows now.
pub(crate) fn update(shared: &Shared, watch: &Watch, now: Timestamp) {
    let metrics = &shared.metrics;
    let counts = watch.engine().counts();
    metrics.repeated.inc_by(counts.repeated.saturating_sub(metrics.repeated.get()));
    metrics.evaluations.inc_by(counts.evaluations.saturating_sub(metrics.evaluations.get()));
    metrics.groups.set(number(counts.groups));
    metrics.refused.set(number(counts.refused_groups));
    let rules = watch.engine().rules().count();
    metrics.rules.set(number(rules as u64));
    for (receiver, result, count) in watch.outbox().counts() {
        let counter = metrics
            .deliveries
            .get_or_create_owned(&Delivered { receiver: receiver.to_owned(), result: Word(result) });
        counter.inc_by(count.saturating_sub(counter.get()));
    }
    for (receiver, waiting, oldest) in watch.outbox().waiting() {
        let to = To { receiver: receiver.to_owned() };
        metrics.waiting.get_or_create(&to).set(number(waiting as u64));
        metrics.oldest_seconds.get_or_create(&to).set(oldest.map_or(0.0, |oldest| seconds(oldest, now)));
    }
    metrics.orphaned.set(number(watch.outbox().orphans() as u64));

    let mut alerts = Vec::new();
    for state in [State::Ok, State::Pending, State::Firing, State::Recovering] {
        let rows = watch.engine().rows().filter(|row| row.status.state == state);
        let mut count = 0;
        for row in rows {
            count += 1;
            if state != State::Ok {
                alerts.push(alert(watch, row));
            }
        }
        metrics.alerts.get_or_create(&Stated { state: Word(state.as_str()) }).set(count);
    }
    alerts.sort_by_cached_key(|alert| (alert.state == "pending", alert.title.clone(), alert.group.clone()));
    let receivers = receivers(watch);
    shared.view.change(|view| {
        view.looked = now;
        view.rules = rules;
        view.alerts = alerts;
        view.receivers = receivers;
    });
}

fn alert(watch: &Watch, row: &Row) -> AlertView {
    let rule = watch.engine().rule(&row.rule);
    let level = row.status.level.or_else(|| rule.map(|rule| rule.highest()));
    let severity = rule.zip(level).map_or("info", |(rule, level)| rule.label.severity(level).as_str());
    let unit = rule.and_then(|rule| match &rule.check {
        Check::Threshold(check) => Some(check.measure.unit()),
        _ => None,
    });
    let value = row.status.value.map(|value| unit.map_or_else(|| format!("{value}"), |unit| unit.say(value)));
    let group: Vec<&str> = row.labels.values().map(String::as_str).collect();
    AlertView {
        id: row.alert.to_string(),
        rule: row.rule.clone(),
        title: row.title.clone(),
        group: group.join(" · "),
        state: row.status.state.as_str(),
        overlay: match row.status.overlay {
            Overlay::None => None,
            Overlay::NoData => Some("no data"),
            Overlay::Error => Some("error"),
        },
        severity,
        since: row.status.since,
        started: row.status.started().filter(|_| row.status.state.is_active()),
        value,
        flapping: row.status.is_flapping(),
    }
}

fn receivers(watch: &Watch) -> Vec<ReceiverView> {
    let setup = &watch.setup().receivers;
    watch
        .outbox()
        .waiting()
        .filter_map(|(name, waiting, oldest)| {
            let receiver = setup.iter().find(|receiver| receiver.name == name)?;
            Some(ReceiverView {
                name: name.to_owned(),
                kind: receiver.type_name(),
                address: receiver.shown(),
                waiting,
                oldest,
            })
        })
        .collect()
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    Duration::try_from(to.duration_since(from)).unwrap_or_default().as_secs_f64()
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
