//! The next times of what is being entered, computed by the server while it is entered.

use std::time::Duration;

use domain::maintenance::Schedule;
use leptos::prelude::*;

use super::{
    api::{Preview, preview_times},
    draft::Draft,
    when::When,
};
use crate::{i18n::use_i18n, ui::Erase};

/// How long nothing must be entered before the server is asked.
const CALM: Duration = Duration::from_millis(300);

/// The next five times.
#[component]
pub fn NextTimes(
    /// What is being entered.
    draft: Draft,
) -> impl IntoView {
    let texts = use_i18n();
    let schedule = Memo::new(move |_| draft.schedule());
    let shown = RwSignal::new(None::<Preview>);
    let ask = Action::new_local(move |asked: &Schedule| {
        let asked = asked.clone();
        async move {
            // What cannot be asked now is asked again with the next change, and an answer that is late is of no interest.
            if let Ok(preview) = preview_times(asked.clone()).await
                && schedule.try_get_untracked().is_some_and(|now| now == asked)
            {
                shown.try_set(Some(preview));
            }
        }
    });
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |before: Option<()>| {
        let schedule = schedule.get();
        if let Some(handle) = waiting.get_value() {
            handle.clear();
        }
        let calm = if before.is_some() { CALM } else { Duration::ZERO };
        let asked = move || drop(ask.dispatch_local(schedule));
        waiting.set_value(set_timeout_with_handle(asked, calm).ok());
    });
    on_cleanup(move || {
        if let Some(handle) = waiting.try_get_value().flatten() {
            handle.clear();
        }
    });
    let zone = move || draft.time_zone.get_untracked();
    let list = move || match shown.get() {
        None => ().erased(),
        Some(Preview { problem: Some(problem), .. }) => view! { <p class="field-hint">{problem}</p> }.erased(),
        Some(Preview { times, .. }) if times.is_empty() => {
            view! { <p class="field-hint">{text!(texts, maintenance.never)}</p> }.erased()
        }
        Some(Preview { times, .. }) => {
            let item = move |at| view! { <li><When at zone=zone() /></li> };
            view! { <ol class="maintenance-times">{times.into_iter().map(item).collect_view()}</ol> }.erased()
        }
    };
    view! {
        <section class="maintenance-preview" aria-live="polite" aria-label=text!(texts, maintenance.next_times)>
            <h3>{text!(texts, maintenance.next_times)}</h3>
            {list}
        </section>
    }
}
