//! Searching, narrowing to a group or tag, and choosing the view. A plain form, so that it works before any wasm has arrived.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::choice::{Choice, View};
use crate::{
    i18n::use_i18n,
    live::{Clock, FleetStore},
    ui::{Icon, IconName, Narrowing, SearchBox},
};

/// How long after the last key the list follows.
const SETTLE: Duration = Duration::from_millis(120);

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// The tools above the list.
#[component]
pub fn Toolbar(choice: Memo<Choice>) -> impl IntoView {
    let texts = use_i18n();
    let fleet = expect_context::<FleetStore>();
    let navigate = use_navigate();
    let go = Callback::new(move |choice: Choice| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&choice.address(), options);
    });
    let with = move |change: fn(&mut Choice, Option<i64>), value: String| {
        let mut next = choice.get_untracked();
        change(&mut next, value.parse().ok());
        go.run(next);
    };
    let groups =
        move || fleet.groups().get().into_iter().map(|group| (group.id.to_string(), group.name)).collect::<Vec<_>>();
    let tags = move || fleet.tags().get().into_iter().map(|tag| (tag.id.to_string(), tag.name)).collect::<Vec<_>>();
    let chosen_group = move || choice.with(|choice| choice.filter.group.map(|group| group.to_string()));
    let chosen_tag = move || choice.with(|choice| choice.filter.tag.map(|tag| tag.to_string()));
    view! {
        <form class="toolbar" role="search" action="/" method="get" on:submit=|event| event.prevent_default()>
            <SearchBox
                label=text!(texts, fleet.search)
                value=Signal::derive(move || choice.with(|choice| choice.filter.search.clone()))
                settle=SETTLE
                on_search=Callback::new(move |text| {
                    let mut next = choice.get_untracked();
                    next.filter.search = text;
                    go.run(next);
                })
            />
            <Narrowing
                name="group"
                label=text!(texts, labels.group)
                all=text!(texts, fleet.all_groups)
                options=Signal::derive(groups)
                chosen=Signal::derive(chosen_group)
                on_choose=Callback::new(move |value| with(|choice, id| choice.filter.group = id.map(domain::GroupId), value))
            />
            <Narrowing
                name="tag"
                label=text!(texts, labels.tag)
                all=text!(texts, fleet.all_tags)
                options=Signal::derive(tags)
                chosen=Signal::derive(chosen_tag)
                on_choose=Callback::new(move |value| with(|choice, id| choice.filter.tag = id.map(domain::TagId), value))
            />
            <a
                data-noscroll=""
                class="button quiet clear"
                hidden=move || !choice.with(Choice::is_narrowed)
                href=move || choice.with(|choice| choice.cleared().address())
            >
                {text!(texts, fleet.clear)}
            </a>
            <input type="hidden" name="at" disabled=move || choice.with(|c| c.at_ms.is_none()) value=move || choice.with(|c| c.at_ms) />
            <ViewSwitch choice />
            <ToPast choice />
        </form>
    }
}

/// The way to a moment of the past: an hour ago, from where there are steps.
#[component]
fn ToPast(choice: Memo<Choice>) -> impl IntoView {
    let texts = use_i18n();
    let clock = expect_context::<Clock>();
    let then_ms = move || Some((clock.now_ms() - HOUR_MS).div_euclid(MINUTE_MS) * MINUTE_MS).filter(|at_ms| *at_ms > 0);
    view! {
        <a
            class="button quiet icon-only to-past"
            hidden=move || choice.with(|choice| choice.at_ms.is_some())
            href=move || choice.with(|choice| choice.at(then_ms()).address())
            title=text!(texts, past.look)
            aria-label=text!(texts, past.look)
        >
            <Icon name=IconName::Clock />
        </a>
    }
}

#[component]
fn ViewSwitch(choice: Memo<Choice>) -> impl IntoView {
    let texts = use_i18n();
    let link = move |view: View| {
        let (icon, label) = match view {
            View::Table => (IconName::Rows, text!(texts, fleet.as_table)),
            View::Cards => (IconName::Cards, text!(texts, fleet.as_cards)),
            View::Heat => (IconName::Grid, text!(texts, fleet.as_heat)),
        };
        view! {
            <a
                data-noscroll=""
                class="segment"
                href=move || choice.with(|choice| Choice { view, ..choice.clone() }.address())
                title=label
                aria-label=label
                aria-current=move || choice.with(|choice| choice.view == view).then_some("true")
            >
                <Icon name=icon />
            </a>
        }
    };
    view! {
        <div class="segments" role="group" aria-label=text!(texts, fleet.view)>
            {View::ALL.map(link).collect_view()}
        </div>
    }
}
