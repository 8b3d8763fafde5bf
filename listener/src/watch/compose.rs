//! What follows from a change: the row that is kept, the alert document, the notices for receivers.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use canary_notify::{Event, Item, Links, Notice, Receiver, ReceiverKind, SampleRef, Severity, Subject};
use canary_rules::{
    Action, AlertId, Check, Evidence, Reason, Reporter, Row, Rule, Transition, alert_document, delivery_id,
    say_reason,
};
use canary_store::{AlertDocument, Commit, DocumentId, NewDelivery};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Kept, Setup, Watch, state_key};

/// One commit, and what is to be done once it holds.
#[derive(Debug, Default)]
pub(super) struct Composed {
    pub(super) commit: Commit,
    /// What goes into the queues, by receiver.
    pub(super) items: Vec<(String, Item)>,
    pub(super) told: HashMap<AlertId, BTreeSet<String>>,
}

impl Watch {
    /// Makes everything that follows from changes. What cannot be found out is left out: evidence holds up no
    /// alert.
    pub(super) async fn compose(&self, changes: &[canary_rules::Change], now: Timestamp) -> Composed {
        let mut composed = Composed::default();
        for change in changes.iter().filter(|change| change.write) {
            let rule = self.engine.rule(&change.row.rule);
            let transition = change.transition.as_ref();
            let follow = match (rule, transition) {
                (Some(rule), Some(transition)) => {
                    let evidence = self.evidence(rule, transition, now).await;
                    self.follow(rule, transition, &evidence, now)
                }
                (None, Some(transition)) => {
                    Follow { alert: Some(orphan_document(&change.row, transition)), ..Follow::default() }
                }
                (_, None) => Follow::default(),
            };
            composed.add(change, follow, self.told.get(&change.row.alert));
        }
        composed
    }

    /// Makes the alert document and the notices of one transition.
    fn follow(&self, rule: &Rule, transition: &Transition, evidence: &Evidence, now: Timestamp) -> Follow {
        let setup = &self.setup;
        let links = links(setup, rule, transition, evidence);
        let tags = rule.label.tags.clone();
        let subject = Subject {
            rule: &rule.id,
            kind: rule.kind,
            severity: severity(transition.severity),
            fault: rule.label.fault.as_deref().unwrap_or("site"),
            tags: &tags,
            labels: &transition.labels,
        };
        let silenced: Vec<&str> = setup
            .silences
            .iter()
            .filter(|silence| silence.covers(&subject, now))
            .map(|silence| silence.id.as_str())
            .collect();
        let document_links = canary_rules::Links { kibana: links.kibana.clone(), alert: links.alert.clone() };
        let mut alert = alert_document(rule, transition, evidence, &document_links);
        alert["kibana"]["alert"]["maintenance_window_ids"] = json!(silenced);

        let before = self.told.get(&transition.alert).cloned().unwrap_or_default();
        let mut follow = Follow { alert: Some(alert), ..Follow::default() };
        let receivers: Vec<&Receiver> = match transition.action {
            _ if !transition.reason.is_told() => Vec::new(),
            // Who was not told of the beginning need not hear of the end.
            Action::Close => {
                setup.receivers.iter().filter(|receiver| before.contains(&receiver.name)).collect()
            }
            _ if !silenced.is_empty() => Vec::new(),
            _ => chosen(setup, rule, &subject),
        };
        for receiver in &receivers {
            let reporter = reporter(rule, receiver).flatten();
            let mut notice = notice(setup, rule, transition, evidence, &links, reporter);
            notice.id = delivery_id(&transition.id, &receiver.name);
            let wait = match transition.reason {
                Reason::First => receiver.group_wait(),
                _ => Duration::ZERO,
            };
            let not_before = now.checked_add(wait).unwrap_or(now);
            let item = Item { notice, group: rule.id.clone(), created: now, not_before, attempts: 0 };
            follow.items.push((receiver.name.clone(), item));
        }
        let names = receivers.iter().map(|receiver| receiver.name.clone());
        follow.told = Some(match transition.action {
            Action::Open => names.collect(),
            Action::Active => before.into_iter().chain(names).collect(),
            Action::Close => BTreeSet::new(),
        });
        follow
    }
}

