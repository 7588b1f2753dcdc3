//! The list of incidents, in the address's terms.

use domain::{Permission, alerts::Incident};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{IncidentList, load_incidents, mark_all_seen},
    at_once::{AcknowledgeAll, Waiting},
    bell::ask,
    filters::Filters,
    wanted::Wanted,
    words,
};
use crate::{
    error::AppError,
    format,
    i18n::use_i18n,
    layout::{Me, Page},
    live::{BellState, Clock},
    ui::{Empty, Erase, FailedBanner, FailedPage, Icon, IconName, Moment, Skeleton, StateWord, ToastKind, Toasts},
    wire::load,
};

/// All incidents.
#[component]
pub fn IncidentsPage() -> impl IntoView {
    let texts = use_i18n();
    let query = use_query_map();
    let bell = expect_context::<BellState>();
    let wanted = Memo::new(move |_| query.with(|query| Wanted::read(|key| query.get(key))));
    let again = RwSignal::new(0_u32);
    // What begins or ends elsewhere is here at once as well.
    let shown = Memo::new(move |_| (wanted.get(), bell.version(), again.get()));
    // With what it was asked for: the address may be ahead of it.
    let incidents = load(
        move || shown.get(),
        |(wanted, ..)| async move { load_incidents(wanted.clone()).await.map(|list| (wanted, list)) },
    );
    let waiting = RwSignal::new(Waiting::default());
    Effect::new(move |_| {
        let now = wanted.get();
        waiting.set(incidents.with(|list| match list {
            Some(Ok((of, list))) if *of == now => Waiting::of(list, of),
            _ => Waiting::default(),
        }));
    });
    // What was there stays when it cannot be loaded anew, as while the connection is lost.
    let last = StoredValue::new(None::<(Wanted, IncidentList)>);
    let try_again = Callback::new(move |()| again.update(|times| *times = times.wrapping_add(1)));
    let failed = move |error: AppError| {
        let now = wanted.get_untracked();
        match last.get_value().filter(|(of, _)| *of == now) {
            Some((wanted, list)) => view! {
                <FailedBanner error=Signal::stored(Some(error)) again=try_again />
                <Incidents list wanted />
            }
            .erased(),
            None => view! { <FailedPage error /> }.erased(),
        }
    };
    let toasts = expect_context::<Toasts>();
    let seen = Action::new_local(move |()| async move {
        match mark_all_seen().await {
            Ok(()) => ask(bell),
            Err(error) => toasts.show(ToastKind::Failed, error.message(texts)),
        }
    });
    let mark = move || {
        (bell.said().unseen > 0).then(|| {
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
        <Page title=text!(texts, nav.incidents).to_owned() actions=move || view! { <AcknowledgeAll waiting /> {mark} }>
            <Filters wanted />
            <Transition fallback=|| view! { <Skeleton lines=8 /> }>
                {move || Suspend::new(async move {
                    match incidents.await {
                        Ok((wanted, list)) if list.incidents.is_empty() => view! { <Nothing wanted /> }.erased(),
                        Ok((wanted, list)) => {
                            last.set_value(Some((wanted.clone(), list.clone())));
                            view! { <Incidents list wanted /> }.erased()
                        }
                        Err(error) => failed(error),
                    }
                })}
            </Transition>
        </Page>
    }
}

#[component]
fn Nothing(wanted: Wanted) -> impl IntoView {
    let texts = use_i18n();
    let may_set_up = Me::here().may(Permission::SettingsWrite);
    if wanted.filter.is_narrowed() {
        let clear = wanted.cleared().address();
        view! {
            <Empty icon=IconName::Search title=text!(texts, incidents.none_fit) detail=text!(texts, incidents.none_fit_detail)>
                <a class="button" href=clear>
                    {text!(texts, fleet.clear)}
                </a>
            </Empty>
        }
        .erased()
    } else if !wanted.filter.only_open {
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
    let last = list.incidents.last().map(|incident| incident.id);
    let filter = wanted.filter.clone();
    let earlier = list.has_more.then(|| {
        let href = Wanted { before: last, filter: filter.clone() }.address();
        view! { <a class="button small" href=href>{text!(texts, audit.earlier)}</a> }
    });
    let later = wanted.before.map(|_| {
        let href = Wanted { before: None, filter }.address();
        view! { <a class="button small" href=href>{text!(texts, incidents.newest)}</a> }
    });
    let (shown, total) = (format::count(list.incidents.len() as u64), format::count(list.total.into()));
    let count = text!(texts, incidents.count, shown = shown, total = total).to_string();
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
            <span class="quiet-words">{count}</span>
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
    let (severity, since_ms, series) = (incident.severity, incident.since_ms, incident.series.clone());
    let what = words::what(texts, &incident);
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
                <a class="incident-name" data-row-link="" href=href>{rule}</a>
                <span class="incident-value" title=series>{what}</span>
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
