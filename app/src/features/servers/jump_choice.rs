//! Choosing the server through which another one is reached.

use domain::ServerId;
use leptos::prelude::*;

use super::api::JumpHost;
use crate::i18n::use_i18n;

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
    let options = jump_hosts
        .into_iter()
        .map(|JumpHost { id, name, host }| {
            let words = if name == host { name } else { format!("{name} · {host}") };
            view! { <option value=id.to_string() selected=chosen.get_untracked() == Some(id)>{words}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for="jump_host_id">{text!(texts, servers.jump_host)}</label>
            <select
                id="jump_host_id"
                name="jump_host_id"
                class="input"
                aria-describedby="jump_host_id-hint"
                on:change=move |event| chosen.set(event_target_value(&event).parse().ok().map(ServerId))
            >
                <option value="">{text!(texts, servers.directly)}</option>
                {options}
            </select>
            <p class="field-hint" id="jump_host_id-hint">{text!(texts, servers.jump_host_hint)}</p>
            <p class="field-error" aria-live="polite">{move || error.get()}</p>
        </div>
    }
}
