//! Closing windows: the open blocks of a time that is over become one block, its series packed one by one, and an open block of the next tier.

use domain::ServerId;
use store::history::{ALL_SERIES, Block};

use super::{
    Engine, MOST_SERIES,
    windows::{Fragments, assemble},
};
use crate::{
    Result, Table, Tier,
    block::{pack_series, pack_times, series_of},
    directory::Directory,
    rollup::{Aggregate, roll_up},
    rows::KEY_SEPARATOR,
    tier::Kept,
};

/// The name of the row of a closed block that has the times and the directory of its series.
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
        let latest_ms = now_ms.saturating_sub(Kept::Processes.window_ms() + GRACE_MS);
        Ok(closed + self.close_processes(latest_ms).await?)
    }

    async fn close_window(&self, server: ServerId, tier: Tier, window_ms: i64) -> Result<()> {
        let Fragments { fragments, mut damaged } = self.fragments(server, tier, &[window_ms], |_| true).await?;
        let work = tokio::task::spawn_blocking(move || {
            let (table, unread) = assemble(&fragments, None);
            damaged.extend(unread);
            Ok::<_, crate::Error>((closed(tier, window_ms, table)?, damaged))
        });
        let ((blocks, rolled_up), damaged) = work.await.map_err(|cause| crate::Error::Codec(cause.to_string()))??;
        for cause in damaged {
            self.damaged(server, tier, &cause);
        }
        let closed = self.store.history().close_window(server, tier.number(), window_ms, blocks, rolled_up).await;
        self.has_changed(server);
        Ok(closed?)
    }
}

type Closed = (Vec<Block>, Vec<(i16, Block)>);

fn closed(tier: Tier, window_ms: i64, mut table: Table) -> Result<Closed> {
    table.sort();
    table.keep_fullest(MOST_SERIES * if tier.is_rolled_up() { Aggregate::ALL.len() } else { 1 });
    let blocks = packed(TIMES, tier, window_ms, &table)?;
    let mut rolled_up = Vec::new();
    if let Some(coarser) = tier.coarser() {
        for (window_ms, part) in roll_up(&table, coarser.step_ms()).by(|at_ms| coarser.window_of(at_ms)) {
            let blocks = packed(ALL_SERIES, coarser, window_ms, &part)?;
            rolled_up.extend(blocks.into_iter().map(|block| (coarser.number(), block)));
        }
    }
    Ok((blocks, rolled_up))
}

/// A table as blocks: its directory, under the name `head`, and the pieces in which its series are.
fn packed(head: &str, tier: Tier, window_ms: i64, table: &Table) -> Result<Vec<Block>> {
    let (Some(first_ms), Some(last_ms)) = (table.times.first().copied(), table.times.last().copied()) else {
        return Ok(Vec::new());
    };
    let mut series = series_of(table, tier.is_rolled_up());
    // What was measured on the whole server first: questions about it then need few pieces.
    series.sort_by_key(|(name, _)| name.contains(KEY_SEPARATOR));
    let (mut values, mut packed) = (0, Vec::with_capacity(series.len()));
    for (name, columns) in series {
        values += columns.iter().flat_map(|column| column.iter()).filter(|value| !value.is_nan()).count();
        packed.push((name, pack_series(&columns)?));
    }
    let (directory, pieces) = Directory::lay_out(pack_times(&table.times)?, packed);
    let block = |series: &str, values: usize, data| Block {
        window_ms,
        series: series.to_owned(),
        first_ms,
        last_ms,
        value_count: u32::try_from(values).unwrap_or(u32::MAX),
        data,
    };
    let mut blocks = vec![block(head, values, directory.pack()?)];
    blocks.extend(pieces.into_iter().map(|(name, data)| block(&name, 0, data)));
    Ok(blocks)
}
