//! The fleet as a table; on phones the stylesheet makes cards of its rows.

use domain::{ServerId, fleet::SortKey, level, status::Status};
use leptos::{html, prelude::*};

use super::{
    api::FIRST_ROWS,
    cards::Spacer,
    cells::{Labels, ShownRow, StaleAge},
    choice::Choice,
    order::Order,
    trouble::{NextTry, TryNow},
    window::{Shape, visible_part},
};
use crate::{
    browser,
    features::incidents::OpenLink,
    format,
    i18n::use_i18n,
    ui::{Ago, Amount, Erase, Meter, Percent, Sparkline, StateWord},
};

/// The height of a row, in pixels; the stylesheet's `--row-height`.
const ROW_PX: f64 = 49.0;
/// The height of a row as a card on a phone, in pixels; the stylesheet's `--row-height` there.
const PHONE_ROW_PX: f64 = 136.0;
/// Where the stylesheet makes cards of rows.
const PHONE: &str = "(max-width: 720px)";
/// How many columns there are.
const COLUMNS: &str = "11";
/// How many of them have values.
const VALUE_COLUMNS: &str = "7";

/// The fleet as a table.
#[component]
pub fn FleetTable(choice: Memo<Choice>, order: Order) -> impl IntoView {
    let texts = use_i18n();
    let list = NodeRef::<html::Div>::new();
    let shape = || Shape { line_px: if browser::matches_media(PHONE) { PHONE_ROW_PX } else { ROW_PX }, item_px: None };
    let part = visible_part(list, Signal::derive(move || order.matched()), shape, FIRST_ROWS);
    let ids = move || {
        let part = part.get();
        order.ids().with(|ids| ids.iter().skip(part.first).take(part.end - part.first).copied().collect::<Vec<_>>())
    };
    view! {
        <div class="card fleet-table-card" node_ref=list>
            <table class="fleet-table" aria-label=text!(texts, fleet.servers) aria-rowcount=move || order.matched().to_string()>
                <thead>
                    <tr>
                        <SortHead choice key=SortKey::State word=text!(texts, fleet.state) class="col-state" />
                        <SortHead choice key=SortKey::Name word=text!(texts, fleet.server) class="col-name" />
                        <th scope="col" class="col-labels">{text!(texts, fleet.labels)}</th>
                        <th scope="col" class="col-incidents">{text!(texts, nav.incidents)}</th>
                        <SortHead choice key=SortKey::Cpu word=text!(texts, metric.cpu) class="col-meter" />
                        <SortHead choice key=SortKey::Memory word=text!(texts, metric.memory) class="col-meter" />
                        <SortHead choice key=SortKey::Disk word=text!(texts, metric.disk) class="col-meter" />
                        <SortHead choice key=SortKey::Network word=text!(texts, metric.network) class="col-network" />
                        <SortHead choice key=SortKey::Load word=text!(texts, metric.load) class="col-load" />
                        <th scope="col" class="col-spark">{text!(texts, metric.cpu_recent)}</th>
                        <SortHead choice key=SortKey::Uptime word=text!(texts, metric.uptime) class="col-uptime" />
                    </tr>
                </thead>
                <tbody>
                    <tr class="spacer" aria-hidden="true">
                        <td colspan=COLUMNS>
                            <Spacer height_px=Signal::derive(move || part.get().before_px) />
                        </td>
                    </tr>
                    <For each=ids key=|id| *id children=|id| view! { <FleetRow id /> } />
                    <tr class="spacer" aria-hidden="true">
                        <td colspan=COLUMNS>
                            <Spacer height_px=Signal::derive(move || part.get().after_px) />
                        </td>
                    </tr>
                </tbody>
            </table>
        </div>
    }
}

/// A heading that sorts.
#[component]
fn SortHead(choice: Memo<Choice>, key: SortKey, word: &'static str, class: &'static str) -> impl IntoView {
    let order = move || {
        choice.with(|choice| match (choice.filter.sort == key, choice.filter.descending) {
            (false, _) => None,
            (true, false) => Some("ascending"),
            (true, true) => Some("descending"),
        })
    };
    view! {
        <th scope="col" class=class aria-sort=order>
            <a data-noscroll="" href=move || choice.with(|choice| choice.sorted_by(key).address())>
                {word}
                <svg class="sort-mark" viewBox="0 0 8 8" aria-hidden="true">
                    <path d="M4 1.5L7 6H1z" />
                </svg>
            </a>
        </th>
    }
}

