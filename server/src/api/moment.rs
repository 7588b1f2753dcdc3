//! `GET /api/servers/history/at` and `GET /api/servers/{id}/processes/history`: how it was at a moment.

use axum::extract::State;
use domain::{Error, ServerId, fleet::Row, history::ProcessesThen};
use monitor::{Actor, Monitor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, ApiResult, Id, Json, Query};

/// Which moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AskedMoment {
    /// The moment, in Unix milliseconds.
    #[param(required = true)]
    at: Option<i64>,
}

impl AskedMoment {
    fn at_ms(self) -> Result<i64, Error> {
        self.at.ok_or_else(|| Error::invalid("at", "say which moment, in Unix milliseconds"))
    }
}

/// The fleet as it was at a moment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FleetMoment {
    /// The moment, in Unix milliseconds.
    at: i64,
    /// How fine the values are, in milliseconds: 0 as they were sampled, 60000 by the minute, 3600000 by the hour; of the coarsest one.
    step: i64,
    /// The first moment that there is anything of, in Unix milliseconds; `null` while there is nothing.
    first: Option<i64>,
    /// The servers that were there then, in the order of their ids, with what is entered about them today. Its status is `unknown` where
    /// nothing is kept of that time.
    servers: Vec<Row>,
}

/// The fleet as it was at a moment: the values that its list showed then, out of the finest tier that still has them.
#[utoipa::path(
    get, path = "/servers/history/at", tag = "servers", params(AskedMoment),
    responses((status = 200, body = FleetMoment), ApiError)
)]
pub async fn fleet_at(
    State(monitor): State<Monitor>,
    actor: Actor,
    Query(asked): Query<AskedMoment>,
) -> ApiResult<Json<FleetMoment>> {
    let then = monitor.history().fleet_at(&actor, asked.at_ms()?).await?;
    let (at, servers) = (then.fleet.now_ms, then.fleet.rows);
    Ok(Json(FleetMoment { at, step: then.step_ms, first: then.first_ms, servers }))
}

/// The processes of a server that took the most at a moment: the newest list of that minute or the one before; `null` when there is none.
#[utoipa::path(
    get, path = "/servers/{id}/processes/history", tag = "servers", params(("id" = i64, Path), AskedMoment),
    responses((status = 200, body = Option<ProcessesThen>), ApiError)
)]
pub async fn processes_at(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<ServerId>,
    Query(asked): Query<AskedMoment>,
) -> ApiResult<Json<Option<ProcessesThen>>> {
    Ok(Json(monitor.history().processes_at(&actor, id, asked.at_ms()?).await?))
}
