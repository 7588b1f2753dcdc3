//! Load, pressure, and sensors.

use domain::metrics::{PressureStall, Sensor, SensorKind};
use leptos::prelude::*;

use super::recent::{Recent, newest};
use crate::{
    format,
    i18n::use_i18n,
    ui::{Chart, SectionCard, Series, chart::scale_top},
};

/// The card about load and pressure.
#[component]
pub fn LoadCard() -> impl IntoView {
    let texts = use_i18n();
    let recent = Recent::here();
    let load = newest(|sample| sample.load);
    let cores = newest(|sample| sample.cores.len());
    let series = Series {
        label: text!(texts, metric.load).to_owned(),
        class: "a",
        newest: Signal::derive(move || {
            let load = load.get();
            [load.one, load.five, load.fifteen].map(format::significant).join(" · ")
        }),
        points: recent.series(|point| point.load),
    };
    let top = Signal::derive(move || {
        #[allow(clippy::cast_precision_loss, reason = "some hundred cores")]
        let floor = cores.get().max(1) as f32;
        scale_top([recent.highest(|point| point.load)].into_iter(), floor)
    });
    let tasks = move || {
        let load = load.get();
        text!(texts, load.tasks, running = load.running.to_string(), total = format::count(u64::from(load.tasks)))
            .to_string()
    };
    let rates = newest(|sample| (sample.context_switches, sample.forks, sample.blocked));
    let activity = move || {
        let (switches, forks, blocked) = rates.get();
        text!(
            texts,
            load.activity,
            switches = format::significant(switches),
            forks = format::significant(forks),
            blocked = blocked.to_string()
        )
        .to_string()
    };
    view! {
        <SectionCard title=text!(texts, load.title)>
            <Chart
                label=text!(texts, metric.load)
                series=vec![series]
                top
                top_label=Signal::derive(move || format::significant(f64::from(top.get())))
                span_label=recent.span_label()
            />
            <Pressures />
            <p class="quiet-text">{tasks} " · " {activity}</p>
        </SectionCard>
    }
}

/// How long tasks were held up, by resource.
#[component]
fn Pressures() -> impl IntoView {
    let texts = use_i18n();
    let pressure = newest(|sample| sample.pressure);
    let row = |name: &'static str, stall: Signal<Option<PressureStall>>| {
        let percent =
            |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| format!("{} %", format::significant(v)));
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="number">{move || percent(stall.get().map(|stall| stall.some))}</td>
                <td class="number">{move || percent(stall.get().and_then(|stall| stall.full))}</td>
            </tr>
        }
    };
    view! {
        <table class="data-table" aria-label=text!(texts, pressure.title)>
            <thead>
                <tr>
                    <th scope="col">{text!(texts, pressure.title)}</th>
                    <th scope="col" class="number" title=text!(texts, pressure.some_detail)>{text!(texts, pressure.some)}</th>
                    <th scope="col" class="number" title=text!(texts, pressure.full_detail)>{text!(texts, pressure.full)}</th>
                </tr>
            </thead>
            <tbody>
                {row(text!(texts, metric.cpu), Signal::derive(move || pressure.get().cpu))}
                {row(text!(texts, metric.memory), Signal::derive(move || pressure.get().memory))}
                {row(text!(texts, pressure.io), Signal::derive(move || pressure.get().io))}
            </tbody>
        </table>
    }
}

/// The card about sensors; not there where the server has none.
#[component]
pub fn SensorsCard() -> impl IntoView {
    let texts = use_i18n();
    let sensors = Memo::new({
        let sensors = newest(|sample| sample.sensors.clone().unwrap_or_default());
        move |_| sensors.get()
    });
    let has_any = Memo::new(move |_| sensors.with(|sensors| !sensors.is_empty()));
    move || {
        has_any.get().then(|| {
            view! {
                <SectionCard title=text!(texts, sensors.title)>
                    <dl class="sensors">{move || sensors.get().into_iter().map(sensor).collect_view()}</dl>
                </SectionCard>
            }
        })
    }
}

fn sensor(sensor: Sensor) -> impl IntoView {
    let unit = match sensor.kind {
        SensorKind::Temperature => "°C",
        SensorKind::Fan => "/min",
    };
    let is_critical = sensor.critical.is_some_and(|critical| critical > 0.0 && sensor.value >= critical);
    let level = if is_critical { "critical" } else { "fine" };
    view! {
        <div class="sensor" data-level=level>
            <dt>{sensor.name}</dt>
            <dd>{format!("{} {unit}", format::significant(sensor.value))}</dd>
        </div>
    }
}
