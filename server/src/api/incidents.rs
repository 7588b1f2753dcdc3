//! `/api/incidents/:id`, `/api/silences` and `/api/alerts`: the life of incidents.

use axum::{extract::State, http::StatusCode};
use domain::{
    IncidentId, RuleId, ServerId, SilenceId,
    alerts::{Incident, Scope, Severity},
    incidents::{Act, Dossier, Silence},
    recording::IncidentRecording,
};
use monitor::{Actor, Monitor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, ApiResult, Done, Id, Json, Query};

/// How many alerts one answer has.
const ALERTS: u64 = 50;

/// Which alerts.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AskedAlerts {
    /// Those of one server; of all when not given.
    server_id: Option<i64>,
    /// 1 for those that the caller has seen, 0 for those not; both when not given.
    is_read: Option<u8>,
}

/// An incident as older scripts know it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Alert {
    id: IncidentId,
    server_id: Option<ServerId>,
    server_name: String,
    /// The rule's name.
    alert_type: String,
    severity: Severity,
    /// What it is about, in words.
    message: String,
    /// Whether the caller has seen it.
    is_read: bool,
    /// Whether it is over.
    is_resolved: bool,
    /// When it began, in Unix milliseconds.
    created_at_ms: i64,
}

/// Which alerts were seen.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SeenAlerts {
    /// These; all that there are when not given.
    ids: Option<Vec<IncidentId>>,
}

/// A silence as it is written.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSilence {
    /// On which servers; all when not given.
    #[serde(default)]
    scope: Scope,
    /// Of which rule; of all when not given.
    #[serde(default)]
    rule_id: Option<RuleId>,
    /// Since when, in Unix milliseconds; now when not given.
    #[serde(default)]
    from_ms: Option<i64>,
    /// For how many minutes.
    minutes: u32,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// What is answered when a silence was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SilenceSaved {
    success: bool,
    message: &'static str,
    silence_id: SilenceId,
    silence: Silence,
}

fn alert((incident, is_read): (Incident, bool)) -> Alert {
    let about = match (incident.series.as_str(), incident.value) {
        ("", _) => String::new(),
        (series, Some(value)) => format!(": {series} is {value:.1}"),
        (series, None) => format!(": {series}"),
    };
    Alert {
        id: incident.id,
        server_id: incident.server_id,
        message: format!("{} on {}{about}", incident.rule_name, incident.server_name),
        server_name: incident.server_name,
        alert_type: incident.rule_name,
        severity: incident.severity,
        is_read,
        is_resolved: incident.ended_at_ms.is_some(),
        created_at_ms: incident.began_at_ms,
    }
}

/// All that is known of an incident, with its timeline. The caller has seen it then.
#[utoipa::path(
    get, path = "/incidents/{id}", tag = "alerts", params(("id" = i64, Path)),
    responses((status = 200, body = Dossier), ApiError)
)]
pub async fn get_incident(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<IncidentId>,
) -> ApiResult<Json<Dossier>> {
    Ok(Json(monitor.alerts().incident(&actor, id).await?))
}

/// What the flight recorder wrote down about the server when an incident began; `not_found` says why when there is nothing.
#[utoipa::path(
    get, path = "/incidents/{id}/recording", tag = "alerts", params(("id" = i64, Path)),
    responses((status = 200, body = IncidentRecording), ApiError)
)]
pub async fn get_incident_recording(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<IncidentId>,
) -> ApiResult<Json<IncidentRecording>> {
    Ok(Json(monitor.alerts().recording(&actor, id).await?))
}

/// Does something about an incident: acknowledges, assigns, prioritises, notes, resolves or silences it.
#[utoipa::path(
    post, path = "/incidents/{id}/actions", tag = "alerts", params(("id" = i64, Path)), request_body = Act,
    responses((status = 200, body = Dossier), ApiError)
)]
pub async fn act_on_incident(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<IncidentId>,
    Json(act): Json<Act>,
) -> ApiResult<Json<Dossier>> {
    Ok(Json(monitor.alerts().act(&actor, id, act).await?))
}

/// The newest 50 incidents, as older scripts know them, each with whether the caller has seen it.
#[utoipa::path(
    get, path = "/alerts", tag = "alerts", params(AskedAlerts),
    responses((status = 200, body = Vec<Alert>), ApiError)
)]
pub async fn list_alerts(
    State(monitor): State<Monitor>,
    actor: Actor,
    Query(asked): Query<AskedAlerts>,
) -> ApiResult<Json<Vec<Alert>>> {
    let is_read = match asked.is_read {
        None => None,
        Some(0) => Some(false),
        Some(1) => Some(true),
        Some(_) => return Err(domain::Error::invalid("is_read", "must be 0 or 1").into()),
    };
    let found = monitor.alerts().seen(&actor, asked.server_id.map(ServerId), is_read, ALERTS).await?;
    Ok(Json(found.into_iter().map(alert).collect()))
}

/// Notes that the caller has seen alerts: these, or all.
#[utoipa::path(
    post, path = "/alerts/read", tag = "alerts", request_body = SeenAlerts,
    responses((status = 200, body = Done), ApiError)
)]
pub async fn mark_alerts_read(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(seen): Json<SeenAlerts>,
) -> ApiResult<Json<Done>> {
    monitor.alerts().mark_seen(&actor, seen.ids.as_deref()).await?;
    Ok(Done::new("The alerts are marked as read."))
}

/// Silences that are not over, the ones that end first first.
#[utoipa::path(get, path = "/silences", tag = "alerts", responses((status = 200, body = Vec<Silence>), ApiError))]
pub async fn list_silences(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<Vec<Silence>>> {
    Ok(Json(monitor.alerts().silences(&actor).await?))
}

/// Has nobody told of something for a while. What goes on when that ends is told then.
#[utoipa::path(
    post, path = "/silences", tag = "alerts", request_body = NewSilence,
    responses((status = 201, body = SilenceSaved), ApiError)
)]
pub async fn create_silence(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(new): Json<NewSilence>,
) -> ApiResult<(StatusCode, Json<SilenceSaved>)> {
    let NewSilence { scope, rule_id, from_ms, minutes, reason } = new;
    let from_ms = from_ms.unwrap_or_else(monitor::now_ms);
    let until_ms = from_ms.saturating_add(i64::from(minutes) * 60_000);
    let silence = Silence { id: SilenceId(0), scope, rule_id, from_ms, until_ms, reason, person: String::new() };
    let silence = monitor.alerts().create_silence(&actor, silence).await?;
    let saved = SilenceSaved { success: true, message: "The silence was made.", silence_id: silence.id, silence };
    Ok((StatusCode::CREATED, Json(saved)))
}

/// Ends a silence. What goes on is told now.
#[utoipa::path(
    delete, path = "/silences/{id}", tag = "alerts", params(("id" = i64, Path)),
    responses((status = 200, body = Done), ApiError)
)]
pub async fn delete_silence(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<SilenceId>,
) -> ApiResult<Json<Done>> {
    monitor.alerts().delete_silence(&actor, id).await?;
    Ok(Done::new("The silence was ended."))
}
