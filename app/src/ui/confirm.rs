//! Asking before something is destroyed: the person types its name.

use leptos::prelude::*;

use super::Dialog;
use crate::i18n::use_i18n;

/// A dialog whose button works only when the name was typed.
#[component]
pub fn ConfirmByName(
    /// Whether it is open.
    is_open: RwSignal<bool>,
    /// The heading, such as "Delete web-1".
    #[prop(into)]
    title: String,
    /// What will be lost.
    #[prop(into)]
    detail: String,
    /// The name to type.
    #[prop(into)]
    name: String,
    /// What went wrong at the last attempt.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Whether it is being done.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// Does it.
    #[prop(into)]
    on_confirm: Callback<()>,
) -> impl IntoView {
    let texts = use_i18n();
    let name = StoredValue::new(name);
    let detail = StoredValue::new(detail);
    view! {
        <Dialog is_open title>
            {move || {
                let typed = RwSignal::new(String::new());
                let is_typed = move || name.with_value(|name| typed.get().trim() == name.trim());
                let confirm = move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    if is_typed() && !is_busy.get_untracked() {
                        on_confirm.run(());
                    }
                };
                view! {
                    <form class="stack" on:submit=confirm>
                        <p>{detail.get_value()}</p>
                        <div class="field">
                            <label for="confirm-name">
                                {text!(texts, confirm.type_name)} " " <strong class="code">{name.get_value()}</strong>
                            </label>
                            <input
                                id="confirm-name"
                                class="input"
                                autocomplete="off"
                                spellcheck="false"
                                autofocus
                                on:input=move |event| typed.set(event_target_value(&event))
                            />
                            <p class="field-error" role="alert">{move || error.get().unwrap_or_default()}</p>
                        </div>
                        <div class="dialog-actions">
                            <button type="button" class="button" on:click=move |_| is_open.set(false)>
                                {text!(texts, action.cancel)}
                            </button>
                            <button
                                type="submit"
                                class="button danger"
                                disabled=move || !is_typed() || is_busy.get()
                            >
                                {text!(texts, action.delete)}
                            </button>
                        </div>
                    </form>
                }
            }}
        </Dialog>
    }
}
