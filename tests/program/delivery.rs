//! Documents on their way to Elasticsearch while it goes away, is unwell, and comes back.

use std::time::Duration;

use canary_tests::gate::{Fate, Gate, Mood};
use canary_tests::tls::Front;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::books::{Account, accounts, elasticsearch, elasticsearch_url};
use crate::certificates::{certificate, certified};
use crate::programs::{Finished, Workplace, program};

/// A site of plain pages that are the same each time, with a turnstile between them: whoever comes there waits
/// until the test lets it through.
struct Site {
    url: String,
    guests: mpsc::UnboundedReceiver<Guest>,
}

/// Somebody who waits at the turnstile.
struct Guest(TcpStream);

/// A page without anything that the browser would load or paint at a time of its own.
const PAGE: &str = "<!doctype html><title>The Perch</title><link rel=icon href='data:,'>";

impl Site {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (coming, guests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let coming = coming.clone();
                tokio::spawn(async move {
                    let mut request = [0; 8192];
                    let read = client.read(&mut request).await.unwrap_or_default();
                    if request[..read].starts_with(b"GET /turnstile") {
                        coming.send(Guest(client)).unwrap_or_default();
                    } else if read > 0 {
                        answer(client, PAGE).await;
                    }
                });
            }
        });
        Self { url, guests }
    }

    async fn guest(&mut self) -> Guest {
        let coming = tokio::time::timeout(Duration::from_secs(60), self.guests.recv()).await;
        coming.expect("the script comes by").unwrap()
    }
}

impl Guest {
    async fn let_through(self) {
        answer(self.0, "ok").await;
    }
}

async fn answer(mut client: TcpStream, body: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // A browser that was ended does not listen any more.
    drop(client.write_all((head + body).as_bytes()).await);
    drop(client.shutdown().await);
}

/// A monitor whose script passes the turnstile twice, and a store behind a gate.
struct Scene {
    workplace: Workplace,
    site: Site,
    gate: Gate,
    /// The store as the runner reaches it, and as it is.
    store: String,
    behind: String,
}

/// What the second step expects, so that the run passes or fails.
const TITLE: &str = "The Perch";

impl Scene {
    async fn new(title: &str) -> Self {
        let workplace = Workplace::new();
        let site = Site::open().await;
        let url = elasticsearch_url();
        let gate = Gate::before(&url).unwrap();
        let behind = elasticsearch(&workplace, &url).await;
        let store = behind.replace(&url, gate.url());
        workplace.write("visit.spec.ts", &script(title));
        // Entries come when the browser has painted, and differ from run to run.
        workplace.write("canary.yaml", "observe: {entries: false}\n");
        Self { workplace, site, gate, store, behind }
    }

    /// Plays the monitor and does something to the store while the script stands at the turnstile.
    async fn play(&mut self, first: impl AsyncFnOnce(&Self), second: impl AsyncFnOnce(&Self)) -> Finished {
        let arguments = ["visit.spec.ts", "--store", &self.store, "--base-url", &self.site.url];
        let child = self.workplace.canary_run(&arguments).spawn().unwrap();
        let guest = self.site.guest().await;
        first(self).await;
        guest.let_through().await;
        let guest = self.site.guest().await;
        second(self).await;
        guest.let_through().await;
        Finished::of(child).await
    }

    async fn undisturbed(&mut self) -> Finished {
        self.play(async |_| {}, async |_| {}).await
    }

    async fn replay(&self) -> Finished {
        let mut replay = self.workplace.command(&program("canary"));
        Finished::of(replay.args(["replay", "--store", &self.store]).spawn().unwrap()).await
    }

    /// Returns how many files wait in the spool.
    fn waiting(&self) -> usize {
        let spool = self.workplace.path().join("canary-spool");
        std::fs::read_dir(spool).map_or(0, |files| files.flatten().count())
    }

    /// Returns the runs that the store holds, in the order in which they began.
    async fn accounts(&self) -> Vec<Account> {
        accounts(&self.behind).await.into_values().collect()
    }
}

fn script(title: &str) -> String {
    format!(
        "import {{ test, expect }} from '@playwright/test';
test('a visit', async ({{ page }}) => {{
  await test.step('come in', async () => {{ await page.goto('/first'); }});
  await page.request.get('/turnstile', {{ timeout: 60_000 }});
  await test.step('look around', async () => {{ await page.goto('/second'); }});
  await page.request.get('/turnstile', {{ timeout: 60_000 }});
  await test.step('leave', async () => {{ await expect(page).toHaveTitle(/{title}/, {{ timeout: 200 }}); }});
}});
"
    )
}

