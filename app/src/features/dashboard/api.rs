//! Server functions of the dashboard.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{
    ServerId,
    fleet::{Filter, Row, Summary},
    groups::Group,
    history::FleetThen,
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

/// The dashboard of a moment as the first HTML shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastPage {
    /// How fine the values are, in milliseconds; 0 as they were sampled.
    pub step_ms: i64,
    /// How far the past reaches, in Unix milliseconds.
    pub first_ms: Option<i64>,
    /// The fleet of then.
    pub page: FleetPage,
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
    Ok(first_screen(fleet, &filter))
}

#[cfg(feature = "ssr")]
fn first_screen(fleet: domain::live::Fleet, filter: &Filter) -> FleetPage {
    let wanted = filter.apply(&fleet.rows);
    FleetPage {
        now_ms: fleet.now_ms,
        matched: wanted.len(),
        rows: wanted.into_iter().take(FIRST_ROWS).cloned().collect(),
        summary: Summary::of(&fleet.rows),
        groups: fleet.groups,
        tags: fleet.tags,
    }
}

/// The first screen of the fleet as it was at a moment.
///
/// # Errors
/// When nobody is logged in, or the moment is not in the past.
#[server(prefix = "/sfn", endpoint = "past-page", input = Postcard, output = Postcard)]
pub async fn load_past_page(filter: Filter, at_ms: i64) -> Result<PastPage, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.history().fleet_at(&actor, at_ms).await
    };
    let then = ask.await.map_err(context::refuse)?;
    Ok(PastPage { step_ms: then.step_ms, first_ms: then.first_ms, page: first_screen(then.fleet, &filter) })
}

/// The whole fleet as it was at a moment.
///
/// # Errors
/// When nobody is logged in, or the moment is not in the past.
#[server(prefix = "/sfn", endpoint = "fleet-then", input = Postcard, output = Postcard)]
pub async fn load_fleet_then(at_ms: i64) -> Result<FleetThen, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.history().fleet_at(&actor, at_ms).await
    };
    ask.await.map_err(context::refuse)
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
