//! A box to be ticked.

use leptos::prelude::*;

/// A box with what it says. What the person ticked before the page came alive is kept by the browser.
#[component]
pub fn Check(
    /// The control's id.
    #[prop(into, optional)]
    id: Option<&'static str>,
    /// What it says.
    label: &'static str,
    /// Whether it is ticked.
    value: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                id=id
                type="checkbox"
                checked=value.get_untracked()
                prop:checked=move || value.get()
                on:change=move |event| value.set(event_target_checked(&event))
            />
            {label}
        </label>
    }
}
