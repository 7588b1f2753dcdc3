//! The monitor itself in Prometheus' text format.

use domain::status::Status;
use exposition::{Kind, Text};

use super::process::Process;
use crate::{fleet::Counts, live::Readers};

/// How the monitor does.
pub(super) struct Program {
    /// The status of each server.
    pub statuses: Vec<Status>,
    pub counts: Counts,
    pub readers: Readers,
    pub live_connections: usize,
    pub is_database_up: bool,
    pub is_history_paused: bool,
    pub losses: history::Losses,
}

impl Program {
    /// The text, with the values of the process where they are known.
    pub fn text(&self, process: Option<&Process>) -> String {
        let mut text = Text::default();
        text.family("server_monitor_build_info", Kind::Gauge, "The program's version.");
        text.sample("server_monitor_build_info", [("version", env!("CARGO_PKG_VERSION"))], 1.0);
        text.family("server_monitor_servers", Kind::Gauge, "How many servers are watched, by whether they answer.");
        for status in [Status::Online, Status::Offline, Status::Unknown] {
            let count = self.statuses.iter().filter(|other| **other == status).count();
            text.sample("server_monitor_servers", [("status", status.name())], number(count as u64));
        }
        self.activity(&mut text);
        self.readers(&mut text);
        text.single(
            "server_monitor_database_up",
            Kind::Gauge,
            "Whether the database answers.",
            if self.is_database_up { 1.0 } else { 0.0 },
        );
        self.history(&mut text);
        if let Some(process) = process {
            own(&mut text, process);
        }
        text.into_string()
    }

    fn activity(&self, text: &mut Text) {
        let counts = &self.counts;
        for (name, help, count) in [
            ("server_monitor_reports_total", "Reports received from servers.", counts.reports),
            ("server_monitor_report_bytes_total", "Length of the received reports, in bytes.", counts.report_bytes),
            (
                "server_monitor_connection_attempts_total",
                "Tries to connect to a server and start the probe.",
                counts.connections,
            ),
            (
                "server_monitor_connection_failures_total",
                "Tries to connect to a server and start the probe that failed.",
                counts.failed_connections,
            ),
        ] {
            text.single(name, Kind::Counter, help, number(count));
        }
    }

    fn history(&self, text: &mut Text) {
        let paused = if self.is_history_paused { 1.0 } else { 0.0 };
        let help = "Whether nothing is written to history because the disk is too full.";
        text.single("server_monitor_history_paused", Kind::Gauge, help, paused);
        for (name, help, count) in [
            (
                "server_monitor_history_lost_samples_total",
                "Samples that could not be written to history.",
                self.losses.lost_rows,
            ),
            (
                "server_monitor_history_refused_values_total",
                "Values of series beyond the most that one server may have.",
                self.losses.refused_values,
            ),
            (
                "server_monitor_history_damaged_blocks_total",
                "Blocks of history that could not be read back.",
                self.losses.damaged_blocks,
            ),
        ] {
            text.single(name, Kind::Counter, help, number(count));
        }
    }

    fn readers(&self, text: &mut Text) {
        text.single(
            "server_monitor_live_connections",
            Kind::Gauge,
            "Open WebSockets and event streams.",
            number(self.live_connections as u64),
        );
        text.family("server_monitor_live_readers", Kind::Gauge, "Readers of the live streams, by what they read.");
        for (what, count) in [("fleet", self.readers.fleet), ("server", self.readers.server)] {
            text.sample("server_monitor_live_readers", [("stream", what)], number(count as u64));
        }
    }
}

/// The names that Prometheus' client libraries give these
/// (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>).
fn own(text: &mut Text, process: &Process) {
    let gauge = Kind::Gauge;
    let cpu = "Total user and system CPU time spent in seconds.";
    text.single("process_cpu_seconds_total", Kind::Counter, cpu, process.cpu_secs);
    text.single("process_open_fds", gauge, "Number of open file descriptors.", number(process.open_fds));
    if let Some(most) = process.max_fds {
        text.single("process_max_fds", gauge, "Maximum number of open file descriptors.", number(most));
    }
    let resident = "Resident memory size in bytes.";
    text.single("process_resident_memory_bytes", gauge, resident, number(process.resident_bytes));
    let virtual_size = "Virtual memory size in bytes.";
    text.single("process_virtual_memory_bytes", gauge, virtual_size, number(process.virtual_bytes));
    let start = "Start time of the process since unix epoch in seconds.";
    text.single("process_start_time_seconds", gauge, start, process.started_at_secs);
}

#[allow(clippy::cast_precision_loss, reason = "Prometheus' numbers have 53 bits")]
fn number(count: u64) -> f64 {
    count as f64
}
