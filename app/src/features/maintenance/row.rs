//! One planned maintenance in the list.

use domain::maintenance::{Repeats, Window};
use leptos::prelude::*;

use super::{
    draft::Draft,
    when::{When, short},
    words,
};
use crate::{
    format,
    i18n::use_i18n,
    ui::{Icon, IconName, Mounted},
};

/// What the buttons of a row set going.
#[derive(Clone, Copy)]
pub struct Deeds {
    /// Opens the editor.
    pub edit: RwSignal<Option<Draft>>,
    /// Asks before it is deleted.
    pub delete: RwSignal<Option<Window>>,
    /// Deletes it without a question: nothing is lost by it.
    pub end: Callback<Window>,
}

/// A row; without buttons for those who may only look.
#[component]
pub fn WindowRow(
    /// The maintenance.
    window: Window,
    /// The name of its group, tag or server.
    scope_name: String,
    /// What the buttons do.
    deeds: Option<Deeds>,
) -> impl IntoView {
    let texts = use_i18n();
    let plan = &window.plan;
    let state = match (&window.on, &window.next) {
        (Some(_), _) => "on",
        (None, Some(_)) => "next",
        (None, None) => "none",
    };
    let facts = [
        words::scope(texts, plan.scope, scope_name.clone()),
        words::repeats(texts, &plan.schedule),
        words::duration(plan.schedule.duration_minutes),
    ];
    let (name, description) = (plan.name.clone(), plan.description.clone());
    let person = (!window.person.is_empty())
        .then(|| text!(texts, maintenance.planned_by, name = window.person.clone()).to_string());
    let buttons = deeds.map(|deeds| view! { <Buttons window=window.clone() scope_name deeds /> });
    view! {
        <li class="maintenance-row" data-state=state>
            <div class="maintenance-words">
                <p class="maintenance-name">{name}</p>
                <p class="maintenance-facts">
                    {facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view()}
                </p>
                {(!description.is_empty()).then(|| view! { <p class="maintenance-description">{description}</p> })}
            </div>
            <div class="maintenance-when">
                <Times window />
                <p class="maintenance-person">{person}</p>
            </div>
            {buttons}
        </li>
    }
}

/// When it is on, and when next.
#[component]
fn Times(window: Window) -> impl IntoView {
    let texts = use_i18n();
    let mounted = expect_context::<Mounted>();
    let is_off = !window.plan.is_enabled;
    let zone = window.plan.schedule.time_zone.clone();
    let on = window.on.map(|on| {
        let until_ms = on.until_ms;
        let until = move || if mounted.0.get() { short(until_ms) } else { format::utc(until_ms) };
        view! {
            <p class="maintenance-on">
                <strong>{text!(texts, maintenance.on_now)}</strong>
                " "
                {text!(texts, maintenance.until_word)}
                " "
                <time class="moment" datetime=format::rfc3339(until_ms)>
                    {until}
                </time>
            </p>
        }
    });
    let has_on = on.is_some();
    let next = window.next.map(|next| {
        view! {
            <p class="maintenance-next">
                {has_on.then(|| format!("{} ", text!(texts, maintenance.then)))} <When at=next zone />
            </p>
        }
    });
    let nothing = (!has_on && next.is_none()).then(|| {
        let words = if is_off { text!(texts, notifications.off) } else { text!(texts, maintenance.over) };
        view! { <p class="maintenance-next">{words}</p> }
    });
    view! {
        {on}
        {next}
        {nothing}
    }
}

#[component]
fn Buttons(window: Window, scope_name: String, deeds: Deeds) -> impl IntoView {
    let texts = use_i18n();
    let name = window.plan.name.clone();
    let is_once = window.plan.schedule.repeats == Repeats::Once;
    let is_spent = window.is_over() || !window.plan.is_enabled;
    let (to_edit, to_delete, to_end) = (window.clone(), window.clone(), window.clone());
    let end = (is_once && window.on.is_some()).then(|| {
        view! {
            <button type="button" class="button small" on:click=move |_| deeds.end.run(to_end.clone())>
                {text!(texts, maintenance.end_now)}
            </button>
        }
    });
    let delete = move |_| {
        if is_once && is_spent { deeds.end.run(to_delete.clone()) } else { deeds.delete.set(Some(to_delete.clone())) }
    };
    view! {
        <div class="maintenance-buttons">
            {end}
            <button
                type="button"
                class="button quiet icon-only"
                aria-label=text!(texts, labels.edit, name = name.clone()).to_string()
                on:click=move |_| deeds.edit.set(Some(Draft::of_window(&to_edit, scope_name.clone())))
            >
                <Icon name=IconName::Pencil />
            </button>
            <button
                type="button"
                class="button quiet icon-only"
                aria-label=text!(texts, labels.delete, name = name).to_string()
                on:click=delete
            >
                <Icon name=IconName::Bin />
            </button>
        </div>
    }
}
