//! Whole sequences of events and answers against what must be told.

use serde_json::{Value, json};

use super::*;

struct Play {
    observers: Observers,
    source: Source,
}

impl Play {
    fn new() -> Self {
        let source = Source { session: "S".into(), page: "S".into(), main_frame: "F".into() };
        Self { observers: Observers::new(Settings::default(), TimeBase::new(0.0)), source }
    }

    fn event(&mut self, method: &str, params: Value) -> &mut Self {
        self.observers.on_event(&self.source, method, &params.to_string(), 5_000.0);
        self
    }

    /// A document that was asked for, committed and loaded.
    fn document(&mut self, loader: &str, url: &str) -> &mut Self {
        let request = json!({"requestId": loader, "loaderId": loader, "timestamp": 1.0, "wallTime": 2.0,
            "type": "Document", "frameId": "F", "request": {"url": url, "method": "GET", "headers": {}}});
        let response = json!({"requestId": loader, "response": {"status": 201}});
        self.event("Network.requestWillBeSent", request)
            .event("Network.responseReceived", response)
            .event("Page.frameNavigated", json!({"frame": {"id": "F", "loaderId": loader, "url": url}}))
            .event("Runtime.executionContextCreated", json!({"context": {"id": 7, "name": "canary_observe"}}))
            .event("Network.loadingFinished", json!({"requestId": loader, "timestamp": 1.5}))
            .event(
                "Page.lifecycleEvent",
                json!({"frameId": "F", "loaderId": loader, "name": "DOMContentLoaded"}),
            )
    }

    fn loaded(&mut self, loader: &str) -> &mut Self {
        self.event("Page.lifecycleEvent", json!({"frameId": "F", "loaderId": loader, "name": "load"}))
    }

    fn answer(&mut self, read: Read, answer: &Value) {
        self.observers.on_answer(read.token, Ok(&answer.to_string()), 6_000.0);
    }
}

fn report(leaving: bool, entries: Value) -> String {
    json!({"url": "https://shop.test/#top", "title": "Shop", "leaving": leaving, "entries": entries,
           "navigation": {"entryType": "navigation", "responseStart": 40.0, "loadEventEnd": 210.0}})
    .to_string()
}

fn fcp() -> Value {
    json!({"type": "paint", "name": "first-contentful-paint", "start": 90.0, "duration": 0})
}

#[test]
fn a_page_is_left_alone_until_it_has_loaded() {
    let mut play = Play::new();
    let page = play.source.page.clone();
    play.document("L", "https://shop.test/");
    assert_eq!(play.observers.reads(&page, When::StepEnd), [], "inside the measured window");
    play.loaded("L");
    let methods: Vec<_> = play.observers.reads(&page, When::StepEnd).iter().map(|read| read.method).collect();
    assert_eq!(methods, ["Runtime.evaluate", "Runtime.getHeapUsage", "Memory.getDOMCounters"]);
    let methods: Vec<_> = play.observers.reads(&page, When::TestEnd).iter().map(|read| read.method).collect();
    assert_eq!(methods, ["Runtime.evaluate"]);
}

#[test]
fn the_collector_of_an_inner_frame_is_not_asked() {
    let mut play = Play::new();
    let inner = json!({"context": {"id": 8, "name": "canary_observe", "auxData": {"frameId": "INNER"}}});
    play.document("L", "https://shop.test/").event("Runtime.executionContextCreated", inner).loaded("L");
    let page = play.source.page.clone();
    let contexts: Vec<_> = play
        .observers
        .reads(&page, When::TestEnd)
        .iter()
        .map(|read| read.params["contextId"].clone())
        .collect();
    assert_eq!(contexts, [json!(7)]);
}

#[test]
fn a_document_tells_its_vitals_when_it_is_left() {
    let mut play = Play::new();
    play.document("L", "https://shop.test/").loaded("L");
    play.observers.drain();
    let told = report(true, json!([fcp()]));
    play.event(
        "Runtime.bindingCalled",
        json!({"name": "canaryTell", "payload": told, "executionContextId": 7}),
    );
    let told = play.observers.drain();
    let [entry, page] = told.as_slice() else { panic!("{told:?}") };
    assert!(matches!(&entry.what, Observation::Entry(entry) if entry.fields["start"] == 90.0));
    assert_eq!(entry.at, 2_090.0, "the start of its document and its own");
    let Observation::Page(told) = &page.what else { panic!("{page:?}") };
    assert_eq!(
        (told.url.as_str(), told.title.as_str(), told.status),
        ("https://shop.test/#top", "Shop", Some(201))
    );
    assert_eq!((told.vitals.fcp, told.vitals.ttfb), (Some(90.0), Some(40.0)));
    assert_eq!(told.navigation["load_event_end"], 210.0);
    assert_eq!((page.at, page.page_id.as_deref()), (2_000.0, Some("L")));

    play.observers.finish(&play.source);
    assert_eq!(play.observers.drain(), [], "nothing is told twice");
}

