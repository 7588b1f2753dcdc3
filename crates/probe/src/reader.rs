//! Takes the stream of bytes that a server sends apart into the hello line and reports, with bounds on everything.

use std::borrow::Cow;

use crate::request::{Sections, request};
use crate::wire::{BEGIN, END, HELLO, HELLO_MAX_BYTES, REPORT_MAX_BYTES, SECTION, VERSION, clean_nonce};

/// What runs on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One long-lived awk: every section.
    Awk,
    /// The shell loop: no processes and no sensors.
    Shell,
}

/// The server's first words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hello {
    /// What runs there.
    pub engine: Engine,
    /// Whether it has a `/proc` that can be read. Without one it answers no request and ends.
    pub has_proc: bool,
}

/// A whole report, not yet looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawReport<'a> {
    /// The number of the request that it answers.
    pub seq: u64,
    /// Its sections, each `=SM <name>` and lines; invalid UTF-8 is replaced.
    pub(crate) text: Cow<'a, str>,
}

impl RawReport<'_> {
    /// How long it is, in bytes.
    pub fn size_bytes(&self) -> usize {
        self.text.len()
    }
}

/// One thing that a server sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message<'a> {
    /// The first words.
    Hello(Hello),
    /// An answer.
    Report(RawReport<'a>),
}

/// Why the stream of a server is not read any further. The connection is of no more use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Too much was said before the hello line.
    #[error("the server sent more than {HELLO_MAX_BYTES} bytes without starting the probe")]
    NoHello,
    /// The hello line is that of another connection.
    #[error("the server answered with a greeting that was not meant for this connection")]
    WrongNonce,
    /// The hello line cannot be understood.
    #[error("the server's greeting cannot be understood")]
    MalformedHello,
    /// A report, or the bytes waiting to be read, are too many.
    #[error("the server sent a report of more than {REPORT_MAX_BYTES} bytes")]
    Oversized,
    /// Something that belongs to no report.
    #[error("the server sent something that is not part of a report")]
    OutsideReport,
    /// A line within a report that is neither content nor framing.
    #[error("the server sent a report that is framed wrongly")]
    Malformed,
    /// A report that was not asked for, or its end does not fit its beginning.
    #[error("the server sent report {got}, which was not asked for")]
    WrongSequence {
        /// The number that it gave.
        got: u64,
    },
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Waits for the hello line; so many bytes were skipped.
    Hello { skipped: usize },
    /// Between two reports.
    Idle,
    /// Within a report whose content begins at this place of the buffer.
    Report { seq: u64, body: usize },
}

/// Reads one server's stream: [`push`](Self::push) what arrives, then take messages until there are none.
#[derive(Debug)]
pub struct Reader {
    nonce: String,
    buffer: Vec<u8>,
    /// Up to here all of the buffer was handed out or skipped.
    taken: usize,
    /// Where the line begins that has not been looked at yet.
    scanned: usize,
    /// Up to here that line has no end: what arrived is searched only once.
    searched: usize,
    state: State,
    last_asked: u64,
    last_answered: u64,
    error: Option<ReadError>,
}

/// What a line of the stream turned out to be.
enum Line {
    Hello(Hello),
    Report { seq: u64, from: usize, to: usize },
}

impl Reader {
    /// A reader for the answer to [`script(nonce)`](crate::script()).
    pub fn new(nonce: &str) -> Self {
        Self {
            nonce: clean_nonce(nonce),
            buffer: Vec::new(),
            taken: 0,
            scanned: 0,
            searched: 0,
            state: State::Hello { skipped: 0 },
            last_asked: 0,
            last_answered: 0,
            error: None,
        }
    }

    /// The next request line, whose answer is from now on expected. Numbers count from 1.
    pub fn ask(&mut self, sections: Sections) -> String {
        self.last_asked = self.last_asked.saturating_add(1);
        request(self.last_asked, sections)
    }

    /// The number of the newest request.
    pub fn last_asked(&self) -> u64 {
        self.last_asked
    }

