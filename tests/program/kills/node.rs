//! An Elasticsearch that is killed under runs and a listener, and comes back with what it had.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::time::Duration;

use canary_tests::receiver::Receiver;
use canary_tests::shop::Shop;
use tokio::process::Child;

use super::listeners::{RULES, check_told, listener, transitions};
use super::{Arena, Luck, tell};
use crate::books::{accounts, elasticsearch};
use crate::listener::get;
use crate::programs::{Finished, Workplace, program, signal, signal_group};

/// A node of its own, on a port that stays the same.
struct Node {
    port: u16,
    child: Option<Child>,
}

/// How long a node may take: 16 s on an idle machine.
const START: Duration = Duration::from_secs(240);

impl Node {
    async fn new(workplace: &Workplace) -> Self {
        // Started as root it drops to `nobody`, who must come in.
        std::fs::set_permissions(workplace.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut node = Self { port: free.local_addr().unwrap().port(), child: None };
        drop(free);
        node.start(workplace).await;
        node
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    async fn start(&mut self, workplace: &Workplace) {
        let mut xtask = workplace.command(&program("xtask"));
        xtask.args(["elasticsearch", "--data", "node", "--port", &self.port.to_string()]);
        let log = std::fs::File::create(workplace.path().join("node.log")).unwrap();
        xtask.stdout(log).stderr(Stdio::null()).process_group(0);
        let child = self.child.insert(xtask.spawn().unwrap());
        let address = format!("127.0.0.1:{}", self.port);
        let path = "/_cluster/health?wait_for_status=yellow&timeout=30s";
        let up = tokio::time::timeout(START, async {
            loop {
                let ended = child.try_wait().unwrap();
                assert_eq!(ended, None, "{:?}", std::fs::read_to_string(workplace.path().join("node.log")));
                match get(&address, path).await {
                    Ok(answer) if answer.starts_with("HTTP/1.1 200") => return,
                    _ => tokio::time::sleep(Duration::from_millis(200)).await,
                }
            }
        });
        up.await.expect("Elasticsearch comes up");
    }

    /// Kills launcher and server at once.
    async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            signal_group(child.id().unwrap(), "-KILL");
            child.wait().await.unwrap();
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(id) = self.child.as_ref().and_then(Child::id) {
            signal_group(id, "-KILL");
        }
    }
}

fn script(expectation: &str) -> String {
    format!(
        "import {{ test, expect }} from '@playwright/test';
test('a visit', async ({{ page }}) => {{
  for (const path of ['/', '/catalogue', '/size-guide']) {{
    await test.step(path, async () => {{ await page.goto(path); await page.waitForTimeout(600); }});
  }}
  {expectation}
}});
"
    )
}

/// How long such a run takes at least.
const RUN: Duration = Duration::from_millis(2_500);

/// Brings what waits to a server that has just come back, and may need a moment more.
async fn replay(workplace: &Workplace, store: &str) {
    let mut said = String::new();
    for _ in 0..10 {
        let mut replay = workplace.command(&program("canary"));
        let replayed = Finished::of(replay.args(["replay", "--store", store]).spawn().unwrap()).await;
        if replayed.code() == Some(0) {
            return;
        }
        said = replayed.stdout + &replayed.stderr;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    panic!("what waits is not taken: {said}");
}

/// Kills the node so many times while a monitor fails and recovers, and counts what it has in the end.
pub(super) async fn kill_nodes(kills: usize) {
    let workplace = Workplace::new();
    let mut node = Node::new(&workplace).await;
    let store = elasticsearch(&workplace, &node.url()).await;
    let arena = Arena { workplace, shop: Shop::open().unwrap(), store };
    let Arena { workplace, shop, store } = &arena;
    workplace.write("rules.yaml", RULES);
    workplace.write("pass.spec.ts", &script(""));
    workplace.write("fail.spec.ts", &script("expect(1).toBe(2);"));
    let hook = Receiver::open().unwrap();
    let mut watching = listener(workplace, store, &hook, &[]);
    let watching = watching.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();

    let mut luck = Luck::new();
    let mut spooled = 0;
    for round in 0..kills {
        let (name, codes) = if round % 2 == 0 { ("fail.spec.ts", [1, 1]) } else { ("pass.spec.ts", [0, 5]) };
        let arguments = [name, "--monitor", "visit", "--store", store, "--base-url", shop.url()];
        let run = workplace.canary_run(&arguments).spawn().unwrap();
        tokio::time::sleep(luck.between(Duration::ZERO, RUN)).await;
        node.kill().await;
        let finished = Finished::of(run).await;
        assert!(codes.map(Some).contains(&finished.code()), "{finished:#?}");
        workplace.no_browser_left().await;
        spooled += usize::from(finished.summary()["delivery"] == "spooled");
        node.start(workplace).await;
        replay(workplace, store).await;
        transitions(store, round + 1).await;
    }
    signal(watching.id().unwrap(), "-TERM");
    assert_eq!(Finished::of(watching).await.code(), Some(0));

    let accounts = accounts(store).await;
    let ended = accounts.values().filter(|account| account.end.is_some()).count();
    let documents: usize = accounts.values().map(|account| account.kinds.len()).sum();
    assert_eq!((accounts.len(), ended), (kills, kills), "every run is whole");
    let repeats = check_told(store, &hook, kills).await;
    tell(&format!(
        "{kills} killed under as many runs: {spooled} spooled, {documents} documents, {kills} transitions, \
         {repeats} messages repeated"
    ));
    node.kill().await;
}
