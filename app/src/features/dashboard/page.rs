//! The dashboard's page: summary, toolbar, fleet.

use domain::{Permission, live::FromBrowser};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    api::{FIRST_ROWS, FleetPage, load_fleet_page},
    choice::Choice,
    fleet_list::FleetList,
    past::PastFleet,
    summary::SummaryLine,
    toolbar::Toolbar,
};
use crate::{
    browser,
    features::storage::PausedBanner,
    i18n::use_i18n,
    layout::{Me, Page},
    live::{Clock, FleetStore, Link},
    preferences,
    ui::{Erase, FailedPage, Icon, IconName, Mounted, Skeleton},
    wire::load,
};

/// The dashboard.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let texts = use_i18n();
    let choice = use_choice();
    let link = expect_context::<Link>();
    let is_past = Memo::new(move |_| choice.with(|choice| choice.at_ms.is_some()));
    let (live, past) =
        (of_kind(choice, |choice| choice.at_ms.is_none()), of_kind(choice, |choice| choice.at_ms.is_some()));
    // The past stands still: nothing needs to come in meanwhile.
    Effect::new(move |_| {
        if is_past.get() {
            link.unwatch(FromBrowser::WatchFleet);
        } else {
            link.watch(FromBrowser::WatchFleet);
        }
    });
    on_cleanup(move || link.unwatch(FromBrowser::WatchFleet));
    let mounted = expect_context::<Mounted>();
    let title = Signal::derive(move || match choice.with(|choice| choice.at_ms) {
        None => text!(texts, nav.dashboard).to_owned(),
        Some(at_ms) => text!(texts, past.page, moment = mounted.exact(at_ms)).to_string(),
    });
    let can_add = Me::here().may(Permission::ServersWrite);
    let actions = move || {
        can_add.then(|| {
            view! {
                <a class="button primary" href="/servers/new">
                    <Icon name=IconName::Plus />
                    <span class="button-word">{text!(texts, servers.add)}</span>
                </a>
            }
        })
    };
    view! {
        <Page title actions>
            {move || if is_past.get() { view! { <PastFleet choice=past /> }.erased() } else { view! { <Fleet choice=live /> }.erased() }}
        </Page>
    }
}

/// The choice as long as it is of a kind. What shows the one kind must not follow when the other one comes: by then it is on its way out.
fn of_kind(choice: Memo<Choice>, is_it: fn(&Choice) -> bool) -> Memo<Choice> {
    Memo::new(move |before: Option<&Choice>| {
        choice.with(|choice| before.filter(|_| !is_it(choice)).unwrap_or(choice).clone())
    })
}

/// The choice in the address. Where the address has none, it gets the one that was kept; each new one is kept.
fn use_choice() -> Memo<Choice> {
    let query = use_query_map();
    let choice = Memo::new(move |_| {
        let kept = preferences::cookie(preferences::DASHBOARD);
        query.with(|query| Choice::read(|key| query.get(key), kept.as_deref()))
    });
    let navigate = use_navigate();
    Effect::new(move |_| {
        let (kept, address) = choice.with(|choice| (choice.kept(), choice.address()));
        browser::set_cookie(preferences::DASHBOARD, &kept);
        if query.with_untracked(|query| query.get("sort").is_none()) && choice.with(|c| *c != Choice::default()) {
            navigate(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        }
    });
    choice
}

/// The fleet: from what is live already, else from what the server rendered.
#[component]
fn Fleet(choice: Memo<Choice>) -> impl IntoView {
    let (fleet, clock) = (expect_context::<FleetStore>(), expect_context::<Clock>());
    if untrack(|| fleet.is_complete()) {
        let filter = choice.with_untracked(|choice| choice.filter.clone());
        let ids: Vec<_> = fleet.with(|state| filter.apply(state.rows.values()).into_iter().map(|row| row.id).collect());
        let matched = ids.len();
        return view! { <FleetBody choice first=ids matched /> }.erased();
    }
    let filter = choice.with_untracked(|choice| choice.filter.clone());
    let first = load(|| (), move |()| load_fleet_page(filter.clone()));
    view! {
        <Suspense fallback=|| view! { <Skeleton lines=12 /> }>
            {move || Suspend::new(async move {
                match first.await {
                    Ok(FleetPage { now_ms, rows, matched, summary, groups, tags }) => {
                        clock.begin(now_ms);
                        fleet.begin(&rows, summary, &groups, &tags);
                        let first = rows.iter().take(FIRST_ROWS).map(|row| row.id).collect::<Vec<_>>();
                        view! { <FleetBody choice first matched /> }.erased()
                    }
                    Err(error) => view! { <FailedPage error /> }.erased(),
                }
            })}
        </Suspense>
    }
    .erased()
}

#[component]
fn FleetBody(choice: Memo<Choice>, first: Vec<domain::ServerId>, matched: usize) -> impl IntoView {
    view! {
        <PausedBanner />
        <SummaryLine choice />
        <Toolbar choice />
        <FleetList choice first matched />
    }
}
