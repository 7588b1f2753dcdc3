//! What each server takes, to be sorted and searched.

use domain::storage::{ServerUsage, Usage};
use leptos::prelude::*;

use super::tiers::tier_words;
use crate::{
    format,
    i18n::use_i18n,
    ui::{Ago, Erase, SectionCard},
};

/// How many servers are shown before somebody asks for all.
const SHOWN_AT_FIRST: usize = 50;

/// What the list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Name,
    Size,
    Oldest,
}

/// The card with a line per server.
#[component]
pub fn ServerSizes(usage: Usage) -> impl IntoView {
    let texts = use_i18n();
    let (search, order, shows_all) = (RwSignal::new(String::new()), RwSignal::new(Order::Size), RwSignal::new(false));
    let tiers = StoredValue::new(usage.tiers().into_iter().map(|tier| tier.tier).collect::<Vec<_>>());
    let servers = StoredValue::new(usage.servers);
    let found = Memo::new(move |_| servers.with_value(|all| found(all, &search.get(), order.get())));
    let rows = move || {
        let shown = if shows_all.get() { usize::MAX } else { SHOWN_AT_FIRST };
        let places = found.with(|found| found.iter().take(shown).copied().collect::<Vec<_>>());
        let server = |place: usize| servers.with_value(|all| all.get(place).cloned());
        places.into_iter().filter_map(server).map(|server| view! { <Row server tiers /> }).collect_view()
    };
    let more = move || {
        let count = found.with(Vec::len);
        (count > SHOWN_AT_FIRST && !shows_all.get()).then(|| {
            view! {
                <button type="button" class="button small" on:click=move |_| shows_all.set(true)>
                    {text!(texts, storage.show_all, count = format::count(count as u64)).to_string()}
                </button>
            }
        })
    };
    let head = move |by: Order, words: &'static str, class: &'static str| {
        let sorted = move || (order.get() == by).then_some(if by == Order::Size { "descending" } else { "ascending" });
        view! {
            <th scope="col" class=class aria-sort=sorted>
                <button type="button" class="sort-button" on:click=move |_| order.set(by)>{words}</button>
            </th>
        }
    };
    let tier_heads = tiers.with_value(|tiers| {
        tiers.iter().map(|tier| view! { <th scope="col" class="number">{tier_words(texts, *tier)}</th> }).collect_view()
    });
    view! {
        <SectionCard title=text!(texts, storage.by_server)>
            <input
                type="search"
                class="input storage-search"
                aria-label=text!(texts, storage.search)
                placeholder=text!(texts, storage.search)
                on:input=move |event| search.set(event_target_value(&event))
            />
            <div class="table-scroll">
                <table class="data-table storage-table" aria-label=text!(texts, storage.by_server)>
                    <thead>
                        <tr>
                            {head(Order::Name, text!(texts, fleet.server), "")}
                            {head(Order::Size, text!(texts, storage.size), "number")}
                            {tier_heads}
                            {head(Order::Oldest, text!(texts, storage.oldest), "")}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="card-detail" hidden=move || !found.with(Vec::is_empty)>{text!(texts, fleet.no_match)}</p>
            <div>{more}</div>
        </SectionCard>
    }
}

#[component]
fn Row(server: ServerUsage, tiers: StoredValue<Vec<i16>>) -> impl IntoView {
    let texts = use_i18n();
    let size = server.size_bytes();
    let cell = |tier: &i16| {
        let bytes = server.tiers.iter().find(|own| own.tier == *tier).map_or(0, |own| own.size_bytes);
        view! {
            <td class="number">
                <span class="cell-label">{tier_words(texts, *tier)}</span>
                {format::bytes(bytes).to_string()}
            </td>
        }
    };
    let cells = tiers.with_value(|tiers| tiers.iter().map(cell).collect_view());
    let oldest = match server.first_ms() {
        Some(first_ms) => view! { <Ago at_ms=Signal::stored(first_ms) /> }.erased(),
        None => "–".erased(),
    };
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/servers/{}", server.server_id)>{server.name.clone()}</a>
            </th>
            <td class="number">
                <span class="cell-label">{text!(texts, storage.size)}</span>
                {format::bytes(size).to_string()}
            </td>
            {cells}
            <td>
                <span class="cell-label">{text!(texts, storage.oldest)}</span>
                {oldest}
            </td>
        </tr>
    }
}

/// The places of the servers whose names have all the words, in order.
fn found(all: &[ServerUsage], search: &str, order: Order) -> Vec<usize> {
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<(usize, &ServerUsage)> = all
        .iter()
        .enumerate()
        .filter(|(_, server)| {
            let name = server.name.to_lowercase();
            words.iter().all(|word| name.contains(word.as_str()))
        })
        .collect();
    found.sort_by_cached_key(|(_, server)| server.name.to_lowercase());
    match order {
        Order::Name => {}
        Order::Size => found.sort_by_key(|(_, server)| std::cmp::Reverse(server.size_bytes())),
        Order::Oldest => found.sort_by_key(|(_, server)| server.first_ms().unwrap_or(i64::MAX)),
    }
    found.into_iter().map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use domain::{ServerId, storage::TierUsage};

    use super::*;

    #[test]
    fn the_list_is_searched_and_sorted() {
        let server = |id: i64, name: &str, size_bytes, first_ms| {
            let tier = TierUsage { tier: 0, size_bytes, value_count: 1, first_ms, last_ms: 10, keeps_ms: 10 };
            ServerUsage { server_id: ServerId(id), name: name.to_owned(), group_id: None, tiers: vec![tier] }
        };
        let all = [server(1, "web-b", 5, 3), server(2, "Web-a", 9, 2), server(3, "db", 7, 1)];
        assert_eq!(found(&all, "", Order::Name), [2, 1, 0]);
        assert_eq!(found(&all, "", Order::Size), [1, 2, 0]);
        assert_eq!(found(&all, "", Order::Oldest), [2, 1, 0]);
        assert_eq!(found(&all, "WEB", Order::Name), [1, 0]);
        assert!(found(&all, "nothing", Order::Name).is_empty());
    }
}
