//! Server functions of maintenance.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{
    ServerId, WindowId,
    maintenance::{Occurrence, Plan, Schedule, Window},
};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// All that is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// What is on first, then what comes, then what is off, then what is over; each with the name of its group, tag or server.
    pub windows: Vec<(Window, String)>,
    /// The server's clock, in Unix milliseconds.
    pub now_ms: i64,
}

/// The next times of a schedule, or why there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The next five.
    pub times: Vec<Occurrence>,
    /// What is wrong with the schedule.
    pub problem: Option<String>,
}

/// All that is planned.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "maintenance", input = Postcard, output = Postcard)]
pub async fn load_maintenance() -> Result<Planned, AppError> {
    use crate::context;
    use domain::alerts::Scope;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let windows = monitor.maintenance().list(&actor).await?;
        let (groups, tags) = (monitor.groups().list(&actor).await?, monitor.tags().list(&actor).await?);
        let fleet = monitor.live().fleet(&actor).await?;
        let name = |scope: Scope| match scope {
            Scope::All => None,
            Scope::Group(id) => groups.iter().find(|group| group.id == id).map(|group| group.name.clone()),
            Scope::Tag(id) => tags.iter().find(|tag| tag.id == id).map(|tag| tag.name.clone()),
            Scope::Server(id) => fleet.rows.iter().find(|row| row.id == id).map(|row| row.meta.name.clone()),
        };
        let named = |window: Window| {
            let name = name(window.plan.scope).unwrap_or_default();
            (window, name)
        };
        Ok(Planned { windows: windows.into_iter().map(named).collect(), now_ms: context::now_ms() })
    };
    ask.await.map_err(context::refuse)
}

/// Plans maintenance, or changes the one with this id.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "save-maintenance", input = Postcard, output = Postcard)]
pub async fn save_maintenance(id: Option<WindowId>, plan: Plan) -> Result<(), AppError> {
    use crate::context;
    let save = async {
        let (monitor, actor) = context::actor().await?;
        match id {
            Some(id) => monitor.maintenance().change(&actor, id, plan).await,
            None => monitor.maintenance().create(&actor, plan).await,
        }
    };
    save.await.map(drop).map_err(context::refuse)
}

/// Deletes planned maintenance.
///
/// # Errors
/// When there is none, or the role does not allow it.
#[server(prefix = "/sfn", endpoint = "delete-maintenance", input = Postcard, output = Postcard)]
pub async fn delete_maintenance(id: WindowId) -> Result<(), AppError> {
    use crate::context;
    let delete = async {
        let (monitor, actor) = context::actor().await?;
        monitor.maintenance().delete(&actor, id).await
    };
    delete.await.map_err(context::refuse)
}

/// The next times of a schedule that is being entered. What is wrong with it is an answer like any other: it is not finished yet.
///
/// # Errors
/// When the role does not allow it.
#[server(prefix = "/sfn", endpoint = "preview-maintenance", input = Postcard, output = Postcard)]
pub async fn preview_times(schedule: Schedule) -> Result<Preview, AppError> {
    use crate::context;
    use domain::ErrorCode;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        match monitor.maintenance().preview(&actor, schedule) {
            Ok(times) => Ok(Preview { times, problem: None }),
            Err(error) if error.code == ErrorCode::Invalid => {
                let problem = error.fields.into_iter().next().map(|field| field.message);
                Ok(Preview { times: Vec::new(), problem })
            }
            Err(error) => Err(error),
        }
    };
    ask.await.map_err(context::refuse)
}

/// Has a server be in maintenance from now on. Returns until when, in Unix milliseconds.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "begin-maintenance", input = Postcard, output = Postcard)]
pub async fn begin_maintenance(
    server: ServerId,
    name: String,
    minutes: u32,
    time_zone: String,
) -> Result<Option<i64>, AppError> {
    use crate::context;
    use domain::alerts::Scope;
    let begin = async {
        let (monitor, actor) = context::actor().await?;
        monitor.maintenance().begin(&actor, Scope::Server(server), name, minutes, &time_zone).await?;
        monitor.maintenance().of_server(&actor, server).await
    };
    begin.await.map_err(context::refuse)
}

/// Until when a server is in maintenance, in Unix milliseconds, if it is.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "server-maintenance", input = Postcard, output = Postcard)]
pub async fn server_maintenance(server: ServerId) -> Result<Option<i64>, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.maintenance().of_server(&actor, server).await
    };
    ask.await.map_err(context::refuse)
}
