//! The own texts of a channel.

use leptos::{html, prelude::*};

use super::{api::preview, channel_draft::Draft};
use crate::{
    error::AppError,
    i18n::use_i18n,
    ui::{Refusal, TextArea, TextField},
};

/// Own texts, and how a message with them would read.
#[component]
pub fn TemplateFields(
    /// What is entered.
    draft: Draft,
    /// What is wrong with the fields.
    refusal: Refusal,
    /// Why it was not saved, until something else is tried.
    refused: RwSignal<Option<AppError>>,
    /// Why it could not be shown, until something else is tried.
    not_shown: RwSignal<Option<AppError>>,
) -> impl IntoView {
    let texts = use_i18n();
    let shown = Action::new_local(move |()| {
        let (templates, time_zone) = (draft.templates(), draft.time_zone.get_untracked());
        let language = draft.language.get_untracked();
        async move {
            let previewed = preview(templates, time_zone, language).await;
            if let Err(error) = &previewed {
                not_shown.try_set(Some(error.clone()));
            }
            previewed
        }
    });
    let show = move |_| {
        refused.set(None);
        not_shown.set(None);
        shown.dispatch(());
    };
    let of_preview = refusal.with(not_shown);
    let (title_error, text_error) = (refusal.at("title"), refusal.at("text"));
    let details = NodeRef::<html::Details>::new();
    Effect::new(move |_| {
        let is_refused = title_error.get().is_some() || text_error.get().is_some();
        if let Some(details) = details.get().filter(|_| is_refused) {
            details.set_open(true);
        }
    });
    // The time zone's field may be out of sight.
    let complaint = move || {
        let error = not_shown.get()?;
        let of_zone =
            error.field("time_zone").map(|words| format!("{} {words}", text!(texts, notifications.time_zone)));
        of_zone.or_else(|| of_preview.elsewhere(texts))
    };
    let example = move || {
        let (title, text) = shown.value().get()?.ok()?;
        Some(view! {
            <div class="channel-preview">
                <strong>{title}</strong>
                <pre>{text}</pre>
            </div>
        })
    };
    view! {
        <details class="channel-templates" node_ref=details>
            <summary>{text!(texts, notifications.templates)}</summary>
            <div class="stack">
                <TextField
                    name="title"
                    label=text!(texts, notifications.title)
                    value=draft.title
                    is_code=true
                    placeholder="{{ severity|capitalize }}: {{ rule }}"
                    error=title_error
                />
                <TextArea
                    name="text"
                    label=text!(texts, notifications.text)
                    value=draft.text
                    rows=4
                    is_code=true
                    placeholder="{% for item in items %}{{ item.server }}: {{ item.what }} {% endfor %}"
                    hint=text!(texts, notifications.templates_hint).to_owned()
                    error=text_error
                />
                <button type="button" class="button small" on:click=show>
                    {text!(texts, notifications.preview)}
                </button>
                <p class="field-error" role="alert">{complaint}</p>
                {example}
            </div>
        </details>
    }
}
