//! Budget and disk: what is taken, what is left, and for how long that is enough.

use domain::{
    level,
    storage::{Disk, Forecast, Usage},
};
use leptos::prelude::*;

use crate::{
    Texts, format,
    i18n::use_i18n,
    ui::{Meter, SectionCard},
};

/// The card of budget and disk.
#[component]
pub fn Overview(usage: Usage) -> impl IntoView {
    let texts = use_i18n();
    let total = format::bytes(usage.total_bytes).to_string();
    let aside = total.clone();
    let budget = usage.budget_bytes.map(|budget| {
        let left = format::bytes(budget.saturating_sub(usage.total_bytes)).to_string();
        let budget_text = format::bytes(budget).to_string();
        let words = text!(texts, storage.budget_used, used = total, budget = budget_text, left = left).to_string();
        view! { <Share label=text!(texts, storage.budget) percent=percent(usage.total_bytes, budget) words /> }
    });
    let no_budget = usage.budget_bytes.is_none().then(|| view! { <p>{text!(texts, storage.no_budget)}</p> });
    let disk = usage.disk.map(|disk| {
        let Disk { total_bytes, free_bytes, floor_bytes } = disk;
        let (free, size) = (format::bytes(free_bytes).to_string(), format::bytes(total_bytes).to_string());
        let floor = format::bytes(floor_bytes).to_string();
        let words = text!(texts, storage.disk_free, free = free, size = size, floor = floor).to_string();
        let used = percent(total_bytes.saturating_sub(free_bytes), total_bytes);
        view! { <Share label=text!(texts, storage.disk) percent=used words /> }
    });
    view! {
        <SectionCard
            title=text!(texts, storage.taken)
            aside=move || view! { <span class="storage-total">{aside.clone()}</span> }
        >
            {budget}
            {no_budget}
            {disk}
            <p class="storage-forecast">{forecast(texts, usage.forecast())}</p>
        </SectionCard>
    }
}

#[component]
fn Share(label: &'static str, percent: f32, words: String) -> impl IntoView {
    view! {
        <div class="storage-share">
            <h3>{label}</h3>
            <Meter percent=Some(percent) thresholds=level::DISK />
            <p class="card-detail">{words}</p>
        </div>
    }
}

fn forecast(texts: Texts, forecast: Forecast) -> String {
    match forecast {
        Forecast::Unknown => text!(texts, storage.forecast_unknown).to_owned(),
        Forecast::Settles(bytes) => {
            text!(texts, storage.forecast_settles, size = format::bytes(bytes).to_string()).to_string()
        }
        Forecast::FullIn(ms) if ms < 60 * 60 * 1_000 => text!(texts, storage.forecast_full).to_owned(),
        Forecast::FullIn(ms) => {
            let wait = format::duration(u64::try_from(ms / 1_000).unwrap_or_default());
            text!(texts, storage.forecast_full_in, wait = wait).to_string()
        }
    }
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a bar of some hundred pixels")]
fn percent(part: u64, whole: u64) -> f32 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64 * 100.0) as f32 }
}
