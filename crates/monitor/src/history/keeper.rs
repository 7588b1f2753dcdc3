//! What history does by itself while the program runs: the journal, closing windows, letting go.

use std::{sync::Arc, time::Duration};

use history::{Engine, Limits};
use tokio::time::{self, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::clock;

/// How often what came in is written down: a crash loses this much and the time that writing takes.
const FLUSH_EVERY: Duration = Duration::from_secs(2);
/// How often windows that are over are looked for.
const CLOSE_EVERY: Duration = Duration::from_secs(60);
/// How often what is too old or too much is looked for.
const ENFORCE_EVERY: Duration = Duration::from_secs(10 * 60);

/// Writes down what comes in until the program stops, and all of it then.
pub(crate) async fn flush(engine: Arc<Engine>, stop: CancellationToken) {
    let mut is_failing = false;
    loop {
        let stopped = time::timeout(FLUSH_EVERY, stop.cancelled()).await.is_ok();
        let written = if stopped { engine.flush_all().await } else { engine.flush().await };
        match &written {
            Ok(()) if is_failing => info!("history is written again"),
            Ok(()) => {}
            Err(cause) if !is_failing || stopped => {
                warn!(%cause, "history cannot be written; it is kept in memory for now");
            }
            Err(_) => {}
        }
        is_failing = written.is_err();
        if stopped {
            return;
        }
    }
}

/// Closes windows and lets go of what is too old or too much, until the program stops.
pub(crate) async fn tidy(engine: Arc<Engine>, limits: Limits, stop: CancellationToken) {
    let mut enforce = time::interval(ENFORCE_EVERY);
    let mut close = time::interval(CLOSE_EVERY);
    for each in [&mut enforce, &mut close] {
        each.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    loop {
        let done = tokio::select! {
            () = stop.cancelled() => return,
            _ = close.tick() => {
                tokio::select! {
                    () = stop.cancelled() => return,
                    closed = engine.close_windows(clock::now_ms()) => closed.map(drop),
                }
            }
            _ = enforce.tick() => {
                tokio::select! {
                    () = stop.cancelled() => return,
                    freed = engine.enforce(&limits, clock::now_ms()) => freed.map(drop),
                }
            }
        };
        if let Err(cause) = done {
            warn!(%cause, "history could not be tidied up; it is tried again");
        }
    }
}
