//! The processes that take the most.

use leptos::prelude::*;

use super::recent::newest;
use crate::{features::processes::ProcessTable, format, i18n::use_i18n, ui::SectionCard};

/// The card about processes.
#[component]
pub fn ProcessesCard() -> impl IntoView {
    let texts = use_i18n();
    let processes = Memo::new({
        let processes = newest(|sample| sample.processes.clone().unwrap_or_default());
        move |_| processes.get()
    });
    let total = move || processes.with(|processes| format::count(u64::from(processes.total)));
    view! {
        <SectionCard title=text!(texts, processes.title) class="wide" aside=move || view! { <span class="quiet-text">{total}</span> }>
            <ProcessTable processes />
        </SectionCard>
    }
}
