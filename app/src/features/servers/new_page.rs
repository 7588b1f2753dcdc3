//! The page that adds a server.

use domain::servers::{NewServer, Server};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    api::{Choices, create_server, load_choices},
    form::{Entered, ServerFields},
    test_panel::{Test, TestPanel},
};
use crate::{
    error::AppError,
    i18n::use_i18n,
    layout::{Crumb, Page},
    ui::{Erase, FailedPage, Skeleton, ToastKind, Toasts},
    wire::load,
};

/// Adding a server.
#[component]
pub fn NewServerPage() -> impl IntoView {
    let texts = use_i18n();
    let all = load(|| (), |()| load_choices(None));
    view! {
        <Page title=text!(texts, servers.add).to_owned() crumbs=vec![Crumb::new(text!(texts, nav.dashboard), "/")]>
            <Suspense fallback=|| view! { <Skeleton lines=10 /> }>
                {move || Suspend::new(async move {
                    match all.await {
                        Ok(choices) => view! { <NewServerForm choices /> }.erased(),
                        Err(error) => view! { <FailedPage error /> }.erased(),
                    }
                })}
            </Suspense>
        </Page>
    }
}

#[component]
fn NewServerForm(choices: Choices) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let navigate = use_navigate();
    let entered = Entered::nothing();
    let error = RwSignal::new(None::<AppError>);
    let test = Test::new(entered, None, error);
    let create = Action::new_local(|new: &NewServer| create_server(new.clone()));
    Effect::new(move |_| match create.value().get() {
        Some(Ok(Server { id, name, .. })) => {
            toasts.show(ToastKind::Done, text!(texts, servers.added, name = name).to_string());
            navigate(&format!("/servers/{id}"), NavigateOptions::default());
        }
        Some(Err(failure)) => error.set(Some(failure)),
        None => {}
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match entered.new_server() {
            Ok(new) => {
                error.set(None);
                create.dispatch_local(new);
            }
            Err(refusal) => error.set(Some(refusal.into())),
        }
    };
    view! {
        <form class="server-form" on:submit=submit novalidate>
            <ServerFields entered choices error=error.into() keeps_secret=false is_local=false />
            <TestPanel test />
            <SaveBar entered error is_busy=create.pending() back="/" />
        </form>
    }
}

/// The end of a server's form: what is wrong, what saving without a trusted key means, and the buttons.
#[component]
pub fn SaveBar(
    /// What is entered.
    entered: Entered,
    /// What the last request said.
    error: RwSignal<Option<AppError>>,
    /// Whether it is being saved.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// Where *Cancel* leads.
    #[prop(into)]
    back: String,
    /// Whether a host key is trusted already.
    #[prop(optional)]
    has_trusted_key: bool,
) -> impl IntoView {
    let texts = use_i18n();
    let message = move || {
        error
            .get()
            .map(|error| error.message_beside_fields(texts).unwrap_or_else(|| text!(texts, error.fields).to_owned()))
    };
    let is_untrusted = move || !has_trusted_key && entered.trusted.with(Option::is_none);
    view! {
        <footer class="save-bar">
            <p class="field-error" role="alert">{message}</p>
            <p class="quiet-text" hidden=move || !is_untrusted()>{text!(texts, host_key.untrusted_note)}</p>
            <div class="save-actions">
                <a class="button" href=back>{text!(texts, action.cancel)}</a>
                <button type="submit" class="button primary" disabled=move || is_busy.get()>
                    {text!(texts, action.save)}
                </button>
            </div>
        </footer>
    }
}
