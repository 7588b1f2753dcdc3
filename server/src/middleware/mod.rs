//! What happens around every request: identity, limits, headers, logging. No rule about resources lives here.

mod caller;
mod headers;
mod json_errors;
pub mod page_guard;
mod request_log;
mod same_origin;

use std::time::Duration;

use axum::{Router, http::StatusCode, middleware};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    timeout::TimeoutLayer,
};

use crate::state::AppState;

/// The largest request body that is taken, in bytes: a private key fits several times.
pub const BODY_MAX: usize = 256 * 1024;

/// Puts all layers around the routes. A request passes them from the last one named to the first.
pub fn around(routes: Router, state: &AppState, timeout: Duration) -> Router {
    routes
        .layer(middleware::from_fn(same_origin::check))
        .layer(middleware::from_fn_with_state(state.clone(), caller::read))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout))
        .layer(RequestBodyLimitLayer::new(BODY_MAX))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(json_errors::rewrite))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(headers::add))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(request_log::layer())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(middleware::from_fn(request_log::drop_strange_id))
}
