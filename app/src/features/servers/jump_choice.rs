//! Choosing the server through which another one is reached.

use domain::ServerId;
use leptos::prelude::*;

use super::api::JumpHost;
use crate::{
    i18n::use_i18n,
    ui::{SelectField, none_or, option},
};

/// A choice among the servers that are reached over SSH.
#[component]
pub fn JumpChoice(
    /// The chosen server.
    chosen: RwSignal<Option<ServerId>>,
    /// All that can be chosen, by name.
    jump_hosts: Vec<JumpHost>,
    /// What is wrong with the choice.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let texts = use_i18n();
    let directly = text!(texts, servers.directly);
    let through = |JumpHost { id, name, host }: JumpHost| {
        let words = if name == host { name } else { format!("{name} · {host}") };
        option(id.to_string(), words)
    };
    // There may be thousands. The first HTML has the chosen one only; the browser knows the others and adds them.
    let first = jump_hosts.iter().find(|server| Some(server.id) == chosen.get_untracked()).cloned();
    let options = RwSignal::new(none_or(directly, first.map(through)));
    let field = view! {
        <SelectField
            name="jump_host_id"
            label=text!(texts, servers.jump_host)
            options
            chosen=Signal::derive(move || chosen.get().map(|id| id.to_string()).unwrap_or_default())
            on_choose=move |id: String| chosen.set(id.parse().ok().map(ServerId))
            hint=text!(texts, servers.jump_host_hint).to_owned()
            error
        />
    };
    // After the field's own, which by then follows the options.
    let all = StoredValue::new(jump_hosts);
    Effect::new(move |_| options.set(none_or(directly, all.get_value().into_iter().map(through))));
    field
}
