//! A chart of the last minutes: one or two filled lines over a few grid lines, drawn as SVG.

use std::fmt::Write as _;

use leptos::prelude::*;

/// The width of the drawing, in its own units.
const WIDTH: f32 = 100.0;
/// The height of the drawing, in its own units.
const HEIGHT: f32 = 40.0;

/// One line of a chart.
#[derive(Clone)]
pub struct Series {
    /// What it shows, for the legend.
    pub label: String,
    /// Its name in the stylesheet: `a` is the accent, `b` the second line.
    pub class: &'static str,
    /// The newest value as text.
    pub newest: Signal<String>,
    /// Moments as parts of the chart's time, 0..=1, oldest first, and the values then.
    pub points: Signal<Vec<(f32, f32)>>,
}

/// A chart of up to two series on one scale.
#[component]
pub fn Chart(
    /// What it shows, for screen readers.
    #[prop(into)]
    label: String,
    /// The series.
    series: Vec<Series>,
    /// The upper end of the scale.
    #[prop(into)]
    top: Signal<f32>,
    /// The upper end as text.
    #[prop(into)]
    top_label: Signal<String>,
    /// The time that it shows, as text.
    #[prop(into)]
    span_label: Signal<String>,
) -> impl IntoView {
    let legend = series.iter().cloned().map(|series| view! { <Key series /> }).collect_view();
    let lines = series
        .into_iter()
        .map(|Series { class, points, .. }| {
            let paths = Memo::new(move |_| points.with(|points| paths(points, top.get())));
            view! {
                <g data-series=class>
                    <path class="chart-area" d=move || paths.with(|(_, area)| area.clone()) />
                    <path class="chart-line" d=move || paths.with(|(line, _)| line.clone()) />
                </g>
            }
        })
        .collect_view();
    view! {
        <figure class="chart" aria-label=label>
            <figcaption class="chart-legend">{legend}</figcaption>
            <div class="chart-plot">
                <span class="chart-top" aria-hidden="true">{move || top_label.get()}</span>
                <svg viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">
                    <path class="chart-grid" d="M0 .5H100M0 20H100M0 39.5H100" />
                    {lines}
                </svg>
                <span class="chart-span" aria-hidden="true">{move || span_label.get()}</span>
            </div>
        </figure>
    }
}

#[component]
fn Key(series: Series) -> impl IntoView {
    let newest = series.newest;
    view! {
        <span class="chart-key" data-series=series.class>
            <span class="chart-name">{series.label}</span>
            " "
            <span class="chart-newest">{move || newest.get()}</span>
        </span>
    }
}

/// The upper end of a scale: a round number, at least `floor`, not below any value.
pub fn scale_top(values: impl Iterator<Item = f32>, floor: f32) -> f32 {
    let highest = values.fold(floor, f32::max);
    if highest <= floor {
        return floor;
    }
    let magnitude = 10_f32.powf(highest.log10().floor());
    [1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0]
        .into_iter()
        .map(|step| step * magnitude)
        .find(|top| *top >= highest)
        .unwrap_or(highest)
}

/// The path of the line and that of the area below it. A gap of more than a tenth of the time, and of four times what is usual
/// between points, is left open: nothing is known of what was there.
fn paths(points: &[(f32, f32)], top: f32) -> (String, String) {
    let (mut line, mut area) = (String::new(), String::new());
    #[allow(clippy::cast_precision_loss, reason = "some hundred points")]
    let usual = 1.0 / points.len().max(1) as f32;
    let gap = (usual * 4.0).max(0.1);
    let mut last: Option<f32> = None;
    for &(share, value) in points {
        let x = share.clamp(0.0, 1.0) * WIDTH;
        let height = if top > 0.0 { (value / top).clamp(0.0, 1.0) } else { 0.0 };
        // Half a unit is left at both edges, so that the stroke is not cut in half.
        let y = HEIGHT - 0.5 - height * (HEIGHT - 1.0);
        // Writing to a String cannot fail.
        match last.filter(|last| (x - last) / WIDTH <= gap) {
            Some(_) => {
                let _ = write!(line, "L{x:.1} {y:.1}");
                let _ = write!(area, "L{x:.1} {y:.1}");
            }
            None => {
                close(&mut area, last);
                let _ = write!(line, "M{x:.1} {y:.1}");
                let _ = write!(area, "M{x:.1} {HEIGHT}L{x:.1} {y:.1}");
            }
        }
        last = Some(x);
    }
    close(&mut area, last);
    (line, area)
}

fn close(area: &mut String, last: Option<f32>) {
    if let Some(x) = last {
        let _ = write!(area, "L{x:.1} {HEIGHT}Z");
    }
}

#[cfg(test)]
mod tests {
    use super::{paths, scale_top};

    #[test]
    fn scales_end_at_round_numbers() {
        let top = |values: &[f32]| scale_top(values.iter().copied(), 1.0);
        assert_eq!((top(&[]), top(&[0.4]), top(&[1.2]), top(&[420.0]), top(&[800.0])), (1.0, 1.0, 1.5, 500.0, 1000.0));
    }

    #[test]
    fn a_line_is_filled_down_to_the_bottom() {
        let (line, area) = paths(&[(0.0, 0.0), (0.1, 100.0)], 100.0);
        assert_eq!(line, "M0.0 39.5L10.0 0.5");
        assert_eq!(area, "M0.0 40L0.0 39.5L10.0 0.5L10.0 40Z");
    }

    #[test]
    fn a_gap_is_left_open() {
        let points: Vec<(f32, f32)> = (0..20_u8).chain(60..80).map(|n| (f32::from(n) / 79.0, 50.0)).collect();
        let (line, area) = paths(&points, 100.0);
        assert_eq!(line.matches('M').count(), 2);
        assert_eq!(area.matches('Z').count(), 2);
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(paths(&[], 100.0), (String::new(), String::new()));
    }
}
