//! How long tasks were held up, in percent.

use domain::metrics::{Pressure, PressureStall};

use crate::parse::{PressureCounters, StallCounters, StallLine};

/// The stalls between two readings, from the totals; from the kernel's average over ten seconds where there are none.
pub(super) fn stalls(previous: &PressureCounters, next: &PressureCounters, span_secs: f64) -> Pressure {
    let stall = |previous: &Option<StallCounters>, next: &Option<StallCounters>| {
        next.as_ref().map(|next| PressureStall {
            some: percent(previous.map(|previous| previous.some), next.some, span_secs),
            full: next.full.map(|full| percent(previous.and_then(|previous| previous.full), full, span_secs)),
        })
    };
    Pressure {
        cpu: stall(&previous.cpu, &next.cpu),
        memory: stall(&previous.memory, &next.memory),
        io: stall(&previous.io, &next.io),
    }
}

#[allow(clippy::cast_precision_loss, reason = "a percentage needs no more than 53 bits")]
fn percent(previous: Option<StallLine>, next: StallLine, span_secs: f64) -> f64 {
    let stalled_us = previous.and_then(|previous| next.total_us?.checked_sub(previous.total_us?));
    match stalled_us {
        Some(us) => (us as f64 / (span_secs * 1_000_000.0) * 100.0).min(100.0),
        None => next.avg10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cpu(avg10: f64, total_us: Option<u64>) -> PressureCounters {
        let some = StallLine { avg10, total_us };
        PressureCounters { cpu: Some(StallCounters { some, full: None }), ..PressureCounters::default() }
    }

    #[test]
    fn the_total_decides_and_the_average_stands_in() {
        let cases = [
            (cpu(1.0, Some(1_000_000)), cpu(9.0, Some(1_750_000)), 25.0),
            (cpu(1.0, Some(1_000_000)), cpu(9.0, Some(99_000_000)), 100.0),
            (cpu(1.0, Some(1_000_000)), cpu(9.0, Some(0)), 9.0),
            (cpu(1.0, None), cpu(9.0, Some(5)), 9.0),
            (PressureCounters::default(), cpu(9.0, Some(5)), 9.0),
        ];
        for (previous, next, some) in cases {
            let stalls = stalls(&previous, &next, 3.0);
            assert_eq!(stalls.cpu, Some(PressureStall { some, full: None }));
            assert_eq!(stalls.memory, None);
        }
    }
}
