//! The recorded trace as the past of many servers: each begins elsewhere in it, and its amplitudes are its own.
//!
//! What is zero, flat, constant or quantised in the trace stays so. A rate is the recorded one times a factor of the server and a little
//! noise, in whole units of the counter that it was read from (ticks, sectors, packets); a quantity that lasts, such as memory, moves only
//! when the recorded one does, by its step times as much.

use std::sync::Arc;

use anyhow::{Context, Result};
use history::{MOST_SERIES, RowWriter, Table, read_rows, round, write_sample};
use probe::{Message, Reader, Report, Sections};

use super::STEP_MS;
use crate::simulator::Trace;

/// Metrics that last: what begins with one of these, or ends with `_percent`.
const LASTING: [&str; 8] = ["memory.", "swap.", "filesystem.", "load.", "tasks.", "processes.", "sensor.", "uptime"];

/// The counters that rates are read from: how a metric begins, and what one more in the recorded three seconds makes of it.
/// Of two processors with a hundred ticks a second each, all together first.
const COUNTED: [(&str, f64, f64); 8] = [
    ("cpu.", 100.0 / 600.0, 100.0 / 300.0),
    ("disk.read_bytes", 512.0 / 3.0, 512.0 / 3.0),
    ("disk.write_bytes", 512.0 / 3.0, 512.0 / 3.0),
    ("disk.busy", 0.1 / 3.0, 0.1 / 3.0),
    ("disk.", 1.0 / 3.0, 1.0 / 3.0),
    ("net.", 1.0 / 3.0, 1.0 / 3.0),
    ("kernel.", 1.0 / 3.0, 1.0 / 3.0),
    ("pressure.", 1e-4 / 3.0, 1e-4 / 3.0),
];

/// One series of the trace.
#[derive(Debug)]
struct Series {
    metric: String,
    instance: String,
    lasts: bool,
    unit: f64,
    places: u8,
    values: Vec<f64>,
}

/// All series of the trace.
#[derive(Debug)]
pub struct Recorded {
    series: Vec<Series>,
    rows: usize,
}

impl Recorded {
    /// Reads the trace as the program reads a server.
    ///
    /// # Errors
    /// When the trace cannot be read.
    pub fn read() -> Result<Arc<Self>> {
        let trace = Trace::bundled()?;
        let mut reader = Reader::new("bench");
        reader.push(b"=SM-HELLO bench 1 awk proc\n");
        reader.next_message()?;
        let mut writer = RowWriter::new(MOST_SERIES);
        let mut before: Option<Report> = None;
        for place in 0..trace.len() {
            let mut sections = Sections::FAST;
            if place % 10 == 0 {
                sections = sections | Sections::FILESYSTEMS | Sections::PROCESSES;
            }
            let asked = reader.ask(sections);
            let number: u64 = asked.split_whitespace().next().context("a request has a number")?.parse()?;
            reader.push(&trace.recorded(number, sections, place));
            let report = match reader.next_message()?.context("a report is whole")? {
                Message::Report(raw) => probe::parse(&raw)?,
                Message::Hello(_) => anyhow::bail!("a second hello"),
            };
            let at_ms = i64::try_from(place)? * STEP_MS;
            if let Some(sample) = before.as_ref().and_then(|before| probe::derive(before, &report, at_ms)) {
                write_sample(&mut writer, &sample);
                writer.end_row(at_ms);
            }
            before = Some(report);
        }
        Ok(Arc::new(Self::of(read_rows(writer.bytes(), None)?)))
    }

    fn of(table: Table) -> Self {
        let rows = table.rows();
        let series = table.keys.into_iter().zip(table.columns).map(|(key, values)| {
            let (metric, instance) = key.split_once(':').unwrap_or((&key, ""));
            Series {
                lasts: LASTING.iter().any(|lasting| metric.starts_with(lasting)) || metric.ends_with("_percent"),
                places: (0..4)
                    .find(|places| values.iter().all(|value| same(*value, round(*value, *places))))
                    .unwrap_or(4),
                unit: unit(metric, instance),
                metric: metric.to_owned(),
                instance: instance.to_owned(),
                values,
            }
        });
        Self { series: series.collect(), rows }
    }

    /// How many series there are.
    pub fn series(&self) -> usize {
        self.series.len()
    }
}

fn unit(metric: &str, instance: &str) -> f64 {
    let found = COUNTED.iter().find(|(begin, ..)| metric.starts_with(begin) && metric != "disk.wait_ms");
    found.map_or(0.01, |(_, whole, part)| if instance.is_empty() { *whole } else { *part })
}

#[allow(clippy::float_cmp, reason = "the question is whether it is the same number")]
fn same(a: f64, b: f64) -> bool {
    a == b || a.is_nan()
}

/// A server that lives the trace again and again.
#[derive(Debug)]
pub struct Replay {
    recorded: Arc<Recorded>,
    place: usize,
    noise: Noise,
    factors: Vec<f64>,
    now: Vec<f64>,
}

impl Replay {
    /// Server number `number`, always the same for the same number.
    pub fn new(recorded: &Arc<Recorded>, number: u64) -> Self {
        let mut noise = Noise(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let factors = recorded.series.iter().map(|_| 0.7 + 0.6 * noise.uniform()).collect();
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in the trace"
        )]
        let place = (noise.uniform() * recorded.rows as f64) as usize;
        Self { recorded: Arc::clone(recorded), place, noise, factors, now: vec![f64::NAN; recorded.series.len()] }
    }

    /// Puts the next row into a writer.
    pub fn write(&mut self, row: &mut RowWriter) {
        self.next(|metric, instance, value| row.set(metric, instance, value));
    }

    /// Gives the values of the next row: metric, what was measured, value.
    pub fn next(&mut self, mut give: impl FnMut(&str, &str, f64)) {
        let recorded = Arc::clone(&self.recorded);
        let place = self.place % recorded.rows;
        for ((series, factor), now) in recorded.series.iter().zip(&self.factors).zip(&mut self.now) {
            let value = series.values.get(place).copied().unwrap_or(f64::NAN);
            if value.is_nan() {
                continue;
            }
            let last = place.checked_sub(1).and_then(|place| series.values.get(..=place)).unwrap_or_default();
            let last = last.iter().rfind(|value| !value.is_nan()).copied();
            *now = match last {
                Some(last) if series.lasts && !now.is_nan() => {
                    let step = value - last;
                    if step == 0.0 { *now } else { (*now + step * factor * (1.0 + 0.1 * self.noise.normal())).max(0.0) }
                }
                _ if series.lasts => value * factor,
                _ if value == 0.0 => 0.0,
                _ => {
                    // What one more of the counter made of it at this very moment: its time was not quite three seconds.
                    let count = (value / series.unit).round().max(1.0);
                    let counted = (count * factor * (1.0 + 0.06 * self.noise.normal())).round().max(0.0);
                    counted * (value / count)
                }
            };
            *now = round(*now, series.places);
            give(&series.metric, &series.instance, *now);
        }
        self.place += 1;
    }
}

/// Noise that is the same every time.
#[derive(Debug)]
struct Noise(u64);

impl Noise {
    /// From 0 to 1, xorshift64*.
    #[allow(clippy::cast_precision_loss, reason = "53 bits")]
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Nearly normal, around 0 with a deviation of 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}
