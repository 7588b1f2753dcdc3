//! The questions, and how soon each target answers them.

use std::{
    fmt,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use reqwest::RequestBuilder;
use serde::Serialize;
use serde_json::Value;

use super::{Arguments, POINTS, Times, float};
use crate::{
    measure::{Spread, process},
    table::Figure,
};

/// The series of the questions: of every kind some.
const EIGHT: [&str; 8] = [
    "cpu.user",
    "cpu.system",
    "cpu.user:0",
    "memory.available",
    "load.one",
    "net.rx_bytes:lo",
    "disk.write_bytes:vda",
    "pressure.cpu.some",
];
/// What a row of the dashboard shows.
pub(super) const ROW: [&str; 7] = [
    "cpu.busy",
    "memory.used_percent",
    "load.one",
    "net.rx_bytes",
    "net.tx_bytes",
    "filesystem.used_percent",
    "uptime",
];

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Eight series of one server over six hours.
    Hours { from_ms: i64, to_ms: i64 },
    /// One series of all servers over six hours.
    Fleet { from_ms: i64, to_ms: i64 },
    /// Eight series of one server over a year.
    Year { from_ms: i64, to_ms: i64 },
    /// The values of the dashboard at one moment.
    Moment { at_ms: i64 },
}

impl Question {
    pub fn all(times: Times, arguments: &Arguments) -> Vec<Self> {
        let (from_ms, to_ms) = (times.end_ms - 6 * super::HOUR_MS, times.end_ms);
        let mut all = vec![Self::Hours { from_ms, to_ms }, Self::Fleet { from_ms, to_ms }];
        if arguments.days > 0 {
            all.push(Self::Year { from_ms: to_ms - i64::from(arguments.days) * super::DAY_MS, to_ms });
        }
        all.push(Self::Moment { at_ms: from_ms + 3 * super::HOUR_MS + 12_345 });
        all
    }

    pub fn series(self) -> &'static [&'static str] {
        match self {
            Self::Hours { .. } | Self::Year { .. } => &EIGHT,
            Self::Fleet { .. } => &EIGHT[..1],
            Self::Moment { .. } => &ROW,
        }
    }

    pub fn begin_ms(self) -> i64 {
        match self {
            Self::Hours { from_ms, .. } | Self::Fleet { from_ms, .. } | Self::Year { from_ms, .. } => from_ms,
            Self::Moment { at_ms } => at_ms,
        }
    }

    pub fn end_ms(self) -> i64 {
        match self {
            Self::Hours { to_ms, .. } | Self::Fleet { to_ms, .. } | Self::Year { to_ms, .. } => to_ms,
            Self::Moment { at_ms } => at_ms,
        }
    }

    /// The time between two points: whole seconds, which Prometheus wants for steps that divide evenly.
    pub fn step_ms(self) -> i64 {
        ((self.end_ms() - self.begin_ms()) / POINTS / 1_000 * 1_000).max(1_000)
    }

    /// What it must not exceed, median and 95 of 100, in milliseconds.
    fn marks(self) -> Option<(f64, f64)> {
        matches!(self, Self::Hours { .. } | Self::Year { .. }).then_some((3.0, 6.0))
    }
}

impl fmt::Display for Question {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Hours { .. } => "asking: 1 server, 8 series, 6 hours",
            Self::Fleet { .. } => "asking: all servers, 1 series, 6 hours",
            Self::Year { .. } => "asking: 1 server, 8 series, 1 year",
            Self::Moment { .. } => "asking: the fleet at a past moment",
        })
    }
}

/// Somebody who is asked over HTTP.
pub(super) trait Target {
    fn name(&self) -> &'static str;
    fn pid(&self) -> u32;
    /// The question as a request; `turn` chooses the server.
    fn request(&self, question: Question, turn: usize) -> Option<RequestBuilder>;
    /// How many points an answer has, or how many servers.
    fn points(&self, answer: &Value) -> usize;
}

/// How one target answered.
#[derive(Debug, Serialize)]
struct Answer {
    target: &'static str,
    points: usize,
    bytes: usize,
    time_ms: Spread,
    cpu_ms: f64,
    memory_mib: f64,
}

/// How all answered one question.
#[derive(Debug, Serialize)]
pub(super) struct Answers {
    question: String,
    marks: Option<(f64, f64)>,
    answers: Vec<Answer>,
}

impl Answers {
    /// Asks all targets in turn, so that what else the machine does hits all alike.
    pub async fn ask(question: Question, targets: &[Box<dyn Target>], count: u32) -> Result<Self> {
        let mut times = vec![Vec::new(); targets.len()];
        let mut cpu = vec![Duration::ZERO; targets.len()];
        let mut shapes = Vec::new();
        for target in targets {
            let body = once(target.as_ref(), question, 0).await?;
            let points = target.points(&serde_json::from_slice(&body)?);
            ensure!(points > 0, "{} has no answer to: {question}", target.name());
            shapes.push((points, body.len()));
        }
        for turn in 0..count as usize {
            for ((target, times), cpu) in targets.iter().zip(&mut times).zip(&mut cpu) {
                let before = process::cpu_of_threads(target.pid()).unwrap_or_default();
                let begin = Instant::now();
                once(target.as_ref(), question, turn * 7).await?;
                times.push(begin.elapsed().as_secs_f64() * 1e3);
                *cpu += process::cpu_of_threads(target.pid()).unwrap_or_default().saturating_sub(before);
            }
        }
        let answers = targets.iter().zip(shapes).zip(times.into_iter().zip(cpu));
        let answers = answers.map(|((target, (points, bytes)), (times, cpu))| Answer {
            target: target.name(),
            points,
            bytes,
            time_ms: Spread::of(times),
            cpu_ms: cpu.as_secs_f64() * 1e3 / f64::from(count),
            memory_mib: float(process::rss(target.pid()).unwrap_or_default()) / f64::from(1 << 20),
        });
        Ok(Self { question: question.to_string(), marks: question.marks(), answers: answers.collect() })
    }

    pub fn figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        for (place, answer) in self.answers.iter().enumerate() {
            let held = |figure: Figure, mark: fn((f64, f64)) -> f64| match self.marks.filter(|_| place == 0) {
                Some(marks) => figure.at_most(mark(marks)),
                None => figure,
            };
            let name = answer.target;
            figures.push(held(Figure::new(format!("{name}: median"), answer.time_ms.p50, "ms"), |marks| marks.0));
            figures.push(held(Figure::new(format!("{name}: p95"), answer.time_ms.p95, "ms"), |marks| marks.1));
            figures.push(Figure::new(format!("{name}: processor time"), answer.cpu_ms, "ms"));
            figures.push(Figure::new(format!("{name}: points or servers"), float(answer.points as u64), ""));
            figures.push(Figure::new(format!("{name}: answer"), float(answer.bytes as u64) / 1e3, "kB"));
            figures.push(Figure::new(format!("{name}: memory"), answer.memory_mib, "MiB"));
        }
        figures
    }
}

async fn once(target: &dyn Target, question: Question, turn: usize) -> Result<bytes::Bytes> {
    let request =
        target.request(question, turn).with_context(|| format!("{} knows no way to ask it", target.name()))?;
    let answer = request.send().await?;
    let status = answer.status();
    let body = answer.bytes().await?;
    ensure!(status.is_success(), "{} answered {status}: {}", target.name(), String::from_utf8_lossy(&body));
    Ok(body)
}
