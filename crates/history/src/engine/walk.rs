//! Walking over the past of a server from its oldest value on, piece by piece: an export of years takes no more memory than a few windows.

use std::{collections::HashSet, sync::Arc};

use domain::{ServerId, history::Point};

use super::{
    Engine,
    query::{Part, plan, windows_of},
    windows::{Fragments, assemble},
};
use crate::{
    Result, Table, Tier,
    rollup::{Aggregate, SeriesColumns, Summary},
    rows::read_rows,
};

/// How many points are gathered at most so that several series are read together.
const GATHERED_POINTS: i64 = 400_000;
/// How many series are read together at most.
const MOST_TOGETHER: usize = 64;

/// Points of one series, oldest first. The points of a series follow each other in any number of pieces.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// The series' key.
    pub key: String,
    /// The points; never none.
    pub points: Vec<Point>,
}

/// A walk over series of a server: one series after the other, each by time.
#[derive(Debug)]
pub struct Walk {
    engine: Arc<Engine>,
    server: ServerId,
    step_ms: Option<i64>,
    /// Windows with their tier and the stretch of time that is read from it, oldest first.
    windows: Vec<(i64, Part)>,
    heads: Vec<Vec<u8>>,
    /// What is still to be read, in reverse.
    batches: Vec<Vec<String>>,
    batch: Vec<Folded>,
    next_window: usize,
    gathers: bool,
}

/// What was read of one series and not handed on yet.
#[derive(Debug)]
struct Folded {
    key: String,
    points: Vec<Point>,
    open: Option<(i64, Summary)>,
}

impl Engine {
    /// Begins a walk over series of a server between two moments: a point per step, whose begins are multiples of `step_ms`, or without
    /// a step every row as finely as it is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn walk(
        self: &Arc<Self>,
        server: ServerId,
        keys: Vec<String>,
        from_ms: i64,
        to_ms: i64,
        step_ms: Option<i64>,
    ) -> Result<Walk> {
        let heads = self.heads().rows_of(server);
        let windows = self.windows_between(server, &heads, from_ms, to_ms, step_ms).await?;
        let span_ms = to_ms.saturating_sub(from_ms).max(1);
        // As finely as it is kept: a row a second at most.
        let most_points = span_ms.div_euclid(step_ms.unwrap_or(1_000).max(1)).saturating_add(1);
        let together = usize::try_from(GATHERED_POINTS.div_euclid(most_points)).unwrap_or(MOST_TOGETHER);
        let gathers = together > 1;
        let batches = keys.chunks(together.clamp(1, MOST_TOGETHER)).rev().map(<[String]>::to_vec).collect();
        let (engine, batch) = (Arc::clone(self), Vec::new());
        Ok(Walk { engine, server, step_ms, windows, heads, batches, batch, next_window: 0, gathers })
    }

    /// Which series a server has between two moments, sorted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn series_between(&self, server: ServerId, from_ms: i64, to_ms: i64) -> Result<Vec<String>> {
        let heads = self.heads().rows_of(server);
        let windows = self.windows_between(server, &heads, from_ms, to_ms, None).await?;
        let mut all = std::collections::BTreeSet::new();
        let mut add = |keys: Vec<String>| {
            all.extend(keys.into_iter().filter(|key| Aggregate::of_key(key).1 == Aggregate::Average));
        };
        for (window_ms, part) in windows {
            add(self.series_of_windows(server, part.tier, &[window_ms]).await?);
        }
        for rows in heads {
            add(read_rows(&rows, None)?.keys);
        }
        Ok(all.into_iter().collect())
    }

    async fn windows_between(
        &self,
        server: ServerId,
        heads: &[Vec<u8>],
        from_ms: i64,
        to_ms: i64,
        step_ms: Option<i64>,
    ) -> Result<Vec<(i64, Part)>> {
        let usage = self.spans(server).await?;
        let mut all = Vec::new();
        for part in plan(&usage, from_ms, to_ms, step_ms.unwrap_or(1)) {
            let mut windows = windows_of(part, &usage);
            if part.tier == Tier::Raw {
                for rows in heads {
                    let times = read_rows(rows, Some(&HashSet::new()))?.times;
                    let there = times.iter().filter(|at_ms| (part.from_ms..part.to_ms).contains(*at_ms));
                    windows.extend(there.map(|at_ms| Tier::Raw.window_of(*at_ms)));
                }
                windows.sort_unstable();
                windows.dedup();
            }
            all.extend(windows.into_iter().map(|window_ms| (window_ms, part)));
        }
        // The plan begins with the newest stretch, which is the finest.
        all.sort_by_key(|(window_ms, part)| (part.from_ms, *window_ms));
        Ok(all)
    }
}

