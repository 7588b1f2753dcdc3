//! The card that stands before the product: the same for set-up and login.

use leptos::{html, prelude::*};
use leptos_meta::Title;

use crate::{
    error::AppError,
    i18n::use_i18n,
    ui::{Banner, Field, IconName, Slot},
};

/// A centred card with the product's mark, a heading and a form.
#[component]
pub fn GateCard(
    /// The heading.
    title: &'static str,
    /// A sentence below it.
    detail: &'static str,
    /// What the last attempt said.
    error: Signal<Option<AppError>>,
    /// The form.
    children: Slot,
) -> impl IntoView {
    let texts = use_i18n();
    let message = move || error.get().and_then(|error| error.message_beside_fields(texts));
    view! {
        <Title text=format!("{title} · {}", text!(texts, product)) />
        <main class="gate">
            <div class="gate-card">
                <img class="gate-mark" src="/favicon.svg" alt="" width="40" height="40" />
                <h1>{title}</h1>
                <p class="page-detail">{detail}</p>
                <div role="alert">
                    {move || message().map(|message| view! { <Banner level="critical" icon=IconName::Warning>{message}</Banner> })}
                </div>
                {children.view()}
            </div>
        </main>
    }
}

/// A field of a plain form: uncontrolled, so that nothing typed before the page came alive is lost. After a refused attempt it shows
/// what was typed and what is wrong with it.
#[component]
pub fn GateField(
    /// The control's id and name in the form.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// The control's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    autocomplete: &'static str,
    /// A sentence of help.
    #[prop(default = "")]
    hint: &'static str,
    /// What the last attempt said.
    error: Signal<Option<AppError>>,
    /// Whether the focus is here at first.
    #[prop(optional)]
    is_first: bool,
    /// Follows what is typed.
    #[prop(optional)]
    on_typed: Option<Callback<String>>,
) -> impl IntoView {
    let complaint = Signal::derive(move || error.get().and_then(|error| error.field(name)));
    let typed = error.get_untracked().and_then(|error| error.typed(name)).unwrap_or_default();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let (Some(input), Some(on_typed)) = (input.get(), on_typed) {
            on_typed.run(input.value());
        }
    });
    view! {
        <Field name label error=complaint hint=Signal::stored(hint.to_owned())>
            <input
                id=name
                name=name
                type=kind
                class="input large"
                value=typed
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=is_first
                required
                aria-describedby=format!("{name}-hint {name}-error")
                aria-invalid=move || complaint.get().is_some().to_string()
                node_ref=input
                on:input=move |event| {
                    if let Some(on_typed) = on_typed {
                        on_typed.run(event_target_value(&event));
                    }
                }
            />
        </Field>
    }
}
