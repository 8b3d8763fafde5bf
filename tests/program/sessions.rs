//! The three ways to a browser give the same tests, steps and kinds of documents.

use std::collections::BTreeMap;

use canary_tests::shop::Shop;
use serde_json::Value;

use crate::chrome;
use crate::programs::{Workplace, root};

/// Tests and steps as reported, and how many documents of each kind that counts things of the script.
#[derive(Debug, PartialEq)]
struct Seen {
    reported: Vec<(String, String, String)>,
    kinds: BTreeMap<String, usize>,
}

async fn play(shop: &Shop, script: &str, way: &str) -> Seen {
    let workplace = Workplace::new();
    let script = root().join("scripts").join(script).display().to_string();
    let mut arguments =
        vec![script, "--store".into(), "sqlite:canary.db".into(), "--base-url".into(), shop.url().to_owned()];
    let beside = match way {
        "launch" => None,
        "attach" => Some(("--browser", chrome::sidecar(&workplace).await)),
        _ => Some(("--webdriver", chrome::driver(&workplace).await)),
    };
    if let Some((flag, beside)) = &beside {
        arguments.extend([(*flag).to_owned(), beside.url.clone()]);
    }
    if way != "attach" {
        arguments.extend(["--browser-executable".to_owned(), chrome::browser().display().to_string()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let finished = workplace.run(&arguments).await;
    assert_eq!(finished.code(), Some(0), "{way}: {finished:?}");

    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let reported = finished
        .lines()
        .iter()
        .filter(|line| line["type"] != "run")
        .map(|line| {
            (text(&line["type"]), format!("{} {}", line["title"], line["name"]), text(&line["status"]))
        })
        .collect();
    let mut kinds = BTreeMap::new();
    for document in workplace.documents(&[]).await {
        let kind = text(&document["event"]["dataset"]);
        // How many entries, requests and samples there are depends on what a browser loads by itself.
        let counted = ["canary.start", "canary.run", "canary.test", "canary.step"].contains(&kind.as_str());
        *kinds.entry(kind).or_insert(0) += usize::from(counted);
    }
    Seen { reported, kinds }
}

async fn check(script: &str) {
    let shop = Shop::open().unwrap();
    let launched = play(&shop, script, "launch").await;
    for kind in ["start", "run", "test", "step", "page", "entry", "request", "console", "memory"] {
        assert!(launched.kinds.contains_key(&format!("canary.{kind}")), "no {kind}: {launched:?}");
    }
    assert_eq!(play(&shop, script, "attach").await, launched, "attach");
    assert_eq!(play(&shop, script, "webdriver").await, launched, "webdriver");
}

#[tokio::test]
async fn a_playwright_test_is_the_same_through_every_session() {
    check("order.spec.ts").await;
}

#[tokio::test]
async fn a_recording_is_the_same_through_every_session() {
    check("checkout.json").await;
}

#[tokio::test]
async fn a_list_of_pages_is_the_same_through_every_session() {
    check("pages.urls").await;
}
