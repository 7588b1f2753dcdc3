//! What stands where a list would be when it has nothing in it.

use leptos::prelude::*;

use super::{Icon, IconName, Slot};

/// An icon, a sentence, what it means, and a way on.
#[component]
pub fn Empty(
    /// The icon.
    icon: IconName,
    /// The sentence.
    #[prop(into)]
    title: String,
    /// What it means or what to do.
    #[prop(into, optional)]
    detail: String,
    /// The way on: links or buttons.
    #[prop(optional)]
    children: Option<Slot>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon />
            <p class="empty-title">{title}</p>
            <p class="empty-detail">{detail}</p>
            <div class="empty-actions">{children.map(Slot::view)}</div>
        </div>
    }
}
