//! Owns reading documents from SQLite: news after a row, and questions.

use canary_filter::Filter;
use canary_filter::sql::Param as FilterParam;
use jiff::Timestamp;
use rusqlite::types::Value as Param;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::{millis, timestamp};
use crate::document::{DocumentId, Kind, RunId};
use crate::error::{Fault, ReadError};
use crate::projection::Wanted;
use crate::read::{Cursor, Order, Page, Position, Projection, Query, Row, Selection};

const COLUMNS: &str = "SELECT row, id, kind, timestamp, ingested, body FROM documents WHERE";

/// A condition that grows, with its parameters in order.
struct Condition {
    clause: String,
    params: Vec<Param>,
}

impl Condition {
    fn new() -> Self {
        Self { clause: String::from(" 1"), params: Vec::new() }
    }

    fn and(&mut self, clause: &str, param: impl Into<Param>) {
        self.clause.push_str(" AND ");
        self.clause.push_str(clause);
        self.params.push(param.into());
    }

    fn kinds(&mut self, kinds: &[Kind]) {
        if !kinds.is_empty() {
            let names: Vec<_> = kinds.iter().map(|kind| format!("'{kind}'")).collect();
            self.clause.push_str(&format!(" AND kind IN ({})", names.join(", ")));
        }
    }

    fn filter(&mut self, filter: Option<&Filter>, now: Timestamp) {
        if let Some(filter) = filter {
            let compiled = filter.to_sql("body", self.params.len() + 1, now);
            self.clause.push_str(&format!(" AND ({})", compiled.clause));
            self.params.extend(compiled.params.into_iter().map(param));
        }
    }
}

fn param(value: FilterParam) -> Param {
    match value {
        FilterParam::Text(text) => Param::Text(text),
        FilterParam::Integer(number) => Param::Integer(number),
        FilterParam::Real(number) => Param::Real(number),
    }
}

/// The columns of one row as they stand in the file.
struct Raw {
    row: i64,
    id: String,
    kind: String,
    timestamp: i64,
    ingested: i64,
    body: String,
}

impl Raw {
    fn of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            row: row.get(0)?,
            id: row.get(1)?,
            kind: row.get(2)?,
            timestamp: row.get(3)?,
            ingested: row.get(4)?,
            body: row.get(5)?,
        })
    }

    fn read(self, wanted: &Wanted) -> Result<Row, Fault> {
        Ok(Row {
            id: self.id.into(),
            kind: self.kind.parse().map_err(|error| Fault::damaged("document", error))?,
            timestamp: timestamp(self.timestamp)?,
            ingested: timestamp(self.ingested)?,
            body: wanted.read(&self.body).map_err(|error| Fault::damaged("document", error))?,
        })
    }
}

pub(super) fn since(
    connection: &mut Connection,
    cursor: &Cursor,
    selection: &Selection,
    limit: usize,
    now: Timestamp,
) -> Result<Page, ReadError> {
    // One snapshot: what is written meanwhile lies after `last` and comes with the next page.
    let snapshot = connection.transaction().map_err(Fault::from)?;
    let first = first_row(&snapshot, cursor)?;
    let last = last_row(&snapshot)?.max(first);
    let mut condition = Condition::new();
    condition.and("row > ?", first);
    condition.kinds(&selection.kinds);
    condition.filter(selection.prefilter.as_ref(), now);
    let taken = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    condition.params.push(Param::Integer(taken));
    // News are few and lie at the end of the table: an index on kinds would only bring them in another order.
    let columns = COLUMNS.replace("FROM documents", "FROM documents NOT INDEXED");
    let sql = format!("{columns}{} ORDER BY row LIMIT ?", condition.clause);
    let mut found = raws(&snapshot, &sql, condition.params)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let place = if more { found.last().map_or(first, |raw| raw.row) } else { last };
    let wanted = Wanted::from(&selection.fields);
    let rows = found.into_iter().map(|raw| raw.read(&wanted)).collect::<Result<_, _>>()?;
    Ok(Page { rows, cursor: Cursor { position: Position::Row(place) }, more })
}

