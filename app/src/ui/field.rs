//! Form fields: label, control, hint and error, tied together for screen readers.

use leptos::{html, prelude::*};

use super::{
    Slot,
    control::{follow_area, follow_text},
};

/// The ids of a field's hint and error as its control has to name them.
pub fn described_by(name: &'static str) -> String {
    format!("{name}-hint {name}-error")
}

/// A label with its control and what is said about it. The control has to carry the field's name as its id.
#[component]
pub fn Field(
    /// The control's id.
    name: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// A sentence of help.
    #[prop(into, optional)]
    hint: Signal<String>,
    /// What is wrong with the value.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// The control.
    children: Slot,
) -> impl IntoView {
    let label_before_error = label.clone();
    // Nothing at all in place of an empty text: the stylesheet then leaves no room for it.
    let complaint = move || error.get().map(|message| format!("{label_before_error} {message}"));
    let help = move || Some(hint.get()).filter(|hint| !hint.is_empty());
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {children.view()}
            <p class="field-hint" id=format!("{name}-hint")>{help}</p>
            <p class="field-error" id=format!("{name}-error") aria-live="polite">{complaint}</p>
        </div>
    }
}

/// A field of one line. What the person typed before the page came alive is kept.
#[component]
pub fn TextField(
    /// The control's id and name in the form.
    name: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// The value: written into the field when it changes from outside, and following what is typed.
    value: RwSignal<String>,
    /// The control's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it has to be filled.
    #[prop(optional)]
    is_required: bool,
    /// Whether it holds an address, key or command.
    #[prop(optional)]
    is_code: bool,
    /// An example, shown while empty.
    #[prop(into, optional)]
    placeholder: String,
    /// What can be chosen instead of typing it.
    #[prop(into, optional)]
    suggestions: Option<Signal<Vec<String>>>,
    /// A sentence of help.
    #[prop(into, optional)]
    hint: Signal<String>,
    /// What is wrong with the value.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let initial = value.get_untracked();
    follow_text(input, value);
    view! {
        <Field name label hint error>
            <input
                id=name
                name=name
                type=kind
                class="input"
                class:code=is_code
                value=initial
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                required=is_required
                placeholder=placeholder
                list=suggestions.map(|_| format!("{name}-choices"))
                aria-describedby=described_by(name)
                aria-invalid=move || error.get().is_some().to_string()
                node_ref=input
                on:input=move |event| value.set(event_target_value(&event))
            />
            {suggestions.map(|suggestions| {
                let option = |choice: String| view! { <option value=choice></option> };
                let options = move || suggestions.get().into_iter().map(option).collect_view();
                view! { <datalist id=format!("{name}-choices")>{options}</datalist> }
            })}
        </Field>
    }
}

/// A field of several lines. What the person typed before the page came alive is kept.
#[component]
pub fn TextArea(
    /// The control's id and name in the form.
    name: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// The value: written into the field when it changes from outside, and following what is typed.
    value: RwSignal<String>,
    /// How many lines are seen.
    rows: u32,
    /// Whether it holds a key.
    #[prop(optional)]
    is_code: bool,
    /// An example, shown while empty.
    #[prop(into, optional)]
    placeholder: String,
    /// A sentence of help.
    #[prop(into, optional)]
    hint: Signal<String>,
    /// What is wrong with the value.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    // As HTML, since a text of its own would be written as a space while it is empty.
    let initial = value.with_untracked(|text| text.replace('&', "&amp;").replace('<', "&lt;"));
    follow_area(area, value);
    view! {
        <Field name label hint error>
            <textarea
                id=name
                name=name
                class="input"
                class:code=is_code
                rows=rows.to_string()
                spellcheck=(!is_code).to_string()
                autocomplete="off"
                placeholder=placeholder
                aria-describedby=described_by(name)
                aria-invalid=move || error.get().is_some().to_string()
                inner_html=initial
                node_ref=area
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
        </Field>
    }
}
