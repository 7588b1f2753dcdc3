//! What was measured earlier: series, and what is asked and answered about them.

use serde::{Deserialize, Serialize};

use crate::{live::Fleet, metrics::Processes};

/// The most points of a series that one answer has.
pub const POINTS_MAX: u32 = 11_000;
/// The most series that one question may name.
pub const SERIES_MAX: usize = 200;

/// The values of one step of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Point {
    /// The begin of the step, in Unix milliseconds by the monitor's clock.
    pub at_ms: i64,
    /// The average of its values.
    pub avg: f64,
    /// The least of them.
    pub min: f64,
    /// The most of them.
    pub max: f64,
}

/// One series over a stretch of time. Steps without a value have no point: a server that was offline was not at zero.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Series {
    /// Its key: the metric, and after a colon what it was measured on, such as `disk.read_bytes:sda`.
    pub key: String,
    /// Its points, oldest first.
    pub points: Vec<Point>,
}

/// Some series over the same stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Range {
    /// Its begin, in Unix milliseconds.
    pub from_ms: i64,
    /// Its end, which is not part of it, in Unix milliseconds.
    pub to_ms: i64,
    /// The time between two points, in milliseconds.
    pub step_ms: i64,
    /// The series, in the order in which they were asked for.
    pub series: Vec<Series>,
}

/// The fleet as it was at a moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FleetThen {
    /// How fine the values are, in milliseconds: the step of the coarsest tier that one of them is from, 0 where all are as they were sampled.
    pub step_ms: i64,
    /// The first moment that there is anything of, in Unix milliseconds; `None` while there is nothing.
    pub first_ms: Option<i64>,
    /// The servers that were there then, with their names, groups and tags of today; its moment is the one that was asked for.
    pub fleet: Fleet,
}

/// The processes that took the most at a moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProcessesThen {
    /// When they were looked at, in Unix milliseconds by the monitor's clock.
    pub at_ms: i64,
    /// The processes.
    pub processes: Processes,
}
