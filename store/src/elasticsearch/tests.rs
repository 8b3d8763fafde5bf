//! Tests of the store in Elasticsearch against a server that answers as the test says.

use std::sync::Mutex;

use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::*;
use crate::receipt::{Outcome, RejectReason};
use crate::record::Record;

/// Answers one request after the other from a list, the last one again and again; keeps what was asked.
struct Answers {
    answers: Mutex<Vec<ResponseTemplate>>,
}

impl Respond for Answers {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let mut answers = self.answers.lock().unwrap();
        if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() }
    }
}

async fn server(route: &str, answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    also(&server, route, answers).await;
    server
}

async fn also(server: &MockServer, route: &str, answers: Vec<ResponseTemplate>) {
    Mock::given(path(route)).respond_with(Answers { answers: Mutex::new(answers) }).mount(server).await;
}

fn settings(server: &MockServer) -> ElasticsearchSettings {
    let mut settings: ElasticsearchSettings = server.uri().parse().unwrap();
    settings.compression = false;
    settings.attempts = 3;
    settings.timeout = Duration::from_millis(400);
    settings
}

fn store(settings: &ElasticsearchSettings) -> ElasticsearchStore {
    ElasticsearchStore::open(settings, Clock::manual("2026-11-21T10:00:00Z".parse().unwrap())).unwrap()
}

fn batch(count: u64) -> Batch {
    let body = |sequence| {
        json!({"@timestamp": "2026-11-21T09:59:59.000Z", "event": {"dataset": "canary.step"},
            "run": {"id": "r", "sequence": sequence}})
    };
    (0..count).map(|sequence| Record::new(&body(sequence)).unwrap()).collect()
}

fn items(statuses: &[u16]) -> ResponseTemplate {
    let item = |status: &u16| match status {
        201 => json!({"create": {"status": 201}}),
        status => json!({"create": {"status": status, "error": {"type": "t", "reason": "why"}}}),
    };
    let items: Vec<_> = statuses.iter().map(item).collect();
    ResponseTemplate::new(200).set_body_json(json!({"errors": true, "items": items}))
}

fn refusal(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .set_body_json(json!({"error": {"type": "t", "reason": "why"}, "status": status}))
}

/// Returns the ids that each bulk carried.
async fn bulks(server: &MockServer) -> Vec<Vec<String>> {
    let requests = server.received_requests().await.unwrap();
    let ids = |request: &Request| {
        let text = String::from_utf8(request.body.clone()).unwrap();
        let actions = text.lines().step_by(2).map(|line| serde_json::from_str::<Value>(line).unwrap());
        actions.map(|action| action["create"]["_id"].as_str().unwrap().to_owned()).collect()
    };
    requests.iter().filter(|request| request.url.path() == "/_bulk").map(ids).collect()
}

#[tokio::test]
async fn only_what_the_server_could_not_take_is_sent_again() {
    let server =
        server("/_bulk", vec![items(&[201, 429, 409, 400, 503]), items(&[201, 429]), items(&[201])]).await;
    let receipt = store(&settings(&server)).write(batch(5), false).await;
    assert_eq!((receipt.accepted(), receipt.duplicate(), receipt.rejected(), receipt.retry()), (3, 1, 1, 0));
    assert_eq!(
        bulks(&server).await,
        [vec!["r-0", "r-1", "r-2", "r-3", "r-4"], vec!["r-1", "r-4"], vec!["r-4"]]
    );
}

#[tokio::test]
async fn a_server_that_goes_on_refusing_leaves_documents_waiting() {
    for (status, kind, attempts) in
        [(429, RetryKind::Busy, 3), (503, RetryKind::Unavailable, 3), (401, RetryKind::Unauthorized, 1)]
    {
        let server = server("/_bulk", vec![refusal(status)]).await;
        also(&server, "/canary-step-default/_refresh", vec![refusal(status)]).await;
        let receipt = store(&settings(&server)).write(batch(2), false).await;
        assert_eq!(receipt.retry(), 2);
        assert_eq!(receipt.retry_reason().unwrap().kind, kind);
        let asked = server.received_requests().await.unwrap().len();
        assert!(asked >= attempts, "{status}: {asked}");
    }
}

#[tokio::test]
async fn a_bulk_refused_as_a_whole_is_cut_until_the_culprit_stands_alone() {
    for (status, reason) in [(413, RejectReason::TooLarge), (400, RejectReason::Refused)] {
        let answers =
            vec![refusal(status), refusal(status), items(&[201]), refusal(status), items(&[201, 201])];
        let server = server("/_bulk", answers).await;
        let receipt = store(&settings(&server)).write(batch(4), false).await;
        let expected = [
            vec!["r-0", "r-1", "r-2", "r-3"],
            vec!["r-0", "r-1"],
            vec!["r-0"],
            vec!["r-1"],
            vec!["r-2", "r-3"],
        ];
        assert_eq!(bulks(&server).await, expected);
        assert_eq!((receipt.accepted(), receipt.rejected()), (3, 1));
        assert!(matches!(&receipt.outcomes[1], Outcome::Rejected(rejection) if rejection.reason == reason));
    }
}

