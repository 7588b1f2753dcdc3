//! Our own engine and program.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use domain::ServerId;
use history::{Engine, Tier};
use reqwest::RequestBuilder;
use store::{Store, history::Usage};

use super::{
    Arguments, HOUR_MS, STEP_MS, Times, float,
    questions::{Question, Target},
    replay::{Recorded, Replay},
};
use crate::{
    measure::process,
    program::{Rest, ServerMonitor},
    table::Figure,
};

/// The time between two samples of the server that has a year.
const YEAR_STEP_MS: i64 = 30_000;

/// A database with a past.
#[derive(Debug)]
pub(super) struct Written {
    path: PathBuf,
    servers: Vec<ServerId>,
    of_year: Option<ServerId>,
    figures: Vec<Figure>,
}

impl Written {
    /// Writes the past of all servers as the program does, and a year of one more.
    pub async fn write(folder: &Path, recorded: &Arc<Recorded>, times: Times, arguments: &Arguments) -> Result<Self> {
        let path = folder.join("servers.db");
        let store = Arc::new(Store::open(&path).await?);
        store.migrate().await?;
        let mut servers = add_servers(&store, arguments.servers + 1, times.year_ms).await?;
        let of_year = servers.pop().filter(|_| arguments.days > 0);
        store.checkpoint().await?;
        let empty = size(&path)?;

        let rows = (times.end_ms - times.begin_ms) / STEP_MS;
        let replaying = replayed(&servers, recorded, rows)?;
        let engine = Engine::new(Arc::clone(&store));
        let (before, begin, mut closing) = (cpu()?, Instant::now(), Duration::ZERO);
        let mut all = replays(&servers, recorded);
        for row in 1..=rows {
            let at_ms = times.begin_ms + (row - 1) * STEP_MS;
            for (server, replay) in &mut all {
                engine.record(*server, at_ms, |row| replay.write(row));
            }
            // As every other second in real time.
            engine.flush().await?;
            if row % (Tier::Raw.window_ms() / STEP_MS) == 0 {
                engine.flush_all().await?;
                let begin = Instant::now();
                engine.close_windows(at_ms + HOUR_MS).await?;
                closing += begin.elapsed();
            }
        }
        let (writing, wall) = (cpu()?.saturating_sub(before + replaying), begin.elapsed());
        let memory = process::peak_rss(std::process::id()).context("this process has a memory")?;
        tidy(&store).await?;
        let usage = engine.usage().await?;
        let (raw, raw_bytes) = sum(&usage, Tier::Raw);
        let (_, rolled_bytes) = sum(&usage, Tier::Minute);
        let in_file = float(size(&path)? - empty);
        let mut figures = vec![
            Figure::new("series of a server", float(recorded.series() as u64), ""),
            Figure::new("samples", raw / 1e6, "M"),
            Figure::new("bytes per sample, blocks alone", raw_bytes / raw, "B"),
            Figure::new("bytes per sample, in the file with index and all", (in_file - rolled_bytes) / raw, "B")
                .at_most(0.6),
            Figure::new("the same with the roll-ups by the minute (avg, min, max, count)", in_file / raw, "B"),
            Figure::new("processor time per million samples", writing.as_secs_f64() * 1e6 / raw, "s"),
            Figure::new("time of it all", wall.as_secs_f64(), "s"),
            Figure::new("of which closing windows", closing.as_secs_f64(), "s"),
            Figure::new("memory at most, with the replay's own", float(memory) / f64::from(1 << 20), "MiB"),
        ];
        if let Some(server) = of_year {
            figures.extend(write_year(&engine, &store, server, recorded, times).await?);
        }
        drop(engine);
        tidy(&store).await?;
        Arc::try_unwrap(store).ok().context("nobody else has the database")?.close().await?;
        Ok(Self { path, servers, of_year, figures })
    }

    pub fn figures(&self) -> Vec<Figure> {
        self.figures.clone()
    }
}

/// A year by the minute and by the hour; what was sampled goes as it does when its time is over.
async fn write_year(
    engine: &Engine,
    store: &Store,
    server: ServerId,
    recorded: &Arc<Recorded>,
    times: Times,
) -> Result<Vec<Figure>> {
    let mut replay = Replay::new(recorded, 0);
    let begin = Instant::now();
    let mut at_ms = times.year_ms;
    while at_ms < times.end_ms {
        engine.record(server, at_ms, |row| replay.write(row));
        at_ms += YEAR_STEP_MS;
        if at_ms % (10 * 60_000) == 0 {
            engine.flush().await?;
        }
        if at_ms % Tier::Raw.window_ms() == 0 {
            engine.flush_all().await?;
            engine.close_windows(at_ms + HOUR_MS).await?;
            store.history().delete_before(server, Tier::Raw.number(), at_ms - Tier::Raw.window_ms()).await?;
        }
    }
    let wall = begin.elapsed();
    let usage = store.history().usage_of(server).await?;
    let mut figures = vec![Figure::new("time of writing a year of one server", wall.as_secs_f64(), "s")];
    for (tier, name) in [(Tier::Minute, "minute"), (Tier::Hour, "hour")] {
        let (values, bytes) = sum(&usage, tier);
        figures.push(Figure::new(format!("a year by the {name}, all series"), bytes / f64::from(1 << 20), "MiB"));
        figures.push(Figure::new(
            format!("bytes per value by the {name} (4 values a row and series)"),
            bytes / values,
            "B",
        ));
    }
    Ok(figures)
}

