//! What arrives, in which order, and what is said of what does not.

use std::time::Duration;

use canary_store::document::{
    BrowserClock, Console, ConsoleMessage, Cost, Noise, RunFields, RunStatus, StepCounts, Versions, Vitals,
};
use canary_store::{Clock as StoreClock, Kind, Query, StoreSettings};
use tempfile::TempDir;

use super::*;
use crate::settings::secret::Secret;

struct Bench {
    folder: TempDir,
    clock: Clock,
}

impl Bench {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), clock: Clock::start() }
    }

    fn header(&self) -> Header {
        Header {
            run: "run-1".into(),
            attempt: 1,
            monitor: MonitorRef { id: "shop".into(), name: None, tags: vec![] },
            observer: Observer::default(),
            script: ScriptRef::default(),
            labels: Default::default(),
        }
    }

    fn settings(&self) -> StoreSettings {
        StoreSettings::Sqlite { path: self.folder.path().join("canary.db") }
    }

    async fn recorder(&self, with_store: bool) -> Recorder {
        let store = match with_store {
            true => Some(Store::open(&self.settings(), StoreClock::system()).await.unwrap()),
            false => None,
        };
        self.recorder_into(store)
    }

    fn recorder_into(&self, store: Option<Store>) -> Recorder {
        let spool = SpoolPlace::new(self.folder.path().join("spool"));
        let redactor = Arc::new(Redactor::new(&[Secret::new("SHOP", "hunter22")]));
        Recorder::start(self.header(), store, spool, redactor, self.clock)
    }

    async fn finish(&self, recorder: Recorder) -> Run {
        let deadline = self.clock.instant() + Duration::from_secs(5);
        recorder.finish(self.clock.now(), deadline, |_| summary()).await
    }

    async fn stored(&self) -> Vec<canary_store::Row> {
        let store = Store::open(&self.settings(), StoreClock::system()).await.unwrap();
        store.query(&Query::default()).await.unwrap()
    }
}

fn summary() -> Run {
    Run {
        run: RunFields {
            status: RunStatus::Passed,
            delivery: Delivery::Complete,
            duration: 1.0,
            slot: None,
            steps: StepCounts::default(),
        },
        failure: None,
        vitals: Vitals::default(),
        cost: Cost::default(),
        noise: Noise::default(),
        clock: BrowserClock::default(),
        versions: Versions::default(),
        attachments: vec![],
    }
}

fn message(text: &str) -> Console {
    Console { console: ConsoleMessage { text: Some(text.to_owned()), ..ConsoleMessage::default() } }
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, test)
}

#[test]
fn documents_are_numbered_once_and_the_summary_is_last() {
    run(async {
        let bench = Bench::new();
        let recorder = bench.recorder(true).await;
        for number in 0..1_200 {
            recorder.record(bench.clock.now(), &Context::default(), message(&format!("message {number}")));
        }
        let finished = bench.finish(recorder).await;
        assert_eq!(finished.run.delivery, Delivery::Complete);
        assert_eq!(finished.cost.documents, Some(1_201));
        let rows = bench.stored().await;
        assert_eq!(rows.len(), 1_201);
        for (number, row) in rows.iter().enumerate() {
            assert_eq!(row.id.as_str(), format!("run-1-{number}"));
        }
        assert_eq!(rows.last().map(|row| row.kind), Some(Kind::Run));
    });
}

#[test]
fn secrets_do_not_leave() {
    run(async {
        let bench = Bench::new();
        let recorder = bench.recorder(true).await;
        recorder.record(bench.clock.now(), &Context::default(), message("login with hunter22"));
        bench.finish(recorder).await;
        let rows = bench.stored().await;
        assert_eq!(rows[0].body["console"]["text"], "login with [redacted:SHOP]");
    });
}

#[test]
fn without_a_store_everything_waits_in_the_spool() {
    run(async {
        let bench = Bench::new();
        let recorder = bench.recorder(false).await;
        recorder.record(bench.clock.now(), &Context::default(), message("hello"));
        let finished = bench.finish(recorder).await;
        assert_eq!(finished.run.delivery, Delivery::Spooled);
        assert_eq!(finished.cost.documents, Some(2));
        let spool = SpoolPlace::open(bench.folder.path().join("spool")).await.unwrap();
        let store = Store::open(&bench.settings(), StoreClock::system()).await.unwrap();
        spool.replay(&store).await.unwrap();
        let rows = bench.stored().await;
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1].body["run"]["delivery"], "spooled");
        assert_eq!(rows[1].body["run"]["sequence"], 1);
    });
}

#[test]
fn a_store_that_goes_away_in_mid_run_loses_and_doubles_nothing() {
    run(async {
        let bench = Bench::new();
        let store = Store::open(&bench.settings(), StoreClock::system()).await.unwrap();
        let recorder = bench.recorder_into(Some(store.clone()));
        for number in 0..40 {
            recorder.record(bench.clock.now(), &Context::default(), message(&format!("before {number}")));
        }
        recorder.settle(bench.clock.instant() + Duration::from_secs(5)).await;
        store.close().await;
        for number in 0..40 {
            recorder.record(bench.clock.now(), &Context::default(), message(&format!("after {number}")));
        }
        let finished = bench.finish(recorder).await;
        assert_eq!(finished.run.delivery, Delivery::Spooled);
        assert_eq!(bench.stored().await.len(), 40);

        let spool = SpoolPlace::open(bench.folder.path().join("spool")).await.unwrap();
        let store = Store::open(&bench.settings(), StoreClock::system()).await.unwrap();
        let replay = spool.replay(&store).await.unwrap();
        assert_eq!((replay.accepted, replay.duplicate), (41, 0));
        let mut sequences: Vec<_> =
            bench.stored().await.iter().map(|row| row.body["run"]["sequence"].as_u64().unwrap()).collect();
        sequences.sort_unstable();
        assert_eq!(sequences, (0..81).collect::<Vec<_>>());
    });
}

#[test]
fn without_store_and_spool_the_loss_is_counted() {
    run(async {
        let bench = Bench::new();
        // A file where the spool's folder should be.
        std::fs::write(bench.folder.path().join("spool"), "").unwrap();
        let recorder = bench.recorder(false).await;
        recorder.record(bench.clock.now(), &Context::default(), message("hello"));
        let finished = bench.finish(recorder).await;
        assert_eq!(finished.run.delivery, Delivery::Partial);
        assert_eq!(finished.cost.dropped.get("spool"), Some(&1));
    });
}

#[test]
fn a_batch_leaves_while_the_run_goes_on() {
    run(async {
        let bench = Bench::new();
        let recorder = bench.recorder(true).await;
        recorder.record(bench.clock.now(), &Context::default(), message("early"));
        recorder.settle(bench.clock.instant() + Duration::from_secs(5)).await;
        assert_eq!(bench.stored().await.len(), 1);
        bench.finish(recorder).await;
    });
}
