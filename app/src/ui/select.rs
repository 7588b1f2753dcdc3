//! A choice from a list.

use leptos::{html, prelude::*};

use super::{Field, field::described_by};

/// Choices: their values in the form, and what they are called.
pub type Options = Vec<(String, String)>;

/// One choice: its value in the form, and what it is called.
pub fn option(value: impl Into<String>, words: impl Into<String>) -> (String, String) {
    (value.into(), words.into())
}

/// None, whose value is empty, and each of the others.
pub fn none_or(none: impl Into<String>, others: impl IntoIterator<Item = (String, String)>) -> Options {
    std::iter::once(option("", none)).chain(others).collect()
}

/// The control alone. What the person chose before the page came alive is kept.
#[component]
pub fn Select(
    /// The control's id.
    #[prop(optional)]
    id: Option<&'static str>,
    /// Its name in the form.
    #[prop(optional)]
    name: Option<&'static str>,
    /// What it chooses, where no label says so.
    #[prop(into, optional)]
    label: Option<String>,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Options>,
    /// What can be chosen besides, in parts with a heading.
    #[prop(into, optional)]
    parts: Signal<Vec<(&'static str, Options)>>,
    /// The value that is chosen.
    #[prop(into)]
    chosen: Signal<String>,
    /// Takes over another choice.
    #[prop(into)]
    on_choose: Callback<String>,
    /// The ids of what is said about it.
    #[prop(into, optional)]
    described_by: Option<String>,
    /// What is wrong with the choice.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// Whether the values are tags of languages, each called by its own name.
    #[prop(optional)]
    is_of_languages: bool,
    /// Whether it is not to be seen.
    #[prop(into, optional)]
    is_hidden: Signal<bool>,
) -> impl IntoView {
    let item = move |(value, words): (String, String)| {
        let is_chosen = chosen.with_untracked(|chosen| *chosen == value);
        let lang = is_of_languages.then(|| value.clone());
        view! { <option value=value selected=is_chosen lang=lang>{words}</option> }
    };
    let list = move || {
        let part = |(words, options): (&'static str, Options)| {
            view! { <optgroup label=words>{options.into_iter().map(item).collect_view()}</optgroup> }
        };
        view! {
            {options.get().into_iter().map(item).collect_view()}
            {parts.get().into_iter().map(part).collect_view()}
        }
    };
    let is_offered = move |value: &str| {
        let has = |options: &Options| options.iter().any(|(offered, _)| offered == value);
        options.with(has) | parts.with(|parts| parts.iter().any(|(_, options)| has(options)))
    };
    let select = NodeRef::<html::Select>::new();
    // Which option is marked in the HTML counts only until a person chooses, so the control is told itself. What draws the options
    // follows the same signals and was there first: they are in place by now.
    Effect::new(move |ran: Option<bool>| {
        let (Some(select), wanted) = (select.get(), chosen.get()) else { return false };
        let (shown, is_offered) = (select.value(), is_offered(&wanted));
        if shown == wanted {
            return true;
        }
        if ran == Some(true) || !is_offered {
            select.set_value(&wanted);
        } else {
            untrack(|| on_choose.run(shown));
        }
        true
    });
    view! {
        <select
            id=id
            name=name
            class="input"
            aria-label=label
            aria-describedby=described_by
            aria-invalid=move || error.get().is_some().to_string()
            hidden=move || is_hidden.get()
            data-chosen=move || chosen.with(|chosen| !chosen.is_empty()).to_string()
            node_ref=select
            on:change=move |event| on_choose.run(event_target_value(&event))
        >
            {list}
        </select>
    }
}

/// The control with its label, and what is said about it.
#[component]
pub fn SelectField(
    /// The control's id and name in the form.
    name: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Options>,
    /// What can be chosen besides, in parts with a heading.
    #[prop(into, optional)]
    parts: Signal<Vec<(&'static str, Options)>>,
    /// The value that is chosen.
    #[prop(into)]
    chosen: Signal<String>,
    /// Takes over another choice.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Whether the values are tags of languages, each called by its own name.
    #[prop(optional)]
    is_of_languages: bool,
    /// A sentence of help.
    #[prop(into, optional)]
    hint: Signal<String>,
    /// What is wrong with the choice.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let described_by = described_by(name);
    view! {
        <Field name label hint error>
            <Select id=name name options parts chosen on_choose described_by error is_of_languages />
        </Field>
    }
}
