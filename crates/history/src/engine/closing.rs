//! Closing windows: the open blocks of a time that is over become one block, each series by itself, and a row or more of the next tier.

use std::collections::HashSet;

use domain::ServerId;
use store::history::{ALL_SERIES, Block};

use super::{
    Engine, MOST_SERIES,
    journal::{pack_open, unpack_open},
};
use crate::{
    Result, Table, Tier,
    block::{pack_series, pack_times, series_of, unpack_series, unpack_times},
    rollup::{Aggregate, roll_up},
    rows::read_rows,
};

/// The name of the row of a closed block that has the times.
pub(super) const TIMES: &str = "@";
/// How long after its end a window is closed: heads may still be on their way.
const GRACE_MS: i64 = 10 * 60 * 1_000;

impl Engine {
    /// Closes the windows of all tiers that were over some minutes before `now_ms`. Returns how many.
    ///
    /// # Errors
    /// When the database fails. What was closed until then stays.
    pub async fn close_windows(&self, now_ms: i64) -> Result<usize> {
        let mut closed = 0;
        if self.is_paused() {
            return Ok(closed);
        }
        for tier in Tier::ALL {
            let latest_ms = now_ms.saturating_sub(tier.window_ms() + GRACE_MS);
            for (server, window_ms) in self.store.history().open_windows(tier.number(), latest_ms).await? {
                self.close_window(server, tier, window_ms).await?;
                closed += 1;
            }
        }
        Ok(closed)
    }

    async fn close_window(&self, server: ServerId, tier: Tier, window_ms: i64) -> Result<()> {
        let rows = self.store.history().windows(server, tier.number(), &[window_ms], None).await?;
        let work = tokio::task::spawn_blocking(move || {
            let (table, damaged) = assemble(rows, None);
            Ok::<_, crate::Error>((closed_blocks(tier, window_ms, table)?, damaged))
        });
        let ((blocks, rolled_up), damaged) = work.await.map_err(|cause| crate::Error::Codec(cause.to_string()))??;
        for cause in damaged {
            self.damaged(server, tier, &cause);
        }
        self.store.history().close_window(server, tier.number(), window_ms, blocks, rolled_up).await?;
        Ok(())
    }
}

type Closed = (Vec<Block>, Vec<(i16, Block)>);

fn closed_blocks(tier: Tier, window_ms: i64, mut table: Table) -> Result<Closed> {
    table.sort();
    table.keep_fullest(MOST_SERIES * if tier.is_rolled_up() { Aggregate::ALL.len() } else { 1 });
    let (Some(first_ms), Some(last_ms)) = (table.times.first().copied(), table.times.last().copied()) else {
        return Ok(Closed::default());
    };
    let block = |series: &str, values: usize, data| Block {
        window_ms,
        series: series.to_owned(),
        first_ms,
        last_ms,
        value_count: u32::try_from(values).unwrap_or(u32::MAX),
        data,
    };
    let mut blocks = vec![block(TIMES, 0, pack_times(&table.times)?)];
    for (series, columns) in series_of(&table, tier.is_rolled_up()) {
        let values = columns.iter().flat_map(|column| column.iter()).filter(|value| !value.is_nan()).count();
        blocks.push(block(series, values, pack_series(&columns)?));
    }
    let rolled_up = match tier.coarser() {
        None => Vec::new(),
        Some(coarser) => {
            let opened = pack_open(coarser, &roll_up(&table, coarser.step_ms()))?;
            opened.into_iter().map(|block| (coarser.number(), block)).collect()
        }
    };
    Ok((blocks, rolled_up))
}

/// The rows of one window as a table, and what could not be read of them.
pub(super) fn assemble(blocks: Vec<Block>, wanted: Option<&HashSet<&str>>) -> (Table, Vec<crate::Error>) {
    let (mut table, mut damaged) = (Table::default(), Vec::new());
    let mut keep = |result: Result<()>| damaged.extend(result.err());
    if let Some(times) = blocks.iter().find(|block| block.series == TIMES) {
        keep(unpack_times(&times.data).map(|times| table.times = times));
    }
    for block in blocks.iter().filter(|block| block.series != TIMES && block.series != ALL_SERIES) {
        keep(unpack_series(&block.data, table.rows()).map(|columns| {
            for (aggregate, column) in Aggregate::ALL.into_iter().zip(columns) {
                table.keys.push(aggregate.key(&block.series));
                table.columns.push(column);
            }
        }));
    }
    for block in blocks.iter().filter(|block| block.series == ALL_SERIES) {
        keep(unpack_open(&block.data).and_then(|rows| read_rows(&rows, wanted)).map(|rows| table.append(rows)));
    }
    (table, damaged)
}
