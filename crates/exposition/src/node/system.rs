//! Load, time, tasks and what a server says of itself.

use super::{Family, Measured, Series, counter, gauge, number};

pub(super) const FAMILIES: &[Family] = &[
    gauge("node_load1", "1m load average.", |series, of| load(series, of, |load| load.one)),
    gauge("node_load5", "5m load average.", |series, of| load(series, of, |load| load.five)),
    gauge("node_load15", "15m load average.", |series, of| load(series, of, |load| load.fifteen)),
    gauge("node_boot_time_seconds", "Node boot time, in unixtime.", |series, of| {
        if let Some(booted) = booted_at_secs(of) {
            series.value(booted);
        }
    }),
    gauge("node_time_seconds", "System time in seconds since epoch (1970).", |series, of| {
        if let Some(booted) = booted_at_secs(of) {
            // By the server's own clock, carried on by ours since it was asked.
            series.value(booted + number(of.report.uptime_centis) / 100.0 + of.age_secs);
        }
    }),
    gauge("node_uname_info", "Labeled system information as provided by the uname system call.", |series, of| {
        if let Some(identity) = &of.identity {
            let (sysname, release) = identity.kernel.split_once(' ').unwrap_or((&identity.kernel, ""));
            let (machine, nodename) = (identity.architecture.as_str(), identity.hostname.as_str());
            let labels = [("machine", machine), ("nodename", nodename), ("release", release), ("sysname", sysname)];
            series.with(labels, 1.0);
        }
    }),
    gauge("node_os_info", "A metric with a constant '1' value labeled by pretty_name.", |series, of| {
        if let Some(identity) = of.identity.as_ref().filter(|identity| !identity.distribution.is_empty()) {
            series.with([("pretty_name", &identity.distribution)], 1.0);
        }
    }),
    gauge("node_procs_running", "Number of processes in runnable state.", |series, of| {
        series.value(f64::from(of.report.stat.running));
    }),
    gauge("node_procs_blocked", "Number of processes blocked waiting for I/O to complete.", |series, of| {
        series.value(f64::from(of.report.stat.blocked));
    }),
    counter("node_context_switches_total", "Total number of context switches.", |series, of| {
        series.value(number(of.report.stat.context_switches));
    }),
    counter("node_forks_total", "Total number of forks.", |series, of| series.value(number(of.report.stat.forks))),
];

fn load(series: &mut Series<'_>, of: &Measured, pick: fn(&domain::metrics::Load) -> f64) {
    if let Some(load) = &of.report.load {
        series.value(pick(load));
    }
}

/// In Unix seconds; `None` where the kernel did not say.
fn booted_at_secs(of: &Measured) -> Option<f64> {
    Some(of.report.stat.booted_at_secs).filter(|booted| *booted > 0).map(number)
}
