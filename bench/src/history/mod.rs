//! What history takes on disk and in processor time, and how soon a question about it is answered.

mod replay;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use clap::Parser;
use domain::ServerId;
use history::Engine;
use store::Store;

use self::replay::{Recorded, Replay, STEP_MS};
use crate::measure::{Machine, Spread, process};
use crate::table::{self, Figure};

const HOUR_MS: i64 = 60 * 60 * 1_000;
/// When the simulated time begins: windows of every tier do.
const BEGIN_MS: i64 = 120 * 24 * HOUR_MS * 172;
/// The series of the questions: of every kind some.
const ASKED: [&str; 8] = [
    "cpu.user",
    "cpu.system",
    "cpu.user:0",
    "memory.available",
    "load.one",
    "net.rx_bytes:lo",
    "disk.write_bytes:vda",
    "pressure.cpu.some",
];
/// Points of an answer.
const POINTS: i64 = 1_000;

/// Measures history: the recorded trace as that of many servers, at 3 s.
#[derive(Debug, Parser)]
#[command(name = "history", version, about)]
pub struct Arguments {
    /// How many servers
    #[arg(long, default_value_t = 48, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    servers: u32,
    /// How many hours of each
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(6..=48))]
    hours: u32,
    /// How many questions of each kind
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    questions: u32,
}

/// Runs the benchmark.
///
/// # Errors
/// When the database or the trace cannot be used.
pub async fn run(arguments: Arguments) -> Result<()> {
    let machine = Machine::read();
    table::print(&machine.line())?;
    let recorded = Recorded::read()?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("servers.db");
    let store = Arc::new(Store::open(&path).await?);
    store.migrate().await?;
    let servers = servers(&store, arguments.servers).await?;
    store.checkpoint().await?;
    let empty_bytes = size(&path)?;
    let rows = i64::from(arguments.hours) * HOUR_MS / STEP_MS;

    let pid = std::process::id();
    let cpu = || process::cpu(pid).context("this process has a processor time");
    let before = cpu()?;
    for (server, mut replay) in replays(&servers, &recorded) {
        let mut row = history::RowWriter::new(history::MOST_SERIES);
        for _ in 0..rows {
            replay.write(&mut row);
        }
        std::hint::black_box((server, row.rows()));
    }
    let replaying = cpu()? - before;

    let engine = Engine::new(Arc::clone(&store));
    let (before, begin) = (cpu()?, Instant::now());
    let mut all = replays(&servers, &recorded);
    let mut closing = Duration::ZERO;
    for row in 0..rows {
        let at_ms = BEGIN_MS + row * STEP_MS;
        for (server, replay) in &mut all {
            engine.record(*server, at_ms, |row| replay.write(row));
        }
        engine.flush().await?;
        if (row + 1) % (6 * HOUR_MS / STEP_MS) == 0 {
            engine.flush_all().await?;
            let begin = Instant::now();
            engine.close_windows(at_ms + HOUR_MS).await?;
            closing += begin.elapsed();
        }
    }
    let (writing, wall) = (cpu()?.saturating_sub(before + replaying), begin.elapsed());
    while store.history().give_back(64 << 20).await? {}
    store.checkpoint().await?;
    let usage = engine.usage().await?;
    let values =
        |tier: i16| usage.iter().filter(|usage| usage.tier == tier).map(|usage| usage.value_count).sum::<i64>();
    let bytes = |tier: i16| usage.iter().filter(|usage| usage.tier == tier).map(|usage| usage.size_bytes).sum::<i64>();
    let (raw, rolled) = (float(values(0)), float(bytes(1)));
    let figures = vec![
        Figure::new("series of a server", float(i64::try_from(recorded.series())?), ""),
        Figure::new("values as sampled", raw / 1e6, "M"),
        Figure::new("bytes per value as sampled, in blocks", float(bytes(0)) / raw, "B"),
        Figure::new("bytes per value as sampled, in the file, all tiers", float(size(&path)? - empty_bytes) / raw, "B")
            .at_most(0.6),
        Figure::new("of which rolled up and not yet closed", rolled / raw, "B"),
        Figure::new("processor time per million values", writing.as_secs_f64() * 1e6 / raw, "s"),
        Figure::new("wall time of it all", wall.as_secs_f64(), "s"),
        Figure::new("wall time of closing windows", closing.as_secs_f64(), "s"),
    ];
    table::print(&table::render("writing", &figures))?;
    let keys: Vec<String> = ASKED.iter().map(|key| (*key).to_owned()).collect();
    let one = ask(&engine, &servers, &keys, arguments.questions).await?;
    let figures_one = vec![
        Figure::new("1 server, 8 series, 6 hours, median", one.p50, "ms").at_most(3.0),
        Figure::new("1 server, 8 series, 6 hours, p95", one.p95, "ms").at_most(6.0),
    ];
    table::print(&table::render("asking the engine, without HTTP", &figures_one))?;
    let path =
        table::save("history", &serde_json::json!({ "machine": machine, "writing": figures, "asking": figures_one }))?;
    table::print(&format!("\nwritten to {}", path.display()))
}

async fn ask(engine: &Engine, servers: &[ServerId], keys: &[String], questions: u32) -> Result<Spread> {
    let mut times = Vec::new();
    for server in servers.iter().cycle().take(questions as usize) {
        let begin = Instant::now();
        let to_ms = BEGIN_MS + 6 * HOUR_MS;
        let range = engine.range(*server, keys, BEGIN_MS, to_ms, 6 * HOUR_MS / POINTS).await?;
        times.push(begin.elapsed().as_secs_f64() * 1e3);
        anyhow::ensure!(range.series.iter().all(|series| series.points.len() >= 999), "every series has its points");
    }
    Ok(Spread::of(times))
}

async fn servers(store: &Store, count: u32) -> Result<Vec<ServerId>> {
    let mut ids = Vec::new();
    for number in 0..count {
        let new = store::servers::NewServer {
            name: format!("server-{number}"),
            host: "192.0.2.1".to_owned(),
            port: 22,
            username: "root".to_owned(),
            interval_secs: 3,
            ..Default::default()
        };
        ids.push(store.servers().create(new, BEGIN_MS).await?.id);
    }
    Ok(ids)
}

fn replays(servers: &[ServerId], recorded: &Arc<Recorded>) -> Vec<(ServerId, Replay)> {
    (1u64..).zip(servers).map(|(number, server)| (*server, Replay::new(recorded, number))).collect()
}

fn size(path: &Path) -> Result<i64> {
    Ok(i64::try_from(std::fs::metadata(path)?.len())?)
}

#[allow(clippy::cast_precision_loss, reason = "figures have three digits")]
fn float(value: i64) -> f64 {
    value as f64
}
