//! What a person chose for their browser: kept in cookies, so that the first HTML already has it and nothing flashes.

use crate::browser;

/// The cookie of the colour theme.
pub const THEME: &str = "theme";
/// The cookie of the sidebar's width.
pub const SIDEBAR: &str = "sidebar";
/// The cookie of how the dashboard is shown.
pub const DASHBOARD: &str = "dashboard";

/// The colour theme.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All themes.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in the cookie and on `<html data-theme>`.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }

    /// The theme that is chosen.
    pub fn chosen() -> Self {
        cookie(THEME).map(|name| Self::of(&name)).unwrap_or_default()
    }

    /// Chooses it. Only in the browser.
    pub fn choose(self) {
        browser::set_cookie(THEME, self.name());
        browser::set_root_attribute("data-theme", self.name());
    }
}

/// Whether the sidebar shows icons only.
#[cfg(feature = "ssr")]
pub fn is_sidebar_narrow() -> bool {
    cookie(SIDEBAR).as_deref() == Some("narrow")
}

/// Makes the sidebar narrow or wide. Only in the browser.
pub fn set_sidebar_narrow(is_narrow: bool) {
    let name = if is_narrow { "narrow" } else { "wide" };
    browser::set_cookie(SIDEBAR, name);
    browser::set_root_attribute("data-sidebar", name);
}

/// A cookie's value, from the request while the server renders and from the browser afterwards.
pub fn cookie(name: &str) -> Option<String> {
    find(&all_cookies(), name)
}

#[cfg(feature = "ssr")]
fn all_cookies() -> String {
    let parts = leptos::prelude::use_context::<http::request::Parts>();
    let headers = parts.map(|parts| parts.headers).unwrap_or_default();
    headers.get_all(http::header::COOKIE).iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join("; ")
}

#[cfg(not(feature = "ssr"))]
fn all_cookies() -> String {
    browser::cookies()
}

fn find(cookies: &str, name: &str) -> Option<String> {
    cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Theme, find};

    #[test]
    fn a_cookie_is_found_among_others() {
        let cookies = "a=1; theme=dark;sidebar=narrow; theme2=x";
        assert_eq!(find(cookies, "theme").as_deref(), Some("dark"));
        assert_eq!(find(cookies, "sidebar").as_deref(), Some("narrow"));
        assert_eq!(find(cookies, "b"), None);
    }

    #[test]
    fn an_unknown_theme_is_the_systems() {
        assert_eq!((Theme::of("dark"), Theme::of("<script>")), (Theme::Dark, Theme::System));
    }
}
