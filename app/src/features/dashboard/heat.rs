//! The fleet as a heat map: one cell for each server, for thousands at once.

use domain::ServerId;
use leptos::{html, prelude::*};

use super::{
    api::FIRST_ROWS,
    cards::Spacer,
    cells::ShownRow,
    order::Order,
    window::{Shape, visible_part},
};
use crate::{Texts, features::incidents::all_words, format, i18n::use_i18n, ui::StateMark};

/// The size of a cell with its gap, in pixels, as in the stylesheet.
const SHAPE: Shape = Shape { line_px: 36.0, item_px: Some(36.0) };

/// The fleet as cells.
#[component]
pub fn FleetHeat(order: Order) -> impl IntoView {
    let texts = use_i18n();
    let list = NodeRef::<html::Div>::new();
    let part = visible_part(list, Signal::derive(move || order.matched()), || SHAPE, FIRST_ROWS);
    let ids = move || {
        let part = part.get();
        order.ids().with(|ids| ids.iter().skip(part.first).take(part.end - part.first).copied().collect::<Vec<_>>())
    };
    view! {
        <div class="card fleet-heat-card">
            <div node_ref=list>
                <Spacer height_px=Signal::derive(move || part.get().before_px) />
                <ul class="fleet-heat" aria-label=text!(texts, fleet.servers)>
                    <For each=ids key=|id| *id children=|id| view! { <HeatCell id /> } />
                </ul>
                <Spacer height_px=Signal::derive(move || part.get().after_px) />
            </div>
        </div>
    }
}

/// One server: a cell whose mark says the state and whose height of colour says the processor use.
#[component]
fn HeatCell(id: ServerId) -> impl IntoView {
    let texts = use_i18n();
    let shown = ShownRow::new(id)?;
    let words = move || words(texts, shown);
    let cpu = move || shown.row.with(|row| row.vitals.map_or(0.0, |vitals| vitals.cpu.clamp(0.0, 100.0)));
    Some(view! {
        <li class="heat-cell" data-state=move || shown.state.get().name() class:is-stale=move || shown.is_stale.get()>
            <a href=shown.href() data-row-link title=words aria-label=words>
                <svg viewBox="0 0 32 32" aria-hidden="true">
                    <rect
                        class="heat-fill"
                        x="0"
                        width="32"
                        y=move || format!("{:.1}", 32.0 - cpu() * 0.32)
                        height=move || format!("{:.1}", cpu() * 0.32)
                    />
                    <path class="heat-mark" d=move || mark(shown.state.get()) />
                </svg>
            </a>
        </li>
    })
}

fn words(texts: Texts, shown: ShownRow) -> String {
    let state = shown.state.get().word(texts);
    let said = shown.row.with(|row| match row.vitals {
        Some(vitals) => text!(
            texts,
            fleet.heat_cell,
            name = row.meta.name.clone(),
            state = state,
            cpu = format::percent(vitals.cpu),
            memory = format::percent(vitals.memory)
        )
        .to_string(),
        None => format!("{}: {state}", row.meta.name),
    });
    let open = shown.incidents().get();
    if open.total() == 0 { said } else { format!("{said}. {}", all_words(texts, open)) }
}

/// A sign for those who do not see the colour: nothing where nothing is wrong.
fn mark(state: StateMark) -> &'static str {
    match state {
        StateMark::Online => "",
        StateMark::Warning => "M16 9l7 13H9z",
        StateMark::Critical => "M16 8l8 8-8 8-8-8z",
        StateMark::Offline => {
            "M10 11.5L11.5 10 16 14.5 20.5 10 22 11.5 17.5 16l4.5 4.5-1.5 1.5-4.5-4.5-4.5 4.5-1.5-1.5 4.5-4.5z"
        }
        StateMark::Unknown => "M16 10a6 6 0 1 0 0 12 6 6 0 0 0 0-12zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
    }
}
