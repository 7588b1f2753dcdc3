//! The page of who is told.

use leptos::prelude::*;

use super::{
    api::{Setup, load_setup},
    channels::Channels,
    levels::LevelCards,
    thresholds::Thresholds,
};
use crate::{
    i18n::use_i18n,
    layout::Page,
    live::Clock,
    ui::{Erase, FailedPage, Skeleton},
    wire::load,
};

/// Channels, levels of escalation, and thresholds.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let texts = use_i18n();
    let revision = RwSignal::new(0_u32);
    let reload = Callback::new(move |()| revision.update(|revision| *revision = revision.wrapping_add(1)));
    let setup = load(move || revision.get(), |_| load_setup());
    view! {
        <Page title=text!(texts, nav.notifications).to_owned()>
            <Transition fallback=|| view! { <Skeleton lines=10 /> }>
                {move || Suspend::new(async move {
                    match setup.await {
                        Ok(setup) => view! { <Parts setup reload /> }.erased(),
                        Err(error) => view! { <FailedPage error /> }.erased(),
                    }
                })}
            </Transition>
        </Page>
    }
}

#[component]
fn Parts(setup: Setup, reload: Callback<()>) -> impl IntoView {
    let Setup { channels, levels, thresholds, now_ms } = setup;
    expect_context::<Clock>().begin(now_ms);
    let names: Vec<_> =
        channels.iter().filter_map(|channel| Some((domain::ChannelId(channel.id?), channel.name.clone()))).collect();
    view! {
        <div class="notifications-page">
            <Channels channels reload />
            <LevelCards levels names />
            <Thresholds thresholds />
        </div>
    }
}
