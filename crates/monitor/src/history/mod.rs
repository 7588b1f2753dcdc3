//! The past as a service: questions about series, and what history takes.

pub(crate) mod disk;
mod export;
pub(crate) mod keeper;
pub(crate) mod limits;
mod many;
mod moment;
mod series;

use std::sync::Arc;

use domain::{
    Error, Permission, Result, ServerId,
    history::{POINTS_MAX, Range, SERIES_MAX},
    metrics::Sample,
};
use history::Engine;

pub use self::export::{Export, ExportPart, ExportQuery};
use self::limits::Place;
use crate::{actor::Actor, audit::AuditLog, clock, servers::Servers};

/// How much is shown when a question does not say.
const DEFAULT_SPAN_MS: i64 = 60 * 60 * 1_000;
/// In how many points.
const DEFAULT_POINTS: u32 = 600;

/// The past.
#[derive(Debug)]
pub struct History {
    engine: Arc<Engine>,
    servers: Arc<Servers>,
    audit: AuditLog,
    place: Place,
}

/// What is asked about a server's past.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RangeQuery {
    /// The series' keys.
    pub series: Vec<String>,
    /// From when, in Unix milliseconds; an hour before the end when not given.
    pub from_ms: Option<i64>,
    /// Until when, not included, in Unix milliseconds; now when not given.
    pub to_ms: Option<i64>,
    /// The most points of a series; 600 when neither this nor a step is given.
    pub points: Option<u32>,
    /// The time between two points, in milliseconds.
    pub step_ms: Option<i64>,
    /// Whether averages are all that is wanted, which is less to read: least and most then say nothing.
    pub only_averages: bool,
}

impl History {
    pub(crate) fn new(engine: Arc<Engine>, servers: Arc<Servers>, audit: AuditLog, place: Place) -> Self {
        Self { engine, servers, audit, place }
    }

    /// Some series of a server over a stretch of time.
    ///
    /// # Errors
    /// When the actor may not see servers, there is none, or the question cannot be answered as it is.
    pub async fn range(&self, actor: &Actor, server: ServerId, query: RangeQuery) -> Result<Range> {
        let entry = self.servers.entry(actor, server)?;
        let (from_ms, to_ms, step_ms) = query.span(clock::now_ms())?;
        // Side by side: the one waits for a writer, the other for a reader.
        let ((), range) =
            tokio::join!(self.servers.note_view(actor, &entry), self.ask(server, &query, (from_ms, to_ms, step_ms)));
        range
    }

    /// Asks with begin, end and step as they were checked.
    async fn ask(
        &self,
        server: ServerId,
        query: &RangeQuery,
        (from_ms, to_ms, step_ms): (i64, i64, i64),
    ) -> Result<Range> {
        let range = if query.only_averages {
            self.engine.averages(server, &query.series, from_ms, to_ms, step_ms).await
        } else {
            self.engine.range(server, &query.series, from_ms, to_ms, step_ms).await
        };
        range.map_err(failed)
    }

    /// What is kept of each server in each tier.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn usage(&self, actor: &Actor) -> Result<Vec<store::history::Usage>> {
        actor.require(Permission::ServersRead)?;
        self.engine.usage().await.map_err(failed)
    }
}

impl RangeQuery {
    /// Begin, end and step in milliseconds, checked.
    fn span(&self, now_ms: i64) -> Result<(i64, i64, i64)> {
        if self.series.is_empty() {
            return Err(Error::invalid("series", "name at least one series, such as cpu.busy"));
        }
        if self.series.len() > SERIES_MAX {
            return Err(Error::invalid("series", format!("no more than {SERIES_MAX} series at once")));
        }
        let to_ms = self.to_ms.unwrap_or(now_ms);
        let from_ms = self.from_ms.unwrap_or(to_ms.saturating_sub(DEFAULT_SPAN_MS));
        if from_ms < 0 || from_ms >= to_ms {
            return Err(Error::invalid("from", "must be before the end"));
        }
        let span_ms = to_ms - from_ms;
        let step_ms = match (self.step_ms, self.points) {
            (Some(_), Some(_)) => return Err(Error::invalid("step", "give a step or a number of points, not both")),
            (Some(step_ms), None) if step_ms > 0 => step_ms,
            (Some(_), None) => return Err(Error::invalid("step", "must be a positive number of milliseconds")),
            (None, Some(0)) => return Err(Error::invalid("points", "must be at least 1")),
            (None, points) => {
                let points = i64::from(points.unwrap_or(DEFAULT_POINTS));
                span_ms.saturating_add(points - 1).div_euclid(points).max(1)
            }
        };
        if span_ms.div_euclid(step_ms) > i64::from(POINTS_MAX) {
            return Err(Error::invalid(
                if self.points.is_some() { "points" } else { "step" },
                format!("no more than {POINTS_MAX} points of a series at once: ask for fewer or for a shorter time"),
            ));
        }
        Ok((from_ms, to_ms, step_ms))
    }
}

/// Puts a sample into the history of its server.
pub(crate) fn record(engine: &Engine, server: ServerId, sample: &Sample) {
    engine.record(server, sample.at_ms, |row| history::write_sample(row, sample));
    if let Some(processes) = &sample.processes {
        engine.record_processes(server, sample.at_ms, processes);
    }
}

fn failed(cause: history::Error) -> Error {
    tracing::error!(%cause, "history could not be read");
    Error::internal()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(
        from_ms: Option<i64>,
        to_ms: Option<i64>,
        points: Option<u32>,
        step_ms: Option<i64>,
    ) -> Result<(i64, i64, i64)> {
        RangeQuery { series: vec!["cpu.busy".to_owned()], from_ms, to_ms, points, step_ms, only_averages: false }
            .span(10_000_000)
    }

    #[test]
    fn what_is_not_said_has_a_sensible_value() {
        assert_eq!(asked(None, None, None, None).unwrap(), (6_400_000, 10_000_000, 6_000));
        assert_eq!(asked(Some(0), Some(100), Some(3), None).unwrap(), (0, 100, 34));
        assert_eq!(asked(Some(0), Some(100), None, Some(7)).unwrap(), (0, 100, 7));
    }

    #[test]
    fn a_question_that_cannot_be_answered_names_the_field() {
        let field =
            |result: Result<(i64, i64, i64)>| result.unwrap_err().fields.first().map(|field| field.field.clone());
        assert_eq!(field(asked(Some(5), Some(5), None, None)).as_deref(), Some("from"));
        assert_eq!(field(asked(None, None, Some(0), None)).as_deref(), Some("points"));
        assert_eq!(field(asked(None, None, None, Some(-1))).as_deref(), Some("step"));
        assert_eq!(field(asked(None, None, None, Some(1))).as_deref(), Some("step"), "too many points");
        assert_eq!(field(RangeQuery::default().span(1)).as_deref(), Some("series"));
    }
}
