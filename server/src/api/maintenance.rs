//! `/api/maintenance`: planned maintenance.

use axum::{extract::State, http::StatusCode};
use domain::{
    WindowId,
    alerts::Scope,
    maintenance::{Occurrence, Plan, Repeats, Schedule, Window},
};
use monitor::{Actor, Monitor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ApiError, ApiResult, Done, Id, Json};

/// Maintenance as it is written (all fields are set).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMaintenance {
    /// What is done.
    name: String,
    /// More about it.
    #[serde(default)]
    description: String,
    /// On which servers; all when not given.
    #[serde(default)]
    scope: Scope,
    /// The time zone whose clock counts, such as `Europe/Berlin`; UTC when not given.
    #[serde(default)]
    time_zone: String,
    /// Date and time of the first, such as `2026-11-30T22:00`; where it repeats, of the first fitting day from that date on.
    starts: String,
    /// How long each lasts, in minutes: 1 to 10080, and not longer than until the next.
    duration_minutes: u32,
    /// How often it is; once when not given.
    #[serde(default)]
    repeats: Repeats,
    /// The last date on which it may begin, such as `2027-06-30`; for ever when not given.
    #[serde(default)]
    until: Option<String>,
    /// Whether it counts; true when not given.
    #[serde(default = "yes")]
    is_enabled: bool,
}

fn yes() -> bool {
    true
}

impl From<NewMaintenance> for Plan {
    fn from(new: NewMaintenance) -> Self {
        let NewMaintenance {
            name,
            description,
            scope,
            time_zone,
            starts,
            duration_minutes,
            repeats,
            until,
            is_enabled,
        } = new;
        let schedule = Schedule { time_zone, starts, duration_minutes, repeats, until };
        Self { name, description, scope, schedule, is_enabled }
    }
}

/// Planned maintenance, and when it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Maintenance {
    id: WindowId,
    name: String,
    description: String,
    scope: Scope,
    /// The time zone whose clock counts; UTC when empty.
    time_zone: String,
    /// Date and time of the first, by that clock.
    starts: String,
    /// How long each lasts, in minutes.
    duration_minutes: u32,
    repeats: Repeats,
    /// The last date on which it may begin.
    until: Option<String>,
    is_enabled: bool,
    /// Who planned it.
    person: String,
    /// When it was planned, in Unix milliseconds.
    created_at_ms: i64,
    /// Whether it is on now.
    is_on: bool,
    /// Since when it is on, in Unix milliseconds.
    on_from_ms: Option<i64>,
    /// Until when it is on, in Unix milliseconds.
    on_until_ms: Option<i64>,
    /// When the next one after that begins, in Unix milliseconds.
    next_from_ms: Option<i64>,
    /// When that one is over, in Unix milliseconds.
    next_until_ms: Option<i64>,
}

impl From<Window> for Maintenance {
    fn from(window: Window) -> Self {
        let Window { id, plan, person, created_at_ms, on, next } = window;
        let Plan { name, description, scope, schedule, is_enabled } = plan;
        let Schedule { time_zone, starts, duration_minutes, repeats, until } = schedule;
        Self {
            id,
            name,
            description,
            scope,
            time_zone,
            starts,
            duration_minutes,
            repeats,
            until,
            is_enabled,
            person,
            created_at_ms,
            is_on: on.is_some(),
            on_from_ms: on.as_ref().map(|on| on.from_ms),
            on_until_ms: on.map(|on| on.until_ms),
            next_from_ms: next.as_ref().map(|next| next.from_ms),
            next_until_ms: next.map(|next| next.until_ms),
        }
    }
}

/// What is answered when maintenance was planned or changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MaintenanceSaved {
    success: bool,
    message: &'static str,
    maintenance_id: WindowId,
    maintenance: Maintenance,
}

impl MaintenanceSaved {
    fn new(message: &'static str, window: Window) -> Json<Self> {
        Json(Self { success: true, message, maintenance_id: window.id, maintenance: window.into() })
    }
}

/// The next times of a schedule.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NextTimes {
    /// At most five, the earliest first; the one that is now included.
    times: Vec<Occurrence>,
}

/// All planned maintenance: what is on first, then what comes, then what is off, then what is over.
#[utoipa::path(get, path = "/maintenance", tag = "alerts", responses((status = 200, body = Vec<Maintenance>), ApiError))]
pub async fn list_maintenance(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<Vec<Maintenance>>> {
    let windows = monitor.maintenance().list(&actor).await?;
    Ok(Json(windows.into_iter().map(Maintenance::from).collect()))
}

/// Plans maintenance: while it is on, nobody is told of incidents on its servers.
#[utoipa::path(
    post, path = "/maintenance", tag = "alerts", request_body = NewMaintenance,
    responses((status = 201, body = MaintenanceSaved), ApiError)
)]
pub async fn create_maintenance(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(new): Json<NewMaintenance>,
) -> ApiResult<(StatusCode, Json<MaintenanceSaved>)> {
    let window = monitor.maintenance().create(&actor, new.into()).await?;
    Ok((StatusCode::CREATED, MaintenanceSaved::new("The maintenance was planned.", window)))
}

/// The next times of a schedule that is not planned yet.
#[utoipa::path(
    post, path = "/maintenance/preview", tag = "alerts", request_body = Schedule,
    responses((status = 200, body = NextTimes), ApiError)
)]
pub async fn preview_maintenance(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(schedule): Json<Schedule>,
) -> ApiResult<Json<NextTimes>> {
    Ok(Json(NextTimes { times: monitor.maintenance().preview(&actor, schedule)? }))
}

/// One planned maintenance.
#[utoipa::path(
    get, path = "/maintenance/{id}", tag = "alerts", params(("id" = i64, Path)),
    responses((status = 200, body = Maintenance), ApiError)
)]
pub async fn get_maintenance(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<WindowId>,
) -> ApiResult<Json<Maintenance>> {
    Ok(Json(monitor.maintenance().get(&actor, id).await?.into()))
}

/// Changes planned maintenance: all its fields are set.
#[utoipa::path(
    put, path = "/maintenance/{id}", tag = "alerts", params(("id" = i64, Path)), request_body = NewMaintenance,
    responses((status = 200, body = MaintenanceSaved), ApiError)
)]
pub async fn change_maintenance(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<WindowId>,
    Json(new): Json<NewMaintenance>,
) -> ApiResult<Json<MaintenanceSaved>> {
    let window = monitor.maintenance().change(&actor, id, new.into()).await?;
    Ok(MaintenanceSaved::new("The maintenance was changed.", window))
}

/// Deletes planned maintenance. If it is on, what goes on is told now.
#[utoipa::path(
    delete, path = "/maintenance/{id}", tag = "alerts", params(("id" = i64, Path)),
    responses((status = 200, body = Done), ApiError)
)]
pub async fn delete_maintenance(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<WindowId>,
) -> ApiResult<Json<Done>> {
    monitor.maintenance().delete(&actor, id).await?;
    Ok(Done::new("The maintenance was deleted."))
}
