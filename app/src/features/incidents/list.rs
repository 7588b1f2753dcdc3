//! The list of incidents, in the address's terms.

use domain::{Permission, alerts::Incident};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{IncidentList, Wanted, load_incidents, mark_all_seen},
    bell::BellState,
    words,
};
use crate::{
    i18n::use_i18n,
    layout::{Me, Page},
    live::Clock,
    ui::{Empty, Erase, FailedPage, Icon, IconName, Moment, Skeleton, StateWord},
    wire::load,
};

/// All incidents.
#[component]
pub fn IncidentsPage() -> impl IntoView {
    let texts = use_i18n();
    let query = use_query_map();
    let bell = expect_context::<BellState>();
    let wanted = Memo::new(move |_| {
        query.with(|query| Wanted {
            all: query.get("show").as_deref() == Some("all"),
            server: query.get("server").and_then(|id| id.parse().ok()),
            before: query.get("before").and_then(|id| id.parse().ok()),
        })
    });
    // What begins or ends elsewhere is here at once as well.
    let shown = Memo::new(move |_| (wanted.get(), bell.counts()));
    let incidents = load(move || shown.get(), |(wanted, _)| load_incidents(wanted));
    let seen = Action::new_local(move |()| async move {
        mark_all_seen().await?;
        bell.ask();
        Ok::<_, crate::error::AppError>(())
    });
    let mark = move || {
        (bell.counts().unseen > 0).then(|| {
            view! {
                <button
                    type="button"
                    class="button small"
                    title=text!(texts, incidents.mark_seen)
                    on:click=move |_| drop(seen.dispatch(()))
                >
                    <Icon name=IconName::Check />
                    <span class="button-word">{text!(texts, incidents.mark_seen)}</span>
                </button>
            }
        })
    };
    view! {
        <Page title=text!(texts, nav.incidents).to_owned() actions=move || view! { {mark} }>
            <Filters wanted />
            <Transition fallback=|| view! { <Skeleton lines=8 /> }>
                {move || Suspend::new(async move {
                    match incidents.await {
                        Ok(list) if list.incidents.is_empty() => view! { <Nothing wanted=wanted.get_untracked() /> }.erased(),
                        Ok(list) => view! { <Incidents list wanted=wanted.get_untracked() /> }.erased(),
                        Err(error) => view! { <FailedPage error /> }.erased(),
                    }
                })}
            </Transition>
        </Page>
    }
}

fn address(wanted: Wanted) -> String {
    let mut address = format!("/incidents?show={}", if wanted.all { "all" } else { "open" });
    if let Some(server) = wanted.server {
        address.push_str(&format!("&server={server}"));
    }
    if let Some(before) = wanted.before {
        address.push_str(&format!("&before={before}"));
    }
    address
}

#[component]
fn Filters(wanted: Memo<Wanted>) -> impl IntoView {
    let texts = use_i18n();
    let segment = move |all: bool, words: &'static str| {
        let href = move || address(Wanted { all, before: None, ..wanted.get() });
        view! {
            <a class="segment" href=href aria-current=move || (wanted.get().all == all).then_some("true")>
                {words}
            </a>
        }
    };
    let one_server = move || {
        wanted.get().server.map(|_| {
            let href = address(Wanted { server: None, before: None, ..wanted.get() });
            view! {
                <a class="button small" href=href>
                    <Icon name=IconName::Close />
                    {text!(texts, incidents.all_servers)}
                </a>
            }
        })
    };
    view! {
        <div class="toolbar incident-filters">
            <nav class="segments" aria-label=text!(texts, incidents.which)>
                {segment(false, text!(texts, incidents.open))} {segment(true, text!(texts, incidents.all))}
            </nav>
            {one_server}
        </div>
    }
}

#[component]
fn Nothing(wanted: Wanted) -> impl IntoView {
    let texts = use_i18n();
    let may_set_up = Me::here().may(Permission::SettingsWrite);
    if wanted.all {
        view! { <Empty icon=IconName::Bell title=text!(texts, incidents.none_ever) detail=text!(texts, incidents.none_detail) /> }.erased()
    } else {
        view! {
            <Empty icon=IconName::Check title=text!(texts, incidents.none_open) detail=text!(texts, incidents.none_detail)>
                {may_set_up
                    .then(|| view! { <a class="button" href="/notifications">{text!(texts, incidents.who_is_told)}</a> })}
            </Empty>
        }
            .erased()
    }
}

#[component]
fn Incidents(list: IncidentList, wanted: Wanted) -> impl IntoView {
    let texts = use_i18n();
    expect_context::<Clock>().begin(list.now_ms);
    let last = list.incidents.last().map(|incident| incident.id.0);
    let earlier = list.has_more.then(|| {
        let href = address(Wanted { before: last, ..wanted });
        view! { <a class="button small" href=href>{text!(texts, audit.earlier)}</a> }
    });
    let later = wanted.before.map(|_| {
        let href = address(Wanted { before: None, ..wanted });
        view! { <a class="button small" href=href>{text!(texts, incidents.newest)}</a> }
    });
    view! {
        <div class="card table-card">
            <table class="data-table incident-table" aria-label=text!(texts, nav.incidents)>
                <thead>
                    <tr>
                        <th scope="col">{text!(texts, incidents.severity)}</th>
                        <th scope="col">{text!(texts, incidents.what)}</th>
                        <th scope="col">{text!(texts, incidents.server)}</th>
                        <th scope="col">{text!(texts, incidents.since)}</th>
                        <th scope="col">{text!(texts, incidents.lasted)}</th>
                        <th scope="col">{text!(texts, incidents.standing)}</th>
                    </tr>
                </thead>
                <tbody>
                    {list.incidents.into_iter().map(|incident| view! { <IncidentRow incident /> }).collect_view()}
                </tbody>
            </table>
        </div>
        <nav class="paging" aria-label=text!(texts, audit.pages)>
            {later} {earlier}
        </nav>
    }
}

#[component]
fn IncidentRow(incident: Incident) -> impl IntoView {
    let texts = use_i18n();
    let clock = expect_context::<Clock>();
    let standing = words::standing(texts, &incident);
    let is_over = incident.ended_at_ms.is_some();
    let (severity, since_ms, what) = (incident.severity, incident.since_ms, words::what(&incident));
    let (href, rule) = (format!("/incidents/{}", incident.id), incident.rule_name.clone());
    let server = match incident.server_id {
        Some(id) => view! { <a href=format!("/servers/{id}")>{incident.server_name.clone()}</a> }.erased(),
        None => view! { <span>{incident.server_name.clone()}</span> }.erased(),
    };
    let priority = format!("P{}", incident.priority);
    view! {
        <tr data-over=is_over.to_string()>
            <td class="nowrap">
                <span class="incident-mark">
                    <StateWord state=Signal::stored(words::mark(severity)) />
                    <span class="incident-priority">{priority}</span>
                </span>
            </td>
            <td class="incident-what">
                <a class="incident-name" href=href>{rule}</a>
                <span class="incident-value">{what}</span>
            </td>
            <td class="incident-server">{server}</td>
            <td class="nowrap">
                <Moment at_ms=Signal::stored(since_ms) />
            </td>
            <td class="nowrap">{move || words::lasted(&incident, clock.now_ms())}</td>
            <td>{standing}</td>
        </tr>
    }
}
