//! Trying a rule over the past while it is written.

use domain::dry_run::DryRun;
use leptos::prelude::*;

use super::{
    api::try_rule,
    draft::Draft,
    form::RuleForm,
    verdict::{Details, Summary},
};
use crate::{
    error::AppError,
    format,
    i18n::use_i18n,
    live::Clock,
    ui::{Erase, SectionCard},
};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What came of trying, with what was tried.
#[derive(Debug, Clone, PartialEq)]
struct Tried {
    form: RuleForm,
    run: DryRun,
}

/// The card that tries what is entered.
#[component]
pub fn TrialPanel(
    /// What is entered.
    draft: Draft,
    /// What is wrong with it.
    error: RwSignal<Option<AppError>>,
) -> impl IntoView {
    let texts = use_i18n();
    let clock = expect_context::<Clock>();
    let tried = RwSignal::new(None::<Tried>);
    let failure = RwSignal::new(None::<String>);
    let began_ms = RwSignal::new(0_i64);
    let handle = StoredValue::new(None::<ActionAbortHandle>);
    let run = Action::new_local(move |(form, span_ms): &(RuleForm, i64)| {
        let (form, span_ms) = (form.clone(), *span_ms);
        async move {
            match try_rule(form.clone(), span_ms).await {
                Ok(run) => drop(tried.try_set(Some(Tried { form, run }))),
                Err(refusal) => {
                    // What is wrong with a field is said beside it; the rest is said here.
                    failure.try_set(Some(
                        refusal.message_beside_fields(texts).unwrap_or_else(|| text!(texts, error.fields).to_owned()),
                    ));
                    if refusal.message_beside_fields(texts).is_none() {
                        error.try_set(Some(refusal));
                    }
                }
            }
        }
    });
    let begin = move |span_ms: i64| {
        error.set(None);
        failure.set(None);
        tried.set(None);
        match draft.read() {
            Ok(form) => {
                began_ms.set(clock.now_ms());
                handle.set_value(Some(run.dispatch_local((form, span_ms))));
            }
            Err(refusal) => {
                error.set(Some(refusal.into()));
                failure.set(Some(text!(texts, error.fields).to_owned()));
            }
        }
    };
    let cancel = move || {
        if let Some(Some(handle)) = handle.try_update_value(Option::take) {
            ActionAbortHandle::abort(handle);
        }
    };
    // Who leaves the page waits for nothing any more.
    on_cleanup(cancel);
    let span = move |words: &'static str, days: i64| {
        view! {
            <button
                type="button"
                class="button"
                disabled=move || run.pending().get()
                on:click=move |_| begin(days * DAY_MS)
            >
                {words}
            </button>
        }
    };
    let running = move || {
        run.pending().get().then(|| {
            let secs = move || format::duration(format::age_secs(clock.now_ms(), began_ms.get()));
            view! {
                <span class="spinner" aria-hidden="true"></span>
                <span>{text!(texts, rules.trying)}</span>
                <span class="trial-secs" aria-hidden="true">{secs}</span>
                <button type="button" class="button small" on:click=move |_| cancel()>{text!(texts, action.cancel)}</button>
            }
        })
    };
    let summary = move || match tried.get() {
        Some(Tried { run, .. }) => view! { <Summary run /> }.erased(),
        None => ().erased(),
    };
    let details = move || match tried.get() {
        Some(Tried { form, run }) => view! { <Details form run /> }.erased(),
        None => ().erased(),
    };
    view! {
        <SectionCard title=text!(texts, rules.trial) class="rule-trial">
            <p class="card-detail">{text!(texts, rules.trial_detail)}</p>
            <div class="trial-spans" role="group" aria-label=text!(texts, rules.trial_over)>
                {span(text!(texts, rules.last_day), 1)} {span(text!(texts, rules.last_week), 7)}
                {span(text!(texts, rules.last_month), 30)}
            </div>
            <div class="trial-running" role="status">{running}</div>
            <p class="field-error" role="alert">{move || failure.get()}</p>
            // Read aloud as soon as it is there; the table below it is not.
            <div class="trial-verdict" aria-live="polite">
                {summary}
            </div>
            <div class="trial-verdict">{details}</div>
        </SectionCard>
    }
}
