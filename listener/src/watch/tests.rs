//! The whole listener on a clock that is moved by hand: documents pushed at moments, messages wanted between
//! moments, and any other message fails.

mod fake;

use std::time::Duration;

use canary_notify::{Receiver, ReceiverKind, Slack, Transport, Webhook};
use canary_store::{Batch, Clock, Record, RunId, Store, StoreSettings};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use fake::{Answer, Fake};

/// A store, a clock, a listener, and receivers that answer by script.
struct Play {
    folder: TempDir,
    clock: Clock,
    store: Store,
    watch: Option<Watch>,
    transport: Transport,
    rules: String,
    receivers: Vec<Receiver>,
    silences: Vec<Silence>,
    now: u64,
    documents: u64,
}

fn start() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().expect("is a moment")
}

fn at(second: u64) -> Timestamp {
    start().checked_add(Duration::from_secs(second)).expect("is in time")
}

impl Play {
    async fn of(rules: &str, receivers: Vec<Receiver>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Clock::manual(start());
        let store = open(&folder, &clock).await;
        let transport = Transport::new().expect("is made");
        let mut play = Self {
            folder,
            clock,
            store,
            watch: None,
            transport,
            rules: rules.to_owned(),
            receivers,
            silences: Vec::new(),
            now: 0,
            documents: 0,
        };
        play.watch = Some(play.listener("one").await);
        play
    }

    /// Makes a listener with a lease of its own.
    async fn listener(&self, holder: &str) -> Watch {
        let lease = self.store.acquire_lease(LEASE, holder, Duration::from_secs(30)).await.expect("is free");
        let problems = canary_rules::Problems::of("test.yaml");
        let rules = canary_rules::read(&self.rules, &problems).rules;
        assert_eq!(problems.errors(), 0, "{:?}", problems.into_vec());
        let setup = Setup {
            receivers: self.receivers.clone(),
            routes: Routes::default(),
            silences: self.silences.clone(),
            dead_letters: None,
            addresses: Addresses::default(),
            attachments: Some("folder:canary-attachments".to_owned()),
            store: "sqlite:canary.db".to_owned(),
            query_delay: Duration::ZERO,
        };
        Watch::start(self.store.clone(), lease, setup, rules, self.clock.now()).await.expect("starts")
    }

    fn watch(&mut self) -> &mut Watch {
        self.watch.as_mut().expect("there is a listener")
    }

    /// Ends the listener as `kill -9` does, and starts another on the same store.
    async fn kill_and_restart(&mut self) {
        self.watch = None;
        self.set(self.now + 31);
        self.watch = Some(self.listener("next").await);
    }

    fn set(&mut self, second: u64) {
        let by = i64::try_from(second).expect("is small") - i64::try_from(self.now).expect("is small");
        self.clock.advance(SignedDuration::from_secs(by));
        self.now = second;
    }

    /// Moves the clock second by second: a tick every ten, messages whenever they may go.
    async fn run_to(&mut self, second: u64) {
        while self.now < second {
            self.set(self.now + 1);
            if self.now.is_multiple_of(10) {
                self.tick().await;
            }
            self.deliver().await;
        }
    }

    async fn tick(&mut self) {
        let now = self.clock.now();
        self.watch().tick(now, false, Duration::from_secs(8)).await.expect("ticks");
    }

    async fn deliver(&mut self) {
        loop {
            let now = self.clock.now();
            let due = self.watch().due(now);
            if due.is_empty() {
                return;
            }
            for dispatch in due {
                let verdict = self.transport.send(&dispatch.receiver, &dispatch.message).await;
                self.watch().answer(&dispatch.receiver.name, &verdict, now).await.expect("is noted");
            }
        }
    }

