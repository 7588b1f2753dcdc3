//! The summary line: how many servers are in which state. Each count narrows the list to its servers.

use domain::fleet::{StateFilter, Summary};
use leptos::prelude::*;

use super::{
    choice::{Choice, state_name},
    past::Past,
};
use crate::{format, i18n::use_i18n, live::FleetStore};

/// The counts over all servers.
#[component]
pub fn SummaryLine(choice: Memo<Choice>) -> impl IntoView {
    let texts = use_i18n();
    let fleet = expect_context::<FleetStore>();
    let summary = Memo::new(move |_| fleet.summary());
    let unknown = Memo::new(move |_| summary.get().unknown > 0);
    view! {
        <nav class="summary" aria-label=text!(texts, fleet.summary)>
            <Count choice summary state=None word=text!(texts, fleet.total) count=|s| s.total />
            <Count choice summary state=Some(StateFilter::Online) word=text!(texts, state.online) count=|s| s.online />
            <Count choice summary state=Some(StateFilter::Warning) word=text!(texts, state.warning) count=|s| s.warning />
            <Count choice summary state=Some(StateFilter::Critical) word=text!(texts, state.critical) count=|s| s.critical />
            <Count choice summary state=Some(StateFilter::Offline) word=text!(texts, state.offline) count=|s| s.offline />
            {move || {
                unknown
                    .get()
                    .then(|| {
                        view! {
                            <Count
                                choice
                                summary
                                state=Some(StateFilter::Unknown)
                                word=text!(texts, state.unknown)
                                count=|s| s.unknown
                            />
                        }
                    })
            }} {use_context::<Past>().is_none().then(|| view! { <Incidents summary /> })}
        </nav>
    }
}

/// How many incidents are not over; leads to them.
#[component]
fn Incidents(summary: Memo<Summary>) -> impl IntoView {
    let texts = use_i18n();
    let number = move || summary.with(|summary| summary.incidents);
    view! {
        <a class="summary-count" href="/incidents" data-state="incidents" data-any=move || (number() > 0).to_string()>
            <span class="summary-number">{move || format::count(u64::from(number()))}</span>
            " "
            <span class="summary-word">{text!(texts, nav.incidents)}</span>
        </a>
    }
}

/// One count; pressed while the list is narrowed to it.
#[component]
fn Count(
    choice: Memo<Choice>,
    summary: Memo<Summary>,
    state: Option<StateFilter>,
    word: &'static str,
    count: fn(&Summary) -> u32,
) -> impl IntoView {
    let number = move || summary.with(count);
    let is_chosen = move || choice.with(|choice| choice.filter.state == state);
    view! {
        <a
            data-noscroll=""
            class="summary-count"
            href=move || choice.with(|choice| choice.with_state(state).address())
            data-state=state.map_or("total", state_name)
            data-any=move || (number() > 0).to_string()
            aria-current=move || (state.is_some() && is_chosen()).then_some("true")
        >
            <span class="summary-number">{move || format::count(u64::from(number()))}</span>
            " "
            <span class="summary-word">{word}</span>
        </a>
    }
}
