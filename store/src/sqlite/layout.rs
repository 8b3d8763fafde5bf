//! Owns the layout of the SQLite file: how it is opened, made, and recognised.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use crate::error::{Fault, OpenError};

/// Marks the file as ours in its header: "cnry".
const APPLICATION: i64 = 0x636e_7279;
/// Version of the layout below.
const VERSION: i64 = 1;
/// How long a writer waits for another process that writes.
const BUSY: Duration = Duration::from_secs(10);

/// Row ids are AUTOINCREMENT, so that what is deleted never frees a number that a cursor has passed.
const LAYOUT: &str = "
CREATE TABLE documents (
    row       INTEGER PRIMARY KEY AUTOINCREMENT,
    id        TEXT NOT NULL UNIQUE,
    kind      TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    ingested  INTEGER NOT NULL,
    run       TEXT,
    sequence  INTEGER,
    monitor   TEXT,
    location  TEXT,
    status    TEXT,
    body      TEXT NOT NULL
) STRICT;
CREATE INDEX documents_kind ON documents (kind, timestamp);
CREATE INDEX documents_run ON documents (run, sequence);
CREATE INDEX documents_ingested ON documents (ingested);

CREATE TABLE leases (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    epoch  INTEGER NOT NULL,
    until  INTEGER NOT NULL
) STRICT;
CREATE TABLE states (
    key     TEXT PRIMARY KEY,
    value   TEXT NOT NULL,
    updated INTEGER NOT NULL
) STRICT;
CREATE TABLE marks (
    key     TEXT PRIMARY KEY,
    value   TEXT NOT NULL,
    updated INTEGER NOT NULL
) STRICT;
CREATE TABLE deliveries (
    row        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    receiver   TEXT NOT NULL,
    grouping   TEXT NOT NULL,
    payload    TEXT NOT NULL,
    created    INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    status     TEXT NOT NULL,
    reason     TEXT,
    answer     TEXT
) STRICT;
CREATE INDEX deliveries_pending ON deliveries (not_before, row) WHERE status = 'pending';
";

pub(super) enum LayoutError {
    Fault(Fault),
    Open(OpenError),
}

impl From<rusqlite::Error> for LayoutError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Fault(source.into())
    }
}

pub(super) fn open(path: &Path) -> Result<Connection, LayoutError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|source| LayoutError::Fault(Fault::File { path: folder.into(), source }))?;
    }
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    prepare(&mut connection, path).map_err(|error| match error {
        LayoutError::Fault(Fault::Database { source })
            if source.sqlite_error_code() == Some(ErrorCode::NotADatabase) =>
        {
            LayoutError::Open(OpenError::Foreign { path: path.into() })
        }
        error => error,
    })?;
    Ok(connection)
}

/// Recognises our file before anything of it is changed, then makes what is missing.
fn prepare(connection: &mut Connection, path: &Path) -> Result<(), LayoutError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = |pragma: &str| transaction.query_row(pragma, [], |row| row.get::<_, i64>(0));
    let application = number("SELECT application_id FROM pragma_application_id")?;
    let found = number("SELECT user_version FROM pragma_user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    match application {
        0 if tables == 0 => {
            transaction.execute_batch(LAYOUT)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        APPLICATION if found > VERSION => {
            return Err(LayoutError::Open(OpenError::Newer { path: path.into(), found, known: VERSION }));
        }
        APPLICATION => {}
        _ => return Err(LayoutError::Open(OpenError::Foreign { path: path.into() })),
    }
    transaction.commit()?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A transition must survive a power cut once a message about it may have left.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}
