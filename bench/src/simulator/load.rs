//! How busy a simulated server's processors are, where that is not what was recorded.

use std::fmt::Write as _;

/// The columns of a processor in `/proc/stat` (proc(5)) by their place: user, and idle.
const USER: usize = 0;
const IDLE: usize = 3;
/// The columns that add up to all of its time; guests' time is in the first ones as well.
const TIMES: usize = 8;

/// Processor times of a server's own: as much time passes as was recorded, and so much of it is spent.
#[derive(Debug)]
pub(super) struct Load {
    percent: u8,
    /// Of all processors together and of each, in the order of the lines.
    processors: Vec<Processor>,
}

#[derive(Debug)]
struct Processor {
    /// What is told of it.
    columns: Vec<u64>,
    /// How much time had passed for it in the record before, in ticks.
    recorded: u64,
}

impl Load {
    /// Processors that are so busy from the first record on.
    pub fn new(percent: u8) -> Self {
        Self { percent, processors: Vec::new() }
    }

    /// Changes how busy they are.
    pub fn set(&mut self, percent: u8) {
        self.percent = percent;
    }

    /// The record with these processor times in place of its own.
    pub fn burden(&mut self, record: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(record);
        let mut burdened = String::with_capacity(text.len() + 64);
        let mut number = 0;
        for line in text.lines() {
            match processor(line) {
                Some((name, columns)) => {
                    let columns = self.next(number, columns);
                    number += 1;
                    burdened.push_str(name);
                    for column in columns {
                        let _ = write!(burdened, " {column}");
                    }
                }
                None => burdened.push_str(line),
            }
            burdened.push('\n');
        }
        burdened.into_bytes()
    }

    fn next(&mut self, number: usize, columns: Vec<u64>) -> Vec<u64> {
        let now: u64 = columns.iter().take(TIMES).sum();
        let Some(processor) = self.processors.get_mut(number) else {
            self.processors.push(Processor { columns: columns.clone(), recorded: now });
            return columns;
        };
        match now.checked_sub(processor.recorded) {
            Some(passed) => {
                let spent = passed * u64::from(self.percent) / 100;
                for (column, ticks) in [(USER, spent), (IDLE, passed - spent)] {
                    if let Some(column) = processor.columns.get_mut(column) {
                        *column += ticks;
                    }
                }
            }
            // The trace starts over, which looks like a restart.
            None => processor.columns = columns,
        }
        processor.recorded = now;
        processor.columns.clone()
    }
}

/// A processor's name and columns, when a line is about one.
fn processor(line: &str) -> Option<(&str, Vec<u64>)> {
    let rest = line.strip_prefix("cpu")?;
    let (index, columns) = rest.split_once(' ')?;
    let columns = columns.split_ascii_whitespace().map(str::parse).collect::<Result<Vec<_>, _>>().ok()?;
    let name = line.get(..3 + index.len())?;
    (index.bytes().all(|byte| byte.is_ascii_digit()) && columns.len() > IDLE).then_some((name, columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_time_passes_as_was_recorded_and_so_much_of_it_is_spent() {
        let mut load = Load::new(90);
        let mut burden = |record: &str| String::from_utf8_lossy(&load.burden(record.as_bytes())).into_owned();
        let first = "=SM stat\ncpu 100 0 50 800 50 0 0 0 0 0\ncpu0 100 0 50 800 50 0 0 0 0 0\nctxt 7\n";
        assert_eq!(burden(first), first, "the first one is where it begins");
        let next = "=SM stat\ncpu 110 0 60 1000 130 0 0 0 0 0\ncpu0 110 0 60 1000 130 0 0 0 0 0\nctxt 9\n";
        let expected = "=SM stat\ncpu 370 0 50 830 50 0 0 0 0 0\ncpu0 370 0 50 830 50 0 0 0 0 0\nctxt 9\n";
        assert_eq!(burden(next), expected, "of 300 ticks 270 are spent");
        assert_eq!(burden(first), first, "the trace starts over");
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        let record = "cpu model name: Recorded\ncpux 1 2 3 4\nctxt 1\nprocs_running 2\n";
        assert_eq!(Load::new(5).burden(record.as_bytes()), record.as_bytes());
    }
}
