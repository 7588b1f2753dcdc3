//! Choosing the time: buttons for the usual ones, and from–to in the person's own zone.

use leptos::prelude::*;

use super::wanted::{Span, Wanted};
use crate::{
    browser,
    i18n::use_i18n,
    ui::{Icon, IconName},
};

/// The range picker.
#[component]
pub fn RangePicker(
    /// What is shown.
    wanted: Memo<Wanted>,
    /// What is shown at this moment, in Unix milliseconds.
    bounds: Signal<Option<(i64, i64)>>,
    /// Goes to another time.
    go: Callback<Wanted>,
) -> impl IntoView {
    let texts = use_i18n();
    let (from, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let problem = RwSignal::new(None::<&'static str>);
    // The fields follow what is shown, in whole seconds.
    Effect::new(move |_| {
        if let Some((from_ms, to_ms)) = bounds.get() {
            from.set(browser::local_input(from_ms));
            to.set(browser::local_input(to_ms));
            problem.set(None);
        }
    });
    let preset = move |(name, length): (&'static str, i64)| {
        let label = match name {
            "5m" => text!(texts, history.five_minutes),
            "1h" => text!(texts, history.hour),
            "6h" => text!(texts, history.six_hours),
            "24h" => text!(texts, history.day),
            "7d" => text!(texts, history.week),
            "30d" => text!(texts, history.month),
            _ => text!(texts, history.year),
        };
        let is_chosen = move || wanted.with(|wanted| wanted.span == Span::Last(length));
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || is_chosen().to_string()
                on:click=move |_| go.run(wanted.get_untracked().over(Span::Last(length)))
            >
                {label}
            </button>
        }
    };
    let shift = move |part: i64| {
        let Some((from_ms, to_ms)) = bounds.get_untracked() else { return };
        let by = (to_ms - from_ms) / 2 * part;
        go.run(wanted.get_untracked().over(Span::Between((from_ms + by).max(0), to_ms + by)));
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let read = (browser::of_local_input(&from.get_untracked()), browser::of_local_input(&to.get_untracked()));
        match read {
            (None, _) => problem.set(Some(text!(texts, history.no_from))),
            (_, None) => problem.set(Some(text!(texts, history.no_to))),
            (Some(from_ms), Some(to_ms)) if from_ms >= to_ms => problem.set(Some(text!(texts, history.turned))),
            (Some(from_ms), Some(_)) if from_ms > browser::now_ms() => problem.set(Some(text!(texts, history.future))),
            (Some(from_ms), Some(to_ms)) => {
                problem.set(None);
                go.run(wanted.get_untracked().over(Span::Between(from_ms, to_ms)));
            }
        }
    };
    view! {
        <div class="range-picker">
            <div class="segments" role="group" aria-label=text!(texts, history.range)>
                {Span::PRESETS.map(preset).collect_view()}
            </div>
            <form class="range-form" on:submit=submit novalidate>
                <button type="button" class="button quiet icon-only" aria-label=text!(texts, history.earlier) on:click=move |_| shift(-1)>
                    <Icon name=IconName::Left />
                </button>
                <label>
                    <span>{text!(texts, history.from)}</span>
                    <input class="input" type="datetime-local" step="1" prop:value=from on:input=move |event| from.set(event_target_value(&event)) />
                </label>
                <label>
                    <span>{text!(texts, history.to)}</span>
                    <input class="input" type="datetime-local" step="1" prop:value=to on:input=move |event| to.set(event_target_value(&event)) />
                </label>
                <button type="submit" class="button">{text!(texts, history.show)}</button>
                <button type="button" class="button quiet icon-only" aria-label=text!(texts, history.later) on:click=move |_| shift(1)>
                    <Icon name=IconName::Right />
                </button>
            </form>
            <p class="field-error" role="alert" hidden=move || problem.get().is_none()>{move || problem.get()}</p>
        </div>
    }
}
