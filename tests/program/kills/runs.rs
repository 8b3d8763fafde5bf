//! Runs and browsers that are killed: each run's documents are there without a gap up to its last, once.

use std::time::Duration;

use super::{Arena, Luck, tell};
use crate::books::accounts;
use crate::programs::{Finished, program, signal};

/// Who is killed.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Victim {
    Runner,
    Browser,
}

const SCRIPT: &str = "import { test, expect } from '@playwright/test';
test('a visit', async ({ page }) => {
  for (const path of ['/', '/catalogue', '/size-guide', '/']) {
    await test.step(path, async () => { await page.goto(path); await page.waitForTimeout(250); });
  }
});
";

/// Longer than a run takes on an idle machine; a victim that is gone by then was not killed and does not count.
const LIFE: Duration = Duration::from_secs(3);

/// Kills so many runs or browsers and counts what is left.
pub(super) async fn kill_runs(arena: &Arena, victim: Victim, kills: usize) {
    let Arena { workplace, shop, store } = arena;
    workplace.write("visit.spec.ts", SCRIPT);
    let arguments = ["visit.spec.ts", "--store", store, "--base-url", shop.url()];
    let mut luck = Luck::new();
    let (mut begun, mut killed) = (0, 0);
    while killed < kills {
        assert!(begun < 8 * kills + 8, "only {killed} of {begun} runs could be killed");
        let mut child = workplace.canary_run(&arguments).spawn().unwrap();
        begun += 1;
        tokio::time::sleep(luck.between(Duration::ZERO, LIFE)).await;
        let alive = child.try_wait().unwrap().is_none();
        let target = match victim {
            Victim::Runner => child.id().filter(|_| alive),
            Victim::Browser => workplace.main_browser(),
        };
        // What ended this very moment cannot be killed any more.
        let hit = target.is_some_and(|id| crate::programs::try_signal(id, "-KILL"));
        killed += usize::from(hit);
        let finished = Finished::of(child).await;
        workplace.no_browser_left().await;
        if victim == Victim::Browser || !hit {
            let expected = if hit { [Some(0), Some(4)] } else { [Some(0); 2] };
            assert!(expected.contains(&finished.code()), "{finished:#?}");
        }
    }
    let last = workplace.run(&arguments).await;
    assert_eq!(last.code(), Some(0), "{last:#?}");

    let accounts = accounts(store).await;
    let ended = accounts.values().filter(|account| account.end.is_some()).count();
    let documents: usize = accounts.values().map(|account| account.kinds.len()).sum();
    tell(&format!(
        "{killed} killed of {begun} begun: {} known, {ended} ended, {documents} documents",
        accounts.len()
    ));
    match victim {
        Victim::Runner => {
            assert!(
                accounts.len() <= begun + 1 && accounts.len() > begun - killed,
                "{} known",
                accounts.len()
            );
            assert!(ended > begun - killed, "who was not killed has come to an end");
        }
        Victim::Browser => assert_eq!((accounts.len(), ended), (begun + 1, begun + 1), "all came to an end"),
    }
}

/// Kills runs whose store takes nothing, while they write the spool; a replay brings what was written.
pub(super) async fn kill_spooling_runs(arena: &Arena, kills: usize) {
    let Arena { workplace, shop, store } = arena;
    workplace.write("visit.spec.ts", &SCRIPT.replace("250", "2_000"));
    let arguments = ["visit.spec.ts", "--store", "ndjson:/dev/full", "--base-url", shop.url()];
    let mut luck = Luck::new();
    for _ in 0..kills {
        let child = workplace.canary_run(&arguments).spawn().unwrap();
        // The store is given up after three seconds.
        tokio::time::sleep(luck.between(Duration::from_secs(3), Duration::from_secs(8))).await;
        signal(child.id().unwrap(), "-KILL");
        Finished::of(child).await;
        workplace.no_browser_left().await;
    }
    let last = workplace.run(&arguments).await;
    assert_eq!((last.code(), &last.summary()["delivery"]), (Some(5), &"spooled".into()), "{last:#?}");
    let replay = async || {
        let mut replay = workplace.command(&program("canary"));
        let finished = Finished::of(replay.args(["replay", "--store", store]).spawn().unwrap()).await;
        assert_eq!(finished.code(), Some(0), "{finished:#?}");
        finished.stdout
    };
    let said = replay().await;
    let accounts = accounts(store).await;
    let documents: usize = accounts.values().map(|account| account.kinds.len()).sum();
    tell(&format!("{kills} killed: {} known, {documents} documents, {}", accounts.len(), said.trim()));
    assert!(said.starts_with(&format!("{documents} documents delivered, 0 were there already")), "{said}");
    assert!(accounts.len() <= kills + 1);
    assert_eq!(accounts.values().filter(|account| account.end.is_some()).count(), 1, "the last one ended");
    assert!(replay().await.starts_with("0 documents delivered"));
}
