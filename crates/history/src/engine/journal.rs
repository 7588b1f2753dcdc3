//! The journal: rows that are in no block yet, so that a crash loses a few seconds only.
//!
//! An entry is some records; a record is a row of a head: server, number of the head, number of the row in it, length, bytes.

use std::collections::BTreeMap;

use domain::ServerId;
use store::history::{ALL_SERIES, Block};

use super::{Engine, heads::Sealed};
use crate::{
    Result, Tier,
    rows::read_rows,
    varint::{Reader, put, put_signed},
    zip::{unzip, zip},
};

/// How many entries are read at once at start.
const AT_ONCE: u64 = 64;
/// The level at which open blocks are packed: they are replaced within hours.
const OPEN_LEVEL: i32 = 3;
/// No open block is larger than this when unpacked.
const MOST_OPEN_BYTES: usize = 64 << 20;

/// Appends a record.
pub(super) fn put_record(entry: &mut Vec<u8>, server: ServerId, head: u64, row: usize, bytes: &[u8]) {
    put_signed(entry, server.0);
    put(entry, head);
    put(entry, row as u64);
    put(entry, bytes.len() as u64);
    entry.extend_from_slice(bytes);
}

/// The rows of the heads that a journal holds. Rows after a missing one are of no use: each is the difference to the one before.
#[derive(Debug, Default)]
struct Replay {
    heads: BTreeMap<(ServerId, u64), (usize, Vec<u8>)>,
}

impl Replay {
    fn take(&mut self, entry: &[u8]) -> Result<()> {
        let mut reader = Reader::new(entry);
        while !reader.is_empty() {
            let server = ServerId(reader.signed()?);
            let head = reader.unsigned()?;
            let row = reader.length()?;
            let length = reader.length()?;
            let bytes = reader.take(length)?;
            let (rows, all) = self.heads.entry((server, head)).or_default();
            if *rows == row {
                *rows += 1;
                all.extend_from_slice(bytes);
            }
        }
        Ok(())
    }
}

impl Engine {
    /// Makes open blocks of what the journal holds from before. Only the one program that records may do so, before it does.
    ///
    /// # Errors
    /// When the database fails; what was not taken back then is for the next time.
    pub async fn recover(&self) -> Result<()> {
        let (mut replay, mut last) = (Replay::default(), 0);
        loop {
            let entries = self.store.history().journal(last, AT_ONCE).await?;
            if entries.is_empty() {
                break;
            }
            for (number, entry) in entries {
                last = number;
                if let Err(cause) = replay.take(&entry) {
                    tracing::warn!(entry = number, %cause, "an entry of the journal of history is damaged; what follows it is kept");
                }
            }
        }
        for ((server, _), (_, rows)) in replay.heads {
            match open_block(&rows) {
                Ok(Some(block)) => {
                    if !self.store.history().has_open(server, Tier::Raw.number(), &block).await? {
                        self.store.history().add_open(server, Tier::Raw.number(), block).await?;
                    }
                }
                Ok(None) => {}
                Err(cause) => self.damaged(server, Tier::Raw, &cause),
            }
        }
        if last > 0 {
            self.store.history().prune_journal(last + 1).await?;
        }
        Ok(())
    }

    pub(super) async fn write_journal(&self) -> Result<()> {
        let pending = self.heads().pending().to_vec();
        if pending.is_empty() {
            return Ok(());
        }
        let length = pending.len();
        let entry = self.store.history().append_journal(pending).await?;
        self.heads().written(length, entry);
        Ok(())
    }

    pub(super) async fn write_sealed(&self) -> Result<()> {
        let mut is_changed = false;
        loop {
            let Some((server, number, block)) = self.heads().oldest_sealed().map(sealed_block) else { break };
            match block {
                Ok(block) => {
                    let added = self.store.history().add_open(server, Tier::Raw.number(), block).await;
                    self.has_changed(server);
                    added?;
                }
                Err(cause) => self.damaged(server, Tier::Raw, &cause),
            }
            self.heads().stored(number);
            is_changed = true;
        }
        if is_changed {
            let needed = self.heads().first_needed();
            if let Some(first) = needed {
                self.store.history().prune_journal(first).await?;
            }
        }
        Ok(())
    }
}

fn sealed_block(sealed: &Sealed) -> (ServerId, u64, Result<Block>) {
    let writer = &sealed.head.writer;
    let (first_ms, last_ms) = writer.span();
    let data = zip(writer.bytes(), OPEN_LEVEL);
    let block = data.map(|data| Block {
        window_ms: sealed.head.window_ms(),
        series: ALL_SERIES.to_owned(),
        first_ms,
        last_ms,
        value_count: u32::try_from(writer.values()).unwrap_or(u32::MAX),
        data,
    });
    (sealed.server, sealed.head.number, block)
}

/// An open block of rows that were written one after another; `None` when there are none.
fn open_block(rows: &[u8]) -> Result<Option<Block>> {
    let table = read_rows(rows, None)?;
    let (Some(first_ms), Some(last_ms)) = (table.times.first().copied(), table.times.last().copied()) else {
        return Ok(None);
    };
    Ok(Some(Block {
        window_ms: Tier::Raw.window_of(first_ms),
        series: ALL_SERIES.to_owned(),
        first_ms,
        last_ms,
        value_count: u32::try_from(table.values()).unwrap_or(u32::MAX),
        data: zip(rows, OPEN_LEVEL)?,
    }))
}

/// The rows of an open block.
pub(super) fn unpack_open(data: &[u8]) -> Result<Vec<u8>> {
    unzip(data, MOST_OPEN_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_row_ends_its_head_and_no_other() {
        let mut entry = Vec::new();
        put_record(&mut entry, ServerId(1), 1, 0, b"a");
        put_record(&mut entry, ServerId(2), 2, 0, b"x");
        put_record(&mut entry, ServerId(1), 1, 2, b"c");
        put_record(&mut entry, ServerId(2), 2, 1, b"y");
        let mut replay = Replay::default();
        replay.take(&entry).unwrap();
        let rows: Vec<_> = replay.heads.into_values().map(|(_, rows)| rows).collect();
        assert_eq!(rows, [b"a".to_vec(), b"xy".to_vec()]);
    }

    #[test]
    fn a_torn_entry_keeps_what_is_whole() {
        let mut entry = Vec::new();
        put_record(&mut entry, ServerId(1), 1, 0, b"abc");
        put_record(&mut entry, ServerId(1), 1, 1, b"def");
        let mut replay = Replay::default();
        assert!(replay.take(&entry[..entry.len() - 2]).is_err());
        assert_eq!(replay.heads.into_values().next().unwrap(), (1, b"abc".to_vec()));
    }
}
