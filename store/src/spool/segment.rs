//! Owns one file of the spool: a heading, then records of sign, length, checksum and content.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::SpoolError;
use crate::record::{Batch, MAX_RECORD_BYTES, Record};

/// First bytes of a segment, with the version of its format.
const HEADING: &[u8] = b"canary spool 1\n";
/// First bytes of a record. After damage the next record is found by them.
const SIGN: &[u8] = b"\x1ecr1";
/// Sign, length and checksum.
const HEAD: usize = SIGN.len() + 8;
/// Ids are short; this is room enough for them beside the largest document.
const MAX_CONTENT: usize = MAX_RECORD_BYTES + 4096;

/// A segment that this process appends to. It is locked as long as it is open.
#[derive(Debug)]
pub(super) struct Segment {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl Segment {
    /// Begins a segment under another name first: it must be locked before a replay can see it.
    pub(super) fn begin(path: PathBuf) -> Result<Self, SpoolError> {
        let failed = |source| SpoolError::file(&path, source);
        let aside = path.with_extension("new");
        // Documents are nobody else's business: only the owner may read them.
        let file =
            OpenOptions::new().create_new(true).append(true).mode(0o600).open(&aside).map_err(failed)?;
        file.lock().map_err(failed)?;
        let mut segment = Self { path: path.clone(), file, bytes: 0 };
        segment.write(HEADING)?;
        std::fs::rename(&aside, &path).map_err(failed)?;
        // The name must be on the disk as well, or the content is lost with it.
        let folder = path.parent().map(File::open).transpose();
        folder.and_then(|folder| folder.map_or(Ok(()), |folder| folder.sync_all())).map_err(failed)?;
        Ok(segment)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn append(&mut self, batch: &Batch) -> Result<(), SpoolError> {
        let mut bytes = Vec::with_capacity(batch.bytes() + batch.len() * 64);
        for record in &batch.records {
            encode(record, &mut bytes);
        }
        self.write(&bytes)
    }

    /// Appends bytes and waits for the disk. What was written of them before an error is taken back, or stays
    /// as a cut record that readers pass over.
    fn write(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        match self.file.write_all(bytes).and_then(|()| self.file.sync_data()) {
            Ok(()) => {
                self.bytes += bytes.len() as u64;
                Ok(())
            }
            Err(source) => {
                if let Err(error) = self.file.set_len(self.bytes) {
                    tracing::warn!(path = %self.path.display(), %error, "a cut record stays in the spool");
                }
                Err(SpoolError::file(&self.path, source))
            }
        }
    }
}

fn encode(record: &Record, bytes: &mut Vec<u8>) {
    let (id, body) = (record.id.as_str().as_bytes(), record.body.as_bytes());
    let length = u32::try_from(id.len() + 1 + body.len()).unwrap_or(u32::MAX);
    let mut checksum = crc32fast::Hasher::new();
    for part in [&length.to_le_bytes(), id, b"\n", body] {
        checksum.update(part);
    }
    bytes.extend_from_slice(SIGN);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&checksum.finalize().to_le_bytes());
    bytes.extend_from_slice(id);
    bytes.push(b'\n');
    bytes.extend_from_slice(body);
}

/// What a segment holds.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The documents, in the order in which they were appended.
    pub(super) records: Vec<Record>,
    /// Places where something is damaged or was cut off.
    pub(super) damaged: u64,
}

impl Contents {
    /// Reads a segment, or `None` where it is gone by now.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, SpoolError> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(Some(Self::of(&bytes))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(SpoolError::file(path, source)),
        }
    }

    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut contents = Self::default();
        let mut rest = match bytes.strip_prefix(HEADING) {
            Some(rest) => rest,
            // A cut heading holds nothing; a damaged one is passed over.
            None => contents.after_damage(bytes),
        };
        while !rest.is_empty() {
            rest = match decode(rest) {
                Some((record, after)) => {
                    contents.records.push(record);
                    after
                }
                None => contents.after_damage(rest.get(1..).unwrap_or_default()),
            };
        }
        contents
    }

    /// Counts one place of damage and returns what follows it, from the next sign on.
    fn after_damage<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        self.damaged += 1;
        let mut rest = bytes;
        while !rest.is_empty() {
            if rest.starts_with(SIGN) && decode(rest).is_some() {
                return rest;
            }
            rest = rest.get(1..).unwrap_or_default();
        }
        rest
    }
}

