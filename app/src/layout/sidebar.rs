//! The way around: a slim bar at the side, at the bottom on phones.

use domain::Permission;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::Me;
use crate::{
    browser,
    i18n::use_i18n,
    preferences,
    ui::{Icon, IconName},
};

/// The bar with the main pages.
#[component]
pub fn Sidebar() -> impl IntoView {
    let texts = use_i18n();
    let me = Me::here();
    let toggle = move |_| {
        let is_narrow = browser::root_attribute("data-sidebar").as_deref() == Some("narrow");
        preferences::set_sidebar_narrow(!is_narrow);
    };
    view! {
        <nav class="sidebar" aria-label=text!(texts, frame.main_navigation)>
            <a class="brand" href="/" aria-label=text!(texts, product)>
                <img src="/favicon.svg" alt="" width="24" height="24" />
                <span class="sidebar-word">{text!(texts, product)}</span>
            </a>
            <NavLink href="/" label=text!(texts, nav.dashboard) icon=IconName::Dashboard />
            <NavLink href="/incidents" label=text!(texts, nav.incidents) icon=IconName::Bell />
            <NavLink href="/rules" label=text!(texts, nav.rules) icon=IconName::Rule />
            <NavLink href="/maintenance" label=text!(texts, nav.maintenance) icon=IconName::Wrench />
            <NavLink href="/labels" label=text!(texts, nav.labels) icon=IconName::Tag />
            <NavLink href="/storage" label=text!(texts, nav.storage) icon=IconName::Disk />
            {me
                .may(Permission::SettingsWrite)
                .then(|| view! { <NavLink href="/notifications" label=text!(texts, nav.notifications) icon=IconName::Send /> })}
            {me
                .may(Permission::AuditRead)
                .then(|| view! { <NavLink href="/audit" label=text!(texts, nav.audit) icon=IconName::Record /> })}
            <button
                type="button"
                class="nav-link sidebar-toggle"
                title=text!(texts, frame.toggle_sidebar)
                on:click=toggle
            >
                <Icon name=IconName::Panel />
                <span class="sidebar-word">{text!(texts, frame.collapse)}</span>
            </button>
        </nav>
    }
}

/// A link that is marked while its page, or one below it, is shown.
#[component]
fn NavLink(href: &'static str, label: &'static str, icon: IconName) -> impl IntoView {
    let path = use_location().pathname;
    let is_here = move || {
        path.with(|path| if href == "/" { path == "/" || path.starts_with("/servers") } else { path.starts_with(href) })
    };
    view! {
        <a class="nav-link" href=href title=label aria-current=move || is_here().then_some("page")>
            <Icon name=icon />
            <span class="sidebar-word">{label}</span>
        </a>
    }
}
