//! The engine: takes in what is measured, keeps it safe, packs it, and lets it go when its time is over.
//!
//! A value's life: [`Recorder::record`] puts it into the server's head, in memory, and into what the journal gets every other second. A head
//! becomes an open block after five minutes. When a window of time is over, its open blocks become one closed block, whose series are
//! packed one by one, and an open block of the next coarser tier. Recording never waits: when the database is slow or refuses, bounded
//! buffers fill, and then the oldest is given up, counted and shown.

mod closing;
mod heads;
mod journal;
mod moment;
mod processes;
mod query;
mod retention;
mod room;
mod spans;
mod walk;
mod windows;

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use domain::ServerId;
use store::Store;

use self::{heads::Heads, processes::Waiting, spans::Spans, windows::Directories};
pub use self::{
    moment::{Moment, MomentQuery},
    retention::{Limits, Retention},
    room::Space,
    walk::{Piece, Walk},
};
use crate::{Result, RowWriter, tier::Kept};

/// The most series of one server that are kept in one block; a host of short-lived containers has far more.
pub const MOST_SERIES: usize = 2_048;

/// The engine. Its methods may be called from any thread.
#[derive(Debug)]
pub struct Engine {
    store: Arc<Store>,
    heads: Mutex<Heads>,
    waiting: Mutex<Waiting>,
    directories: Mutex<Directories>,
    spans: Mutex<Spans>,
    counts: Counts,
    is_paused: AtomicBool,
}

/// What was lost, for the storage page.
#[derive(Debug, Default)]
struct Counts {
    refused_values: AtomicU64,
    lost_rows: AtomicU64,
    damaged_blocks: AtomicU64,
}

/// What was lost since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Losses {
    /// Values of series beyond [`MOST_SERIES`].
    pub refused_values: u64,
    /// Rows and lists of processes that were given up because the database did not take them, or the disk had no room.
    pub lost_rows: u64,
    /// Blocks that could not be read back.
    pub damaged_blocks: u64,
}

impl Engine {
    /// An engine over the store.
    pub fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            heads: Mutex::default(),
            waiting: Mutex::default(),
            directories: Mutex::default(),
            spans: Mutex::default(),
            counts: Counts::default(),
            is_paused: AtomicBool::new(false),
        }
    }

    /// Takes in a row of a server: `write` sets its values. Never waits.
    pub fn record(&self, server: ServerId, at_ms: i64, write: impl FnOnce(&mut RowWriter)) {
        if self.is_paused() {
            self.counts.lost_rows.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let (refused, lost) = self.heads().record(server, at_ms, write);
        self.counts.refused_values.fetch_add(refused, Ordering::Relaxed);
        self.counts.lost_rows.fetch_add(lost, Ordering::Relaxed);
    }

    /// Forgets what is in memory of a server that was deleted.
    pub fn forget(&self, server: ServerId) {
        self.heads().forget(server);
        self.waiting().forget(server);
        self.has_changed(server);
    }

    /// Writes down what came in since the last time: the journal, and heads that are old enough as open blocks.
    ///
    /// # Errors
    /// When the database fails; what could not be written is kept for the next time.
    pub async fn flush(&self) -> Result<()> {
        if self.is_paused() {
            return Ok(());
        }
        self.write_journal().await?;
        self.write_sealed().await?;
        self.write_processes().await
    }

    /// Makes every head an open block, as before a stop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn flush_all(&self) -> Result<()> {
        self.heads().seal_all();
        self.flush().await
    }

    /// What was lost since the start.
    pub fn losses(&self) -> Losses {
        Losses {
            refused_values: self.counts.refused_values.load(Ordering::Relaxed),
            lost_rows: self.counts.lost_rows.load(Ordering::Relaxed),
            damaged_blocks: self.counts.damaged_blocks.load(Ordering::Relaxed),
        }
    }

    /// What all history takes, per server and tier.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn usage(&self) -> Result<Vec<store::history::Usage>> {
        Ok(self.store.history().usage().await?)
    }

    fn heads(&self) -> MutexGuard<'_, Heads> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known_spans(&self) -> MutexGuard<'_, Spans> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn directories(&self) -> MutexGuard<'_, Directories> {
        self.directories.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lost(&self, rows: u64) {
        self.counts.lost_rows.fetch_add(rows, Ordering::Relaxed);
    }

    fn damaged(&self, server: ServerId, kept: impl Into<Kept>, cause: &crate::Error) {
        self.counts.damaged_blocks.fetch_add(1, Ordering::Relaxed);
        tracing::error!(server.id = server.0, kept = ?kept.into(), %cause, "a block of history cannot be read; it is left out");
    }
}
