//! The end of a form in a dialog: what went wrong, and the buttons.

use leptos::prelude::*;

use super::{Refusal, SlotFn};
use crate::i18n::use_i18n;

/// What went wrong and is said at no field, *Cancel*, and the button that does it.
#[component]
pub fn FormEnd(
    /// Whether the dialog is open; false once the person cancels.
    is_open: RwSignal<bool>,
    /// What went wrong at the last attempt.
    #[prop(into)]
    error: Refusal,
    /// Whether it is being done.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// What the button says; *Save* when not given.
    #[prop(optional)]
    submit: Option<&'static str>,
    /// Another way out, before the buttons.
    #[prop(optional)]
    children: SlotFn,
) -> impl IntoView {
    let texts = use_i18n();
    view! {
        <p class="field-error" role="alert">{move || error.elsewhere(texts)}</p>
        <div class="dialog-actions">
            {children.view()}
            <button type="button" class="button" on:click=move |_| is_open.set(false)>
                {text!(texts, action.cancel)}
            </button>
            <button type="submit" class="button primary" disabled=move || is_busy.get()>
                {submit.unwrap_or(text!(texts, action.save))}
            </button>
        </div>
    }
}
