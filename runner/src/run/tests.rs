//! A bug of ours in the middle of a run.

use canary_store::{Clock as StoreClock, Kind, Query};

use super::*;
use crate::reporter::Stream;
use crate::settings::sources::{Environment, Sources};

async fn shared(folder: &TempDir) -> Shared {
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (store, spool) = (format!("sqlite:{}", file("canary.db")), file("spool"));
    let environment = Environment::from([
        ("CANARY_TARGETS", "http://127.0.0.1:1/"),
        ("CANARY_STORE", store.as_str()),
        ("CANARY_SPOOL", spool.as_str()),
        ("CANARY_ATTACHMENTS", "off"),
    ]);
    let (settings, _) = Settings::read(&Sources { environment, ..Sources::default() }).checked().unwrap();
    let redactor = Arc::new(Redactor::new(&[]));
    Shared {
        store: Some(Store::open(&settings.store, StoreClock::system()).await.unwrap()),
        attachments: None,
        reporter: Reporter::new(settings.reporter, Stream::Stderr, Arc::clone(&redactor)),
        checkout: Checkout::of_folder(folder.path().to_owned()),
        redactor,
        interrupt: Arc::default(),
        clock: Clock::start(),
        artifacts: TempDir::new().unwrap(),
        settings,
    }
}

#[test]
fn a_panic_ends_with_a_summary_and_an_exit_code_of_its_own() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let folder = TempDir::new().unwrap();
        let shared = shared(&folder).await;
        let target = Target::Urls(vec!["http://127.0.0.1:1/".to_owned()]);
        let plan = RunPlan::new(target, &shared.settings, shared.clock.now());
        let ended = whole(&plan, &shared, async |running| {
            running.recorder.record(shared.clock.now(), &Context::default(), Start::default());
            tokio::task::yield_now().await;
            let none: Option<u8> = None;
            panic!("numbers are off: {none:?}");
        })
        .await;

        let failure = ended.failure.unwrap();
        assert_eq!(failure.class, FailureClass::Internal);
        assert!(failure.message.unwrap().contains("a bug of Canary: numbers are off"));
        assert_eq!(exit::Exit::of(Some(failure.class)), exit::Exit::INTERNAL);
        assert_eq!(ended.delivery, Some(Delivery::Complete));
        let rows = shared.store.as_ref().unwrap().query(&Query::default()).await.unwrap();
        let kinds: Vec<_> = rows.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [Kind::Start, Kind::Start, Kind::Run], "what was recorded before it is there");
        assert_eq!(rows[2].body["failure"]["class"], "internal");
        assert_eq!(rows[2].body["run"]["status"], "error");
    });
}
