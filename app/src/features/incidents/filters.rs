//! What narrows the list of incidents. A plain form, so that it works before any wasm has arrived.

use std::time::Duration;

use domain::{RuleId, ServerId, alerts::Severity, incident_filter::IncidentFilter};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    api::{Choices, load_choices},
    wanted::{Wanted, severity_name, severity_of},
};
use crate::{
    features::dashboard::api::server_names,
    i18n::use_i18n,
    ui::{Narrowing, Options, SearchBox, Select, option},
    wire::load,
};

/// How long after the last key the list follows.
const SETTLE: Duration = Duration::from_millis(250);

/// The tools above the list.
#[component]
pub fn Filters(wanted: Memo<Wanted>) -> impl IntoView {
    let texts = use_i18n();
    let navigate = use_navigate();
    let go = Callback::new(move |wanted: Wanted| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&wanted.address(), options);
    });
    let change = Callback::new(move |(set, value): (Set, String)| {
        go.run(wanted.get_untracked().with(|filter| set(filter, &value)));
    });
    let segment = move |only_open: bool, words: &'static str| {
        let href = move || wanted.with(|wanted| wanted.with(|filter| filter.only_open = only_open).address());
        let is_current = move || wanted.with(|wanted| wanted.filter.only_open == only_open).then_some("true");
        view! {
            <a class="segment" data-noscroll="" href=href aria-current=is_current>
                {words}
            </a>
        }
    };
    let severities = [Severity::Critical, Severity::Warning].map(|severity| {
        let word = match severity {
            Severity::Critical => text!(texts, state.critical),
            Severity::Warning => text!(texts, state.warning),
        };
        (severity_name(severity).to_owned(), word.to_owned())
    });
    let priorities = [
        text!(texts, incidents.p1),
        text!(texts, incidents.p2),
        text!(texts, incidents.p3),
        text!(texts, incidents.p4),
    ];
    let priorities = (1..).zip(priorities).map(|(number, words): (u8, _)| (number.to_string(), words.to_owned()));
    let priorities: Vec<_> = priorities.collect();
    let standings = [
        ("false".to_owned(), text!(texts, incidents.not_acknowledged).to_owned()),
        ("true".to_owned(), text!(texts, incidents.acknowledged).to_owned()),
    ];
    // Only where no script runs. It is raw since browsers where one does take it for a text.
    let submit = format!("<button class=\"button\">{}</button>", text!(texts, history.show));
    view! {
        <form
            class="toolbar incident-filters"
            role="search"
            action="/incidents"
            method="get"
            on:submit=|event| event.prevent_default()
        >
            <nav class="segments" aria-label=text!(texts, incidents.which)>
                {segment(true, text!(texts, incidents.open))} {segment(false, text!(texts, incidents.all))}
            </nav>
            <SearchBox
                label=text!(texts, incidents.search)
                value=Signal::derive(move || wanted.with(|wanted| wanted.filter.search.clone()))
                settle=SETTLE
                on_search=Callback::new(move |text: String| {
                    go.run(wanted.get_untracked().with(|filter| filter.search.clone_from(&text)));
                })
            />
            <Narrowing
                name="severity"
                label=text!(texts, incidents.severity)
                all=text!(texts, incidents.all_severities)
                options=severities.to_vec()
                chosen=Signal::derive(move || wanted.with(|w| w.filter.severity.map(|one| severity_name(one).to_owned())))
                on_choose=Callback::new(move |value| change.run((|filter, value| filter.severity = severity_of(value), value)))
            />
            <Narrowing
                name="priority"
                label=text!(texts, incidents.priority)
                all=text!(texts, incidents.all_priorities)
                options=priorities
                chosen=Signal::derive(move || wanted.with(|w| w.filter.priority.map(|number| number.to_string())))
                on_choose=Callback::new(move |value| change.run((|filter, value| filter.priority = value.parse().ok(), value)))
            />
            <Narrowing
                name="acknowledged"
                label=text!(texts, incidents.standing)
                all=text!(texts, incidents.all_standings)
                options=standings.to_vec()
                chosen=Signal::derive(move || wanted.with(|w| w.filter.acknowledged.map(|is| is.to_string())))
                on_choose=Callback::new(move |value| {
                    change.run((|filter, value| filter.acknowledged = value.parse().ok(), value));
                })
            />
            <Named wanted change />
            <input type="hidden" name="show" value="all" disabled=move || wanted.with(|wanted| wanted.filter.only_open) />
            <noscript inner_html=submit></noscript>
            <a
                data-noscroll=""
                class="button quiet clear"
                hidden=move || !wanted.with(|wanted| wanted.filter.is_narrowed())
                href=move || wanted.with(|wanted| wanted.cleared().address())
            >
                {text!(texts, fleet.clear)}
            </a>
        </form>
    }
}

/// Sets a field of the filter to what was chosen.
type Set = fn(&mut IncidentFilter, &str);

/// Rules and the server, which have to be asked for.
#[component]
fn Named(wanted: Memo<Wanted>, change: Callback<(Set, String)>) -> impl IntoView {
    let texts = use_i18n();
    let choices = load(move || wanted.with_untracked(|wanted| wanted.filter.server), load_choices);
    let options =
        |all: Vec<(i64, String)>| all.into_iter().map(|(id, name)| (id.to_string(), name)).collect::<Vec<_>>();
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let Choices { rules, server } = choices.await.unwrap_or_default();
                view! {
                    <Narrowing
                        name="rule"
                        label=text!(texts, incidents.rule)
                        all=text!(texts, incidents.all_rules)
                        options=options(rules)
                        chosen=Signal::derive(move || wanted.with(|w| w.filter.rule.map(|id| id.to_string())))
                        on_choose=Callback::new(move |value| {
                            change.run((|filter, value| filter.rule = value.parse().ok().map(RuleId), value));
                        })
                    />
                    <ServerChoice wanted change first=server.map(|(id, name)| option(id.to_string(), name)) />
                }
            })}
        </Suspense>
    }
}

/// The server. There may be thousands: the first HTML has only the one that is chosen.
#[component]
fn ServerChoice(
    wanted: Memo<Wanted>,
    change: Callback<(Set, String)>,
    first: Option<(String, String)>,
) -> impl IntoView {
    let texts = use_i18n();
    let options = RwSignal::new(first.into_iter().collect::<Options>());
    Effect::new(move |_| {
        spawn_local(async move {
            // Without them there is still the search.
            let Ok(mut servers) = server_names().await else { return };
            servers.sort_by_cached_key(|server| server.name.to_lowercase());
            let names: Options = servers.into_iter().map(|server| option(server.id.to_string(), server.name)).collect();
            options.try_update(|options| {
                // One that is gone stays: it is what the list is narrowed to.
                options.retain(|(id, _)| names.iter().all(|(known, _)| known != id));
                options.extend(names);
            });
        });
    });
    let all_and_each = move || {
        std::iter::once(option("", text!(texts, incidents.all_servers))).chain(options.get()).collect::<Options>()
    };
    let chosen = move || wanted.with(|wanted| wanted.filter.server.map(|id| id.to_string()).unwrap_or_default());
    view! {
        <Select
            name="server"
            label=text!(texts, incidents.server)
            options=Signal::derive(all_and_each)
            chosen=Signal::derive(chosen)
            on_choose=Callback::new(move |value| {
                change.run((|filter, value| filter.server = value.parse().ok().map(ServerId), value));
            })
        />
    }
}
