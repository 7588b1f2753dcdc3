//! The heads: the newest rows of every server, in memory.

use std::collections::{HashMap, VecDeque};

use domain::ServerId;

use super::{MOST_SERIES, journal::put_record};
use crate::{RowWriter, Tier};

/// How long rows stay in memory before they become an open block.
const HEAD_MS: i64 = 5 * 60 * 1_000;
/// How many bytes wait for the journal at most; a thousand servers fill this in some minutes.
const MOST_PENDING_BYTES: usize = 16 << 20;
/// How many bytes of sealed heads wait for the database at most.
const MOST_SEALED_BYTES: usize = 64 << 20;

/// The newest rows of one server.
#[derive(Debug)]
pub(super) struct Head {
    pub number: u64,
    pub writer: RowWriter,
    window_ms: i64,
    slot: i64,
    /// The first entry of the journal that has rows of it.
    first_entry: Option<i64>,
}

/// A head that waits to become an open block.
#[derive(Debug)]
pub(super) struct Sealed {
    pub server: ServerId,
    pub head: Head,
}

/// All heads, and what waits to be written.
#[derive(Debug, Default)]
pub(super) struct Heads {
    live: HashMap<ServerId, Head>,
    sealed: VecDeque<Sealed>,
    sealed_bytes: usize,
    pending: Vec<u8>,
    next_number: u64,
}

impl Heads {
    /// Takes in a row. Returns how many values were refused and how many rows were given up to make room.
    pub fn record(&mut self, server: ServerId, at_ms: i64, write: impl FnOnce(&mut RowWriter)) -> (u64, u64) {
        let mut lost = 0;
        if self.live.get(&server).is_some_and(|head| !head.takes(server, at_ms)) {
            lost = self.seal(server);
        }
        let next_number = &mut self.next_number;
        let head = self.live.entry(server).or_insert_with(|| {
            *next_number += 1;
            Head::new(*next_number, server, at_ms)
        });
        write(&mut head.writer);
        let row = head.writer.rows();
        let bytes = head.writer.end_row(at_ms);
        if self.pending.len() + bytes.len() <= MOST_PENDING_BYTES {
            put_record(&mut self.pending, server, head.number, row, bytes);
        }
        (head.writer.take_refused(), lost)
    }

    pub fn forget(&mut self, server: ServerId) {
        self.live.remove(&server);
        self.sealed.retain(|sealed| sealed.server != server);
        self.sealed_bytes = self.sealed.iter().map(Sealed::size).sum();
    }

    pub fn seal_all(&mut self) {
        let servers: Vec<_> = self.live.keys().copied().collect();
        for server in servers {
            self.seal(server);
        }
    }

    /// The rows of a server that are in no block yet, oldest first.
    pub fn rows_of(&self, server: ServerId) -> Vec<Vec<u8>> {
        let sealed = self.sealed.iter().filter(|sealed| sealed.server == server).map(|sealed| &sealed.head);
        sealed.chain(self.live.get(&server)).map(|head| head.writer.bytes().to_vec()).collect()
    }

    /// What the journal does not have yet.
    pub fn pending(&self) -> &[u8] {
        &self.pending
    }

    /// The journal has the first `length` bytes of what was pending, as entry number `entry`.
    pub fn written(&mut self, length: usize, entry: i64) {
        self.pending.drain(..length.min(self.pending.len()));
        let heads = self.live.values_mut().chain(self.sealed.iter_mut().map(|sealed| &mut sealed.head));
        for head in heads.filter(|head| head.first_entry.is_none()) {
            head.first_entry = Some(entry);
        }
    }

    /// The oldest sealed head as bytes, to be written; it stays until [`Self::stored`].
    pub fn oldest_sealed(&self) -> Option<&Sealed> {
        self.sealed.front()
    }

    /// The sealed head of this number is in the database.
    pub fn stored(&mut self, number: u64) {
        if self.sealed.front().is_some_and(|sealed| sealed.head.number == number)
            && let Some(sealed) = self.sealed.pop_front()
        {
            self.sealed_bytes = self.sealed_bytes.saturating_sub(sealed.size());
        }
    }

    /// The first entry of the journal that is still needed; beyond all of them when every row is in a block. `None` when that is not
    /// known, since the journal does not have all rows yet.
    pub fn first_needed(&self) -> Option<i64> {
        let sealed = self.sealed.iter().map(|sealed| &sealed.head);
        let first = self.live.values().chain(sealed).filter_map(|head| head.first_entry).min();
        first.or_else(|| (self.live.is_empty() && self.sealed.is_empty()).then_some(i64::MAX))
    }

    /// Moves a head to those that wait. Returns how many rows were given up to make room.
    fn seal(&mut self, server: ServerId) -> u64 {
        let Some(head) = self.live.remove(&server) else { return 0 };
        let sealed = Sealed { server, head };
        self.sealed_bytes += sealed.size();
        self.sealed.push_back(sealed);
        let mut lost = 0;
        while self.sealed_bytes > MOST_SEALED_BYTES {
            let Some(oldest) = self.sealed.pop_front() else { break };
            self.sealed_bytes = self.sealed_bytes.saturating_sub(oldest.size());
            lost += oldest.head.writer.rows() as u64;
        }
        lost
    }
}

impl Head {
    fn new(number: u64, server: ServerId, at_ms: i64) -> Self {
        Self {
            number,
            writer: RowWriter::new(MOST_SERIES),
            window_ms: Tier::Raw.window_of(at_ms),
            slot: slot(server, at_ms),
            first_entry: None,
        }
    }

    /// Whether a row of this moment goes on with this head. A clock that was set back begins a new one.
    fn takes(&self, server: ServerId, at_ms: i64) -> bool {
        at_ms > self.writer.span().1 && Tier::Raw.window_of(at_ms) == self.window_ms && slot(server, at_ms) == self.slot
    }

    /// The window of time that it belongs to.
    pub fn window_ms(&self) -> i64 {
        self.window_ms
    }
}

impl Sealed {
    fn size(&self) -> usize {
        self.head.writer.bytes().len()
    }
}

/// Which five minutes a moment is in, a little later for every server, so that not all heads become blocks at once.
fn slot(server: ServerId, at_ms: i64) -> i64 {
    (at_ms + server.0.wrapping_mul(7_919).rem_euclid(HEAD_MS)).div_euclid(HEAD_MS)
}
