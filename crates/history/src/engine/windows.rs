//! Reading windows of time out of the database: what is not closed yet as it is, what is closed by its directory.

use std::collections::HashSet;

use domain::ServerId;
use store::history::{ALL_SERIES, Block};

use super::{Engine, closing::TIMES, journal::unpack_open};
use crate::{Error, Result, Tier, directory::Directory, read_rows, rollup::Aggregate};

/// How often a window is read again that was written anew meanwhile.
const MOST_TRIES: usize = 3;

/// The rows of some windows: open blocks, the times of closed windows under [`TIMES`], and each series of those by its name.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub blocks: Vec<Block>,
    /// What could not be read.
    pub damaged: Vec<Error>,
}

impl Engine {
    /// Reads windows: all series, or the wanted ones; open blocks always have all. Sorted by window.
    pub(super) async fn blocks(
        &self,
        server: ServerId,
        tier: Tier,
        windows_ms: &[i64],
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Blocks> {
        let mut found = Blocks::default();
        for block in self.store.history().windows(server, tier.number(), windows_ms, TIMES).await? {
            if block.series == ALL_SERIES {
                found.blocks.push(block);
            } else {
                self.closed(server, tier, block, &is_wanted, &mut found).await?;
            }
        }
        found.blocks.sort_by_key(|block| block.window_ms);
        Ok(found)
    }

    /// The names of the series that windows have, in no order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn series_of_windows(&self, server: ServerId, tier: Tier, windows_ms: &[i64]) -> Result<Vec<String>> {
        let mut names = HashSet::new();
        for block in self.store.history().windows(server, tier.number(), windows_ms, TIMES).await? {
            let found = if block.series == ALL_SERIES {
                unpack_open(&block.data).and_then(|rows| read_rows(&rows, None)).map(|table| {
                    let keys = table.keys.into_iter();
                    names.extend(keys.filter(|key| Aggregate::of_key(key).1 == Aggregate::Average));
                })
            } else {
                Directory::unpack(&block.data).map(|directory| names.extend(directory.names().map(str::to_owned)))
            };
            if let Err(cause) = found {
                self.damaged(server, tier, &cause);
            }
        }
        Ok(names.into_iter().collect())
    }

    async fn closed(
        &self,
        server: ServerId,
        tier: Tier,
        mut head: Block,
        is_wanted: &impl Fn(&str) -> bool,
        found: &mut Blocks,
    ) -> Result<()> {
        let window_ms = head.window_ms;
        for _ in 0..MOST_TRIES {
            let directory = match Directory::unpack(&head.data) {
                Ok(directory) => directory,
                Err(cause) => {
                    found.damaged.push(cause);
                    return Ok(());
                }
            };
            let needed = directory.needed(is_wanted);
            let pieces = self.store.history().named(server, tier.number(), window_ms, &needed).await?;
            let pieces: Vec<_> = pieces.into_iter().map(|block| (block.series, block.data)).collect();
            if let Some(series) = directory.read(&pieces, is_wanted) {
                let of = |series: &str, data| Block { window_ms, series: series.to_owned(), data, ..Block::default() };
                found.blocks.extend(series.into_iter().map(|(name, data)| of(name, data)));
                found.blocks.push(of(TIMES, directory.times));
                return Ok(());
            }
            // Rows that came late made the window be written anew between the two questions.
            let again = self.store.history().named(server, tier.number(), window_ms, &[TIMES.to_owned()]).await?;
            let Some(block) = again.into_iter().next() else { return Ok(()) };
            head = block;
        }
        found.damaged.push(Error::Damaged("a piece is missing"));
        Ok(())
    }
}
