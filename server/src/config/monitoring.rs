//! Section `[monitoring]`: what the program watches without being told.

use serde::{Deserialize, Serialize};

/// What the program watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Monitoring {
    /// Whether the machine that the program runs on is watched too.
    pub watch_self: bool,
}

impl Default for Monitoring {
    fn default() -> Self {
        Self { watch_self: true }
    }
}
