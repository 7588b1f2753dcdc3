//! From where on the usual rules fire.

use leptos::prelude::*;

use super::api::save_thresholds;
use crate::{
    Texts,
    error::AppError,
    i18n::use_i18n,
    ui::{Refusal, SectionCard, TextField, ToastKind, Toasts},
};

/// The fields, in the order of [`domain::levels::Levels::each`].
fn names(texts: Texts) -> [(&'static str, &'static str); 6] {
    [
        ("cpu_warning_threshold", text!(texts, notifications.cpu_warning)),
        ("cpu_critical_threshold", text!(texts, notifications.cpu_critical)),
        ("memory_warning_threshold", text!(texts, notifications.memory_warning)),
        ("memory_critical_threshold", text!(texts, notifications.memory_critical)),
        ("disk_warning_threshold", text!(texts, notifications.disk_warning)),
        ("disk_critical_threshold", text!(texts, notifications.disk_critical)),
    ]
}

/// The card with the six thresholds.
#[component]
pub fn Thresholds(thresholds: [Option<f64>; 6]) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let values =
        thresholds.map(|percent| RwSignal::new(percent.map(|percent| percent.to_string()).unwrap_or_default()));
    let save = Action::new_local(move |percents: &[Option<f64>; 6]| {
        let percents = *percents;
        async move {
            save_thresholds(percents).await?;
            toasts.show(ToastKind::Done, text!(texts, notifications.thresholds_saved));
            Ok::<_, AppError>(())
        }
    });
    let refusal = Refusal::new(Signal::derive(move || save.value().get().and_then(Result::err)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // What is no number is refused by its field, as what is out of range is.
        let percent = |value: RwSignal<String>| {
            let typed = value.get_untracked();
            (!typed.trim().is_empty()).then(|| typed.trim().parse().unwrap_or(0.0))
        };
        save.dispatch(values.map(percent));
    };
    let field = move |((name, label), value): ((&'static str, &'static str), RwSignal<String>)| {
        view! { <TextField name kind="number" label value error=refusal.at(name) /> }
    };
    view! {
        <SectionCard title=text!(texts, notifications.thresholds)>
            <p class="card-detail">{text!(texts, notifications.thresholds_detail)}</p>
            <form class="stack" novalidate on:submit=submit>
                <div class="threshold-fields">{names(texts).into_iter().zip(values).map(field).collect_view()}</div>
                <p class="field-error" role="alert">{move || refusal.elsewhere(texts)}</p>
                <div>
                    <button type="submit" class="button primary" disabled=move || save.pending().get()>
                        {text!(texts, action.save)}
                    </button>
                </div>
            </form>
        </SectionCard>
    }
}
