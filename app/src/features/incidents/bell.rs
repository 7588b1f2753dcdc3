//! The bell at the top of every page: how many incidents the person has not seen.

use leptos::{prelude::*, task::spawn_local};

use super::api::{Counts, load_counts};
use crate::{
    browser, format,
    i18n::use_i18n,
    live::Clock,
    ui::{Icon, IconName},
};

/// How often it is asked, in seconds.
const EVERY_SECS: i64 = 5;

/// What the bell knows; one for the whole frame, so that it does not begin anew with every page.
#[derive(Clone, Copy)]
pub struct BellState {
    counts: RwSignal<Counts>,
    asked_ms: StoredValue<i64>,
}

impl Default for BellState {
    fn default() -> Self {
        Self::new()
    }
}

impl BellState {
    /// A bell that knows nothing yet.
    pub fn new() -> Self {
        Self { counts: RwSignal::new(Counts::default()), asked_ms: StoredValue::new(0) }
    }

    /// Keeps it up to date. Only in the browser.
    pub fn follow(self, clock: Clock) {
        Effect::new(move |_| {
            let now_ms = clock.now_ms();
            let is_due = now_ms - self.asked_ms.get_value() >= EVERY_SECS * 1_000;
            if is_due && !browser::is_hidden() {
                self.asked_ms.set_value(now_ms);
                self.ask();
            }
        });
    }

    /// Asks now. Only in the browser.
    pub fn ask(self) {
        spawn_local(async move {
            // What cannot be asked now is asked again in a moment; the page says by itself when it has no connection.
            if let Ok(counts) = load_counts().await
                && self.counts.try_get_untracked().is_some_and(|old| old != counts)
            {
                self.counts.set(counts);
            }
        });
    }

    /// The counts.
    pub fn counts(self) -> Counts {
        self.counts.get()
    }
}

/// The bell.
#[component]
pub fn Bell() -> impl IntoView {
    let texts = use_i18n();
    let state = expect_context::<BellState>();
    let label = move || {
        let Counts { open, unseen } = state.counts();
        let (open, unseen) = (format::count(open.into()), format::count(unseen.into()));
        text!(texts, incidents.bell, open = open, unseen = unseen).to_string()
    };
    let number = move || match state.counts().unseen {
        0 => None,
        many @ 100.. => Some(format!("{}+", many.min(99))),
        few => Some(few.to_string()),
    };
    view! {
        <a class="bell" href="/incidents" aria-label=label title=label data-open=move || (state.counts().open > 0).to_string()>
            <Icon name=IconName::Bell />
            {move || number().map(|number| view! { <span class="bell-number" aria-hidden="true">{number}</span> })}
        </a>
    }
}
