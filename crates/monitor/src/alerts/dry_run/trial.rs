//! One rule over the past of one server.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use ::alerts::{Change, Event, Rules, Server as Watched};
use domain::{
    alerts::{Comparison, Condition, EACH, Rule},
    dry_run::{FIRINGS_MAX, Firing},
    history::{Point, Series},
    servers::Server,
};
use history::{Engine, KEY_SEPARATOR};

use super::stretches::Reach;

/// The series that every row has: by it one knows that a server answered, and when it was started.
const ALWAYS: &str = "uptime";
/// What says how a file system fills. As in a sample, the one comes right before the other of the same file system.
const USED: &str = "filesystem.used";
const AVAILABLE: &str = "filesystem.available";
/// A server that was not heard of for so many of its intervals did not answer.
const MISSED: i64 = 3;

/// What came of one server.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Outcome {
    /// Whether there was anything to look at.
    pub had_values: bool,
    /// How fine the coarsest values were, in milliseconds; 0 for as they were sampled.
    pub step_ms: i64,
    /// How often the rule would have fired.
    pub fired: u32,
    /// How long it would have gone on at the longest, in milliseconds, those that are not listed included.
    pub longest_ms: Option<i64>,
    /// When, oldest first; the newest if there are many.
    pub firings: Vec<Firing>,
}

/// A rule on its way through the past of a server.
#[derive(Debug)]
pub(super) struct Trial {
    server: Server,
    rule: Arc<Rule>,
    rules: Rules,
    watched: Watched,
    /// When the last row began, and how long the time is that it stands for.
    last: Option<(i64, i64)>,
    open: HashMap<String, Firing>,
    over: VecDeque<Firing>,
    fired: u32,
    longest_ms: Option<i64>,
}

impl Trial {
    pub fn new(server: Server, rule: Arc<Rule>) -> Self {
        let rules = Rules::new([rule.as_ref()]);
        let (open, over) = (HashMap::new(), VecDeque::new());
        Self { server, rule, rules, watched: Watched::default(), last: None, open, over, fired: 0, longest_ms: None }
    }

    /// Reads the past piece by piece and looks at each.
    pub async fn run(mut self, engine: &Engine, reach: Reach, from_ms: i64, to_ms: i64) -> history::Result<Outcome> {
        let id = self.server.id;
        let known = match prefix(&self.rule.condition) {
            Some(_) => engine.series_between(id, from_ms, to_ms).await?,
            None => Vec::new(),
        };
        let keys = keys(&self.rule.condition, &known);
        let mut fineness_ms = 0;
        for stretch in reach.stretches(from_ms, to_ms, keys.len()) {
            let range = engine.range(id, &keys, stretch.from_ms, stretch.to_ms, stretch.step_ms).await?;
            if range.series.iter().any(|series| !series.points.is_empty()) {
                fineness_ms = fineness_ms.max(stretch.fineness_ms());
            }
            let work = move || {
                self.take(&range.series, stretch.step_ms);
                self
            };
            self = tokio::task::spawn_blocking(work).await.map_err(|cause| history::Error::Codec(cause.to_string()))?;
        }
        Ok(self.into_outcome(to_ms, fineness_ms))
    }

    /// Looks at some rows, put together from their series.
    fn take(&mut self, series: &[Series], step_ms: i64) {
        let mut rest: Vec<_> = series.iter().map(|series| (series.key.as_str(), series.points.as_slice())).collect();
        let mut row: Vec<(&str, Point)> = Vec::with_capacity(rest.len());
        loop {
            let next = rest.iter().filter_map(|(_, points)| points.first()).map(|point| point.at_ms).min();
            let Some(at_ms) = next else { return };
            row.clear();
            for (key, points) in &mut rest {
                if let Some((point, later)) = points.split_first().filter(|(point, _)| point.at_ms == at_ms) {
                    row.push((key, *point));
                    *points = later;
                }
            }
            self.row(at_ms, step_ms, &row);
        }
    }

    fn row(&mut self, at_ms: i64, step_ms: i64, row: &[(&str, Point)]) {
        self.away_until(at_ms, step_ms);
        let events = self.watched.connection(&self.rules, at_ms, true);
        self.note(events, at_ms);
        self.look(at_ms, row, true);
        // A row that stands for several samples: only what was wrong, or right, in all of them counts as having been so all the time.
        let (is_several, last_ms) = (row.iter().any(|(_, point)| point.min < point.max), at_ms + step_ms - 1);
        if is_several && matches!(self.rule.condition, Condition::Value { .. }) {
            self.look(last_ms, row, false);
        }
        self.last = Some((at_ms, step_ms));
    }

