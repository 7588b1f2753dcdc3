//! `/proc/pressure/*` (kernel document `accounting/psi`): how long tasks were held up.

use super::text::{from_hundredths, hundredths, number};

/// One line: an average, and the running total.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StallLine {
    /// Over ten seconds, in percent.
    pub avg10: f64,
    /// Since the start, in microseconds.
    pub total_us: Option<u64>,
}

/// One resource.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StallCounters {
    /// At least one task waited.
    pub some: StallLine,
    /// All tasks waited at once; not every kernel says it for the processor.
    pub full: Option<StallLine>,
}

/// All resources; each `None` where the kernel does not offer it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PressureCounters {
    /// Waiting for a processor.
    pub cpu: Option<StallCounters>,
    /// Waiting for memory.
    pub memory: Option<StallCounters>,
    /// Waiting for disks.
    pub io: Option<StallCounters>,
}

pub(super) fn parse(text: &str) -> Option<StallCounters> {
    let find = |kind: &str| text.lines().find_map(|line| line.trim_start().strip_prefix(kind).and_then(stall));
    Some(StallCounters { some: find("some ")?, full: find("full ") })
}

fn stall(line: &str) -> Option<StallLine> {
    let value = |key: &str| line.split_ascii_whitespace().find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
    let avg10 = from_hundredths(hundredths(value("avg10")?)?).min(100.0);
    Some(StallLine { avg10, total_us: value("total").and_then(number) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn both_lines_are_read_and_the_second_may_be_missing() {
        let some = "some avg10=3.65 avg60=4.14 avg300=3.15 total=34099904\n";
        let counters = parse(&format!("{some}full avg10=0.50 avg60=0.00 avg300=0.00 total=7\n")).unwrap();
        assert_eq!(counters.some, StallLine { avg10: 3.65, total_us: Some(34_099_904) });
        assert_eq!(counters.full, Some(StallLine { avg10: 0.5, total_us: Some(7) }));
        assert_eq!(parse(some).unwrap().full, None);
        assert_eq!(parse("full avg10=0.50 total=7\n"), None);
        assert_eq!(parse("some avg10=-1 total=7\n"), None);
        assert_eq!(parse("some avg10=999.00\n").unwrap().some, StallLine { avg10: 100.0, total_us: None });
    }
}
