//! The head of a server's page: state, address, system, uptime, group and tags; and the banner while it does not answer.

use domain::{
    level::{self, Level},
    metrics::Sample,
    servers::{Server, Via},
    status::Status,
};
use leptos::prelude::*;

use super::super::reason::{ReasonAdvice, is_about_host_key};
use crate::{
    features::{
        dashboard::{NextTry, TryNow},
        incidents::OpenLink,
        labels::api::Labels,
    },
    format,
    i18n::use_i18n,
    live::{Clock, ServerStore, is_stale},
    ui::{Ago, Erase, Icon, IconName, LabelDot, StateMark, StateWord},
};

/// State, address, system, uptime, group and tags.
#[component]
pub fn Head(
    /// The server.
    server: Memo<Option<Server>>,
    /// All groups and tags.
    labels: StoredValue<Labels>,
) -> impl IntoView {
    let texts = use_i18n();
    let store = expect_context::<ServerStore>();
    let (latest, incidents) = (store.latest(), store.incidents());
    let id = server.with_untracked(|server| server.as_ref().map(|server| server.id));
    let state = Memo::new(move |_| {
        let status = server.with(|server| server.as_ref().map(|server| server.status).unwrap_or_default());
        let level = latest.with(|latest| latest.sample.as_ref().map_or(Level::Fine, worst));
        StateMark::from_parts(status, level.max(incidents.get().level()))
    });
    let address = move || {
        server.with(|server| {
            server.as_ref().map_or_else(String::new, |server| match server.via {
                Via::Local => text!(texts, servers.this_machine).to_owned(),
                Via::Ssh => format!("{}@{}:{}", server.username, server.host, server.port),
            })
        })
    };
    let identity = Memo::new(move |_| latest.with(|latest| latest.identity.clone()));
    let system = move || identity.get().map(|identity| identity.distribution);
    let kernel = move || identity.get().map(|identity| format!("{} {}", identity.kernel, identity.architecture));
    let processor =
        move || identity.get().filter(|identity| !identity.cpu_model.is_empty()).map(|identity| identity.cpu_model);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds, never negative")]
    let uptime = move || {
        latest.with(|latest| latest.sample.as_ref().map(|sample| format::duration(sample.uptime_secs.max(0.0) as u64)))
    };
    let fact = |name: &'static str, value: Signal<Option<String>>| {
        view! {
            <div class="fact" hidden=move || value.with(Option::is_none)>
                <dt>{name}</dt>
                <dd>{move || value.get().unwrap_or_default()}</dd>
            </div>
        }
    };
    view! {
        <section class="server-head" aria-label=text!(texts, detail.about)>
            <div class="server-state">
                <StateWord state />
                {id.map(|id| view! { <OpenLink id open=incidents is_long=true /> })}
                <StaleNote server />
                <span class="code">{address}</span>
            </div>
            <dl class="facts">
                {fact(text!(texts, detail.distribution), Signal::derive(system))}
                {fact(text!(texts, detail.kernel), Signal::derive(kernel))}
                {fact(text!(texts, detail.processor), Signal::derive(processor))}
                {fact(text!(texts, metric.uptime), Signal::derive(uptime))}
            </dl>
            <ServerLabels server labels />
            <p class="server-description">{move || server.with(|server| server.as_ref().map(|s| s.description.clone()))}</p>
        </section>
    }
}

#[allow(clippy::cast_possible_truncation, reason = "compared with whole percents")]
fn worst(sample: &Sample) -> Level {
    let disk = sample.filesystems.iter().flatten().map(|fs| level::DISK.level(fs.used_percent() as f32)).max();
    let memory = level::MEMORY.level(sample.memory.used_percent() as f32);
    level::CPU.level(sample.cpu.busy as f32).max(memory).max(disk.unwrap_or_default())
}

/// Says how old the values are once they are too old to pass for live ones.
#[component]
fn StaleNote(server: Memo<Option<Server>>) -> impl IntoView {
    let texts = use_i18n();
    let clock = expect_context::<Clock>();
    let latest = expect_context::<ServerStore>().latest();
    let interval = move || server.with(|server| server.as_ref().map_or(3, |server| server.interval_secs));
    let age = move || {
        let at_ms = latest.with(|latest| latest.sample.as_ref().map(|sample| sample.at_ms))?;
        let now_ms = clock.now_ms();
        is_stale(now_ms, at_ms, interval()).then(|| format::duration(format::age_secs(now_ms, at_ms)))
    };
    move || {
        age().map(|age| view! { <span class="stale-age">{text!(texts, time.values_old, age = age).to_string()}</span> })
    }
}

#[component]
fn ServerLabels(server: Memo<Option<Server>>, labels: StoredValue<Labels>) -> impl IntoView {
    let chosen = Memo::new(move |_| {
        server
            .with(|server| server.as_ref().map(|server| (server.group_id, server.tag_ids.clone())))
            .unwrap_or_default()
    });
    let label = |color: String, name: String| {
        view! {
            <span class="label">
                <LabelDot color />
                <span class="label-name">{name}</span>
            </span>
        }
    };
    let all = move || {
        let (group_id, tag_ids) = chosen.get();
        labels.with_value(|labels| {
            let groups = labels.groups.iter().filter(|group| Some(group.id) == group_id);
            let tags = labels.tags.iter().filter(|tag| tag_ids.contains(&tag.id));
            let groups = groups.map(|group| (group.color.clone(), group.name.clone()));
            groups.chain(tags.map(|tag| (tag.color.clone(), tag.name.clone()))).collect::<Vec<_>>()
        })
    };
    view! { <div class="labels">{move || all().into_iter().map(|(color, name)| label(color, name)).collect_view()}</div> }
}

/// Why it does not answer, since when, and when it is tried again.
#[component]
pub fn OfflineBanner(
    /// The server.
    server: Memo<Option<Server>>,
) -> impl IntoView {
    let texts = use_i18n();
    let connection =
        Memo::new(move |_| server.with(|server| server.as_ref().map(Server::connection)).unwrap_or_default());
    let id = server.with_untracked(|server| server.as_ref().map(|server| server.id));
    let reason = Memo::new(move |_| connection.with(|connection| connection.reason.clone()));
    let is_shown = Memo::new(move |_| connection.with(|connection| connection.status != Status::Online));
    let level = move || connection.with(|c| if c.status == Status::Offline { "critical" } else { "info" });
    let since = move || {
        connection.with(|connection| connection.since_ms).map(|since_ms| {
            view! {
                <span class="offline-since">
                    {text!(texts, trouble.since)} " " <Ago at_ms=Signal::stored(since_ms) />
                </span>
            }
        })
    };
    let way_on = move || {
        let is_key = reason.with(|reason| reason.as_ref().is_some_and(|reason| is_about_host_key(reason.code)));
        id.map(|id| {
            if is_key {
                view! { <a class="button" href=format!("/servers/{id}/edit")>{text!(texts, host_key.review)}</a> }
                    .erased()
            } else {
                view! { <TryNow id /> }.erased()
            }
        })
    };
    move || {
        is_shown.get().then(|| {
            view! {
                <div class="banner offline-banner" data-level=level role="status">
                    <Icon name=IconName::Unplugged />
                    <div class="banner-text">
                        <p class="offline-reason">
                            {move || reason.get().map_or_else(|| text!(texts, trouble.unknown).to_owned(), |r| r.message)}
                        </p>
                        {move || reason.get().map(|reason| view! { <ReasonAdvice code=reason.code /> })}
                        <p class="quiet-text offline-times">{since} <span><NextTry connection /></span></p>
                    </div>
                    {way_on}
                </div>
            }
        })
    }
}