    /// Takes bytes that arrived. What exceeds the bounds is dropped, and the next message is an error.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.taken > 0 {
            self.buffer.drain(..self.taken);
            self.scanned = self.scanned.saturating_sub(self.taken);
            self.searched = self.searched.saturating_sub(self.taken);
            if let State::Report { body, .. } = &mut self.state {
                *body = body.saturating_sub(self.taken);
            }
            self.taken = 0;
            // One long report shall not make every one of thousands of connections hold its size for ever.
            if self.buffer.is_empty() && self.buffer.capacity() > 64 * 1024 {
                self.buffer = Vec::new();
            }
        }
        if self.error.is_some() {
            return;
        }
        if self.buffer.len().saturating_add(bytes.len()) > 2 * REPORT_MAX_BYTES {
            self.fail(ReadError::Oversized);
            return;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next message that has arrived in full.
    ///
    /// # Errors
    ///
    /// When the server does not keep to the protocol; from then on always the same.
    pub fn next_message(&mut self) -> Result<Option<Message<'_>>, ReadError> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        match self.advance() {
            Ok(None) => Ok(None),
            Ok(Some(Line::Hello(hello))) => Ok(Some(Message::Hello(hello))),
            Ok(Some(Line::Report { seq, from, to })) => {
                let text = String::from_utf8_lossy(self.buffer.get(from..to).unwrap_or_default());
                Ok(Some(Message::Report(RawReport { seq, text })))
            }
            Err(error) => {
                self.fail(error.clone());
                Err(error)
            }
        }
    }

    fn fail(&mut self, error: ReadError) {
        self.error = Some(error);
        self.buffer = Vec::new();
        (self.taken, self.scanned, self.searched) = (0, 0, 0);
    }

    /// Looks at lines until one completes a message.
    fn advance(&mut self) -> Result<Option<Line>, ReadError> {
        loop {
            let start = self.scanned;
            let from = self.searched.max(start);
            let Some(distance) = memchr::memchr(b'\n', self.buffer.get(from..).unwrap_or_default()) else {
                self.searched = self.buffer.len();
                return self.check_bounds(self.buffer.len()).map(|()| None);
            };
            let end = from + distance;
            let line = self.buffer.get(start..end).unwrap_or_default();
            self.scanned = end + 1;
            match self.state {
                State::Hello { skipped } => {
                    self.taken = self.scanned;
                    if let Some(words) = line.strip_prefix(HELLO.as_bytes()) {
                        let hello = hello(words, &self.nonce)?;
                        self.state = State::Idle;
                        return Ok(Some(Line::Hello(hello)));
                    }
                    self.state = State::Hello { skipped: skipped + self.scanned - start };
                    self.check_bounds(self.scanned)?;
                }
                State::Idle => {
                    self.taken = self.scanned;
                    if line.iter().all(u8::is_ascii_whitespace) {
                        continue;
                    }
                    let seq = line.strip_prefix(BEGIN.as_bytes()).and_then(sequence).ok_or(ReadError::OutsideReport)?;
                    if seq <= self.last_answered || seq > self.last_asked {
                        return Err(ReadError::WrongSequence { got: seq });
                    }
                    self.state = State::Report { seq, body: self.scanned };
                }
                State::Report { seq, body } if line.first() == Some(&b'=') => {
                    if let Some(end) = line.strip_prefix(END.as_bytes()) {
                        let got = sequence(end).ok_or(ReadError::Malformed)?;
                        if got != seq {
                            return Err(ReadError::WrongSequence { got });
                        }
                        self.last_answered = seq;
                        self.state = State::Idle;
                        self.taken = self.scanned;
                        return Ok(Some(Line::Report { seq, from: body, to: start }));
                    }
                    if !line.starts_with(SECTION.as_bytes()) {
                        return Err(ReadError::Malformed);
                    }
                }
                State::Report { .. } => self.check_bounds(self.scanned)?,
            }
        }
    }

    /// Whether what has arrived up to this place of the buffer is within the bounds.
    fn check_bounds(&self, upto: usize) -> Result<(), ReadError> {
        let (held, bound, error) = match self.state {
            State::Hello { skipped } => {
                (skipped.saturating_add(upto.saturating_sub(self.scanned)), HELLO_MAX_BYTES, ReadError::NoHello)
            }
            State::Idle => (upto.saturating_sub(self.taken), REPORT_MAX_BYTES, ReadError::Oversized),
            State::Report { body, .. } => (upto.saturating_sub(body), REPORT_MAX_BYTES, ReadError::Oversized),
        };
        if held > bound { Err(error) } else { Ok(()) }
    }
}

/// Reads what follows `=SM-HELLO `: nonce, version, engine, `proc` or `no-proc`.
fn hello(words: &[u8], nonce: &str) -> Result<Hello, ReadError> {
    let words = std::str::from_utf8(words).map_err(|_| ReadError::MalformedHello)?;
    let mut words = words.split_ascii_whitespace();
    if words.next() != Some(nonce) {
        return Err(ReadError::WrongNonce);
    }
    if words.next() != Some(VERSION) {
        return Err(ReadError::MalformedHello);
    }
    let engine = match words.next() {
        Some("awk") => Engine::Awk,
        Some("sh") => Engine::Shell,
        _ => return Err(ReadError::MalformedHello),
    };
    let has_proc = match words.next() {
        Some("proc") => true,
        Some("no-proc") => false,
        _ => return Err(ReadError::MalformedHello),
    };
    Ok(Hello { engine, has_proc })
}

fn sequence(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
