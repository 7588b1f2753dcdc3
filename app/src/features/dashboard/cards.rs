//! The fleet as cards.

use domain::{ServerId, level, status::Status};
use leptos::{html, prelude::*};

use super::{
    api::FIRST_ROWS,
    cells::{Labels, ShownRow, StaleAge},
    order::Order,
    trouble::{NextTry, TryNow},
    window::{Shape, visible_part},
};
use crate::{
    features::incidents::OpenLink,
    i18n::use_i18n,
    ui::{Ago, Amount, Erase, Meter, Percent, Sparkline, StateWord},
};

/// The height of a line of cards with its gap, and the smallest width of a card with its gap, in pixels, as in the stylesheet.
const SHAPE: Shape = Shape { line_px: 204.0, item_px: Some(292.0) };

/// The fleet as cards.
#[component]
pub fn FleetCards(order: Order) -> impl IntoView {
    let texts = use_i18n();
    let list = NodeRef::<html::Div>::new();
    let part = visible_part(list, Signal::derive(move || order.matched()), || SHAPE, FIRST_ROWS);
    let ids = move || {
        let part = part.get();
        order.ids().with(|ids| ids.iter().skip(part.first).take(part.end - part.first).copied().collect::<Vec<_>>())
    };
    view! {
        <div node_ref=list>
            <Spacer height_px=Signal::derive(move || part.get().before_px) />
            <ul class="fleet-cards" aria-label=text!(texts, fleet.servers)>
                <For each=ids key=|id| *id children=|id| view! { <FleetCard id /> } />
            </ul>
            <Spacer height_px=Signal::derive(move || part.get().after_px) />
        </div>
    }
}

/// An empty place of a height that only the browser knows. An SVG, whose height is an attribute: the page allows no style attributes.
#[component]
pub fn Spacer(height_px: Signal<u32>) -> impl IntoView {
    view! { <svg class="spacer" width="1" height=move || height_px.get().to_string() aria-hidden="true"></svg> }
}

#[component]
fn FleetCard(id: ServerId) -> impl IntoView {
    let shown = ShownRow::new(id)?;
    let is_offline = Memo::new(move |_| shown.row.with(|row| row.connection.status == Status::Offline));
    let body = move || {
        if is_offline.get() { view! { <OfflineBody shown /> }.erased() } else { view! { <ValueBody shown /> }.erased() }
    };
    Some(view! {
        <li
            class="card fleet-card"
            data-state=move || shown.state.get().name()
            class:is-stale=move || shown.is_stale.get()
        >
            <header class="fleet-card-head">
                <div>
                    <a class="row-link" href=shown.href() data-row-link>{shown.name()}</a>
                    <span class="row-host">{shown.host()}</span>
                </div>
                <StateWord state=shown.state />
                <StaleAge shown />
            </header>
            {body}
            <footer class="fleet-card-end">
                <Labels shown />
                <OpenLink id open=shown.incidents() />
            </footer>
        </li>
    })
}

#[component]
fn ValueBody(shown: ShownRow) -> impl IntoView {
    let texts = use_i18n();
    let metered = |name: &'static str, value: Signal<Option<f32>>, thresholds: level::Thresholds| {
        view! {
            <div class="card-metric live">
                <span class="card-metric-name">{name}</span>
                <Meter percent=value thresholds />
                <Percent value thresholds />
            </div>
        }
    };
    view! {
        <div class="fleet-card-body">
            {metered(text!(texts, metric.cpu), shown.value(|vitals| Some(vitals.cpu)), level::CPU)}
            {metered(text!(texts, metric.memory), shown.value(|vitals| Some(vitals.memory)), level::MEMORY)}
            {metered(text!(texts, metric.disk), shown.value(|vitals| vitals.disk), level::DISK)}
            <div class="fleet-card-foot live">
                <span class="traffic">
                    "↓ " <Amount value=shown.rate(|vitals| vitals.rx_bytes) />
                </span>
                <span class="traffic">
                    "↑ " <Amount value=shown.rate(|vitals| vitals.tx_bytes) />
                </span>
                <Sparkline path=shown.spark() />
            </div>
        </div>
    }
}

#[component]
fn OfflineBody(shown: ShownRow) -> impl IntoView {
    let connection = Signal::derive(move || shown.row.with(|row| row.connection.clone()));
    let reason = shown.reason();
    let since = move || {
        connection
            .with(|connection| connection.since_ms)
            .map(|since_ms| view! { <Ago at_ms=Signal::stored(since_ms) /> })
    };
    view! {
        <div class="fleet-card-body offline">
            <p class="offline-reason" title=reason>{reason}</p>
            <p class="offline-next">{since} " · " <NextTry connection /></p>
            {shown.past.is_none().then(|| view! { <TryNow id=shown.id /> })}
        </div>
    }
}
