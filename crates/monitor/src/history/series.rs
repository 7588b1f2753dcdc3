//! Which series there are.

use domain::{Error, Result, ServerId};

use super::{History, failed};
use crate::actor::Actor;

impl History {
    /// Which series a server has between two moments, in Unix milliseconds, sorted.
    ///
    /// # Errors
    /// When the actor may not see servers, there is none, or the end is not after the begin.
    pub async fn series(&self, actor: &Actor, server: ServerId, from_ms: i64, to_ms: i64) -> Result<Vec<String>> {
        self.servers.entry(actor, server)?;
        if from_ms >= to_ms {
            return Err(Error::invalid("from", "must be before the end"));
        }
        self.engine.series_between(server, from_ms, to_ms).await.map_err(failed)
    }
}
