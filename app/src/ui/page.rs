//! The parts that every page has: its cards, and what stands there when it cannot be shown.

use leptos::prelude::*;

use super::{Empty, IconName, Slot, SlotFn};
use crate::{error::AppError, i18n::use_i18n};

/// A card with a heading.
#[component]
pub fn SectionCard(
    /// The heading.
    #[prop(into)]
    title: String,
    /// Further classes, such as `wide`.
    #[prop(default = "")]
    class: &'static str,
    /// A value or control at the heading's right.
    #[prop(optional, into)]
    aside: SlotFn,
    /// What is in it.
    children: Slot,
) -> impl IntoView {
    let label = title.clone();
    view! {
        <section class=format!("card {class}") aria-label=label>
            <header class="card-head">
                <h2>{title}</h2>
                <div class="card-aside">{aside.view()}</div>
            </header>
            {children.view()}
        </section>
    }
}

/// What stands in place of a page that could not be loaded.
#[component]
pub fn FailedPage(
    /// Why not.
    error: AppError,
) -> impl IntoView {
    let texts = use_i18n();
    view! {
        <Empty icon=IconName::Warning title=text!(texts, error.page) detail=error.message(texts)>
            <a class="button" href="/">{text!(texts, error.to_dashboard)}</a>
            <button type="button" class="button primary" on:click=move |_| crate::browser::reload()>
                {text!(texts, action.try_again)}
            </button>
        </Empty>
    }
}