#[tokio::test]
async fn after_a_lost_answer_it_asks_before_it_sends_again() {
    let late = items(&[201, 201]).set_delay(Duration::from_secs(2));
    let server = server("/_bulk", vec![late, items(&[201])]).await;
    let found = json!({"timed_out": false, "_shards": {"total": 1, "successful": 1, "failed": 0},
        "hits": {"hits": [{"_id": "r-0"}]}});
    also(&server, "/canary-step-default/_refresh", vec![ResponseTemplate::new(200).set_body_json(json!({}))])
        .await;
    also(&server, "/canary-step-default/_search", vec![ResponseTemplate::new(200).set_body_json(found)])
        .await;
    let receipt = store(&settings(&server)).write(batch(2), false).await;
    assert_eq!((receipt.accepted(), receipt.duplicate()), (2, 0));
    assert_eq!(bulks(&server).await, [vec!["r-0", "r-1"], vec!["r-1"]]);
}

#[tokio::test]
async fn what_cannot_be_asked_is_not_sent_again() {
    let late = items(&[201]).set_delay(Duration::from_secs(2));
    let server = server("/_bulk", vec![late, items(&[201])]).await;
    also(&server, "/canary-step-default/_refresh", vec![ResponseTemplate::new(200).set_body_json(json!({}))])
        .await;
    let partial = json!({"timed_out": false, "_shards": {"total": 2, "successful": 1, "failed": 1}, "hits": {"hits": []}});
    also(&server, "/canary-step-default/_search", vec![ResponseTemplate::new(200).set_body_json(partial)])
        .await;
    let receipt = store(&settings(&server)).write(batch(1), false).await;
    assert_eq!(receipt.retry(), 1);
    assert_eq!(bulks(&server).await.len(), 1);
}

#[tokio::test]
async fn a_server_too_old_to_require_data_streams_is_not_asked_to() {
    let unknown = json!({"error": {"reason": "request [/_bulk] contains unrecognized parameter: [require_data_stream]"}});
    let server =
        server("/_bulk", vec![ResponseTemplate::new(400).set_body_json(unknown), items(&[201])]).await;
    let receipt = store(&settings(&server)).write(batch(1), false).await;
    assert_eq!(receipt.accepted(), 1);
    let requests = server.received_requests().await.unwrap();
    let queries: Vec<_> = requests.iter().map(|request| request.url.query()).collect();
    assert_eq!(queries, [Some("require_data_stream=true"), None]);
}

#[tokio::test]
async fn a_server_that_was_not_set_up_takes_nothing_and_says_so() {
    let server = server("/_bulk", vec![items(&[404])]).await;
    also(&server, "/", vec![ResponseTemplate::new(200).set_body_json(json!({}))]).await;
    also(&server, "/_index_template/canary-run", vec![refusal(404)]).await;
    also(&server, "/_index_template/canary-listener", vec![refusal(404)]).await;
    let nothing = json!({"docs": [{"_id": "lease:l", "found": false}]});
    also(&server, "/canary.listener-default/_mget", vec![ResponseTemplate::new(200).set_body_json(nothing)])
        .await;
    let store = store(&settings(&server));
    let receipt = store.write(batch(1), false).await;
    assert_eq!(receipt.retry_reason().unwrap().kind, RetryKind::NotSetUp);
    assert_eq!(bulks(&server).await.len(), 1, "it does not get better by trying again");
    let message = crate::error::chain(&store.probe().await.unwrap_err());
    assert!(
        message.contains("no template `canary-run`; run `canary setup elasticsearch` first"),
        "{message}"
    );
    let error = store.acquire_lease("l", "a", Duration::from_secs(1)).await.unwrap_err();
    assert!(crate::error::chain(&error).contains("canary-listener"), "{error:?}");
}

#[tokio::test]
async fn after_it_was_away_it_is_tried_once_for_a_while() {
    let server = server("/_bulk", vec![refusal(429)]).await;
    let clock = Clock::manual("2026-11-21T10:00:00Z".parse().unwrap());
    let store = ElasticsearchStore::open(&settings(&server), clock.clone()).unwrap();
    let mut asked = Vec::new();
    for seconds in [0, 1, 60] {
        clock.advance(jiff::SignedDuration::from_secs(seconds));
        store.write(batch(1), false).await;
        asked.push(bulks(&server).await.len());
    }
    assert_eq!(asked, [3, 4, 7]);
}

