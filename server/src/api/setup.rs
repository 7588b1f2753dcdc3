//! `/api/setup`: the first administrator.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::accounts::{LoggedIn, Setup, SetupStatus};
use monitor::Monitor;

use super::{ApiError, ApiResult, Json, Sender, auth};

/// Whether the first administrator is still to be made.
#[utoipa::path(get, path = "/setup/status", tag = "setup", security(()), responses((status = 200, body = SetupStatus), ApiError))]
pub async fn setup_status(State(monitor): State<Monitor>, Sender(caller): Sender) -> ApiResult<Json<SetupStatus>> {
    Ok(Json(monitor.accounts().setup_status(&caller.origin).await?))
}

/// Makes the first administrator and logs them in.
#[utoipa::path(
    post, path = "/setup/initialize", tag = "setup", security(()), request_body = Setup,
    responses((status = 201, description = "Made and logged in; the session cookie is set too", body = LoggedIn), ApiError)
)]
pub async fn initialize(
    State(monitor): State<Monitor>,
    Sender(caller): Sender,
    Json(setup): Json<Setup>,
) -> ApiResult<Response> {
    let logged_in = monitor.accounts().initialize(&caller.origin, setup).await?;
    let cookie = auth::login_cookie(&caller, &logged_in);
    Ok((StatusCode::CREATED, cookie, Json(logged_in)).into_response())
}
