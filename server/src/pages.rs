//! What a browser shows: the pages, rendered here first, and the files that belong to them.

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};

use crate::{middleware::page_guard, state::AppState};

/// The routes of all pages and of their server functions, behind the guard that asks for a login first.
pub fn routes(state: &AppState) -> Router<AppState> {
    let monitor = state.monitor.clone();
    let options = state.leptos.clone();
    Router::new()
        .leptos_routes_with_context(
            state,
            generate_route_list(app::App),
            move || provide_context(monitor.clone()),
            move || app::shell(options.clone()),
        )
        .route_layer(middleware::from_fn_with_state(state.clone(), page_guard::check))
}

/// What no route takes: a file, or the page that says there is nothing.
pub async fn file_or_nothing(State(state): State<AppState>, request: Request) -> Response {
    if let Some(file) = state.assets.respond(request.method(), request.uri().path(), request.headers()) {
        return file;
    }
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && accepts.contains("text/html");
    let is_inner =
        ["/api/", "/metrics/", "/sfn/", "/ws/", "/pkg"].iter().any(|prefix| request.uri().path().starts_with(prefix));
    if is_inner || !is_page {
        return StatusCode::NOT_FOUND.into_response();
    }
    let monitor = state.monitor.clone();
    let context = {
        let state = state.clone();
        move || {
            provide_context(state.clone());
            provide_context(monitor.clone());
        }
    };
    let options = state.leptos.clone();
    let mut page = render_app_async_with_context(context, move || app::shell(options.clone()))(request).await;
    if page.status() == StatusCode::OK {
        *page.status_mut() = StatusCode::NOT_FOUND;
    }
    page
}
