//! Everything that was measured, for other programs: piece by piece, never in memory as a whole.

use std::{collections::VecDeque, sync::Arc};

use domain::{Error, Permission, Result, ServerId, history::Point};
use history::{Engine, Walk};

use super::{History, failed};
use crate::{actor::Actor, audit::Deed, clock};

/// How much is exported when a question does not say.
const DEFAULT_SPAN_MS: i64 = 24 * 60 * 60 * 1_000;

/// What is exported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportQuery {
    /// Which servers; all when there is none.
    pub servers: Vec<ServerId>,
    /// The series' keys; all that each server has when there is none.
    pub series: Vec<String>,
    /// From when, in Unix milliseconds; a day before the end when not given.
    pub from_ms: Option<i64>,
    /// Until when, not included, in Unix milliseconds; now when not given.
    pub to_ms: Option<i64>,
    /// The most points of a series.
    pub points: Option<u32>,
    /// The time between two points, in milliseconds; as finely as it is kept when neither this nor a number of points is given.
    pub step_ms: Option<i64>,
}

/// An export on its way: servers by name, their series in the order of the question or of their keys, their points by time.
#[derive(Debug)]
pub struct Export {
    /// Its begin, in Unix milliseconds.
    pub from_ms: i64,
    /// Its end, which is not part of it.
    pub to_ms: i64,
    /// The time between two points; `None` for as finely as it is kept.
    pub step_ms: Option<i64>,
    engine: Arc<Engine>,
    series: Vec<String>,
    servers: VecDeque<(ServerId, String)>,
    walk: Option<Walk>,
}

/// A part of an export, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum ExportPart {
    /// What follows is of this server.
    Server(ServerId, String),
    /// Points of a series of that server. The same series may go on in the next part.
    Points(String, Vec<Point>),
}

impl History {
    /// Begins an export.
    ///
    /// # Errors
    /// When the actor may not see servers, one of them is not there, or the question cannot be answered as it is.
    pub async fn export(&self, actor: &Actor, query: ExportQuery) -> Result<Export> {
        actor.require(Permission::ServersRead)?;
        let (from_ms, to_ms, step_ms) = query.span(clock::now_ms())?;
        let servers = if query.servers.is_empty() {
            let mut all: Vec<_> = self.place.fleet.board().all().iter().map(|entry| entry.server()).collect();
            all.sort_by(|a, b| (&a.name, a.id.0).cmp(&(&b.name, b.id.0)));
            all.into_iter().map(|server| (server.id, server.name)).collect()
        } else {
            let named = query.servers.iter().map(|id| self.servers.get(actor, *id).map(|server| (*id, server.name)));
            named.collect::<Result<VecDeque<_>>>()?
        };
        let detail = format!(
            "{} servers, {} series, from {from_ms} to {to_ms}",
            servers.len(),
            match query.series.len() {
                0 => "all".to_owned(),
                some => some.to_string(),
            }
        );
        let deed = Deed {
            action: "history.export",
            target_type: "history",
            target_id: ids(&query.servers),
            detail,
            ..Deed::default()
        };
        self.audit.note(actor, deed).await;
        let (engine, series) = (Arc::clone(&self.engine), query.series);
        Ok(Export { from_ms, to_ms, step_ms, engine, series, servers, walk: None })
    }
}

impl Export {
    /// The next parts; `None` at the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&mut self) -> Result<Option<Vec<ExportPart>>> {
        if let Some(walk) = &mut self.walk {
            if let Some(pieces) = walk.next().await.map_err(failed)? {
                let parts = pieces.into_iter().map(|piece| ExportPart::Points(piece.key, piece.points));
                return Ok(Some(parts.collect()));
            }
            self.walk = None;
        }
        let Some((id, name)) = self.servers.pop_front() else { return Ok(None) };
        let series = match self.series.is_empty() {
            true => self.engine.series_between(id, self.from_ms, self.to_ms).await.map_err(failed)?,
            false => self.series.clone(),
        };
        let walk = self.engine.walk(id, series, self.from_ms, self.to_ms, self.step_ms).await.map_err(failed)?;
        self.walk = Some(walk);
        Ok(Some(vec![ExportPart::Server(id, name)]))
    }
}

impl ExportQuery {
    /// Begin, end and step in milliseconds, checked.
    fn span(&self, now_ms: i64) -> Result<(i64, i64, Option<i64>)> {
        let to_ms = self.to_ms.unwrap_or(now_ms);
        let from_ms = self.from_ms.unwrap_or(to_ms.saturating_sub(DEFAULT_SPAN_MS));
        if from_ms < 0 || from_ms >= to_ms {
            return Err(Error::invalid("from", "must be before the end"));
        }
        let step_ms = match (self.step_ms, self.points) {
            (Some(_), Some(_)) => return Err(Error::invalid("step", "give a step or a number of points, not both")),
            (Some(step_ms), None) if step_ms <= 0 => {
                return Err(Error::invalid("step", "must be a positive number of milliseconds"));
            }
            (None, Some(0)) => return Err(Error::invalid("points", "must be at least 1")),
            (None, Some(points)) => {
                let points = i64::from(points);
                Some((to_ms - from_ms).saturating_add(points - 1).div_euclid(points).max(1))
            }
            (step_ms, None) => step_ms,
        };
        Ok((from_ms, to_ms, step_ms))
    }
}

fn ids(servers: &[ServerId]) -> String {
    servers.iter().take(20).map(ToString::to_string).collect::<Vec<_>>().join(",")
}