/// One server.
#[component]
fn FleetRow(id: ServerId) -> impl IntoView {
    let shown = ShownRow::new(id)?;
    let is_offline = Memo::new(move |_| shown.row.with(|row| row.connection.status == Status::Offline));
    let values = move || {
        if is_offline.get() {
            view! { <OfflineCell shown /> }.erased()
        } else {
            view! { <ValueCells shown /> }.erased()
        }
    };
    Some(view! {
        <tr
            class="fleet-row"
            data-state=move || shown.state.get().name()
            class:is-stale=move || shown.is_stale.get()
        >
            <td class="col-state">
                <StateWord state=shown.state />
                <StaleAge shown />
            </td>
            <th scope="row" class="col-name">
                <a class="row-link" href=shown.href() data-row-link>{shown.name()}</a>
                <span class="row-host">{shown.host()}</span>
            </th>
            <td class="col-labels">
                <Labels shown />
            </td>
            <td class="col-incidents">
                <OpenLink id open=shown.incidents() />
            </td>
            {values}
        </tr>
    })
}

#[component]
fn ValueCells(shown: ShownRow) -> impl IntoView {
    let texts = use_i18n();
    let load = shown.value(|vitals| Some(vitals.load));
    let load = move || load.get().map_or_else(|| "–".to_owned(), |load| format::significant(f64::from(load)));
    view! {
        <MeterCell name=text!(texts, metric.cpu) value=shown.value(|vitals| Some(vitals.cpu)) thresholds=level::CPU />
        <MeterCell name=text!(texts, metric.memory) value=shown.value(|vitals| Some(vitals.memory)) thresholds=level::MEMORY />
        <MeterCell name=text!(texts, metric.disk) value=shown.value(|vitals| vitals.disk) thresholds=level::DISK />
        <td class="col-network live" data-name=text!(texts, metric.network)>
            <span class="traffic" title=text!(texts, metric.received)>
                <span class="traffic-mark" aria-hidden="true">"↓"</span>
                <Amount value=shown.rate(|vitals| vitals.rx_bytes) />
            </span>
            <span class="traffic" title=text!(texts, metric.sent)>
                <span class="traffic-mark" aria-hidden="true">"↑"</span>
                <Amount value=shown.rate(|vitals| vitals.tx_bytes) />
            </span>
        </td>
        <td class="col-load live" data-name=text!(texts, metric.load)>{load}</td>
        <td class="col-spark live">
            <Sparkline path=shown.spark() />
        </td>
        <td class="col-uptime live" data-name=text!(texts, metric.uptime)>{shown.uptime()}</td>
    }
}

#[component]
fn MeterCell(name: &'static str, value: Signal<Option<f32>>, thresholds: level::Thresholds) -> impl IntoView {
    view! {
        <td class="col-meter live" data-name=name>
            <div class="metered">
                <Percent value thresholds />
                <Meter percent=value thresholds />
            </div>
        </td>
    }
}

/// In place of the values: since when, why, and when it is tried again.
#[component]
fn OfflineCell(shown: ShownRow) -> impl IntoView {
    let connection = Signal::derive(move || shown.row.with(|row| row.connection.clone()));
    let reason = shown.reason();
    let since = move || {
        connection.with(|connection| connection.since_ms).map(|since_ms| {
            view! {
                <Ago at_ms=Signal::stored(since_ms) />
                " · "
            }
        })
    };
    view! {
        <td class="offline-cell" colspan=VALUE_COLUMNS>
            <div class="offline">
                <p class="offline-reason" title=reason>{since} {reason}</p>
                <span class="offline-next">
                    <NextTry connection />
                </span>
                {shown.past.is_none().then(|| view! { <TryNow id=shown.id /> })}
            </div>
        </td>
    }
}
