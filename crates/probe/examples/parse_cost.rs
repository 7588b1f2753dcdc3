//! What reading, parsing and deriving cost per report of a recorded trace.
//!
//! `zstd -dc trace.zst | cargo run --release --example parse_cost -p probe`

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::time::Instant;

use probe::emulate::{self, TraceReader};
use probe::{Message, Reader, Report, Sections};

const ROUNDS: u32 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut trace = Vec::new();
    std::io::stdin().read_to_end(&mut trace)?;
    let mut records = TraceReader::new();
    records.push(&trace);
    let mut list = Vec::new();
    while let Some(record) = records.next_record()? {
        list.push(record);
    }
    for (name, sections) in [("fast", Sections::FAST), ("all", Sections::ALL)] {
        let mut spent = std::time::Duration::ZERO;
        let (mut reports, mut bytes, mut samples) = (0_u32, 0, 0_u32);
        for _ in 0..ROUNDS {
            let mut reader = Reader::new("n");
            reader.push(&emulate::hello("n"));
            reader.next_message()?;
            let mut previous: Option<Report> = None;
            for record in &list {
                reader.ask(sections);
                let raw = emulate::report(reader.last_asked(), sections, record);
                bytes += raw.len();
                let since = Instant::now();
                reader.push(&raw);
                if let Some(Message::Report(raw)) = reader.next_message()? {
                    let report = probe::parse(&raw)?;
                    let sample = previous.as_ref().and_then(|previous| probe::derive(previous, &report, 0));
                    samples += u32::from(sample.is_some());
                    previous = Some(report);
                    reports += 1;
                }
                spent += since.elapsed();
            }
        }
        let mean = bytes / usize::try_from(reports.max(1))?;
        let per_report = spent.as_secs_f64() * 1e6 / f64::from(reports.max(1));
        writeln!(
            std::io::stdout(),
            "{name}: {per_report:.2} µs per report of {mean} bytes ({reports} reports, {samples} samples)"
        )?;
    }
    Ok(())
}
