//! The frame: lets in who is logged in, and holds what all pages share.

use crate::ui::{Erase, suspended};
use domain::{Permission, accounts::User};
use leptos::prelude::*;
use leptos_router::{
    components::{Outlet, Redirect},
    hooks::use_url,
};

use super::{connection::ConnectionBanner, palette::Palette, shortcuts::Shortcuts, sidebar::Sidebar};
use crate::{
    error::AppError,
    features::login::api::me,
    i18n::use_i18n,
    live::{Clock, FleetStore, Link, ServerStore},
    routes::login_address,
    ui::{FailedPage, ToastList, Toasts},
    wire::load,
};

/// The person who is logged in.
#[derive(Clone)]
pub struct Me(pub User);

impl Me {
    /// The person, from anywhere inside the frame.
    pub fn here() -> Self {
        expect_context()
    }

    /// Whether the person's role allows it; what it does not allow is not offered.
    pub fn may(&self, permission: Permission) -> bool {
        self.0.permissions.contains(&permission)
    }
}

/// What the parts of the frame tell one another.
#[derive(Clone, Copy)]
pub struct FrameState {
    /// Whether the palette is open.
    pub is_palette_open: RwSignal<bool>,
    /// Whether the list of shortcuts is open.
    pub is_shortcuts_open: RwSignal<bool>,
}

/// The frame around the pages, for those who are logged in; others are sent to the login.
#[component]
pub fn Frame() -> impl IntoView {
    let person = load(|| (), |()| me());
    let url = use_url();
    view! {
        <Suspense>
            {suspended(move || Suspend::new(async move {
                match person.await {
                    Ok(user) => view! { <FrameBody user /> }.erased(),
                    Err(error) if error.is_unauthenticated() => {
                        let here = url.with_untracked(|url| format!("{}?{}", url.path(), url.search()));
                        let address = login_address(here.trim_end_matches('?'));
                        view! { <Redirect path=address /> }.erased()
                    }
                    Err(error) => view! { <FrameFailed error /> }.erased(),
                }
            }))}
        </Suspense>
    }
    .erased()
}

#[component]
fn FrameFailed(error: AppError) -> impl IntoView {
    view! {
        <main class="gate">
            <FailedPage error />
        </main>
    }
    .erased()
}

#[component]
fn FrameBody(user: User) -> impl IntoView {
    let (clock, fleet, server) = (Clock::new(), FleetStore::new(), ServerStore::new());
    let link = Link::new(clock, fleet, server);
    let state = FrameState { is_palette_open: RwSignal::new(false), is_shortcuts_open: RwSignal::new(false) };
    provide_context(Me(user));
    provide_context(clock);
    provide_context(fleet);
    provide_context(server);
    provide_context(link);
    provide_context(state);
    provide_context(Toasts::default());
    Effect::new(move |_| link.start());
    let texts = use_i18n();
    view! {
        <a class="skip-link" href="#content">{text!(texts, frame.skip)}</a>
        <div class="frame" class:is-lost=Signal::derive(move || link.is_lost())>
            <Sidebar />
            <div class="frame-main">
                <ConnectionBanner />
                <Outlet />
            </div>
        </div>
        <Palette />
        <Shortcuts />
        <ToastList />
    }
    .erased()
}