    async fn push(&mut self, kind: &str, body: Value) {
        self.documents += 1;
        let mut document = body;
        document["@timestamp"] = json!(format!("{:.3}", self.clock.now()));
        document["event"] = json!({"dataset": format!("canary.{kind}")});
        document["run"]["sequence"] = json!(self.documents);
        let batch = Batch::from(vec![Record::new(&document).expect("is a document")]);
        let receipt = self.store.write(batch).await;
        assert_eq!(receipt.accepted(), 1, "{receipt:?}");
    }

    /// A run of a monitor, with what a failed one leaves behind.
    async fn run(&mut self, monitor: &str, location: &str, status: &str) -> String {
        let run = RunId::at(self.clock.now()).to_string();
        let envelope = json!({
            "run": {"id": run}, "monitor": {"id": monitor}, "observer": {"name": location},
            "script": {"revision": "3f2c1b0a"},
        });
        let with = |more: Value| {
            let mut body = envelope.clone();
            merge(&mut body, more);
            body
        };
        if status == "failed" {
            let request = with(json!({
                "http": {"request": {"method": "GET"}, "response": {"status_code": 500}},
                "url": {"full": "https://shop.test/api/cart"}, "timings": {"total": 812.4},
            }));
            self.push("request", request).await;
            let step = with(json!({
                "step": {"name": "Add to cart", "status": "failed"}, "test": {"title": "buys a product"},
                "url": {"full": "https://shop.test/product/1"},
            }));
            self.push("step", step).await;
            let failed = with(json!({
                "run": {"status": "failed"},
                "failure": {
                    "class": "assertion", "step": "Add to cart", "type": "Error",
                    "message": "expected \"1\", received \"0\"", "attachment": "shop/2026/11/20/r/abc.png",
                },
            }));
            self.push("run", failed).await;
        } else {
            self.push("run", with(json!({"run": {"status": status}}))).await;
        }
        run
    }

    async fn alerts(&self) -> Vec<Value> {
        let query =
            canary_store::Query { kinds: vec![canary_store::Kind::Alert], ..canary_store::Query::default() };
        self.store.query(&query).await.expect("is read").into_iter().map(|row| row.body).collect()
    }
}

async fn open(folder: &TempDir, clock: &Clock) -> Store {
    let settings = StoreSettings::Sqlite { path: folder.path().join("canary.db") };
    Store::open(&settings, clock.clone()).await.expect("opens")
}

fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, more) => *into = more,
    }
}

fn webhook(name: &str, fake: &Fake) -> Receiver {
    let mut webhook = Webhook::new(&fake.url()).expect("is an address");
    webhook.timeout = Duration::from_millis(200);
    Receiver { name: name.to_owned(), kind: ReceiverKind::Webhook(webhook) }
}

fn slack(fake: &Fake) -> Receiver {
    let mut slack = Slack::new(&fake.url()).expect("is an address");
    slack.group_wait = Duration::ZERO;
    Receiver { name: "slack".to_owned(), kind: ReceiverKind::Slack(slack) }
}

const DOWN: &str = "
- id: down
  kind: runs
  title: Monitor failed
  consecutive: {warn: 1, crit: 2}
  window: 2h
";

#[tokio::test]
async fn a_monitor_fails_gets_worse_and_recovers() {
    let fake = Fake::start(start(), vec![]).await;
    let mut play = Play::of(DOWN, vec![webhook("hook", &fake)]).await;
    fake.follow(&play.clock);
    play.run("shop", "eu", "passed").await;
    play.run_to(300).await;
    play.run("shop", "eu", "failed").await;
    play.run_to(600).await;
    play.run("shop", "eu", "failed").await;
    play.run_to(900).await;
    play.run("shop", "eu", "error").await;
    play.run_to(1200).await;
    play.run("shop", "eu", "passed").await;
    play.run_to(1500).await;
    fake.wants(&[
        (300, 370, "alert.fired", "warning"),
        (600, 670, "alert.changed", "critical"),
        (1200, 1270, "alert.resolved", "critical"),
    ]);
    let alerts = play.alerts().await;
    let actions: Vec<&str> = alerts.iter().filter_map(|alert| alert["event"]["action"].as_str()).collect();
    assert_eq!(actions, ["open", "active", "close"]);
}

