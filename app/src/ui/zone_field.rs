//! The field for a time zone.

use leptos::prelude::*;

use super::TextField;
use crate::browser;

/// A time zone, with the browser's names to choose from; any other that the server knows can be typed.
#[component]
pub fn ZoneField(
    /// Its name.
    value: RwSignal<String>,
    /// The label.
    label: &'static str,
    /// A sentence of help.
    hint: &'static str,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let names = RwSignal::new(Vec::<String>::new());
    Effect::new(move |_| names.set(browser::time_zones()));
    view! {
        <TextField name="time_zone" label value placeholder="UTC" suggestions=names hint=hint.to_owned() error />
    }
}
