//! Room on the disk: below a floor of free space the oldest goes first, and when that is not enough nothing more is written.

use std::sync::atomic::Ordering;

use super::{Engine, Limits};
use crate::Result;

/// The most of a disk that the floor takes, as its part: on a small disk the floor is less than what is set.
const LARGEST_PART: u64 = 20;
/// Below this part of the floor nothing is written, even while there is something to delete.
const HARD_PART: u64 = 4;

/// The space of a file system, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Space {
    /// How much of it the program can still use.
    pub free_bytes: u64,
    /// How large it is.
    pub total_bytes: u64,
}

impl Space {
    /// The floor that counts on this disk when `floor_bytes` is set: no more than 5 % of it.
    pub fn floor_bytes(self, floor_bytes: u64) -> u64 {
        floor_bytes.min(self.total_bytes / LARGEST_PART)
    }
}

impl Engine {
    /// Whether writing pauses because the disk is too full.
    pub fn is_paused(&self) -> bool {
        self.is_paused.load(Ordering::Relaxed)
    }

    /// Sees to it that the floor of free disk is kept: deletes the oldest when there is less, as for the budget; pauses writing when that
    /// does not help, and goes on with it once the floor is reached again. Returns how many bytes were freed.
    ///
    /// # Errors
    /// When the database fails; whether writing pauses is decided all the same.
    pub async fn keep_room(
        &self,
        limits: &Limits,
        floor_bytes: u64,
        now_ms: i64,
        space: impl Fn() -> Option<Space>,
    ) -> Result<u64> {
        // A disk that does not say is taken to have room: the database itself says when it has none.
        let Some(before) = space() else { return Ok(0) };
        let floor = before.floor_bytes(floor_bytes);
        if before.free_bytes >= floor {
            self.is_paused.store(false, Ordering::Relaxed);
            return Ok(0);
        }
        if before.free_bytes < floor / HARD_PART {
            self.is_paused.store(true, Ordering::Relaxed);
        }
        let freed = self.free(limits, floor - before.free_bytes, now_ms).await;
        let after = space().unwrap_or(before).free_bytes;
        let nothing_left = matches!(freed, Ok(0));
        if after >= floor {
            self.is_paused.store(false, Ordering::Relaxed);
        } else if after < floor / HARD_PART || nothing_left {
            self.is_paused.store(true, Ordering::Relaxed);
        }
        freed
    }

    async fn free(&self, limits: &Limits, bytes: u64, now_ms: i64) -> Result<u64> {
        let mut freed = 0;
        while freed < bytes {
            match self.delete_oldest(limits, now_ms).await? {
                0 => break,
                gone => freed += u64::try_from(gone).unwrap_or_default(),
            }
        }
        self.give_back().await?;
        // Until then what was deleted is in the write-ahead log as well, which makes the disk fuller.
        self.store.checkpoint().await?;
        Ok(freed)
    }
}
