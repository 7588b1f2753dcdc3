//! What rules cost, and how soon people are told: what `script/bench alerts` measures.

mod bed;
mod cost;
mod crossing;
mod evaluation;
mod inbox;
mod lost;
mod storm;

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use clap::{Parser, ValueEnum};
use serde::Serialize;
use serde_json::json;

use self::bed::Bed;
use crate::measure::{Machine, Spread};
use crate::program::{file_limit, find_server_monitor, raise_file_limit};
use crate::table::{self, Figure};

/// Processor time of a rule for a sample, in µs.
const RULE_MARK_US: f64 = 2.0;
/// What may pass beyond the interval until a message about a crossed level is accepted, in ms.
const TOLD_MARK_MS: f64 = 1_000.0;
/// What may pass until a server that does not answer is an incident, in ms.
const INCIDENT_MARK_MS: f64 = 10_000.0;
/// The most rules: each looks at a series of its own.
const RULES_MAX: i64 = 20;

/// Measures rules and messages.
#[derive(Debug, Clone, Parser)]
#[command(name = "alerts", version, about)]
pub struct Arguments {
    /// What to measure
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Part::ALL)]
    parts: Vec<Part>,
    /// How many servers
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(3..=10_000))]
    servers: u32,
    /// How many rules cover each
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=RULES_MAX))]
    rules: u32,
    /// Seconds between two samples of a server
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=60))]
    interval: u32,
    /// How long the program is measured with rules, and how long without, twice each
    #[arg(long, default_value_t = 45, value_parser = clap::value_parser!(u64).range(2..=600))]
    seconds: u64,
    /// How many levels are crossed, one server after the other
    #[arg(long, default_value_t = 150, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    crossings: u32,
    /// How many servers are lost, one after the other: a third each loses its connections, hangs, or refuses logins
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(3..=10_000))]
    losses: u32,
    /// For how many seconds all servers are lost at once
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(5..=600))]
    storm: u64,
    /// The program [default: SERVER_MONITOR, or cargo's release folder]
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// A part of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Rules over samples, in this process
    Evaluation,
    /// The program with rules and without
    Cost,
    /// From a crossed level to the message
    Crossing,
    /// From a lost server to the message
    Lost,
    /// All servers lost at once, and back
    Storm,
}

impl Part {
    const ALL: [Self; 5] = [Self::Evaluation, Self::Cost, Self::Crossing, Self::Lost, Self::Storm];

    fn title(self, arguments: &Arguments) -> String {
        let Arguments { servers, rules, interval, .. } = arguments;
        match self {
            Self::Evaluation => format!("Evaluation alone: {servers} servers with {rules} rules each"),
            Self::Cost => format!("The program with {servers} servers at {interval} s"),
            Self::Crossing => format!("A level crossed, {servers} servers at {interval} s with {rules} rules each"),
            Self::Lost => format!("One server after the other lost, of {servers}"),
            Self::Storm => format!("{servers} servers lost at once for {} s", arguments.storm),
        }
    }
}

/// What a part came to.
#[derive(Debug, Serialize)]
struct Measured {
    title: String,
    figures: Vec<Figure>,
}

/// Runs the benchmark.
///
/// # Errors
/// When the program, the simulator or the mail server fails, or something is not told in time.
pub async fn run(arguments: Arguments) -> Result<()> {
    raise_file_limit();
    if file_limit() < u64::from(arguments.servers) + 200 {
        bail!("{} servers need more file descriptors than there may be ({})", arguments.servers, file_limit());
    }
    let machine = Machine::read();
    table::print(&machine.line())?;
    let (mut measured, mut bed) = (Vec::new(), None);
    for part in Part::ALL.into_iter().filter(|part| arguments.parts.contains(part)) {
        let title = part.title(&arguments);
        table::print(&format!("… {title}"))?;
        let figures = measure(part, &mut bed, &arguments).await?;
        table::print(&table::render(&title, &figures))?;
        measured.push(Measured { title, figures });
    }
    let path = table::save(
        "alerts",
        &json!({ "machine": machine, "load_at_the_end": Machine::read().load, "measured": measured }),
    )?;
    table::print(&format!("\nload {} at the end; written to {}", Machine::read().load, path.display()))
}

async fn measure(part: Part, bed: &mut Option<Bed>, arguments: &Arguments) -> Result<Vec<Figure>> {
    if part == Part::Evaluation {
        return evaluation::measure(arguments);
    }
    let bed = match bed {
        Some(bed) => bed,
        None => bed.insert(Bed::start(&find_server_monitor(arguments.program.as_deref())?, arguments).await?),
    };
    let figures = match part {
        Part::Evaluation => evaluation::measure(arguments),
        Part::Cost => cost::measure(bed, arguments).await,
        Part::Crossing => crossing::measure(bed, arguments).await,
        Part::Lost => lost::measure(bed, arguments).await,
        Part::Storm => storm::measure(bed, arguments).await,
    };
    figures.with_context(|| format!("the program's log:\n{}", bed.program.log()))
}

/// Now, in Unix milliseconds with what is below them.
fn now_ms() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    since.as_secs_f64() * 1e3
}

/// The middle and the far end of times in ms, with the mark of the far end if there is one.
fn spread(what: &str, times_ms: Vec<f64>, mark_ms: Option<f64>) -> [Figure; 3] {
    let spread = Spread::of(times_ms);
    let p99 = Figure::new(format!("{what}, p99"), spread.p99, "ms");
    [
        Figure::new(format!("{what}, p50"), spread.p50, "ms"),
        match mark_ms {
            Some(mark_ms) => p99.at_most(mark_ms),
            None => p99,
        },
        Figure::new(format!("{what}, longest"), spread.max, "ms"),
    ]
}

#[allow(clippy::cast_precision_loss, reason = "figures have three digits")]
fn float(value: impl TryInto<i64>) -> f64 {
    value.try_into().map_or(f64::NAN, |value| value as f64)
}
