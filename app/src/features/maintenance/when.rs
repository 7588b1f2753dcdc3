//! Times of maintenance as the browser writes them.

use domain::maintenance::Occurrence;
use leptos::prelude::*;

use crate::{browser, format, ui::Mounted};

/// A day, as `Intl.DateTimeFormat` is asked for it.
const DAY: [(&str, &str); 4] = [("weekday", "short"), ("year", "numeric"), ("month", "short"), ("day", "numeric")];

/// One time of maintenance in the person's zone: day and time, and the day of its end where that is another one.
#[component]
pub fn When(
    /// The time.
    at: Occurrence,
    /// The time zone by whose clock it was planned.
    zone: String,
) -> impl IntoView {
    let mounted = expect_context::<Mounted>();
    let Occurrence { from_ms, until_ms, from, .. } = at;
    let words = move || if mounted.0.get() { range(from_ms, until_ms) } else { format::utc(from_ms) };
    // By the clock of the plan too, where that is not the person's.
    let there = move || {
        (mounted.0.get() && browser::own_time_zone() != zone)
            .then(|| view! { <span class="maintenance-there">{from.clone()}</span> })
    };
    view! {
        <time class="moment" datetime=format::rfc3339(from_ms)>
            {words}
        </time>
        {there}
    }
}

/// A moment with its day, to the minute, in the person's zone and format. Only in the browser.
pub fn short(at_ms: i64) -> String {
    text(at_ms, true)
}

fn range(from_ms: i64, until_ms: i64) -> String {
    let is_same_day = day(from_ms) == day(until_ms);
    format!("{} – {}", text(from_ms, true), text(until_ms, !is_same_day))
}

fn day(at_ms: i64) -> String {
    browser::local_text(at_ms, &DAY)
}

fn text(at_ms: i64, has_day: bool) -> String {
    let day: &[_] = if has_day { &DAY } else { &[] };
    browser::local_text(at_ms, &[day, &[("hour", "numeric"), ("minute", "2-digit")]].concat())
}
