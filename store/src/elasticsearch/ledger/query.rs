//! Owns reading the ledger: values, marks and deliveries.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::document::{self, Part};
use super::millis;
use crate::elasticsearch::request::{PointInTime, Search};
use crate::elasticsearch::service::Service;
use crate::error::ReadError;
use crate::ledger::{Delivery, DeliveryStatus, StateRow};

/// Hits of one page.
const PAGE: usize = 1000;

/// Returns the values of a part whose key begins with `prefix`, by key.
pub(in crate::elasticsearch) async fn values(
    service: &Service,
    part: Part,
    prefix: &str,
) -> Result<Vec<StateRow>, ReadError> {
    let filters = vec![
        json!({"term": {"type": part.name()}}),
        json!({"term": {"gone": false}}),
        json!({"prefix": {"key": prefix}}),
    ];
    let bodies = bodies(service, filters, json!([{"key": "asc"}, "_shard_doc"]), usize::MAX).await?;
    let rows = bodies.iter().filter_map(|body| document::value_of(body).transpose());
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(in crate::elasticsearch) async fn mark(
    service: &Service,
    name: &str,
) -> Result<Option<Value>, ReadError> {
    let found = document::get(service, &[document::id(Part::Mark, name)]).await?.pop().flatten();
    match found {
        Some(found) => Ok(document::value_of(&found.body)?.map(|row| row.value)),
        None => Ok(None),
    }
}

pub(in crate::elasticsearch) async fn delivery(
    service: &Service,
    id: &str,
) -> Result<Option<Delivery>, ReadError> {
    let found = document::get(service, &[document::id(Part::Delivery, id)]).await?.pop().flatten();
    Ok(found.map(|found| document::delivery_of(&found.body)).transpose()?)
}

pub(in crate::elasticsearch) async fn pending(
    service: &Service,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Delivery>, ReadError> {
    let filters = vec![
        json!({"term": {"type": Part::Delivery.name()}}),
        json!({"term": {"status": DeliveryStatus::Pending.as_str()}}),
        json!({"range": {"not_before": {"lte": millis(now)}}}),
    ];
    deliveries(service, filters, "asc", limit).await
}

pub(in crate::elasticsearch) async fn newest(
    service: &Service,
    limit: usize,
) -> Result<Vec<Delivery>, ReadError> {
    deliveries(service, vec![json!({"term": {"type": Part::Delivery.name()}})], "desc", limit).await
}

async fn deliveries(
    service: &Service,
    filters: Vec<Value>,
    order: &str,
    limit: usize,
) -> Result<Vec<Delivery>, ReadError> {
    let bodies = bodies(service, filters, json!([{"order": order}, "_shard_doc"]), limit).await?;
    Ok(bodies.iter().map(document::delivery_of).collect::<Result<_, _>>()?)
}

async fn bodies(
    service: &Service,
    filters: Vec<Value>,
    sort: Value,
    limit: usize,
) -> Result<Vec<Value>, ReadError> {
    let search = Search { filters, sort, source: json!(true) };
    let mut view = PointInTime::open(service, &service.settings.ledger()).await?;
    let (mut bodies, mut after) = (Vec::new(), None);
    let result = loop {
        let size = (limit - bodies.len()).min(PAGE);
        if size == 0 {
            break Ok(());
        }
        let mut hits = match view.page(service, &search, after.as_ref(), size).await {
            Ok(hits) => hits,
            Err(error) => break Err(error),
        };
        after = hits.last().and_then(|hit| hit.get("sort")).cloned();
        let count = hits.len();
        bodies.extend(hits.iter_mut().filter_map(|hit| hit.get_mut("_source").map(Value::take)));
        if count < size {
            break Ok(());
        }
    };
    view.close(service).await;
    result.map(|()| bodies)
}
