//! Owns what the server must know before the first document: ingest pipeline and index templates.
//!
//! It asks the server what it has and does without the rest: without ingest processors there is no pipeline,
//! and `event.ingested` keeps the runner's stamp, as the documents say.

use serde_json::{Value, json};

use super::config::ElasticsearchSettings;
use super::error::Failure;
use super::mapping;
use super::service::{Call, Method, Service};
use crate::clock::Clock;
use crate::document::{Kind, SCHEMA_VERSION};
use crate::error::{Fault, ReadError};

/// Name of the pipeline that stamps documents.
const PIPELINE: &str = "canary-ingested";
/// Name of the template for the listener's ledger.
const LEDGER: &str = "canary-listener";
/// Above the templates that Elasticsearch itself brings along.
const PRIORITY: u32 = 300;

/// What was set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupReport {
    /// Version of the server.
    pub version: String,
    /// Whether the server stamps `event.ingested`; otherwise the runner does, and documents say so.
    pub stamps: bool,
    /// Names of what is new or was changed.
    pub written: Vec<String>,
    /// Names of what was there as it should be.
    pub unchanged: Vec<String>,
    /// Existing indices whose mapping could not be brought up to date; rolling them over does it.
    pub outdated: Vec<String>,
}

/// Why the server could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The server failed or refused.
    #[error("failed to set up Elasticsearch")]
    Fault {
        /// Why.
        #[from]
        source: Fault,
    },
    /// A template of that name belongs to somebody else.
    #[error("`{name}` was not made by Canary; rename or remove it")]
    Foreign {
        /// Name of the template or pipeline.
        name: String,
    },
}

impl From<Failure> for SetupError {
    fn from(failure: Failure) -> Self {
        Self::Fault { source: failure.into() }
    }
}

/// Sets up a server: the pipeline where it has ingest processors, a template for each kind, for alerts and for
/// the listener. Doing it again changes nothing.
pub async fn setup(settings: &ElasticsearchSettings, clock: Clock) -> Result<SetupReport, SetupError> {
    let service = Service::new(settings.clone(), clock)?;
    let stamps = has_set_processor(&service).await?;
    let mut report = SetupReport {
        version: version(&service).await?,
        stamps,
        written: Vec::new(),
        unchanged: Vec::new(),
        outdated: Vec::new(),
    };
    if stamps {
        put(&service, Thing::pipeline(), &mut report).await?;
    }
    for kind in Kind::ALL {
        put(&service, Thing::of_kind(kind, stamps), &mut report).await?;
        update_mapping(&service, kind, &mut report).await?;
    }
    put(&service, Thing::ledger(), &mut report).await?;
    Ok(report)
}

/// Something that the server keeps under a name.
struct Thing {
    path: String,
    name: String,
    /// Where in the answer to a question for it the thing itself stands.
    pointer: String,
    body: Value,
}

fn meta() -> Value {
    json!({"managed_by": "canary", "schema_version": SCHEMA_VERSION})
}

impl Thing {
    fn pipeline() -> Self {
        let body = json!({
            "description": "Stamps the time at which Elasticsearch took a document in",
            "processors": [
                {"set": {"field": "event.ingested", "copy_from": "_ingest.timestamp"}},
                // The runner's stamp is gone, and with it the word that it was the runner's.
                {"set": {"field": "event.ingested_by", "value": "store"}},
            ],
            "_meta": meta(),
        });
        Self {
            path: format!("_ingest/pipeline/{PIPELINE}"),
            name: PIPELINE.into(),
            pointer: format!("/{PIPELINE}"),
            body,
        }
    }

    fn of_kind(kind: Kind, stamps: bool) -> Self {
        let mut index = json!({
            "number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "5s", "codec": "best_compression",
            // A text is no number, also where it looks like one: the filter language holds to that.
            "mapping": {"coerce": false, "total_fields": {"limit": 2000, "ignore_dynamic_beyond_limit": true}},
        });
        if stamps {
            index["final_pipeline"] = PIPELINE.into();
        }
        let mappings = if kind == Kind::Alert { mapping::alerts() } else { mapping::template(kind) };
        let mut body = template(&format!("canary-{kind}-*"), json!({"index": index}), mappings);
        if kind != Kind::Alert {
            body["data_stream"] = json!({});
        }
        Self::template(format!("canary-{kind}"), body)
    }