/// What follows from one transition.
#[derive(Debug, Default)]
struct Follow {
    alert: Option<Value>,
    items: Vec<(String, Item)>,
    told: Option<BTreeSet<String>>,
}

impl Composed {
    fn add(&mut self, change: &canary_rules::Change, follow: Follow, before: Option<&BTreeSet<String>>) {
        let row: &Row = &change.row;
        let told = follow.told.clone().or_else(|| before.cloned()).unwrap_or_default();
        let kept = Kept { row: row.clone(), told: told.clone() };
        // A rule that is gone leaves nothing to be kept.
        let gone = change.transition.as_ref().is_some_and(|transition| transition.reason == Reason::Removed);
        let state = (!gone).then(|| serde_json::to_value(&kept).expect("a row is always JSON"));
        let id = change.transition.as_ref().map(|transition| DocumentId::from(transition.id.as_str()));
        let alerts = id.zip(follow.alert).map(|(id, body)| AlertDocument { id, body }).into_iter().collect();
        let deliveries = follow
            .items
            .iter()
            .map(|(receiver, item)| NewDelivery {
                id: item.notice.id.clone(),
                receiver: receiver.clone(),
                group: item.group.clone(),
                payload: serde_json::to_value(&item.notice).expect("a notice is always JSON"),
                not_before: item.not_before,
            })
            .collect();
        self.commit.changes.push(canary_store::Change {
            key: state_key(&row.alert),
            state,
            alerts,
            deliveries,
        });
        self.items.extend(follow.items);
        self.told.insert(row.alert.clone(), told);
    }
}

/// The receivers that the rule names, else those of the routes. Reporters of Canarytrace decide about the kinds
/// of receivers that they name, and leave the others to the routes.
fn chosen<'a>(setup: &'a Setup, rule: &Rule, subject: &Subject<'_>) -> Vec<&'a Receiver> {
    let all = setup.receivers.iter().map(|receiver| receiver.name.as_str());
    let named: BTreeSet<&str> = if rule.route.receivers.is_empty() {
        setup.routes.receivers(subject, all)
    } else {
        rule.route.receivers.iter().map(String::as_str).collect()
    };
    setup
        .receivers
        .iter()
        .filter(|receiver| named.contains(receiver.name.as_str()))
        .filter(|receiver| reporter(rule, receiver).is_some())
        .collect()
}

/// The reporter that a receiver stands for: the most urgent of its kind. Nothing where the rule has reporters and
/// none of its kind; a nameless one where the rule leaves the kind to the routes.
fn reporter<'a>(rule: &'a Rule, receiver: &Receiver) -> Option<Option<&'a Reporter>> {
    let kind = match receiver.kind {
        ReceiverKind::Slack(_) => "slack",
        ReceiverKind::Webhook(_) | ReceiverKind::Terminal(_) => return Some(None),
    };
    if rule.route.reporters.is_empty() {
        return Some(None);
    }
    let of_kind = rule.route.reporters.iter().filter(|reporter| reporter.kind == kind);
    of_kind.min_by_key(|reporter| reporter.score).map(Some)
}

