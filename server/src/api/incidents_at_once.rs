//! `POST /api/incidents/actions`: one deed for many incidents, as after a storm.

use axum::extract::State;
use domain::{IncidentId, RuleId, ServerId, alerts::Severity, incident_filter::IncidentFilter, incidents::Act};
use monitor::{Actor, Monitor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ApiError, ApiResult, Json};

/// What is done, and to which of the open incidents. What is not given does not narrow.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActOnAll {
    /// What is done.
    action: AtOnce,
    /// Why, or what was done; may be empty.
    #[serde(default)]
    text: String,
    /// Those of one server.
    #[serde(default)]
    server_id: Option<ServerId>,
    /// Those that are so bad.
    #[serde(default)]
    severity: Option<Severity>,
    /// Those of this priority, 1 to 4.
    #[serde(default)]
    priority: Option<u8>,
    /// Those that somebody has acknowledged, or that nobody has.
    #[serde(default)]
    acknowledged: Option<bool>,
    /// Those that one rule began.
    #[serde(default)]
    rule_id: Option<RuleId>,
    /// Words that all have to be in the rule's or server's name or the series, whatever their case.
    #[serde(default)]
    search: String,
    /// Up to this one: what began after it is left alone.
    #[serde(default)]
    up_to: Option<IncidentId>,
}

/// What can be done to many incidents at once.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AtOnce {
    /// Takes them on.
    Acknowledge,
    /// Says that they are over.
    Resolve,
}

/// How many it was done to.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ActedOnAll {
    success: bool,
    /// How many incidents.
    count: usize,
}

/// Acknowledges or resolves all open incidents that are wanted: all of them, or none when it fails.
#[utoipa::path(
    post, path = "/incidents/actions", tag = "alerts", request_body = ActOnAll,
    responses((status = 200, body = ActedOnAll), ApiError)
)]
pub async fn act_on_incidents(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(asked): Json<ActOnAll>,
) -> ApiResult<Json<ActedOnAll>> {
    let ActOnAll { action, text, server_id, severity, priority, acknowledged, rule_id, search, up_to } = asked;
    let (server, rule) = (server_id, rule_id);
    let filter = IncidentFilter { only_open: true, server, severity, priority, acknowledged, rule, search };
    let act = match action {
        AtOnce::Acknowledge => Act::Acknowledge { reason: text },
        AtOnce::Resolve => Act::Resolve { text },
    };
    let count = monitor.alerts().act_on_all(&actor, filter, up_to, act).await?;
    Ok(Json(ActedOnAll { success: true, count }))
}
