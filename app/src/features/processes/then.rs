//! The processes that took the most at a moment.

use domain::{ServerId, history};
use leptos::prelude::*;

use super::{ProcessTable, api::load_processes_then};
use crate::{
    error::AppError,
    format,
    i18n::use_i18n,
    ui::{Erase, Moment, SectionCard},
};

/// The card about the processes of a server at a moment.
#[component]
pub fn ProcessesThen(
    /// The server.
    id: ServerId,
    /// The moment, in Unix milliseconds.
    #[prop(into)]
    at_ms: Signal<Option<i64>>,
) -> impl IntoView {
    let texts = use_i18n();
    let found = RwSignal::new(None::<Result<Option<history::ProcessesThen>, AppError>>);
    let turn = StoredValue::new(0_u64);
    Effect::new(move |_| {
        let mine = turn.with_value(|turn| turn + 1);
        turn.set_value(mine);
        let Some(at_ms) = at_ms.get() else { return };
        leptos::task::spawn_local(async move {
            let answer = load_processes_then(id, at_ms).await;
            // Another moment may have been chosen meanwhile.
            if turn.try_get_value() == Some(mine) {
                found.set(Some(answer));
            }
        });
    });
    let body = move || match found.get() {
        None => view! { <p class="quiet-text">{text!(texts, history.loading)}</p> }.erased(),
        Some(Err(error)) => view! { <p class="field-error" role="alert">{error.message(texts)}</p> }.erased(),
        Some(Ok(None)) => view! { <p class="quiet-text">{text!(texts, past.no_processes)}</p> }.erased(),
        Some(Ok(Some(then))) => {
            let total = format::count(u64::from(then.processes.total));
            view! {
                <p class="quiet-text">
                    <Moment at_ms=Signal::stored(then.at_ms) />
                    " · "
                    {text!(texts, past.of_processes, total = total).to_string()}
                </p>
                <ProcessTable processes=Signal::stored(then.processes) />
            }
            .erased()
        }
    };
    move || {
        at_ms.with(Option::is_some).then(|| {
            view! { <SectionCard title=text!(texts, past.processes) class="wide processes-then">{body}</SectionCard> }
        })
    }
}
