//! `/api/stats`: counts for status pages and outside monitors.

use axum::extract::State;
use domain::stats::Overview;
use monitor::Monitor;

use super::Json;

/// The five counts; open to all, because outside monitors ask for them.
#[utoipa::path(get, path = "/stats/overview", tag = "health", security(()), responses((status = 200, body = Overview)))]
pub async fn overview(State(monitor): State<Monitor>) -> Json<Overview> {
    Json(monitor.overview())
}
