//! The rules alone, in this process: the samples of the recorded trace meet the rules of many servers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ::alerts::{Rules, Server};
use anyhow::{Context, Result, bail};
use domain::RuleId;
use domain::alerts::{Comparison, Condition, Rule, Scope, Severity, Threshold};
use domain::metrics::Sample;
use probe::{Message, Reader, Report, Sections};

use super::{Arguments, RULE_MARK_US, float};
use crate::measure::process;
use crate::simulator::Trace;
use crate::table::Figure;

/// The series that rules look at, the ones that a first rule looks at first; with `:*` each that there is.
pub(super) const SERIES: [&str; 20] = [
    "cpu.busy",
    "memory.used_percent",
    "filesystem.used_percent:*",
    "load.one",
    "swap.used_percent",
    "cpu.iowait",
    "disk.busy:*",
    "net.rx_bytes",
    "net.tx_bytes",
    "net.rx_errors:*",
    "pressure.cpu.some",
    "pressure.memory.some",
    "pressure.io.some",
    "disk.read_bytes",
    "disk.write_bytes",
    "memory.available",
    "load.fifteen",
    "tasks.blocked",
    "cpu.busy:0",
    "kernel.forks",
];
/// How many samples every server takes in while it is measured.
const SAMPLES: usize = 200;
/// How far apart in the trace neighbours are.
const APART: usize = 37;
const STEP_MS: i64 = 3_000;

/// How the values lie to the levels of the rules.
#[derive(Debug, Clone, Copy)]
enum Levels {
    /// Out of reach.
    Quiet,
    /// In the middle of the values, so that rules begin and end all the time.
    Crossed,
    /// So low that every rule fires all the time.
    Firing,
}

/// Measures the evaluation.
///
/// # Errors
/// When the trace cannot be read, or lacks a series.
pub(super) fn measure(arguments: &Arguments) -> Result<Vec<Figure>> {
    let samples = samples()?;
    let middles = middles(&samples);
    let count = usize::try_from(arguments.rules)?.min(SERIES.len());
    // What is freed would be taken by those that come next, and their memory would not be seen: all is kept.
    let mut kept = Vec::new();
    let bare = run(&samples, &[], arguments, &mut kept)?;
    let mut figures =
        vec![Figure::new("CPU per sample without rules: walking over its values", bare.us_per_sample, "µs")];
    for (name, levels) in [("quiet", Levels::Quiet), ("crossed", Levels::Crossed), ("firing", Levels::Firing)] {
        let rules = rules(count, levels, &middles)?;
        let ran = run(&samples, &rules, arguments, &mut kept)?;
        let per_rule = ran.us_per_sample / float(count);
        figures.push(Figure::new(format!("{name}: CPU per rule and sample"), per_rule, "µs").at_most(RULE_MARK_US));
        figures.push(Figure::new(format!("{name}: CPU per sample"), ran.us_per_sample, "µs"));
        figures.push(Figure::new(format!("{name}: memory per server"), ran.bytes_per_server / 1e3, "kB"));
        figures.push(Figure::new(
            format!("{name}: began or ended, per thousand samples"),
            ran.events_per_sample * 1e3,
            "",
        ));
    }
    Ok(figures)
}

struct Ran {
    us_per_sample: f64,
    bytes_per_server: f64,
    events_per_sample: f64,
}

