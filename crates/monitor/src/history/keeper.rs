//! What history does by itself while the program runs: the journal, closing windows, letting go.

use std::{sync::Arc, time::Duration};

use domain::storage::Limits;
use history::Engine;
use tokio::{
    sync::watch,
    time::{self, MissedTickBehavior},
};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{
    disk::Disk,
    limits::{self, Place},
};
use crate::{clock, fleet::Fleet};

/// How often what came in is written down: a crash loses this much and the time that writing takes.
const FLUSH_EVERY: Duration = Duration::from_secs(2);
/// How often windows that are over are looked for.
const CLOSE_EVERY: Duration = Duration::from_secs(60);
/// How often what is too old or too much is looked for.
const ENFORCE_EVERY: Duration = Duration::from_secs(10 * 60);
/// How often the free disk is looked at.
const LOOK_AT_DISK_EVERY: Duration = Duration::from_secs(10);

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

/// Closes windows, lets go of what is too old or too much, and keeps some of the disk free.
#[derive(Debug)]
pub(crate) struct Keeper {
    engine: Arc<Engine>,
    fleet: Arc<Fleet>,
    limits: watch::Receiver<Limits>,
    disk: Disk,
}

impl Keeper {
    pub fn new(engine: Arc<Engine>, place: &Place) -> Self {
        let (fleet, limits, disk) = (Arc::clone(&place.fleet), place.limits.subscribe(), place.disk.clone());
        Self { engine, fleet, limits, disk }
    }

    /// Does so until the program stops.
    pub async fn tidy(self, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.run() => {}
        }
    }

    async fn run(mut self) {
        let mut enforce = time::interval(ENFORCE_EVERY);
        let mut close = time::interval(CLOSE_EVERY);
        let mut room = time::interval(LOOK_AT_DISK_EVERY);
        for each in [&mut enforce, &mut close, &mut room] {
            each.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            let done = tokio::select! {
                _ = room.tick() => self.keep_room().await,
                _ = close.tick() => self.engine.close_windows(clock::now_ms()).await.map(drop),
                _ = enforce.tick() => self.enforce().await,
                Ok(()) = self.limits.changed() => match self.enforce().await {
                    Ok(()) => self.keep_room().await,
                    failed => failed,
                },
            };
            if let Err(cause) = done {
                warn!(%cause, "history could not be tidied up; it is tried again");
            }
        }
    }

    async fn enforce(&mut self) -> history::Result<()> {
        let limits = limits::of_engine(&self.limits.borrow_and_update(), &self.fleet);
        self.engine.enforce(&limits, clock::now_ms()).await.map(drop)
    }

    async fn keep_room(&self) -> history::Result<()> {
        let limits = self.limits.borrow().clone();
        let (of_engine, floor) = (limits::of_engine(&limits, &self.fleet), limits.floor_bytes());
        let was_paused = self.engine.is_paused();
        let freed = self.engine.keep_room(&of_engine, floor, clock::now_ms(), || self.disk.space()).await;
        if let Ok(1..) = freed {
            warn!(freed_bytes = freed.as_ref().ok(), "the disk is too full: the oldest history was deleted");
        }
        match (was_paused, self.engine.is_paused()) {
            (false, true) => error!("the disk is too full: NOTHING IS WRITTEN TO HISTORY until there is room again"),
            (true, false) => info!("there is room on the disk: history is written again"),
            _ => {}
        }
        freed.map(drop)
    }
}