    fn ledger() -> Self {
        let index = json!({"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "1s"});
        let keyword = json!({"type": "keyword"});
        let mappings = json!({
            "dynamic": false,
            "properties": {
                "type": keyword, "key": keyword, "status": keyword, "gone": {"type": "boolean"},
                "order": {"type": "long"}, "not_before": {"type": "long"}, "updated": {"type": "long"},
            },
        });
        Self::template(LEDGER.into(), template("canary.listener-*", json!({"index": index}), mappings))
    }

    fn template(name: String, body: Value) -> Self {
        Self {
            path: format!("_index_template/{name}"),
            name,
            pointer: "/index_templates/0/index_template".into(),
            body,
        }
    }
}

fn template(pattern: &str, settings: Value, mappings: Value) -> Value {
    json!({
        "index_patterns": [pattern], "priority": PRIORITY, "_meta": meta(),
        "template": {"settings": settings, "mappings": mappings},
    })
}

async fn put(service: &Service, thing: Thing, report: &mut SetupReport) -> Result<(), SetupError> {
    let there = service.call(Call::new(Method::Get, &*thing.path)).await;
    let meta = match there {
        Ok(answer) => {
            let meta = answer.pointer(&thing.pointer).and_then(|thing| thing.get("_meta")).cloned();
            Some(meta.unwrap_or_default())
        }
        Err(Failure::Status { status: 404, .. }) => None,
        Err(failure) => return Err(failure.into()),
    };
    // The server answers in a shape of its own, so what was sent is recognised by its checksum.
    let checksum = format!("{:08x}", crc32fast::hash(thing.body.to_string().as_bytes()));
    match &meta {
        Some(meta) if meta["managed_by"] != "canary" => return Err(SetupError::Foreign { name: thing.name }),
        Some(meta) if meta["checksum"] == *checksum => {
            report.unchanged.push(thing.name);
            return Ok(());
        }
        _ => {}
    }
    let mut body = thing.body;
    body["_meta"]["checksum"] = checksum.into();
    service.call(Call::new(Method::Put, thing.path).json(&body)).await?;
    report.written.push(thing.name);
    Ok(())
}

/// Brings the mapping of what is there already up to date; a template only speaks of what is made later.
async fn update_mapping(service: &Service, kind: Kind, report: &mut SetupReport) -> Result<(), SetupError> {
    let index = service.settings.index(kind);
    let mappings = if kind == Kind::Alert { mapping::alerts() } else { mapping::template(kind) };
    let path = format!("{index}/_mapping?ignore_unavailable=true");
    match service.call(Call::new(Method::Put, path).json(&mappings)).await {
        // Nothing is there yet, or it takes the mapping.
        Ok(_) | Err(Failure::Status { status: 404, .. }) => Ok(()),
        Err(Failure::Status { status: 400, .. }) => {
            report.outdated.push(index);
            Ok(())
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn version(service: &Service) -> Result<String, Failure> {
    let answer = service.call(Call::new(Method::Get, "")).await?;
    Ok(answer.pointer("/version/number").and_then(Value::as_str).unwrap_or("unknown").to_owned())
}

/// Asks whether every node has the processor that the pipeline needs.
async fn has_set_processor(service: &Service) -> Result<bool, Failure> {
    let answer = service.call(Call::new(Method::Get, "_nodes/ingest")).await?;
    let nodes = answer.get("nodes").and_then(Value::as_object);
    let has_set = |node: &Value| {
        let processors = node.pointer("/ingest/processors").and_then(Value::as_array);
        processors.into_iter().flatten().any(|processor| processor["type"] == "set")
    };
    Ok(nodes.is_some_and(|nodes| !nodes.is_empty() && nodes.values().all(has_set)))
}

/// Says what the server is, and whether it was set up.
pub(super) async fn probe(service: &Service) -> Result<String, ReadError> {
    let version = version(service).await?;
    require(service, &format!("canary-{}", Kind::Run)).await?;
    Ok(format!("Elasticsearch {version}"))
}

/// Fails where the ledger's template is missing: without it, an index would be made that guesses at types.
pub(super) async fn require_ledger(service: &Service) -> Result<(), Fault> {
    require(service, LEDGER).await
}

async fn require(service: &Service, name: &str) -> Result<(), Fault> {
    match service.call(Call::new(Method::Get, format!("_index_template/{name}"))).await {
        Err(Failure::Status { status: 404, .. }) => Err(Fault::NotSetUp { missing: name.into() }),
        // Who may not ask may still be allowed to write.
        Ok(_) | Err(Failure::Status { status: 401 | 403, .. }) => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_template_of_its_own() {
        let run = Thing::of_kind(Kind::Run, true);
        assert_eq!(run.body["index_patterns"], json!(["canary-run-*"]));
        assert_eq!(run.body["data_stream"], json!({}));
        assert_eq!(run.body["template"]["settings"]["index"]["final_pipeline"], PIPELINE);
        let alert = Thing::of_kind(Kind::Alert, false);
        assert_eq!(alert.body.get("data_stream"), None);
        assert_eq!(alert.body["template"]["settings"]["index"].get("final_pipeline"), None);
    }
}
