//! When a file system will be full, if it goes on filling as of late.
//!
//! How fast it fills is the middle one of the slopes between every two points of the last hour (Theil and Sen), which a file that was written
//! and deleted again does not move. How sure that is (Sen's interval, 95 %) says when to believe it: a rule fires when even the slowest filling
//! that the points allow is too fast, and is over when even the fastest is slow enough. So noise alone does not make it fire and end in turns.

use std::collections::VecDeque;

use crate::{
    rules::{FULL_HOURS, Rules, join},
    server::{Event, Server},
    watch::Look,
};

const MINUTE_MS: i64 = 60_000;
/// How far back points count, in milliseconds.
const WINDOW_MS: i64 = 60 * MINUTE_MS;
/// Over how long points have to reach before they say something, in milliseconds.
const SPAN_MS: i64 = 10 * MINUTE_MS;
/// Between two points, in milliseconds: a little less than a minute, since samples do not come to the millisecond.
const POINT_MS: i64 = 50_000;
/// The fewest points that say something.
const POINTS_MIN: usize = 5;
/// By how much longer than the rule's hours it has to take before it is over.
const BAND: f64 = 1.5;
/// Where less than this part is left, a file system grows no more, since what does not fit is not written: then it stays what it was.
const ALL_BUT_FULL: f64 = 0.01;
/// 95 % of a normal distribution lie within so many deviations.
const DEVIATIONS: f64 = 1.96;
/// The most file systems that are looked at in one sample.
const ROOMS_MAX: usize = 64;

/// How a file system fills.
#[derive(Debug, Clone, Default)]
pub(crate) struct Forecast {
    /// Bytes in use, about once a minute.
    points: VecDeque<(i64, f64)>,
    used: f64,
    available: f64,
    /// Bytes per hour.
    slopes: Option<Slopes>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Slopes {
    least: f64,
    middle: f64,
    most: f64,
}

impl Forecast {
    /// Takes in how many bytes are used and available at a moment.
    fn take(&mut self, at_ms: i64, used: f64, available: f64) {
        (self.used, self.available) = (used, available);
        let last_ms = self.points.back().map(|(at_ms, _)| *at_ms);
        if last_ms.is_some_and(|last_ms| at_ms < last_ms) {
            // The clock was set back: what came before has no place any more.
            self.points.clear();
        } else if last_ms.is_some_and(|last_ms| at_ms - last_ms < POINT_MS) {
            return;
        }
        self.points.push_back((at_ms, used));
        while self.points.front().is_some_and(|(first_ms, _)| at_ms - first_ms > WINDOW_MS) {
            self.points.pop_front();
        }
        self.slopes = slopes(&self.points);
    }

    /// How it looks to a rule that wants to know of it so many hours before, and how many hours are left.
    fn look(&self, hours: f64) -> (Look, Option<f64>) {
        let Some(slopes) = self.slopes else { return (Look::Between, None) };
        let left = |slope: f64| if slope > 0.0 { self.available / slope } else { f64::INFINITY };
        let value = Some(left(slopes.middle)).filter(|hours| hours.is_finite());
        let is_all_but_full = self.available <= (self.used + self.available) * ALL_BUT_FULL;
        let look = if left(slopes.least) <= hours {
            Look::Bad
        } else if left(slopes.most) > hours * BAND && !is_all_but_full {
            Look::Good
        } else {
            Look::Between
        };
        (look, value)
    }

    fn is_old(&self, at_ms: i64) -> bool {
        self.points.back().is_none_or(|(last_ms, _)| at_ms - last_ms > WINDOW_MS)
    }
}

/// The slopes in bytes per hour; none while points are too few or too close.
fn slopes(points: &VecDeque<(i64, f64)>) -> Option<Slopes> {
    let (first, last) = (points.front()?, points.back()?);
    if points.len() < POINTS_MIN || last.0 - first.0 < SPAN_MS {
        return None;
    }
    let mut all = Vec::with_capacity(points.len() * (points.len() - 1) / 2);
    for (number, (at_ms, used)) in points.iter().enumerate() {
        all.extend(points.iter().skip(number + 1).map(|(later_ms, later)| (later - used) / hours(later_ms - at_ms)));
    }
    let count = all.len();
    // Of how many pairs more rise than fall varies by so much, where nothing but chance is at work (Kendall).
    let n = as_f64(points.len());
    let doubt = DEVIATIONS * (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
    let beside = doubt / 2.0 / as_f64(count);
    let mut at = |part: f64| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the list's length")]
        let place = (part.clamp(0.0, 1.0) * as_f64(count - 1)).round() as usize;
        *all.select_nth_unstable_by(place, f64::total_cmp).1
    };
    Some(Slopes { least: at(0.5 - beside), middle: at(0.5), most: at(0.5 + beside) })
}

#[allow(clippy::cast_precision_loss, reason = "times within an hour")]
fn hours(ms: i64) -> f64 {
    ms as f64 / (60 * MINUTE_MS) as f64
}

#[allow(clippy::cast_precision_loss, reason = "there are few thousand of them")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

/// What a sample says of file systems: mount point, bytes used, bytes available.
#[derive(Debug, Default)]
pub(crate) struct Rooms(Vec<(String, f64, f64)>);

impl Rooms {
    /// Takes in a value of a sample; of a file system, what is used comes before what is available.
    pub(crate) fn note(&mut self, metric: &str, instance: &str, value: f64) {
        match metric {
            "filesystem.used" if self.0.len() < ROOMS_MAX => self.0.push((instance.to_owned(), value, f64::NAN)),
            "filesystem.available" => {
                if let Some((_, _, available)) = self.0.last_mut().filter(|(mount, ..)| mount == instance) {
                    *available = value;
                }
            }
            _ => {}
        }
    }
}

impl Server {
    /// Looks at how file systems fill.
    pub(crate) fn fill(&mut self, rules: &Rules, at_ms: i64, rooms: &Rooms, events: &mut Vec<Event>) {
        self.forecasts
            .retain(|mount, forecast| rules.filling.iter().any(|rule| rule.is_about(mount)) && !forecast.is_old(at_ms));
        for (mount, used, available) in rooms.0.iter().filter(|(_, _, available)| available.is_finite()) {
            let mut meant = rules.filling.iter().filter(|rule| rule.is_about(mount)).peekable();
            if meant.peek().is_none() {
                continue;
            }
            let forecast = self.forecasts.entry(mount.clone()).or_default();
            forecast.take(at_ms, *used, *available);
            let looks: Vec<_> = meant.map(|rule| (rule, forecast.look(rule.hours))).collect();
            for (rule, (look, value)) in looks {
                self.look(rule.id, join(FULL_HOURS, mount), look, at_ms, rule.waits, value, events);
            }
        }
    }
}

#[cfg(test)]
mod tests;
