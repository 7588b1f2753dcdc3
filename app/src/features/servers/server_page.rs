//! The page of one server.

use domain::{
    Permission, ServerId,
    live::FromBrowser,
    servers::{Server, Via},
    status::Status,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    api::load_server,
    delete::DeleteServer,
    detail::{Detail, Head, OfflineBanner},
};
use crate::{
    error::AppError,
    features::{
        history::{HistoryPanel, Wanted},
        labels::api::{Labels, load_labels},
        maintenance::{BeginMaintenance, InMaintenance, api::server_maintenance},
    },
    i18n::use_i18n,
    layout::{Crumb, Me, Page},
    live::{Clock, Link, ServerStore},
    ui::{Empty, Erase, FailedPage, Icon, IconName, Skeleton},
    wire::load,
};

/// The server in the address; 0, which no server has, when it is no number.
pub fn use_server_id() -> Memo<ServerId> {
    let params = use_params_map();
    Memo::new(move |_| ServerId(params.with(|params| params.get("id")).and_then(|id| id.parse().ok()).unwrap_or(0)))
}

/// One server.
#[component]
pub fn ServerPage() -> impl IntoView {
    let (clock, store, link) = (expect_context::<Clock>(), expect_context::<ServerStore>(), expect_context::<Link>());
    let id = use_server_id();
    Effect::new(move |before: Option<ServerId>| {
        if before != Some(id.get()) {
            link.watch(FromBrowser::WatchServer(id.get()));
        }
        id.get()
    });
    on_cleanup(move || {
        if let Some(id) = id.try_get_untracked() {
            link.unwatch(FromBrowser::WatchServer(id));
        }
    });
    let first = load(
        move || id.get(),
        |id| async move { Ok::<_, AppError>((load_server(id).await?, load_labels().await?, server_maintenance(id).await?)) },
    );
    view! {
        <Suspense fallback=|| view! { <LoadingPage /> }>
            {move || Suspend::new(async move {
                match first.await {
                    Ok((snapshot, labels, maintenance)) => {
                        clock.begin(snapshot.now_ms);
                        let id = snapshot.server.id;
                        if !store.is(id) {
                            store.replace(snapshot);
                        }
                        view! { <ServerBody id labels maintenance /> }.erased()
                    }
                    Err(error) => view! { <FailedServer error /> }.erased(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn LoadingPage() -> impl IntoView {
    let texts = use_i18n();
    view! {
        <Page title=text!(texts, fleet.server).to_owned() crumbs=vec![Crumb::new(text!(texts, nav.dashboard), "/")]>
            <Skeleton lines=12 />
        </Page>
    }
}

#[component]
fn FailedServer(error: AppError) -> impl IntoView {
    let texts = use_i18n();
    view! {
        <Page title=text!(texts, fleet.server).to_owned() crumbs=vec![Crumb::new(text!(texts, nav.dashboard), "/")]>
            <FailedPage error />
        </Page>
    }
}

#[component]
fn ServerBody(id: ServerId, labels: Labels, maintenance: Option<i64>) -> impl IntoView {
    let texts = use_i18n();
    let maintenance = RwSignal::new(maintenance);
    let store = expect_context::<ServerStore>();
    let server = Memo::new(move |last: Option<&Option<Server>>| store.server(id).or_else(|| last.cloned().flatten()));
    let is_offline =
        Memo::new(move |_| server.with(|server| server.as_ref().is_some_and(|s| s.status != Status::Online)));
    let title =
        Signal::derive(move || server.with(|server| server.as_ref().map(|s| s.name.clone()).unwrap_or_default()));
    let labels = StoredValue::new(labels);
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(|query| Wanted::read(|name| query.get(name))));
    let is_past = Memo::new(move |_| wanted.with(Option::is_some));
    view! {
        <Page title crumbs=vec![Crumb::new(text!(texts, nav.dashboard), "/")] actions=move || view! { <Actions server maintenance /> }>
            {move || {
                store
                    .is_gone()
                    .then(|| {
                        view! {
                            <Empty icon=IconName::Bin title=text!(texts, servers.gone)>
                                <a class="button primary" href="/">{text!(texts, error.to_dashboard)}</a>
                            </Empty>
                        }
                    })
            }}
            <InMaintenance until_ms=maintenance />
            <Head server labels />
            <OfflineBanner server />
            <Views id wanted />
            {move || {
                if is_past.get() {
                    let wanted = Memo::new(move |before: Option<&Wanted>| {
                        wanted.get().or_else(|| before.cloned()).unwrap_or_default()
                    });
                    view! { <HistoryPanel id name=title wanted /> }.erased()
                } else {
                    view! {
                        <div class="detail" class:is-offline=move || is_offline.get()>
                            <Detail server />
                        </div>
                    }
                        .erased()
                }
            }}
        </Page>
    }
}

/// The views of a server: its newest values, and its past.
#[component]
fn Views(id: ServerId, wanted: Memo<Option<Wanted>>) -> impl IntoView {
    let texts = use_i18n();
    let is_past = move || wanted.with(Option::is_some);
    let current = |is_it: bool| is_it.then_some("page");
    view! {
        <nav class="views" aria-label=text!(texts, history.views)>
            <a href=format!("/servers/{id}") aria-current=move || current(!is_past())>
                {text!(texts, history.live)}
            </a>
            <a
                href=move || wanted.with(|wanted| wanted.clone().unwrap_or_default().address(id))
                aria-current=move || current(is_past())
            >
                {text!(texts, history.title)}
            </a>
        </nav>
    }
}

/// What may be done with the server.
#[component]
fn Actions(server: Memo<Option<Server>>, maintenance: RwSignal<Option<i64>>) -> impl IntoView {
    let texts = use_i18n();
    let me = Me::here();
    let is_delete_open = RwSignal::new(false);
    let may_delete = me.may(Permission::ServersDelete);
    let id = server.with_untracked(|server| server.as_ref().map_or(ServerId(0), |server| server.id));
    let is_deletable = |server: &Server| may_delete && server.via == Via::Ssh;
    let dialog = server
        .get_untracked()
        .filter(is_deletable)
        .map(|server| view! { <DeleteServer server is_open=is_delete_open /> });
    view! {
        {me
            .may(Permission::IncidentsWrite)
            .then(|| view! { <BeginMaintenance server until_ms=maintenance /> })}
        {me
            .may(Permission::ServersWrite)
            .then(|| {
                view! {
                    <a class="button" href=format!("/servers/{id}/edit")>
                        <Icon name=IconName::Pencil />
                        <span class="button-word">{text!(texts, action.edit)}</span>
                    </a>
                }
            })}
        {may_delete
            .then(|| {
                view! {
                    <button
                        type="button"
                        class="button"
                        hidden=move || server.with(|server| server.as_ref().is_some_and(|s| s.via == Via::Local))
                        on:click=move |_| is_delete_open.set(true)
                    >
                        <Icon name=IconName::Bin />
                        <span class="button-word">{text!(texts, action.delete)}</span>
                    </button>
                }
            })}
        {dialog}
    }
}
