//! The same series of many servers at once: what a chart over the fleet asks.

use domain::{Error, Permission, Result, ServerId, history::Range};
use futures::{StreamExt, TryStreamExt, stream};

use super::{History, RangeQuery};
use crate::{actor::Actor, clock};

/// How many points the answer of one question about many servers may have.
const POINTS_OF_ALL_MAX: i64 = 1_000_000;
/// How many servers are read at the same time.
const AT_ONCE: usize = 4;

impl History {
    /// Some series of several servers over a stretch of time, in the order of their ids; of all servers when none is named.
    ///
    /// # Errors
    /// When the actor may not see servers, one of them is not there, or the question cannot be answered as it is.
    pub async fn range_of_many(
        &self,
        actor: &Actor,
        servers: &[ServerId],
        query: RangeQuery,
    ) -> Result<Vec<(ServerId, Range)>> {
        actor.require(Permission::ServersRead)?;
        let mut ids = Vec::new();
        for id in servers {
            ids.push(self.servers.entry(actor, *id)?.server().id);
        }
        if servers.is_empty() {
            ids = self.servers.ids(actor)?;
        }
        ids.sort_unstable();
        ids.dedup();
        let (from_ms, to_ms, step_ms) = query.span(clock::now_ms())?;
        let points = (to_ms - from_ms).div_euclid(step_ms) + 1;
        let all = points.saturating_mul(i64::try_from(query.series.len() * ids.len()).unwrap_or(i64::MAX));
        if all > POINTS_OF_ALL_MAX {
            let field = if query.points.is_some() { "points" } else { "step" };
            let advice = format!(
                "no more than {POINTS_OF_ALL_MAX} points of all servers and series together: this would be {all}; ask for \
                 fewer points, series or servers"
            );
            return Err(Error::invalid(field, advice));
        }
        let ask = |id: ServerId| {
            let query = &query;
            async move { Ok((id, self.ask(id, query, (from_ms, to_ms, step_ms)).await?)) }
        };
        stream::iter(ids).map(ask).buffered(AT_ONCE).try_collect().await
    }
}
