//! A disk that is full, for real: under the store, under the spool, under the attachments.

use std::path::Path;

use canary_tests::shop::Shop;
use serde_json::Value;

use super::script;
use crate::books::accounts;
use crate::chrome;
use crate::programs::{Finished, Workplace, program};

/// Runs a monitor in a shell in which the folder `small` has little room: a file system of its own where one may be
/// mounted. Elsewhere no file may grow beyond that, and the browser, whose files are larger, runs beside it. What is
/// in the folder afterwards is in `kept`.
async fn run(workplace: &Workplace, shop: &Shop, body: &str, kilobytes: u32, arguments: &[&str]) -> Finished {
    workplace.write("ending.spec.ts", &script(body));
    let unshare = async |arguments: &[&str]| {
        let mut unshare = workplace.command(Path::new("unshare"));
        unshare.args(arguments).args(["--mount", "true"]);
        Finished::of(unshare.spawn().unwrap()).await.status.success()
    };
    let as_root = ["--user", "--map-root-user"];
    let (mounts, limit) = (
        format!("mount -t tmpfs -o size={kilobytes}k tmpfs small"),
        format!("trap '' XFSZ; ulimit -f {kilobytes}"),
    );
    let shell = |room: &str| {
        format!("mkdir small kept && {room} && \"$@\"; code=$?; cp -r small/. kept/; exit $code")
    };
    let mut beside = None;
    let mut bash = match (unshare(&[]).await, unshare(&as_root).await) {
        (false, false) => {
            beside = Some(chrome::sidecar(workplace).await);
            let mut bash = workplace.command(Path::new("bash"));
            bash.args(["-c", &shell(&limit)]);
            bash
        }
        (root, _) => {
            let mut bash = workplace.command(Path::new("unshare"));
            bash.args(if root { &[][..] } else { &as_root }).args(["--mount", "bash", "-c", &shell(&mounts)]);
            bash
        }
    };
    bash.arg("bash").arg(program("canary")).args(["run", "--reporter", "json", "ending.spec.ts"]);
    bash.args(["--base-url", shop.url()]).args(arguments);
    if let Some(beside) = &beside {
        bash.args(["--browser", &beside.url]);
    }
    let finished = Finished::of(bash.spawn().unwrap()).await;
    drop(beside);
    workplace.no_browser_left().await;
    finished
}

fn check(finished: &Finished, code: i32, status: &str, delivery: &str, class: &str) -> Value {
    assert_eq!(finished.code(), Some(code), "{finished:#?}");
    let summary = finished.summary();
    assert_eq!(
        (&summary["status"], &summary["delivery"], &summary["failure"]["class"]),
        (&status.into(), &delivery.into(), &class.into()),
        "{finished:#?}"
    );
    summary
}

const VISIT: &str = "await page.goto('/'); await page.goto('/catalogue');";

#[tokio::test]
async fn under_the_store() {
    let (workplace, shop) = (Workplace::new(), Shop::open().unwrap());
    let finished = run(&workplace, &shop, VISIT, 160, &["--store", "sqlite:small/canary.db"]).await;
    check(&finished, 5, "passed", "spooled", "store");
    let told = ["database or disk is full", "disk I/O error"];
    assert!(told.iter().any(|reason| finished.stderr.contains(reason)), "{}", finished.stderr);

    let store = "sqlite:kept/canary.db";
    let mut replay = workplace.command(&program("canary"));
    let replayed = Finished::of(replay.args(["replay", "--store", store]).spawn().unwrap()).await;
    assert_eq!(replayed.code(), Some(0), "{replayed:#?}");
    let accounts = accounts(&format!("sqlite:{}", workplace.path().join("kept/canary.db").display())).await;
    let ends: Vec<_> = accounts.values().map(|account| account.end.is_some()).collect();
    assert_eq!(ends, [true], "it is whole by now");
}

#[tokio::test]
async fn under_the_store_and_the_spool() {
    let (workplace, shop) = (Workplace::new(), Shop::open().unwrap());
    workplace.write("canary.yaml", "spool: small/spool\n");
    let finished = run(&workplace, &shop, VISIT, 16, &["--store", "ndjson:/dev/full"]).await;
    let summary = check(&finished, 5, "passed", "partial", "store");
    let dropped = summary["cost"]["dropped"]["spool"].as_u64();
    assert!(dropped.is_some_and(|dropped| dropped > 0), "{summary:#}");
    let told = ["no space left for the spool", "File too large"];
    assert!(told.iter().any(|reason| finished.stderr.contains(reason)), "{}", finished.stderr);
}

#[tokio::test]
async fn under_the_attachments() {
    let (workplace, shop) = (Workplace::new(), Shop::open().unwrap());
    let body = "await page.goto('/'); expect(1).toBe(2);";
    let arguments = ["--store", "ndjson:/dev/null", "--attachments", "folder:small/attachments"];
    let finished = run(&workplace, &shop, body, 8, &arguments).await;
    let summary = check(&finished, 1, "failed", "complete", "assertion");
    let dropped = summary["cost"]["dropped"]["attachment"].as_u64();
    assert!(dropped.is_some_and(|dropped| dropped > 0), "{summary:#}");
}
