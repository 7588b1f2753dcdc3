//! The processes that take the most: a list a minute, a row of its own until its window is over, and then one block of them all.

use std::collections::{HashMap, VecDeque};

use domain::{ServerId, history::ProcessesThen, metrics::Processes};
use store::history::{ALL_SERIES, Block};

use super::{Engine, closing::TIMES};
use crate::{
    Result,
    processes::{fewest, pack, unpack},
    tier::Kept,
};

/// How often a list is kept.
const EVERY_MS: i64 = 60_000;
/// How old a list may be to stand for a moment: a report may be late.
const OLDEST_MS: i64 = 2 * EVERY_MS;
/// How many lists wait for the database at most.
const MOST_WAITING: usize = 8_192;
/// The level at which a single list is packed: it is replaced within hours.
const OPEN_LEVEL: i32 = 3;
/// The level at which a window is packed.
const CLOSED_LEVEL: i32 = 19;

/// Lists that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    lists: VecDeque<(ServerId, ProcessesThen)>,
    /// The minute of the newest list of each server.
    minutes: HashMap<ServerId, i64>,
}

impl Waiting {
    pub fn forget(&mut self, server: ServerId) {
        self.minutes.remove(&server);
        self.lists.retain(|(of, _)| *of != server);
    }

    /// Takes a list in when it is the first of its minute. Returns how many were given up to make room.
    fn take_in(&mut self, server: ServerId, at_ms: i64, processes: &Processes) -> u64 {
        let minute = at_ms.div_euclid(EVERY_MS);
        if self.minutes.insert(server, minute) == Some(minute) {
            return 0;
        }
        self.lists.push_back((server, ProcessesThen { at_ms, processes: fewest(processes) }));
        self.shorten()
    }

    fn put_back(&mut self, lists: VecDeque<(ServerId, ProcessesThen)>) -> u64 {
        let newer = std::mem::replace(&mut self.lists, lists);
        self.lists.extend(newer);
        self.shorten()
    }

    fn shorten(&mut self) -> u64 {
        let surplus = self.lists.len().saturating_sub(MOST_WAITING);
        self.lists.drain(..surplus);
        surplus as u64
    }
}

impl Engine {
    /// Takes in the processes of a server; one list a minute is kept. Never waits.
    pub fn record_processes(&self, server: ServerId, at_ms: i64, processes: &Processes) {
        if !self.is_paused() {
            let lost = self.waiting().take_in(server, at_ms, processes);
            self.lost(lost);
        }
    }

    /// The processes of a server at a moment: the newest list until then; `None` when there is none of that minute or the one before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn processes_at(&self, server: ServerId, at_ms: i64) -> Result<Option<ProcessesThen>> {
        let kept = Kept::Processes;
        let oldest_ms = at_ms.saturating_sub(OLDEST_MS);
        let mut lists: Vec<_> =
            self.waiting().lists.iter().filter(|(of, _)| *of == server).map(|(_, list)| list.clone()).collect();
        let mut windows = vec![kept.window_of(oldest_ms), kept.window_of(at_ms)];
        windows.dedup();
        let blocks = self.store.history().overlapping(server, kept.number(), &windows, oldest_ms, at_ms).await?;
        lists.extend(self.unpacked(server, &blocks));
        let near = lists.into_iter().filter(|list| (oldest_ms..=at_ms).contains(&list.at_ms));
        Ok(near.max_by_key(|list| list.at_ms))
    }

    pub(super) async fn write_processes(&self) -> Result<()> {
        let lists = std::mem::take(&mut self.waiting().lists);
        if lists.is_empty() {
            return Ok(());
        }
        let mut blocks = Vec::with_capacity(lists.len());
        for (server, list) in &lists {
            blocks.extend(block(ALL_SERIES, std::slice::from_ref(list), OPEN_LEVEL)?.map(|block| (*server, block)));
        }
        let written = self.store.history().add_open_of_many(Kept::Processes.number(), blocks).await;
        for (server, _) in &lists {
            self.has_changed(*server);
        }
        if written.is_err() {
            let lost = self.waiting().put_back(lists);
            self.lost(lost);
        }
        Ok(written?)
    }

    /// Makes one block of the lists of each window that is over. Returns how many windows.
    pub(super) async fn close_processes(&self, latest_ms: i64) -> Result<usize> {
        let kept = Kept::Processes;
        let open = self.store.history().open_windows(kept.number(), latest_ms).await?;
        let closed = open.len();
        for (server, window_ms) in open {
            let blocks = self.store.history().windows(server, kept.number(), &[window_ms], TIMES).await?;
            let mut lists = self.unpacked(server, &blocks);
            lists.sort_by_key(|list| list.at_ms);
            lists.dedup_by_key(|list| list.at_ms);
            let work = move || block(TIMES, &lists, CLOSED_LEVEL);
            let packed =
                tokio::task::spawn_blocking(work).await.map_err(|cause| crate::Error::Codec(cause.to_string()))?;
            let packed = packed?.into_iter().collect();
            let written = self.store.history().close_window(server, kept.number(), window_ms, packed, Vec::new()).await;
            self.has_changed(server);
            written?;
        }
        Ok(closed)
    }

    fn unpacked(&self, server: ServerId, blocks: &[Block]) -> Vec<ProcessesThen> {
        let mut lists = Vec::new();
        for block in blocks {
            match unpack(&block.data) {
                Ok(found) => lists.extend(found),
                Err(cause) => self.damaged(server, Kept::Processes, &cause),
            }
        }
        lists
    }
}

/// Lists as a block; `None` when there are none.
fn block(series: &str, lists: &[ProcessesThen], level: i32) -> Result<Option<Block>> {
    let (Some(first), Some(last)) = (lists.first(), lists.last()) else { return Ok(None) };
    let values: usize = lists.iter().map(|list| list.processes.top.len()).sum();
    Ok(Some(Block {
        window_ms: Kept::Processes.window_of(first.at_ms),
        series: series.to_owned(),
        first_ms: first.at_ms,
        last_ms: last.at_ms,
        value_count: u32::try_from(values.max(1)).unwrap_or(u32::MAX),
        data: pack(lists, level)?,
    }))
}
