//! Server functions of servers.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{
    ServerId,
    live::ServerSnapshot,
    servers::{NewServer, Server, ServerChange, TestRequest, TestResult},
};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

use crate::{error::AppError, features::labels::api::Labels};

/// One server as its page needs it at first.
///
/// # Errors
/// When there is no such server.
#[server(prefix = "/sfn", endpoint = "server", input = Postcard, output = Postcard)]
pub async fn load_server(id: ServerId) -> Result<ServerSnapshot, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.servers().snapshot(&actor, id).await
    };
    ask.await.map_err(context::refuse)
}

/// A server through which others can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JumpHost {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Its host name or address.
    pub host: String,
}

/// What can be chosen where a server is entered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// All groups and tags.
    pub labels: Labels,
    /// The servers that others can be reached through, by name.
    pub jump_hosts: Vec<JumpHost>,
}

/// What can be chosen where a server is entered; `this` is the one that is changed.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "server-choices", input = Postcard, output = Postcard)]
pub async fn load_choices(this: Option<ServerId>) -> Result<Choices, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let labels = Labels { groups: monitor.groups().list(&actor).await?, tags: monitor.tags().list(&actor).await? };
        let hosts = monitor.servers().jump_hosts(&actor, this)?;
        let jump_hosts = hosts.into_iter().map(|Server { id, name, host, .. }| JumpHost { id, name, host }).collect();
        Ok(Choices { labels, jump_hosts })
    };
    ask.await.map_err(context::refuse)
}

/// Adds a server.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "create-server", input = Postcard, output = Postcard)]
pub async fn create_server(new: NewServer) -> Result<Server, AppError> {
    use crate::context;
    let create = async {
        let (monitor, actor) = context::actor().await?;
        monitor.servers().create(&actor, new).await
    };
    create.await.map_err(context::refuse)
}

/// Changes a server.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "change-server", input = Postcard, output = Postcard)]
pub async fn change_server(id: ServerId, change: ServerChange) -> Result<Server, AppError> {
    use crate::context;
    let save = async {
        let (monitor, actor) = context::actor().await?;
        monitor.servers().change(&actor, id, change).await
    };
    save.await.map_err(context::refuse)
}

/// Deletes a server.
///
/// # Errors
/// When there is no such server or the role does not allow it.
#[server(prefix = "/sfn", endpoint = "delete-server", input = Postcard, output = Postcard)]
pub async fn delete_server(id: ServerId) -> Result<(), AppError> {
    use crate::context;
    let delete = async {
        let (monitor, actor) = context::actor().await?;
        monitor.servers().delete(&actor, id).await
    };
    delete.await.map_err(context::refuse)
}

/// Tries a connection without storing anything.
///
/// # Errors
/// Names the fields that cannot be taken; a connection that fails is no error but a result.
#[server(prefix = "/sfn", endpoint = "test-server", input = Postcard, output = Postcard)]
pub async fn test_server(request: TestRequest) -> Result<TestResult, AppError> {
    use crate::context;
    let test = async {
        let (monitor, actor) = context::actor().await?;
        monitor.servers().test(&actor, request).await
    };
    test.await.map_err(context::refuse)
}