    fn look(&mut self, at_ms: i64, row: &[(&str, Point)], is_worst: bool) {
        let condition = &self.rule.condition;
        let value = |key: &str, point: &Point| match condition {
            // It falls when the server is started, and only then.
            _ if key == ALWAYS && !matches!(condition, Condition::Value { .. }) => point.min,
            Condition::Value { threshold, .. } if (threshold.comparison == Comparison::Above) == is_worst => point.max,
            Condition::Value { .. } => point.min,
            _ => point.avg,
        };
        let events = self.watched.sample(&self.rules, at_ms, |visit| {
            for (key, point) in row {
                let (metric, instance) = key.split_once(KEY_SEPARATOR).unwrap_or((key, ""));
                visit(metric, instance, value(key, point));
            }
        });
        self.note(events, at_ms);
        if let Condition::Value { threshold, .. } = &self.rule.condition {
            for (key, point) in row {
                let Some(worst) = self.open.get_mut(*key).and_then(|firing| firing.worst.as_mut()) else { continue };
                *worst = match threshold.comparison {
                    Comparison::Above => worst.max(point.max),
                    Comparison::Below => worst.min(point.min),
                };
            }
        }
    }

    /// Says that the server did not answer since it should have been heard of, if it should.
    fn away_until(&mut self, until_ms: i64, step_ms: i64) {
        let Some((last_ms, last_step_ms)) = self.last else { return };
        let interval_ms = i64::from(self.server.interval_secs) * 1_000;
        let step_ms = step_ms.max(last_step_ms);
        if until_ms - last_ms - step_ms <= MISSED * interval_ms {
            return;
        }
        let since_ms = last_ms + step_ms.max(interval_ms);
        let fires_ms = since_ms + i64::from(self.rule.for_secs) * 1_000;
        for at_ms in [since_ms, fires_ms] {
            if at_ms < until_ms {
                let events = self.watched.connection(&self.rules, at_ms, false);
                self.note(events, at_ms);
            }
        }
    }

    fn note(&mut self, events: Vec<Event>, at_ms: i64) {
        for Event { series, change, value, .. } in events {
            match change {
                Change::Began { since_ms } => {
                    self.fired = self.fired.saturating_add(1);
                    let is_value = matches!(self.rule.condition, Condition::Value { .. });
                    let firing = Firing {
                        server_id: self.server.id,
                        server_name: self.server.name.clone(),
                        series: series.clone(),
                        since_ms,
                        began_at_ms: at_ms,
                        ended_at_ms: None,
                        worst: value.filter(|_| is_value),
                    };
                    self.open.insert(series, firing);
                }
                Change::Ended { until_ms, .. } => {
                    if let Some(firing) = self.open.remove(&series) {
                        self.longest_ms = self.longest_ms.max(Some(until_ms - firing.began_at_ms));
                        if self.over.len() >= FIRINGS_MAX {
                            self.over.pop_front();
                        }
                        self.over.push_back(Firing { ended_at_ms: Some(until_ms), ..firing });
                    }
                }
            }
        }
    }

    fn into_outcome(mut self, to_ms: i64, step_ms: i64) -> Outcome {
        let had_values = self.last.is_some();
        if let Some((_, step_ms)) = self.last {
            self.away_until(to_ms, step_ms);
        }
        let lasting = self.open.values().map(|firing| to_ms - firing.began_at_ms).max();
        let longest_ms = self.longest_ms.max(lasting);
        let firings = self.over.into_iter().chain(self.open.into_values()).collect();
        Outcome { had_values, step_ms, fired: self.fired, longest_ms, firings }
    }
}

/// What the keys of a condition begin with whose names have to be looked up.
fn prefix(condition: &Condition) -> Option<String> {
    match condition {
        Condition::Value { series, .. } => match series.split_once(KEY_SEPARATOR) {
            Some((metric, EACH)) => Some(format!("{metric}{KEY_SEPARATOR}")),
            _ => None,
        },
        Condition::FullWithin { mount, .. } if mount == EACH => Some(format!("{}{KEY_SEPARATOR}", USED)),
        _ => None,
    }
}

/// The series that a condition is about, out of those that there are.
fn keys(condition: &Condition, known: &[String]) -> Vec<String> {
    let prefix = prefix(condition);
    let instances: Vec<&str> = match &prefix {
        Some(prefix) => known.iter().filter_map(|key| key.strip_prefix(prefix.as_str())).collect(),
        None => Vec::new(),
    };
    let of_mount = |mount: &str| [USED, AVAILABLE].map(|metric| format!("{metric}{KEY_SEPARATOR}{mount}"));
    let mut keys: Vec<String> = match (condition, &prefix) {
        (Condition::Value { .. }, Some(prefix)) => {
            instances.into_iter().map(|instance| format!("{prefix}{instance}")).collect()
        }
        (Condition::Value { series, .. } | Condition::NoData { series }, _) => vec![series.clone()],
        (Condition::FullWithin { .. }, Some(_)) => instances.into_iter().flat_map(of_mount).collect(),
        (Condition::FullWithin { mount, .. }, None) => of_mount(mount).to_vec(),
        _ => Vec::new(),
    };
    if keys.iter().all(|key| key != ALWAYS) {
        keys.push(ALWAYS.to_owned());
    }
    keys
}

#[cfg(test)]
mod tests;
