//! A page inside the frame: the top line with its path, heading and actions, and the contents.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{frame::FrameState, person_menu::PersonMenu};
use crate::{
    features::incidents::Bell,
    i18n::use_i18n,
    ui::{Icon, IconName, Slot, SlotFn},
};

/// A step of the path to a page.
#[derive(Debug, Clone)]
pub struct Crumb {
    /// The words.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Crumb {
    /// A step of the path.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// A page with its top line.
#[component]
pub fn Page(
    /// The heading; the last step of the path.
    #[prop(into)]
    title: Signal<String>,
    /// The path before it.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// What can be done here, at the right of the heading.
    #[prop(optional, into)]
    actions: SlotFn,
    /// The contents.
    children: Slot,
) -> impl IntoView {
    let texts = use_i18n();
    let path = crumbs
        .into_iter()
        .map(|crumb| {
            view! {
                <li class="crumb">
                    <a href=crumb.href>{crumb.label}</a>
                    <Icon name=IconName::Right />
                </li>
            }
        })
        .collect_view();
    view! {
        <Title text=move || format!("{} · {}", title.get(), text!(texts, product)) />
        <header class="topline">
            <nav class="breadcrumb" aria-label=text!(texts, frame.path)>
                <ol>
                    {path} <li class="crumb current">
                        <h1>{move || title.get()}</h1>
                    </li>
                </ol>
            </nav>
            <div class="topline-actions">{actions.view()}</div>
            <PaletteButton />
            <Bell />
            <PersonMenu />
        </header>
        <main id="content" class="content" tabindex="-1">
            {children.view()}
        </main>
    }
}

#[component]
fn PaletteButton() -> impl IntoView {
    let texts = use_i18n();
    let state = expect_context::<FrameState>();
    view! {
        <button
            type="button"
            class="palette-button"
            title=text!(texts, palette.open)
            on:click=move |_| state.is_palette_open.set(true)
        >
            <Icon name=IconName::Search />
            <span class="palette-button-word">{text!(texts, palette.open)}</span>
            <kbd aria-hidden="true">"Ctrl K"</kbd>
        </button>
    }
}
