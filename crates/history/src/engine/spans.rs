//! What each server has in each tier, kept in memory between writes: every question begins with it.

use std::{collections::HashMap, sync::Arc};

use domain::ServerId;
use store::history::Usage;

use super::Engine;
use crate::{Result, Tier};

/// The newest known rows of `history_usage`, by server.
#[derive(Debug, Default)]
pub(super) struct Spans {
    known: HashMap<ServerId, Arc<[Usage]>>,
    /// Grows with every write, so that what was read before one is not kept after it.
    writes: u64,
}

impl Engine {
    /// What a server has in each tier.
    pub(super) async fn spans(&self, server: ServerId) -> Result<Arc<[Usage]>> {
        let (known, writes) = {
            let spans = self.known_spans();
            (spans.known.get(&server).map(Arc::clone), spans.writes)
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let read: Arc<[Usage]> = self.store.history().usage_of(server).await?.into();
        let mut spans = self.known_spans();
        if spans.writes == writes {
            spans.known.insert(server, Arc::clone(&read));
        }
        Ok(read)
    }

    /// The first moment of a server that any tier has, in Unix milliseconds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn first_ms(&self, server: ServerId) -> Result<Option<i64>> {
        let is_rows = |usage: &&Usage| usage.value_count > 0 && Tier::from_number(usage.tier).is_some();
        Ok(self.spans(server).await?.iter().filter(is_rows).map(|usage| usage.first_ms).min())
    }

    /// Notes that what a server has was changed. To be called after every write.
    pub(super) fn has_changed(&self, server: ServerId) {
        let mut spans = self.known_spans();
        spans.writes += 1;
        spans.known.remove(&server);
    }
}
