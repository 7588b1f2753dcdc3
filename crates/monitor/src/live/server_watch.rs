//! A reader of one server's stream. While there is one, the server is sampled every second.

use std::sync::Arc;

use domain::live::FromServer;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::fleet::board::Entry;

/// A reader of one server's stream.
#[derive(Debug)]
pub struct ServerWatch {
    entry: Arc<Entry>,
    events: broadcast::Receiver<Arc<FromServer>>,
    needs_snapshot: bool,
    is_gone: bool,
}

impl ServerWatch {
    pub(super) fn new(entry: Arc<Entry>) -> Self {
        // Before the snapshot is taken: what happens in between comes twice rather than never.
        let events = entry.subscribe();
        entry.watchers().send_modify(|watchers| *watchers += 1);
        Self { entry, events, needs_snapshot: true, is_gone: false }
    }

    /// The next message: a snapshot at first and after falling behind, else what happens. `None` after the server is gone.
    pub async fn next(&mut self) -> Option<FromServer> {
        loop {
            if self.is_gone {
                return None;
            }
            if self.needs_snapshot {
                self.events = self.entry.subscribe();
                self.needs_snapshot = false;
                return Some(FromServer::Server(Box::new(self.entry.snapshot())));
            }
            match self.events.recv().await {
                Ok(message) => {
                    self.is_gone = matches!(*message, FromServer::Gone);
                    return Some(Arc::unwrap_or_clone(message));
                }
                Err(RecvError::Lagged(_)) => self.needs_snapshot = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

impl Drop for ServerWatch {
    fn drop(&mut self) {
        self.entry.watchers().send_modify(|watchers| *watchers = watchers.saturating_sub(1));
    }
}
