//! Points as a chart draws them: columns with a row of nothing in every gap, and the newest end added to what is there.

use domain::history::Point;

/// One line of a chart with its band. A row of NaN is a gap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
    /// When, in Unix seconds.
    pub times: Vec<f64>,
    /// The averages.
    pub avg: Vec<f64>,
    /// The least values.
    pub min: Vec<f64>,
    /// The most.
    pub max: Vec<f64>,
}

impl Trace {
    /// Points of a series, moved by some time. Where more than two and a half of the usual distance is between two, a gap is.
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of this century are exact")]
    pub fn new(points: &[Point], step_ms: i64, moved_ms: i64) -> Self {
        let most_ms = usual_distance(points).max(step_ms) * 5 / 2;
        let mut trace = Self::default();
        let mut before_ms: Option<i64> = None;
        for point in points {
            if let Some(before_ms) = before_ms.filter(|before_ms| point.at_ms - before_ms > most_ms) {
                let middle = before_ms + (point.at_ms - before_ms) / 2;
                trace.push((middle + moved_ms) as f64 / 1e3, [f64::NAN; 3]);
            }
            trace.push((point.at_ms + moved_ms) as f64 / 1e3, [point.avg, point.min, point.max]);
            before_ms = Some(point.at_ms);
        }
        trace
    }

    fn push(&mut self, at: f64, [avg, min, max]: [f64; 3]) {
        self.times.push(at);
        self.avg.push(avg);
        self.min.push(min);
        self.max.push(max);
    }
}

/// The middle one of the distances between points: a series that is measured seldom has no gaps for that.
fn usual_distance(points: &[Point]) -> i64 {
    let mut distances: Vec<i64> =
        points.iter().zip(points.iter().skip(1)).map(|(before, after)| after.at_ms - before.at_ms).collect();
    distances.sort_unstable();
    distances.get(distances.len() / 2).copied().unwrap_or_default()
}

/// Puts the newest end, which begins at `tail_ms`, to the points that are there, and lets go of what is before `from_ms`.
pub fn extend(points: &mut Vec<Point>, tail: Vec<Point>, tail_ms: i64, from_ms: i64) {
    points.retain(|point| point.at_ms >= from_ms && point.at_ms < tail_ms);
    points.extend(tail.into_iter().filter(|point| point.at_ms >= tail_ms));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at_ms: i64) -> Point {
        #[allow(clippy::cast_precision_loss, reason = "small")]
        let avg = at_ms as f64;
        Point { at_ms, avg, min: avg, max: avg }
    }

    #[test]
    fn a_server_that_was_away_leaves_a_gap() {
        let points: Vec<_> = [0, 1_000, 2_000, 60_000, 61_000].map(point).to_vec();
        let trace = Trace::new(&points, 1_000, 0);
        assert_eq!(trace.times, [0.0, 1.0, 2.0, 31.0, 60.0, 61.0]);
        assert!(trace.avg[3].is_nan() && trace.min[3].is_nan() && trace.max[3].is_nan());
        assert_eq!(trace.avg.iter().filter(|value| value.is_nan()).count(), 1);
    }

    #[test]
    fn a_series_that_is_measured_seldom_has_no_gaps_for_that() {
        let points: Vec<_> = (0..10).map(|place| point(place * 30_000)).collect();
        assert!(Trace::new(&points, 1_000, 0).avg.iter().all(|value| !value.is_nan()));
    }

    #[test]
    fn last_week_is_drawn_over_this_one() {
        assert_eq!(Trace::new(&[point(5_000)], 1_000, 7_000).times, [12.0]);
    }

    #[test]
    fn the_newest_end_takes_the_place_of_what_was_not_whole_yet() {
        let mut points: Vec<_> = [1_000, 2_000, 3_000].map(point).to_vec();
        let mut newer = point(3_000);
        newer.max = 9_999.0;
        extend(&mut points, vec![newer, point(4_000)], 3_000, 2_000);
        assert_eq!(points.iter().map(|point| point.at_ms).collect::<Vec<_>>(), [2_000, 3_000, 4_000]);
        assert!(points[1].max > 9_000.0);
    }
}