#[test]
fn what_was_read_before_counts_at_the_end() {
    let mut play = Play::new();
    let page = play.source.page.clone();
    play.document("L", "https://shop.test/").loaded("L");
    let read = play.observers.reads(&page, When::TestEnd).remove(0);
    play.answer(read, &json!({"result": {"type": "string", "value": report(false, json!([fcp()]))}}));
    assert_eq!(play.observers.vitals(&page).and_then(|vitals| vitals.fcp), Some(90.0));
    play.observers.drain();
    play.observers.finish(&play.source);
    let told = play.observers.drain();
    assert!(
        matches!(&told[..], [Observed { what: Observation::Page(page), .. }] if page.vitals.fcp == Some(90.0))
    );
}

#[test]
fn requests_belong_to_the_document_that_asked() {
    let mut play = Play::new();
    play.document("L", "https://shop.test/");
    let inner = json!({"requestId": "I", "loaderId": "I", "timestamp": 1.2, "wallTime": 2.2, "type": "Document",
        "frameId": "G", "request": {"url": "https://ads.test/", "method": "GET", "headers": {}}});
    play.event("Network.requestWillBeSent", inner);
    play.event(
        "Network.loadingFailed",
        json!({"requestId": "I", "timestamp": 1.4, "errorText": "net::ERR_FAILED"}),
    );
    let told: Vec<_> = play.observers.drain().into_iter().map(|o| (o.page_id, o.page_url)).collect();
    let page = || (Some("L".into()), Some("https://shop.test/".into()));
    assert_eq!(told, [page(), page()]);
}

#[test]
fn a_navigation_that_failed_is_told_of_the_page_it_should_have_become() {
    let mut play = Play::new();
    let request = json!({"requestId": "N", "loaderId": "N", "timestamp": 1.0, "wallTime": 2.0, "type": "Document",
        "frameId": "F", "request": {"url": "https://gone.test/", "method": "GET", "headers": {}}});
    play.event("Network.requestWillBeSent", request);
    let failed = json!({"requestId": "N", "timestamp": 1.1, "errorText": "net::ERR_NAME_NOT_RESOLVED"});
    play.event("Network.loadingFailed", failed);
    let told = play.observers.drain();
    assert_eq!(
        (told[0].page_id.as_deref(), told[0].page_url.as_deref()),
        (Some("N"), Some("https://gone.test/"))
    );
}

#[test]
fn an_observer_that_fails_says_so_once_and_spoils_no_other() {
    let mut play = Play::new();
    let page = play.source.page.clone();
    play.document("L", "https://shop.test/").loaded("L");
    play.observers.drain();
    for _ in 0..2 {
        for read in play.observers.reads(&page, When::StepEnd) {
            if matches!(read.token, ReadToken::Memory { .. }) {
                play.observers.on_answer(read.token, Err("target closed".to_owned()), 1.0);
            }
        }
    }
    let reason = "target closed".to_owned();
    let unavailable = Observation::Unavailable { observer: Observer::Memory, reason };
    let told: Vec<_> = play.observers.drain().into_iter().map(|observed| observed.what).collect();
    assert_eq!(told, [unavailable]);
    play.event(
        "Runtime.consoleAPICalled",
        json!({"type": "log", "args": [{"type": "string", "value": "hi"}]}),
    );
    let told = play.observers.drain();
    assert!(
        matches!(&told[..], [Observed { what: Observation::Console(console), .. }] if console.text == "hi")
    );
}

#[test]
fn two_answers_make_one_memory_sample() {
    let mut play = Play::new();
    let page = play.source.page.clone();
    play.document("L", "https://shop.test/").loaded("L");
    play.observers.drain();
    for read in play.observers.reads(&page, When::StepEnd) {
        let answer = match read.method {
            "Runtime.getHeapUsage" => json!({"usedSize": 10, "totalSize": 20}),
            "Memory.getDOMCounters" => json!({"documents": 1, "nodes": 5, "jsEventListeners": 2}),
            _ => continue,
        };
        play.answer(read, &answer);
    }
    let told = play.observers.drain();
    assert!(matches!(&told[..], [Observed { what: Observation::Memory(memory), at, .. }]
        if memory.used == Some(10) && memory.nodes == Some(5) && *at == 6_000.0));
}
