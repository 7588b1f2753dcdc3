//! A bar in parts with a legend that says the numbers.

use leptos::prelude::*;

/// One part of a bar.
#[derive(Clone)]
pub struct Part {
    /// What it is.
    pub label: &'static str,
    /// Its shade in the stylesheet, 1–7; 0 is the empty rest.
    pub shade: u8,
    /// Its part of the whole, in percent.
    pub percent: Signal<f32>,
    /// Its value as text.
    pub text: Signal<String>,
}

/// A bar in parts.
#[component]
pub fn Stacked(
    /// What it shows, for screen readers.
    #[prop(into)]
    label: String,
    /// The parts, from the left.
    parts: Vec<Part>,
) -> impl IntoView {
    let percents = StoredValue::new(parts.iter().map(|part| part.percent).collect::<Vec<_>>());
    let before = move |place: usize| {
        percents.with_value(|percents| percents.iter().take(place).map(|percent| percent.get()).sum::<f32>())
    };
    let rects = parts
        .iter()
        .enumerate()
        .map(|(place, part)| {
            let percent = part.percent;
            view! {
                <rect
                    data-shade=part.shade.to_string()
                    x=move || format!("{:.1}%", before(place).clamp(0.0, 100.0))
                    width=move || format!("{:.1}%", percent.get().clamp(0.0, 100.0))
                    height="100%"
                />
            }
        })
        .collect_view();
    let legend = parts
        .into_iter()
        .map(|part| {
            view! {
                <div class="legend-item" data-shade=part.shade.to_string()>
                    <dt>{part.label}</dt>
                    <dd>{move || part.text.get()}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="stacked" role="group" aria-label=label>
            <svg class="stacked-bar" aria-hidden="true">{rects}</svg>
            <dl class="legend">{legend}</dl>
        </div>
    }
}
