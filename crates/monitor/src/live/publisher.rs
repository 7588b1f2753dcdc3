//! Gathers what changed in the fleet and hands it to all readers at once.

use std::{sync::Arc, time::Duration};

use domain::live::{FleetDelta, FromServer};
use store::Store;
use tokio::{sync::broadcast, time};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::FleetFrame;
use crate::fleet::Fleet;

/// How often changes are gathered. A value that a browser sees is at most so much older than one that a script asks for.
const GATHER_EVERY: Duration = Duration::from_millis(500);

/// Gathers and publishes what changes.
#[derive(Debug)]
pub(crate) struct Publisher {
    fleet: Arc<Fleet>,
    store: Arc<Store>,
    frames: broadcast::Sender<Arc<FleetFrame>>,
}

impl Publisher {
    pub(super) fn new(fleet: Arc<Fleet>, store: Arc<Store>, frames: broadcast::Sender<Arc<FleetFrame>>) -> Self {
        Self { fleet, store, frames }
    }

    /// Runs until it is cancelled.
    pub async fn run(self, stop: CancellationToken) {
        let mut ticks = time::interval(GATHER_EVERY);
        ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            self.publish().await;
        }
    }

    async fn publish(&self) {
        let (mut delta, labels_changed) = self.fleet.board().take_changes();
        if self.frames.receiver_count() == 0 {
            return;
        }
        if labels_changed {
            self.add_labels(&mut delta).await;
        }
        if delta.is_empty() {
            return;
        }
        if let Ok(frame) = FleetFrame::new(FromServer::FleetDelta(delta)) {
            // Readers that left meanwhile are no failure.
            let _ = self.frames.send(frame);
        }
    }

    async fn add_labels(&self, delta: &mut FleetDelta) {
        match (self.store.groups().list().await, self.store.tags().list().await) {
            (Ok(groups), Ok(tags)) => delta.labels = Some((groups, tags)),
            (Err(cause), _) | (_, Err(cause)) => {
                self.fleet.board().labels_changed();
                warn!(%cause, "could not read groups and tags for the live stream");
            }
        }
    }
}
