//! Owns the store that is a stream of lines: each document one line of JSON, for other programs to read.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::clock::Clock;
use crate::error::{Fault, OpenError};
use crate::receipt::{Outcome, Receipt};
use crate::record::{Batch, Record};
use crate::worker::Worker;

/// The store that is a stream of lines. It knows no duplicates, since it never reads what it wrote.
#[derive(Debug, Clone)]
pub(crate) struct NdjsonStore {
    worker: Worker<Output>,
    clock: Clock,
}

/// Where the lines go.
struct Output {
    path: PathBuf,
    writer: BufWriter<Box<dyn Write>>,
}

impl NdjsonStore {
    /// Opens a file at its end, or standard output.
    pub(crate) async fn open(path: Option<PathBuf>, clock: Clock) -> Result<Self, OpenError> {
        let store =
            path.as_deref().map_or_else(|| "ndjson:-".into(), |path| format!("ndjson:{}", path.display()));
        let worker = Worker::start("store-ndjson", move || Output::open(path.as_deref())).await;
        let worker = worker.map_err(|source| OpenError::Fault { store, source })?;
        Ok(Self { worker, clock })
    }

    pub(crate) async fn write(&self, batch: Batch) -> Receipt {
        let (count, now) = (batch.len(), self.clock.now());
        let written = self.worker.call(move |output| output.write(&batch, now)).await;
        match written.and_then(|receipt| receipt) {
            Ok(receipt) => receipt,
            Err(fault) => Receipt::retry_all(count, &fault.retry_reason()),
        }
    }

    pub(crate) async fn close(&self) {
        self.worker.close().await;
    }
}

impl Output {
    fn open(path: Option<&Path>) -> Result<Self, Fault> {
        let Some(path) = path else {
            return Ok(Self { path: "-".into(), writer: BufWriter::new(Box::new(std::io::stdout())) });
        };
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|source| Fault::File { path: path.into(), source })?;
        Ok(Self { path: path.into(), writer: BufWriter::new(Box::new(file)) })
    }

    /// Writes the batch and hands it to the system, so that whoever reads along sees it at once.
    fn write(&mut self, batch: &Batch, now: Timestamp) -> Result<Receipt, Fault> {
        let mut receipt = Receipt::default();
        for record in &batch.records {
            receipt.outcomes.push(match record.too_large() {
                Some(rejection) => Outcome::Rejected(rejection),
                None => self.line(record, now)?,
            });
        }
        self.writer.flush().map_err(|source| self.fault(source))?;
        Ok(receipt)
    }

    fn line(&mut self, record: &Record, now: Timestamp) -> Result<Outcome, Fault> {
        writeln!(self.writer, "{}", record.stamped(now, None)).map_err(|source| self.fault(source))?;
        Ok(Outcome::Accepted)
    }

    fn fault(&self, source: std::io::Error) -> Fault {
        Fault::File { path: self.path.clone(), source }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[tokio::test]
    async fn writes_one_line_for_each_document() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.ndjson");
        let clock = Clock::manual("2026-11-21T10:00:00Z".parse().unwrap());
        let body = json!({"@timestamp": "2026-11-21T09:59:59.000Z", "event": {"dataset": "canary.step"},
            "run": {"id": "r", "sequence": 0}});
        for _ in 0..2 {
            let store = NdjsonStore::open(Some(path.clone()), clock.clone()).await.unwrap();
            let receipt = store.write(vec![Record::new(&body).unwrap()].into()).await;
            assert_eq!((receipt.accepted(), receipt.outcomes.len()), (1, 1));
            store.close().await;
        }
        let mut expected = body;
        expected["event"]["ingested"] = json!("2026-11-21T10:00:00.000Z");
        let text = std::fs::read_to_string(path).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines, [expected.clone(), expected]);
    }

    #[tokio::test]
    async fn a_path_that_cannot_be_written_is_told_when_opened() {
        let error = NdjsonStore::open(Some("/nonexistent/out".into()), Clock::system()).await.unwrap_err();
        assert_eq!(error.to_string(), "failed to open store `ndjson:/nonexistent/out`");
    }

    #[tokio::test]
    async fn a_full_disk_makes_documents_wait() {
        let store = NdjsonStore::open(Some("/dev/full".into()), Clock::system()).await.unwrap();
        let body = json!({"@timestamp": "2026-11-21T09:59:59.000Z", "event": {"dataset": "canary.step"},
            "run": {"id": "r", "sequence": 0}});
        let receipt = store.write(vec![Record::new(&body).unwrap()].into()).await;
        assert_eq!(receipt.retry_reason().unwrap().kind, crate::receipt::RetryKind::Full);
    }
}