#[tokio::test]
async fn a_message_says_what_a_person_needs() {
    let fake = Fake::start(start(), vec![]).await;
    let mut play = Play::of(DOWN, vec![webhook("hook", &fake)]).await;
    fake.follow(&play.clock);
    let run = play.run("shop", "eu", "failed").await;
    play.run_to(60).await;
    let mut body = fake.bodies().pop().expect("a message came");
    let text = body.to_string().replace(&run, "RUN");
    body = serde_json::from_str(&text).expect("is JSON");
    insta::assert_json_snapshot!(body, {".id" => "[id]", ".alert.evidence.documents[0]._id" => "[document]"});
    let mut alert = play.alerts().await.pop().expect("is written");
    let text = alert.to_string().replace(&run, "RUN");
    alert = serde_json::from_str(&text).expect("is JSON");
    insta::assert_json_snapshot!(alert, {".documents[0]._id" => "[document]", ".alert.evidence.documents[0]._id" => "[document]"});
}

#[tokio::test]
async fn retry_after_is_obeyed_and_waiting_states_become_one() {
    let answers = vec![Answer::Busy(120), Answer::Ok];
    let fake = Fake::start(start(), answers).await;
    let mut play = Play::of(DOWN, vec![webhook("hook", &fake)]).await;
    fake.follow(&play.clock);
    play.run("shop", "eu", "failed").await;
    play.run_to(60).await;
    play.run("shop", "eu", "passed").await;
    play.run_to(400).await;
    // The first attempt, and two minutes later one message that tells the end and carries both.
    fake.wants(&[(1, 70, "alert.fired", "warning"), (121, 200, "alert.resolved", "warning")]);
    let last = fake.bodies().pop().expect("a message came");
    assert_eq!(last["collapsed"].as_array().map(Vec::len), Some(1), "{last}");
}

#[tokio::test]
async fn broken_receivers_are_tried_until_they_work() {
    let answers = vec![Answer::Status(503), Answer::Reset, Answer::Silent, Answer::Status(500), Answer::Ok];
    let fake = Fake::start(start(), answers).await;
    let mut play = Play::of(DOWN, vec![webhook("hook", &fake)]).await;
    fake.follow(&play.clock);
    play.run("shop", "eu", "failed").await;
    play.run_to(300).await;
    let ids = fake.ids();
    assert_eq!(ids.len(), 5);
    assert!(ids.iter().all(|id| *id == ids[0]), "the same delivery each time: {ids:?}");
    assert!(play.watch().outbox().is_empty());
}

#[tokio::test]
async fn what_cannot_be_delivered_is_told_elsewhere() {
    let gone = Fake::start(start(), vec![Answer::Status(404); 9]).await;
    let well = Fake::start(start(), vec![]).await;
    let mut play = Play::of(
        "- {id: down, kind: runs, title: Monitor failed, consecutive: 1, receivers: [gone]}",
        vec![webhook("gone", &gone), webhook("well", &well)],
    )
    .await;
    gone.follow(&play.clock);
    well.follow(&play.clock);
    play.run("shop", "eu", "failed").await;
    play.run_to(120).await;
    assert_eq!(gone.ids().len(), 1, "what is refused is not tried again");
    let letter = well.bodies().pop().expect("a dead letter came");
    assert_eq!(letter["event"], "dead_letter");
    assert!(letter["alert"]["title"].as_str().is_some_and(|title| title.contains("`gone`")), "{letter}");
    assert!(
        letter["alert"]["message"].as_str().is_some_and(|text| text.contains("Monitor failed")),
        "{letter}"
    );
    let dead = play.store.deliveries(10).await.expect("is read");
    let statuses: Vec<&str> = dead.iter().map(|delivery| delivery.status.as_str()).collect();
    assert!(statuses.contains(&"dead") && statuses.contains(&"sent"), "{statuses:?}");
}