/// Lets every server take in as many samples, each from a place of its own.
fn run(
    samples: &[Arc<Sample>],
    rules: &[Rule],
    arguments: &Arguments,
    kept: &mut Vec<Vec<(Rules, Server)>>,
) -> Result<Ran> {
    let me = std::process::id();
    let rss = || process::rss(me).context("this process cannot be read");
    let before = rss()?;
    let mut servers: Vec<(Rules, Server)> =
        (0..arguments.servers).map(|_| (Rules::new(rules), Server::default())).collect();
    let mut events = 0;
    let mut used = Duration::ZERO;
    // The first round is for caches and for what is kept of a series; it is not measured.
    for step in 0..=SAMPLES {
        let began = process::cpu_of_threads(me).context("this process cannot be read")?;
        let mut begun = 0;
        for (number, (rules, server)) in servers.iter_mut().enumerate() {
            let Some(sample) = samples.get((number * APART + step) % samples.len()) else { continue };
            let at_ms = i64::try_from(step)? * STEP_MS;
            begun += server
                .sample(rules, at_ms, |visit| {
                    sample.each_value(|metric, instance, value, _| visit(metric, instance, value))
                })
                .len();
        }
        let ended = process::cpu_of_threads(me).context("this process cannot be read")?;
        if step > 0 {
            events += begun;
            used += ended.saturating_sub(began);
        }
    }
    let taken_in = float(SAMPLES * servers.len());
    let bytes = rss()?.saturating_sub(before);
    let bytes_per_server = float(bytes) / float(servers.len());
    kept.push(servers);
    Ok(Ran {
        us_per_sample: used.as_secs_f64() * 1e6 / taken_in,
        bytes_per_server,
        events_per_sample: float(events) / taken_in,
    })
}

/// One rule for each of the first series.
fn rules(count: usize, levels: Levels, middles: &BTreeMap<String, f64>) -> Result<Vec<Rule>> {
    let rule = |(number, series): (i64, &&str)| {
        let (metric, instance) = series.split_once(':').unwrap_or((series, ""));
        let is_it = |key: &&String| match instance {
            "*" => key.split_once(':').is_some_and(|(other, _)| other == metric),
            _ => key.as_str() == *series,
        };
        let Some(middle) = middles.keys().find(is_it).and_then(|key| middles.get(key)) else {
            bail!("the trace has no {series}");
        };
        let level = match levels {
            Levels::Quiet => 1e15,
            Levels::Crossed => *middle,
            Levels::Firing => -1.0,
        };
        Ok(Rule {
            id: RuleId(number),
            name: format!("rule {number}"),
            condition: Condition::Value {
                series: (*series).to_owned(),
                threshold: Threshold { comparison: Comparison::Above, fire: level, clear: level },
            },
            scope: Scope::All,
            severity: Severity::Warning,
            for_secs: 0,
            clear_secs: 0,
            is_enabled: true,
            level_id: None,
        })
    };
    (1..).zip(SERIES.iter().take(count)).map(rule).collect()
}

/// The middle value of every series.
fn middles(samples: &[Arc<Sample>]) -> BTreeMap<String, f64> {
    let mut values: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for sample in samples {
        sample.each_value(|metric, instance, value, _| {
            let key = if instance.is_empty() { metric.to_owned() } else { format!("{metric}:{instance}") };
            values.entry(key).or_default().push(value);
        });
    }
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    values.into_iter().map(|(key, values)| (key, middle(values))).collect()
}

/// The trace as the program reads a server, with what is slow to read every 30 s.
fn samples() -> Result<Vec<Arc<Sample>>> {
    let trace = Trace::bundled()?;
    let mut reader = Reader::new("bench");
    reader.push(b"=SM-HELLO bench 1 awk proc\n");
    reader.next_message()?;
    let mut samples = Vec::with_capacity(trace.len());
    let mut before: Option<Report> = None;
    for place in 0..trace.len() {
        let sections = if place % 10 == 0 { Sections::FAST | Sections::FILESYSTEMS } else { Sections::FAST };
        let asked = reader.ask(sections);
        let number: u64 = asked.split_whitespace().next().context("a request has a number")?.parse()?;
        reader.push(&trace.recorded(number, sections, place));
        let report = match reader.next_message()?.context("a report is whole")? {
            Message::Report(raw) => probe::parse(&raw)?,
            Message::Hello(_) => bail!("a second hello"),
        };
        samples.extend(before.as_ref().and_then(|before| probe::derive(before, &report, 0)).map(Arc::new));
        before = Some(report);
    }
    Ok(samples)
}
