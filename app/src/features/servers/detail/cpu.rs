//! Processor use: in all, by state, and per core.

use std::fmt::Write as _;

use domain::{
    level::{self, Level},
    metrics::{CpuStates, Sample},
};
use leptos::prelude::*;

use super::recent::{Recent, newest};
use crate::{
    format,
    i18n::use_i18n,
    ui::{Chart, Part, Percent, SectionCard, Series, Stacked},
};

/// The card about processors.
#[component]
pub fn CpuCard() -> impl IntoView {
    let texts = use_i18n();
    let recent = Recent::here();
    #[allow(clippy::cast_possible_truncation, reason = "three digits are shown")]
    let busy = newest(|sample| Some(sample.cpu.busy as f32));
    let series = Series {
        label: text!(texts, metric.cpu).to_owned(),
        class: "a",
        newest: Signal::derive(move || format!("{} %", format::percent(busy.get().unwrap_or(0.0)))),
        points: recent.series(|point| point.cpu),
    };
    let part = |label: &'static str, shade: u8, read: fn(&CpuStates) -> f64| {
        #[allow(clippy::cast_possible_truncation, reason = "three digits are shown")]
        let percent = newest(move |sample| read(&sample.cpu) as f32);
        Part { label, shade, percent, text: Signal::derive(move || format!("{} %", format::percent(percent.get()))) }
    };
    let parts = vec![
        part(text!(texts, cpu.user), 1, |cpu| cpu.user),
        part(text!(texts, cpu.system), 2, |cpu| cpu.system),
        part(text!(texts, cpu.nice), 3, |cpu| cpu.nice),
        part(text!(texts, cpu.iowait), 4, |cpu| cpu.iowait),
        part(text!(texts, cpu.irq), 5, |cpu| cpu.irq + cpu.softirq),
        part(text!(texts, cpu.steal), 6, |cpu| cpu.steal),
        part(text!(texts, cpu.guest), 7, |cpu| cpu.guest),
        part(text!(texts, cpu.idle), 0, |cpu| cpu.idle),
    ];
    view! {
        <SectionCard title=text!(texts, metric.cpu) aside=move || view! { <Percent value=busy thresholds=level::CPU /> }>
            <Chart
                label=text!(texts, metric.cpu_recent)
                series=vec![series]
                top=Signal::stored(100.0)
                top_label=Signal::stored("100 %".to_owned())
                span_label=recent.span_label()
            />
            <Stacked label=text!(texts, cpu.by_state) parts />
            <Cores />
        </SectionCard>
    }
}

/// A bar for each core.
#[component]
fn Cores() -> impl IntoView {
    let texts = use_i18n();
    let count = newest(|sample| sample.cores.len());
    let paths = Memo::new({
        let cores = newest(core_paths);
        move |_| cores.get()
    });
    let words = move || text!(texts, cpu.cores, count = count.get().to_string()).to_string();
    let path = move |level: Level| {
        move || {
            paths.with(|[fine, warning, critical]| match level {
                Level::Fine => fine.clone(),
                Level::Warning => warning.clone(),
                Level::Critical => critical.clone(),
            })
        }
    };
    view! {
        <figure class="cores" hidden=move || count.get() == 0>
            <figcaption>{words}</figcaption>
            <svg viewBox=move || format!("0 0 {} 24", count.get().max(1)) preserveAspectRatio="none" aria-hidden="true">
                <path class="core-track" d=move || tracks(count.get()) />
                <path class="core-fill" data-level="fine" d=path(Level::Fine) />
                <path class="core-fill" data-level="warning" d=path(Level::Warning) />
                <path class="core-fill" data-level="critical" d=path(Level::Critical) />
            </svg>
        </figure>
    }
}

/// The bars of all cores by level: three paths however many cores there are.
#[allow(clippy::cast_possible_truncation, reason = "three digits are drawn")]
fn core_paths(sample: &Sample) -> [String; 3] {
    let [mut fine, mut warning, mut critical] = [String::new(), String::new(), String::new()];
    for (place, core) in sample.cores.iter().enumerate() {
        let path = match level::CPU.level(core.busy as f32) {
            Level::Fine => &mut fine,
            Level::Warning => &mut warning,
            Level::Critical => &mut critical,
        };
        let height = (core.busy.clamp(0.0, 100.0) * 0.24).max(0.5);
        // Writing to a String cannot fail.
        let _ = write!(path, "M{place}.1 24v-{height:.1}h.8V24z");
    }
    [fine, warning, critical]
}

fn tracks(count: usize) -> String {
    (0..count).fold(String::new(), |mut path, place| {
        let _ = write!(path, "M{place}.1 0h.8V24h-.8z");
        path
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_core_is_drawn_in_its_level() {
        let core = |busy: f64| CpuStates { busy, ..CpuStates::default() };
        let sample = Sample { cores: vec![core(50.0), core(85.0), core(100.0)], ..Sample::default() };
        assert_eq!(
            core_paths(&sample),
            ["M0.1 24v-12.0h.8V24z".to_owned(), "M1.1 24v-20.4h.8V24z".to_owned(), "M2.1 24v-24.0h.8V24z".to_owned()]
        );
    }
}
