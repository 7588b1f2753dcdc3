//! Short messages about what has just been done; they go by themselves.

use std::time::Duration;

use leptos::prelude::*;

use super::{Icon, IconName};

/// How long a message stays.
const STAYS: Duration = Duration::from_secs(6);

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    /// Something was done.
    Done,
    /// Something failed.
    Failed,
}

#[derive(Debug, Clone)]
struct Toast {
    id: u32,
    kind: ToastKind,
    text: String,
}

/// The messages that are on the screen.
#[derive(Clone, Copy, Default)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Shows a message. Only in the browser.
    pub fn show(self, kind: ToastKind, text: impl Into<String>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.list.update(|list| list.push(Toast { id, kind, text: text.into() }));
        let take_away = move || {
            self.list.try_update(|list| list.retain(|toast| toast.id != id));
        };
        set_timeout(take_away, STAYS);
    }
}

/// Where the messages appear.
#[component]
pub fn ToastList() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let item = |toast: Toast| {
        let (level, icon) = match toast.kind {
            ToastKind::Done => ("info", IconName::Check),
            ToastKind::Failed => ("critical", IconName::Warning),
        };
        view! {
            <li class="toast" data-level=level>
                <Icon name=icon />
                <span>{toast.text}</span>
            </li>
        }
    };
    view! {
        <ul class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.list.get() key=|toast| toast.id children=item />
        </ul>
    }
}
