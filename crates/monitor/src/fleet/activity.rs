//! Counts what the supervisors do, since the program started.

use std::sync::atomic::{AtomicU64, Ordering};

/// What the supervisors did since the program started.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    reports: AtomicU64,
    report_bytes: AtomicU64,
    connections: AtomicU64,
    failed_connections: AtomicU64,
}

/// The counts at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Reports that were received and read.
    pub reports: u64,
    /// The length of their texts.
    pub report_bytes: u64,
    /// Tries to connect to a server and start the probe, whatever came of them.
    pub connections: u64,
    /// Those that failed.
    pub failed_connections: u64,
}

impl Activity {
    /// A report was received.
    pub fn reported(&self, bytes: usize) {
        self.reports.fetch_add(1, Ordering::Relaxed);
        self.report_bytes.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// A try to connect ended.
    pub fn connected(&self, succeeded: bool) {
        self.connections.fetch_add(1, Ordering::Relaxed);
        if !succeeded {
            self.failed_connections.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The counts now.
    pub fn counts(&self) -> Counts {
        Counts {
            reports: self.reports.load(Ordering::Relaxed),
            report_bytes: self.report_bytes.load(Ordering::Relaxed),
            connections: self.connections.load(Ordering::Relaxed),
            failed_connections: self.failed_connections.load(Ordering::Relaxed),
        }
    }
}
