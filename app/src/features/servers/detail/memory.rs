//! Memory and swap in their parts.

use domain::{level, metrics::Memory};
use leptos::prelude::*;

use super::recent::{Recent, newest};
use crate::{
    format,
    i18n::use_i18n,
    ui::{Chart, Meter, Part, Percent, SectionCard, Series, Stacked},
};

/// The card about memory.
#[component]
pub fn MemoryCard() -> impl IntoView {
    let texts = use_i18n();
    let recent = Recent::here();
    #[allow(clippy::cast_possible_truncation, reason = "three digits are shown")]
    let used = newest(|sample| Some(sample.memory.used_percent() as f32));
    let amounts = newest(|sample| (sample.memory.used(), sample.memory.total));
    let series = Series {
        label: text!(texts, metric.memory).to_owned(),
        class: "a",
        newest: Signal::derive(move || {
            let (used, total) = amounts.get();
            format!("{} / {}", format::bytes(used), format::bytes(total))
        }),
        points: recent.series(|point| point.memory),
    };
    let part = |label: &'static str, shade: u8, read: fn(&Memory) -> u64| {
        let amount = newest(move |sample| (read(&sample.memory), sample.memory.total));
        Part {
            label,
            shade,
            percent: Signal::derive(move || share(amount.get())),
            text: Signal::derive(move || format::bytes(amount.get().0).to_string()),
        }
    };
    // Buffers, cache and what can be given back are in use too, but not by programs: what remains of the whole is.
    let parts = vec![
        part(text!(texts, memory.programs), 1, programs),
        part(text!(texts, memory.shared), 2, |memory| memory.shared),
        part(text!(texts, memory.cached), 4, |memory| memory.cached + memory.slab_reclaimable),
        part(text!(texts, memory.buffers), 6, |memory| memory.buffers),
        part(text!(texts, memory.free), 0, |memory| memory.free),
    ];
    let dirty = newest(|sample| format::bytes(sample.memory.dirty).to_string());
    view! {
        <SectionCard
            title=text!(texts, metric.memory)
            aside=move || view! { <Percent value=used thresholds=level::MEMORY /> }
        >
            <Chart
                label=text!(texts, metric.memory)
                series=vec![series]
                top=Signal::stored(100.0)
                top_label=Signal::stored("100 %".to_owned())
                span_label=recent.span_label()
            />
            <Stacked label=text!(texts, memory.parts) parts />
            <Swap />
            <p class="quiet-text">{text!(texts, memory.dirty)} " " {move || dirty.get()}</p>
        </SectionCard>
    }
}

fn programs(memory: &Memory) -> u64 {
    let rest = memory.free + memory.buffers + memory.cached + memory.slab_reclaimable + memory.shared;
    memory.total.saturating_sub(rest)
}

#[allow(clippy::cast_precision_loss, reason = "a share of a bar")]
fn share((part, whole): (u64, u64)) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 * 100.0 / whole as f32 }
}

#[component]
fn Swap() -> impl IntoView {
    let texts = use_i18n();
    let swap = newest(|sample| (sample.memory.swap_used(), sample.memory.swap_total));
    #[allow(clippy::cast_possible_truncation, reason = "three digits are shown")]
    let percent = newest(|sample| Some(sample.memory.swap_percent() as f32));
    let words = move || match swap.get() {
        (_, 0) => text!(texts, memory.no_swap).to_owned(),
        (used, total) => format!("{} / {}", format::bytes(used), format::bytes(total)),
    };
    view! {
        <div class="swap">
            <span>{text!(texts, memory.swap)}</span>
            <Meter percent thresholds=level::MEMORY />
            <span class="value">{words}</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_hold_what_nothing_else_does() {
        let memory = Memory {
            total: 100,
            free: 20,
            buffers: 5,
            cached: 30,
            slab_reclaimable: 5,
            shared: 10,
            ..Memory::default()
        };
        assert_eq!(programs(&memory), 30);
        assert_eq!(programs(&Memory { total: 10, free: 50, ..Memory::default() }), 0);
        assert!((share((1, 4)) - 25.0).abs() < f32::EPSILON);
        assert!(share((1, 0)).abs() < f32::EPSILON);
    }
}
