//! A disk that is full, for real: under the store, under the spool, under the attachments.

use std::path::Path;

use canary_tests::shop::Shop;
use serde_json::Value;

use super::script;
use crate::books::accounts;
use crate::programs::{Finished, Workplace, program};

/// Runs a monitor in a shell in which the folder `small` has little room: a file system of its own where one may be
/// mounted, else files that may not grow. What is in it afterwards is in `kept`.
async fn run(workplace: &Workplace, shop: &Shop, body: &str, kilobytes: u32, arguments: &[&str]) -> Finished {
    workplace.write("ending.spec.ts", &script(body));
    let shell = format!(
        "mkdir small kept\n\
         if [ \"$MOUNTED\" ]; then mount -t tmpfs -o size={kilobytes}k tmpfs small; else trap '' XFSZ; ulimit -f {kilobytes}; fi\n\
         \"$@\"; code=$?\n\
         ulimit -f unlimited 2>/dev/null; cp -r small/. kept/; exit $code\n"
    );
    let may_mount =
        Finished::of(workplace.command(Path::new("unshare")).args(["--mount", "true"]).spawn().unwrap())
            .await
            .status
            .success();
    let mut bash = if may_mount {
        let mut unshare = workplace.command(Path::new("unshare"));
        unshare.args(["--mount", "bash"]).env("MOUNTED", "yes");
        unshare
    } else {
        workplace.command(Path::new("bash"))
    };
    let canary = program("canary");
    bash.args(["-c", &shell, "bash"]).arg(canary).args(["run", "--reporter", "json", "ending.spec.ts"]);
    let finished = Finished::of(bash.args(["--base-url", shop.url()]).args(arguments).spawn().unwrap()).await;
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
    assert!(finished.stderr.contains("full"), "the reason is told: {}", finished.stderr);

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
    assert!(finished.stderr.contains("no space left for the spool"), "{}", finished.stderr);
}

#[tokio::test]
async fn under_the_attachments() {
    let (workplace, shop) = (Workplace::new(), Shop::open().unwrap());
    let body = "await page.goto('/'); expect(1).toBe(2);";
    let arguments = ["--store", "sqlite:canary.db", "--attachments", "folder:small/attachments"];
    let finished = run(&workplace, &shop, body, 8, &arguments).await;
    let summary = check(&finished, 1, "failed", "complete", "assertion");
    let dropped = summary["cost"]["dropped"]["attachment"].as_u64();
    assert!(dropped.is_some_and(|dropped| dropped > 0), "{summary:#}");
}
