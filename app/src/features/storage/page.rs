//! The storage page.

use domain::storage::Losses;
use leptos::prelude::*;

use super::{
    api::{Storage, load_storage},
    banner::Paused,
    form::LimitsForm,
    overview::Overview,
    servers::ServerSizes,
    tiers::Tiers,
};
use crate::{
    format,
    i18n::use_i18n,
    layout::Page,
    ui::{Banner, Erase, FailedPage, IconName, Skeleton},
    wire::load,
};

/// What history takes, and how long it is kept.
#[component]
pub fn StoragePage() -> impl IntoView {
    let texts = use_i18n();
    let storage = load(|| (), |()| load_storage());
    let reload = Callback::new(move |()| storage.refetch());
    view! {
        <Page title=text!(texts, nav.storage).to_owned()>
            <Transition fallback=|| view! { <Skeleton lines=12 /> }>
                {move || Suspend::new(async move {
                    match storage.await {
                        Ok(storage) => view! { <Contents storage reload /> }.erased(),
                        Err(error) => view! { <FailedPage error /> }.erased(),
                    }
                })}
            </Transition>
        </Page>
    }
}

#[component]
fn Contents(storage: Storage, reload: Callback<()>) -> impl IntoView {
    let Storage { usage, limits, groups } = storage;
    let losses = usage.losses;
    view! {
        <div class="storage-page">
            {usage.is_paused.then(|| view! { <Paused /> })}
            {(!losses.is_none()).then(|| view! { <Lost losses /> })}
            <div class="two-columns">
                <Overview usage=usage.clone() />
                <Tiers usage=usage.clone() />
            </div>
            <LimitsForm usage=usage.clone() limits groups reload />
            <ServerSizes usage />
        </div>
    }
}

/// What was lost since the start, in words.
#[component]
fn Lost(losses: Losses) -> impl IntoView {
    let texts = use_i18n();
    let Losses { refused_values, lost_samples, damaged_blocks } = losses;
    let lines = [
        (lost_samples, text!(texts, storage.lost_samples, count = format::count(lost_samples)).to_string()),
        (refused_values, text!(texts, storage.refused_values, count = format::count(refused_values)).to_string()),
        (damaged_blocks, text!(texts, storage.damaged_blocks, count = format::count(damaged_blocks)).to_string()),
    ];
    let lines = lines.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| view! { <p>{words}</p> });
    view! { <Banner level="warning" icon=IconName::Warning>{lines.collect_view()}</Banner> }
}
