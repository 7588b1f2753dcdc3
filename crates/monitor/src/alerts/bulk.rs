//! What is done to many incidents at once, as after a storm.

use domain::{Error, IncidentId, Permission, Result, incident_filter::IncidentFilter, incidents::Act};

use super::Alerts;
use crate::{actor::Actor, audit::Deed, clock};

impl Alerts {
    /// Acknowledges or resolves all open incidents that are wanted, up to the newest that the actor has seen in the list. Returns
    /// how many that were.
    ///
    /// # Errors
    /// When the actor may not, it is another act, or a field makes no sense.
    pub async fn act_on_all(
        &self,
        actor: &Actor,
        filter: IncidentFilter,
        up_to: Option<IncidentId>,
        act: Act,
    ) -> Result<usize> {
        actor.require(Permission::IncidentsWrite)?;
        let (filter, act) = (filter.validated()?, act.validated()?);
        let action = match act {
            Act::Acknowledge { .. } => "incident.acknowledge",
            Act::Resolve { .. } => "incident.resolve",
            _ => return Err(Error::invalid("action", "must be acknowledge or resolve for many at once")),
        };
        let ids = self.store.alerts().act_on_all(&filter, up_to, &act, &actor.username, clock::now_ms()).await?;
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(0) };
        self.bell.incidents_changed();
        let detail = format!("{} incidents at once, {first} to {last}", ids.len());
        self.audit
            .note(
                actor,
                Deed { action, target_type: "incident", target_id: first.to_string(), detail, ..Deed::default() },
            )
            .await;
        Ok(ids.len())
    }

    /// How many incidents there are of those that are wanted.
    ///
    /// # Errors
    /// When the actor may not see servers, or a field makes no sense.
    pub async fn count(&self, actor: &Actor, filter: IncidentFilter) -> Result<u64> {
        actor.require(Permission::ServersRead)?;
        Ok(self.store.alerts().count_incidents(&filter.validated()?).await?)
    }
}
