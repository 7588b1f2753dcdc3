//! Section `[history]`: how long what was measured is kept, until an administrator changes it on the storage page.

use serde::{Deserialize, Serialize};

/// How long what was measured is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct History {
    /// For how many days values are kept as they were sampled.
    pub raw_days: u32,
    /// For how many days they are kept by the minute.
    pub minute_days: u32,
    /// For how many days they are kept by the hour.
    pub hour_days: u32,
    /// How many MiB all of it may take; 0 for no bound.
    pub budget_mib: u64,
    /// How many MiB of the disk are left free, though no more than 5 % of it; 0 to use all of it.
    pub free_disk_mib: u64,
}

impl Default for History {
    fn default() -> Self {
        Self { raw_days: 7, minute_days: 90, hour_days: 5 * 365, budget_mib: 10 * 1_024, free_disk_mib: 1_024 }
    }
}

impl History {
    /// The same, as the services take it.
    pub fn limits(&self) -> monitor::HistoryLimits {
        monitor::HistoryLimits {
            raw_days: self.raw_days,
            minute_days: self.minute_days,
            hour_days: self.hour_days,
            budget_mib: self.budget_mib,
            free_disk_mib: self.free_disk_mib,
            groups: Vec::new(),
        }
    }
}