impl Walk {
    /// The next pieces, in order; `None` when there are no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&mut self) -> Result<Option<Vec<Piece>>> {
        loop {
            if self.batch.is_empty() {
                let Some(keys) = self.batches.pop() else { return Ok(None) };
                self.batch = keys.into_iter().map(Folded::new).collect();
                self.next_window = 0;
            }
            let is_over = match self.windows.get(self.next_window).copied() {
                Some((window_ms, part)) => {
                    self.next_window += 1;
                    self.read(window_ms, part).await?;
                    false
                }
                None => true,
            };
            let mut pieces = Vec::new();
            if is_over || !self.gathers {
                for folded in &mut self.batch {
                    if is_over {
                        folded.close();
                    }
                    if !folded.points.is_empty() {
                        pieces.push(Piece { key: folded.key.clone(), points: std::mem::take(&mut folded.points) });
                    }
                }
            }
            if is_over {
                self.batch.clear();
            }
            if !pieces.is_empty() {
                return Ok(Some(pieces));
            }
        }
    }

    async fn read(&mut self, window_ms: i64, part: Part) -> Result<()> {
        let series: HashSet<&str> = self.batch.iter().map(|folded| folded.key.as_str()).collect();
        let is_wanted = |key: &str| series.contains(key);
        let read = self.engine.fragments(self.server, part.tier, &[window_ms], is_wanted).await?;
        let Fragments { fragments, mut damaged } = read;
        let heads = if part.tier == Tier::Raw { self.heads.clone() } else { Vec::new() };
        let (mut batch, step_ms) = (std::mem::take(&mut self.batch), self.step_ms);
        let work = move || {
            let keys: Vec<_> =
                batch.iter().flat_map(|folded| Aggregate::ALL.map(|each| each.key(&folded.key))).collect();
            let wanted: HashSet<&str> = keys.iter().map(String::as_str).collect();
            let (mut table, unread) = assemble(&fragments, Some(&wanted));
            damaged.extend(unread);
            for rows in heads {
                match read_rows(&rows, Some(&wanted)) {
                    Ok(head) => table.append(head),
                    Err(cause) => damaged.push(cause),
                }
            }
            // What is in memory may be in a block by now too: the same moment counts once.
            table.sort();
            let end_ms = window_ms.saturating_add(part.tier.window_ms());
            let stretch = part.from_ms.max(window_ms)..part.to_ms.min(end_ms);
            for folded in &mut batch {
                folded.take(&table, &stretch, step_ms);
            }
            (batch, damaged)
        };
        let (batch, damaged) = blocking(work).await?;
        self.batch = batch;
        for cause in damaged {
            self.engine.damaged(self.server, part.tier, &cause);
        }
        Ok(())
    }
}

impl Folded {
    fn new(key: String) -> Self {
        Self { key, points: Vec::new(), open: None }
    }

    fn take(&mut self, table: &Table, stretch: &std::ops::Range<i64>, step_ms: Option<i64>) {
        let Some(columns) = SeriesColumns::of(table, &self.key) else { return };
        for (row, at_ms) in table.times.iter().enumerate().filter(|(_, at_ms)| stretch.contains(at_ms)) {
            let Some(values) = columns.row(row) else { continue };
            let begin_ms = step_ms.map_or(*at_ms, |step_ms| at_ms - at_ms.rem_euclid(step_ms));
            match &mut self.open {
                Some((open_ms, summary)) if *open_ms == begin_ms => summary.add(values),
                _ => {
                    self.close();
                    self.open = Some((begin_ms, values));
                }
            }
        }
    }

    fn close(&mut self) {
        if let Some((at_ms, summary)) = self.open.take().filter(|(_, summary)| summary.count > 0.0) {
            self.points.push(Point { at_ms, avg: summary.average(), min: summary.min, max: summary.max });
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|cause| crate::Error::Codec(cause.to_string()))
}
