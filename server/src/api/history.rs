//! `GET /api/servers/{id}/metrics/history`: what was measured earlier.

use axum::extract::State;
use domain::{
    ServerId,
    history::{Point, Range, Series},
};
use monitor::{Actor, Monitor, RangeQuery};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeSeq};
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, ApiResult, Id, Json, Query};

/// Which series over which time. Times are Unix milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The series' keys, separated by commas: a metric, and after a colon what it was measured on, such as
    /// `cpu.busy,disk.read_bytes:sda`.
    pub(super) series: String,
    /// From when; an hour before the end when not given.
    pub(super) from: Option<i64>,
    /// Until when, not included; now when not given.
    pub(super) to: Option<i64>,
    /// The most points of a series; 600 when neither this nor `step` is given.
    pub(super) points: Option<u32>,
    /// The time between two points, in milliseconds.
    pub(super) step: Option<i64>,
    /// What a point says of its time.
    #[param(inline)]
    pub(super) aggregate: Aggregate,
}

/// What a point says of its time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Aggregate {
    /// The average.
    #[default]
    Avg,
    /// The least.
    Min,
    /// The most.
    Max,
    /// Average, least and most, in this order.
    All,
}

/// Some series over the same time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HistoryAnswer {
    /// Its begin.
    from: i64,
    /// Its end, not included.
    to: i64,
    /// The time between two points, in milliseconds.
    step: i64,
    /// What a point says of its time.
    aggregate: Aggregate,
    /// The series, in the order in which they were asked for.
    series: Vec<HistorySeries>,
}

/// One series.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HistorySeries {
    /// Its key.
    key: String,
    /// Its points, oldest first: the begin of the point's time, then what was asked for. A time without values has no point.
    #[schema(value_type = Vec<Vec<f64>>)]
    points: Points,
}

/// Points as small arrays.
#[derive(Debug, Clone, PartialEq)]
struct Points(Aggregate, Vec<Point>);

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut points = serializer.serialize_seq(Some(self.1.len()))?;
        for point in &self.1 {
            match self.0 {
                Aggregate::Avg => points.serialize_element(&(point.at_ms, point.avg))?,
                Aggregate::Min => points.serialize_element(&(point.at_ms, point.min))?,
                Aggregate::Max => points.serialize_element(&(point.at_ms, point.max))?,
                Aggregate::All => points.serialize_element(&(point.at_ms, point.avg, point.min, point.max))?,
            }
        }
        points.end()
    }
}

impl From<Asked> for RangeQuery {
    fn from(asked: Asked) -> Self {
        let series = asked.series.split(',').map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned).collect();
        let only_averages = asked.aggregate == Aggregate::Avg;
        Self { series, from_ms: asked.from, to_ms: asked.to, points: asked.points, step_ms: asked.step, only_averages }
    }
}

impl HistoryAnswer {
    fn new(range: Range, aggregate: Aggregate) -> Self {
        Self {
            from: range.from_ms,
            to: range.to_ms,
            step: range.step_ms,
            aggregate,
            series: series(range.series, aggregate),
        }
    }
}

/// Series as they are sent.
pub(super) fn series(series: Vec<Series>, aggregate: Aggregate) -> Vec<HistorySeries> {
    series.into_iter().map(|one| HistorySeries { key: one.key, points: Points(aggregate, one.points) }).collect()
}

/// What was measured on a server: some series over a stretch of time, of any age.
///
/// It is read from the finest of the tiers (as sampled, by the minute, by the hour) that the step needs and that still has it.
#[utoipa::path(
    get, path = "/servers/{id}/metrics/history", tag = "servers", params(("id" = i64, Path), Asked),
    responses((status = 200, body = HistoryAnswer), ApiError)
)]
pub async fn metrics_history(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<ServerId>,
    Query(asked): Query<Asked>,
) -> ApiResult<Json<HistoryAnswer>> {
    let aggregate = asked.aggregate;
    let range = monitor.history().range(&actor, id, asked.into()).await?;
    Ok(Json(HistoryAnswer::new(range, aggregate)))
}