/// Returns the row after which a cursor stands.
fn first_row(connection: &Connection, cursor: &Cursor) -> Result<i64, ReadError> {
    match &cursor.position {
        Position::Start => Ok(0),
        Position::Row(row) => Ok(*row),
        Position::Ingested(_) => Err(ReadError::ForeignCursor),
        Position::Since(at) => {
            let sql = "SELECT min(row) FROM documents WHERE ingested >= ?";
            let row = connection.query_row(sql, [millis(*at)], |row| row.get::<_, Option<i64>>(0));
            match row.map_err(Fault::from)? {
                Some(row) => Ok(row - 1),
                None => last_row(connection),
            }
        }
    }
}

/// Returns the highest row number ever used, also when the row was deleted since.
fn last_row(connection: &Connection) -> Result<i64, ReadError> {
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'documents'";
    let row = connection.query_row(sql, [], |row| row.get(0)).optional().map_err(Fault::from)?;
    Ok(row.unwrap_or(0))
}

pub(super) fn latest_cursor(connection: &Connection) -> Result<Cursor, ReadError> {
    Ok(Cursor { position: Position::Row(last_row(connection)?) })
}

fn raws(connection: &Connection, sql: &str, params: Vec<Param>) -> Result<Vec<Raw>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params_from_iter(params), Raw::of)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn query(connection: &Connection, query: &Query, now: Timestamp) -> Result<Vec<Row>, ReadError> {
    let mut condition = Condition::new();
    condition.kinds(&query.kinds);
    if let Some(run) = &query.run {
        condition.and("run = ?", run.as_str().to_owned());
    }
    if let Some(monitor) = &query.monitor {
        condition.and("monitor = ?", monitor.clone());
    }
    if let Some(from) = query.from {
        condition.and("timestamp >= ?", millis(from));
    }
    if let Some(until) = query.until {
        condition.and("timestamp < ?", millis(until));
    }
    condition.filter(query.filter.as_ref(), now);
    let order = match query.order {
        Order::Arrival => "row",
        Order::Oldest => "timestamp, row",
        Order::Newest => "timestamp DESC, row DESC",
    };
    let limit = query.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
    condition.params.push(Param::Integer(limit));
    let sql = format!("{COLUMNS}{} ORDER BY {order} LIMIT ?", condition.clause);
    let wanted = Wanted::from(&query.fields);
    let rows = raws(connection, &sql, condition.params)?;
    Ok(rows.into_iter().map(|raw| raw.read(&wanted)).collect::<Result<_, _>>()?)
}

pub(super) fn fetch(connection: &Connection, ids: &[DocumentId]) -> Result<Vec<Row>, ReadError> {
    let wanted = Wanted::from(&Projection::All);
    let mut rows = Vec::new();
    for id in ids {
        let params = vec![Param::Text(id.to_string())];
        for raw in raws(connection, &format!("{COLUMNS} id = ?"), params)? {
            rows.push(raw.read(&wanted)?);
        }
    }
    Ok(rows)
}

pub(super) fn latest_run(connection: &Connection, monitor: Option<&str>) -> Result<Option<RunId>, ReadError> {
    let mut condition = Condition::new();
    condition.kinds(&[Kind::Start]);
    if let Some(monitor) = monitor {
        condition.and("monitor = ?", monitor.to_owned());
    }
    let sql = format!(
        "SELECT run FROM documents WHERE{} ORDER BY timestamp DESC, row DESC LIMIT 1",
        condition.clause
    );
    let run = connection.query_row(&sql, params_from_iter(condition.params), |row| row.get::<_, String>(0));
    Ok(run.optional().map_err(Fault::from)?.map(RunId::from))
}
