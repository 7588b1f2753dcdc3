//! The program under the load of a simulated fleet: what `script/bench fleet` measures.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use serde::Serialize;
use tokio::time::sleep;

use crate::measure::{Machine, Spread, process};
use crate::program::{
    NewServers, Reader, Rest, Seen, ServerMonitor, SimulatorProcess, file_limit, find_server_monitor, raise_file_limit,
};
use crate::table::{self, Figure};

/// Processor time of the program per report, in µs.
const CPU_MARK_US: f64 = 150.0;
/// Memory of the program per server, in kB (1,000 bytes).
const RSS_MARK_KB: f64 = 150.0;
/// Until all servers are online, in seconds.
const ONLINE_MARK_SECS: f64 = 60.0;
/// Age of the values that a reader sees, in ms.
const AGE_MARK_MS: f64 = 1_000.0;

/// How long all servers may take to be online before the run is given up.
const ONLINE_LIMIT: Duration = Duration::from_secs(300);
/// What host keys are made from.
const SEED: u64 = 7;
const PASSWORD: &str = "simulated password";

/// Measures the program with a simulated fleet: 1,000 servers at 3 s and 5,000 at 15 s, unless told otherwise.
#[derive(Debug, Parser)]
#[command(name = "fleet", version, about)]
pub struct Arguments {
    /// How many servers
    #[arg(long, requires = "interval", value_parser = clap::value_parser!(u32).range(1..=60_000))]
    servers: Option<u32>,
    /// Seconds between two samples of a server
    #[arg(long, value_name = "SECONDS", requires = "servers", value_parser = clap::value_parser!(u32).range(1..=300))]
    interval: Option<u32>,
    /// How long each measurement takes
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// With how many WebSocket readers to measure
    #[arg(long, value_delimiter = ',', default_values_t = [0, 1, 10])]
    readers: Vec<usize>,
    /// The program [default: SERVER_MONITOR, or cargo's release folder]
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// One size of fleet.
#[derive(Debug, Serialize)]
struct Run {
    servers: u32,
    interval_secs: u32,
    figures: Vec<Figure>,
    windows: Vec<Window>,
}

/// What was measured with so many readers.
#[derive(Debug, Serialize)]
struct Window {
    readers: usize,
    seconds: f64,
    reports: u64,
    cpu_us_per_report: f64,
    simulator_cpu_us_per_report: f64,
    /// Of the program, in percent of one core.
    cpu_percent: f64,
    rss_mb: f64,
    age_ms: Spread,
    kb_per_second_and_reader: f64,
    snapshots: u64,
}

/// Runs the benchmark.
///
/// # Errors
/// When the program or the simulator fails.
pub async fn run(arguments: Arguments) -> Result<()> {
    raise_file_limit();
    let program = find_server_monitor(arguments.program.as_deref())?;
    let sizes = match (arguments.servers, arguments.interval) {
        (Some(servers), Some(interval)) => vec![(servers, interval)],
        _ => vec![(1_000, 3), (5_000, 15)],
    };
    let machine = Machine::read();
    table::print(&format!("{}\n{}", program.display(), machine.line()))?;
    let mut runs = Vec::new();
    for (servers, interval_secs) in sizes {
        if file_limit() < u64::from(servers) + 200 {
            bail!("{servers} servers need more file descriptors than this account may have ({})", file_limit());
        }
        let run = measure(&program, servers, interval_secs, &arguments).await?;
        table::print(&table::render(&format!("{servers} servers every {interval_secs} s"), &run.figures))?;
        runs.push(run);
    }
    let path = table::save("fleet", &serde_json::json!({ "machine": machine, "runs": runs }))?;
    table::print(&format!("\nwritten to {}", path.display()))
}

async fn measure(path: &std::path::Path, servers: u32, interval_secs: u32, arguments: &Arguments) -> Result<Run> {
    let mut simulator = SimulatorProcess::start(servers, PASSWORD, SEED).await?;
    let program = ServerMonitor::start(path).await?;
    let rest = Rest::set_up(&program.url()).await?;
    sleep(Duration::from_secs(2)).await;
    let empty = process::rss(program.pid()).context("the program has ended")?;

    let began = Instant::now();
    let port = simulator.port();
    let new = NewServers { count: servers, port, password: PASSWORD.to_owned(), seed: SEED, interval_secs };
    rest.add(&new).await.with_context(|| format!("adding servers; the program's log:\n{}", program.log()))?;
    let added = began.elapsed();
    online(&rest, &program, &mut simulator, servers).await?;
    let online_after_adding = began.elapsed();

    let program = program.restart().await?;
    let cpu_before = process::cpu(program.pid()).unwrap_or_default();
    online(&rest, &program, &mut simulator, servers).await?;
    let online_after_start = program.started_at().elapsed();
    let connecting = process::cpu(program.pid()).unwrap_or_default().saturating_sub(cpu_before);

    // Every server has been asked for its slow parts once more, and connecting is forgotten.
    sleep(Duration::from_secs(u64::from(interval_secs) + 5)).await;
    let mut windows = Vec::new();
    for readers in &arguments.readers {
        let length = Duration::from_secs(arguments.seconds);
        windows.push(window(&program, &mut simulator, &rest, *readers, length).await?);
    }
    let mut figures = vec![
        Figure::new("adding all servers over REST", added.as_secs_f64(), "s"),
        Figure::new("all online, from the first one added", online_after_adding.as_secs_f64(), "s")
            .at_most(ONLINE_MARK_SECS),
        Figure::new("all online, from the program's start", online_after_start.as_secs_f64(), "s")
            .at_most(ONLINE_MARK_SECS),
        Figure::new("CPU per connection made", connecting.as_secs_f64() * 1e6 / f64::from(servers), "µs"),
        Figure::new("RSS without servers", bytes_to(empty, 1e6), "MB"),
    ];
    if let Some(quiet) = windows.first() {
        let per_server = (quiet.rss_mb * 1e6 - bytes_to(empty, 1.0)) / f64::from(servers) / 1e3;
        figures.push(Figure::new("RSS per server", per_server, "kB").at_most(RSS_MARK_KB));
    }
    windows.iter().for_each(|window| figures.extend(window.figures()));
    Ok(Run { servers, interval_secs, figures, windows })
}

/// Waits until every server has sent what the first sample is made of, and the program calls it online.
async fn online(rest: &Rest, program: &ServerMonitor, simulator: &mut SimulatorProcess, servers: u32) -> Result<()> {
    let online = async {
        simulator.all_sampled(servers, ONLINE_LIMIT).await?;
        rest.all_online(servers, ONLINE_LIMIT).await
    };
    online.await.with_context(|| format!("the program's log:\n{}", program.log()))
}

async fn window(
    program: &ServerMonitor,
    simulator: &mut SimulatorProcess,
    rest: &Rest,
    count: usize,
    length: Duration,
) -> Result<Window> {
    let mut readers = Vec::new();
    for _ in 0..count {
        readers.push(Reader::start(program.address(), rest.token()).await?);
    }
    sleep(Duration::from_secs(2)).await;
    let cpu = |pid| process::cpu(pid).context("a process has ended");
    for reader in &readers {
        reader.take()?;
    }
    let before = (cpu(program.pid())?, cpu(simulator.pid())?, simulator.counts().await?, Instant::now());
    sleep(length).await;
    let after = (cpu(program.pid())?, cpu(simulator.pid())?, simulator.counts().await?, Instant::now());
    let mut seen = Seen::default();
    for reader in &readers {
        let part = reader.take()?;
        seen.ages_ms.extend(part.ages_ms);
        seen.bytes += part.bytes;
        seen.snapshots += part.snapshots;
    }
    let reports = after.2.reports - before.2.reports;
    let seconds = (after.3 - before.3).as_secs_f64();
    if reports == 0 {
        bail!("no report was asked for; the program's log:\n{}", program.log());
    }
    let used = (after.0.saturating_sub(before.0)).as_secs_f64();
    Ok(Window {
        readers: count,
        seconds,
        reports,
        cpu_us_per_report: used * 1e6 / count_to(reports),
        simulator_cpu_us_per_report: (after.1.saturating_sub(before.1)).as_secs_f64() * 1e6 / count_to(reports),
        cpu_percent: used / seconds * 100.0,
        rss_mb: bytes_to(process::rss(program.pid()).context("the program has ended")?, 1e6),
        age_ms: Spread::of(seen.ages_ms),
        kb_per_second_and_reader: bytes_to(seen.bytes, 1e3) / seconds / count_to(count.max(1) as u64),
        snapshots: seen.snapshots,
    })
}

impl Window {
    fn figures(&self) -> Vec<Figure> {
        let with = match self.readers {
            0 => "no reader".to_owned(),
            1 => "1 reader".to_owned(),
            readers => format!("{readers} readers"),
        };
        let name = |what: &str| format!("{with}: {what}");
        let mut figures = vec![
            Figure::new(name("CPU per report"), self.cpu_us_per_report, "µs").at_most(CPU_MARK_US),
            Figure::new(name("CPU of one core"), self.cpu_percent, "%"),
            Figure::new(name("reports per second"), count_to(self.reports) / self.seconds, ""),
            Figure::new(name("RSS"), self.rss_mb, "MB"),
            Figure::new(name("CPU of the simulator per report"), self.simulator_cpu_us_per_report, "µs"),
        ];
        if self.readers > 0 {
            figures.push(Figure::new(name("age of values, p50"), self.age_ms.p50, "ms"));
            figures.push(Figure::new(name("age of values, p99"), self.age_ms.p99, "ms").at_most(AGE_MARK_MS));
            figures.push(Figure::new(name("sent to each, per second"), self.kb_per_second_and_reader, "kB"));
        }
        figures
    }
}

fn count_to(count: u64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "no count is that large")]
    let count = count as f64;
    count
}

fn bytes_to(bytes: u64, unit: f64) -> f64 {
    count_to(bytes) / unit
}
