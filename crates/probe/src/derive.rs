//! Rates from two reports of one server: pure arithmetic over running totals.
//!
//! # The clock
//!
//! The time between two reports is the difference of the server's `/proc/uptime`, read first in every report: neither the
//! monitor's clock nor the network's delays come in. It counts in hundredths of a second, so over one second a rate is off by
//! less than 1 % (the error is that of two roundings, 0.4 % on average), over three by a third of that. What is finer
//! was looked at and left: `/proc/timer_list` is for root only, `/proc/self/sched` stops while the hypervisor has the
//! processor, and the sum of processor ticks rounds each of ten states by itself, which on few processors errs more. Processor
//! percentages need no clock: each state is divided by the sum of all of them.
//!
//! # Totals that go backwards
//!
//! Uptime or context switches that went backwards are a restart: no sample. An interface or disk whose totals went backwards was
//! set up anew or has wrapped: it is left out of this sample. A single state of a processor (idle and waiting time do that,
//! proc(5)) counts as 0.

mod cpu;
mod devices;
mod pressure;

use domain::metrics::Sample;

use crate::parse::Report;

/// What happened between two reports of one server; `at_ms` is when `next` arrived, in Unix milliseconds.
///
/// File systems, sensors and processes that only `previous` has are carried over: the first report of a connection
/// makes no sample, and what it had shall not be lost.
///
/// `None` when the server was restarted in between or no time has passed by its clock: `next` is then a new start.
#[allow(clippy::cast_precision_loss, reason = "an uptime has far fewer than 53 bits")]
pub fn derive(previous: &Report, next: &Report, at_ms: i64) -> Option<Sample> {
    let span_centis = next.uptime_centis.checked_sub(previous.uptime_centis).filter(|span| *span > 0)?;
    let switches = next.stat.context_switches.checked_sub(previous.stat.context_switches)?;
    let span_secs = span_centis as f64 / 100.0;
    let forks = next.stat.forks.saturating_sub(previous.stat.forks);
    Some(Sample {
        at_ms,
        span_secs,
        uptime_secs: next.uptime_centis as f64 / 100.0,
        cpu: cpu::states(&previous.stat.total, &next.stat.total),
        cores: cpu::cores(&previous.stat.cores, &next.stat.cores),
        load: next.load.unwrap_or_default(),
        pressure: pressure::stalls(&previous.pressure, &next.pressure, span_secs),
        memory: next.memory,
        disks: devices::disks(&previous.disks, &next.disks, span_secs),
        interfaces: devices::interfaces(&previous.interfaces, &next.interfaces, span_secs),
        context_switches: per_second(switches, span_secs),
        forks: per_second(forks, span_secs),
        blocked: next.stat.blocked,
        filesystems: next.filesystems.clone().or_else(|| previous.filesystems.clone()),
        sensors: next.sensors.clone().or_else(|| previous.sensors.clone()),
        processes: next.processes.clone().or_else(|| previous.processes.clone()),
    })
}

#[allow(clippy::cast_precision_loss, reason = "a rate needs no more than 53 bits")]
fn per_second(count: u64, span_secs: f64) -> f64 {
    count as f64 / span_secs
}
