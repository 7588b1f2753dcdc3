//! Grey places in the size of what is about to come.

use leptos::prelude::*;

/// So many lines that are still loading.
#[component]
pub fn Skeleton(
    /// How many.
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            {(0..lines).map(|_| view! { <div class="skeleton-line"></div> }).collect_view()}
        </div>
    }
}
