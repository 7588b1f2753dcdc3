//! Moments: the exact time in the person's zone, and how long ago it was.

use leptos::prelude::*;

use crate::{browser, format, i18n::use_i18n, live::Clock};

/// Whether the page runs in the browser by now. Before that, nothing may depend on the person's zone: the first render has to be
/// the same on both sides.
#[derive(Clone, Copy)]
pub struct Mounted(pub RwSignal<bool>);

impl Mounted {
    /// A moment for the person: in UTC until the browser's zone is known.
    pub fn exact(self, at_ms: i64) -> String {
        if self.0.get() { browser::local_time(at_ms) } else { format::utc(at_ms) }
    }

    /// A moment for the person with the day of the week, as a sentence has it.
    pub fn words(self, at_ms: i64) -> String {
        if self.0.get() { browser::local_words(at_ms) } else { format::utc(at_ms) }
    }
}

/// An exact moment.
#[component]
pub fn Moment(
    /// In Unix milliseconds.
    #[prop(into)]
    at_ms: Signal<i64>,
) -> impl IntoView {
    let mounted = expect_context::<Mounted>();
    view! {
        <time class="moment" datetime=move || format::rfc3339(at_ms.get())>
            {move || mounted.exact(at_ms.get())}
        </time>
    }
}

/// How long ago something was, with the exact moment on hover.
#[component]
pub fn Ago(
    /// In Unix milliseconds.
    #[prop(into)]
    at_ms: Signal<i64>,
) -> impl IntoView {
    let texts = use_i18n();
    let (clock, mounted) = (expect_context::<Clock>(), expect_context::<Mounted>());
    let age = move || {
        let age = format::duration(format::age_secs(clock.now_ms(), at_ms.get()));
        text!(texts, time.ago, age = age).to_string()
    };
    view! {
        <time class="ago" datetime=move || format::rfc3339(at_ms.get()) title=move || mounted.exact(at_ms.get())>
            {age}
        </time>
    }
}
