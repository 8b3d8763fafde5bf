//! Shows on a real server that the store in Elasticsearch has the properties of a store, and what is its own:
//! setting up, rolling over, answers that are lost, documents that the server refuses.
//!
//! The server's address comes from `ELASTICSEARCH_URL`. Without it every test fails and says how to get one.

#![expect(clippy::unwrap_used, reason = "a test ends by panicking")]

#[path = "suite/conformance.rs"]
mod conformance;
#[path = "suite/elasticsearch.rs"]
mod own;
#[path = "suite/proxy.rs"]
mod proxy;

use canary_store::elasticsearch::{ElasticsearchSettings, setup};
use canary_store::{Clock, Store, StoreSettings};
use conformance::Place;
use serde_json::Value;
use tokio::sync::OnceCell;

/// A namespace of the server that one test has to itself.
pub(crate) struct Namespace {
    settings: ElasticsearchSettings,
    client: reqwest::Client,
}

static SET_UP: OnceCell<()> = OnceCell::const_new();

#[expect(clippy::disallowed_methods, reason = "the address of a test server has no other way in")]
fn server() -> ElasticsearchSettings {
    let url = std::env::var("ELASTICSEARCH_URL").expect(
        "ELASTICSEARCH_URL is not set; run `cargo xtask test`, which starts a server, or start one and set it, for \
         example to http://127.0.0.1:9200",
    );
    url.parse().unwrap()
}

impl Namespace {
    pub(crate) async fn new() -> Self {
        let mut settings = server();
        settings.namespace = format!("t{}", uuid::Uuid::now_v7().simple());
        settings.query_delay = std::time::Duration::ZERO;
        settings.timeout = std::time::Duration::from_secs(60);
        let namespace = Self { settings, client: reqwest::Client::new() };
        SET_UP.get_or_init(|| async { namespace.prepare().await }).await;
        namespace
    }

    async fn prepare(&self) {
        setup(&self.settings, Clock::system()).await.unwrap();
        // A server that is used again and again keeps the indices of all tests before.
        let limit = serde_json::json!({"persistent": {"cluster.max_shards_per_node": 20000}});
        self.request(reqwest::Method::PUT, "_cluster/settings", Some(limit)).await;
    }

    pub(crate) fn settings(&self) -> &ElasticsearchSettings {
        &self.settings
    }

    pub(crate) async fn request(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> Value {
        let mut request = self.client.request(method, self.settings.url.join(path).unwrap());
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn open_with(&self, settings: ElasticsearchSettings, clock: Clock) -> Store {
        Store::open(&StoreSettings::Elasticsearch(Box::new(settings)), clock).await.unwrap()
    }
}

impl Place for Namespace {
    async fn open(&self, clock: Clock) -> Store {
        self.open_with(self.settings.clone(), clock).await
    }

    async fn settle(&self) {
        let indices = format!("*-{}/_refresh?expand_wildcards=all", self.settings.namespace);
        let answer = self.request(reqwest::Method::POST, &indices, None).await;
        assert_eq!(answer["_shards"]["failed"], 0, "{answer}");
    }
}

conformance!(Namespace::new().await);