#[tokio::test]
async fn an_incomplete_answer_to_a_search_is_an_error() {
    let view = || ResponseTemplate::new(200).set_body_json(json!({"id": "p"}));
    let good = json!({"timed_out": false, "_shards": {"total": 1, "successful": 1, "failed": 0}, "hits": {"hits": []}});
    for (name, value) in
        [("timed_out", json!(true)), ("_shards", json!({"total": 2, "successful": 1, "failed": 1}))]
    {
        let server = server("/canary-step-default/_pit", vec![view()]).await;
        let mut bad = good.clone();
        bad[name] = value;
        also(&server, "/_search", vec![ResponseTemplate::new(200).set_body_json(bad)]).await;
        Mock::given(method("DELETE")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
        let store = store(&settings(&server));
        let question = Query { kinds: vec![crate::document::Kind::Step], ..Query::default() };
        let error = store.query(&question).await.unwrap_err();
        assert!(matches!(error, ReadError::Partial { .. }), "{error:?}");
        let selection = Selection { kinds: vec![crate::document::Kind::Step], ..Selection::default() };
        let error = store.read_since(&Cursor::start(), &selection, 10).await.unwrap_err();
        assert!(matches!(error, ReadError::Partial { .. }), "{error:?}");
    }
}

/// Returns a complete answer with these documents, which were taken in one second after the other.
fn hits(sequences: &[u64]) -> ResponseTemplate {
    let hit = |sequence: &u64| {
        let at = format!("2026-11-21T09:00:0{sequence}.000Z");
        let millis = at.parse::<Timestamp>().unwrap().as_millisecond();
        json!({"_id": format!("r-{sequence}"), "sort": [millis, sequence, 0], "_source": {
            "@timestamp": at, "event": {"dataset": "canary.step", "ingested": at}}})
    };
    let hits: Vec<_> = sequences.iter().map(hit).collect();
    ResponseTemplate::new(200).set_body_json(json!({
        "timed_out": false, "_shards": {"total": 1, "successful": 1, "failed": 0}, "hits": {"hits": hits}}))
}

#[tokio::test]
async fn a_point_in_time_that_is_over_is_opened_again() {
    let server = MockServer::start().await;
    let view = ResponseTemplate::new(200).set_body_json(json!({"id": "p"}));
    also(&server, "/canary-step-default/_pit", vec![view]).await;
    Mock::given(method("DELETE")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    // The first reading looks back, then takes a full page; the second finds its view gone and looks back again,
    // where it sees what it knows already, and at the minutes ten minutes ago.
    let answers = vec![hits(&[]), hits(&[1]), refusal(404), hits(&[1]), hits(&[]), hits(&[2]), hits(&[])];
    also(&server, "/_search", answers).await;
    let store = store(&settings(&server));
    let selection = Selection { kinds: vec![crate::document::Kind::Step], ..Selection::default() };
    let first = store.read_since(&Cursor::start(), &selection, 1).await.unwrap();
    let second = store.read_since(&first.cursor, &selection, 1).await.unwrap();
    let ids = |page: &Page| page.rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>();
    assert_eq!((ids(&first), first.more), (vec!["r-1".into()], true));
    assert_eq!(ids(&second), ["r-2"]);
}

#[tokio::test]
async fn what_became_visible_late_is_given_once() {
    let server = MockServer::start().await;
    let view = ResponseTemplate::new(200).set_body_json(json!({"id": "p"}));
    also(&server, "/canary-step-default/_pit", vec![view]).await;
    Mock::given(method("DELETE")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    // Number 2 was taken in before number 3 and is seen only by the second reading.
    let answers = vec![
        hits(&[]),
        hits(&[1, 3]),
        hits(&[1, 2, 3]),
        hits(&[2]),
        hits(&[4]),
        hits(&[1, 2, 3, 4]),
        hits(&[]),
    ];
    also(&server, "/_search", answers).await;
    let store = store(&settings(&server));
    let selection = Selection { kinds: vec![crate::document::Kind::Step], ..Selection::default() };
    let mut cursor = Cursor::since("2026-11-21T09:00:00Z".parse().unwrap());
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = store.read_since(&cursor, &selection, 10).await.unwrap();
        seen.push(page.rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>());
        cursor = page.cursor;
    }
    assert_eq!(seen, [vec!["r-1", "r-3"], vec!["r-2", "r-4"], vec![]]);
}

#[tokio::test]
async fn a_search_without_an_answer_is_an_error() {
    let server =
        server("/canary-step-default/_pit", vec![refusal(200).set_delay(Duration::from_secs(3))]).await;
    let mut settings = settings(&server);
    settings.attempts = 1;
    let question = Query { kinds: vec![crate::document::Kind::Step], ..Query::default() };
    let error = store(&settings).query(&question).await.unwrap_err();
    assert!(matches!(error, ReadError::Timeout { timeout_ms: 400 }), "{error:?}");
}

#[tokio::test]
async fn credentials_go_along_and_are_shown_nowhere() {
    let basic = Credentials::Basic { user: "canary".into(), password: "geheim".into() };
    let key = Credentials::ApiKey("Z2VoZWlt".into());
    for (credentials, expected) in [(basic, "Basic Y2FuYXJ5OmdlaGVpbQ=="), (key, "ApiKey Z2VoZWlt")] {
        let server = server("/_bulk", vec![items(&[201])]).await;
        let mut settings = settings(&server);
        settings.credentials = Some(credentials);
        settings.compression = true;
        let store = store(&settings);
        assert_eq!(store.write(batch(1), false).await.accepted(), 1);
        let requests = server.received_requests().await.unwrap();
        assert_eq!(requests[0].headers["authorization"], expected);
        assert_eq!(requests[0].headers["content-encoding"], "gzip");
        assert_eq!(requests[0].headers["content-type"], "application/x-ndjson");
        assert!(!format!("{settings:?}{store:?}").contains("geheim"));
        assert!(!format!("{settings:?}").contains("Z2VoZWlt"));
    }
}

#[tokio::test]
async fn credentials_and_certificates_that_cannot_be_used_are_told() {
    let server = MockServer::start().await;
    let mut wrong = settings(&server);
    wrong.credentials = Some(Credentials::ApiKey("a\nb".into()));
    let error = ElasticsearchStore::open(&wrong, Clock::system()).unwrap_err();
    assert!(crate::error::chain(&error).contains("the API key has signs"), "{error:?}");
    let mut wrong = settings(&server);
    wrong.ca = Some("/nonexistent/ca.pem".into());
    let error = ElasticsearchStore::open(&wrong, Clock::system()).unwrap_err();
    assert!(crate::error::chain(&error).contains("/nonexistent/ca.pem"), "{error:?}");
}

/// Returns a server that has nothing yet and takes everything, with these ingest processors.
async fn bare(processors: Value) -> MockServer {
    let server = MockServer::start().await;
    let version = json!({"version": {"number": "8.16.1"}});
    let nodes = json!({"nodes": {"n1": {"ingest": {"processors": processors}}}});
    also(&server, "/", vec![ResponseTemplate::new(200).set_body_json(version)]).await;
    also(&server, "/_nodes/ingest", vec![ResponseTemplate::new(200).set_body_json(nodes)]).await;
    Mock::given(method("GET")).respond_with(refusal(404)).mount(&server).await;
    Mock::given(method("PUT"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn without_ingest_processors_there_is_no_pipeline() {
    for (processors, stamps) in [(json!([{"type": "set"}]), true), (json!([]), false)] {
        let server = bare(processors).await;
        let report = setup(&settings(&server), Clock::system()).await.unwrap();
        assert_eq!(report.stamps, stamps);
        assert_eq!(report.written.iter().any(|name| name == "canary-ingested"), stamps);
        let requests = server.received_requests().await.unwrap();
        let template = requests.iter().find(|request| request.url.path() == "/_index_template/canary-step");
        let body = requests
            .iter()
            .filter(|request| request.method == wiremock::http::Method::PUT)
            .find(|request| request.url.path() == "/_index_template/canary-step")
            .map(|request| String::from_utf8(request.body.clone()).unwrap());
        assert!(template.is_some());
        assert_eq!(body.unwrap().contains("final_pipeline"), stamps);
    }
}

#[tokio::test]
async fn a_template_of_somebody_else_is_left_alone() {
    let server = MockServer::start().await;
    let theirs =
        json!({"index_templates": [{"name": "canary-start", "index_template": {"index_patterns": ["x"]}}]});
    also(&server, "/", vec![ResponseTemplate::new(200).set_body_json(json!({}))]).await;
    also(&server, "/_nodes/ingest", vec![ResponseTemplate::new(200).set_body_json(json!({}))]).await;
    also(&server, "/_index_template/canary-start", vec![ResponseTemplate::new(200).set_body_json(theirs)])
        .await;
    let error = setup(&settings(&server), Clock::system()).await.unwrap_err();
    assert!(matches!(error, SetupError::Foreign { .. }), "{error:?}");
    let requests = server.received_requests().await.unwrap();
    assert!(requests.iter().all(|request| request.method != wiremock::http::Method::PUT));
}
