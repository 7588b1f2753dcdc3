//! Which page lies at which address.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    features::{
        audit::AuditPage,
        dashboard::DashboardPage,
        incidents::{IncidentPage, IncidentsPage},
        labels::LabelsPage,
        login::LoginPage,
        maintenance::MaintenancePage,
        notifications::NotificationsPage,
        rules::{NewRulePage, RulePage, RulesPage},
        servers::{EditServerPage, NewServerPage, ServerPage},
        setup::SetupPage,
        storage::StoragePage,
    },
    i18n::{I18nContextProvider, use_i18n},
    layout::Frame,
    ui::{Empty, Erase, IconName, Mounted},
};

/// The whole interface.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let mounted = Mounted(RwSignal::new(false));
    provide_context(mounted);
    Effect::new(move |_| {
        mounted.0.set(true);
        crate::browser::set_root_attribute("data-hydrated", "true");
        crate::browser::register_service_worker();
    });
    // Everything is rendered with its values before the first byte is sent: nothing moves afterwards.
    view! {
        <I18nContextProvider>
            <Router>
                <Routes fallback=|| view! { <NotFoundPage /> }>
                    <Route path=path!("/setup") view=page(SetupPage) ssr=SsrMode::Async />
                    <Route path=path!("/login") view=page(LoginPage) ssr=SsrMode::Async />
                    <ParentRoute path=path!("") view=page(Frame) ssr=SsrMode::Async>
                        <Route path=path!("") view=page(DashboardPage) ssr=SsrMode::Async />
                        <Route path=path!("servers/new") view=page(NewServerPage) ssr=SsrMode::Async />
                        <Route path=path!("servers/:id") view=page(ServerPage) ssr=SsrMode::Async />
                        <Route path=path!("servers/:id/edit") view=page(EditServerPage) ssr=SsrMode::Async />
                        <Route path=path!("incidents") view=page(IncidentsPage) ssr=SsrMode::Async />
                        <Route path=path!("incidents/:id") view=page(IncidentPage) ssr=SsrMode::Async />
                        <Route path=path!("rules") view=page(RulesPage) ssr=SsrMode::Async />
                        <Route path=path!("rules/new") view=page(NewRulePage) ssr=SsrMode::Async />
                        <Route path=path!("rules/:id") view=page(RulePage) ssr=SsrMode::Async />
                        <Route path=path!("maintenance") view=page(MaintenancePage) ssr=SsrMode::Async />
                        <Route path=path!("notifications") view=page(NotificationsPage) ssr=SsrMode::Async />
                        <Route path=path!("labels") view=page(LabelsPage) ssr=SsrMode::Async />
                        <Route path=path!("storage") view=page(StoragePage) ssr=SsrMode::Async />
                        <Route path=path!("audit") view=page(AuditPage) ssr=SsrMode::Async />
                    </ParentRoute>
                </Routes>
            </Router>
        </I18nContextProvider>
    }
}

/// A page without the types of what it is made of.
fn page<T: IntoView + 'static>(component: fn() -> T) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    move || component().erased()
}

/// What stands at an address where nothing is.
#[component]
fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    let texts = use_i18n();
    view! {
        <main class="gate">
            <Empty icon=IconName::Unplugged title=text!(texts, error.no_page) detail=text!(texts, error.no_page_detail)>
                <a class="button primary" href="/">{text!(texts, error.to_dashboard)}</a>
            </Empty>
        </main>
    }
}

/// The login's address, which leads back to `next` afterwards.
pub fn login_address(next: &str) -> String {
    match safe_next(next) {
        "/" => "/login".to_owned(),
        next => format!("/login?next={}", escape(next)),
    }
}

/// `next` when it is a path within this site that a header can carry, else the dashboard. A `//` at its beginning would lead elsewhere.
pub fn safe_next(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/\\");
    if is_path && next.chars().all(|c| c.is_ascii_graphic()) { next } else { "/" }
}

/// A text as a part of a query (RFC 3986, section 2.3: all but unreserved characters escaped).
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            escaped.extend(
                [byte >> 4, byte & 15]
                    .map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase()),
            );
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_only_within_the_site() {
        assert_eq!(safe_next("/servers/3?x=1"), "/servers/3?x=1");
        for bad in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/é", "javascript:x"] {
            assert_eq!(safe_next(bad), "/", "{bad}");
        }
    }

    #[test]
    fn the_way_back_is_escaped_into_the_address() {
        assert_eq!(login_address("/"), "/login");
        assert_eq!(login_address("/?q=a b"), "/login");
        assert_eq!(login_address("/servers/3?a=1&b=2"), "/login?next=%2Fservers%2F3%3Fa%3D1%26b%3D2");
    }
}
