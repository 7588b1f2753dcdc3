//! The recorded trace, made ready once: a report is then put together from pieces that all servers share.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use probe::Sections;
use probe::emulate::{self, TraceError, TraceReader, TraceRecord};
use ruzstd::decoding::StreamingDecoder;

/// The trace that lies in `bench/data`.
const BUNDLED: &[u8] = include_bytes!("../../data/trace-3s.zst");

/// A recorded trace, ready to be sent.
#[derive(Debug)]
pub struct Trace {
    records: Vec<Pieces>,
    sensors: Vec<u8>,
}

/// What of a report depends on the record, as it is sent.
#[derive(Debug)]
struct Pieces {
    fast: Vec<u8>,
    filesystems: Vec<u8>,
    /// Recorded seldom, so many records share one.
    processes: Arc<[u8]>,
}

/// Why a trace cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TraceReadError {
    /// The file cannot be read or is not compressed with zstd.
    #[error("the trace cannot be read: {0}")]
    Io(#[from] io::Error),
    /// What is in it is no trace.
    #[error(transparent)]
    Malformed(#[from] TraceError),
    /// There is no record in it.
    #[error("the trace is empty")]
    Empty,
}

impl Trace {
    /// The trace that comes with this crate: 800 records of one machine.
    ///
    /// # Errors
    /// None, unless the program was built from a damaged file.
    pub fn bundled() -> Result<Self, TraceReadError> {
        Self::decode(BUNDLED, usize::MAX)
    }

    /// The first records of the trace that comes with this crate: quicker to read, for tests.
    ///
    /// # Errors
    /// As [`Self::bundled`].
    pub fn bundled_beginning(records: usize) -> Result<Self, TraceReadError> {
        Self::decode(BUNDLED, records)
    }

    /// Reads a trace that was compressed with zstd; its format is in `bench/data/README.md`.
    ///
    /// # Errors
    /// When the file cannot be read or is no trace.
    pub fn read(path: &Path) -> Result<Self, TraceReadError> {
        Self::decode(std::fs::File::open(path)?, usize::MAX)
    }

    fn decode(compressed: impl Read, most: usize) -> Result<Self, TraceReadError> {
        let mut text = StreamingDecoder::new(compressed).map_err(io::Error::other)?;
        let mut reader = TraceReader::new();
        let mut records: Vec<Pieces> = Vec::new();
        let mut chunk = vec![0; 64 * 1024];
        while records.len() < most {
            let length = text.read(&mut chunk)?;
            if length == 0 {
                break;
            }
            reader.push(chunk.get(..length).unwrap_or_default());
            while let Some(record) = reader.next_record()? {
                let shared = records.last().map(|last| Arc::clone(&last.processes));
                records.push(Pieces::new(&record, shared));
            }
        }
        if records.is_empty() {
            return Err(TraceReadError::Empty);
        }
        let sensors = only(Sections::SENSORS, &TraceRecord::default());
        Ok(Self { records, sensors })
    }

    /// How many records there are; at least one.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Never: a trace has at least one record.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The report of a server that is at this place of the trace, without an identity.
    pub fn recorded(&self, seq: u64, sections: Sections, place: usize) -> Vec<u8> {
        self.report(seq, sections, place, "", |_| None)
    }

    /// The report of a server that is at this place of the trace; `burden` may say otherwise what of it is fast to read.
    pub(super) fn report(
        &self,
        seq: u64,
        sections: Sections,
        place: usize,
        hostname: &str,
        burden: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
    ) -> Vec<u8> {
        // What frames the sections is the emulation's business: the two lines are taken from a report without any.
        let frame = emulate::report(seq, Sections::FAST, &TraceRecord::default());
        let (begin, end) = split_at_first_line(&frame);
        let mut report = Vec::with_capacity(8 * 1024);
        report.extend_from_slice(begin);
        if let Some(pieces) = self.records.get(place % self.records.len()) {
            let fast = burden(&pieces.fast);
            report.extend_from_slice(fast.as_deref().unwrap_or(&pieces.fast));
            if sections.contains(Sections::FILESYSTEMS) {
                report.extend_from_slice(&pieces.filesystems);
            }
            if sections.contains(Sections::PROCESSES) {
                report.extend_from_slice(&pieces.processes);
            }
        }
        if sections.contains(Sections::SENSORS) {
            report.extend_from_slice(&self.sensors);
        }
        if sections.contains(Sections::IDENTITY) {
            let mut record = TraceRecord::default();
            hostname.clone_into(&mut record.hostname);
            report.extend_from_slice(&only(Sections::IDENTITY, &record));
        }
        report.extend_from_slice(end);
        report
    }
}

impl Pieces {
    fn new(record: &TraceRecord, shared: Option<Arc<[u8]>>) -> Self {
        let fast = only(Sections::FAST, record);
        let slow = |sections| only(sections, record).get(fast.len()..).unwrap_or_default().to_vec();
        let filesystems = slow(Sections::FILESYSTEMS);
        let processes = slow(Sections::PROCESSES);
        let processes = shared.filter(|shared| **shared == *processes).unwrap_or_else(|| processes.into());
        Self { fast, filesystems, processes }
    }
}

/// The sections of a report without what frames them.
fn only(sections: Sections, record: &TraceRecord) -> Vec<u8> {
    let report = emulate::report(0, sections, record);
    let (_, rest) = split_at_first_line(&report);
    let body = rest.strip_suffix(b"\n").unwrap_or(rest);
    let end = body.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    body.get(..end).unwrap_or_default().to_vec()
}

fn split_at_first_line(report: &[u8]) -> (&[u8], &[u8]) {
    let end = report.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    report.split_at_checked(end).unwrap_or((report, &[]))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn records(most: usize) -> Vec<TraceRecord> {
        let mut text = Vec::new();
        StreamingDecoder::new(BUNDLED).unwrap().take(200_000).read_to_end(&mut text).unwrap();
        let mut reader = TraceReader::new();
        reader.push(&text);
        std::iter::from_fn(|| reader.next_record().unwrap()).take(most).collect()
    }

    #[test]
    fn a_report_is_what_the_emulation_would_have_made_of_the_record() {
        let trace = Trace::bundled_beginning(12).unwrap();
        // Of the lists that only rules ask for there is nothing in a trace.
        let sampled = Sections::FAST.with_filesystems().with_processes().with_sensors().with_identity();
        for (place, mut record) in records(12).into_iter().enumerate() {
            record.hostname = "sim-00007".to_owned();
            for sections in [Sections::FAST, Sections::FAST.with_processes(), sampled] {
                let expected = emulate::report(9, sections, &record);
                assert_eq!(trace.report(9, sections, place, "sim-00007", |_| None), expected, "{place} {sections:?}");
            }
        }
    }

    #[test]
    fn the_trace_starts_over_at_its_end() {
        let trace = Trace::bundled_beginning(3).unwrap();
        let last = trace.len();
        let report = |place| trace.recorded(1, Sections::FAST, place);
        assert_eq!(report(last), report(0));
        assert_ne!(report(1), report(0));
    }

    #[test]
    fn what_is_no_trace_is_refused() {
        assert!(matches!(Trace::decode(&b"not compressed"[..], 1), Err(TraceReadError::Io(_))));
        assert!(Trace::read(Path::new("/does/not/exist")).is_err());
    }
}
