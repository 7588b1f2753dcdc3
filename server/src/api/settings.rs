//! `/api/settings`: the levels of the usual rules, as the operations guide calls them.

use axum::extract::State;
use domain::levels::Levels;
use monitor::{Actor, Monitor};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, ApiResult, Json};

/// What is answered when settings were changed.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct SettingsSaved {
    success: bool,
    message: &'static str,
    /// All of them, as they are now.
    settings: Levels,
}

/// From where on the usual rules fire, in percent. One whose rule was deleted is left out.
#[utoipa::path(get, path = "/settings", tag = "alerts", responses((status = 200, body = Levels), ApiError))]
pub async fn settings(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<Levels>> {
    Ok(Json(monitor.alerts().levels(&actor).await?))
}

/// Sets some or all of the levels; all or, when one makes no sense, none. It counts from the next sample on.
#[utoipa::path(
    post, path = "/settings", tag = "alerts", request_body = Levels,
    responses((status = 200, body = SettingsSaved), ApiError)
)]
pub async fn set_settings(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(levels): Json<Levels>,
) -> ApiResult<Json<SettingsSaved>> {
    let settings = monitor.alerts().set_levels(&actor, levels).await?;
    Ok(Json(SettingsSaved { success: true, message: "The settings were saved.", settings }))
}
