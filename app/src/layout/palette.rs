//! The palette: every server, page and action, one search away.

use domain::ServerId;
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::frame::{FrameState, Me};
use crate::{
    Texts,
    features::dashboard::api::{ServerName, server_names},
    i18n::use_i18n,
    live::FleetStore,
    ui::{Dialog, Icon, IconName},
};

/// How many entries are shown at most.
const SHOWN_MAX: usize = 12;

#[derive(Clone, PartialEq)]
struct Entry {
    icon: IconName,
    label: String,
    detail: String,
    href: String,
}

/// The palette's dialog.
#[component]
pub fn Palette() -> impl IntoView {
    let texts = use_i18n();
    let state = expect_context::<FrameState>();
    view! {
        <Dialog is_open=state.is_palette_open title=text!(texts, palette.open)>
            <PaletteSearch />
        </Dialog>
    }
}

#[component]
fn PaletteSearch() -> impl IntoView {
    let texts = use_i18n();
    let state = expect_context::<FrameState>();
    let (search, chosen) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let known = known_servers();
    let pages = StoredValue::new(pages(texts, &Me::here()));
    let found = Memo::new(move |_| {
        let words = search.with(|search| search.to_lowercase());
        let pages = pages.get_value();
        known.with(|known| find(&words, &pages, known))
    });
    let navigate = use_navigate();
    let go = move |href: &str| {
        state.is_palette_open.set(false);
        navigate(href, NavigateOptions::default());
    };
    let go_on_click = go.clone();
    let press = move |event: web_sys::KeyboardEvent| {
        let last = found.with(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|chosen| *chosen = (*chosen + 1).min(last)),
            "ArrowUp" => chosen.update(|chosen| *chosen = chosen.saturating_sub(1)),
            "Enter" => {
                if let Some(entry) = found.with(|found| found.get(chosen.get_untracked()).cloned()) {
                    go(&entry.href);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let entries = move || {
        let go = go_on_click.clone();
        let option = move |(place, entry): (usize, Entry)| {
            let (go, href) = (go.clone(), entry.href.clone());
            view! {
                <li
                    id=format!("palette-{place}")
                    role="option"
                    class="palette-entry"
                    aria-selected=move || (chosen.get() == place).to_string()
                    on:click=move |_| go(&href)
                    on:pointermove=move |_| chosen.set(place)
                >
                    <Icon name=entry.icon />
                    <span class="palette-label">{entry.label}</span>
                    <span class="palette-detail">{entry.detail}</span>
                </li>
            }
        };
        found.get().into_iter().enumerate().map(option).collect_view()
    };
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            drop(input.focus());
        }
    });
    view! {
        <div class="palette">
            <input
                class="input large"
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=move || format!("palette-{}", chosen.get())
                aria-label=text!(texts, palette.search)
                placeholder=text!(texts, palette.search)
                autocomplete="off"
                spellcheck="false"
                node_ref=input
                on:keydown=press
                on:input=move |event| {
                    chosen.set(0);
                    search.set(event_target_value(&event));
                }
            />
            <ul id="palette-list" role="listbox" aria-label=text!(texts, palette.open)>
                {entries}
            </ul>
            <p class="palette-none" hidden=move || !found.with(Vec::is_empty)>
                {text!(texts, palette.none)}
            </p>
        </div>
    }
}

/// The servers as far as this page knows them; asked for when it does not know all.
fn known_servers() -> RwSignal<Vec<ServerName>> {
    let fleet = expect_context::<FleetStore>();
    let known = fleet.with(|state| {
        let name = |row: &domain::fleet::Row| ServerName {
            id: row.id,
            name: row.meta.name.clone(),
            host: row.meta.host.clone(),
        };
        state.rows.values().map(name).collect::<Vec<_>>()
    });
    let known = RwSignal::new(known);
    if !untrack(|| fleet.is_complete()) {
        leptos::task::spawn_local(async move {
            if let Ok(names) = server_names().await {
                known.try_set(names);
            }
        });
    }
    known
}

fn pages(texts: Texts, me: &Me) -> Vec<Entry> {
    use domain::Permission;
    let page = |icon, label: &str, href: &str| Entry {
        icon,
        label: label.to_owned(),
        detail: String::new(),
        href: href.to_owned(),
    };
    let mut pages = vec![
        page(IconName::Dashboard, text!(texts, nav.dashboard), "/"),
        page(IconName::Bell, text!(texts, nav.incidents), "/incidents"),
        page(IconName::Rule, text!(texts, nav.rules), "/rules"),
        page(IconName::Wrench, text!(texts, nav.maintenance), "/maintenance"),
        page(IconName::Tag, text!(texts, nav.labels), "/labels"),
        page(IconName::Disk, text!(texts, nav.storage), "/storage"),
    ];
    if me.may(Permission::SettingsWrite) {
        pages.push(page(IconName::Send, text!(texts, nav.notifications), "/notifications"));
    }
    if me.may(Permission::AuditRead) {
        pages.push(page(IconName::Record, text!(texts, nav.audit), "/audit"));
    }
    if me.may(Permission::ServersWrite) {
        pages.push(page(IconName::Plus, text!(texts, servers.add), "/servers/new"));
    }
    if me.may(Permission::SettingsWrite) {
        pages.push(page(IconName::Plus, text!(texts, rules.add), "/rules/new"));
    }
    pages
}

/// Pages first, then servers by how early in the name the words are found.
fn find(words: &str, pages: &[Entry], servers: &[ServerName]) -> Vec<Entry> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let place = |text: &str| {
        let text = text.to_lowercase();
        words
            .iter()
            .map(|word| text.find(word))
            .collect::<Option<Vec<_>>>()
            .map(|places| places.into_iter().sum::<usize>())
    };
    let mut found: Vec<Entry> = pages.iter().filter(|page| place(&page.label).is_some()).cloned().collect();
    let mut hits: Vec<(usize, &ServerName)> = servers
        .iter()
        .filter_map(|server| {
            place(&server.name).or_else(|| place(&server.host).map(|place| place + 1_000)).map(|place| (place, server))
        })
        .collect();
    hits.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.name.cmp(&y.name)));
    found.extend(hits.into_iter().map(|(_, server)| Entry {
        icon: IconName::Server,
        label: server.name.clone(),
        detail: server.host.clone(),
        href: server_address(server.id),
    }));
    found.truncate(SHOWN_MAX);
    found
}

/// Where a server's page lies.
fn server_address(id: ServerId) -> String {
    format!("/servers/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(id: i64, name: &str, host: &str) -> ServerName {
        ServerName { id: ServerId(id), name: name.to_owned(), host: host.to_owned() }
    }

    #[test]
    fn servers_are_found_by_name_before_host() {
        let servers =
            [server(1, "mail", "web.example"), server(2, "my-web", "192.0.2.2"), server(3, "Web 1", "192.0.2.3")];
        let labels: Vec<String> = find("web", &[], &servers).into_iter().map(|entry| entry.label).collect();
        assert_eq!(labels, ["Web 1", "my-web", "mail"]);
    }

    #[test]
    fn all_words_have_to_be_found() {
        let servers = [server(1, "web paris", "192.0.2.1"), server(2, "web rome", "192.0.2.2")];
        assert_eq!(find("web rom", &[], &servers).len(), 1);
        assert_eq!(find("", &[], &servers).len(), 2);
    }
}
