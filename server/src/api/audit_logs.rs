//! `/api/audit-logs`: who did what, when, from where.

use axum::extract::State;
use domain::audit::{self, Page};
use monitor::{Actor, Monitor};

use super::{ApiError, ApiResult, Json, Query};

/// A page of the audit log, newest first.
#[utoipa::path(
    get, path = "/audit-logs", tag = "audit", params(audit::Query),
    responses((status = 200, body = Page), ApiError)
)]
pub async fn list_audit_logs(
    State(monitor): State<Monitor>,
    actor: Actor,
    Query(query): Query<audit::Query>,
) -> ApiResult<Json<Page>> {
    Ok(Json(monitor.audit().query(&actor, query).await?))
}
