//! Server functions of the storage page.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{
    groups::Group,
    storage::{Limits, Usage},
};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the storage page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// What history takes.
    pub usage: Usage,
    /// How long it is kept.
    pub limits: Limits,
    /// All groups, whose servers can have a time of their own.
    pub groups: Vec<Group>,
}

/// What the storage page shows.
///
/// # Errors
/// When the role does not allow it.
#[server(prefix = "/sfn", endpoint = "storage", input = Postcard, output = Postcard)]
pub async fn load_storage() -> Result<Storage, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        Ok(Storage {
            usage: monitor.history().storage(&actor).await?,
            limits: monitor.history().limits(&actor)?,
            groups: monitor.groups().list(&actor).await?,
        })
    };
    ask.await.map_err(context::refuse)
}

/// Changes how long history is kept and what it may take.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "save-storage-limits", input = Postcard, output = Postcard)]
pub async fn save_limits(limits: Limits) -> Result<Limits, AppError> {
    use crate::context;
    let save = async {
        let (monitor, actor) = context::actor().await?;
        monitor.history().set_limits(&actor, limits).await
    };
    save.await.map_err(context::refuse)
}

/// Whether nothing is written to history because the disk is too full.
///
/// # Errors
/// When the role does not allow it.
#[server(prefix = "/sfn", endpoint = "storage-paused", input = Postcard, output = Postcard)]
pub async fn is_paused() -> Result<bool, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.history().is_paused(&actor)
    };
    ask.await.map_err(context::refuse)
}
