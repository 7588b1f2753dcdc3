//! `GET /api/metrics/history`: the same series of many servers.

use axum::extract::State;
use domain::ServerId;
use monitor::{Actor, Monitor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ApiError, ApiResult, Json, Query,
    history::{Aggregate, Asked, HistorySeries, series},
};

/// Which series of which servers over which time. Times are Unix milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AskedOfMany {
    /// The servers' ids, separated by commas; all servers when not given.
    server_id: String,
    /// The series' keys, separated by commas: a metric, and after a colon what it was measured on, such as
    /// `cpu.busy,disk.read_bytes:sda`.
    series: String,
    /// From when; an hour before the end when not given.
    from: Option<i64>,
    /// Until when, not included; now when not given.
    to: Option<i64>,
    /// The most points of a series; 600 when neither this nor `step` is given.
    points: Option<u32>,
    /// The time between two points, in milliseconds.
    step: Option<i64>,
    /// What a point says of its time.
    #[param(inline)]
    aggregate: Aggregate,
}

/// Some series of several servers over the same time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HistoryOfMany {
    /// Its begin.
    from: i64,
    /// Its end, not included.
    to: i64,
    /// The time between two points, in milliseconds.
    step: i64,
    /// What a point says of its time.
    aggregate: Aggregate,
    /// The servers, in the order of their ids.
    servers: Vec<HistoryOfOne>,
}

/// The series of one server.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HistoryOfOne {
    /// The server's id.
    id: i64,
    /// The series, in the order in which they were asked for.
    series: Vec<HistorySeries>,
}

impl AskedOfMany {
    fn servers(&self) -> Result<Vec<ServerId>, domain::Error> {
        let ids = self.server_id.split(',').map(str::trim).filter(|id| !id.is_empty());
        let read = |id: &str| id.parse().map(ServerId);
        ids.map(read)
            .collect::<Result<_, _>>()
            .map_err(|_| domain::Error::invalid("server_id", "must be numbers, separated by commas"))
    }
}

impl From<AskedOfMany> for Asked {
    fn from(asked: AskedOfMany) -> Self {
        let AskedOfMany { server_id: _, series, from, to, points, step, aggregate } = asked;
        Self { series, from, to, points, step, aggregate }
    }
}

/// What was measured on many servers: the same series over the same stretch of time.
#[utoipa::path(
    get, path = "/metrics/history", tag = "servers", params(AskedOfMany),
    responses((status = 200, body = HistoryOfMany), ApiError)
)]
pub async fn metrics_history_of_many(
    State(monitor): State<Monitor>,
    actor: Actor,
    Query(asked): Query<AskedOfMany>,
) -> ApiResult<Json<HistoryOfMany>> {
    let (servers, aggregate) = (asked.servers()?, asked.aggregate);
    let found = monitor.history().range_of_many(&actor, &servers, Asked::from(asked).into()).await?;
    let (from, to, step) =
        found.first().map(|(_, range)| (range.from_ms, range.to_ms, range.step_ms)).unwrap_or_default();
    let one = |(id, range): (ServerId, domain::history::Range)| HistoryOfOne {
        id: id.0,
        series: series(range.series, aggregate),
    };
    Ok(Json(HistoryOfMany { from, to, step, aggregate, servers: found.into_iter().map(one).collect() }))
}
