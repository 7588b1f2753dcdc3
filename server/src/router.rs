//! All routes together, with what happens around them.

use std::time::Duration;

use axum::{Router, routing::get};

use crate::{api, docs, live, middleware, pages, state::AppState};

/// All routes, with the layers around them.
pub fn router(state: &AppState, timeout: Duration) -> Router {
    let (api, document) = api::routes().split_for_parts();
    let routes = Router::new()
        .merge(api)
        .merge(docs::routes(document))
        .merge(pages::routes(state))
        .route("/ws/live", get(live::upgrade))
        .fallback(pages::file_or_nothing)
        .with_state(state.clone());
    middleware::around(routes, state, timeout)
}
