//! Time zones and short moments as the browser has them.

use domain::maintenance::Occurrence;
use js_sys::{Array, Function, Intl, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::{format, ui::Mounted};

/// The person's own time zone. Only in the browser.
pub fn own() -> String {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    let name = Reflect::get(&options, &JsValue::from_str("timeZone")).ok().and_then(|name| name.as_string());
    name.unwrap_or_default()
}

/// The names of all time zones that the browser knows. Only in the browser.
pub fn all() -> Vec<String> {
    let names = || {
        let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
        let list = Reflect::get(&intl, &JsValue::from_str("supportedValuesOf")).ok()?.dyn_into::<Function>().ok()?;
        list.call1(&intl, &JsValue::from_str("timeZone")).ok()?.dyn_into::<Array>().ok()
    };
    // Browsers leave it out: it is no place.
    let utc = std::iter::once("UTC".to_owned());
    utc.chain(names().unwrap_or_default().iter().filter_map(|name| name.as_string())).collect()
}

/// One time of maintenance in the person's zone: day and time, and the day of its end where that is another one.
#[component]
pub fn When(
    /// The time.
    at: Occurrence,
    /// The time zone by whose clock it was planned.
    zone: String,
) -> impl IntoView {
    let mounted = expect_context::<Mounted>();
    let Occurrence { from_ms, until_ms, from, .. } = at;
    let words = move || if mounted.0.get() { range(from_ms, until_ms) } else { format::utc(from_ms) };
    // By the clock of the plan too, where that is not the person's.
    let there = move || {
        (mounted.0.get() && own() != zone).then(|| view! { <span class="maintenance-there">{from.clone()}</span> })
    };
    view! {
        <time class="moment" datetime=format::rfc3339(from_ms)>
            {words}
        </time>
        {there}
    }
}

/// A moment with its day, to the minute, in the person's zone and format. Only in the browser.
pub fn short(at_ms: i64) -> String {
    text(at_ms, true)
}

fn range(from_ms: i64, until_ms: i64) -> String {
    let is_same_day = day(from_ms) == day(until_ms);
    format!("{} – {}", text(from_ms, true), text(until_ms, !is_same_day))
}

fn day(at_ms: i64) -> String {
    let at = date(at_ms);
    format!("{} {} {}", at.get_full_year(), at.get_month(), at.get_date())
}

fn text(at_ms: i64, has_day: bool) -> String {
    let options = Object::new();
    let day: &[_] = if has_day {
        &[("weekday", "short"), ("year", "numeric"), ("month", "short"), ("day", "numeric")]
    } else {
        &[]
    };
    for (key, value) in day.iter().chain(&[("hour", "numeric"), ("minute", "2-digit")]) {
        drop(Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value)));
    }
    String::from(date(at_ms).to_locale_string("default", &options))
}

fn date(at_ms: i64) -> js_sys::Date {
    #[allow(clippy::cast_precision_loss, reason = "JavaScript counts milliseconds in a double")]
    let at = at_ms as f64;
    js_sys::Date::new(&JsValue::from_f64(at))
}
