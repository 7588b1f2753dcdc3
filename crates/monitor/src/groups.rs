//! Groups of servers as a service.

use std::sync::Arc;

use domain::{
    Error, GroupId, Permission, Result,
    groups::{Group, NewGroup},
};
use store::Store;

use crate::{
    actor::Actor,
    audit::{AuditLog, Deed},
    clock,
    fleet::Fleet,
};

/// Groups of servers.
#[derive(Debug)]
pub struct Groups {
    store: Arc<Store>,
    audit: AuditLog,
    fleet: Arc<Fleet>,
}

impl Groups {
    pub(crate) fn new(store: Arc<Store>, audit: AuditLog, fleet: Arc<Fleet>) -> Self {
        Self { store, audit, fleet }
    }

    /// All groups, by name.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Group>> {
        actor.require(Permission::ServersRead)?;
        Ok(self.store.groups().list().await?)
    }

    /// Adds a group.
    ///
    /// # Errors
    /// When the actor may not, a field cannot be taken, or the name is in use.
    pub async fn create(&self, actor: &Actor, new: NewGroup) -> Result<Group> {
        actor.require(Permission::LabelsWrite)?;
        let group = self.store.groups().create(new.validated()?, clock::now_ms()).await?;
        self.done(actor, "group.create", group.id, &group.name).await;
        Ok(group)
    }

    /// Renames or recolours a group.
    ///
    /// # Errors
    /// When the actor may not, there is none, a field cannot be taken, or the name is in use.
    pub async fn change(&self, actor: &Actor, id: GroupId, new: NewGroup) -> Result<Group> {
        actor.require(Permission::LabelsWrite)?;
        let group = self.store.groups().update(id, new.validated()?, clock::now_ms()).await.map_err(absent)?;
        self.done(actor, "group.change", id, &group.name).await;
        Ok(group)
    }

    /// Deletes a group; its servers are in none then.
    ///
    /// # Errors
    /// When the actor may not, or there is none.
    pub async fn delete(&self, actor: &Actor, id: GroupId) -> Result<()> {
        actor.require(Permission::LabelsWrite)?;
        self.store.groups().delete(id).await.map_err(absent)?;
        for entry in self.fleet.board().all() {
            let server = entry.server();
            if server.group_id == Some(id) {
                self.fleet.update(domain::servers::Server { group_id: None, ..server });
            }
        }
        self.done(actor, "group.delete", id, "").await;
        Ok(())
    }

    async fn done(&self, actor: &Actor, action: &'static str, id: GroupId, name: &str) {
        self.fleet.board().labels_changed();
        let deed = Deed {
            action,
            target_type: "group",
            target_id: id.to_string(),
            detail: name.to_owned(),
            ..Deed::default()
        };
        self.audit.note(actor, deed).await;
    }
}

/// Names what is not there.
fn absent(error: store::Error) -> Error {
    match error {
        store::Error::NotFound => Error::not_found("group"),
        other => other.into(),
    }
}
