//! Says that nothing is written because the disk is too full.

use domain::Permission;
use leptos::prelude::*;

use super::api::is_paused;
use crate::{
    i18n::use_i18n,
    layout::Me,
    ui::{Banner, Erase, IconName},
    wire::load,
};

/// The message itself.
#[component]
pub fn Paused() -> impl IntoView {
    let texts = use_i18n();
    view! { <Banner level="critical" icon=IconName::Warning>{text!(texts, storage.paused)}</Banner> }
}

/// The message on other pages, for those who can do something about it.
#[component]
pub fn PausedBanner() -> impl IntoView {
    let texts = use_i18n();
    if !Me::here().may(Permission::SettingsWrite) {
        return ().erased();
    }
    let paused = load(|| (), |()| is_paused());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                matches!(paused.await, Ok(true))
                    .then(|| {
                        view! {
                            <Banner level="critical" icon=IconName::Warning>
                                {text!(texts, storage.paused)} " " <a href="/storage">{text!(texts, nav.storage)}</a>
                            </Banner>
                        }
                    })
            })}
        </Suspense>
    }
    .erased()
}
