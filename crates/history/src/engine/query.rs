//! Questions about the past: any range in as many points as a chart has pixels, out of the tiers that have it.

use std::{collections::HashSet, ops::Range};

use domain::{
    ServerId,
    history::{Point, Range as Answer, Series},
};
use store::history::Usage;

use super::{
    Engine,
    windows::{Fragment, Fragments, assemble},
};
use crate::{
    Result, Tier,
    rollup::{Aggregate, SeriesColumns, Summary},
    rows::read_rows,
};

/// Packed values of this size are unpacked in some tenths of a millisecond.
const SMALL_BYTES: usize = 48 << 10;

/// A stretch of time that is read from one tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub tier: Tier,
    pub from_ms: i64,
    pub to_ms: i64,
}

impl Engine {
    /// Series of a server between two moments, a point per step. Steps begin at multiples of `step_ms`, so that the same moment is in
    /// the same point whatever the range is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn range(
        &self,
        server: ServerId,
        keys: &[String],
        from_ms: i64,
        to_ms: i64,
        step_ms: i64,
    ) -> Result<Answer> {
        self.columns(server, keys, &Aggregate::ALL, from_ms..to_ms, step_ms).await
    }

    /// The same for who wants averages only, which is less to unpack: least and most are those of the averages.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn averages(
        &self,
        server: ServerId,
        keys: &[String],
        from_ms: i64,
        to_ms: i64,
        step_ms: i64,
    ) -> Result<Answer> {
        self.columns(server, keys, &[Aggregate::Average, Aggregate::Count], from_ms..to_ms, step_ms).await
    }

    async fn columns(
        &self,
        server: ServerId,
        keys: &[String],
        columns: &[Aggregate],
        Range { start: from_ms, end: to_ms }: Range<i64>,
        step_ms: i64,
    ) -> Result<Answer> {
        let step_ms = step_ms.max(1);
        let mut buckets = Buckets::new(keys, from_ms, to_ms, step_ms);
        // Before the database: what becomes a block meanwhile is then found twice rather than not at all.
        let mut heads = self.heads().rows_of(server);
        let usage = self.spans(server).await?;
        let wanted: Vec<String> = keys.iter().flat_map(|key| columns.iter().map(|each| each.key(key))).collect();
        for part in plan(&usage, from_ms, to_ms, step_ms) {
            let windows = windows_of(part, &usage);
            let Fragments { fragments, mut damaged } =
                self.fragments(server, part.tier, &windows, |series| keys.iter().any(|key| key == series)).await?;
            let heads = if part.tier == Tier::Raw { std::mem::take(&mut heads) } else { Vec::new() };
            let wanted = wanted.clone();
            let size: usize = fragments.iter().map(Fragment::size).chain(heads.iter().map(Vec::len)).sum();
            let work = move || {
                let wanted: HashSet<&str> = wanted.iter().map(String::as_str).collect();
                for fragments in fragments.chunk_by(|a, b| a.window_ms == b.window_ms) {
                    let (table, unread) = assemble(fragments, Some(&wanted));
                    damaged.extend(unread);
                    buckets.add(&table, part);
                }
                for rows in heads {
                    match read_rows(&rows, Some(&wanted)) {
                        Ok(table) => buckets.add(&table, part),
                        Err(cause) => damaged.push(cause),
                    }
                }
                (buckets, damaged)
            };
            // Handing a little work to another thread takes longer than doing it.
            let (filled, damaged) = if size <= SMALL_BYTES {
                work()
            } else {
                tokio::task::spawn_blocking(work).await.map_err(|cause| crate::Error::Codec(cause.to_string()))?
            };
            buckets = filled;
            for cause in damaged {
                self.damaged(server, part.tier, &cause);
            }
        }
        Ok(buckets.into_range(from_ms, to_ms))
    }
}

/// Which tier each stretch of the range is read from: the coarsest that is fine enough where it reaches, before it a coarser one, which
/// is kept longer, and after it a finer one, which is not rolled up yet.
pub(super) fn plan(usage: &[Usage], from_ms: i64, to_ms: i64, step_ms: i64) -> Vec<Part> {
    let reach = |tier: Tier| {
        let of_tier = usage.iter().find(|usage| usage.tier == tier.number() && usage.value_count > 0);
        match tier {
            Tier::Raw => (of_tier.map_or(i64::MIN, |usage| usage.first_ms), i64::MAX),
            _ => of_tier.map_or((i64::MAX, i64::MAX), |usage| (usage.first_ms, usage.last_ms + tier.step_ms())),
        }
    };
    let best = Tier::ALL.into_iter().rfind(|tier| tier.step_ms() <= step_ms).unwrap_or(Tier::Raw);
    let mut parts = Vec::new();
    let mut end = to_ms;
    for tier in Tier::ALL {
        // From the newest end: a finer tier than the best one gives only what is younger than the next coarser one reaches.
        let (first_ms, _) = reach(tier);
        let begin = match tier.coarser().filter(|_| tier < best) {
            Some(coarser) => match reach(coarser) {
                (i64::MAX, _) => first_ms,
                (_, last_ms) => last_ms.max(first_ms),
            },
            None => first_ms,
        };
        let begin = begin.clamp(from_ms, end);
        if begin < end {
            parts.push(Part { tier, from_ms: begin, to_ms: end });
        }
        end = begin;
    }
    parts
}

/// The windows of a part that there can be anything in.
pub(super) fn windows_of(part: Part, usage: &[Usage]) -> Vec<i64> {
    let Some(there) = usage.iter().find(|usage| usage.tier == part.tier.number()) else { return Vec::new() };
    let (first, last) = (part.from_ms.max(there.first_ms), (part.to_ms - 1).min(there.last_ms));
    let mut windows = Vec::new();
    let mut window = part.tier.window_of(first);
    while window <= last {
        windows.push(window);
        window += part.tier.window_ms();
    }
    windows
}

