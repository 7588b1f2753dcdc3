//! Says so when the values on the page are not live.

use leptos::prelude::*;

use crate::{
    browser,
    i18n::use_i18n,
    live::{Link, LinkState},
    ui::{Banner, IconName},
};

/// A banner while the live connection is lost.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let texts = use_i18n();
    let link = expect_context::<Link>();
    let message = move || match link.state() {
        LinkState::Lost { since_ms } => {
            let since = browser::local_time_of_day(since_ms);
            Some(text!(texts, frame.connection_lost, since = since).to_string())
        }
        LinkState::Connecting | LinkState::Open => None,
    };
    view! {
        <div class="connection" role="status" aria-live="assertive">
            {move || {
                message()
                    .map(|message| view! { <Banner level="warning" icon=IconName::Unplugged>{message}</Banner> })
            }}
        </div>
    }
}
