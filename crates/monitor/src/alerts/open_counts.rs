//! How many incidents rules have just now.

use std::collections::HashMap;

use domain::{Permission, Result, RuleId};

use super::Alerts;
use crate::actor::Actor;

impl Alerts {
    /// How many incidents of each rule are not over; rules without one are left out.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn open_by_rule(&self, actor: &Actor) -> Result<HashMap<RuleId, u64>> {
        actor.require(Permission::ServersRead)?;
        Ok(self.store.alerts().open_by_rule().await?.into_iter().collect())
    }
}