fn notice(
    setup: &Setup,
    rule: &Rule,
    transition: &Transition,
    evidence: &Evidence,
    links: &Links,
    reporter: Option<&Reporter>,
) -> Notice {
    let score = reporter.and_then(|reporter| reporter.score).unwrap_or(transition.score);
    let severity = match (rule.label.severity, reporter.and_then(|reporter| reporter.score)) {
        (None, Some(score)) => canary_rules::Severity::of_score(score),
        _ => transition.severity,
    };
    let unit = match &rule.check {
        Check::Threshold(check) => check.measure.unit().as_str(),
        Check::Runs(_) => "",
        Check::Silence(_) | Check::Lost(_) => "ms",
    };
    Notice {
        id: String::new(),
        event: event(transition),
        reason: transition.reason.as_str().to_owned(),
        alert: transition.alert.to_string(),
        episode: transition.episode_id(),
        seq: transition.seq,
        rule: rule.id.clone(),
        kind: rule.kind.to_owned(),
        title: rule.title.clone(),
        message: reporter.and_then(|reporter| reporter.message.clone()).or_else(|| rule.message.clone()),
        summary: say_reason(rule, transition),
        severity: self::severity(severity),
        score,
        labels: (*transition.labels).clone(),
        tags: rule.label.tags.clone(),
        value: transition.finding.value,
        limit: transition.finding.limit,
        unit: unit.to_owned(),
        samples: transition.finding.samples,
        started: transition.started(),
        at: transition.at,
        fault: rule.label.fault.clone().unwrap_or_else(|| "site".to_owned()),
        evidence: told_evidence(evidence),
        links: links.clone(),
        commands: commands(setup, evidence),
    }
}

fn event(transition: &Transition) -> Event {
    match (transition.action, transition.reason) {
        (Action::Open, _) => Event::Fired,
        (Action::Close, _) => Event::Resolved,
        (Action::Active, Reason::Repeat) => Event::Repeated,
        (Action::Active, _) => Event::Changed,
    }
}

fn severity(severity: canary_rules::Severity) -> Severity {
    match severity {
        canary_rules::Severity::Info => Severity::Info,
        canary_rules::Severity::Warning => Severity::Warning,
        canary_rules::Severity::Critical => Severity::Critical,
    }
}

fn told_evidence(evidence: &Evidence) -> canary_notify::Evidence {
    let evidence = evidence.clone();
    canary_notify::Evidence {
        run: evidence.run,
        monitor: evidence.monitor,
        monitor_name: evidence.monitor_name,
        test: evidence.test,
        step: evidence.step,
        error: evidence.error,
        error_type: evidence.error_type,
        url: evidence.url,
        screenshot: evidence.screenshot,
        revision: evidence.revision,
        request: evidence.request,
        locations: evidence.locations,
        down: evidence.down,
        report: evidence.report,
        documents: evidence
            .documents
            .into_iter()
            .map(|sample| SampleRef { index: sample.index, id: sample.id, timestamp: sample.timestamp })
            .collect(),
    }
}

fn links(setup: &Setup, rule: &Rule, transition: &Transition, evidence: &Evidence) -> Links {
    let addresses = &setup.addresses;
    let run = addresses.run.as_ref().zip(evidence.run.as_ref()).map(|(url, run)| url.replace("{run}", run));
    Links {
        alert: addresses.public.as_ref().map(|url| format!("{url}/a/{}", transition.alert)),
        run,
        kibana: addresses.kibana.clone(),
        runbook: rule.label.runbook.clone(),
    }
}

/// What to type next: the run's documents first.
fn commands(setup: &Setup, evidence: &Evidence) -> Vec<String> {
    let run = evidence.run.iter();
    run.map(|run| format!("canary documents --store {} --run {run}", setup.store)).collect()
}

/// The document of an alert whose rule is gone.
fn orphan_document(row: &Row, transition: &Transition) -> Value {
    let at = format!("{:.3}", transition.at);
    json!({
        "@timestamp": at,
        "timestamp": at,
        "event": { "kind": "signal", "action": transition.action.as_str() },
        "type": "removed",
        "rule": row.rule,
        "title": row.title,
        "description": "the rule is gone",
        "kibana": { "alert": {
            "uuid": transition.episode_id(),
            "status": "recovered",
            "start": format!("{:.3}", transition.started()),
            "end": at,
            "reason": "the rule is gone",
            "rule": { "uuid": row.rule, "name": row.title },
        } },
        "alert": {
            "id": transition.alert,
            "episode": transition.episode_id(),
            "transition": transition.id,
            "seq": transition.seq,
            "why": transition.reason.as_str(),
            "from": transition.from.as_str(),
            "to": transition.to.as_str(),
        },
    })
}
