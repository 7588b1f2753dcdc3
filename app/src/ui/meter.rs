//! A thin bar beside a number: how much of something is used.

use domain::level::{Level, Thresholds};
use leptos::prelude::*;

/// The name of a level in the stylesheet.
pub fn level_class(level: Level) -> &'static str {
    match level {
        Level::Fine => "fine",
        Level::Warning => "warning",
        Level::Critical => "critical",
    }
}

/// A bar from 0 to 100 percent that turns amber and red. The number beside it says the same in words.
#[component]
pub fn Meter(
    /// The percentage; `None` draws an empty bar.
    #[prop(into)]
    percent: Signal<Option<f32>>,
    /// Where it turns amber and red.
    thresholds: Thresholds,
) -> impl IntoView {
    let level = move || percent.get().map_or("unknown", |percent| level_class(thresholds.level(percent)));
    let width = move || format!("{:.1}%", percent.get().unwrap_or(0.0).clamp(0.0, 100.0));
    view! {
        <svg class="meter" data-level=level aria-hidden="true">
            <rect class="meter-track" width="100%" height="100%" />
            <rect class="meter-fill" width=width height="100%" />
        </svg>
    }
}
