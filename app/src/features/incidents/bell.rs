//! The bell at the top of every page: how many incidents the person has not seen.

use domain::live;
use leptos::{prelude::*, task::spawn_local};

use super::api::load_bell;
use crate::{
    browser, format,
    i18n::use_i18n,
    live::{BellState, Clock, Link, LinkState},
    ui::{Icon, IconName},
};

/// How often it is asked while nothing can be pushed, in milliseconds.
const EVERY_MS: i64 = 60_000;

/// Asks now and then as long as there is no live connection, over which it is pushed otherwise. Only in the browser.
pub fn ask_while_lost(bell: BellState, link: Link, clock: Clock) {
    let asked_ms = StoredValue::new(0);
    Effect::new(move |_| {
        let now_ms = clock.now_ms();
        let is_due = now_ms - asked_ms.get_value() >= EVERY_MS;
        if is_due && link.state() != LinkState::Open && !browser::is_hidden() {
            asked_ms.set_value(now_ms);
            ask(bell);
        }
    });
}

/// Asks now. Only in the browser.
pub fn ask(bell: BellState) {
    spawn_local(async move {
        // What cannot be asked now is asked again in a while; the page says by itself when it has no connection.
        if let Ok(said) = load_bell().await {
            bell.take(said);
        }
    });
}

/// The bell.
#[component]
pub fn Bell() -> impl IntoView {
    let texts = use_i18n();
    let state = expect_context::<BellState>();
    let label = move || {
        let live::Bell { open, unseen, .. } = state.said();
        let (open, unseen) = (format::count(open.into()), format::count(unseen.into()));
        text!(texts, incidents.bell, open = open, unseen = unseen).to_string()
    };
    let number = move || match state.said().unseen {
        0 => None,
        many @ 100.. => Some(format!("{}+", many.min(99))),
        few => Some(few.to_string()),
    };
    let is_open = move || (state.said().open > 0).to_string();
    view! {
        <a class="bell" href="/incidents" aria-label=label title=label data-open=is_open>
            <Icon name=IconName::Bell />
            {move || number().map(|number| view! { <span class="bell-number" aria-hidden="true">{number}</span> })}
        </a>
    }
}