fn decode(bytes: &[u8]) -> Option<(Record, &[u8])> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let numbers = head.strip_prefix(SIGN)?;
    let (length, checksum) = numbers.split_at_checked(4)?;
    let size = usize::try_from(u32::from_le_bytes(length.try_into().ok()?)).ok()?;
    let (content, after) = rest.split_at_checked(size).filter(|_| size <= MAX_CONTENT)?;
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(length);
    hasher.update(content);
    if hasher.finalize() != u32::from_le_bytes(checksum.try_into().ok()?) {
        return None;
    }
    let (id, body) = std::str::from_utf8(content).ok()?.split_once('\n')?;
    let record = Record::with_id(id.into(), &serde_json::from_str(body).ok()?).ok()?;
    Some((record, after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn batch(count: u64) -> Batch {
        let body = |sequence| {
            json!({"@timestamp": "2026-11-21T09:59:59.000Z", "event": {"dataset": "canary.step"},
                "run": {"id": "r", "sequence": sequence}, "step": {"name": "ž\u{1e}cr1".repeat(sequence as usize)}})
        };
        (0..count).map(|sequence| Record::new(&body(sequence)).unwrap()).collect()
    }

    /// Returns a segment of some records, and where each ends.
    fn encoded(batch: &Batch) -> (Vec<u8>, Vec<usize>) {
        let mut bytes = HEADING.to_vec();
        let ends = batch.records.iter().map(|record| {
            encode(record, &mut bytes);
            bytes.len()
        });
        let ends = ends.collect();
        (bytes, ends)
    }

    #[test]
    fn a_segment_cut_at_any_byte_keeps_every_whole_record() {
        let batch = batch(5);
        let (bytes, ends) = encoded(&batch);
        for cut in 0..=bytes.len() {
            let contents = Contents::of(&bytes[..cut]);
            let whole = ends.iter().filter(|end| **end <= cut).count();
            assert_eq!(contents.records, batch.records[..whole], "cut at {cut}");
            let clean = cut == HEADING.len() || ends.contains(&cut);
            assert_eq!(contents.damaged, u64::from(!clean), "cut at {cut}");
        }
    }

    proptest! {
        #[test]
        fn damage_costs_only_the_records_it_touches(at in 0usize..400, with in 1u8..=255, length in 1usize..30) {
            let batch = batch(5);
            let (mut bytes, ends) = encoded(&batch);
            let at = at % bytes.len();
            let until = (at + length).min(bytes.len());
            bytes[at..until].iter_mut().for_each(|byte| *byte ^= with);
            let starts = std::iter::once(HEADING.len()).chain(ends.iter().copied());
            let untouched = starts.zip(&ends).zip(&batch.records).filter(|((start, end), _)| at >= **end || until <= *start);
            let expected: Vec<_> = untouched.map(|(_, record)| record.clone()).collect();
            let contents = Contents::of(&bytes);
            prop_assert_eq!(contents.records, expected);
            prop_assert!(contents.damaged >= 1);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(Contents::of(&bytes).records, []);
        }
    }

    #[test]
    fn a_full_disk_is_told() {
        let file = OpenOptions::new().append(true).open("/dev/full").unwrap();
        let mut segment = Segment { path: "/dev/full".into(), file, bytes: 0 };
        assert!(matches!(segment.append(&batch(1)), Err(SpoolError::Full { .. })));
        assert_eq!(segment.bytes(), 0);
    }
}
