//! What the past costs on disk, in processor time and in memory, and how soon a question about it is answered, beside Prometheus and
//! VictoriaMetrics, which are fed with the same values and asked the same.

mod ours;
mod peer;
mod questions;
pub(crate) mod replay;

use std::{path::Path, sync::Arc};

use anyhow::Result;
use clap::Parser;
use history::Tier;

use self::{
    ours::{Program, Written},
    peer::{Peer, prometheus::Prometheus, victoria::VictoriaMetrics},
    questions::{Answers, Question, Target},
    replay::Recorded,
};
use crate::{
    measure::Machine,
    table::{self, Figure},
};

const SECOND_MS: i64 = 1_000;
const HOUR_MS: i64 = 3_600 * SECOND_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The time between two samples of the servers.
const STEP_MS: i64 = 3 * SECOND_MS;
/// Points of an answer.
const POINTS: i64 = 1_000;

/// Measures history.
#[derive(Debug, Clone, Parser)]
#[command(name = "history", version, about)]
pub struct Arguments {
    /// How many servers, each from a place of its own in the recorded trace
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    servers: u32,
    /// How many hours of each, at 3 s; whole windows of six hours
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(6..=48))]
    hours: u32,
    /// How many days one more server has, at 30 s, for the tiers by the minute and by the hour; 0 for none
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(0..=730))]
    days: u32,
    /// How many questions of each kind
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    questions: u32,
    /// Leave out Prometheus and VictoriaMetrics
    #[arg(long)]
    alone: bool,
    /// The release program; else `SERVER_MONITOR`, else what script/build made
    #[arg(long)]
    program: Option<std::path::PathBuf>,
}

/// The stretches of simulated time.
#[derive(Debug, Clone, Copy)]
struct Times {
    /// Where the hours of all servers begin: at the begin of a window.
    begin_ms: i64,
    /// Where they end.
    end_ms: i64,
    /// Where the year of one server begins.
    year_ms: i64,
}

impl Times {
    /// The newest whole windows before `now_ms`, so that nothing of it is too old for anybody.
    fn before(now_ms: i64, arguments: &Arguments) -> Self {
        let span_ms = i64::from(arguments.hours) * HOUR_MS;
        let end_ms = Tier::Raw.window_of(now_ms - HOUR_MS);
        let begin_ms = Tier::Raw.window_of(end_ms - span_ms);
        Self { begin_ms, end_ms, year_ms: Tier::Minute.window_of(end_ms - i64::from(arguments.days) * DAY_MS) }
    }
}

/// Runs the benchmark.
///
/// # Errors
/// When the program, a peer, the database or the trace cannot be used.
pub async fn run(arguments: Arguments) -> Result<()> {
    let machine = Machine::read();
    table::print(&machine.line())?;
    let program = crate::program::find_server_monitor(arguments.program.as_deref())?;
    let recorded = Recorded::read()?;
    let now_ms = i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis())?;
    let times = Times::before(now_ms, &arguments);
    let mut writing = Vec::new();
    let mut targets: Vec<Box<dyn Target>> = Vec::new();

    let folder = tempfile::Builder::new().prefix("server-monitor-bench").tempdir()?;
    say("writing with our engine")?;
    let written = Written::write(folder.path(), &recorded, times, &arguments).await?;
    writing.push(("Server Monitor", written.figures()));
    if !arguments.alone {
        say("feeding VictoriaMetrics")?;
        let (peer, figures) = fed::<VictoriaMetrics>(folder.path(), &recorded, times, &arguments).await?;
        writing.push((VictoriaMetrics::NAME, figures));
        targets.push(Box::new(peer));
        say("feeding Prometheus (many minutes)")?;
        let (peer, figures) = fed::<Prometheus>(folder.path(), &recorded, times, &arguments).await?;
        writing.push((Prometheus::NAME, figures));
        targets.push(Box::new(peer));
    }
    targets.insert(0, Box::new(Program::start(&program, folder.path(), &written).await?));
    for (name, figures) in &writing {
        table::print(&table::render(&format!("{name}: writing"), figures))?;
    }

    let mut asking = Vec::new();
    for question in Question::all(times, &arguments) {
        say(&question.to_string())?;
        match Answers::ask(question, &targets, arguments.questions).await {
            Ok(answers) => {
                table::print(&table::render(&question.to_string(), &answers.figures()))?;
                asking.push(answers);
            }
            // The other questions are worth asking all the same.
            Err(cause) => table::print(&format!("not answered: {cause}"))?,
        }
    }
    let result = serde_json::json!({ "machine": machine, "servers": arguments.servers, "hours": arguments.hours,
        "days": arguments.days, "writing": writing, "asking": asking });
    let path = table::save("history", &result)?;
    table::print(&format!("\nwritten to {}", path.display()))
}

async fn fed<P: Peer>(
    folder: &Path,
    recorded: &Arc<Recorded>,
    times: Times,
    arguments: &Arguments,
) -> Result<(P, Vec<Figure>)> {
    P::feed(&folder.join(P::NAME), recorded, times, arguments).await
}

fn say(what: &str) -> Result<()> {
    table::print(&format!("… {what}"))
}

#[allow(clippy::cast_precision_loss, reason = "figures have three digits")]
fn float(value: impl TryInto<i64>) -> f64 {
    value.try_into().map_or(f64::NAN, |value| value as f64)
}
