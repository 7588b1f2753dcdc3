//! The page that changes a server.

use domain::{
    ServerId,
    servers::{AuthMethod, Server, ServerChange, Via},
    status::ReasonCode,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    api::{Choices, change_server, load_choices, load_server},
    form::{Entered, ServerFields},
    new_page::SaveBar,
    server_page::use_server_id,
    test_panel::{Test, TestPanel},
};
use crate::{
    error::AppError,
    i18n::use_i18n,
    layout::{Crumb, Page},
    ui::{Banner, Erase, FailedPage, IconName, Skeleton, ToastKind, Toasts},
    wire::load,
};

/// Changing a server.
#[component]
pub fn EditServerPage() -> impl IntoView {
    let texts = use_i18n();
    let id = use_server_id();
    let server = load(
        move || id.get(),
        |id| async move { Ok::<_, AppError>((load_server(id).await?.server, load_choices(Some(id)).await?)) },
    );
    let crumbs = vec![Crumb::new(text!(texts, nav.dashboard), "/")];
    view! {
        <Page title=text!(texts, servers.edit).to_owned() crumbs>
            <Suspense fallback=|| view! { <Skeleton lines=10 /> }>
                {move || Suspend::new(async move {
                    match server.await {
                        Ok((server, choices)) => view! { <EditServerForm server choices /> }.erased(),
                        Err(error) => view! { <FailedPage error /> }.erased(),
                    }
                })}
            </Suspense>
        </Page>
    }
}

#[component]
fn EditServerForm(server: Server, choices: Choices) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let navigate = use_navigate();
    let id = server.id;
    let is_local = server.via == Via::Local;
    let entered = Entered::of(&server);
    let error = RwSignal::new(None::<AppError>);
    let test = Test::new(entered, Some(id), error);
    let save = Action::new_local(move |change: &ServerChange| change_server(id, change.clone()));
    Effect::new(move |_| match save.value().get() {
        Some(Ok(Server { name, .. })) => {
            toasts.show(ToastKind::Done, text!(texts, servers.saved, name = name).to_string());
            navigate(&page_of(id), NavigateOptions::default());
        }
        Some(Err(failure)) => error.set(Some(failure)),
        None => {}
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match entered.change(is_local) {
            Ok(change) => {
                error.set(None);
                save.dispatch_local(change);
            }
            Err(refusal) => error.set(Some(refusal.into())),
        }
    };
    let reason = server.reason.as_ref().map(|reason| reason.code);
    let keeps_secret = server.auth_method != AuthMethod::None;
    let trusted = server.host_key_fingerprints;
    let has_trusted_key = is_local || !trusted.is_empty();
    view! {
        <form class="server-form" on:submit=submit novalidate>
            {host_key_note(reason).map(|note| view! { <HostKeyNote is_change=note test /> })}
            <ServerFields entered choices error=error.into() keeps_secret is_local />
            {(!is_local).then(|| view! { <TestPanel test trusted_before=trusted /> })}
            <SaveBar entered error is_busy=save.pending() back=page_of(id) has_trusted_key />
        </form>
    }
}

fn page_of(id: ServerId) -> String {
    format!("/servers/{id}")
}

/// Whether the host key has to be looked at: `Some(true)` when it changed.
fn host_key_note(reason: Option<ReasonCode>) -> Option<bool> {
    match reason {
        Some(ReasonCode::HostKeyChanged) => Some(true),
        Some(ReasonCode::HostKeyUnknown) => Some(false),
        _ => None,
    }
}

/// Says that the host key has to be looked at, and asks the server for it at once.
#[component]
fn HostKeyNote(is_change: bool, test: Test) -> impl IntoView {
    let texts = use_i18n();
    Effect::new(move |_| test.run());
    let (level, words) = if is_change {
        ("critical", text!(texts, host_key.changed_note))
    } else {
        ("warning", text!(texts, host_key.unknown_note))
    };
    view! {
        <div class="wide">
            <Banner level icon=IconName::Key>
                {words}
            </Banner>
        </div>
    }
}
