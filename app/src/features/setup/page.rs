//! The page that makes the first administrator. Works as a plain form before any wasm has arrived.

use domain::accounts::SetupStatus;
use leptos::{form::ActionForm, prelude::*};
use leptos_router::components::Redirect;

use super::api::{Initialize, load_setup_status};
use crate::{
    features::login::{GateCard, GateField},
    i18n::use_i18n,
    ui::{Erase, FailedPage},
    wire::load,
};

/// The set-up, as long as there is no account; then on to the login.
#[component]
pub fn SetupPage() -> impl IntoView {
    let status = load(|| (), |()| load_setup_status());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match status.await {
                    Ok(status) if status.needs_setup => view! { <SetupForm status /> }.erased(),
                    Ok(_) => view! { <Redirect path="/login" /> }.erased(),
                    Err(error) => view! { <FailedPage error /> }.erased(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn SetupForm(status: SetupStatus) -> impl IntoView {
    let texts = use_i18n();
    let action = ServerAction::<Initialize>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let password = RwSignal::new(String::new());
    view! {
        <GateCard title=text!(texts, setup.title) detail=text!(texts, setup.detail) error>
            <ActionForm action>
                <div class="stack">
                    <GateField name="username" label=text!(texts, account.username) autocomplete="username" error is_first=true />
                    <GateField name="email" label=text!(texts, account.email) kind="email" autocomplete="email" error />
                    <GateField
                        name="password"
                        label=text!(texts, account.password)
                        kind="password"
                        autocomplete="new-password"
                        error
                        on_typed=Callback::new(move |typed| password.set(typed))
                    />
                    <StrengthHint password />
                    {status
                        .needs_code
                        .then(|| {
                            view! {
                                <GateField
                                    name="code"
                                    label=text!(texts, setup.code)
                                    hint=text!(texts, setup.code_hint)
                                    autocomplete="one-time-code"
                                    error
                                />
                            }
                        })}
                    <button type="submit" class="button primary large" disabled=move || action.pending().get()>
                        {text!(texts, setup.submit)}
                    </button>
                </div>
            </ActionForm>
        </GateCard>
    }
}

/// How good a password is: 0 too short, 1 taken, 2 good, 3 very good. Length counts (NIST SP 800-63B).
fn strength(password: &str) -> u8 {
    match domain::text::new_password(password) {
        Err(_) => 0,
        Ok(()) => match password.chars().count() {
            0..14 => 1,
            14..20 => 2,
            _ => 3,
        },
    }
}

#[component]
fn StrengthHint(password: RwSignal<String>) -> impl IntoView {
    let texts = use_i18n();
    let grade = Memo::new(move |_| password.with(|password| strength(password)));
    let words = move || match (password.with(String::is_empty), grade.get()) {
        (true, _) => text!(texts, setup.strength_rule),
        (false, 0) => text!(texts, setup.strength_short),
        (false, 1) => text!(texts, setup.strength_taken),
        (false, 2) => text!(texts, setup.strength_good),
        (false, _) => text!(texts, setup.strength_best),
    };
    view! {
        <div class="strength" data-grade=move || grade.get().to_string()>
            <span class="strength-bar" aria-hidden="true"><i></i><i></i><i></i></span>
            <span aria-live="polite">{words}</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::strength;

    #[test]
    fn longer_passwords_are_better() {
        assert_eq!(strength("short"), 0);
        assert_eq!(strength("aaaaaaaaaaaaaaaa"), 0);
        assert_eq!(strength("correct horse"), 1);
        assert_eq!(strength("correct horse b"), 2);
        assert_eq!(strength("correct horse battery"), 3);
    }
}
