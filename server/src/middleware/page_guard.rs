//! Sends a browser that asks for a page to where it has to go first: to the set-up, to the login, or away from them.

use axum::{
    extract::{Request, State},
    http::{Method, Uri},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use monitor::request::Caller;

use crate::{api::ApiError, state::AppState};

/// Lets the page be rendered, which then finds who is logged in among the request's extensions, or redirects.
pub async fn check(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && !request.uri().path().starts_with("/sfn/");
    let Some(caller) = request.extensions().get::<Caller>().filter(|_| is_page).cloned() else {
        return next.run(request).await;
    };
    let accounts = state.monitor.accounts();
    let needs_setup = match accounts.setup_status(&caller.origin).await {
        Ok(status) => status.needs_setup,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let person = match accounts.authenticate(&caller).await {
        Ok(actor) if !needs_setup => accounts.me(&actor).await.ok(),
        _ => None,
    };
    if let Some(place) = elsewhere(needs_setup, person.is_some(), request.uri()) {
        return Redirect::to(&place).into_response();
    }
    if let Some(person) = person {
        request.extensions_mut().insert(person);
    }
    next.run(request).await
}

/// Where the browser has to go instead, if anywhere.
fn elsewhere(needs_setup: bool, is_logged_in: bool, wanted: &Uri) -> Option<String> {
    match (wanted.path(), needs_setup, is_logged_in) {
        ("/setup", true, _) | ("/login", false, false) => None,
        (_, true, _) => Some("/setup".to_owned()),
        ("/setup", false, true) => Some("/".to_owned()),
        ("/login", false, true) => Some(next_of(wanted).unwrap_or_else(|| "/".to_owned())),
        ("/setup" | "/", false, false) => Some("/login".to_owned()),
        (_, false, false) => {
            let place = wanted.path_and_query().map_or("/", |place| place.as_str());
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", place).finish();
            Some(format!("/login?{query}"))
        }
        (_, false, true) => None,
    }
}

/// The place to go on to after logging in, if it is one of ours.
fn next_of(uri: &Uri) -> Option<String> {
    let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let (_, next) = pairs.find(|(name, _)| name == "next")?;
    is_local_path(&next).then(|| next.into_owned())
}

/// Whether a browser stays on this site when it is sent there: `//host` and `/\host` lead away.
pub fn is_local_path(place: &str) -> bool {
    let mut chars = place.chars();
    chars.next() == Some('/')
        && !matches!(chars.next(), Some('/' | '\\'))
        && place.chars().all(|c| c.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(needs_setup: bool, is_logged_in: bool, wanted: &'static str) -> Option<String> {
        elsewhere(needs_setup, is_logged_in, &Uri::from_static(wanted))
    }

    #[test]
    fn without_an_account_every_page_leads_to_the_set_up() {
        assert_eq!(way(true, false, "/setup"), None);
        assert_eq!(way(true, false, "/").as_deref(), Some("/setup"));
        assert_eq!(way(true, false, "/login").as_deref(), Some("/setup"));
    }

    #[test]
    fn without_a_session_every_page_leads_to_the_login_and_back() {
        assert_eq!(way(false, false, "/login"), None);
        assert_eq!(way(false, false, "/").as_deref(), Some("/login"));
        assert_eq!(
            way(false, false, "/servers/7?tab=a&b=c").as_deref(),
            Some("/login?next=%2Fservers%2F7%3Ftab%3Da%26b%3Dc")
        );
    }

    #[test]
    fn with_a_session_the_login_leads_on() {
        assert_eq!(way(false, true, "/"), None);
        assert_eq!(way(false, true, "/labels"), None);
        assert_eq!(way(false, true, "/setup").as_deref(), Some("/"));
        assert_eq!(way(false, true, "/login").as_deref(), Some("/"));
        assert_eq!(way(false, true, "/login?next=%2Flabels").as_deref(), Some("/labels"));
        assert_eq!(way(false, true, "/login?next=%2F%2Fevil.example").as_deref(), Some("/"));
    }

    #[test]
    fn only_places_on_this_site_are_local() {
        for place in ["/", "/servers/7?x=1", "/a//b"] {
            assert!(is_local_path(place), "{place}");
        }
        for place in
            ["", "servers", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "javascript:x"]
        {
            assert!(!is_local_path(place), "{place}");
        }
    }
}
