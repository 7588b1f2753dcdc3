//! `/metrics`: the monitor itself, and the fleet, as Prometheus scrapes them.

use std::convert::Infallible;

use axum::{
    body::Body,
    extract::{FromRequestParts, State},
    http::{HeaderName, header, request::Parts},
};
use futures::stream;
use monitor::{METRICS_TYPE, Scraper};

use super::{ApiError, ApiResult, Sender};
use crate::state::AppState;

type Typed<T> = ([(HeaderName, &'static str); 1], T);

/// Whoever carries the scrapers' token, or is logged in and may see servers.
pub struct Admitted(Scraper);

impl FromRequestParts<AppState> for Admitted {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let Sender(caller) = Sender::from_request_parts(parts, state).await?;
        let metrics = state.monitor.metrics();
        Ok(Self(metrics.admit(state.monitor.accounts(), &caller).await?))
    }
}

/// How the monitor itself does, in Prometheus' text format.
#[utoipa::path(
    get, path = "/metrics", tag = "metrics",
    responses((status = 200, body = String, content_type = METRICS_TYPE), ApiError)
)]
pub async fn program_metrics(State(state): State<AppState>, Admitted(scraper): Admitted) -> Typed<String> {
    typed(state.monitor.metrics().program(&scraper, state.streams.count()).await)
}

/// The newest values of every server that answers, in Prometheus' text format under node_exporter's names.
#[utoipa::path(
    get, path = "/metrics/servers", tag = "metrics",
    responses((status = 200, body = String, content_type = METRICS_TYPE), ApiError)
)]
pub async fn server_metrics(State(state): State<AppState>, Admitted(scraper): Admitted) -> ApiResult<Typed<Body>> {
    let chunks = state.monitor.metrics().servers(&scraper).await?;
    Ok(typed(Body::from_stream(stream::iter(chunks.map(Ok::<_, Infallible>)))))
}

fn typed<T>(content: T) -> Typed<T> {
    ([(header::CONTENT_TYPE, METRICS_TYPE)], content)
}
