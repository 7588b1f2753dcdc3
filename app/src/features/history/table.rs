//! The values of a chart as a table: for those who do not see it, and for those who want the numbers.

use domain::history::Point;
use leptos::prelude::*;

use crate::{
    format,
    i18n::use_i18n,
    ui::{Erase, Moment},
};

/// The most rows.
const ROWS: i64 = 48;

/// Average, least and most of a part of the time; `None` when there was no value.
type Cell = Option<[f64; 3]>;

/// A row for each of some equal parts of the time, with a cell per series.
pub fn rows(series: &[&[Point]], from_ms: i64, to_ms: i64, step_ms: i64) -> Vec<(i64, Vec<Cell>)> {
    let step_ms = step_ms.max(1);
    let parts = ((to_ms - from_ms) / step_ms).clamp(1, ROWS);
    let length_ms = ((to_ms - from_ms + parts * step_ms - 1) / (parts * step_ms)).max(1) * step_ms;
    let begin_ms = from_ms - from_ms.rem_euclid(step_ms);
    (0..parts)
        .map(|part| begin_ms + part * length_ms)
        .filter(|at_ms| *at_ms < to_ms)
        .map(|at_ms| (at_ms, series.iter().map(|points| cell(points, at_ms, at_ms + length_ms)).collect()))
        .collect()
}

fn cell(points: &[Point], from_ms: i64, to_ms: i64) -> Cell {
    let begin = points.partition_point(|point| point.at_ms < from_ms);
    let end = points.partition_point(|point| point.at_ms < to_ms);
    let points = points.get(begin..end).filter(|points| !points.is_empty())?;
    #[allow(clippy::cast_precision_loss, reason = "some hundred points")]
    let count = points.len() as f64;
    Some([
        points.iter().map(|point| point.avg).sum::<f64>() / count,
        points.iter().map(|point| point.min).fold(f64::INFINITY, f64::min),
        points.iter().map(|point| point.max).fold(f64::NEG_INFINITY, f64::max),
    ])
}

/// A value with its unit.
pub fn worded(unit: &str, value: f64) -> String {
    let number = |value: f64| format::significant(value);
    match unit {
        "percent" => format!("{} %", number(value)),
        "celsius" => format!("{} °C", number(value)),
        "milliseconds" => format!("{} ms", number(value)),
        "per_second" => format!("{}/s", number(value)),
        "rate" => format::rate(value).to_string(),
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole bytes, never negative")]
        "bytes" => format::bytes(value.max(0.0) as u64).to_string(),
        _ => number(value),
    }
}

/// The table, made when it is opened.
#[component]
pub fn ValueTable(
    /// What it is of.
    title: String,
    /// The names of the series.
    labels: Vec<String>,
    /// The unit of the values.
    unit: &'static str,
    /// The rows.
    rows: Signal<Vec<(i64, Vec<Cell>)>>,
) -> impl IntoView {
    let texts = use_i18n();
    let is_open = RwSignal::new(false);
    let labels = StoredValue::new(labels);
    let caption = StoredValue::new(title);
    let body = move || {
        let rows = rows.get();
        let cells = move |cells: Vec<Cell>| {
            let show = move |cell: Cell| match cell {
                None => view! { <td class="no-value">{text!(texts, history.no_value)}</td> }.erased(),
                Some([avg, min, max]) => view! {
                    <td>
                        <b>{worded(unit, avg)}</b>
                        <span class="spread">{format!("{} – {}", worded(unit, min), worded(unit, max))}</span>
                    </td>
                }
                .erased(),
            };
            cells.into_iter().map(show).collect_view()
        };
        let row = move |(at_ms, values): (i64, Vec<Cell>)| {
            view! {
                <tr>
                    <th scope="row">
                        <Moment at_ms=Signal::stored(at_ms) />
                    </th>
                    {cells(values)}
                </tr>
            }
        };
        rows.into_iter().map(row).collect_view()
    };
    view! {
        <details class="history-table" on:toggle=move |_| is_open.update(|is_open| *is_open = !*is_open)>
            <summary>{text!(texts, history.as_table)}</summary>
            {move || {
                is_open
                    .get()
                    .then(|| {
                        view! {
                            <div class="table-scroll" tabindex="0" role="group" aria-label=caption.get_value()>
                                <table>
                                    <caption class="unseen">{caption.get_value()}</caption>
                                    <thead>
                                        <tr>
                                            <th scope="col">{text!(texts, history.time)}</th>
                                            {labels
                                                .get_value()
                                                .into_iter()
                                                .map(|label| view! { <th scope="col">{label}</th> })
                                                .collect_view()}
                                        </tr>
                                    </thead>
                                    <tbody>{body}</tbody>
                                </table>
                            </div>
                        }
                    })
            }}
        </details>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at_ms: i64, value: f64) -> Point {
        Point { at_ms, avg: value, min: value - 1.0, max: value + 1.0 }
    }

    #[test]
    fn a_part_of_the_time_without_values_says_so() {
        let points = [point(0, 1.0), point(1_000, 3.0), point(4_000, 9.0)];
        let rows = rows(&[&points], 0, 6_000, 2_000);
        assert_eq!(
            rows,
            [(0, vec![Some([2.0, 0.0, 4.0])]), (2_000, vec![None]), (4_000, vec![Some([9.0, 8.0, 10.0])])]
        );
    }

    #[test]
    fn a_year_has_no_more_rows_than_an_hour() {
        assert!(rows(&[&[]], 0, 365 * 86_400_000, 43_200_000).len() <= 48);
        assert_eq!(rows(&[&[]], 0, 300_000, 1_000).len(), 43);
    }

    #[test]
    fn values_have_their_unit() {
        assert_eq!(worded("percent", 12.345), "12.3 %");
        assert_eq!(worded("rate", 1_536.0), "1.50\u{202f}KiB/s");
    }
}
