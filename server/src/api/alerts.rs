//! `/api/rules` and `/api/incidents`: rules about values, and what came of them.

use axum::{extract::State, http::StatusCode};
use domain::{
    IncidentId, LevelId, RuleId, ServerId,
    alerts::{Condition, Incident, Rule, Scope, Severity},
    incident_filter::IncidentFilter,
};
use monitor::{Actor, IncidentQuery, Monitor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, ApiResult, Done, Id, Json, Query, strict::known};

/// A rule as it is written.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRule {
    /// Its name.
    name: String,
    /// What it looks at.
    #[serde(deserialize_with = "known")]
    condition: Condition,
    /// On which servers; all when not given.
    #[serde(default)]
    scope: Scope,
    /// How bad it is when it fires; a warning when not given.
    #[serde(default)]
    severity: Severity,
    /// For how many seconds it has to be bad before the rule fires; at once when not given.
    #[serde(default)]
    for_secs: u32,
    /// For how many seconds it has to be good before it is over; at once when not given.
    #[serde(default)]
    clear_secs: u32,
    /// Whether it is on; it is when not given.
    #[serde(default = "yes")]
    is_enabled: bool,
    /// Who is told; the usual level of what it looks at when not given.
    #[serde(default)]
    level_id: Option<LevelId>,
}

fn yes() -> bool {
    true
}

impl NewRule {
    pub(super) fn with_id(self, id: RuleId) -> Rule {
        let Self { name, condition, scope, severity, for_secs, clear_secs, is_enabled, level_id } = self;
        Rule { id, name, condition, scope, severity, for_secs, clear_secs, is_enabled, level_id }
    }
}

/// What is answered when a rule was made or changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleSaved {
    success: bool,
    message: String,
    rule_id: RuleId,
    rule: Rule,
}

impl RuleSaved {
    fn new(message: &str, rule: Rule) -> Json<Self> {
        Json(Self { success: true, message: message.to_owned(), rule_id: rule.id, rule })
    }
}

/// Which incidents. What is not given does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AskedIncidents {
    /// Those of one server; of all when not given.
    server_id: Option<i64>,
    /// Only those that are not over.
    open: bool,
    /// Only those that are so bad.
    #[param(inline)]
    severity: Option<Severity>,
    /// Only those of this priority, 1 to 4.
    priority: Option<u8>,
    /// Only those that somebody has acknowledged, or that nobody has.
    acknowledged: Option<bool>,
    /// Only those that one rule began.
    rule_id: Option<i64>,
    /// Words that all have to be in the rule's or server's name or the series, whatever the case of their ASCII letters.
    search: String,
    /// Only those older than the one with this id: the next page.
    before: Option<i64>,
    /// The most that are wanted, 1 to 500; 100 when not given.
    limit: Option<u32>,
}

impl From<AskedIncidents> for IncidentQuery {
    fn from(asked: AskedIncidents) -> Self {
        let AskedIncidents { server_id, open, severity, priority, acknowledged, rule_id, search, before, limit } =
            asked;
        let (server, rule) = (server_id.map(ServerId), rule_id.map(RuleId));
        let filter = IncidentFilter { only_open: open, server, severity, priority, acknowledged, rule, search };
        Self { filter, before: before.map(IncidentId), limit }
    }
}

/// All rules, by name.
#[utoipa::path(get, path = "/rules", tag = "alerts", responses((status = 200, body = Vec<Rule>), ApiError))]
pub async fn list_rules(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<Vec<Rule>>> {
    Ok(Json(monitor.alerts().rules(&actor).await?))
}

/// Makes a rule. It counts from the next sample on.
#[utoipa::path(
    post, path = "/rules", tag = "alerts", request_body = NewRule,
    responses((status = 201, body = RuleSaved), ApiError)
)]
pub async fn create_rule(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(new): Json<NewRule>,
) -> ApiResult<(StatusCode, Json<RuleSaved>)> {
    let rule = monitor.alerts().create_rule(&actor, new.with_id(RuleId(0))).await?;
    Ok((StatusCode::CREATED, RuleSaved::new("The rule was made.", rule)))
}

/// Changes a rule: all its fields are set.
#[utoipa::path(
    put, path = "/rules/{id}", tag = "alerts", params(("id" = i64, Path)), request_body = NewRule,
    responses((status = 200, body = RuleSaved), ApiError)
)]
pub async fn change_rule(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<RuleId>,
    Json(new): Json<NewRule>,
) -> ApiResult<Json<RuleSaved>> {
    let rule = monitor.alerts().change_rule(&actor, new.with_id(id)).await?;
    Ok(RuleSaved::new("The rule was changed.", rule))
}

/// Deletes a rule. What it began is over.
#[utoipa::path(
    delete, path = "/rules/{id}", tag = "alerts", params(("id" = i64, Path)),
    responses((status = 200, body = Done), ApiError)
)]
pub async fn delete_rule(State(monitor): State<Monitor>, actor: Actor, Id(id): Id<RuleId>) -> ApiResult<Json<Done>> {
    monitor.alerts().delete_rule(&actor, id).await?;
    Ok(Done::new("The rule was deleted."))
}

/// Incidents, the newest first.
#[utoipa::path(
    get, path = "/incidents", tag = "alerts", params(AskedIncidents),
    responses((status = 200, body = Vec<Incident>), ApiError)
)]
pub async fn list_incidents(
    State(monitor): State<Monitor>,
    actor: Actor,
    Query(asked): Query<AskedIncidents>,
) -> ApiResult<Json<Vec<Incident>>> {
    Ok(Json(monitor.alerts().incidents(&actor, asked.into()).await?))
}
