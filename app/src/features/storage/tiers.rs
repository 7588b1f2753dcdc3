//! What each tier takes.

use domain::storage::{TierUsage, Usage};
use leptos::prelude::*;

use crate::{
    Texts, format,
    i18n::use_i18n,
    ui::{Ago, Moment, SectionCard},
};

/// The words for a tier's number.
pub fn tier_words(texts: Texts, tier: i16) -> String {
    match tier {
        0 => text!(texts, storage.tier_raw).to_owned(),
        1 => text!(texts, storage.tier_minute).to_owned(),
        2 => text!(texts, storage.tier_hour).to_owned(),
        3 => text!(texts, storage.tier_processes).to_owned(),
        other => text!(texts, storage.tier_other, number = other.to_string()).to_string(),
    }
}

/// The card with a line per tier.
#[component]
pub fn Tiers(usage: Usage) -> impl IntoView {
    let texts = use_i18n();
    let tiers = usage.tiers();
    let is_empty = tiers.is_empty();
    let lines = tiers.into_iter().map(|tier| view! { <TierRow tier now_ms=usage.now_ms /> }).collect_view();
    view! {
        <SectionCard title=text!(texts, storage.by_tier)>
            <div class="table-scroll">
                <table class="data-table storage-table storage-tiers" aria-label=text!(texts, storage.by_tier)>
                    <thead>
                        <tr>
                            <th scope="col">{text!(texts, storage.tier)}</th>
                            <th scope="col" class="number">{text!(texts, storage.size)}</th>
                            <th scope="col" class="number">{text!(texts, storage.values)}</th>
                            <th scope="col" class="number">{text!(texts, storage.per_value)}</th>
                            <th scope="col">{text!(texts, storage.oldest)}</th>
                            <th scope="col">{text!(texts, storage.oldest_goes)}</th>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
            {is_empty.then(|| view! { <p class="card-detail">{text!(texts, storage.nothing)}</p> })}
        </SectionCard>
    }
}

#[component]
fn TierRow(tier: TierUsage, now_ms: i64) -> impl IntoView {
    let texts = use_i18n();
    let per_value = tier
        .bytes_per_value()
        .map_or_else(|| "–".to_owned(), |bytes| format!("{}\u{202f}B", format::significant(bytes)));
    let goes_ms = tier.oldest_goes_ms();
    let label = |words: &'static str| view! { <span class="cell-label">{words}</span> };
    view! {
        <tr>
            <th scope="row">{tier_words(texts, tier.tier)}</th>
            <td class="number">{label(text!(texts, storage.size))} {format::bytes(tier.size_bytes).to_string()}</td>
            <td class="number">{label(text!(texts, storage.values))} {format::count(tier.value_count)}</td>
            <td class="number">{label(text!(texts, storage.per_value))} {per_value}</td>
            <td>{label(text!(texts, storage.oldest))} <Ago at_ms=Signal::stored(tier.first_ms) /></td>
            <td>
                {label(text!(texts, storage.oldest_goes))} {goes_in(texts, now_ms, goes_ms)}
                <span class="visually-hidden">" " <Moment at_ms=Signal::stored(goes_ms) /></span>
            </td>
        </tr>
    }
}

fn goes_in(texts: Texts, now_ms: i64, goes_ms: i64) -> String {
    match u64::try_from((goes_ms - now_ms) / 1_000) {
        Ok(secs) if secs > 0 => text!(texts, storage.goes_in, wait = format::duration(secs)).to_string(),
        _ => text!(texts, storage.goes_now).to_owned(),
    }
}
