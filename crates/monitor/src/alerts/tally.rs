//! Keeps what rows and bells say of incidents in step with the database.
//!
//! Nothing is counted by hand: whoever changes incidents says so ([`Bell::incidents_changed`]), and all are counted anew by one
//! grouped query. However many say so at once, it is one query for the moment after them.

use std::{sync::Arc, time::Duration};

use store::Store;
use tokio::time;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::{
    clock,
    fleet::Fleet,
    notifications::{Bell, Pulse},
};

/// How often it is looked even if nobody said so.
const IDLE: Duration = Duration::from_secs(60);
/// How soon it is tried again when the database fails.
const AGAIN: Duration = Duration::from_secs(1);

/// Counts open incidents for rows and bells.
#[derive(Debug)]
pub(crate) struct Tally {
    store: Arc<Store>,
    fleet: Arc<Fleet>,
    bell: Arc<Bell>,
}

impl Tally {
    /// Counts for the first time, so that the first page that is asked for says what is so.
    pub async fn begin(store: Arc<Store>, fleet: Arc<Fleet>, bell: Arc<Bell>) -> store::Result<Self> {
        // Browsers that were there before a restart see another number, whatever they knew.
        bell.pulse.send_modify(|pulse| pulse.version = clock::now_ms().unsigned_abs());
        let tally = Self { store, fleet, bell };
        tally.look(true).await?;
        Ok(tally)
    }

    /// Does so until the program stops.
    pub async fn run(self, stop: CancellationToken) {
        let mut wait = IDLE;
        loop {
            let was_told = tokio::select! {
                () = self.bell.incidents.notified() => true,
                () = time::sleep(wait) => wait == AGAIN,
                () = stop.cancelled() => return,
            };
            wait = match self.look(was_told).await {
                Ok(()) => IDLE,
                Err(cause) => {
                    warn!(%cause, "open incidents cannot be counted; it is tried again");
                    AGAIN
                }
            };
        }
    }

    async fn look(&self, was_told: bool) -> store::Result<()> {
        let by_server = self.store.alerts().open_by_server().await?;
        let is_new = self.fleet.board().set_incidents(&by_server);
        let all = by_server.values().map(|open| open.total()).sum();
        self.bell.pulse.send_if_modified(|pulse| {
            let is_different = was_told || is_new || pulse.open != all;
            if is_different {
                *pulse = Pulse { version: pulse.version.wrapping_add(1), open: all, ..*pulse };
            }
            is_different
        });
        Ok(())
    }
}
