//! `/ws/live`: one WebSocket per browser tab, in the protocol of [`domain::live`].
//!
//! This module carries messages; what is in them is the services' business.

mod close;
mod connection;
mod end;
mod watch;

use axum::{
    extract::{State, WebSocketUpgrade},
    http::HeaderMap,
    response::Response,
};
use domain::{Error, live::REQUEST_MAX};
use monitor::request::is_same_origin;

pub use close::Close;
pub use end::end_of;

use crate::{
    api::{ApiResult, Sender},
    state::AppState,
};

/// Upgrades to a WebSocket, for whoever is logged in.
///
/// Browsers send the cookie with WebSockets of foreign pages too, and no rule of theirs stops these: so with a cookie, the page
/// has to be one of ours.
pub async fn upgrade(
    State(state): State<AppState>,
    Sender(caller): Sender,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> ApiResult<Response> {
    if caller.by_cookie && !is_same_origin(&headers) {
        return Err(Error::forbidden().into());
    }
    let actor = state.monitor.accounts().authenticate(&caller).await?;
    let permit = state.streams.open(actor.user_id)?;
    let upgrade = upgrade.max_message_size(REQUEST_MAX).max_frame_size(REQUEST_MAX);
    Ok(upgrade.on_upgrade(async move |socket| {
        connection::serve(socket, &state, &actor, &caller).await;
        drop(permit);
    }))
}
