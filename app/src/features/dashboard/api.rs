//! Server functions of the dashboard.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{
    ServerId,
    fleet::{Filter, Row, Summary},
    groups::Group,
    tags::Tag,
};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// How many rows the first HTML has.
pub const FIRST_ROWS: usize = 40;

/// The dashboard as the first HTML shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FleetPage {
    /// The moment of the values, in Unix milliseconds.
    pub now_ms: i64,
    /// The first rows that are wanted, in the wanted order.
    pub rows: Vec<Row>,
    /// How many are wanted in all.
    pub matched: usize,
    /// The counts over all servers.
    pub summary: Summary,
    /// All groups.
    pub groups: Vec<Group>,
    /// All tags.
    pub tags: Vec<Tag>,
}

/// A server as the palette finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerName {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Its host name or address.
    pub host: String,
}

/// The first screen of the fleet.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "fleet-page", input = Postcard, output = Postcard)]
pub async fn load_fleet_page(filter: Filter) -> Result<FleetPage, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.live().fleet(&actor).await
    };
    let fleet = ask.await.map_err(AppError::from)?;
    let wanted = filter.apply(&fleet.rows);
    Ok(FleetPage {
        now_ms: fleet.now_ms,
        matched: wanted.len(),
        rows: wanted.into_iter().take(FIRST_ROWS).cloned().collect(),
        summary: Summary::of(&fleet.rows),
        groups: fleet.groups,
        tags: fleet.tags,
    })
}

/// The names of all servers.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "server-names", input = Postcard, output = Postcard)]
pub async fn server_names() -> Result<Vec<ServerName>, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.live().fleet(&actor).await
    };
    let fleet = ask.await.map_err(context::refuse)?;
    let name = |row: Row| ServerName { id: row.id, name: row.meta.name, host: row.meta.host };
    Ok(fleet.rows.into_iter().map(name).collect())
}

/// Tries a server again now.
///
/// # Errors
/// When there is no such server or the role does not allow it.
#[server(prefix = "/sfn", endpoint = "try-now", input = Postcard, output = Postcard)]
pub async fn try_now(id: ServerId) -> Result<(), AppError> {
    use crate::context;
    let retry = async {
        let (monitor, actor) = context::actor().await?;
        monitor.servers().retry(&actor, id).await
    };
    retry.await.map_err(context::refuse)
}
