//! The frame: lets in who is logged in, and holds what all pages share.

use domain::{Permission, accounts::User};
use leptos::{prelude::*, server::SharedValue};
use leptos_router::{components::Outlet, hooks::use_location};

use super::{connection::ConnectionBanner, palette::Palette, shortcuts::Shortcuts, sidebar::Sidebar};
use crate::{
    browser,
    features::incidents::ask_while_lost,
    i18n::use_i18n,
    live::{BellState, Clock, FleetStore, Link, ServerStore},
    ui::{Erase, ToastList, Toasts},
    wire::Wire,
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

/// The frame around the pages, for those who are logged in.
///
/// Who that is comes with the page: the program checks it before it renders one. Where the browser gets here without a page having
/// been loaded, as after a login, the page is loaded now.
#[component]
pub fn Frame() -> impl IntoView {
    let person = SharedValue::<Option<User>, Wire>::new_with_encoding(person_of_request).into_inner();
    match person {
        Some(user) => view! { <FrameBody user /> }.erased(),
        None => view! { <Entrance /> }.erased(),
    }
}

/// The person whom the program found logged in.
#[cfg(feature = "ssr")]
fn person_of_request() -> Option<User> {
    use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<User>().cloned())
}

/// Only a page that was loaded says who is logged in.
#[cfg(not(feature = "ssr"))]
fn person_of_request() -> Option<User> {
    None
}

#[component]
fn Entrance() -> impl IntoView {
    let location = use_location();
    Effect::new(move |_| {
        let (path, query) = (location.pathname.get_untracked(), location.search.get_untracked());
        browser::leave_for(&if query.is_empty() { path } else { format!("{path}?{query}") });
    });
}

#[component]
fn FrameBody(user: User) -> impl IntoView {
    let (clock, fleet, server, bell) = (Clock::new(), FleetStore::new(), ServerStore::new(), BellState::new());
    let link = Link::new(clock, fleet, server, bell);
    let state = FrameState { is_palette_open: RwSignal::new(false), is_shortcuts_open: RwSignal::new(false) };
    provide_context(Me(user));
    provide_context(clock);
    provide_context(fleet);
    provide_context(server);
    provide_context(link);
    provide_context(state);
    provide_context(Toasts::default());
    provide_context(bell);
    ask_while_lost(bell, link, clock);
    Effect::new(move |_| link.start());
    let texts = use_i18n();
    view! {
        <a class="skip-link" href="#content" rel="external">{text!(texts, frame.skip)}</a>
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
