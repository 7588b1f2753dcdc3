//! A choice that narrows a list.

use leptos::prelude::*;

/// A choice among what a list can be narrowed to, or all of it; not there while there is nothing to choose.
#[component]
pub fn Narrowing(
    /// The field's name in the form.
    name: &'static str,
    /// What is chosen by it.
    label: &'static str,
    /// What the choice of all is called.
    all: &'static str,
    /// The choices: their values and what they are called.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The value that is chosen.
    #[prop(into)]
    chosen: Signal<Option<String>>,
    /// Has the list follow; an empty text stands for all.
    on_choose: Callback<String>,
) -> impl IntoView {
    let option = move |(value, words): (String, String)| {
        let own = value.clone();
        let is_chosen = move || chosen.with(|chosen| chosen.as_ref() == Some(&own));
        view! { <option value=value selected=is_chosen>{words}</option> }
    };
    view! {
        <select
            name=name
            class="input"
            aria-label=label
            hidden=move || options.with(Vec::is_empty)
            data-chosen=move || chosen.with(Option::is_some).to_string()
            on:change=move |event| on_choose.run(event_target_value(&event))
        >
            <option value="" selected=move || chosen.with(Option::is_none)>{all}</option>
            {move || options.get().into_iter().map(option).collect_view()}
        </select>
    }
}
