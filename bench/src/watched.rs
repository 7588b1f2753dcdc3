//! What a watched server pays: the probe and sshd per report, beside a scrape of node_exporter.

mod awks;
mod conversation;
mod node_exporter;

use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use probe::Sections;
use serde::Serialize;
use sshd_fixture::{Options, Sshd, TempUser, is_root};

use crate::measure::{Machine, Spread};
use crate::table::{self, Figure};
use awks::Awk;
use conversation::Conversation;

/// Processor time of the watched server per report, in ms.
const CPU_MARK_MS: f64 = 1.0;
/// Seconds between two reports of a server that nobody looks at, of its file systems and sensors, and of its processes.
const PACE_SECS: (f64, f64, f64) = (3.0, 30.0, 60.0);

/// Measures what a report costs the watched server, with a real sshd on 127.0.0.1.
#[derive(Debug, Parser)]
#[command(name = "watched", version, about)]
pub struct Arguments {
    /// How many reports, one right after the other
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(10..=100_000))]
    reports: u32,
    /// How many reports with a pause between two
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(10..=100_000))]
    spaced: u32,
    /// That pause
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 150, value_parser = clap::value_parser!(u64).range(1..=60_000))]
    gap: u64,
    /// How many scrapes of node_exporter, where it is installed
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    scrapes: u32,
}

/// What a report costs, on average.
#[derive(Debug, Clone, Copy, Serialize)]
struct Cost {
    /// The probe, and what it starts, in ms.
    probe_ms: f64,
    /// The sshd of the connection, in ms.
    sshd_ms: f64,
    /// Whether the probe started any process.
    forks: bool,
    bytes: f64,
    /// From the request to the whole report, in ms.
    wall_ms: Spread,
}

impl Cost {
    fn total_ms(&self) -> f64 {
        self.probe_ms + self.sshd_ms
    }
}

/// One interpreter of the probe.
#[derive(Debug, Serialize)]
struct Measured {
    engine: String,
    fast: Cost,
    fast_spaced: Cost,
    filesystems_and_sensors: Cost,
    processes: Cost,
    figures: Vec<Figure>,
}

/// Runs the benchmark.
///
/// # Errors
/// When sshd is not installed, or the probe does not run.
pub async fn run(arguments: Arguments) -> Result<()> {
    let machine = Machine::read();
    table::print(&machine.line())?;
    let sshd = Sshd::start(Options::default())?;
    // With its privileges separated, as for everybody but root, sshd costs more.
    let account = if is_root() { Some(TempUser::new()?) } else { None };
    let user = account.as_ref().map_or_else(|| sshd.user(), |account| account.name().to_owned());
    let awks = Awk::installed()?;
    let mut measured = Vec::new();
    for awk in &awks {
        let one = measure(&sshd, &user, awk, &arguments).await.with_context(|| format!("with {}", awk.name()))?;
        table::print(&table::render(&format!("the probe in {}", awk.name()), &one.figures))?;
        measured.push(one);
    }
    let node_exporter = node_exporter::measure(arguments.scrapes).await?;
    match &node_exporter {
        Some(scrape) => table::print(&table::render("node_exporter, plain scrape", &scrape.figures()))?,
        None => table::print("\nnode_exporter is not installed")?,
    }
    let result = serde_json::json!({ "machine": machine, "probe": measured, "node_exporter": node_exporter });
    let path = table::save("watched", &result)?;
    table::print(&format!("\nwritten to {}", path.display()))
}

async fn measure(sshd: &Sshd, user: &str, awk: &Awk, arguments: &Arguments) -> Result<Measured> {
    let mut conversation = Conversation::start(sshd, user, awk).await?;
    let gap = Duration::from_millis(arguments.gap);
    let fast = conversation.cost(Sections::FAST, arguments.reports, Duration::ZERO).await?;
    let fast_spaced = conversation.cost(Sections::FAST, arguments.spaced, gap).await?;
    let slow = Sections::FILESYSTEMS | Sections::SENSORS;
    let filesystems_and_sensors = conversation.cost(slow, arguments.reports / 10, Duration::ZERO).await?;
    let processes = conversation.cost(Sections::PROCESSES, arguments.reports / 10, Duration::ZERO).await?;
    let engine = conversation.close().await;
    let (every, slow_every, processes_every) = PACE_SECS;
    let average = fast.total_ms()
        + (filesystems_and_sensors.total_ms() - fast.total_ms()).max(0.0) * every / slow_every
        + (processes.total_ms() - fast.total_ms()).max(0.0) * every / processes_every;
    let figures = vec![
        Figure::new("fast report: probe", fast.probe_ms, "ms"),
        Figure::new("fast report: sshd", fast.sshd_ms, "ms"),
        Figure::new("fast report: together", fast.total_ms(), "ms").at_most(CPU_MARK_MS),
        Figure::new("fast report: processes started (1: some)", f64::from(u8::from(fast.forks)), "").at_most(0.0),
        Figure::new("fast report: bytes", fast.bytes, "B"),
        Figure::new("fast report: wall, p50", fast.wall_ms.p50, "ms"),
        Figure::new(format!("fast report every {} ms: together", arguments.gap), fast_spaced.total_ms(), "ms")
            .at_most(CPU_MARK_MS),
        Figure::new("with file systems and sensors", filesystems_and_sensors.total_ms(), "ms"),
        Figure::new("with processes", processes.total_ms(), "ms"),
        Figure::new("average report at the pace of 3 s", average, "ms"),
        Figure::new("of one core at the pace of 3 s", average / every / 10.0, "%"),
    ];
    Ok(Measured { engine, fast, fast_spaced, filesystems_and_sensors, processes, figures })
}
