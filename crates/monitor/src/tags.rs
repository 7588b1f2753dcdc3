//! Tags as a service.

use std::sync::Arc;

use domain::{
    Error, Permission, Result, TagId,
    tags::{NewTag, Tag},
};
use store::Store;

use crate::{
    actor::Actor,
    audit::{AuditLog, Deed},
    fleet::Fleet,
};

/// Tags.
#[derive(Debug)]
pub struct Tags {
    store: Arc<Store>,
    audit: AuditLog,
    fleet: Arc<Fleet>,
}

impl Tags {
    pub(crate) fn new(store: Arc<Store>, audit: AuditLog, fleet: Arc<Fleet>) -> Self {
        Self { store, audit, fleet }
    }

    /// All tags, by name.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Tag>> {
        actor.require(Permission::ServersRead)?;
        Ok(self.store.tags().list().await?)
    }

    /// Adds a tag.
    ///
    /// # Errors
    /// When the actor may not, a field cannot be taken, or the name is in use.
    pub async fn create(&self, actor: &Actor, new: NewTag) -> Result<Tag> {
        actor.require(Permission::LabelsWrite)?;
        let tag = self.store.tags().create(new.validated()?).await?;
        self.done(actor, "tag.create", tag.id, &tag.name).await;
        Ok(tag)
    }

    /// Renames or recolours a tag.
    ///
    /// # Errors
    /// When the actor may not, there is none, a field cannot be taken, or the name is in use.
    pub async fn change(&self, actor: &Actor, id: TagId, new: NewTag) -> Result<Tag> {
        actor.require(Permission::LabelsWrite)?;
        let tag = self.store.tags().update(id, new.validated()?).await.map_err(absent)?;
        self.done(actor, "tag.change", id, &tag.name).await;
        Ok(tag)
    }

    /// Deletes a tag; its servers lose it.
    ///
    /// # Errors
    /// When the actor may not, or there is none.
    pub async fn delete(&self, actor: &Actor, id: TagId) -> Result<()> {
        actor.require(Permission::LabelsWrite)?;
        self.store.tags().delete(id).await.map_err(absent)?;
        for entry in self.fleet.board().all() {
            let mut server = entry.server();
            if server.tag_ids.contains(&id) {
                server.tag_ids.retain(|tag| *tag != id);
                self.fleet.update(server);
            }
        }
        self.done(actor, "tag.delete", id, "").await;
        Ok(())
    }

    async fn done(&self, actor: &Actor, action: &'static str, id: TagId, name: &str) {
        self.fleet.board().labels_changed();
        let deed =
            Deed { action, target_type: "tag", target_id: id.to_string(), detail: name.to_owned(), ..Deed::default() };
        self.audit.note(actor, deed).await;
    }
}

/// Names what is not there.
fn absent(error: store::Error) -> Error {
    match error {
        store::Error::NotFound => Error::not_found("tag"),
        other => other.into(),
    }
}
