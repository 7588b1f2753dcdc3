//! The page of who is told.

use domain::ChannelId;
use leptos::prelude::*;

use super::{
    api::{ChannelView, Setup, load_setup},
    channels::Channels,
    levels::LevelCards,
    thresholds::Thresholds,
};
use crate::{
    i18n::use_i18n,
    layout::Page,
    live::Clock,
    ui::{Erase, FailedPage, Skeleton, ToastKind, Toasts},
    wire::load,
};

/// Channels, levels of escalation, and thresholds.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let texts = use_i18n();
    let setup = load(|| (), |()| load_setup());
    view! {
        <Page title=text!(texts, nav.notifications).to_owned()>
            <Suspense fallback=|| view! { <Skeleton lines=10 /> }>
                {move || Suspend::new(async move {
                    match setup.await {
                        Ok(setup) => view! { <Parts setup /> }.erased(),
                        Err(error) => view! { <FailedPage error /> }.erased(),
                    }
                })}
            </Suspense>
        </Page>
    }
}

#[component]
fn Parts(setup: Setup) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let Setup { channels, levels, thresholds, now_ms } = setup;
    expect_context::<Clock>().begin(now_ms);
    let (channels, levels) = (RwSignal::new(channels), RwSignal::new(levels));
    let refresh = Action::new_local(move |()| async move {
        match load_setup().await {
            Ok(setup) => {
                channels.try_set(setup.channels);
                levels.try_set(setup.levels);
            }
            Err(error) => toasts.show(ToastKind::Failed, error.message(texts)),
        }
    });
    let names = Memo::new(move |_| {
        let name = |channel: &ChannelView| Some((ChannelId(channel.id?), channel.name.clone()));
        channels.with(|channels| channels.iter().filter_map(name).collect::<Vec<_>>())
    });
    view! {
        <div class="notifications-page">
            <Channels channels reload=move |()| drop(refresh.dispatch(())) />
            <LevelCards levels names />
            <Thresholds thresholds />
        </div>
    }
}
