//! `/api/health` and `/api/ready`: whether the program runs, and whether it can serve.

use axum::{extract::State, http::StatusCode};
use monitor::Monitor;
use serde::Serialize;
use utoipa::ToSchema;

use super::Json;

/// The program runs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    status: &'static str,
    /// The program's clock (RFC 3339).
    timestamp: String,
}

/// Whether the program can serve.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Ready {
    /// `ready` or `not_ready`.
    status: &'static str,
    /// What was looked at.
    checks: Checks,
}

/// What readiness looks at.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Checks {
    /// The database answers.
    database: bool,
    /// The program is not about to stop.
    running: bool,
    /// History is written; it pauses while the disk is too full, which does not make the program unready.
    history: bool,
}

/// Whether the program runs.
#[utoipa::path(get, path = "/health", tag = "health", security(()), responses((status = 200, body = Health)))]
pub async fn health() -> Json<Health> {
    Json(Health { status: "ok", timestamp: jiff::Timestamp::now().to_string() })
}

/// Whether the program can serve: its database answers, and it is not about to stop.
#[utoipa::path(
    get, path = "/ready", tag = "health", security(()),
    responses((status = 200, body = Ready), (status = 503, description = "It cannot serve now", body = Ready))
)]
pub async fn ready(State(monitor): State<Monitor>) -> (StatusCode, Json<Ready>) {
    let readiness = monitor.readiness().await;
    let (code, status) = match readiness.is_ready() {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not_ready"),
    };
    (
        code,
        Json(Ready {
            status,
            checks: Checks { database: readiness.database, running: readiness.running, history: readiness.history },
        }),
    )
}
