//! The fields of a form that say how often something is.

use leptos::prelude::*;

use super::{
    draft::{Draft, Often},
    words,
};
use crate::{
    Texts,
    i18n::use_i18n,
    ui::{Erase, Options, Refusal, SelectField, TextField, Weekdays, option, weekday},
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
    refusal: Refusal,
) -> impl IntoView {
    let texts = use_i18n();
    let choose = move |chosen: String| {
        if let Some(often) = Often::ALL.into_iter().find(|often| often.name() == chosen) {
            draft.often.set(often);
        }
    };
    let days = move || match draft.often.get() {
        Often::Once | Often::Daily => ().erased(),
        Often::Weekly => view! { <Weekdays label=text!(texts, maintenance.days) days=draft.days /> }.erased(),
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
                    error=refusal.at("until")
                />
            }
        })
    };
    view! {
        <SelectField
            name="repeats"
            label=text!(texts, maintenance.repeats)
            options=Often::ALL.map(|often| option(often.name(), often_word(texts, often))).to_vec()
            chosen=Signal::derive(move || draft.often.get().name().to_owned())
            on_choose=choose
            error=refusal.at("repeats")
        />
        {days}
        {until}
    }
}

/// The weekday of every month.
#[component]
fn MonthFields(draft: Draft) -> impl IntoView {
    let texts = use_i18n();
    let weeks: Options = words::weeks().map(|week| option(week.to_string(), words::week(texts, week))).collect();
    let weekdays: Options = (1..=7).map(|day: u8| option(day.to_string(), weekday(texts, day))).collect();
    view! {
        <div class="form-pair">
            <SelectField
                name="week"
                label=text!(texts, maintenance.week)
                options=weeks
                chosen=Signal::derive(move || draft.week.get().to_string())
                on_choose=move |week: String| draft.week.set(week.parse().unwrap_or(1))
            />
            <SelectField
                name="weekday"
                label=text!(texts, maintenance.weekday)
                options=weekdays
                chosen=Signal::derive(move || draft.weekday.get().to_string())
                on_choose=move |day: String| draft.weekday.set(day.parse().unwrap_or(1))
            />
        </div>
    }
}
