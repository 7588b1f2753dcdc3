//! A choice that narrows a list.

use leptos::prelude::*;

use super::{
    Select,
    select::{Options, none_or},
};

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
    options: Signal<Options>,
    /// The value that is chosen.
    #[prop(into)]
    chosen: Signal<Option<String>>,
    /// Has the list follow; an empty text stands for all.
    on_choose: Callback<String>,
) -> impl IntoView {
    view! {
        <Select
            name
            label
            options=Signal::derive(move || none_or(all, options.get()))
            chosen=Signal::derive(move || chosen.get().unwrap_or_default())
            on_choose
            is_hidden=Signal::derive(move || options.with(Vec::is_empty))
        />
    }
}
