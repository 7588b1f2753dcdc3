//! The audit log as a service: every other service writes to it, and those who may read it do so here.

use std::sync::Arc;

use domain::{
    Permission, Result,
    audit::{Page, Query},
};
use store::Store;
use tracing::error;

use crate::{actor::Actor, clock, notifications::Events, request::Origin};

/// Reads and writes the audit log.
#[derive(Debug, Clone)]
pub struct AuditLog {
    store: Arc<Store>,
    events: Events,
}

/// What was done, to what.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deed {
    /// `noun.verb`, such as `server.create`.
    pub action: &'static str,
    /// The kind of thing it was done to.
    pub target_type: &'static str,
    /// That thing's id or name.
    pub target_id: String,
    /// That thing's name, where it has one beside its id. It is not written down by itself.
    pub target_name: String,
    /// More in plain words, without secrets.
    pub detail: String,
}

impl AuditLog {
    pub(crate) fn new(store: Arc<Store>, events: Events) -> Self {
        Self { store, events }
    }

    /// A page of the log, newest first.
    ///
    /// # Errors
    /// When the actor may not read it, or the database fails.
    pub async fn query(&self, actor: &Actor, query: Query) -> Result<Page> {
        actor.require(Permission::AuditRead)?;
        Ok(self.store.audit().query(&query).await?)
    }

    /// Notes what an actor did.
    pub(crate) async fn note(&self, actor: &Actor, deed: Deed) {
        self.append(Some(actor), &actor.username, &actor.origin, deed).await;
    }

    /// Notes what was tried or done without a session: a login, a set-up, the program's own doing.
    pub(crate) async fn note_anonymous(&self, username: &str, origin: &Origin, deed: Deed) {
        self.append(None, username, origin, deed).await;
    }

    async fn append(&self, actor: Option<&Actor>, username: &str, origin: &Origin, deed: Deed) {
        let entry = store::audit::NewEntry {
            user_id: actor.map(|actor| actor.user_id),
            username: username.chars().filter(|c| !c.is_control()).take(100).collect(),
            action: deed.action.to_owned(),
            target_type: deed.target_type.to_owned(),
            target_id: deed.target_id,
            detail: deed.detail,
            ip: origin.ip_text(),
            user_agent: origin.user_agent.clone(),
            created_at_ms: clock::now_ms(),
        };
        self.events.happened_if(&entry, deed.target_name);
        // What was done is done: a log that cannot be written must not turn it into a failure, but must be loud.
        if let Err(cause) = self.store.audit().append(entry).await {
            error!(action = deed.action, %cause, "could not write the audit log");
        }
    }
}
