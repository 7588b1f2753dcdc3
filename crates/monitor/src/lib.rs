//! The services: one module per resource or activity. Permission, validation, storage, audit and events are theirs; HTTP is not.
//!
//! [`Monitor`] is the handle that REST, server functions and WebSockets share. Every method that acts for somebody takes an
//! [`Actor`] first and checks it inside.

#![forbid(unsafe_code)]

mod accounts;
mod actor;
mod alerts;
mod audit;
mod clock;
#[cfg(test)]
mod fixture;
mod fleet;
mod groups;
mod history;
mod live;
mod maintenance;
mod metrics;
mod notifications;
pub mod request;
mod servers;
mod start;
mod tags;

use std::sync::Arc;

use domain::{Result, fleet::Summary, stats::Overview};
use store::Store;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use domain::storage::Limits as HistoryLimits;
/// The media type of what [`Metrics`] gives.
pub use exposition::CONTENT_TYPE as METRICS_TYPE;
/// An exception to where messages may be sent, and what one says.
pub use notify::{Allowed, Text};
pub use store::notify::{Delivery, DeliveryState};

pub use crate::{
    accounts::{Accounts, SESSION_MS},
    actor::Actor,
    alerts::{Alerts, DryRunSpan, DryRuns, IncidentQuery},
    audit::AuditLog,
    clock::now_ms,
    fleet::Limits,
    groups::Groups,
    history::{Export, ExportPart, ExportQuery, History, RangeQuery},
    live::{BellWatch, FleetFrame, FleetWatch, Live, ServerWatch},
    maintenance::Maintenance,
    metrics::{Metrics, Scraper},
    notifications::{ChannelEdit, EVENT_TYPES, Notifications, Outgoing, Tried, example_message},
    servers::{ListPage, ListQuery, Servers},
    start::{KeySource, Options, StartError, migrate},
    tags::Tags,
};

/// All services. A clone is a cheap handle to the same ones.
#[derive(Debug, Clone)]
pub struct Monitor {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Arc<Store>,
    fleet: Arc<fleet::Fleet>,
    accounts: Accounts,
    servers: Arc<Servers>,
    groups: Groups,
    tags: Tags,
    alerts: Alerts,
    dry_runs: DryRuns,
    maintenance: Maintenance,
    notifications: Notifications,
    audit: AuditLog,
    live: Arc<Live>,
    history: History,
    metrics: Metrics,
    key_file_created: Option<std::path::PathBuf>,
    tasks: TaskTracker,
    stop: CancellationToken,
    stop_history: CancellationToken,
}

/// Whether requests can be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readiness {
    /// The database answers.
    pub database: bool,
    /// The program is not about to stop.
    pub running: bool,
    /// History is written; it pauses while the disk is too full. Requests are served all the same.
    pub history: bool,
}

impl Readiness {
    /// Whether all of it is well.
    pub fn is_ready(self) -> bool {
        self.database && self.running
    }
}

impl Monitor {
    /// Accounts and login sessions.
    pub fn accounts(&self) -> &Accounts {
        &self.inner.accounts
    }

    /// Servers.
    pub fn servers(&self) -> &Servers {
        &self.inner.servers
    }

    /// Groups of servers.
    pub fn groups(&self) -> &Groups {
        &self.inner.groups
    }

    /// Tags.
    pub fn tags(&self) -> &Tags {
        &self.inner.tags
    }

    /// Rules and incidents.
    pub fn alerts(&self) -> &Alerts {
        &self.inner.alerts
    }

    /// Rules over the past.
    pub fn dry_runs(&self) -> &DryRuns {
        &self.inner.dry_runs
    }

    /// Planned maintenance.
    pub fn maintenance(&self) -> &Maintenance {
        &self.inner.maintenance
    }

    /// Channels, levels of escalation and messages.
    pub fn notifications(&self) -> &Notifications {
        &self.inner.notifications
    }

    /// The audit log.
    pub fn audit(&self) -> &AuditLog {
        &self.inner.audit
    }

    /// The past.
    pub fn history(&self) -> &History {
        &self.inner.history
    }

    /// The live streams.
    pub fn live(&self) -> &Arc<Live> {
        &self.inner.live
    }

    /// What Prometheus scrapes.
    pub fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    /// Where the master key was written, when this start made it: its owner should keep a copy.
    pub fn key_file_created(&self) -> Option<&std::path::Path> {
        self.inner.key_file_created.as_deref()
    }

    /// The five counts, open to all.
    pub fn overview(&self) -> Overview {
        let rows: Vec<_> = self.inner.fleet.board().all().iter().map(|entry| entry.row()).collect();
        let summary = Summary::of(&rows);
        Overview {
            total_servers: summary.total,
            online_servers: summary.online,
            offline_servers: summary.offline,
            unknown_servers: summary.unknown,
            unread_alerts: rows.iter().map(|row| row.incidents.unacknowledged()).sum(),
        }
    }

    /// Whether requests can be served.
    pub async fn readiness(&self) -> Readiness {
        Readiness {
            database: self.inner.store.ping().await.is_ok(),
            running: !self.inner.stop.is_cancelled(),
            history: !self.inner.history.engine_is_paused(),
        }
    }

    /// Resolves when [`Self::stop`] was called: long-lived requests end then.
    pub async fn stopping(&self) {
        self.inner.stop.cancelled().await;
    }

    /// Stops watching, closes every connection and the database. Takes three seconds at most, mostly far less.
    ///
    /// # Errors
    /// When the database could not be closed properly.
    pub async fn stop(&self) -> Result<()> {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.fleet.stop().await;
        // After the fleet, so that the last samples are written down too.
        self.inner.stop_history.cancel();
        self.inner.tasks.wait().await;
        Ok(self.inner.store.close().await?)
    }
}
