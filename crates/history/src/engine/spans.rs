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
    /// Whether what all servers have was read once: after a start the first question about each of them needs no reading then.
    is_begun: bool,
    /// Grows with every write, so that what was read before one is not kept after it.
    writes: u64,
}

impl Engine {
    /// What a server has in each tier.
    pub(super) async fn spans(&self, server: ServerId) -> Result<Arc<[Usage]>> {
        let (known, writes, is_begun) = {
            let spans = self.known_spans();
            (spans.known.get(&server).map(Arc::clone), spans.writes, spans.is_begun)
        };
        if let Some(known) = known {
            return Ok(known);
        }
        if !is_begun {
            return self.begin_spans(server, writes).await;
        }
        let read: Arc<[Usage]> = self.store.history().usage_of(server).await?.into();
        let mut spans = self.known_spans();
        if spans.writes == writes {
            spans.known.insert(server, Arc::clone(&read));
        }
        Ok(read)
    }

    async fn begin_spans(&self, server: ServerId, writes: u64) -> Result<Arc<[Usage]>> {
        let mut all: HashMap<ServerId, Vec<Usage>> = HashMap::new();
        for usage in self.usage().await? {
            all.entry(ServerId(usage.server_id)).or_default().push(usage);
        }
        let all: HashMap<ServerId, Arc<[Usage]>> =
            all.into_iter().map(|(server, usage)| (server, usage.into())).collect();
        let own = all.get(&server).map_or_else(|| Arc::from([]), Arc::clone);
        let mut spans = self.known_spans();
        if spans.writes == writes {
            spans.known = all;
            spans.is_begun = true;
        }
        Ok(own)
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
