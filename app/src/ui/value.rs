//! A number with its unit set smaller.

use domain::level::Thresholds;
use leptos::prelude::*;

use super::meter::level_class;
use crate::format::{self, Quantity};

/// A percentage that turns amber and red; a dash when it is not known.
#[component]
pub fn Percent(
    /// The percentage.
    #[prop(into)]
    value: Signal<Option<f32>>,
    /// Where it turns amber and red.
    thresholds: Thresholds,
) -> impl IntoView {
    let level = move || value.get().map_or("unknown", |percent| level_class(thresholds.level(percent)));
    view! {
        <span class="value" data-level=level>
            {move || value.get().map_or_else(|| "–".to_owned(), format::percent)} <span class="unit">"%"</span>
        </span>
    }
}

/// A size or rate; a dash when it is not known.
#[component]
pub fn Amount(
    /// The quantity.
    #[prop(into)]
    value: Signal<Option<Quantity>>,
) -> impl IntoView {
    let number = move || value.with(|value| value.as_ref().map_or_else(|| "–".to_owned(), |q| q.number.clone()));
    let unit = move || value.with(|value| value.as_ref().map_or("", |quantity| quantity.unit));
    view! {
        <span class="value">
            {number} " " <span class="unit">{unit}</span>
        </span>
    }
}
