//! The dashboard as it was at a moment: the same list over values that stand still.

use domain::live;
use leptos::{context::Provider, prelude::*};

use super::{
    api::{FIRST_ROWS, FleetPage, PastPage, load_fleet_then, load_past_page},
    choice::Choice,
    fleet_list::FleetList,
    past_bar::PastBar,
    summary::SummaryLine,
    toolbar::Toolbar,
};
use crate::{
    browser,
    error::AppError,
    i18n::use_i18n,
    live::{Clock, FleetStore},
    ui::{Empty, Erase, FailedPage, IconName, Mounted, Skeleton},
    wire::load,
};

/// Around lists that show a moment of the past.
#[derive(Clone, Copy)]
pub struct Past {
    /// The moment, in Unix milliseconds.
    pub at_ms: Memo<i64>,
}

/// What is said of the values that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// How fine they are, in milliseconds; 0 as they were sampled.
    pub step_ms: i64,
    /// How far the past reaches, in Unix milliseconds.
    pub first_ms: Option<i64>,
    /// The moment that they are of, in Unix milliseconds.
    pub at_ms: i64,
    /// Whether nothing is known of any server then.
    pub is_nothing: bool,
}

/// The fleet at the moment in the address.
#[component]
pub fn PastFleet(
    /// What is to be shown, with the moment.
    choice: Memo<Choice>,
) -> impl IntoView {
    let live_clock = expect_context::<Clock>();
    let (fleet, clock) = (FleetStore::new(), Clock::new());
    let at_ms = Memo::new(move |_| choice.with(|choice| choice.at_ms.unwrap_or_default()));
    let shown = RwSignal::new(None::<Shown>);
    let failure = RwSignal::new(None::<AppError>);
    let is_loading = RwSignal::new(false);
    follow(fleet, clock, at_ms, Answer { shown, failure, is_loading });

    let (filter, first_ms) = choice.with_untracked(|choice| (choice.filter.clone(), at_ms.get_untracked()));
    let first = load(|| (), move |()| load_past_page(filter.clone(), first_ms));
    let list = move || {
        view! {
            <PastBar choice shown is_loading now=live_clock />
            <Suspense fallback=|| view! { <Skeleton lines=12 /> }>
                {move || Suspend::new(async move {
                    match first.await {
                        Ok(page) => {
                            let PastPage { step_ms, first_ms, page } = page;
                            let FleetPage { now_ms, rows, matched, summary, groups, tags } = page;
                            let is_nothing = summary.total == summary.unknown;
                            if untrack(|| shown.get().is_none()) {
                                clock.stand_at(now_ms);
                                shown.set(Some(Shown { step_ms, first_ms, at_ms: now_ms, is_nothing }));
                            }
                            fleet.begin(&rows, summary, &groups, &tags);
                            let ids = rows.iter().take(FIRST_ROWS).map(|row| row.id).collect::<Vec<_>>();
                            view! { <Body choice shown failure ids matched /> }.erased()
                        }
                        Err(error) => view! { <Failed choice error /> }.erased(),
                    }
                })}
            </Suspense>
        }
    };
    view! {
        <Provider value=fleet>
            <Provider value=clock>
                <Provider value=Past { at_ms }>{list()}</Provider>
            </Provider>
        </Provider>
    }
}

/// Where an answer goes.
#[derive(Clone, Copy)]
struct Answer {
    shown: RwSignal<Option<Shown>>,
    failure: RwSignal<Option<AppError>>,
    is_loading: RwSignal<bool>,
}

/// Loads the whole fleet of the moment, and again whenever another one is chosen. Until it is there the one before stays.
fn follow(fleet: FleetStore, clock: Clock, at_ms: Memo<i64>, answer: Answer) {
    let turn = StoredValue::new(0_u64);
    Effect::new(move |_| {
        let at_ms = at_ms.get();
        if at_ms > browser::now_ms() {
            let refused = domain::Error::invalid("at", "is not in the past");
            return answer.failure.set(Some(AppError::from(refused)));
        }
        let mine = turn.with_value(|turn| turn + 1);
        turn.set_value(mine);
        answer.is_loading.set(true);
        leptos::task::spawn_local(async move {
            let found = load_fleet_then(at_ms).await;
            // Another moment may have been chosen meanwhile.
            if turn.try_get_value() != Some(mine) {
                return;
            }
            answer.is_loading.set(false);
            match found {
                Ok(then) => {
                    let live::Fleet { now_ms, .. } = then.fleet;
                    clock.stand_at(now_ms);
                    fleet.replace(then.fleet);
                    let summary = untrack(|| fleet.summary());
                    let is_nothing = summary.total == summary.unknown;
                    let (step_ms, first_ms) = (then.step_ms, then.first_ms);
                    answer.failure.set(None);
                    answer.shown.set(Some(Shown { step_ms, first_ms, at_ms: now_ms, is_nothing }));
                }
                Err(error) => answer.failure.set(Some(error)),
            }
        });
    });
}

#[component]
fn Body(
    choice: Memo<Choice>,
    shown: RwSignal<Option<Shown>>,
    failure: RwSignal<Option<AppError>>,
    ids: Vec<domain::ServerId>,
    matched: usize,
) -> impl IntoView {
    let is_nothing = Memo::new(move |_| shown.get().is_some_and(|shown| shown.is_nothing));
    let ids = StoredValue::new(ids);
    move || match (failure.get(), is_nothing.get()) {
        (Some(error), _) => view! { <Failed choice error /> }.erased(),
        (None, true) => {
            let first_ms = shown.with_untracked(|shown| shown.and_then(|shown| shown.first_ms));
            view! { <Nothing choice first_ms /> }.erased()
        }
        (None, false) => {
            let first = ids.get_value();
            view! {
                <SummaryLine choice />
                <Toolbar choice />
                <FleetList choice first matched />
            }
            .erased()
        }
    }
}

/// Nothing is kept of the moment: when the past begins.
#[component]
fn Nothing(choice: Memo<Choice>, first_ms: Option<i64>) -> impl IntoView {
    let texts = use_i18n();
    let mounted = expect_context::<Mounted>();
    let now = move || choice.with(|choice| choice.at(None).address());
    move || {
        let detail = first_ms.map_or_else(
            || text!(texts, past.no_history).to_owned(),
            |first_ms| text!(texts, past.begins, moment = mounted.words(first_ms)).to_string(),
        );
        // A minute later, there is something of most servers.
        let first = first_ms.map(|first_ms| choice.with(|choice| choice.at(Some(first_ms + 60_000)).address()));
        view! {
            <Empty icon=IconName::Clock title=text!(texts, past.nothing) detail>
                {first.map(|first| view! { <a class="button" href=first>{text!(texts, past.to_first)}</a> })}
                <a class="button primary" href=now>
                    {text!(texts, past.to_now)}
                </a>
            </Empty>
        }
    }
}

/// The moment cannot be shown: most likely it has not come yet.
#[component]
fn Failed(choice: Memo<Choice>, error: AppError) -> impl IntoView {
    let texts = use_i18n();
    let AppError::Refused { fields, .. } = &error else {
        return view! { <FailedPage error /> }.erased();
    };
    if !fields.iter().any(|field| field.field == "at") {
        return view! { <FailedPage error /> }.erased();
    }
    let now = move || choice.with(|choice| choice.at(None).address());
    view! {
        <Empty icon=IconName::Clock title=text!(texts, past.future) detail=text!(texts, past.future_detail)>
            <a class="button primary" href=now>
                {text!(texts, past.to_now)}
            </a>
        </Empty>
    }
    .erased()
}
