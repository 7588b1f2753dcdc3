//! The incidents of one server that are not over, as a row of the list and the head of its page show them.

use domain::{ServerId, fleet::OpenIncidents};
use leptos::prelude::*;

use crate::{Texts, format, i18n::use_i18n, ui::StateMark};

/// A link to them, with a mark and a word; nothing where there are none.
#[component]
pub fn OpenLink(
    /// Which server.
    id: ServerId,
    /// Its incidents.
    #[prop(into)]
    open: Signal<OpenIncidents>,
    /// Says how many there are in all, where there is room for it.
    #[prop(optional)]
    is_long: bool,
) -> impl IntoView {
    let texts = use_i18n();
    let open = Memo::new(move |_| open.get());
    move || {
        let open = open.get();
        (open.total() > 0).then(|| {
            let (state, mark, short) = worst(texts, open);
            let all = all_words(texts, open);
            let shown = if is_long {
                text!(texts, incidents.open_here, count = format::count(open.total().into())).to_string()
            } else {
                short
            };
            view! {
                <a
                    class="open-incidents"
                    data-state=state
                    href=format!("/incidents?server={id}")
                    title=all.clone()
                    aria-label=all
                >
                    <svg class="state-mark" viewBox="0 0 10 10" aria-hidden="true">
                        <path d=mark.shape() />
                    </svg>
                    <span>{shown}</span>
                </a>
            }
        })
    }
}

/// All of them in words.
pub fn all_words(texts: Texts, open: OpenIncidents) -> String {
    let OpenIncidents { critical, warning, acknowledged } = open;
    text!(texts, incidents.open_all, critical = critical, warning = warning, acknowledged = acknowledged).to_string()
}

/// The worst that need a person, else how many somebody has taken on.
fn worst(texts: Texts, open: OpenIncidents) -> (&'static str, StateMark, String) {
    match open {
        OpenIncidents { critical: count @ 1.., .. } => {
            ("critical", StateMark::Critical, text!(texts, incidents.count_critical, count = count).to_string())
        }
        OpenIncidents { warning: count @ 1.., .. } => {
            ("warning", StateMark::Warning, text!(texts, incidents.count_warning, count = count).to_string())
        }
        OpenIncidents { acknowledged: count, .. } => {
            ("acknowledged", StateMark::Unknown, text!(texts, incidents.count_acknowledged, count = count).to_string())
        }
    }
}
