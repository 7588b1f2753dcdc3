//! The cards of a server's page, each about one thing.

mod cpu;
mod head;
mod memory;
mod network;
mod processes;
mod recent;
mod storage;
mod system;

use domain::servers::Server;
pub use head::{Head, OfflineBanner};
use leptos::prelude::*;

use crate::{
    i18n::use_i18n,
    live::ServerStore,
    ui::{Empty, Erase, IconName},
};

/// All cards; until the first sample there is a sentence in their place.
#[component]
pub fn Detail(
    /// The server.
    server: Memo<Option<Server>>,
) -> impl IntoView {
    let texts = use_i18n();
    let store = expect_context::<ServerStore>();
    let latest = store.latest();
    let has_sample = Memo::new(move |_| latest.with(|latest| latest.sample.is_some()));
    let is_online = move || {
        server.with(|server| server.as_ref().is_some_and(|server| server.status == domain::status::Status::Online))
    };
    move || {
        if has_sample.get() {
            view! { <Cards /> }.erased()
        } else if is_online() {
            view! { <Empty icon=IconName::Server title=text!(texts, detail.waiting) /> }.erased()
        } else {
            view! { <Empty icon=IconName::Server title=text!(texts, detail.nothing_yet) /> }.erased()
        }
    }
}

#[component]
fn Cards() -> impl IntoView {
    view! {
        <div class="detail-grid">
            <cpu::CpuCard />
            <memory::MemoryCard />
            <system::LoadCard />
            <network::NetworkCard />
            <storage::DisksCard />
            <storage::FilesystemsCard />
            <processes::ProcessesCard />
            <system::SensorsCard />
        </div>
    }
    .erased()
}
