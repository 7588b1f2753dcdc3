//! Section `[history]`: how long what was measured is kept.

use serde::{Deserialize, Serialize};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

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
}

impl Default for History {
    fn default() -> Self {
        Self { raw_days: 7, minute_days: 90, hour_days: 5 * 365, budget_mib: 10 * 1_024 }
    }
}

impl History {
    /// The same, as the services take it.
    pub fn limits(&self) -> monitor::HistoryLimits {
        let ms = |days: u32| i64::from(days) * DAY_MS;
        monitor::HistoryLimits {
            retention: monitor::Retention {
                raw_ms: ms(self.raw_days),
                minute_ms: ms(self.minute_days),
                hour_ms: ms(self.hour_days),
            },
            budget_bytes: (self.budget_mib > 0).then(|| self.budget_mib.saturating_mul(1 << 20)),
            ..monitor::HistoryLimits::default()
        }
    }
}
