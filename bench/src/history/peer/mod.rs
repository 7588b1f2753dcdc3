//! The peers: time-series databases out of Debian's packages, fed with the same values.

pub(super) mod prometheus;
pub(super) mod victoria;

use std::{fmt::Write as _, net::TcpListener, path::Path, process::Command, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use super::{
    Arguments, STEP_MS, Times,
    questions::{Question, Target},
    replay::{Recorded, Replay},
};
use crate::{program::OwnedChild, table::Figure};

/// How long a peer may take to start.
const START: Duration = Duration::from_secs(60);
/// How long one request may take: imports are long.
const REQUEST: Duration = Duration::from_secs(600);
/// The name of the server that has a year.
const OF_YEAR: &str = "year";

/// A database that can be fed and asked.
pub(super) trait Peer: Target + Sized {
    const NAME: &'static str;

    /// Feeds it into `folder`, and starts it to be asked.
    async fn feed(
        folder: &Path,
        recorded: &Arc<Recorded>,
        times: Times,
        arguments: &Arguments,
    ) -> Result<(Self, Vec<Figure>)>;
}

/// A running peer.
#[derive(Debug)]
struct Running {
    child: OwnedChild,
    client: Client,
    url: String,
    servers: usize,
}

impl Running {
    /// Starts a command that listens on the port that it is told, and waits until `ready` answers.
    async fn start(mut command: Command, log: &Path, port: u16, ready: &str, servers: u32) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let log = std::fs::File::create(log)?;
        let child = command.stdin(std::process::Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn();
        let child =
            OwnedChild(child.with_context(|| format!("{name} cannot be run; script/bootstrap bench installs it"))?);
        notify::use_ring();
        let client = Client::builder().timeout(REQUEST).no_proxy().build()?;
        let running = Self { child, client, url: format!("http://127.0.0.1:{port}"), servers: servers as usize };
        let begin = tokio::time::Instant::now();
        while !running.is_ready(ready).await {
            if begin.elapsed() > START {
                bail!("{name} did not start");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(running)
    }

    async fn is_ready(&self, path: &str) -> bool {
        let answer = self.client.get(format!("{}{path}", self.url)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// A question in the language that both peers speak.
    fn ask(&self, question: Question, turn: usize, extra: &str) -> RequestBuilder {
        let series = question.series().join("|").replace('.', "[.]");
        let server = match question {
            Question::Hours { .. } => format!("server=\"s{}\",", turn % self.servers),
            Question::Year { .. } => format!("server=\"{OF_YEAR}\","),
            Question::Fleet { .. } | Question::Moment { .. } => format!("server!=\"{OF_YEAR}\","),
        };
        let query =
            format!("sm{{{server}series=~\"{series}\"}}").replace('"', "%22").replace(['{'], "%7B").replace('}', "%7D");
        let query =
            query.replace('[', "%5B").replace(']', "%5D").replace('|', "%7C").replace('=', "%3D").replace('~', "%7E");
        let seconds = |ms: i64| format!("{}.{:03}", ms / 1_000, ms % 1_000);
        let path = match question {
            Question::Moment { at_ms } => format!("/api/v1/query?query={query}&time={}", seconds(at_ms)),
            _ => {
                let (from, to) = (seconds(question.begin_ms()), seconds(question.end_ms()));
                format!("/api/v1/query_range?query={query}&start={from}&end={to}&step={}", question.step_ms() / 1_000)
            }
        };
        self.client.get(format!("{}{path}{extra}", self.url))
    }

    fn points(answer: &Value) -> usize {
        let of = |one: &Value| one.get("values").and_then(Value::as_array).map_or(1, Vec::len);
        answer.pointer("/data/result").and_then(Value::as_array).map_or(0, |result| result.iter().map(of).sum())
    }
}

/// All samples of one server as lines. Returns how many.
fn lines_of_server(recorded: &Arc<Recorded>, number: u32, times: Times, unit: Unit, text: &mut String) -> u64 {
    let mut replay = Replay::new(recorded, u64::from(number) + 1);
    let mut count = 0;
    let mut at_ms = times.begin_ms;
    while at_ms < times.end_ms {
        replay.next(|metric, instance, value| {
            line(text, &format_args!("s{number}"), metric, instance, value, at_ms, unit);
            count += 1;
        });
        at_ms += STEP_MS;
    }
    count
}

/// A year of the series that are asked about, by the minute: what these databases would have of it.
fn lines_of_year(recorded: &Arc<Recorded>, times: Times, unit: Unit, text: &mut String) {
    let asked = Question::Year { from_ms: times.year_ms, to_ms: times.end_ms };
    let mut replay = Replay::new(recorded, 0);
    let mut at_ms = times.year_ms;
    while at_ms < times.end_ms {
        replay.next(|metric, instance, value| {
            let is_asked = asked.series().iter().any(|key| match key.split_once(':') {
                Some((of, on)) => of == metric && on == instance,
                None => *key == metric && instance.is_empty(),
            });
            if is_asked {
                line(text, &format_args!("{OF_YEAR}"), metric, instance, value, at_ms, unit);
            }
        });
        at_ms += 60_000;
    }
}

/// What times are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Seconds,
    Milliseconds,
}

fn line(
    text: &mut String,
    server: &std::fmt::Arguments<'_>,
    metric: &str,
    instance: &str,
    value: f64,
    at_ms: i64,
    unit: Unit,
) {
    let colon = if instance.is_empty() { "" } else { ":" };
    // Writing to a String cannot fail.
    let _ = write!(text, "sm{{server=\"{server}\",series=\"{metric}{colon}{instance}\"}} {value} ");
    let _ = match unit {
        Unit::Milliseconds => writeln!(text, "{at_ms}"),
        Unit::Seconds if at_ms % 1_000 == 0 => writeln!(text, "{}", at_ms / 1_000),
        Unit::Seconds => writeln!(text, "{}.{:03}", at_ms / 1_000, at_ms % 1_000),
    };
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// What all files below a folder take.
fn size_of(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        bytes += if kind.is_dir() { size_of(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}
