//! The field that narrows a list as one types.

use std::time::Duration;

use leptos::{html, prelude::*};

use super::{Icon, IconName};

/// A field named `q`, focused by the key `/`. The list follows when the person has stopped typing.
#[component]
pub fn SearchBox(
    /// What it searches.
    label: &'static str,
    /// What is searched for now. It can change without the field, as by going back.
    #[prop(into)]
    value: Signal<String>,
    /// How long after the last key the list follows.
    settle: Duration,
    /// Has the list follow.
    on_search: Callback<String>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let initial = value.get_untracked();
    let typed = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let wanted = value.get();
        let Some(input) = input.get() else { return };
        // While the person types the address lags behind.
        if !document().active_element().is_some_and(|focused| focused.is_same_node(Some(&input))) {
            input.set_value(&wanted);
        }
    });
    let follow = move |_| {
        let number = typed.get_value().wrapping_add(1);
        typed.set_value(number);
        set_timeout(
            move || {
                // The list may be gone by now.
                let is_last = typed.try_get_value() == Some(number);
                let Some(input) = is_last.then(|| input.get_untracked()).flatten() else { return };
                on_search.run(input.value());
            },
            settle,
        );
    };
    let escape = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(input) = input.get_untracked()
        {
            drop(input.blur());
        }
    };
    view! {
        <div class="search">
            <Icon name=IconName::Search />
            <input
                id="search"
                name="q"
                type="search"
                class="input"
                value=initial
                placeholder=label
                aria-label=label
                autocomplete="off"
                spellcheck="false"
                node_ref=input
                on:input=follow
                on:keydown=escape
            />
            <kbd>"/"</kbd>
        </div>
    }
}