#[tokio::test]
async fn a_thousand_alerts_at_once_are_few_messages() {
    let fake = Fake::start(start(), vec![]).await;
    let mut play =
        Play::of("- {id: down, kind: runs, title: Monitor failed, consecutive: 1}", vec![slack(&fake)]).await;
    fake.follow(&play.clock);
    let mut records = Vec::new();
    for number in 0..1000 {
        let body = json!({
            "@timestamp": format!("{:.3}", play.clock.now()), "event": {"dataset": "canary.run"},
            "run": {"id": format!("r{number}"), "sequence": 1, "status": "failed"},
            "monitor": {"id": format!("monitor-{number}")}, "observer": {"name": "eu"},
        });
        records.push(Record::new(&body).expect("is a document"));
    }
    play.store.write(Batch::from(records)).await;
    play.run_to(60).await;
    let bodies = fake.bodies();
    assert!(bodies.len() <= 6, "{} messages", bodies.len());
    let told: usize = bodies
        .iter()
        .map(|body| {
            let header = body["attachments"][0]["blocks"][0]["text"]["text"].as_str().unwrap_or_default();
            header.split(' ').find_map(|word| word.parse::<usize>().ok()).unwrap_or(1)
        })
        .sum();
    assert_eq!(told, 1000);
    let times = fake.times();
    assert!(times.windows(2).all(|pair| pair[1] > pair[0]), "one message a second: {times:?}");
    assert!(play.watch().outbox().is_empty());
}

#[tokio::test]
async fn silenced_alerts_are_written_and_not_told() {
    let fake = Fake::start(start(), vec![]).await;
    let mut play = Play::of(DOWN, vec![webhook("hook", &fake)]).await;
    fake.follow(&play.clock);
    play.watch = None;
    play.silences = vec![Silence {
        id: "deploy".to_owned(),
        matchers: canary_notify::Matchers::default(),
        from: None,
        until: Some(at(600)),
    }];
    play.set(40);
    play.watch = Some(play.listener("two").await);
    play.run("shop", "eu", "failed").await;
    play.run_to(200).await;
    play.run("shop", "eu", "passed").await;
    play.run_to(300).await;
    fake.wants(&[]);
    let alerts = play.alerts().await;
    assert_eq!(alerts.len(), 2);
    assert_eq!(alerts[0]["kibana"]["alert"]["maintenance_window_ids"], json!(["deploy"]));
}

/// Where the listener is killed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Crash {
    BeforeCommit,
    BeforeSend,
    BeforeNote,
    AfterNote,
}

#[tokio::test]
async fn a_crash_at_any_step_loses_nothing() {
    for crash in [Crash::BeforeCommit, Crash::BeforeSend, Crash::BeforeNote, Crash::AfterNote] {
        let fake = Fake::start(start(), vec![]).await;
        let mut play = Play::of(DOWN, vec![webhook("hook", &fake)]).await;
        fake.follow(&play.clock);
        play.run("shop", "eu", "failed").await;
        play.set(60);
        if crash != Crash::BeforeCommit {
            play.tick().await;
        }
        if matches!(crash, Crash::BeforeNote | Crash::AfterNote) {
            let now = play.clock.now();
            let dispatch = play.watch().due(now).pop().expect("a message waits");
            let verdict = play.transport.send(&dispatch.receiver, &dispatch.message).await;
            if crash == Crash::AfterNote {
                play.watch().answer("hook", &verdict, now).await.expect("is noted");
            }
        }
        play.kill_and_restart().await;
        play.run_to(200).await;
        let ids = fake.ids();
        let repeats = usize::from(crash == Crash::BeforeNote);
        assert_eq!(ids.len(), 1 + repeats, "{crash:?}: {ids:?}");
        assert!(ids.iter().all(|id| *id == ids[0]), "{crash:?}: a repeat has the same id");
        let alerts = play.alerts().await;
        assert_eq!(alerts.len(), 1, "{crash:?}: no transition stands twice");
        play.run("shop", "eu", "passed").await;
        play.run_to(300).await;
        assert_eq!(
            fake.ids().len(),
            2 + repeats,
            "{crash:?}: the end is told to whom the beginning was told"
        );
    }
}

