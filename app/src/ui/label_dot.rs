//! The coloured dot of a group or tag.

use leptos::prelude::*;

/// A dot in a colour that a person chose. An SVG attribute, because the page allows no style attributes.
#[component]
pub fn LabelDot(
    /// `#rrggbb`.
    #[prop(into)]
    color: String,
) -> impl IntoView {
    view! {
        <svg class="label-dot" viewBox="0 0 8 8" aria-hidden="true">
            <circle cx="4" cy="4" r="4" fill=color />
        </svg>
    }
}
