//! Network interfaces.

use domain::metrics::Interface;
use leptos::prelude::*;

use super::recent::{Recent, newest};
use crate::{
    format,
    i18n::use_i18n,
    ui::{Chart, SectionCard, Series, chart::scale_top},
};

/// The card about the network.
#[component]
pub fn NetworkCard() -> impl IntoView {
    let texts = use_i18n();
    let recent = Recent::here();
    let total = |read: fn(&domain::metrics::RecentPoint) -> f32| {
        newest(move |sample| format::rate(f64::from(read(&sample.recent_point()))).to_string())
    };
    let series = vec![
        Series {
            label: text!(texts, metric.received).to_owned(),
            class: "a",
            newest: total(|point| point.rx_bytes),
            points: recent.series(|point| point.rx_bytes),
        },
        Series {
            label: text!(texts, metric.sent).to_owned(),
            class: "b",
            newest: total(|point| point.tx_bytes),
            points: recent.series(|point| point.tx_bytes),
        },
    ];
    let top = Signal::derive(move || {
        let highest = recent.highest(|point| point.rx_bytes.max(point.tx_bytes));
        scale_top([highest].into_iter(), 1_024.0)
    });
    let interfaces = newest(|sample| sample.interfaces.clone());
    view! {
        <SectionCard title=text!(texts, metric.network)>
            <Chart
                label=text!(texts, metric.network)
                series
                top
                top_label=Signal::derive(move || format::rate(f64::from(top.get())).to_string())
                span_label=recent.span_label()
            />
            <div class="table-scroll">
                <table class="data-table" aria-label=text!(texts, network.interfaces)>
                    <thead>
                        <tr>
                            <th scope="col">{text!(texts, network.interface)}</th>
                            <th scope="col" class="number">{text!(texts, metric.received)}</th>
                            <th scope="col" class="number">{text!(texts, metric.sent)}</th>
                            <th scope="col" class="number">{text!(texts, network.packets)}</th>
                            <th scope="col" class="number">{text!(texts, network.errors)}</th>
                        </tr>
                    </thead>
                    <tbody>{move || interfaces.get().into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </SectionCard>
    }
}

fn row(interface: Interface) -> impl IntoView {
    let errors = interface.rx_errors + interface.tx_errors;
    let level = if errors > 0.0 { "warning" } else { "fine" };
    view! {
        <tr>
            <th scope="row" class="code">{interface.name}</th>
            <td class="number">{format::rate(interface.rx_bytes).to_string()}</td>
            <td class="number">{format::rate(interface.tx_bytes).to_string()}</td>
            <td class="number">{format!("{}/s", format::significant(interface.rx_packets + interface.tx_packets))}</td>
            <td class="number" data-level=level>
                {format!("{}/s", format::significant(errors))}
            </td>
        </tr>
    }
}
