//! A past for a program that is just being tried: its servers get days of the recorded trace.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use domain::metrics::{Process, Processes};
use history::{Engine, Tier};
use store::Store;

use crate::history::replay::{Recorded, Replay};

const SECOND_MS: i64 = 1_000;
const HOUR_MS: i64 = 3_600 * SECOND_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Gives the servers of a database a past. The program must not be running.
#[derive(Debug, Parser)]
#[command(name = "seed-history", version, about)]
pub struct Arguments {
    /// The database file
    database: PathBuf,
    /// How many days
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(i64).range(1..=400))]
    days: i64,
    /// Seconds between two samples
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=3_600))]
    step: i64,
    /// How many servers that nobody answers for are added first
    #[arg(long, default_value_t = 0)]
    add: u32,
    /// The end, in Unix milliseconds; now when not given
    #[arg(long)]
    until: Option<i64>,
    /// From how many minutes before the end the servers were away
    #[arg(long, default_value_t = 180)]
    away_from: i64,
    /// Until how many minutes before the end
    #[arg(long, default_value_t = 120)]
    away_to: i64,
    /// How many minutes before the end the processor was at 99 % once
    #[arg(long, default_value_t = 90)]
    spike: i64,
}

/// What a small web server runs; when its processor was busy once, a backup was why.
fn processes(at_ms: i64, is_spike: bool) -> Processes {
    let usual = [
        (1, "root", "systemd", "/sbin/init", 0.0, 14),
        (412, "postgres", "postgres", "postgres: checkpointer", 0.8, 310),
        (530, "www-data", "nginx", "nginx: worker process", 3.2, 42),
        (531, "www-data", "nginx", "nginx: worker process", 2.9, 41),
        (902, "app", "ruby", "puma 6.4.2 (tcp://127.0.0.1:3000) [shop]", 11.5, 520),
        (1_377, "redis", "redis-server", "/usr/bin/redis-server 127.0.0.1:6379", 1.1, 96),
        (77, "root", "kworker/0:1", "", 0.2, 0),
    ];
    let backup = (40_112, "root", "restic", "restic backup --one-file-system /", 96.4, 640);
    // Some change from one minute to the next.
    let change = |pid: u32| (at_ms / 60_000 * 31 + i64::from(pid) * 17).rem_euclid(40) as f64 / 10.0;
    let process = |(pid, user, name, command, cpu, mebibytes): (u32, &str, &str, &str, f64, u64)| Process {
        pid,
        user: user.to_owned(),
        name: name.to_owned(),
        command: command.to_owned(),
        state: if cpu > 50.0 { "R" } else { "S" }.to_owned(),
        cpu: if cpu > 0.5 { cpu + change(pid) } else { cpu },
        memory: mebibytes << 20,
    };
    let top = usual.into_iter().chain(is_spike.then_some(backup)).map(process).collect();
    Processes { total: 143, top }
}

/// Writes the past.
///
/// # Errors
/// When the database cannot be used.
pub async fn run(arguments: Arguments) -> Result<()> {
    ensure!(arguments.database.is_file(), "there is no database {}", arguments.database.display());
    let store = Arc::new(Store::open(&arguments.database).await?);
    store.migrate().await?;
    let now_ms = i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis())?;
    let end_ms = arguments.until.unwrap_or(now_ms);
    for number in 1..=arguments.add {
        let new = store::servers::NewServer {
            name: format!("seeded-{number:04}"),
            host: "127.0.0.1".to_owned(),
            port: 9,
            username: "root".to_owned(),
            interval_secs: 300,
            ..Default::default()
        };
        store.servers().create(new, end_ms - arguments.days * DAY_MS).await?;
    }
    let engine = Engine::new(Arc::clone(&store));
    let recorded = Recorded::read()?;
    for server in store.servers().list().await? {
        let mut replay = Replay::new(&recorded, server.id.0.unsigned_abs());
        let step_ms = arguments.step * SECOND_MS;
        let minute = |minutes: i64| end_ms - minutes * 60 * SECOND_MS;
        let mut at_ms = end_ms - arguments.days * DAY_MS;
        at_ms -= at_ms.rem_euclid(step_ms);
        while at_ms < end_ms {
            let is_away = (minute(arguments.away_from)..minute(arguments.away_to)).contains(&at_ms);
            let is_spike = (0..step_ms).contains(&(at_ms - minute(arguments.spike)));
            if !is_away {
                engine.record(server.id, at_ms, |row| {
                    replay.next(|metric, instance, value| {
                        let is_busy = metric == "cpu.busy" && instance.is_empty();
                        row.set(metric, instance, if is_spike && is_busy { 99.0 } else { value });
                    });
                });
            }
            if !is_away {
                let minute_of = |at_ms: i64| at_ms.div_euclid(60 * SECOND_MS);
                let is_busy = minute_of(at_ms) == minute_of(minute(arguments.spike) + step_ms - 1);
                engine.record_processes(server.id, at_ms, &processes(at_ms, is_busy));
            }
            at_ms += step_ms;
            if at_ms % HOUR_MS < step_ms {
                engine.flush().await?;
            }
            if at_ms % Tier::Raw.window_ms() < step_ms {
                engine.flush_all().await?;
                engine.close_windows(at_ms).await?;
            }
        }
        engine.flush_all().await?;
    }
    engine.close_windows(end_ms).await?;
    drop(engine);
    Arc::try_unwrap(store).ok().context("nobody else has the database")?.close().await?;
    Ok(())
}
