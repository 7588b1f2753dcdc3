//! The login. Works as a plain form before any wasm has arrived.

use leptos::{form::ActionForm, prelude::*};
use leptos_router::{components::Redirect, hooks::use_query_map};

use super::{GateCard, GateField, api::Login};
use crate::{
    features::setup::api::load_setup_status,
    i18n::use_i18n,
    ui::{Erase, FailedPage},
    wire::load,
};

/// The login, or the set-up as long as there is no account.
#[component]
pub fn LoginPage() -> impl IntoView {
    let status = load(|| (), |()| load_setup_status());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match status.await {
                    Ok(status) if status.needs_setup => view! { <Redirect path="/setup" /> }.erased(),
                    Ok(_) => view! { <LoginForm /> }.erased(),
                    Err(error) => view! { <FailedPage error /> }.erased(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn LoginForm() -> impl IntoView {
    let texts = use_i18n();
    let action = ServerAction::<Login>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let next = use_query_map().read_untracked().get("next").unwrap_or_default();
    view! {
        <GateCard title=text!(texts, login.title) detail=text!(texts, login.detail) error>
            <ActionForm action>
                <div class="stack">
                    <input type="hidden" name="next" value=next />
                    <GateField name="username" label=text!(texts, login.username) autocomplete="username" error is_first=true />
                    <GateField
                        name="password"
                        label=text!(texts, account.password)
                        kind="password"
                        autocomplete="current-password"
                        error
                    />
                    <button type="submit" class="button primary large" disabled=move || action.pending().get()>
                        {text!(texts, login.submit)}
                    </button>
                </div>
            </ActionForm>
        </GateCard>
    }
}
