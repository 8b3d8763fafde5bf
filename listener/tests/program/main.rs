//! The program itself: its exit codes, its end, and what survives `kill -9`.

mod elasticsearch;
mod kills;
mod receiver;

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use canary_store::{Batch, Clock, Record, RunId, Store, StoreSettings};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use receiver::Receiver;

#[expect(clippy::disallowed_methods, reason = "the program under test is a process")]
fn listener(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_canary-listener"));
    command.current_dir(folder).args(arguments).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = listener(folder, arguments).output().expect("starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

/// A child that does not outlive the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Running {
    fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.0);
        kill_process(pid, signal).expect("is alive");
    }

    /// Waits for the end, which must come soon.
    fn end(&mut self) -> Option<i32> {
        for _ in 0..1000 {
            if let Some(status) = self.0.try_wait().expect("can be asked") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the program did not end within ten seconds");
    }
}

fn start(folder: &Path, arguments: &[&str]) -> Running {
    let child = listener(folder, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Running(child.expect("starts"))
}

async fn store(folder: &Path) -> Store {
    let settings = StoreSettings::Sqlite { path: folder.join("canary.db") };
    Store::open(&settings, Clock::system()).await.expect("opens")
}

async fn ended(store: &Store, monitor: &str, status: &str) {
    let now = Clock::system().now();
    let body = json!({
        "@timestamp": format!("{now:.3}"), "event": {"dataset": "canary.run"},
        "run": {"id": RunId::at(now).to_string(), "sequence": 1, "status": status},
        "monitor": {"id": monitor}, "observer": {"name": "here"},
        "failure": {"step": "Pay", "message": "expected \"paid\", received \"refused\""},
    });
    let receipt = store.write(Batch::from(vec![Record::new(&body).expect("is a document")])).await;
    assert_eq!(receipt.accepted(), 1);
}

const RULES: &str = "- {id: down, kind: runs, title: Monitor failed, consecutive: 1, every: 1s}\n";

#[tokio::test]
async fn once_tells_what_failed_and_ends_with_zero() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(folder.path()).await;
    ended(&store, "shop", "failed").await;
    let (code, told, said) = run(folder.path(), &["run", "--once", "--store", "sqlite:canary.db"]);
    assert_eq!(code, 0, "{said}");
    for words in
        ["FIRING warning  Monitor failed — shop", "Pay", "expected \"paid\"", "canary documents --store"]
    {
        assert!(told.contains(words), "{words} is missing in\n{told}");
    }
    let (code, told, _) = run(folder.path(), &["run", "--once", "--store", "sqlite:canary.db"]);
    assert_eq!((code, told.as_str()), (0, ""), "what was told is not told again");
    ended(&store, "shop", "passed").await;
    let (code, told, _) = run(folder.path(), &["run", "--once", "--store", "sqlite:canary.db"]);
    assert!(code == 0 && told.contains("RESOLVED"), "{told}");
}

#[tokio::test]
async fn each_ending_has_its_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    std::fs::write(here.join("bad.yaml"), "- {kind: threshold}\n").expect("is written");
    std::fs::write(here.join("good.yaml"), RULES).expect("is written");
    std::fs::write(here.join("not.db"), "this is no database, and long enough to be seen as none")
        .expect("is written");
    let check = |arguments: &[&str], code: i32, words: &str| {
        let (ended, told, said) = run(here, arguments);
        assert_eq!(ended, code, "{arguments:?}: {told}{said}");
        assert!(told.contains(words) || said.contains(words), "{arguments:?}: {told}{said}");
    };
    check(&["check", "good.yaml"], 0, "good.yaml: 1 rules are fine");
    check(&["check", "bad.yaml"], 2, "bad.yaml:1:3: [0]: the key `id` is missing");
    check(&["run", "--once", "--rules", "bad.yaml"], 2, "the key `id` is missing");
    check(&["run", "--once", "--store", "sqlite:not.db"], 3, "the store cannot be opened");
    check(&["run", "--once", "--store", "sqlite:/dev/null/canary.db"], 3, "the store cannot be opened");
    check(&["defaults"], 0, "failed-runs");
    check(&["send-test", "terminal"], 0, "This is a test");
    check(&["send-test", "pager"], 2, "there is no receiver called `pager` (there are: terminal)");
    check(&["send-test", "webhook", "--webhook", "http://127.0.0.1:1/KEY"], 5, "failed to connect");
    check(&["run", "--no-such-flag"], 2, "unexpected argument");

    let store = store(here).await;
    let lease = store.acquire_lease("listener", "another", Duration::from_secs(60)).await.expect("is free");
    check(&["run", "--once", "--lease-ttl-secs", "1"], 4, "another listener works on this store");
    store.release_lease(&lease).await.expect("is given back");
    check(&["run", "--once"], 0, "all rules were evaluated");
}

#[tokio::test]
async fn it_ends_at_once_when_told_and_sends_what_it_has() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("rules.yaml"), RULES).expect("is written");
    let receiver = Receiver::start(Duration::from_millis(400));
    let store = store(folder.path()).await;
    ended(&store, "shop", "failed").await;
    let url = receiver.url();
    let arguments =
        ["run", "--rules", "rules.yaml", "--webhook", &url, "--listen", "off", "--tick-secs", "1"];
    let mut running = start(folder.path(), &arguments);
    receiver.wait_for(1);
    running.signal(Signal::TERM);
    assert_eq!(running.end(), Some(0));
    let deliveries = store.deliveries(10).await.expect("are read");
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].status.as_str(), "sent", "the answer was waited for and noted");
    assert!(
        store.acquire_lease("listener", "next", Duration::from_secs(1)).await.is_ok(),
        "the lease was given back"
    );
}

#[tokio::test]
async fn nothing_is_lost_and_nothing_stands_twice_after_many_kills() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("sqlite:{}", folder.path().join("canary.db").display());
    kills::check(folder.path(), &address, 12).await;
}

#[tokio::test]
async fn pages_are_served_and_rules_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    std::fs::write(here.join("rules.yaml"), RULES.replace("consecutive: 1", "consecutive: 9"))
        .expect("is written");
    let receiver = Receiver::start(Duration::ZERO);
    let store = store(here).await;
    ended(&store, "shop", "failed").await;
    let url = receiver.url();
    let address = receiver::free_address();
    let arguments =
        ["run", "--rules", "rules.yaml", "--webhook", &url, "--listen", &address, "--tick-secs", "1"];
    let mut running = start(here, &arguments);
    receiver::wait_until(|| {
        receiver::get(&address, "/healthz").is_some_and(|answer| answer.ends_with("leading\n"))
    });
    let metrics = receiver::get(&address, "/metrics").expect("answers");
    assert!(metrics.contains("canary_listener_leading 1"), "{metrics}");
    assert!(receiver::get(&address, "/").is_some_and(|page| page.contains("Nothing burns.")));
    std::fs::write(here.join("rules.yaml"), "- {kind: broken}\n").expect("is written");
    running.signal(Signal::HUP);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(receiver.ids().len(), 0, "broken rules change nothing");
    std::fs::write(here.join("rules.yaml"), RULES).expect("is written");
    running.signal(Signal::HUP);
    receiver.wait_for(1);
    running.signal(Signal::INT);
    assert_eq!(running.end(), Some(0));
}
