//! Server functions of groups and tags.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{
    GroupId, TagId,
    groups::{Group, NewGroup},
    tags::{NewTag, Tag},
};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// All groups and tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// All groups.
    pub groups: Vec<Group>,
    /// All tags.
    pub tags: Vec<Tag>,
}

/// All groups and tags.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "labels", input = Postcard, output = Postcard)]
pub async fn load_labels() -> Result<Labels, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let (groups, tags) = (monitor.groups().list(&actor).await?, monitor.tags().list(&actor).await?);
        Ok(Labels { groups, tags })
    };
    ask.await.map_err(context::refuse)
}

/// Makes a group, or changes the one with this id.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "save-group", input = Postcard, output = Postcard)]
pub async fn save_group(id: Option<GroupId>, group: NewGroup) -> Result<Group, AppError> {
    use crate::context;
    let save = async {
        let (monitor, actor) = context::actor().await?;
        match id {
            Some(id) => monitor.groups().change(&actor, id, group).await,
            None => monitor.groups().create(&actor, group).await,
        }
    };
    save.await.map_err(context::refuse)
}

/// Deletes a group; its servers stay, in no group.
///
/// # Errors
/// When there is no such group or the role does not allow it.
#[server(prefix = "/sfn", endpoint = "delete-group", input = Postcard, output = Postcard)]
pub async fn delete_group(id: GroupId) -> Result<(), AppError> {
    use crate::context;
    let delete = async {
        let (monitor, actor) = context::actor().await?;
        monitor.groups().delete(&actor, id).await
    };
    delete.await.map_err(context::refuse)
}

/// Makes a tag, or changes the one with this id.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "save-tag", input = Postcard, output = Postcard)]
pub async fn save_tag(id: Option<TagId>, tag: NewTag) -> Result<Tag, AppError> {
    use crate::context;
    let save = async {
        let (monitor, actor) = context::actor().await?;
        match id {
            Some(id) => monitor.tags().change(&actor, id, tag).await,
            None => monitor.tags().create(&actor, tag).await,
        }
    };
    save.await.map_err(context::refuse)
}

/// Deletes a tag; it is taken off its servers.
///
/// # Errors
/// When there is no such tag or the role does not allow it.
#[server(prefix = "/sfn", endpoint = "delete-tag", input = Postcard, output = Postcard)]
pub async fn delete_tag(id: TagId) -> Result<(), AppError> {
    use crate::context;
    let delete = async {
        let (monitor, actor) = context::actor().await?;
        monitor.tags().delete(&actor, id).await
    };
    delete.await.map_err(context::refuse)
}
