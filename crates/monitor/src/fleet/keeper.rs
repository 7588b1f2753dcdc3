//! Keeps the database in step with what is known in memory: status, reason and last answer of each server.
//!
//! Supervisors never wait for the database; a slow one only makes what it holds older.

use std::{sync::Arc, time::Duration};

use tokio::time;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::Shared;

/// How often changed connections are written.
const CONNECTIONS_EVERY: Duration = Duration::from_secs(1);

/// Writes changed connections.
pub(super) struct Keeper {
    shared: Arc<Shared>,
    stop: CancellationToken,
}

impl Keeper {
    pub fn new(shared: Arc<Shared>, stop: CancellationToken) -> Self {
        Self { shared, stop }
    }

    /// Runs until the fleet stops, and writes once more then.
    pub async fn run(self) {
        loop {
            let stopped = time::timeout(CONNECTIONS_EVERY, self.stop.cancelled()).await.is_ok();
            self.write().await;
            if stopped {
                return;
            }
        }
    }

    async fn write(&self) {
        let unsaved = self.shared.board.take_unsaved();
        if unsaved.is_empty() {
            return;
        }
        let servers = self.shared.store.servers();
        let mut seen = Vec::new();
        for (id, connection, last_seen_ms) in &unsaved {
            if let Err(cause) = servers.set_connection(*id, connection).await {
                warn!(server.id = id.0, %cause, "could not store the state of a server");
            }
            seen.extend(last_seen_ms.map(|at_ms| (*id, at_ms)));
        }
        if let Err(cause) = servers.set_last_seen(&seen).await {
            warn!(servers = seen.len(), %cause, "could not store when servers last answered");
        }
    }
}
