//! One chart: its heading, what uPlot draws, and its values as a table.

use domain::{
    ServerId,
    history::{Point, Series},
};
use leptos::{html, prelude::*};
use send_wrapper::SendWrapper;

use super::{
    table::{ValueTable, rows},
    trace::Trace,
    uplot::{Gestures, Line, Marks, Plot},
    wanted::WEEK,
};
use crate::{
    i18n::use_i18n,
    ui::{Erase, SectionCard},
};

/// What is drawn now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    /// From when, in Unix milliseconds.
    pub from_ms: i64,
    /// Until when.
    pub to_ms: i64,
    /// The time between two points.
    pub step_ms: i64,
    /// The series of each server.
    pub now: Vec<(ServerId, Vec<Series>)>,
    /// The same a week before, when it is compared with.
    pub before: Vec<(ServerId, Vec<Series>)>,
}

impl Shown {
    fn points(&self, drawn: &Drawn) -> &[Point] {
        let of = if drawn.is_before { &self.before } else { &self.now };
        let series = of.iter().find(|(server, _)| *server == drawn.server).map(|(_, series)| series);
        let found = series.and_then(|series| series.iter().find(|series| series.key == drawn.key));
        found.map(|series| series.points.as_slice()).unwrap_or_default()
    }
}

/// A line of a chart and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// How it looks.
    pub line: Line,
    /// Of which server.
    pub server: ServerId,
    /// Which series.
    pub key: String,
    /// Whether it is that of the week before.
    pub is_before: bool,
}

/// A chart as it is planned: it is made anew when any of this changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Its heading.
    pub title: String,
    /// The unit of its values.
    pub unit: &'static str,
    /// The highest value of its scale; 0 for as high as the values are.
    pub top: f64,
    /// Its lines.
    pub drawn: Vec<Drawn>,
    /// The series by which it can be taken away again.
    pub removable: Option<String>,
}

/// One chart.
#[component]
pub fn HistoryChart(
    /// What it shows.
    plan: Plan,
    /// The values.
    shown: RwSignal<Option<Shown>>,
    /// A moment that is marked.
    at_ms: Signal<Option<i64>>,
    /// What is told when a person drags or clicks.
    gestures: Gestures,
    /// Takes the chart away.
    on_remove: Callback<String>,
    /// A level and a stretch of time that are marked.
    #[prop(optional, into)]
    marks: Signal<Marks>,
    /// Words below it.
    #[prop(optional, into)]
    note: String,
) -> impl IntoView {
    let texts = use_i18n();
    let element = NodeRef::<html::Div>::new();
    let plot = StoredValue::new(None::<SendWrapper<Plot>>);
    let (is_ready, has_failed) = (RwSignal::new(false), RwSignal::new(false));
    let (unit, top) = (plan.unit, plan.top);
    let drawn = StoredValue::new(plan.drawn);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        leptos::task::spawn_local(async move {
            let Some(lines) =
                drawn.try_with_value(|drawn| drawn.iter().map(|one| one.line.clone()).collect::<Vec<_>>())
            else {
                return;
            };
            match Plot::new(element.into(), unit, top, &lines, gestures).await {
                // The page may have gone on meanwhile: then the chart goes at once.
                Ok(made) => {
                    if plot.try_set_value(Some(SendWrapper::new(made))).is_none() {
                        is_ready.try_set(true);
                    }
                }
                Err(_) => {
                    has_failed.try_set(true);
                }
            }
        });
    });
    on_cleanup(move || drop(plot.try_update_value(Option::take)));
    Effect::new(move |_| {
        let (at_ms, marks) = (at_ms.get(), marks.get());
        if !is_ready.get() {
            return;
        }
        shown.with(|shown| {
            let Some(shown) = shown else { return };
            let trace =
                |one: &Drawn| Trace::new(shown.points(one), shown.step_ms, if one.is_before { WEEK } else { 0 });
            let traces: Vec<_> = drawn.with_value(|drawn| drawn.iter().map(trace).collect());
            plot.with_value(|plot| {
                if let Some(plot) = plot {
                    plot.mark(marks);
                    plot.show(&traces, shown.from_ms, shown.to_ms, at_ms);
                }
            });
        });
    });
    let is_empty = Memo::new(move |_| {
        shown.with(|shown| {
            shown
                .as_ref()
                .is_some_and(|shown| drawn.with_value(|drawn| drawn.iter().all(|one| shown.points(one).is_empty())))
        })
    });
    let table = Signal::derive(move || {
        shown.with(|shown| {
            let Some(shown) = shown else { return Vec::new() };
            drawn.with_value(|drawn| {
                // Last week's points are moved onto this week's time.
                let moved: Vec<Vec<Point>> = drawn
                    .iter()
                    .map(|one| {
                        let moved_ms = if one.is_before { WEEK } else { 0 };
                        let points = shown.points(one).iter();
                        points.map(|point| Point { at_ms: point.at_ms + moved_ms, ..*point }).collect()
                    })
                    .collect();
                let series: Vec<&[Point]> = moved.iter().map(Vec::as_slice).collect();
                rows(&series, shown.from_ms, shown.to_ms, shown.step_ms)
            })
        })
    });
    let labels: Vec<String> = drawn.with_value(|drawn| drawn.iter().map(|one| one.line.label.clone()).collect());
    let title = StoredValue::new(plan.title.clone());
    let removable = plan.removable;
    let aside = move || {
        removable.clone().map(|key| {
            let name = text!(texts, history.remove, title = title.get_value()).to_string();
            view! {
                <button type="button" class="button quiet small" on:click=move |_| on_remove.run(key.clone())>
                    {name}
                </button>
            }
        })
    };
    view! {
        <SectionCard title=plan.title.clone() class="history-card" aside=aside>
            <div class="history-plot" class:is-empty=move || is_empty.get() node_ref=element></div>
            <p class="history-note" hidden=move || !is_empty.get()>
                {text!(texts, history.nothing)}
            </p>
            <p class="history-note" role="alert" hidden=move || !has_failed.get()>
                {text!(texts, history.no_charts)}
            </p>
            {(!note.is_empty()).then(|| view! { <p class="history-note">{note.clone()}</p> })}
            <ValueTable title=title.get_value() labels=labels.clone() unit rows=table />
        </SectionCard>
    }
    .erased()
}
