//! Pressure and sockets of a recording.

use domain::recording::{RecordedSockets, RecordedStall, SocketCount};
use leptos::prelude::*;

use crate::{format, i18n::use_i18n, ui::Erase};

/// How long tasks were held up.
#[component]
pub fn Pressure(
    /// What was recorded.
    stalls: Vec<RecordedStall>,
) -> impl IntoView {
    let texts = use_i18n();
    if stalls.is_empty() {
        return view! { <p>{text!(texts, recorder.no_pressure)}</p> }.erased();
    }
    let row = move |stall: RecordedStall| {
        let resource = match stall.resource.as_str() {
            "cpu" => text!(texts, metric.cpu),
            "memory" => text!(texts, metric.memory),
            "io" => text!(texts, history.io),
            _ => text!(texts, recorder.irq),
        };
        let who = if stall.is_full { text!(texts, recorder.full) } else { text!(texts, recorder.some) };
        let average = |value: f64| {
            let level = if value >= 10.0 { "warning" } else { "" };
            view! { <td class="number" data-level=level>{format!("{} %", format::significant(value))}</td> }
        };
        view! {
            <tr>
                <th scope="row">{resource}</th>
                <td>{who}</td>
                {average(stall.avg10)}
                {average(stall.avg60)}
                {average(stall.avg300)}
            </tr>
        }
    };
    view! {
        <table class="data-table recorder-pressure" aria-label=text!(texts, recorder.pressure)>
            <thead>
                <tr>
                    <th scope="col">{text!(texts, recorder.resource)}</th>
                    <th scope="col">{text!(texts, recorder.who)}</th>
                    <th scope="col" class="number">{text!(texts, recorder.seconds)}</th>
                    <th scope="col" class="number">{text!(texts, recorder.minute)}</th>
                    <th scope="col" class="number">{text!(texts, recorder.minutes)}</th>
                </tr>
            </thead>
            <tbody>{stalls.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .erased()
}

/// Sockets by kind and state, and where connections are awaited.
#[component]
pub fn Sockets(
    /// What was recorded.
    sockets: RecordedSockets,
) -> impl IntoView {
    let texts = use_i18n();
    let RecordedSockets { kinds, states, listening, problem } = sockets;
    let counts = move |title: &'static str, mut counts: Vec<SocketCount>| {
        counts.retain(|one| one.count > 0);
        let one = move |count: SocketCount| {
            let name = if count.name == "all" { text!(texts, recorder.sockets_all).to_owned() } else { count.name };
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd>{format::count(count.count)}</dd>
                </div>
            }
        };
        (!counts.is_empty()).then(|| {
            view! {
                <div>
                    <h3>{title}</h3>
                    <dl class="recorder-counts">{counts.into_iter().map(one).collect_view()}</dl>
                </div>
            }
        })
    };
    let ports = (!listening.is_empty()).then(|| {
        view! {
            <div>
                <h3>{text!(texts, recorder.listening)}</h3>
                <ul class="recorder-ports code">{listening.into_iter().map(|one| view! { <li>{one}</li> }).collect_view()}</ul>
            </div>
        }
    });
    view! {
        {(!problem.is_empty()).then(|| view! { <p class="recorder-note recorder-problem">{problem}</p> })}
        <div class="recorder-sockets">
            {counts(text!(texts, recorder.sockets), kinds)} {counts(text!(texts, recorder.states), states)} {ports}
        </div>
    }
    .erased()
}
