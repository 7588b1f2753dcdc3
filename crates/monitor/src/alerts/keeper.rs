//! Looks once a second at who answers, and writes down what rules found.

use std::{sync::Arc, time::Duration};

use store::Store;
use tokio::time;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::desk::Desk;
use crate::{clock, fleet::Fleet, notifications::Bell};

/// How often.
const EVERY: Duration = Duration::from_secs(1);

/// Does so until the program stops, and once more then.
pub(crate) async fn run(
    desk: Arc<Desk>,
    fleet: Arc<Fleet>,
    store: Arc<Store>,
    bell: Arc<Bell>,
    stop: CancellationToken,
) {
    let mut is_failing = false;
    loop {
        let stopped = time::timeout(EVERY, stop.cancelled()).await.is_ok();
        let now_ms = clock::now_ms();
        if !stopped {
            for entry in fleet.board().all() {
                desk.connection(&entry.server(), now_ms);
            }
        }
        let unsaved = desk.unsaved();
        if !unsaved.is_empty() {
            match store.alerts().apply(unsaved.clone()).await {
                Ok(begun) => {
                    desk.saved(&unsaved);
                    bell.plan.notify_one();
                    for incident in begun {
                        info!(
                            incident = incident.id.0,
                            server = incident.server_name,
                            rule = incident.rule_name,
                            series = incident.series,
                            "an incident began"
                        );
                    }
                    is_failing = false;
                }
                Err(cause) if !is_failing => {
                    warn!(%cause, "incidents cannot be written; they are kept in memory for now");
                    is_failing = true;
                }
                Err(_) => {}
            }
        }
        if stopped {
            return;
        }
    }
}
