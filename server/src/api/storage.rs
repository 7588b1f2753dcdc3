//! `/api/history`: what history takes, and how long it is kept.

use axum::extract::State;
use domain::storage::{Limits, Usage};
use monitor::{Actor, Monitor};

use super::{ApiError, ApiResult, Json};

/// What history takes: the disk, the budget, each server by tier (0 as sampled, 1 by the minute, 2 by the hour), and what was lost.
#[utoipa::path(get, path = "/history/usage", tag = "history", responses((status = 200, body = Usage), ApiError))]
pub async fn history_usage(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<Usage>> {
    Ok(Json(monitor.history().storage(&actor).await?))
}

/// How long history is kept, and what it may take.
#[utoipa::path(get, path = "/history/limits", tag = "history", responses((status = 200, body = Limits), ApiError))]
pub async fn history_limits(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<Limits>> {
    Ok(Json(monitor.history().limits(&actor)?))
}

/// Changes how long history is kept and what it may take. What has to go for it is deleted within seconds, for good.
#[utoipa::path(
    put, path = "/history/limits", tag = "history", request_body = Limits,
    responses((status = 200, body = Limits), ApiError)
)]
pub async fn set_history_limits(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(limits): Json<Limits>,
) -> ApiResult<Json<Limits>> {
    Ok(Json(monitor.history().set_limits(&actor, limits).await?))
}
