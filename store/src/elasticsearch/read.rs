//! Owns reading documents: what is new, and questions.

mod tail;

use serde_json::{Value, json};

use super::error::Failure;
use super::request::{self, PointInTime, Search};
use super::response;
use super::service::{Call, Method, Service};
use crate::document::{DocumentId, Kind, RunId};
use crate::error::ReadError;
use crate::projection::Wanted;
use crate::read::{Cursor, Order, Page, Position, Projection, Query, Row, Selection};

pub(crate) use tail::Tail;

/// Hits of one page.
const PAGE: usize = 1000;

/// Returns what is new after a cursor.
pub(super) async fn since(
    service: &Service,
    cursor: &Cursor,
    selection: &Selection,
    limit: usize,
) -> Result<Page, ReadError> {
    let tail = match &cursor.position {
        Position::Start => Tail::beginning_at(0),
        Position::Since(at) => Tail::beginning_at(at.as_millisecond()),
        Position::Ingested(tail) => tail.clone(),
        Position::Row(_) => return Err(ReadError::ForeignCursor),
    };
    let resumed = tail.is_within_a_page();
    match tail.clone().read(service, selection, limit).await {
        Err(error) if resumed && request::is_over(&error) => {
            tail.without_resume().read(service, selection, limit).await
        }
        page => page,
    }
}

pub(super) async fn latest_cursor(service: &Service) -> Result<Cursor, ReadError> {
    let indices = service.settings.indices(&[]);
    let search = Search {
        filters: Vec::new(),
        sort: json!([{"event.ingested": {"order": "desc", "unmapped_type": "date"}}]),
        source: json!(false),
    };
    let mut view = PointInTime::open(service, &indices).await?;
    let newest = view.page(service, &search, None, 1).await?;
    let at = newest.first().and_then(|hit| hit.pointer("/sort/0")).and_then(Value::as_i64).unwrap_or(0);
    let seen = all_ids(service, &mut view, vec![request::ingested(at - tail::MEMORY, Some(at))]).await;
    view.close(service).await;
    let tail = Tail::after(at, seen?);
    Ok(Cursor { position: Position::Ingested(tail) })
}

/// Returns the ids of all documents that conditions hold for.
async fn all_ids(
    service: &Service,
    view: &mut PointInTime,
    filters: Vec<Value>,
) -> Result<Vec<(String, i64)>, ReadError> {
    let search = Search { filters, sort: request::sort(Order::Arrival), source: json!(false) };
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let hits = view.page(service, &search, after.as_ref(), PAGE).await?;
        after = hits.last().and_then(|hit| hit.get("sort")).cloned();
        let count = hits.len();
        ids.extend(hits.iter().filter_map(|hit| {
            Some((hit.get("_id")?.as_str()?.to_owned(), hit.pointer("/sort/0")?.as_i64()?))
        }));
        if count < PAGE {
            return Ok(ids);
        }
    }
}

/// Makes everything written so far readable. Who may read but not refresh waits for the server's own time.
pub(super) async fn refresh(service: &Service) -> Result<(), ReadError> {
    let path = format!("{}/_refresh?ignore_unavailable=true", service.settings.indices(&[]));
    match service.call(Call::new(Method::Post, path)).await {
        Ok(_) | Err(Failure::Status { status: 401 | 403, .. }) => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}

/// Answers a question exactly: the server finds what may pass, the filter decides in memory.
pub(super) async fn query(service: &Service, query: &Query) -> Result<Vec<Row>, ReadError> {
    if query.limit == Some(0) {
        return Ok(Vec::new());
    }
    let whole = query.filter.is_some();
    let projection = if whole { &Projection::All } else { &query.fields };
    let search = Search {
        filters: conditions(service, query),
        sort: request::sort(query.order),
        source: request::source(projection),
    };
    let limit = query.limit.unwrap_or(usize::MAX);
    let size = if whole { PAGE } else { limit.min(PAGE) };
    let mut view = PointInTime::open(service, &service.settings.indices(&query.kinds)).await?;
    let (mut rows, mut after) = (Vec::new(), None);
    let result = loop {
        let hits = match view.page(service, &search, after.as_ref(), size).await {
            Ok(hits) => hits,
            Err(error) => break Err(error),
        };
        after = hits.last().and_then(|hit| hit.get("sort")).cloned();
        if let Err(error) = take(service, query, &hits, &mut rows) {
            break Err(error);
        }
        if hits.len() < size || rows.len() >= limit {
            break Ok(());
        }
    };
    view.close(service).await;
    rows.truncate(limit);
    result.map(|()| rows)
}

fn take(service: &Service, query: &Query, hits: &[Value], rows: &mut Vec<Row>) -> Result<(), ReadError> {
    let wanted = Wanted::from(&query.fields);
    for hit in hits {
        let row = response::row(hit, &Wanted::Whole)?;
        let passes =
            query.filter.as_ref().is_none_or(|filter| filter.matches(&row.body, service.clock.now()));
        if passes {
            let body =
                wanted.take(row.body).map_err(|error| crate::error::Fault::damaged("document", error))?;
            rows.push(Row { body, ..row });
        }
    }
    Ok(())
}

fn conditions(service: &Service, query: &Query) -> Vec<Value> {
    let mut filters = Vec::new();
    if let Some(run) = &query.run {
        filters.push(json!({"term": {"run.id": run.as_str()}}));
    }
    if let Some(monitor) = &query.monitor {
        filters.push(json!({"term": {"monitor.id": monitor}}));
    }
    let mut range = json!({"format": "epoch_millis"});
    for (operator, at) in [("gte", query.from), ("lt", query.until)] {
        if let Some(at) = at {
            range[operator] = at.as_millisecond().into();
        }
    }
    filters.push(json!({"range": {"@timestamp": range}}));
    filters.extend(request::filter(service, query.filter.as_ref(), &query.kinds));
    filters
}

pub(super) async fn fetch(service: &Service, ids: &[DocumentId]) -> Result<Vec<Row>, ReadError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let search = Search {
        filters: vec![request::ids(ids.iter().map(DocumentId::as_str))],
        sort: request::sort(Order::Arrival),
        source: json!(true),
    };
    let mut view = PointInTime::open(service, &service.settings.indices(&[])).await?;
    let hits = view.page(service, &search, None, ids.len()).await;
    view.close(service).await;
    Ok(hits?.iter().map(|hit| response::row(hit, &Wanted::Whole)).collect::<Result<_, _>>()?)
}

pub(super) async fn latest_run(service: &Service, monitor: Option<&str>) -> Result<Option<RunId>, ReadError> {
    let question = Query {
        kinds: vec![Kind::Start],
        monitor: monitor.map(str::to_owned),
        fields: Projection::Fields(vec!["run.id".into()]),
        order: Order::Newest,
        limit: Some(1),
        ..Query::default()
    };
    let rows = query(service, &question).await?;
    let run = rows.first().and_then(|row| row.body.pointer("/run/id")).and_then(Value::as_str);
    Ok(run.map(RunId::from))
}
