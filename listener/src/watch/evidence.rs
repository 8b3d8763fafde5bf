//! What the documents say about an alert, for the person who gets the message.
//!
//! Asked only when an alert changes. A question that fails leaves its part out.

use canary_rules::{Check, Evidence, Level, Path, Rule, SampleRef, Threshold, Transition, Verdict};
use canary_store::{Filter, Kind, Order, Query, Row, RunId};
use jiff::Timestamp;
use serde_json::Value;

use super::Watch;

/// Documents that are looked at, and those of them that are named.
const LOOKED_AT: usize = 50;
const NAMED: usize = 20;

impl Watch {
    /// Finds failed step, error, run, screenshot, locations and the request to blame.
    pub(super) async fn evidence(&self, rule: &Rule, transition: &Transition, now: Timestamp) -> Evidence {
        let mut evidence = Evidence { down: transition.finding.locations, ..Evidence::default() };
        evidence.monitor = transition.labels.get("monitor.id").cloned();
        let rows = match &rule.check {
            Check::Threshold(check) => self.samples(rule, check, transition, now).await,
            Check::Runs(_) | Check::Silence(_) | Check::Lost(_) => self.runs(transition).await,
        };
        let bad = matches!(transition.finding.verdict, Verdict::Bad(_));
        for row in &rows {
            if evidence.documents.len() < NAMED {
                evidence.documents.push(sample(rule, row));
            }
            if let Some(place) = Path::new("observer.name").text(&row.body) {
                let place = place.to_owned();
                if !evidence.locations.contains(&place) {
                    evidence.locations.push(place);
                }
            }
        }
        if let Some(newest) = rows.first() {
            self.fill(&mut evidence, &newest.body, bad);
            evidence.report = report(rule, &newest.body);
        }
        if let Some(run) = evidence.run.clone().filter(|_| bad) {
            self.of_run(&mut evidence, &RunId::from(run)).await;
        }
        evidence
    }

    /// Documents that the rule counts, the worst first where it measures.
    async fn samples(
        &self,
        rule: &Rule,
        check: &Threshold,
        transition: &Transition,
        now: Timestamp,
    ) -> Vec<Row> {
        let Ok(kind) = rule.select.kind().parse::<Kind>() else { return Vec::new() };
        let Ok(filter) = Filter::parse(&question(rule, check, transition)) else { return Vec::new() };
        let query = Query {
            kinds: vec![kind],
            filter: Some(filter),
            from: now.checked_sub(check.window).ok(),
            order: Order::Newest,
            limit: Some(LOOKED_AT),
            ..Query::default()
        };
        let mut rows = self.ask(&query).await;
        if let Some(field) = check.measure.field() {
            let value = |row: &Row| field.first(&row.body).and_then(Value::as_f64).unwrap_or_default();
            rows.sort_by(|one, other| value(other).total_cmp(&value(one)));
        }
        rows
    }

    /// The runs that the rule found, newest first. A run that was lost has only its start.
    async fn runs(&self, transition: &Transition) -> Vec<Row> {
        let mut rows = Vec::new();
        for run in &transition.finding.runs {
            let query = Query {
                kinds: vec![Kind::Start, Kind::Run],
                run: Some(RunId::from(&**run)),
                order: Order::Newest,
                limit: Some(1),
                ..Query::default()
            };
            rows.extend(self.ask(&query).await);
        }
        rows
    }

    /// What the run itself says: its failure, its screenshot, the step, the request to blame.
    async fn of_run(&self, evidence: &mut Evidence, run: &RunId) {
        let failed = "run.status: (failed or error) or test.status: failed or step.status: failed";
        let query = Query {
            kinds: vec![Kind::Run, Kind::Step, Kind::Test],
            run: Some(run.clone()),
            filter: Filter::parse(failed).ok(),
            order: Order::Newest,
            limit: Some(20),
            ..Query::default()
        };
        let mut rows = self.ask(&query).await;
        // A step knows most about where it happened, the run knows which failure counts.
        rows.sort_by_key(|row| match row.kind {
            Kind::Run => 0,
            Kind::Step => 1,
            _ => 2,
        });
        for row in &rows {
            self.fill(evidence, &row.body, true);
        }
        let query = Query {
            kinds: vec![Kind::Request],
            run: Some(run.clone()),
            filter: Filter::parse("http.response.status_code >= 400 or request.failure: *").ok(),
            order: Order::Newest,
            limit: Some(1),
            ..Query::default()
        };
        if evidence.request.is_none() {
            evidence.request = self.ask(&query).await.first().map(|row| request(&row.body));
        }
    }