fn sum(usage: &[Usage], tier: Tier) -> (f64, f64) {
    let of_tier = || usage.iter().filter(move |usage| usage.tier == tier.number());
    let values: i64 = of_tier().map(|usage| usage.value_count).sum();
    let bytes: i64 = of_tier().map(|usage| usage.size_bytes).sum();
    (float(values), float(bytes))
}

/// What the replay alone takes, which is not part of writing.
fn replayed(servers: &[ServerId], recorded: &Arc<Recorded>, rows: i64) -> Result<Duration> {
    let before = cpu()?;
    for (_, mut replay) in replays(servers, recorded) {
        let mut total = 0.0;
        for _ in 0..rows {
            replay.next(|_, _, value| total += value);
        }
        std::hint::black_box(total);
    }
    Ok(cpu()?.saturating_sub(before))
}

fn cpu() -> Result<Duration> {
    process::cpu(std::process::id()).context("this process has a processor time")
}

async fn tidy(store: &Store) -> Result<()> {
    while store.history().give_back(64 << 20).await? {}
    Ok(store.checkpoint().await?)
}

async fn add_servers(store: &Store, count: u32, now_ms: i64) -> Result<Vec<ServerId>> {
    let mut ids = Vec::new();
    for number in 0..count {
        let new = store::servers::NewServer {
            name: format!("server-{number}"),
            // Nobody answers there: what is measured is the past.
            host: "127.0.0.1".to_owned(),
            port: 9,
            username: "root".to_owned(),
            interval_secs: 3_600,
            ..Default::default()
        };
        ids.push(store.servers().create(new, now_ms).await?.id);
    }
    Ok(ids)
}

fn replays(servers: &[ServerId], recorded: &Arc<Recorded>) -> Vec<(ServerId, Replay)> {
    (1u64..).zip(servers).map(|(number, server)| (*server, Replay::new(recorded, number))).collect()
}

fn size(path: &Path) -> Result<i64> {
    Ok(i64::try_from(std::fs::metadata(path)?.len())?)
}

/// The release program over that database.
#[derive(Debug)]
pub(super) struct Program {
    program: ServerMonitor,
    rest: Rest,
    servers: Vec<ServerId>,
    of_year: Option<ServerId>,
}

impl Program {
    pub async fn start(path: &Path, folder: &Path, written: &Written) -> Result<Self> {
        let data = folder.join("data");
        std::fs::create_dir(&data)?;
        std::fs::rename(&written.path, data.join("servers.db"))?;
        let keep = [("MONITOR_HISTORY_MINUTE_DAYS", "3650")];
        let program = ServerMonitor::start_over(path, &data, &keep).await?;
        let rest = Rest::set_up(&program.url()).await?;
        Ok(Self { program, rest, servers: written.servers.clone(), of_year: written.of_year })
    }
}

impl Target for Program {
    fn name(&self) -> &'static str {
        "Server Monitor"
    }

    fn pid(&self) -> u32 {
        self.program.pid()
    }

    fn request(&self, question: Question, turn: usize) -> Option<RequestBuilder> {
        let step = question.step_ms();
        let one = |server: ServerId, question: Question| {
            let series = question.series().join(",");
            let (from, to) = (question.begin_ms(), question.end_ms());
            self.rest
                .get(&format!("/api/servers/{server}/metrics/history?series={series}&from={from}&to={to}&step={step}"))
        };
        match question {
            Question::Hours { .. } => self.servers.get(turn % self.servers.len()).map(|server| one(*server, question)),
            Question::Year { .. } => self.of_year.map(|server| one(server, question)),
            Question::Fleet { from_ms, to_ms } => {
                let servers: Vec<String> = self.servers.iter().map(ToString::to_string).collect();
                let (servers, series) = (servers.join(","), question.series().join(","));
                let path = format!(
                    "/api/metrics/history?server_id={servers}&series={series}&from={from_ms}&to={to_ms}&step={step}"
                );
                Some(self.rest.get(&path))
            }
            Question::Moment { at_ms } => Some(self.rest.get(&format!("/api/servers/history/at?at={at_ms}"))),
        }
    }

    fn points(&self, answer: &serde_json::Value) -> usize {
        let list = |of: &serde_json::Value, name| of.get(name).and_then(serde_json::Value::as_array).cloned();
        let all = |one: &serde_json::Value| -> usize {
            let series = list(one, "series").unwrap_or_default();
            series.iter().map(|one| list(one, "points").map_or(0, |points| points.len())).sum()
        };
        match list(answer, "servers") {
            Some(servers) if servers.iter().any(|one| one.get("series").is_some()) => servers.iter().map(all).sum(),
            Some(servers) => servers.len(),
            None => all(answer),
        }
    }
}
