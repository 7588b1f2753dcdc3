//! A message across the page that stays until its cause is gone.

use leptos::prelude::*;

use super::{Icon, IconName, Slot};
use crate::{error::AppError, i18n::use_i18n};

/// A message with an icon; `level` is `info`, `warning` or `critical`.
#[component]
pub fn Banner(
    /// How bad.
    level: &'static str,
    /// The icon.
    icon: IconName,
    /// The message.
    children: Slot,
) -> impl IntoView {
    view! {
        <div class="banner" data-level=level role="status">
            <Icon name=icon />
            <div class="banner-text">{children.view()}</div>
        </div>
    }
}

/// What could not be loaded, while it cannot, with the button that tries once more.
#[component]
pub fn FailedBanner(
    /// Why not; nothing is shown without.
    #[prop(into)]
    error: Signal<Option<AppError>>,
    /// Tries once more.
    #[prop(into)]
    again: Callback<()>,
) -> impl IntoView {
    let texts = use_i18n();
    move || {
        error.get().map(|error| {
            view! {
                <Banner level="critical" icon=IconName::Warning>
                    <p>{error.message(texts)}</p>
                    <button type="button" class="button" on:click=move |_| again.run(())>
                        <Icon name=IconName::Again />
                        {text!(texts, action.try_again)}
                    </button>
                </Banner>
            }
        })
    }
}
