//! Rules and incidents as a service.

mod bulk;
pub(crate) mod causes;
pub(crate) mod certificates;
mod defaults;
pub(crate) mod desk;
mod dry_run;
pub(crate) mod keeper;
mod life;
mod open_counts;
pub(crate) mod recorder;
mod recordings;
pub(crate) mod tally;
mod thresholds;

pub use dry_run::{DryRunSpan, DryRuns};
pub(crate) use life::{Silencer, unseen};

use std::sync::Arc;

use domain::{
    Error, IncidentId, Permission, Result, RuleId,
    alerts::{Incident, Rule},
    incident_filter::IncidentFilter,
};
use store::{Store, incident_list};

use self::{desk::Desk, recorder::Requests};
use crate::{
    actor::Actor,
    audit::{AuditLog, Deed},
    clock,
    fleet::Fleet,
    notifications::Bell,
};

/// How many incidents one answer has at most.
const INCIDENTS_MAX: u32 = 500;
/// How many it has when nothing is said.
const INCIDENTS: u32 = 100;

/// Rules and incidents.
#[derive(Debug)]
pub struct Alerts {
    store: Arc<Store>,
    desk: Arc<Desk>,
    audit: AuditLog,
    bell: Arc<Bell>,
    fleet: Arc<Fleet>,
    recordings: Arc<Requests>,
}

/// Reads rules and what they thought when the program stopped, before the first sample comes. A database that never had rules gets the usual ones.
pub(crate) async fn begin(store: &Store, desk: &Desk) -> Result<()> {
    let now_ms = clock::now_ms();
    defaults::add(store, now_ms).await?;
    store.alerts().end_orphans(now_ms).await?;
    desk.begin(store.alerts().rules().await?, store.alerts().states().await?);
    Ok(())
}

/// Which incidents are wanted.
#[derive(Debug, Clone, Default)]
pub struct IncidentQuery {
    /// Which.
    pub filter: IncidentFilter,
    /// Those before this one.
    pub before: Option<IncidentId>,
    /// At most so many; 100 when not given.
    pub limit: Option<u32>,
}

impl Alerts {
    pub(crate) fn new(
        store: Arc<Store>,
        desk: Arc<Desk>,
        audit: AuditLog,
        bell: Arc<Bell>,
        fleet: Arc<Fleet>,
        recordings: Arc<Requests>,
    ) -> Self {
        Self { store, desk, audit, bell, fleet, recordings }
    }

    /// All rules, by name.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn rules(&self, actor: &Actor) -> Result<Vec<Rule>> {
        actor.require(Permission::ServersRead)?;
        Ok(self.store.alerts().rules().await?)
    }

    /// Adds a rule; its id is made here.
    ///
    /// # Errors
    /// When the actor may not, a field makes no sense, or the name is in use.
    pub async fn create_rule(&self, actor: &Actor, rule: Rule) -> Result<Rule> {
        actor.require(Permission::SettingsWrite)?;
        let rule = self.with_known_level(rule.validated()?).await?;
        let rule = self.store.alerts().create_rule(rule, clock::now_ms()).await?;
        self.changed(actor, "rule.create", &rule.name).await?;
        Ok(rule)
    }

    /// Changes a rule. What it began goes on if its new condition says so.
    ///
    /// # Errors
    /// When the actor may not, there is none, a field makes no sense, or the name is in use.
    pub async fn change_rule(&self, actor: &Actor, rule: Rule) -> Result<Rule> {
        actor.require(Permission::SettingsWrite)?;
        let rule = self.with_known_level(rule.validated()?).await?;
        if !self.store.alerts().change_rule(&rule, clock::now_ms()).await? {
            return Err(Error::not_found("rule"));
        }
        self.changed(actor, "rule.change", &rule.name).await?;
        Ok(rule)
    }

    /// Deletes a rule and ends what it began.
    ///
    /// # Errors
    /// When the actor may not, or there is none.
    pub async fn delete_rule(&self, actor: &Actor, id: RuleId) -> Result<()> {
        actor.require(Permission::SettingsWrite)?;
        let name = self.store.alerts().rules().await?.into_iter().find(|rule| rule.id == id).map(|rule| rule.name);
        if !self.store.alerts().delete_rule(id, clock::now_ms()).await? {
            return Err(Error::not_found("rule"));
        }
        self.changed(actor, "rule.delete", &name.unwrap_or_default()).await
    }

    /// Incidents, the newest first.
    ///
    /// # Errors
    /// When the actor may not see servers, a field makes no sense, or the database fails.
    pub async fn incidents(&self, actor: &Actor, query: IncidentQuery) -> Result<Vec<Incident>> {
        actor.require(Permission::ServersRead)?;
        let IncidentQuery { filter, before, limit } = query;
        let filter = filter.validated()?;
        let limit = limit.unwrap_or(INCIDENTS);
        if !(1..=INCIDENTS_MAX).contains(&limit) {
            return Err(Error::invalid("limit", format!("must be 1 to {INCIDENTS_MAX}")));
        }
        Ok(self.store.alerts().incidents(&incident_list::IncidentQuery { filter, before, limit: limit.into() }).await?)
    }

    async fn with_known_level(&self, rule: Rule) -> Result<Rule> {
        if let Some(id) = rule.level_id
            && !self.store.notify().levels().await?.iter().any(|level| level.id == id)
        {
            return Err(Error::invalid("level_id", format!("there is no level {id}")));
        }
        Ok(rule)
    }

    async fn changed(&self, actor: &Actor, action: &'static str, name: &str) -> Result<()> {
        self.desk.set_rules(self.store.alerts().rules().await?);
        self.bell.incidents_changed();
        let deed =
            Deed { action, target_type: "rule", target_id: name.to_owned(), detail: String::new(), ..Deed::default() };
        self.audit.note(actor, deed).await;
        Ok(())
    }
}