/// Waits until something has come to pass.
async fn until(what: &str, come: impl Fn() -> bool) {
    for _ in 0..600 {
        if come() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not come to pass");
}

/// Nothing of a run that lost its store is missing or double once it was replayed, and its end is that of a run
/// that did not.
async fn check_gone(title: &str, code: i32, status: &str, undisturbed: i32) {
    let mut scene = Scene::new(title).await;
    let lost = scene
        .play(
            async |scene| scene.gate.set(Mood::Shut),
            async |scene| until("a bulk that is cut", || scene.gate.bulks(Fate::Cut) > 0).await,
        )
        .await;
    assert_eq!(lost.code(), Some(code), "{lost:#?}");
    let summary = lost.summary();
    assert_eq!((&summary["status"], &summary["delivery"]), (&status.into(), &"spooled".into()));
    scene.workplace.no_browser_left().await;

    let refused = scene.replay().await;
    assert_eq!(refused.code(), Some(1), "nobody is there to replay to: {refused:#?}");
    scene.gate.set(Mood::Open);
    let replayed = scene.replay().await;
    assert_eq!(replayed.code(), Some(0), "{replayed:#?}");
    assert_eq!(scene.waiting(), 0, "nothing waits any more");
    let again = scene.replay().await;
    assert!(again.stdout.starts_with("0 documents delivered"), "{again:#?}");

    let finished = scene.undisturbed().await;
    assert_eq!(finished.code(), Some(undisturbed), "{finished:#?}");
    assert_eq!(finished.summary()["delivery"], "complete");
    let accounts = scene.accounts().await;
    let [lost, whole] = accounts.as_slice() else { panic!("not two runs: {accounts:#?}") };
    assert_eq!(lost.kinds, whole.kinds);
    let [lost, whole] = [lost, whole].map(|account| account.end.as_ref().unwrap());
    assert_eq!((&lost["run"]["status"], &lost["run"]["delivery"]), (&status.into(), &"spooled".into()));
    assert_eq!((&whole["run"]["status"], &whole["run"]["delivery"]), (&status.into(), &"complete".into()));
    assert_eq!(lost["run"]["steps"], whole["run"]["steps"]);
}

#[tokio::test]
async fn a_run_that_loses_elasticsearch_ends_as_it_would_have_and_is_whole_after_a_replay() {
    check_gone(TITLE, 5, "passed", 0).await;
}

#[tokio::test]
async fn a_failing_run_that_loses_elasticsearch_tells_of_the_failure() {
    check_gone("Nowhere", 1, "failed", 1).await;
}

#[tokio::test]
async fn the_next_run_brings_what_waits() {
    let mut scene = Scene::new(TITLE).await;
    scene.gate.set(Mood::Shut);
    let lost = scene.undisturbed().await;
    assert_eq!((lost.code(), &lost.summary()["delivery"]), (Some(5), &"spooled".into()), "{lost:#?}");
    assert!(scene.waiting() > 0);
    scene.gate.set(Mood::Open);
    let next = scene.undisturbed().await;
    assert_eq!(next.code(), Some(0), "{next:#?}");
    assert_eq!(scene.waiting(), 0);
    let accounts = scene.accounts().await;
    let [lost, whole] = accounts.as_slice() else { panic!("not two runs: {accounts:#?}") };
    assert_eq!(lost.kinds, whole.kinds);
}

/// A server that is unwell and gets better while the run goes on has everything at its end.
async fn check_unwell(mood: Mood, better: impl AsyncFnOnce(&Scene)) {
    let mut scene = Scene::new(TITLE).await;
    let finished = scene.play(async |scene| scene.gate.set(mood), better).await;
    assert_eq!(finished.code(), Some(0), "{finished:#?}");
    assert_eq!(finished.summary()["delivery"], "complete");
    assert!(scene.gate.bulks(Fate::Answered) > 0, "it was unwell");
    assert_eq!(scene.waiting(), 0);
    let accounts = scene.accounts().await;
    let [account] = accounts.as_slice() else { panic!("not one run: {accounts:#?}") };
    assert_eq!(account.end.as_ref().unwrap()["run"]["delivery"], "complete");
}

#[tokio::test]
async fn a_server_that_is_unwell_for_a_moment_gets_everything() {
    for status in [503, 429] {
        check_unwell(Mood::Unwell { status, times: 5 }, async |_| {}).await;
    }
    check_unwell(Mood::Refusing { status: 429, times: 5 }, async |_| {}).await;
}

#[tokio::test]
async fn a_server_that_is_unwell_until_documents_are_spooled_gets_everything() {
    let for_long = Mood::Unwell { status: 503, times: usize::MAX };
    check_unwell(for_long, async |scene| {
        until("documents in the spool", || scene.waiting() > 0).await;
        scene.gate.set(Mood::Open);
    })
    .await;
}

/// Elasticsearch behind a certificate of one's own authority.
#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_where_it_is_named_and_only_there() {
    let workplace = Workplace::new();
    let url = elasticsearch_url();
    let behind = elasticsearch(&workplace, &url).await;
    let (server, authority) = certified(&workplace).await;
    let stranger = certificate(&workplace, "stranger", &[]).await;
    let front = Front::before(&url, &server).unwrap();
    let site = Site::open().await;
    let page = format!("{}/first", site.url);
    let run = async |ca: &str| {
        let store = format!("{}{ca}", behind.replace(&url, front.url()));
        let finished = workplace.run(&[&page, "--monitor", "page", "--store", &store]).await;
        let mut probe = workplace.command(&program("canary"));
        let setup = probe.args(["setup", "elasticsearch", "--store", &store]).spawn().unwrap();
        (finished, Finished::of(setup).await)
    };
    let trusted = format!("&ca={authority}");
    let (finished, setup) = run(&trusted).await;
    assert_eq!((finished.code(), setup.code()), (Some(0), Some(0)), "{finished:#?} {setup:#?}");
    assert_eq!(accounts(&behind).await.len(), 1);

    let wrong = format!("&ca={}", stranger.certificate.display());
    for (ca, says) in
        [(wrong.as_str(), "UnknownIssuer"), ("", "UnknownIssuer"), ("&ca=/no/such/ca.pem", "/no/such/ca.pem")]
    {
        let (finished, setup) = run(ca).await;
        assert_eq!(finished.code(), Some(5), "the site was fine, the documents wait: {finished:#?}");
        assert_eq!(finished.summary()["delivery"], "spooled");
        assert!(finished.stderr.contains(says), "`{says}` is not in {}", finished.stderr);
        assert_ne!(setup.code(), Some(0));
        assert!(setup.stderr.contains(says), "`{says}` is not in {}", setup.stderr);
    }
}
