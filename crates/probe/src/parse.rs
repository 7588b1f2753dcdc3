//! Parsers of the sections of a report: text to typed counters, one file per section.
//!
//! They take what any server may send: a line that cannot be understood is left out, numbers saturate, lists and names
//! are cut, and nothing appears twice.

mod diskstats;
mod filesystems;
mod identity;
pub(crate) mod loadavg;
pub(crate) mod meminfo;
mod names;
mod net_dev;
mod pressure;
mod processes;
mod sensors;
mod stat;
pub(crate) mod text;
mod uptime;

use domain::metrics::{Filesystem, Identity, Load, Memory, Processes, Sensor};

pub use diskstats::DiskCounters;
pub use names::Names;
pub use net_dev::InterfaceCounters;
pub use pressure::{PressureCounters, StallCounters, StallLine};
pub use stat::{CoreTicks, CpuTicks, Stat};

use crate::reader::RawReport;
use crate::wire::SECTION;

/// One report as it was read: running totals, not rates.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The number of the request that it answers.
    pub seq: u64,
    /// How long the server has been up, in hundredths of a second.
    pub uptime_centis: u64,
    /// Processor time and events.
    pub stat: Stat,
    /// Memory and swap.
    pub memory: Memory,
    /// Load averages.
    pub load: Option<Load>,
    /// Network interfaces.
    pub interfaces: Vec<InterfaceCounters>,
    /// Whole disks that have worked.
    pub disks: Vec<DiskCounters>,
    /// Pressure.
    pub pressure: PressureCounters,
    /// File systems, when they were asked for.
    pub filesystems: Option<Vec<Filesystem>>,
    /// Processes, when they were asked for.
    pub processes: Option<Processes>,
    /// Sensors, when they were asked for.
    pub sensors: Option<Vec<Sensor>>,
    /// Units that have failed, when they were asked for and are known.
    pub failed_units: Option<Names>,
    /// The names of all processes, when they were asked for and are known.
    pub process_names: Option<Names>,
    /// The SSH service that the probe came in by was stopped; this connection outlived it.
    pub service_gone: bool,
    /// What the server says of itself, when it was asked for.
    pub identity: Option<Identity>,
}

/// A report without which there are no rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// One of the sections that every report must have.
    #[error("the server's report has no readable {0}")]
    Vital(&'static str),
}

/// Reads a report's sections.
///
/// # Errors
///
/// When `uptime`, `stat` or `meminfo` are missing or cannot be read. Any other section is left out then.
pub fn parse(raw: &RawReport<'_>) -> Result<Report, ParseError> {
    let mut report = Report { seq: raw.seq, ..Report::default() };
    let (mut uptime, mut stat, mut memory) = (None, None, None);
    let (mut interfaces, mut disks, mut identity) = (None, None, None);
    for (name, text) in sections(&raw.text) {
        match name {
            "uptime" => keep_first(&mut uptime, || uptime::parse(text)),
            "stat" => keep_first(&mut stat, || stat::parse(text)),
            "meminfo" => keep_first(&mut memory, || meminfo::parse(text)),
            "loadavg" => keep_first(&mut report.load, || loadavg::parse(text)),
            "net_dev" => keep_first(&mut interfaces, || Some(net_dev::parse(text))),
            "diskstats" => keep_first(&mut disks, || Some(diskstats::parse(text))),
            "pressure_cpu" => keep_first(&mut report.pressure.cpu, || pressure::parse(text)),
            "pressure_io" => keep_first(&mut report.pressure.io, || pressure::parse(text)),
            "pressure_memory" => keep_first(&mut report.pressure.memory, || pressure::parse(text)),
            "df" => keep_first(&mut report.filesystems, || Some(filesystems::parse(text))),
            "ps" => keep_first(&mut report.processes, || processes::parse(text)),
            "sensors" => keep_first(&mut report.sensors, || Some(sensors::parse(text))),
            "units" => keep_first(&mut report.failed_units, || Some(names::units(text))),
            "names" => keep_first(&mut report.process_names, || Some(names::processes(text))),
            "service" => report.service_gone = text.trim() == "gone",
            "identity" => keep_first(&mut identity, || Some(text)),
            // A newer script may say more.
            _ => {}
        }
    }
    report.uptime_centis = uptime.ok_or(ParseError::Vital("uptime"))?;
    report.stat = stat.ok_or(ParseError::Vital("processor times"))?;
    report.memory = memory.ok_or(ParseError::Vital("memory"))?;
    report.interfaces = interfaces.unwrap_or_default();
    report.disks = disks.unwrap_or_default();
    report.identity = identity.map(|text| identity::parse(text, &report.stat));
    Ok(report)
}

/// Of sections that appear twice, the first counts.
fn keep_first<T>(slot: &mut Option<T>, parse: impl FnOnce() -> Option<T>) {
    if slot.is_none() {
        *slot = parse();
    }
}

/// The names and texts of a report's sections.
fn sections(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    let finder = memchr::memmem::Finder::new("\n=SM ");
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let end = finder.find(rest.as_bytes()).map_or(rest.len(), |at| at + 1);
            let (section, after) = rest.split_at_checked(end)?;
            rest = after;
            if let Some(section) = section.strip_prefix(SECTION) {
                return Some(section.split_once('\n').unwrap_or((section, "")));
            }
        }
        None
    })
}
