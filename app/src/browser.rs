//! The few things that the page asks the browser itself. None of them may be called while the server renders.

use js_sys::{Array, Function, Intl, Object, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};

/// The browser's clock, in Unix milliseconds.
pub fn now_ms() -> i64 {
    #[allow(clippy::cast_possible_truncation, reason = "whole milliseconds")]
    let now = js_sys::Date::now() as i64;
    now
}

/// A random number in 0..1, for spreading load; not for secrets.
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// The address of the live WebSocket on the server that the page came from.
pub fn live_address() -> Option<String> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}/ws/live", location.host().ok()?))
}

/// The address of the page within the site, query included.
pub fn here() -> String {
    let location = window().location();
    format!("{}{}", location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}

/// Loads another page, leaving this one.
pub fn leave_for(address: &str) {
    // Fails only for addresses that cannot be parsed, and ours can.
    drop(window().location().assign(address));
}

/// Goes back to what was shown before.
pub fn back() {
    if let Ok(history) = window().history() {
        drop(history.back());
    }
}

/// The person's own time zone.
pub fn own_time_zone() -> String {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    let name = Reflect::get(&options, &JsValue::from_str("timeZone")).ok().and_then(|name| name.as_string());
    name.unwrap_or_default()
}

/// The names of all time zones that the browser knows.
pub fn time_zones() -> Vec<String> {
    let names = || {
        let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
        let list = Reflect::get(&intl, &JsValue::from_str("supportedValuesOf")).ok()?.dyn_into::<Function>().ok()?;
        list.call1(&intl, &JsValue::from_str("timeZone")).ok()?.dyn_into::<Array>().ok()
    };
    // Browsers leave it out: it is no place.
    let utc = std::iter::once("UTC".to_owned());
    utc.chain(names().unwrap_or_default().iter().filter_map(|name| name.as_string())).collect()
}

/// The tag of the language that the browser is in, such as `de-AT`.
pub fn language() -> String {
    window().navigator().language().unwrap_or_default()
}

/// Whether nobody can see the page.
pub fn is_hidden() -> bool {
    document().hidden()
}

/// A moment as a field of a form for date and time has it, in the person's own zone.
pub fn local_input(at_ms: i64) -> String {
    let at = date(at_ms);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        at.get_full_year(),
        at.get_month() + 1,
        at.get_date(),
        at.get_hours(),
        at.get_minutes(),
        at.get_seconds()
    )
}

/// The moment that a field for date and time has, in Unix milliseconds.
pub fn of_local_input(text: &str) -> Option<i64> {
    let at = js_sys::Date::new(&JsValue::from_str(text)).get_time();
    #[allow(clippy::cast_possible_truncation, reason = "whole milliseconds")]
    at.is_finite().then_some(at as i64)
}

/// Loads this page anew.
pub fn reload() {
    drop(window().location().reload());
}

/// The part of the page that all elements hang from: `<html>`.
pub fn root() -> Option<web_sys::HtmlElement> {
    document().document_element()?.dyn_into().ok()
}

/// An attribute of `<html>`.
pub fn root_attribute(name: &str) -> Option<String> {
    root()?.get_attribute(name)
}

/// Sets an attribute of `<html>`.
pub fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = root() {
        drop(root.set_attribute(name, value));
    }
}

/// All cookies that scripts may read, as the browser writes them.
#[cfg(not(feature = "ssr"))]
pub fn cookies() -> String {
    document().unchecked_into::<web_sys::HtmlDocument>().cookie().unwrap_or_default()
}

/// Keeps a cookie for a year.
pub fn set_cookie(name: &str, value: &str) {
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
    drop(document().unchecked_into::<web_sys::HtmlDocument>().set_cookie(&cookie));
}

/// A value kept as long as the tab.
pub fn tab_value(name: &str) -> Option<String> {
    window().session_storage().ok()??.get_item(name).ok()?
}

/// Keeps a value as long as the tab.
pub fn set_tab_value(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        drop(storage.set_item(name, value));
    }
}

/// Whether a media query holds.
pub fn matches_media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// A moment in the person's own zone and format, with seconds.
pub fn local_time(at_ms: i64) -> String {
    text_of(&date(at_ms).to_locale_string("default", &JsValue::UNDEFINED))
}

/// A moment in words in the person's own zone, with the day of the week.
pub fn local_words(at_ms: i64) -> String {
    local_text(at_ms, &[("dateStyle", "full"), ("timeStyle", "medium")])
}

/// A moment in the person's own zone, as the options of `Intl.DateTimeFormat` want it.
pub fn local_text(at_ms: i64, options: &[(&str, &str)]) -> String {
    let object = Object::new();
    for (key, value) in options {
        drop(Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value)));
    }
    text_of(&date(at_ms).to_locale_string("default", &object))
}

/// The time of day of a moment in the person's own zone and format.
pub fn local_time_of_day(at_ms: i64) -> String {
    text_of(&date(at_ms).to_locale_time_string("default"))
}

fn date(at_ms: i64) -> js_sys::Date {
    #[allow(clippy::cast_precision_loss, reason = "JavaScript counts milliseconds in a double")]
    let at = at_ms as f64;
    js_sys::Date::new(&JsValue::from_f64(at))
}

fn text_of(text: &js_sys::JsString) -> String {
    String::from(text)
}

/// Whether a key press belongs to something that the person types into.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return false;
    };
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.is_content_editable()
}

/// Moves the focus to the first element that a selector finds.
pub fn focus(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) else { return false };
    element.focus().is_ok()
}

/// Registers the service worker, which shows a page of its own when the server cannot be reached.
pub fn register_service_worker() {
    let container = js_sys::Reflect::get(&window().navigator(), &JsValue::from_str("serviceWorker"));
    // Not there on plain HTTP other than localhost: then the page simply cannot be installed.
    if let Ok(container) = container
        && let Ok(container) = container.dyn_into::<web_sys::ServiceWorkerContainer>()
    {
        let registration = container.register("/sw.js");
        leptos::task::spawn_local(async move {
            drop(wasm_bindgen_futures::JsFuture::from(registration).await);
        });
    }
}
