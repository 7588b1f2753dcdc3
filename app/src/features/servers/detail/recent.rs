//! The last minutes as points of a chart.

use domain::metrics::{RecentPoint, Sample};
use leptos::prelude::*;

use crate::{format, live::ServerStore};

/// The shortest and the longest time that a chart shows, in milliseconds.
const SPAN_MS: (i64, i64) = (60_000, 900_000);

/// The last minutes of the server that is looked at.
#[derive(Clone, Copy)]
pub struct Recent {
    points: RwSignal<Vec<RecentPoint>>,
    span_ms: Memo<i64>,
}

impl Recent {
    /// The last minutes, from the context.
    pub fn here() -> Self {
        let points = expect_context::<ServerStore>().recent();
        let span_ms = Memo::new(move |_| points.with(|points| span_ms(points)));
        Self { points, span_ms }
    }

    /// One value over time, as parts of the chart's time.
    pub fn series(self, read: fn(&RecentPoint) -> f32) -> Signal<Vec<(f32, f32)>> {
        Signal::derive(move || self.points.with(|points| shares(points, self.span_ms.get(), read)))
    }

    /// The highest value of several, for the scale.
    pub fn highest(self, read: fn(&RecentPoint) -> f32) -> f32 {
        self.points.with(|points| points.iter().map(read).fold(0.0, f32::max))
    }

    /// How much time is shown, as text.
    pub fn span_label(self) -> Signal<String> {
        Signal::derive(move || format!("−{}", format::duration(u64::try_from(self.span_ms.get() / 1_000).unwrap_or(0))))
    }
}

/// From the oldest point to the newest, in whole minutes.
fn span_ms(points: &[RecentPoint]) -> i64 {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return SPAN_MS.0 };
    let minutes = (last.at_ms - first.at_ms + 59_999).div_euclid(60_000);
    (minutes * 60_000).clamp(SPAN_MS.0, SPAN_MS.1)
}

#[allow(clippy::cast_precision_loss, reason = "a chart is some hundred pixels wide")]
fn shares(points: &[RecentPoint], span_ms: i64, read: fn(&RecentPoint) -> f32) -> Vec<(f32, f32)> {
    let Some(end_ms) = points.last().map(|point| point.at_ms) else { return Vec::new() };
    let share = |point: &RecentPoint| 1.0 - (end_ms - point.at_ms) as f32 / span_ms as f32;
    points.iter().map(|point| (share(point), read(point))).filter(|(share, _)| *share >= 0.0).collect()
}

/// Reads the newest sample; what it gives for the empty sample when there is none.
pub fn newest<T: Send + Sync + 'static>(read: impl Fn(&Sample) -> T + Send + Sync + 'static) -> Signal<T> {
    let latest = expect_context::<ServerStore>().latest();
    Signal::derive(move || latest.with(|latest| latest.sample.as_ref().map_or_else(|| read(&Sample::default()), &read)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> RecentPoint {
        RecentPoint { at_ms: secs * 1_000, cpu: 7.0, ..RecentPoint::default() }
    }

    #[test]
    fn the_time_shown_is_whole_minutes_within_limits() {
        assert_eq!(span_ms(&[]), 60_000);
        assert_eq!(span_ms(&[at(0), at(61)]), 120_000);
        assert_eq!(span_ms(&[at(0), at(100_000)]), 900_000);
    }

    #[test]
    fn the_newest_point_is_at_the_right_edge_and_older_than_the_span_is_left_out() {
        let points = [at(0), at(90), at(120)];
        assert_eq!(shares(&points, 60_000, |point| point.cpu), [(0.5, 7.0), (1.0, 7.0)]);
    }
}
