//! What table, cards and heat map show of a row, as signals.

use domain::{
    ServerId,
    fleet::{OpenIncidents, Row},
    metrics::{SPARK_MAX, Vitals},
    status::Status,
};
use leptos::prelude::*;

use super::past::Past;
use crate::{
    format::{self, Quantity},
    i18n::use_i18n,
    live::{Clock, FleetStore, is_stale},
    ui::{
        LabelDot, StateMark,
        sparkline::{HEIGHT, line},
    },
};

/// A row on the screen.
#[derive(Clone, Copy)]
pub struct ShownRow {
    /// Which server.
    pub id: ServerId,
    /// Everything about it.
    pub row: RwSignal<Row>,
    /// Its state.
    pub state: Memo<StateMark>,
    /// Whether its values are too old to pass for live ones; not said of servers that are offline anyway, nor of the past.
    pub is_stale: Memo<bool>,
    /// The moment that is shown, when it is one of the past.
    pub past: Option<Past>,
}

impl ShownRow {
    /// The row as long as the caller lives; `None` when the server is gone.
    pub fn new(id: ServerId) -> Option<Self> {
        let (fleet, clock) = (expect_context::<FleetStore>(), expect_context::<Clock>());
        let past = use_context::<Past>();
        let row = fleet.row(id)?;
        let state = Memo::new(move |_| row.with(StateMark::of));
        let is_stale = Memo::new(move |_| {
            row.with(|row| {
                past.is_none()
                    && row.connection.status == Status::Online
                    && row.vitals.is_some_and(|vitals| is_stale(clock.now_ms(), vitals.at_ms, row.meta.interval_secs))
            })
        });
        Some(Self { id, row, state, is_stale, past })
    }

    /// One of its values.
    pub fn value(self, read: impl Fn(&Vitals) -> Option<f32> + Send + Sync + 'static) -> Signal<Option<f32>> {
        let row = self.row;
        Signal::derive(move || row.with(|row| row.vitals.as_ref().and_then(&read)))
    }

    /// Its incidents that are not over.
    pub fn incidents(self) -> Signal<OpenIncidents> {
        let row = self.row;
        Signal::derive(move || row.with(|row| row.incidents))
    }

    /// One of its rates.
    pub fn rate(self, read: fn(&Vitals) -> f32) -> Signal<Option<Quantity>> {
        let row = self.row;
        Signal::derive(move || row.with(|row| row.vitals.as_ref().map(|vitals| format::rate(f64::from(read(vitals))))))
    }

    /// Its name.
    pub fn name(self) -> Signal<String> {
        let row = self.row;
        Signal::derive(move || row.with(|row| row.meta.name.clone()))
    }

    /// Its address, with the port where that is not the usual one.
    pub fn host(self) -> Signal<String> {
        let row = self.row;
        Signal::derive(move || {
            row.with(|row| match row.meta.port {
                domain::servers::DEFAULT_PORT => row.meta.host.clone(),
                port if row.meta.host.contains(':') => format!("[{}]:{port}", row.meta.host),
                port => format!("{}:{port}", row.meta.host),
            })
        })
    }

    /// The line of its last minutes.
    pub fn spark(self) -> Signal<String> {
        let row = self.row;
        Signal::derive(move || {
            row.with(|row| line(row.spark.iter().map(|percent| f32::from(*percent)), SPARK_MAX, 100.0, HEIGHT))
        })
    }

    /// How long it has been up.
    pub fn uptime(self) -> Signal<String> {
        let row = self.row;
        let text = move |vitals: Vitals| format::duration(u64::from(vitals.uptime_secs));
        Signal::derive(move || row.with(|row| row.vitals.map_or_else(|| "–".to_owned(), text)))
    }

    /// How old its values are, as text.
    pub fn age(self) -> Signal<String> {
        let clock = expect_context::<Clock>();
        let row = self.row;
        Signal::derive(move || {
            let at_ms = row.with(|row| row.vitals.map(|vitals| vitals.at_ms));
            at_ms.map_or_else(String::new, |at_ms| format::duration(format::age_secs(clock.now_ms(), at_ms)))
        })
    }

    /// The address of its page.
    pub fn href(self) -> Signal<String> {
        let (id, past) = (self.id, self.past);
        Signal::derive(move || match past {
            None => format!("/servers/{id}"),
            Some(past) => format!("/servers/{id}?at={}", past.at_ms.get()),
        })
    }

    /// Why it does not answer; of the past that is not kept.
    pub fn reason(self) -> Signal<String> {
        let texts = use_i18n();
        let (row, past) = (self.row, self.past);
        Signal::derive(move || {
            let reason = row.with(|row| row.connection.reason.as_ref().map(|reason| reason.message.clone()));
            reason.or_else(|| past.map(|_| text!(texts, past.was_offline).to_owned())).unwrap_or_default()
        })
    }
}

/// A server's group and tags; names are looked up as they are now.
#[component]
pub fn Labels(
    /// Which server.
    shown: ShownRow,
) -> impl IntoView {
    let fleet = expect_context::<FleetStore>();
    let meta = Memo::new(move |_| shown.row.with(|row| (row.meta.group_id, row.meta.tag_ids.clone())));
    let group = move || {
        let (group_id, _) = meta.get();
        let found = fleet.groups().with(|groups| groups.iter().find(|group| Some(group.id) == group_id).cloned());
        found.map(|group| {
            view! {
                <span class="label group">
                    <LabelDot color=group.color />
                    <span class="label-name">{group.name}</span>
                </span>
            }
        })
    };
    let tags = move || {
        let (_, tag_ids) = meta.get();
        let found =
            fleet.tags().with(|tags| tags.iter().filter(|tag| tag_ids.contains(&tag.id)).cloned().collect::<Vec<_>>());
        found
            .into_iter()
            .map(|tag| {
                view! {
                    <span class="label tag">
                        <LabelDot color=tag.color />
                        <span class="label-name">{tag.name}</span>
                    </span>
                }
            })
            .collect_view()
    };
    view! { <div class="labels">{group} {tags}</div> }
}

/// Says how old the values are once they are too old.
#[component]
pub fn StaleAge(
    /// Which server.
    shown: ShownRow,
) -> impl IntoView {
    let texts = use_i18n();
    let age = shown.age();
    move || {
        let words = move || text!(texts, time.old, age = age.get()).to_string();
        shown.is_stale.get().then(|| view! { <span class="stale-age">{words}</span> })
    }
}
