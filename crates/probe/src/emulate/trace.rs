//! Reads a recorded trace: records `REC <seq> <unix_ms> <bytes>`, each of sections `SEC <name> <bytes>`.

/// The longest record that is taken.
const RECORD_MAX_BYTES: usize = 4 * 1024 * 1024;

/// One record: the text of several files of `/proc` at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceRecord {
    /// Its number, from 0.
    pub seq: u64,
    /// When it was taken, in Unix milliseconds.
    pub unix_ms: i64,
    /// The name that a server playing it shall give itself.
    pub hostname: String,
    sections: Vec<(String, String)>,
}

impl Default for TraceRecord {
    fn default() -> Self {
        Self { seq: 0, unix_ms: 0, hostname: "recorded".to_owned(), sections: Vec::new() }
    }
}

impl TraceRecord {
    /// The text of a section, such as `stat`.
    pub fn section(&self, name: &str) -> Option<&str> {
        self.sections.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Sets the text of a section, for servers that shall differ from the recorded one.
    pub fn set_section(&mut self, name: &str, text: String) {
        match self.sections.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = text,
            None => self.sections.push((name.to_owned(), text)),
        }
    }
}

/// Bytes that are no trace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// Neither a record nor a section begins here.
    #[error("the trace is malformed at record {0}")]
    Malformed(u64),
}

/// Reads records from the uncompressed bytes of a trace, as they come.
///
/// The section `ps` is recorded once in ten records; the ones between carry the last one.
#[derive(Debug, Default)]
pub struct TraceReader {
    buffer: Vec<u8>,
    taken: usize,
    records: u64,
    processes: Option<String>,
}

impl TraceReader {
    /// A reader that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes of the trace.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next record that is there in full.
    ///
    /// # Errors
    ///
    /// When the bytes are no trace.
    pub fn next_record(&mut self) -> Result<Option<TraceRecord>, TraceError> {
        let malformed = TraceError::Malformed(self.records);
        let rest = self.buffer.get(self.taken..).unwrap_or_default();
        let Some((head, rest)) = split_line(rest) else {
            return if rest.len() > 100 { Err(malformed) } else { Ok(None) };
        };
        let mut words = head.split_ascii_whitespace();
        let header = (words.next(), words.next(), words.next(), words.next());
        let (Some("REC"), Some(seq), Some(unix_ms), Some(length)) = header else { return Err(malformed) };
        let (Ok(seq), Ok(unix_ms), Ok(length)) = (seq.parse(), unix_ms.parse(), length.parse::<usize>()) else {
            return Err(malformed);
        };
        if length > RECORD_MAX_BYTES {
            return Err(malformed);
        }
        let Some(body) = rest.get(..length) else { return Ok(None) };
        let mut record = TraceRecord { seq, unix_ms, ..TraceRecord::default() };
        record.sections = sections(body).ok_or(malformed)?;
        self.taken += head.len() + 1 + length;
        self.records += 1;
        match (record.section("ps"), &self.processes) {
            (Some(processes), _) => self.processes = Some(processes.to_owned()),
            (None, Some(processes)) => record.set_section("ps", processes.clone()),
            (None, None) => {}
        }
        Ok(Some(record))
    }
}

fn sections(mut body: &[u8]) -> Option<Vec<(String, String)>> {
    let mut sections = Vec::new();
    while !body.is_empty() {
        let (head, rest) = split_line(body)?;
        let (name, length) = head.strip_prefix("SEC ")?.split_once(' ')?;
        let (text, rest) = rest.split_at_checked(length.parse().ok()?)?;
        sections.push((name.to_owned(), String::from_utf8_lossy(text).into_owned()));
        body = rest;
    }
    Some(sections)
}

/// The first line, without its end, and what follows.
fn split_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = memchr::memchr(b'\n', bytes)?;
    let (line, rest) = bytes.split_at_checked(end)?;
    Some((std::str::from_utf8(line).ok()?, rest.get(1..)?))
}
