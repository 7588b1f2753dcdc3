//! Letting go: by age, and by size when all of it takes more than it may.

use std::collections::HashMap;

use domain::ServerId;
use store::history::Usage;

use super::Engine;
use crate::{Result, Tier, tier::Kept};

/// How much is given back to the file system at once: others write in between.
const GIVEN_BACK_AT_ONCE: u64 = 4 << 20;

/// How long each tier is kept, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Rows as they were sampled.
    pub raw_ms: i64,
    /// Rows by the minute, and lists of processes.
    pub minute_ms: i64,
    /// Rows by the hour.
    pub hour_ms: i64,
}

impl Default for Retention {
    fn default() -> Self {
        let [raw_ms, minute_ms, hour_ms] = Tier::ALL.map(Tier::default_retention_ms);
        Self { raw_ms, minute_ms, hour_ms }
    }
}

impl Retention {
    /// How long something is kept, in milliseconds; lists of processes as long as rows by the minute.
    pub fn of(&self, kept: Kept) -> i64 {
        match kept {
            Kept::Rows(Tier::Raw) => self.raw_ms,
            Kept::Rows(Tier::Minute) | Kept::Processes => self.minute_ms,
            Kept::Rows(Tier::Hour) => self.hour_ms,
        }
    }
}

/// What history may take.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// How long tiers are kept where a server has nothing of its own.
    pub retention: Retention,
    /// What single servers have instead, such as by their group.
    pub of_servers: HashMap<ServerId, Retention>,
    /// The most bytes that all blocks may take; `None` for no bound.
    pub budget_bytes: Option<u64>,
}

impl Limits {
    fn retention_ms(&self, usage: &Usage, kept: Kept) -> i64 {
        self.of_servers.get(&ServerId(usage.server_id)).unwrap_or(&self.retention).of(kept)
    }
}

impl Engine {
    /// Lets go of what is too old, and then, while all takes more than the budget, of what has lived the largest part of its time:
    /// so all tiers and servers become shorter alike. Returns how many bytes were freed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enforce(&self, limits: &Limits, now_ms: i64) -> Result<u64> {
        let mut freed = 0;
        for usage in self.usage().await? {
            let Some(kept) = Kept::from_number(usage.tier) else { continue };
            let oldest_ms = now_ms - limits.retention_ms(&usage, kept);
            // A window goes when its end is too old: it begins before the window of that moment.
            if usage.value_count > 0 && usage.first_ms < kept.window_of(oldest_ms) {
                let before = kept.window_of(oldest_ms);
                freed += self.delete_before(ServerId(usage.server_id), kept, before).await?;
            }
        }
        if let Some(budget) = limits.budget_bytes {
            freed += self.shrink(limits, budget, now_ms).await?;
        }
        self.give_back().await?;
        Ok(u64::try_from(freed).unwrap_or_default())
    }

    async fn delete_before(&self, server: ServerId, kept: Kept, before_ms: i64) -> Result<i64> {
        let gone = self.store.history().delete_before(server, kept.number(), before_ms).await;
        self.has_changed(server);
        Ok(gone?)
    }

    async fn shrink(&self, limits: &Limits, budget: u64, now_ms: i64) -> Result<i64> {
        let mut freed = 0;
        loop {
            let total: i64 = self.usage().await?.iter().map(|usage| usage.size_bytes).sum();
            if u64::try_from(total).unwrap_or_default() <= budget {
                return Ok(freed);
            }
            match self.delete_oldest(limits, now_ms).await? {
                0 => return Ok(freed),
                gone => freed += gone,
            }
        }
    }

    /// Deletes the window that has lived the largest part of its time, of whatever server and tier. Returns its size; 0 when there is none.
    pub(super) async fn delete_oldest(&self, limits: &Limits, now_ms: i64) -> Result<i64> {
        let all = self.usage().await?;
        let oldest = all.iter().filter(|usage| usage.value_count > 0).filter_map(|usage| {
            let kept = Kept::from_number(usage.tier)?;
            let lived = now_ms.saturating_sub(usage.first_ms).max(0);
            // In thousandths of its time.
            Some((lived.saturating_mul(1_000) / limits.retention_ms(usage, kept).max(1), usage, kept))
        });
        let Some((_, usage, kept)) = oldest.max_by_key(|(lived, ..)| *lived) else { return Ok(0) };
        let before = kept.window_of(usage.first_ms) + kept.window_ms();
        self.delete_before(ServerId(usage.server_id), kept, before).await
    }

    pub(super) async fn give_back(&self) -> Result<()> {
        while self.store.history().give_back(GIVEN_BACK_AT_ONCE).await? {
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}
