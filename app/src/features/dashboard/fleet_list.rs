//! The list of servers in the view that was chosen, or what stands there when there is none.

use domain::{Permission, ServerId, servers::Via};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{
    cards::FleetCards,
    choice::{Choice, View},
    heat::FleetHeat,
    order::Order,
    past::Past,
    table::FleetTable,
};
use crate::{
    i18n::use_i18n,
    layout::Me,
    live::FleetStore,
    ui::{Empty, Erase, Icon, IconName},
};

/// The fleet, beginning with `first` of `matched` rows.
#[component]
pub fn FleetList(choice: Memo<Choice>, first: Vec<ServerId>, matched: usize) -> impl IntoView {
    let fleet = expect_context::<FleetStore>();
    let order = Order::new(fleet, choice, first, matched);
    let view = Memo::new(move |_| choice.with(|choice| choice.view));
    let is_empty = Memo::new(move |_| order.matched() == 0);
    let list = move || match (is_empty.get(), view.get()) {
        (true, _) => view! { <NoServers choice /> }.erased(),
        (false, View::Table) => view! { <FleetTable choice order /> }.erased(),
        (false, View::Cards) => view! { <FleetCards order /> }.erased(),
        (false, View::Heat) => view! { <FleetHeat order /> }.erased(),
    };
    view! {
        <div
            class="fleet"
            on:pointerenter=move |event| order.hold(event.pointer_type() == "mouse")
            on:pointerleave=move |_| order.hold(false)
            on:focusin=move |event| order.hold(is_row_link(&event))
            on:focusout=move |_| order.hold(false)
        >
            {list}
        </div>
        {use_context::<Past>().is_none().then(|| view! { <FirstServerHint /> })}
    }
}

/// Whether somebody is about to open a row: a heading that keeps the focus after a click is no reason to hold still.
fn is_row_link(event: &web_sys::FocusEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| element.matches("[data-row-link]").unwrap_or(false))
}

/// Nothing fits what was searched for, or there is nothing at all.
#[component]
fn NoServers(choice: Memo<Choice>) -> impl IntoView {
    let texts = use_i18n();
    let can_add = Me::here().may(Permission::ServersWrite);
    move || {
        if choice.with(Choice::is_narrowed) {
            let clear = choice.with(|choice| choice.cleared().address());
            view! {
                <Empty icon=IconName::Search title=text!(texts, fleet.no_match) detail=text!(texts, fleet.no_match_detail)>
                    <a class="button" href=clear>{text!(texts, fleet.clear)}</a>
                </Empty>
            }
            .erased()
        } else {
            view! {
                <Empty icon=IconName::Server title=text!(texts, fleet.none) detail=text!(texts, fleet.none_detail)>
                    {can_add.then(|| view! { <a class="button primary" href="/servers/new">{text!(texts, servers.add)}</a> })}
                </Empty>
            }
            .erased()
        }
    }
}

/// A quiet hint while only the monitor's own machine is watched.
#[component]
fn FirstServerHint() -> impl IntoView {
    let texts = use_i18n();
    let fleet = expect_context::<FleetStore>();
    let can_add = Me::here().may(Permission::ServersWrite);
    let is_alone = Memo::new(move |_| {
        fleet.list_revision();
        let is_local = || fleet.with(|state| state.rows.values().all(|row| row.meta.via == Via::Local));
        can_add && fleet.summary().total == 1 && is_local()
    });
    move || {
        is_alone.get().then(|| {
            view! {
                <aside class="hint">
                    <Icon name=IconName::Server />
                    <div>
                        <p class="hint-title">{text!(texts, fleet.only_this)}</p>
                        <p>{text!(texts, fleet.only_this_detail)}</p>
                    </div>
                    <a class="button primary" href="/servers/new">{text!(texts, fleet.add_first)}</a>
                </aside>
            }
        })
    }
}
