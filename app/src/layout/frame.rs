//! The frame: lets in who is logged in, and holds what all pages share.

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
    let person = Resource::new(|| (), |()| me());
    let url = use_url();
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match person.await {
                    Ok(user) => view! { <FrameBody user /> }.into_any(),
                    Err(error) if error.is_unauthenticated() => {
                        let here = url.with_untracked(|url| format!("{}?{}", url.path(), url.search()));
                        let address = login_address(here.trim_end_matches('?'));
                        view! { <Redirect path=address /> }.into_any()
                    }
                    Err(error) => view! { <FrameFailed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn FrameFailed(error: AppError) -> impl IntoView {
    view! {
        <main class="gate">
            <FailedPage error />
        </main>
    }
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
        <div class="frame" class:is-lost=move || link.is_lost()>
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
}
