//! What is said of a server that does not answer: since when, why, and when it is tried again.

use domain::{ServerId, status::Connection};
use leptos::prelude::*;

use super::api::TryNow as TryNowFn;
use crate::{
    format,
    i18n::use_i18n,
    live::Clock,
    ui::{Icon, IconName, ToastKind, Toasts},
};

/// When it is tried again, counting down.
#[component]
pub fn NextTry(
    /// The connection.
    #[prop(into)]
    connection: Signal<Connection>,
) -> impl IntoView {
    let texts = use_i18n();
    let clock = expect_context::<Clock>();
    move || {
        connection.with(|connection| connection.next_try_ms).map(|next_ms| {
            let left = format::age_secs(next_ms, clock.now_ms());
            if left == 0 {
                text!(texts, trouble.trying).to_owned()
            } else {
                text!(texts, trouble.next_try, wait = format::duration(left)).to_string()
            }
        })
    }
}

/// The button that does not wait for the next try.
#[component]
pub fn TryNow(
    /// Which server.
    id: ServerId,
) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let action = ServerAction::<TryNowFn>::new();
    Effect::new(move |_| {
        if let Some(Err(error)) = action.value().get() {
            toasts.show(ToastKind::Failed, error.message(texts));
        }
    });
    view! {
        <button
            type="button"
            class="button small try-now"
            disabled=move || action.pending().get()
            on:click=move |_| drop(action.dispatch(TryNowFn { id }))
        >
            <Icon name=IconName::Again />
            {text!(texts, trouble.try_now)}
        </button>
    }
}