/// A summary per series and step.
#[derive(Debug)]
struct Buckets {
    keys: Vec<String>,
    first_ms: i64,
    step_ms: i64,
    steps: usize,
    summaries: Vec<Vec<Summary>>,
}

impl Buckets {
    fn new(keys: &[String], from_ms: i64, to_ms: i64, step_ms: i64) -> Self {
        let first_ms = from_ms - from_ms.rem_euclid(step_ms);
        let span_ms = to_ms.saturating_sub(first_ms).max(0);
        let steps = usize::try_from(span_ms.div_euclid(step_ms) + 1).unwrap_or_default();
        Self { keys: keys.to_vec(), first_ms, step_ms, steps, summaries: vec![vec![Summary::NONE; steps]; keys.len()] }
    }

    fn add(&mut self, table: &crate::Table, part: Part) {
        // A row of a coarse tier belongs to its whole step, so the one that a part begins in is taken too.
        let from_ms = part.from_ms - part.tier.step_ms().saturating_sub(1).max(0);
        let runs = self.runs(&table.times, from_ms, part.to_ms);
        for (key, summaries) in self.keys.iter().zip(&mut self.summaries) {
            let Some(columns) = SeriesColumns::of(table, key) else { continue };
            for (step, rows) in &runs {
                if let Some(summary) = summaries.get_mut(*step) {
                    summary.add(columns.rows(rows.start, rows.end));
                }
            }
        }
    }

    /// Which rows belong to which step.
    fn runs(&self, times: &[i64], from_ms: i64, to_ms: i64) -> Vec<(usize, Range<usize>)> {
        let mut runs: Vec<(usize, Range<usize>)> = Vec::new();
        let (mut step, mut until_ms) = (0, i64::MIN);
        for (row, at_ms) in times.iter().enumerate() {
            if *at_ms < from_ms || *at_ms >= to_ms {
                continue;
            }
            let is_same = *at_ms < until_ms && *at_ms >= until_ms - self.step_ms;
            if !is_same {
                let passed = at_ms.max(&self.first_ms).saturating_sub(self.first_ms).div_euclid(self.step_ms);
                until_ms = self.first_ms + (passed + 1) * self.step_ms;
                step = usize::try_from(passed).unwrap_or(usize::MAX);
            }
            match runs.last_mut() {
                Some((last, rows)) if *last == step && rows.end == row => rows.end += 1,
                _ => runs.push((step, row..row + 1)),
            }
        }
        runs
    }

    fn into_range(self, from_ms: i64, to_ms: i64) -> Answer {
        let (first_ms, step_ms) = (self.first_ms, self.step_ms);
        debug_assert!(self.summaries.iter().all(|summaries| summaries.len() == self.steps), "a summary per step");
        let series = self.keys.into_iter().zip(self.summaries).map(|(key, summaries)| {
            let points = (0i64..).zip(summaries).filter(|(_, summary)| summary.count > 0.0);
            let points = points.map(|(step, summary)| Point {
                at_ms: first_ms + step * step_ms,
                avg: summary.short_average(),
                min: summary.min,
                max: summary.max,
            });
            Series { key, points: points.collect() }
        });
        Answer { from_ms, to_ms, step_ms, series: series.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    fn usage(tier: Tier, first_ms: i64, last_ms: i64) -> Usage {
        Usage { server_id: 1, tier: tier.number(), size_bytes: 1, value_count: 1, first_ms, last_ms }
    }

    #[test]
    fn a_short_range_is_read_as_sampled() {
        let all = [usage(Tier::Raw, 0, 100 * HOUR), usage(Tier::Minute, 0, 96 * HOUR)];
        let raw = Part { tier: Tier::Raw, from_ms: 90 * HOUR, to_ms: 100 * HOUR };
        assert_eq!(plan(&all, 90 * HOUR, 100 * HOUR, 30_000), [raw]);
    }

    #[test]
    fn each_stretch_comes_from_the_tier_that_has_it() {
        let all = [
            usage(Tier::Raw, 93 * DAY, 100 * DAY),
            usage(Tier::Minute, 10 * DAY, 100 * DAY - 6 * HOUR - 60_000),
            usage(Tier::Hour, 0, 96 * DAY - HOUR),
        ];
        let part = |tier, from_ms, to_ms| Part { tier, from_ms, to_ms };
        assert_eq!(
            plan(&all, 0, 100 * DAY, 2 * HOUR),
            [
                part(Tier::Raw, 100 * DAY - 6 * HOUR, 100 * DAY),
                part(Tier::Minute, 96 * DAY, 100 * DAY - 6 * HOUR),
                part(Tier::Hour, 0, 96 * DAY),
            ]
        );
        assert_eq!(
            plan(&all, 80 * DAY, 95 * DAY, 1_000),
            [part(Tier::Raw, 93 * DAY, 95 * DAY), part(Tier::Minute, 80 * DAY, 93 * DAY)],
            "what is no longer there as sampled is shown by the minute"
        );
    }

    #[test]
    fn before_the_first_roll_up_everything_is_as_sampled() {
        let part = Part { tier: Tier::Raw, from_ms: 0, to_ms: DAY };
        assert_eq!(plan(&[usage(Tier::Raw, 0, DAY)], 0, DAY, HOUR), [part]);
        assert_eq!(plan(&[], 0, DAY, HOUR), [part], "what is in memory alone is found too");
    }
}