    async fn ask(&self, query: &Query) -> Vec<Row> {
        match self.store.query(query).await {
            Ok(rows) => rows,
            Err(error) => {
                tracing::warn!(%error, "evidence could not be read");
                Vec::new()
            }
        }
    }

    /// Takes from a document whatever is not known yet.
    fn fill(&self, evidence: &mut Evidence, body: &Value, bad: bool) {
        let text = |name: &str| Path::new(name).text(body).map(str::to_owned);
        let set = |place: &mut Option<String>, value: Option<String>| {
            if place.is_none() {
                *place = value;
            }
        };
        set(&mut evidence.run, text("run.id"));
        set(&mut evidence.monitor, text("monitor.id"));
        set(&mut evidence.monitor_name, text("monitor.name"));
        set(&mut evidence.revision, text("script.revision"));
        if !bad {
            return;
        }
        set(&mut evidence.test, text("test.title"));
        set(&mut evidence.step, text("failure.step").or_else(|| text("step.name")));
        set(&mut evidence.error, text("failure.message"));
        set(&mut evidence.error_type, text("failure.type"));
        set(&mut evidence.url, text("url.full").or_else(|| text("page.url")));
        set(&mut evidence.screenshot, screenshot(body).map(|key| self.place(&key)));
        if evidence.request.is_none() && body.get("request").is_some() {
            evidence.request = Some(request(body));
        }
    }

    /// Says where an attachment lies.
    fn place(&self, key: &str) -> String {
        match &self.setup.attachments {
            Some(place) => {
                let place = place.strip_prefix("folder:").unwrap_or(place);
                format!("{}/{key}", place.trim_end_matches('/'))
            }
            None => key.to_owned(),
        }
    }
}

/// The rule's filter, its second filter, its group, and its limit: what the documents of the alert fulfil.
fn question(rule: &Rule, check: &Threshold, transition: &Transition) -> String {
    let mut parts: Vec<String> = [Some(rule.select.text()), check.bad.as_ref().map(|bad| bad.text())]
        .into_iter()
        .flatten()
        .filter(|text| !text.trim().is_empty())
        .map(|text| format!("({text})"))
        .collect();
    for (name, value) in transition.labels.iter() {
        parts.push(format!("{name}: \"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")));
    }
    let condition =
        if transition.level == Level::Crit { check.crit.or(check.warn) } else { check.warn.or(check.crit) };
    if let (Some(field), Some(condition), Verdict::Bad(_)) =
        (check.measure.field(), condition, transition.finding.verdict)
    {
        let sign = if condition.upward() { ">=" } else { "<=" };
        let of_one = matches!(check.measure.name().as_str(), "avg" | "min" | "max")
            || check.measure.name().starts_with('p');
        if of_one {
            parts.push(format!("{field} {sign} {}", condition.limit));
        }
    }
    parts.join(" and ")
}

fn sample(rule: &Rule, row: &Row) -> SampleRef {
    let index = if rule.select.index().is_empty() { row.kind.as_str() } else { rule.select.index() };
    SampleRef { index: index.to_owned(), id: row.id.to_string(), timestamp: row.timestamp }
}

fn report(rule: &Rule, body: &Value) -> Vec<(String, String)> {
    rule.label
        .report
        .iter()
        .filter_map(|field| {
            let value = field.first(body)?;
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some((field.to_string(), text))
        })
        .collect()
}

/// The key of the screenshot: the failure's own, else the newest picture.
fn screenshot(body: &Value) -> Option<String> {
    let attachments = body.get("attachments").and_then(Value::as_array);
    let mut pictures = attachments.into_iter().flatten().filter(|attachment| {
        let kind = attachment.get("kind").or_else(|| attachment.get("type")).and_then(Value::as_str);
        kind.is_some_and(|kind| kind == "screenshot" || kind.starts_with("image/"))
    });
    let of_failure = Path::new("failure.attachment").text(body).map(str::to_owned);
    of_failure.or_else(|| pictures.next_back()?.get("key")?.as_str().map(str::to_owned))
}

/// `GET https://… 500 in 812 ms`.
fn request(body: &Value) -> String {
    let text = |name: &str| Path::new(name).text(body).unwrap_or_default().to_owned();
    let number = |name: &str| Path::new(name).first(body).and_then(Value::as_f64);
    let mut words = vec![text("http.request.method"), text("url.full")];
    words.extend(number("http.response.status_code").map(|status| format!("{status}")));
    let failure = text("request.failure");
    if !failure.is_empty() {
        words.push(failure);
    }
    words.extend(number("timings.total").map(|total| format!("in {total:.0} ms")));
    words.retain(|word| !word.is_empty());
    words.join(" ")
}
