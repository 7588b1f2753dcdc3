//! Reads once, for everybody behind it, who sends a request: the address (also through trusted proxies) and the token.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use monitor::request::Caller;

use crate::state::AppState;

/// Puts the [`Caller`] among the request's extensions.
pub async fn read(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = Caller::of_request(request.headers(), peer.ip(), &state.trusted_proxies);
    request.extensions_mut().insert(caller);
    next.run(request).await
}
