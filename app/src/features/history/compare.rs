//! What is drawn beside: last week, other servers, further series; and the way to take it along as a file.

use domain::ServerId;
use leptos::prelude::*;

use super::wanted::{SERVERS_MAX, Wanted};
use crate::{
    features::dashboard::api::ServerName,
    i18n::use_i18n,
    ui::{Icon, IconName},
};

/// The tools beside the range picker.
#[component]
pub fn Comparison(
    /// The server of the page.
    id: ServerId,
    /// What is shown.
    wanted: Memo<Wanted>,
    /// All servers by name; empty until they are loaded.
    names: RwSignal<Vec<ServerName>>,
    /// The series that the server has; empty until they are loaded.
    keys: RwSignal<Vec<String>>,
    /// Shows something else.
    go: Callback<Wanted>,
) -> impl IntoView {
    let texts = use_i18n();
    let change = move |change: &dyn Fn(&mut Wanted)| {
        let mut next = wanted.get_untracked();
        change(&mut next);
        go.run(next);
    };
    let others = move || {
        let with = wanted.with(|wanted| wanted.with.clone());
        let is_other = |server: &ServerName| server.id != id && !with.contains(&server.id);
        names.with(|names| names.iter().filter(|server| is_other(server)).cloned().collect::<Vec<_>>())
    };
    let chips = move || {
        let with = wanted.with(|wanted| wanted.with.clone());
        let chip = |other: ServerId| {
            let name = name_of(&names.get(), other);
            let label = text!(texts, history.remove, title = name.clone()).to_string();
            view! {
                <button
                    type="button"
                    class="button chip"
                    aria-label=label
                    on:click=move |_| change(&|next| next.with.retain(|known| *known != other))
                >
                    {name}
                    <Icon name=IconName::Close />
                </button>
            }
        };
        with.into_iter().map(chip).collect_view()
    };
    let further = move || {
        let more = wanted.with(|wanted| wanted.more.clone());
        keys.with(|keys| keys.iter().filter(|key| !more.contains(key)).cloned().collect::<Vec<_>>())
    };
    view! {
        <div class="comparison">
            <button
                type="button"
                class="button"
                aria-pressed=move || wanted.with(|wanted| wanted.last_week).to_string()
                on:click=move |_| change(&|next| next.last_week = !next.last_week)
            >
                {text!(texts, history.last_week)}
            </button>
            {chips}
            <select
                class="input"
                aria-label=text!(texts, history.add_server)
                hidden=move || others().is_empty() || wanted.with(|wanted| wanted.with.len() + 1 >= SERVERS_MAX)
                on:change:target=move |event| {
                    if let Ok(other) = event.target().value().parse() {
                        event.target().set_value("");
                        change(&|next| next.with.push(ServerId(other)));
                    }
                }
            >
                <option value="">{text!(texts, history.add_server)}</option>
                {move || {
                    others().into_iter().map(|server| view! { <option value=server.id.to_string()>{server.name}</option> }).collect_view()
                }}
            </select>
            <select
                class="input"
                aria-label=text!(texts, history.add_chart)
                hidden=move || further().is_empty()
                on:change:target=move |event| {
                    let key = event.target().value();
                    event.target().set_value("");
                    if !key.is_empty() {
                        change(&|next| next.more.push(key.clone()));
                    }
                }
            >
                <option value="">{text!(texts, history.add_chart)}</option>
                {move || further().into_iter().map(|key| view! { <option value=key.clone()>{key.clone()}</option> }).collect_view()}
            </select>
        </div>
    }
}

/// The name of a server, or its id until the names are there.
pub fn name_of(names: &[ServerName], id: ServerId) -> String {
    names.iter().find(|server| server.id == id).map_or_else(|| format!("#{id}"), |server| server.name.clone())
}
