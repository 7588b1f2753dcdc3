//! A message across the page that stays until its cause is gone.

use leptos::prelude::*;

use super::{Icon, IconName, Slot};

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
