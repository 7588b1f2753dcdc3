//! Days of the week.

use leptos::prelude::*;

use crate::{Texts, i18n::use_i18n};

/// The name of a day, from 1 for Monday to 7 for Sunday.
pub fn weekday(texts: Texts, day: u8) -> &'static str {
    match day {
        1 => text!(texts, maintenance.monday),
        2 => text!(texts, maintenance.tuesday),
        3 => text!(texts, maintenance.wednesday),
        4 => text!(texts, maintenance.thursday),
        5 => text!(texts, maintenance.friday),
        6 => text!(texts, maintenance.saturday),
        _ => text!(texts, maintenance.sunday),
    }
}

/// A box for each day of the week.
#[component]
pub fn Weekdays(
    /// What they are chosen for.
    label: &'static str,
    /// The chosen days in their order, from 1 for Monday to 7 for Sunday.
    days: RwSignal<Vec<u8>>,
    /// What is wrong with the choice.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let texts = use_i18n();
    let tick = move |day: u8| {
        let toggle = move |event: leptos::ev::Event| {
            days.update(|days| {
                days.retain(|other| *other != day);
                if event_target_checked(&event) {
                    days.push(day);
                    days.sort_unstable();
                }
            });
        };
        view! {
            <label class="tick">
                <input type="checkbox" prop:checked=move || days.with(|days| days.contains(&day)) on:change=toggle />
                {weekday(texts, day)}
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend>{label}</legend>
            <div class="weekdays">{(1..=7).map(tick).collect_view()}</div>
            <p class="field-error" aria-live="polite">{move || error.get()}</p>
        </fieldset>
    }
}
