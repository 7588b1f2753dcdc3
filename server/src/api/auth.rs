//! `/api/auth`: logging in and out, and asking whether a token is good.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use domain::{
    Error, ErrorCode,
    accounts::{LoggedIn, Login, Verified},
};
use monitor::{
    Actor, Monitor,
    request::{Caller, expired_session_cookie, session_cookie},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, ApiResult, Done, Json, Sender};

type Cookie = AppendHeaders<[(header::HeaderName, String); 1]>;

/// Logs in. The answer has the bearer token, and sets the session cookie for browsers.
///
/// After five failures within five minutes for the same account from the same address, that pair has to wait.
#[utoipa::path(
    post, path = "/auth/login", tag = "auth", security(()), request_body = Login,
    responses((status = 200, body = LoggedIn), ApiError)
)]
pub async fn login(
    State(monitor): State<Monitor>,
    Sender(caller): Sender,
    Json(login): Json<Login>,
) -> ApiResult<(Cookie, Json<LoggedIn>)> {
    let logged_in = monitor.accounts().login(&caller.origin, login).await?;
    Ok((login_cookie(&caller, &logged_in), Json(logged_in)))
}

/// Ends the session: its token is worth nothing from then on, and its live connections close.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", responses((status = 200, body = Done), ApiError))]
pub async fn logout(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<(Cookie, Json<Done>)> {
    monitor.accounts().logout(&actor).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, expired_session_cookie())]);
    Ok((cookie, Done::new("Logged out.")))
}

/// Whether the token is good, and whose it is.
#[utoipa::path(
    get, path = "/auth/verify", tag = "auth",
    responses((status = 200, body = Verified), (status = 401, body = NotVerified), ApiError)
)]
pub async fn verify_by_get(State(monitor): State<Monitor>, Sender(caller): Sender) -> Response {
    verify(&monitor, &caller).await
}

/// Whether the token is good, and whose it is.
#[utoipa::path(
    post, path = "/auth/verify", tag = "auth",
    responses((status = 200, body = Verified), (status = 401, body = NotVerified), ApiError)
)]
pub async fn verify_by_post(State(monitor): State<Monitor>, Sender(caller): Sender) -> Response {
    verify(&monitor, &caller).await
}

/// What `auth/verify` answers for a bad token.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NotVerified {
    /// Always false.
    valid: bool,
    /// Why.
    #[serde(flatten)]
    error: Error,
}

async fn verify(monitor: &Monitor, caller: &Caller) -> Response {
    match monitor.accounts().authenticate(caller).await {
        Ok(actor) => Json(Verified { valid: true, username: actor.username, role: actor.role }).into_response(),
        Err(error) if error.code == ErrorCode::Unauthenticated => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            (StatusCode::UNAUTHORIZED, challenge, Json(NotVerified { valid: false, error })).into_response()
        }
        Err(error) => ApiError::from(error).into_response(),
    }
}

/// The cookie of a new session; for HTTPS only when it was made over HTTPS.
pub(super) fn login_cookie(caller: &Caller, logged_in: &LoggedIn) -> Cookie {
    let secs = u64::try_from(monitor::SESSION_MS / 1_000).unwrap_or_default();
    let cookie = session_cookie(&logged_in.token, secs, caller.origin.is_https);
    AppendHeaders([(header::SET_COOKIE, cookie)])
}