#[tokio::test]
async fn of_two_listeners_one_decides() {
    let fake = Fake::start(start(), vec![]).await;
    let mut play = Play::of(DOWN, vec![webhook("hook", &fake)]).await;
    fake.follow(&play.clock);
    // The first is paused with a message in its hands; its lease ends; the second takes over.
    play.run("shop", "eu", "failed").await;
    play.set(60);
    play.tick().await;
    let mut paused = play.watch.take().expect("there is a listener");
    let held = paused.due(play.clock.now());
    assert_eq!(held.len(), 1);
    assert!(
        play.store.acquire_lease(LEASE, "two", Duration::from_secs(30)).await.is_ok(),
        "60 s are longer than 30 s"
    );
    play.watch = Some(play.listener("two").await);
    play.run_to(120).await;
    assert_eq!(fake.ids().len(), 1);
    // The first wakes up: nothing that it wants to write is taken.
    play.run("shop", "eu", "failed").await;
    let now = play.clock.now();
    let late = paused.tick(now, true, Duration::from_secs(8)).await;
    assert!(matches!(late, Err(TickError::Fenced)), "{late:?}");
    let late = paused.answer("hook", &canary_notify::Verdict::Delivered, now).await;
    assert!(matches!(late, Err(TickError::Fenced)), "{late:?}");
    play.run_to(240).await;
    let mut ids = fake.ids();
    let sent = ids.len();
    ids.dedup();
    assert_eq!((sent, ids.len()), (2, 2), "fired and worse, once each");
    assert_eq!(play.alerts().await.len(), 2);
}

#[tokio::test]
async fn other_rules_take_over_what_is_known() {
    let fake = Fake::start(start(), vec![]).await;
    let mut play = Play::of(DOWN, vec![webhook("hook", &fake)]).await;
    fake.follow(&play.clock);
    play.run("shop", "eu", "failed").await;
    play.run_to(60).await;
    let problems = canary_rules::Problems::of("new.yaml");
    let rules = canary_rules::read(&DOWN.replace("warn: 1, crit: 2", "warn: 1, crit: 3"), &problems).rules;
    let now = play.clock.now();
    play.watch().replace_rules(rules, now).await.expect("are taken");
    play.run("shop", "eu", "failed").await;
    play.run_to(180).await;
    fake.wants(&[(1, 60, "alert.fired", "warning")]);
}

#[tokio::test]
async fn canarytrace_reporters_speak_with_their_own_words() {
    let rule = r#"
- type: match
  title: Failed check
  index: c.report
  timeRange: now-1h
  field: passed
  operator: must
  expected: false
  min: 1
  reporters:
  - {type: slack, score: 10, message: "Look at once."}
  - {type: slack, score: 80, message: "For the record."}
  - {type: email, score: 10, message: "By mail."}
"#;
    let (team, hook) = (Fake::start(start(), vec![]).await, Fake::start(start(), vec![]).await);
    let mut play = Play::of(rule, vec![slack(&team), webhook("hook", &hook)]).await;
    team.follow(&play.clock);
    hook.follow(&play.clock);
    play.run("shop", "eu", "failed").await;
    play.run_to(120).await;
    let said: Vec<String> = team.bodies().iter().map(Value::to_string).collect();
    assert!(said.len() == 1 && said[0].contains("Look at once."), "the most urgent one: {said:?}");
    assert_eq!(hook.bodies().len(), 1, "kinds that no reporter names follow the routes");
    let kept = play.folder.path().join("canary.db");
    assert!(kept.exists());
}
