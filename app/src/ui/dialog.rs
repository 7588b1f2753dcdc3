//! A modal dialog: the browser's own, which keeps the focus inside and closes with Escape.

use leptos::{html, prelude::*};

use super::{Icon, IconName, SlotFn};
use crate::i18n::use_i18n;

/// A modal dialog, open while the signal says so. Its contents exist only meanwhile.
#[component]
pub fn Dialog(
    /// Whether it is open; becomes false when the person closes it.
    is_open: RwSignal<bool>,
    /// The heading.
    #[prop(into)]
    title: String,
    /// What is in it.
    children: SlotFn,
) -> impl IntoView {
    let texts = use_i18n();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let (Some(dialog), wanted) = (dialog.get(), is_open.get()) else { return };
        if wanted && !dialog.open() {
            drop(dialog.show_modal());
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let label = title.clone();
    view! {
        <dialog class="dialog" node_ref=dialog aria-label=label on:close=move |_| is_open.set(false)>
            <header class="dialog-head">
                <h2>{title}</h2>
                <button
                    type="button"
                    class="button quiet icon-only"
                    aria-label=text!(texts, action.close)
                    on:click=move |_| is_open.set(false)
                >
                    <Icon name=IconName::Close />
                </button>
            </header>
            <div class="dialog-body">{move || is_open.get().then(|| children.view())}</div>
        </dialog>
    }
}

/// Whether a dialog is open, for one that is so while there is something to be edited; closing it takes that away.
pub fn open_while<T: Send + Sync + 'static>(edited: RwSignal<Option<T>>) -> RwSignal<bool> {
    let is_open = RwSignal::new(false);
    Effect::new(move |_| is_open.set(edited.with(Option::is_some)));
    Effect::new(move |_| {
        if !is_open.get() && edited.with_untracked(Option::is_some) {
            edited.set(None);
        }
    });
    is_open
}
