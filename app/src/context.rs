//! What a server function needs from the request it runs in: the services and who asks.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::{Error, Result};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use monitor::{
    Actor, Monitor,
    request::{Caller, Origin, is_same_origin, session_cookie},
};

use crate::error::AppError;

/// The server's clock, in Unix milliseconds.
pub fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

/// The services.
///
/// # Errors
/// When the program forgot to provide them.
pub fn monitor() -> Result<Monitor> {
    use_context::<Monitor>().ok_or_else(Error::internal)
}

/// Who sent the request, before it is known whether they may.
///
/// # Errors
/// When a page of another site sent it to change something.
pub fn caller() -> Result<Caller> {
    let parts = use_context::<Parts>().ok_or_else(Error::internal)?;
    // A link on another site may lead to a page of ours; only what changes something has to come from here.
    if !parts.method.is_safe() && !is_same_origin(&parts.headers) {
        return Err(Error::forbidden());
    }
    parts.extensions.get::<Caller>().cloned().ok_or_else(Error::internal)
}

/// Where the request comes from.
///
/// # Errors
/// When it comes from a page of another site.
pub fn origin() -> Result<Origin> {
    Ok(caller()?.origin)
}

/// The services and the person who is logged in.
///
/// # Errors
/// When nobody is.
pub async fn actor() -> Result<(Monitor, Actor)> {
    let monitor = monitor()?;
    let actor = monitor.accounts().authenticate(&caller()?).await?;
    Ok((monitor, actor))
}

/// Sets a cookie with the answer.
pub fn set_cookie(value: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        response.append_header(header::SET_COOKIE, value);
    }
}

/// Hands the browser its session.
pub fn start_session(token: &str, expires_at_ms: i64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let max_age_secs = u64::try_from(expires_at_ms / 1_000).unwrap_or(0).saturating_sub(now.as_secs());
    set_cookie(&session_cookie(token, max_age_secs, is_https()));
}

/// Whether the browser reached us over HTTPS, by way of a proxy.
fn is_https() -> bool {
    use_context::<Parts>()
        .and_then(|parts| parts.headers.get("x-forwarded-proto").cloned())
        .is_some_and(|proto| proto.as_bytes().eq_ignore_ascii_case(b"https"))
}

/// The error as a server function returns it, with its HTTP status on the answer.
pub fn refuse(error: Error) -> AppError {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(error.code.status()))
        && !is_plain_form()
    {
        response.set_status(status);
    }
    AppError::from(error)
}

/// Whether a form was sent without any wasm: its answer leads back to the form, with the error in the address, and has to stay
/// a redirect.
fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let accepted = parts.headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
        parts.method == Method::POST && accepted.is_some_and(|accepted| accepted.contains("text/html"))
    })
}
