//! Processor time and pressure.

use probe::{CpuTicks, PressureCounters, StallCounters, StallLine};

use super::{Family, Measured, Series, counter, number};

/// `/proc/stat` counts in hundredths of a second on every architecture that has servers; node_exporter takes the same.
const TICKS_PER_SEC: f64 = 100.0;

type Mode = (&'static str, fn(&CpuTicks) -> u64);

const MODES: [Mode; 8] = [
    ("idle", |ticks| ticks.idle),
    ("iowait", |ticks| ticks.iowait),
    ("irq", |ticks| ticks.irq),
    ("nice", |ticks| ticks.nice),
    ("softirq", |ticks| ticks.softirq),
    ("steal", |ticks| ticks.steal),
    ("system", |ticks| ticks.system),
    ("user", |ticks| ticks.user),
];

const GUEST_MODES: [Mode; 2] = [("nice", |ticks| ticks.guest_nice), ("user", |ticks| ticks.guest)];

pub(super) const FAMILIES: &[Family] = &[
    counter("node_cpu_seconds_total", "Seconds the CPUs spent in each mode.", |series, of| {
        cores(series, of, &MODES);
    }),
    counter("node_cpu_guest_seconds_total", "Seconds the CPUs spent in guests (VMs) for each mode.", |series, of| {
        cores(series, of, &GUEST_MODES)
    }),
    counter(
        "node_pressure_cpu_waiting_seconds_total",
        "Total time in seconds that processes have waited for CPU time",
        |series, of| stall(series, of, |all| all.cpu, some),
    ),
    counter(
        "node_pressure_io_stalled_seconds_total",
        "Total time in seconds no process could make progress due to IO congestion",
        |series, of| stall(series, of, |all| all.io, full),
    ),
    counter(
        "node_pressure_io_waiting_seconds_total",
        "Total time in seconds that processes have waited due to IO congestion",
        |series, of| stall(series, of, |all| all.io, some),
    ),
    counter(
        "node_pressure_memory_stalled_seconds_total",
        "Total time in seconds no process could make progress due to memory congestion",
        |series, of| stall(series, of, |all| all.memory, full),
    ),
    counter(
        "node_pressure_memory_waiting_seconds_total",
        "Total time in seconds that processes have waited for memory",
        |series, of| stall(series, of, |all| all.memory, some),
    ),
];

fn cores(series: &mut Series<'_>, of: &Measured, modes: &[Mode]) {
    for core in &of.report.stat.cores {
        let cpu = core.index.to_string();
        for (mode, ticks) in modes {
            series.with([("cpu", &cpu), ("mode", mode)], number(ticks(&core.ticks)) / TICKS_PER_SEC);
        }
    }
}

fn stall(
    series: &mut Series<'_>,
    of: &Measured,
    resource: fn(&PressureCounters) -> Option<StallCounters>,
    line: fn(&StallCounters) -> Option<StallLine>,
) {
    let line = resource(&of.report.pressure).as_ref().and_then(line);
    if let Some(total_us) = line.and_then(|line| line.total_us) {
        series.value(number(total_us) / 1_000_000.0);
    }
}

fn some(stall: &StallCounters) -> Option<StallLine> {
    Some(stall.some)
}

fn full(stall: &StallCounters) -> Option<StallLine> {
    stall.full
}
