//! What the bell says to one person, as it changes.

use std::{sync::Arc, time::Duration};

use domain::live;
use store::Store;
use tokio::{
    sync::watch,
    time::{self, Instant},
};
use tracing::warn;

use crate::{actor::Actor, alerts, notifications::Pulse};

/// How long one word of the bell is apart from the next, so that a storm of incidents is a few questions to the database.
const APART: Duration = Duration::from_millis(500);
/// How soon it is asked again when the database fails.
const AGAIN: Duration = Duration::from_secs(2);

/// A reader of the bell.
#[derive(Debug)]
pub struct BellWatch {
    store: Arc<Store>,
    actor: Actor,
    pulses: watch::Receiver<Pulse>,
    said: Option<live::Bell>,
    /// Whether something changed since it last said something.
    is_due: bool,
    not_before: Instant,
}

impl BellWatch {
    pub(super) fn new(store: Arc<Store>, actor: Actor, pulses: watch::Receiver<Pulse>) -> Self {
        Self { store, actor, pulses, said: None, is_due: true, not_before: Instant::now() }
    }

    /// The next word: what is so at first, then whenever something changed. `None` when the program stops. Can be dropped at any
    /// time without loss.
    pub async fn next(&mut self) -> Option<live::Bell> {
        loop {
            if !self.is_due {
                self.pulses.changed().await.ok()?;
                self.is_due = true;
            }
            time::sleep_until(self.not_before).await;
            let Pulse { version, open, .. } = *self.pulses.borrow_and_update();
            match alerts::unseen(&self.store, &self.actor).await {
                Ok(unseen) => {
                    let bell = live::Bell { version, open, unseen };
                    self.is_due = false;
                    if self.said != Some(bell) {
                        self.said = Some(bell);
                        self.not_before = Instant::now() + APART;
                        return Some(bell);
                    }
                }
                Err(cause) => {
                    warn!(%cause, "unseen incidents cannot be counted");
                    self.not_before = Instant::now() + AGAIN;
                }
            }
        }
    }
}
