//! What a rule would have done over the past.

use serde::{Deserialize, Serialize};

use crate::{alerts::Condition, ids::ServerId};

/// The longest time that a rule is tried over, in milliseconds: 31 days.
pub const SPAN_MAX_MS: i64 = 31 * 24 * 60 * 60 * 1_000;
/// The most servers that are looked at.
pub const SERVERS_MAX: usize = 200;
/// The most firings that are listed.
pub const FIRINGS_MAX: usize = 500;

/// What a rule would have done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DryRun {
    /// The begin of the time that was looked at, in Unix milliseconds.
    pub from_ms: i64,
    /// Its end, which is not part of it, in Unix milliseconds.
    pub to_ms: i64,
    /// How fine the values were, in milliseconds: the step of the coarsest of them, 0 where all are as they were sampled. What was shorter than a
    /// step may be missed.
    pub step_ms: i64,
    /// How many servers the rule is about.
    pub servers: u32,
    /// How many of them were looked at.
    pub looked_at: u32,
    /// How many of those had no values in that time.
    pub without_values: u32,
    /// How often it would have fired.
    pub fired: u32,
    /// On how many servers.
    pub servers_fired: u32,
    /// How long it would have gone on at the longest, until the end of the time where it was not over, in milliseconds; `None` when it would not
    /// have fired.
    pub longest_ms: Option<i64>,
    /// When it would have fired, the newest first.
    pub firings: Vec<Firing>,
    /// Why this is not all.
    pub left_out: Vec<LeftOut>,
}

/// An incident that there would have been.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Firing {
    /// The server.
    pub server_id: ServerId,
    /// Its name.
    pub server_name: String,
    /// The series that it is about; empty where it is about the server itself.
    pub series: String,
    /// Since when something was wrong, in Unix milliseconds.
    pub since_ms: i64,
    /// When the rule would have fired, in Unix milliseconds.
    pub began_at_ms: i64,
    /// When it would have been over, in Unix milliseconds; `None` when it was not at the end of the time.
    pub ended_at_ms: Option<i64>,
    /// The worst value meanwhile, where there are values.
    pub worst: Option<f64>,
}

/// Why something is not in a dry run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// There is no history of what the rule looks at.
    NoHistory,
    /// There are more servers than are looked at: only so many were.
    TooManyServers,
    /// The time was over before all servers were looked at.
    TimeIsUp,
    /// It would have fired more often than is listed: only the newest are.
    TooManyFirings,
}

/// Whether there is a past of what a condition looks at.
pub fn has_history(condition: &Condition) -> bool {
    match condition {
        Condition::Value { .. }
        | Condition::Offline
        | Condition::NoData { .. }
        | Condition::Reboot
        | Condition::FullWithin { .. } => true,
        Condition::UnitFailed { .. }
        | Condition::ProcessMissing { .. }
        | Condition::CutOff
        | Condition::HostKeyChanged
        | Condition::CertificateEnds { .. } => false,
    }
}
