//! A box to be ticked.

use leptos::{html, prelude::*};

use super::control::follow_tick;

/// A box with what it says. What the person ticked before the page came alive is taken over.
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
    let input = NodeRef::<html::Input>::new();
    follow_tick(input, value);
    view! {
        <label class="check">
            <input
                id=id
                type="checkbox"
                checked=value.get_untracked()
                node_ref=input
                on:change=move |event| value.set(event_target_checked(&event))
            />
            {label}
        </label>
    }
}
