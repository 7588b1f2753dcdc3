//! A small line of the last values, without axes.

use std::fmt::Write as _;

use leptos::prelude::*;

/// The width of the drawing, in its own units.
pub const WIDTH: f32 = 100.0;
/// The height of the drawing, in its own units.
pub const HEIGHT: f32 = 24.0;

/// The path of a line through values at equal distances, the newest at the right edge; `places` is how many would fill the width.
/// Values lie in 0..=`max`; what is beyond is drawn at the edge. Empty for fewer than two values.
pub fn line(values: impl ExactSizeIterator<Item = f32>, places: usize, max: f32, height: f32) -> String {
    let count = values.len();
    if count < 2 || places < 2 {
        return String::new();
    }
    #[allow(clippy::cast_precision_loss, reason = "some hundred points")]
    let (step, missing) = (WIDTH / (places - 1) as f32, places.saturating_sub(count) as f32);
    let mut path = String::with_capacity(count * 11);
    let mut x = step * missing;
    for value in values {
        let share = if max > 0.0 { (value / max).clamp(0.0, 1.0) } else { 0.0 };
        // Half a unit is left at both edges, so that the stroke is not cut in half.
        let y = height - 0.5 - share * (height - 1.0);
        let command = if path.is_empty() { 'M' } else { 'L' };
        // Writing to a String cannot fail.
        let _ = write!(path, "{command}{x:.1} {y:.1}");
        x += step;
    }
    path
}

/// A sparkline of percentages.
#[component]
pub fn Sparkline(
    /// The path of the line.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    view! {
        <svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
            <path class="sparkline-line" d=move || path.get() />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(values: &[f32], places: usize) -> String {
        line(values.iter().copied(), places, 100.0, HEIGHT)
    }

    #[test]
    fn a_full_line_goes_from_edge_to_edge() {
        assert_eq!(path(&[0.0, 100.0, 50.0], 3), "M0.0 23.5L50.0 0.5L100.0 12.0");
    }

    #[test]
    fn a_short_line_ends_at_the_right_edge() {
        assert_eq!(path(&[0.0, 0.0], 5), "M75.0 23.5L100.0 23.5");
    }

    #[test]
    fn one_value_is_no_line_and_values_beyond_stay_inside() {
        assert_eq!(path(&[5.0], 5), "");
        assert_eq!(path(&[-10.0, 900.0], 2), "M0.0 23.5L100.0 0.5");
    }
}
