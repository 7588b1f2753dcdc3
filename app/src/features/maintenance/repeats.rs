//! The fields of a form that say how often something is.

use leptos::prelude::*;

use super::{
    draft::{Draft, Often},
    words,
};
use crate::{
    Texts,
    error::AppError,
    i18n::use_i18n,
    ui::{Erase, Field, TextField},
};

fn often_word(texts: Texts, often: Often) -> &'static str {
    match often {
        Often::Once => text!(texts, maintenance.once),
        Often::Daily => text!(texts, maintenance.daily),
        Often::Weekly => text!(texts, maintenance.weekly),
        Often::Monthly => text!(texts, maintenance.monthly),
        Often::MonthlyWeekday => text!(texts, maintenance.monthly_weekday),
    }
}

/// How often, on which days, and until when.
#[component]
pub fn RepeatFields(
    /// What is being entered.
    draft: Draft,
    /// What was refused.
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let texts = use_i18n();
    let refused = move |name: &'static str| Signal::derive(move || error.get().and_then(|error| error.field(name)));
    let option = move |often: Often| {
        let is_chosen = move || draft.often.get() == often;
        view! { <option value=often.name() selected=is_chosen>{often_word(texts, often)}</option> }
    };
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        if let Some(often) = Often::ALL.into_iter().find(|often| often.name() == chosen) {
            draft.often.set(often);
        }
    };
    let days = move || match draft.often.get() {
        Often::Once | Often::Daily => ().erased(),
        Often::Weekly => view! { <WeekFields draft /> }.erased(),
        Often::Monthly => view! {
            <TextField
                name="day"
                kind="number"
                label=text!(texts, maintenance.day)
                value=draft.day
                hint=text!(texts, maintenance.day_hint).to_owned()
            />
        }
        .erased(),
        Often::MonthlyWeekday => view! { <MonthFields draft /> }.erased(),
    };
    let until = move || {
        (draft.often.get() != Often::Once).then(|| {
            view! {
                <TextField
                    name="until"
                    kind="date"
                    label=text!(texts, maintenance.until)
                    value=draft.until
                    hint=text!(texts, maintenance.until_hint).to_owned()
                    error=refused("until")
                />
            }
        })
    };
    view! {
        <Field name="repeats" label=text!(texts, maintenance.repeats) error=refused("repeats")>
            <select id="repeats" class="input" on:change=choose>
                {Often::ALL.map(option).collect_view()}
            </select>
        </Field>
        {days}
        {until}
    }
}

/// The days of every week.
#[component]
fn WeekFields(draft: Draft) -> impl IntoView {
    let texts = use_i18n();
    let tick = move |day: u8| {
        let toggle = move |event: leptos::ev::Event| {
            draft.days.update(|days| {
                days.retain(|other| *other != day);
                if event_target_checked(&event) {
                    days.push(day);
                    days.sort_unstable();
                }
            });
        };
        view! {
            <label class="tick">
                <input
                    type="checkbox"
                    prop:checked=move || draft.days.with(|days| days.contains(&day))
                    on:change=toggle
                />
                {words::weekday(texts, day)}
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend>{text!(texts, maintenance.days)}</legend>
            <div class="maintenance-days">{(1..=7).map(tick).collect_view()}</div>
        </fieldset>
    }
}

/// The weekday of every month.
#[component]
fn MonthFields(draft: Draft) -> impl IntoView {
    let texts = use_i18n();
    let week = move |week: u8| {
        view! {
            <option value=week.to_string() selected=move || draft.week.get() == week>
                {words::week(texts, week)}
            </option>
        }
    };
    let weekday = move |day: u8| {
        view! {
            <option value=day.to_string() selected=move || draft.weekday.get() == day>
                {words::weekday(texts, day)}
            </option>
        }
    };
    let chosen = |event: &leptos::ev::Event| event_target_value(event).parse().unwrap_or(1);
    view! {
        <div class="form-pair">
            <Field name="week" label=text!(texts, maintenance.week)>
                <select id="week" class="input" on:change=move |event| draft.week.set(chosen(&event))>
                    {words::weeks().map(week).collect_view()}
                </select>
            </Field>
            <Field name="weekday" label=text!(texts, maintenance.weekday)>
                <select id="weekday" class="input" on:change=move |event| draft.weekday.set(chosen(&event))>
                    {(1..=7).map(weekday).collect_view()}
                </select>
            </Field>
        </div>
    }
}
