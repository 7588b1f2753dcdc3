//! `POST /api/rules/dry-run`: when a rule would have fired.

use axum::extract::State;
use domain::{RuleId, dry_run::DryRun};
use monitor::{Actor, DryRunSpan, Monitor};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ApiError, ApiResult, Json, alerts::NewRule};

/// A rule, and over which time it is tried.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedDryRun {
    /// The rule. Its name and whether it is on do not count.
    rule: NewRule,
    /// From when, in Unix milliseconds; a week before the end when not given, and no more than 31 days before it.
    #[serde(default)]
    from: Option<i64>,
    /// Until when, not included, in Unix milliseconds; now when not given.
    #[serde(default)]
    to: Option<i64>,
}

/// When a rule would have fired, from what is stored. Nothing is changed by it.
#[utoipa::path(
    post, path = "/rules/dry-run", tag = "alerts", request_body = AskedDryRun,
    responses((status = 200, body = DryRun), ApiError)
)]
pub async fn dry_run_rule(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(asked): Json<AskedDryRun>,
) -> ApiResult<Json<DryRun>> {
    let AskedDryRun { rule, from, to } = asked;
    let span = DryRunSpan { from_ms: from, to_ms: to };
    Ok(Json(monitor.dry_runs().run(&actor, rule.with_id(RuleId(0)), span).await?))
}
