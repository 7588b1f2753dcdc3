//! The bar above a fleet of the past: which moment it is, how fine its values are, and the ways to other moments.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    choice::Choice,
    past::{Past, Shown},
};
use crate::{
    browser,
    i18n::use_i18n,
    live::Clock,
    ui::{Icon, IconName, Mounted},
};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The bar.
#[component]
pub fn PastBar(
    /// What is shown.
    choice: Memo<Choice>,
    /// What is said of the values.
    shown: RwSignal<Option<Shown>>,
    /// Whether a moment is being loaded.
    is_loading: RwSignal<bool>,
    /// The clock of now.
    now: Clock,
) -> impl IntoView {
    let texts = use_i18n();
    let mounted = expect_context::<Mounted>();
    let Past { at_ms } = expect_context();
    let step_ms = Memo::new(move |_| shown.get().map_or(0, |shown| shown.step_ms));
    let fineness = move || match step_ms.get() {
        0 => text!(texts, past.as_sampled),
        MINUTE_MS => text!(texts, past.by_minute),
        _ => text!(texts, past.by_hour),
    };
    let is_known = Memo::new(move |_| shown.get().is_some_and(|shown| !shown.is_nothing));
    let is_by_hour = Memo::new(move |_| step_ms.get() >= HOUR_MS);
    let title = move || text!(texts, past.title, moment = mounted.words(at_ms.get())).to_string();
    view! {
        <section class="past-bar" aria-label=text!(texts, past.bar) aria-busy=move || is_loading.get().to_string()>
            <Icon name=IconName::Clock />
            <div class="past-words" role="status">
                <p class="past-title">{title}</p>
                <p class="past-detail" hidden=move || !is_known.get()>
                    {fineness} " " {text!(texts, past.names_of_today)}
                </p>
            </div>
            <a class="button primary" href=move || choice.with(|choice| choice.at(None).address())>
                {text!(texts, past.to_now)}
            </a>
            <div class="past-tools">
                {move || {
                    let (small, large) = if is_by_hour.get() { (HOUR_MS, DAY_MS) } else { (MINUTE_MS, HOUR_MS) };
                    view! {
                        <div class="segments past-steps" role="group" aria-label=text!(texts, past.steps)>
                            <Step choice now by_ms=-large />
                            <Step choice now by_ms=-small />
                            <Step choice now by_ms=small />
                            <Step choice now by_ms=large />
                        </div>
                    }
                }}
                <MomentForm choice />
            </div>
        </section>
    }
}

/// A step to another moment. One that would lead beyond now leads to now.
#[component]
fn Step(choice: Memo<Choice>, now: Clock, by_ms: i64) -> impl IntoView {
    let texts = use_i18n();
    let Past { at_ms } = expect_context();
    let target = move || {
        let (target, now_ms) = (at_ms.get().saturating_add(by_ms).max(1), now.now_ms());
        (now_ms == 0 || target < now_ms).then_some(target)
    };
    let words = match by_ms.abs() {
        MINUTE_MS => text!(texts, past.minute),
        HOUR_MS => text!(texts, past.hour),
        _ => text!(texts, past.day),
    };
    let (sign, label) = if by_ms < 0 {
        ("−", text!(texts, past.earlier, step = words).to_string())
    } else {
        ("+", text!(texts, past.later, step = words).to_string())
    };
    view! {
        <a
            data-noscroll=""
            class="segment"
            href=move || choice.with(|choice| choice.at(target()).address())
            title=label.clone()
            aria-label=label
        >
            {sign}
            {words}
        </a>
    }
}

/// A field for the moment.
#[component]
fn MomentForm(choice: Memo<Choice>) -> impl IntoView {
    let texts = use_i18n();
    let mounted = expect_context::<Mounted>();
    let Past { at_ms } = expect_context();
    let navigate = use_navigate();
    let typed = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<&'static str>);
    Effect::new(move |_| {
        if mounted.0.get() {
            typed.set(browser::local_input(at_ms.get()));
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let moment = browser::of_local_input(&typed.get_untracked()).filter(|at_ms| *at_ms > 0);
        problem.set(match moment {
            None => Some(text!(texts, past.no_moment)),
            Some(at_ms) if at_ms > browser::now_ms() => Some(text!(texts, past.future)),
            Some(_) => None,
        });
        if let (Some(_), None) = (moment, problem.get_untracked()) {
            let address = choice.with_untracked(|choice| choice.at(moment).address());
            navigate(&address, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    };
    view! {
        <form class="past-form" on:submit=submit novalidate>
            <input
                class="input"
                type="datetime-local"
                step="1"
                aria-label=text!(texts, past.moment)
                aria-invalid=move || problem.get().map(|_| "true")
                prop:value=typed
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <button type="submit" class="button">{text!(texts, history.show)}</button>
            <p class="field-error" role="alert" hidden=move || problem.get().is_none()>{move || problem.get()}</p>
        </form>
    }
}
