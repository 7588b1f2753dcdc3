//! What is measured on a server: one [`Sample`] per report, rates already derived.
//!
//! Percentages are 0–100 of the whole machine unless said otherwise; sizes are bytes; rates are per second.

mod parts;
mod sample;
mod series;

pub use parts::{
    CpuStates, Disk, Filesystem, Identity, Interface, Load, Memory, Pressure, PressureStall, Process, Processes,
    Sensor, SensorKind,
};
pub use sample::{Latest, RECENT_MAX, RecentPoint, SPARK_MAX, Sample, Vitals};
