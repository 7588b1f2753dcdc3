//! One moment of the past: what some series had then, out of the finest tier that still has it.

use std::collections::HashSet;

use domain::ServerId;
use store::history::Usage;

use super::{
    Engine,
    journal::unpack_open,
    windows::{Content, Fragments},
};
use crate::{
    Result, Table, Tier,
    block::{unpack_average, unpack_times},
    rows::read_rows,
};

/// What a server had at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// The tier that it is read from.
    pub tier: Tier,
    /// When the newest row until the moment was measured, or its step began, in Unix milliseconds.
    pub at_ms: i64,
    /// The newest value of each series, in the order in which they were asked for. One that is not in the newest row is from one before.
    pub values: Vec<Option<f64>>,
    /// The values of the first series until the moment, oldest first.
    pub recent: Vec<f64>,
}

/// What is asked about a moment.
#[derive(Debug, Clone, Copy)]
pub struct MomentQuery<'a> {
    /// The series' keys.
    pub keys: &'a [&'a str],
    /// The moment, in Unix milliseconds.
    pub at_ms: i64,
    /// How far before the moment a value counts, where rows are as they were sampled, in milliseconds; no further than into the window
    /// of time before.
    pub back_ms: i64,
    /// How many values of the first series are wanted at most.
    pub recent: usize,
}

impl Engine {
    /// What a server had at a moment; `None` when there is no row near it, as while a server was away.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn moment(&self, server: ServerId, query: MomentQuery<'_>) -> Result<Option<Moment>> {
        let MomentQuery { keys, at_ms, .. } = query;
        let usage = self.spans(server).await?;
        let tier = finest(&usage, at_ms);
        let window_ms = tier.window_of(at_ms);
        let back_ms = query.back_ms.max(BACK_STEPS * tier.step_ms());
        let from_ms = at_ms.saturating_sub(back_ms).max(window_ms - tier.window_ms());
        let in_blocks = usage.iter().find(|usage| usage.tier == tier.number() && usage.value_count > 0);
        let heads = if tier == Tier::Raw && in_blocks.is_none_or(|usage| usage.last_ms < at_ms) {
            self.heads().rows_of(server)
        } else {
            Vec::new()
        };
        let mut windows = vec![tier.window_of(from_ms), window_ms];
        windows.dedup();
        let Fragments { fragments, mut damaged } =
            self.fragments(server, tier, &windows, |series| keys.contains(&series)).await?;
        let wanted: HashSet<&str> = keys.iter().copied().collect();
        let mut found = Found::new(query, from_ms);
        for fragment in fragments {
            let table = match &fragment.content {
                Content::Rows(rows) => unpack_open(rows).and_then(|rows| read_rows(&rows, Some(&wanted))),
                Content::Packed { times, series } => averages(times, series),
            };
            match table {
                Ok(table) => found.add(&table),
                Err(cause) => damaged.push(cause),
            }
        }
        for rows in heads {
            match read_rows(&rows, Some(&wanted)) {
                Ok(table) => found.add(&table),
                Err(cause) => damaged.push(cause),
            }
        }
        for cause in damaged {
            self.damaged(server, tier, &cause);
        }
        Ok(found.into_moment(tier))
    }
}

/// How many steps of a tier before the moment a value counts.
const BACK_STEPS: i64 = 40;

/// The finest tier that reaches back to a moment.
fn finest(usage: &[Usage], at_ms: i64) -> Tier {
    let reaches = |tier: &Tier| {
        let of_tier = |usage: &&Usage| usage.tier == tier.number() && usage.value_count > 0;
        usage.iter().find(of_tier).is_some_and(|usage| usage.first_ms <= at_ms)
    };
    Tier::ALL.into_iter().find(reaches).unwrap_or(Tier::Raw)
}

fn averages(times: &[u8], series: &[(String, Vec<u8>)]) -> Result<Table> {
    let mut table = Table { times: unpack_times(times)?, ..Table::default() };
    for (name, data) in series {
        let column = unpack_average(data, table.rows())?;
        table.keys.push(name.clone());
        table.columns.push(column);
    }
    Ok(table)
}

/// What was found until now, in whatever order it comes.
struct Found<'a> {
    query: MomentQuery<'a>,
    from_ms: i64,
    newest_ms: Option<i64>,
    values: Vec<Option<(i64, f64)>>,
    recent: Vec<(i64, f64)>,
}

impl<'a> Found<'a> {
    fn new(query: MomentQuery<'a>, from_ms: i64) -> Self {
        Self { query, from_ms, newest_ms: None, values: vec![None; query.keys.len()], recent: Vec::new() }
    }

    fn add(&mut self, table: &Table) {
        let times = &table.times;
        let is_near = |at_ms: i64| (self.from_ms..=self.query.at_ms).contains(&at_ms);
        let near: Vec<usize> = (0..times.len()).filter(|row| times.get(*row).is_some_and(|at| is_near(*at))).collect();
        for (number, (key, newest)) in self.query.keys.iter().zip(&mut self.values).enumerate() {
            let Some(column) = table.column(key) else { continue };
            for row in &near {
                let (Some(at_ms), Some(value)) = (times.get(*row).copied(), column.get(*row).copied()) else {
                    continue;
                };
                if value.is_nan() {
                    continue;
                }
                if newest.is_none_or(|(newest_ms, _)| newest_ms <= at_ms) {
                    *newest = Some((at_ms, value));
                }
                if number == 0 {
                    self.recent.push((at_ms, value));
                }
            }
        }
        self.newest_ms = self.newest_ms.max(near.iter().filter_map(|row| times.get(*row).copied()).max());
    }

    fn into_moment(mut self, tier: Tier) -> Option<Moment> {
        let at_ms = self.newest_ms?;
        self.recent.sort_by_key(|(at_ms, _)| *at_ms);
        self.recent.dedup_by_key(|(at_ms, _)| *at_ms);
        let surplus = self.recent.len().saturating_sub(self.query.recent);
        Some(Moment {
            tier,
            at_ms,
            values: self.values.into_iter().map(|newest| newest.map(|(_, value)| value)).collect(),
            recent: self.recent.into_iter().skip(surplus).map(|(_, value)| value).collect(),
        })
    }
}
