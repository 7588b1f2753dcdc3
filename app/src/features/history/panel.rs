//! The past of a server: range, comparison, charts. It loads all series of the page with one question, keeps the old picture
//! until the new one is there, and lets the newest end move.

use std::time::Duration;

use domain::ServerId;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    api::{Answer, Question, load_history, load_series},
    catalogue::{Title, USUAL, unit_of},
    chart::{Drawn, HistoryChart, Plan, Shown},
    compare::{Comparison, name_of},
    picker::RangePicker,
    trace::extend,
    uplot::{Gestures, Line},
    wanted::{Span, WEEK, Wanted},
};
use crate::{
    browser,
    error::AppError,
    features::{
        dashboard::api::{ServerName, server_names},
        processes::ProcessesThen,
    },
    i18n::use_i18n,
    routes::escape,
    ui::{Erase, FailedBanner, Icon, IconName, Moment},
};

/// How often the newest end is asked for: at least and at most.
const EVERY_MS: (i64, i64) = (3_000, 60_000);
/// How many steps of the newest end are asked for again: the last ones were not whole.
const TAIL_STEPS: i64 = 3;

/// The past of a server.
#[component]
pub fn HistoryPanel(
    /// The server.
    id: ServerId,
    /// Its name.
    #[prop(into)]
    name: Signal<String>,
    /// What is to be shown.
    wanted: Memo<Wanted>,
) -> impl IntoView {
    let texts = use_i18n();
    let shown = RwSignal::new(None::<Shown>);
    let failure = RwSignal::new(None::<AppError>);
    let is_loading = RwSignal::new(true);
    let names = RwSignal::new(Vec::<ServerName>::new());
    let keys = RwSignal::new(Vec::<String>::new());
    let turn = StoredValue::new(0_u64);
    let again = RwSignal::new(());

    let navigate = use_navigate();
    let open = Callback::new(move |(next, replace): (Wanted, bool)| {
        navigate(&next.address(id), NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
    });
    let go = Callback::new(move |next: Wanted| open.run((next, false)));

    // The moment that is marked does not change what is loaded.
    let asked = Memo::new(move |_| Wanted { at_ms: None, ..wanted.get() });
    Effect::new(move |_| {
        let asked = asked.get();
        again.track();
        let mine = turn.with_value(|turn| turn + 1);
        turn.set_value(mine);
        is_loading.set(true);
        leptos::task::spawn_local(async move {
            let answer = ask(id, &asked).await;
            // Somebody may have asked for something else meanwhile.
            if turn.try_get_value() != Some(mine) {
                return;
            }
            is_loading.set(false);
            match answer {
                Ok(answer) => {
                    failure.set(None);
                    shown.set(Some(answer));
                }
                Err(error) => failure.set(Some(error)),
            }
        });
    });
    Effect::new(move |_| {
        leptos::task::spawn_local(async move {
            if let Ok(found) = server_names().await {
                names.try_set(found);
            }
            let span = wanted.get_untracked().span;
            let bounds = if let Span::Between(from, to) = span { (Some(from), Some(to)) } else { (None, None) };
            if let Ok(found) = load_series(id, bounds.0, bounds.1, span.length_ms()).await {
                keys.try_set(found);
            }
        });
    });
    follow(id, asked, shown, is_loading, turn);

    let plans = Memo::new(move |_| {
        let title = |title: Title| match title {
            Title::Cpu => text!(texts, metric.cpu),
            Title::Memory => text!(texts, metric.memory),
            Title::Load => text!(texts, metric.load),
            Title::Network => text!(texts, metric.network),
            Title::Disk => text!(texts, history.disks),
            Title::Filesystem => text!(texts, history.filesystem),
            Title::Pressure => text!(texts, history.pressure),
        };
        let words = Words {
            label: &|key: &str| label(texts, key),
            before: &|label: &str| text!(texts, history.before, label = label.to_owned()).to_string(),
        };
        let servers =
            names.with(|names| asked.get().with.iter().map(|id| (*id, name_of(names, *id))).collect::<Vec<_>>());
        plans(id, &name.get(), &servers, &asked.get(), &|usual| title(usual).to_owned(), &words)
    });
    let gestures = Gestures {
        select: Callback::new(move |(from, to)| go.run(wanted.get_untracked().over(Span::Between(from, to)))),
        back: Callback::new(move |()| browser::back()),
        pick: Callback::new(move |at_ms| open.run((Wanted { at_ms: Some(at_ms), ..wanted.get_untracked() }, true))),
    };
    let on_remove = Callback::new(move |key: String| {
        let mut next = wanted.get_untracked();
        next.more.retain(|known| *known != key);
        go.run(next);
    });
    let at_ms = Signal::derive(move || wanted.with(|wanted| wanted.at_ms));
    let bounds = Signal::derive(move || shown.with(|shown| shown.as_ref().map(|shown| (shown.from_ms, shown.to_ms))));
    let export = move |kind: &'static str| {
        shown.with(|shown| {
            let Some(shown) = shown else { return String::new() };
            let wanted = asked.get();
            let servers: Vec<String> = std::iter::once(id).chain(wanted.with.iter().copied()).map(|id| id.to_string()).collect();
            let series: Vec<String> = series_of(&wanted).iter().map(|key| escape(key)).collect();
            let (from, to, step) = (shown.from_ms, shown.to_ms, shown.step_ms);
            let (servers, series) = (servers.join(","), series.join(","));
            format!("/api/export/history/{kind}?server_id={servers}&series={series}&from={from}&to={to}&step={step}&aggregate=all")
        })
    };
    view! {
        <section class="history" aria-label=text!(texts, history.title) aria-busy=move || is_loading.get().to_string()>
            <RangePicker wanted bounds go />
            <div class="history-tools">
                <Comparison id wanted names keys go />
                <div class="history-export">
                    <a class="button quiet" rel="external" download="" href=move || export("csv")>"CSV"</a>
                    <a class="button quiet" rel="external" download="" href=move || export("json")>"JSON"</a>
                </div>
            </div>
            <progress class="history-progress" hidden=move || !is_loading.get() aria-label=text!(texts, history.loading)></progress>
            <FailedBanner error=failure again=move |()| again.notify() />
            {move || {
                at_ms
                    .get()
                    .map(|at_ms| {
                        view! {
                            <p class="history-moment">
                                <span>{text!(texts, history.marked)}</span>
                                <Moment at_ms=Signal::stored(at_ms) />
                                <a class="button quiet" href=format!("/?at={at_ms}")>
                                    <Icon name=IconName::Clock />
                                    {text!(texts, past.fleet)}
                                </a>
                                <button
                                    type="button"
                                    class="button quiet"
                                    on:click=move |_| open.run((Wanted { at_ms: None, ..unmarked(&wanted.get_untracked(), bounds.get_untracked()) }, true))
                                >
                                    {text!(texts, history.unmark)}
                                </button>
                            </p>
                        }
                    })
            }}
            <div class="history-grid" class:is-loading=move || is_loading.get()>
                <For each=move || plans.get() key=|plan| format!("{plan:?}") let(plan)>
                    <HistoryChart plan shown at_ms gestures on_remove />
                </For>
            </div>
            <ProcessesThen id at_ms />
        </section>
    }
    .erased()
}

/// The same time without its mark: where the address had nothing but the mark, the time that it stood for.
fn unmarked(wanted: &Wanted, bounds: Option<(i64, i64)>) -> Wanted {
    match (wanted.span, bounds) {
        (Span::Between(..), Some((from, to))) => wanted.over(Span::Between(from, to)),
        _ => wanted.clone(),
    }
}

/// The series that are loaded.
fn series_of(wanted: &Wanted) -> Vec<String> {
    let is_many = !wanted.with.is_empty();
    let usual = USUAL.iter().flat_map(|usual| usual.series.iter().take(if is_many { 1 } else { usual.series.len() }));
    let mut all: Vec<String> = usual.map(|key| (*key).to_owned()).collect();
    all.extend(
        wanted.more.iter().filter(|key| !USUAL.iter().any(|usual| usual.series.contains(&key.as_str()))).cloned(),
    );
    all
}

async fn ask(id: ServerId, wanted: &Wanted) -> Result<Shown, AppError> {
    let step_ms = wanted.span.step_ms();
    let (from_ms, to_ms) = match wanted.span {
        Span::Last(_) => (None, None),
        Span::Between(from, to) => (Some(from), Some(to)),
    };
    let question = Question {
        servers: std::iter::once(id).chain(wanted.with.iter().copied()).collect(),
        series: series_of(wanted),
        from_ms,
        to_ms,
        span_ms: wanted.span.length_ms(),
        step_ms,
    };
    let Answer { from_ms, to_ms, servers: now } = load_history(question.clone()).await?;
    let mut before = Vec::new();
    if wanted.last_week {
        let (from_ms, to_ms) = (Some((from_ms - WEEK).max(0)), Some(to_ms - WEEK));
        before = load_history(Question { from_ms, to_ms, ..question }).await?.servers;
    }
    Ok(Shown { from_ms, to_ms, step_ms, now, before })
}

/// Lets the newest end move while the page is looked at.
fn follow(
    id: ServerId,
    asked: Memo<Wanted>,
    shown: RwSignal<Option<Shown>>,
    is_loading: RwSignal<bool>,
    turn: StoredValue<u64>,
) {
    Effect::new(move |before: Option<Option<IntervalHandle>>| {
        if let Some(handle) = before.flatten() {
            handle.clear();
        }
        let wanted = asked.get();
        if !wanted.span.is_live() {
            return None;
        }
        let every = wanted.span.step_ms().clamp(EVERY_MS.0, EVERY_MS.1);
        let tick = move || {
            if browser::is_hidden() || is_loading.get_untracked() {
                return;
            }
            let mine = turn.get_value();
            let wanted = asked.get_untracked();
            leptos::task::spawn_local(async move {
                let tail = newest(id, &wanted, shown.get_untracked()).await;
                if let Some(next) = tail
                    && turn.try_get_value() == Some(mine)
                {
                    shown.try_set(Some(next));
                }
            });
        };
        set_interval_with_handle(tick, Duration::from_millis(every.unsigned_abs())).ok()
    });
}

/// What is shown with its newest end; `None` when it cannot be had just now, which the next time mends.
async fn newest(id: ServerId, wanted: &Wanted, shown: Option<Shown>) -> Option<Shown> {
    let mut shown = shown?;
    let step_ms = shown.step_ms;
    let tail_ms = (shown.to_ms - TAIL_STEPS * step_ms).div_euclid(step_ms) * step_ms;
    let question = Question {
        servers: std::iter::once(id).chain(wanted.with.iter().copied()).collect(),
        series: series_of(wanted),
        from_ms: Some(tail_ms),
        to_ms: None,
        span_ms: wanted.span.length_ms(),
        step_ms,
    };
    let answer = load_history(question).await.ok()?;
    shown.to_ms = answer.to_ms;
    shown.from_ms = answer.to_ms - wanted.span.length_ms();
    for (server, tails) in answer.servers {
        let known = shown.now.iter_mut().find(|(known, _)| *known == server).map(|(_, series)| series);
        let known = known.into_iter().flatten();
        for (series, tail) in known.zip(tails) {
            extend(&mut series.points, tail.points, tail_ms, shown.from_ms - step_ms);
        }
    }
    Some(shown)
}

/// How things are called on a chart.
struct Words<'a> {
    label: &'a dyn Fn(&str) -> String,
    before: &'a dyn Fn(&str) -> String,
}

/// The charts of the page.
fn plans(
    id: ServerId,
    name: &str,
    others: &[(ServerId, String)],
    wanted: &Wanted,
    title: &dyn Fn(Title) -> String,
    words: &Words<'_>,
) -> Vec<Plan> {
    let drawn = |keys: &[&str]| -> Vec<Drawn> {
        let mut all = Vec::new();
        let mut add = |server: ServerId, key: &str, label: String, colour: usize, is_alone: bool| {
            let before = wanted.last_week.then(|| (words.before)(&label));
            let line = Line { label, colour, is_dashed: false, has_band: is_alone && !wanted.last_week };
            all.push(Drawn { line: line.clone(), server, key: key.to_owned(), is_before: false });
            if let Some(label) = before {
                let line = Line { label, is_dashed: true, has_band: false, ..line };
                all.push(Drawn { line, server, key: key.to_owned(), is_before: true });
            }
        };
        if others.is_empty() {
            for (place, key) in keys.iter().enumerate() {
                add(id, key, (words.label)(key), place + 1, true);
            }
        } else if let Some(key) = keys.first() {
            add(id, key, name.to_owned(), 1, false);
            for (place, (other, name)) in others.iter().enumerate() {
                add(*other, key, name.clone(), place + 2, false);
            }
        }
        all
    };
    let usual = USUAL.iter().map(|usual| {
        let title = match usual.series {
            [key, _, ..] if !others.is_empty() => format!("{}: {}", title(usual.title), (words.label)(key)),
            _ => title(usual.title),
        };
        Plan { title, unit: usual.unit, top: usual.top, drawn: drawn(usual.series), removable: None }
    });
    let more = wanted.more.iter().map(|key| {
        let (unit, top) = unit_of(key);
        Plan { title: key.clone(), unit, top, drawn: drawn(&[key]), removable: Some(key.clone()) }
    });
    usual.chain(more).collect()
}

/// What a series is called in a legend.
pub fn label(texts: crate::Texts, key: &str) -> String {
    let text = match key {
        "cpu.busy" => text!(texts, history.busy),
        "memory.used_percent" => text!(texts, metric.memory),
        "swap.used_percent" => text!(texts, memory.swap),
        "net.rx_bytes" => text!(texts, metric.received),
        "net.tx_bytes" => text!(texts, metric.sent),
        "disk.read_bytes" => text!(texts, disks.read),
        "disk.write_bytes" => text!(texts, disks.written),
        "load.one" => text!(texts, history.load_one),
        "load.five" => text!(texts, history.load_five),
        "load.fifteen" => text!(texts, history.load_fifteen),
        "filesystem.used_percent" => text!(texts, history.fullest),
        "pressure.cpu.some" => text!(texts, metric.cpu),
        "pressure.memory.some" => text!(texts, metric.memory),
        "pressure.io.some" => text!(texts, history.io),
        other => return other.to_owned(),
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Wanted {
        Wanted { span: Span::Last(3_600_000), last_week: false, with: Vec::new(), more: Vec::new(), at_ms: None }
    }

    fn planned(wanted: &Wanted, others: &[(ServerId, String)]) -> Vec<Plan> {
        let words = Words { label: &|key| key.to_owned(), before: &|label| format!("{label} before") };
        plans(ServerId(1), "web-1", others, wanted, &|title| format!("{title:?}"), &words)
    }

    #[test]
    fn one_server_has_all_series_with_their_bands() {
        let plans = planned(&wanted(), &[]);
        assert_eq!(plans.iter().map(|plan| plan.drawn.len()).collect::<Vec<_>>(), [1, 2, 2, 2, 3, 1, 3]);
        assert!(plans.iter().flat_map(|plan| &plan.drawn).all(|drawn| drawn.line.has_band));
    }

    #[test]
    fn several_servers_share_a_chart_with_a_line_each() {
        let others = [(ServerId(3), "web-3".to_owned()), (ServerId(7), "web-7".to_owned())];
        let plans = planned(&Wanted { with: vec![ServerId(3), ServerId(7)], ..wanted() }, &others);
        let labels: Vec<_> =
            plans[0].drawn.iter().map(|drawn| (drawn.line.label.as_str(), drawn.line.colour)).collect();
        assert_eq!(labels, [("web-1", 1), ("web-3", 2), ("web-7", 3)]);
        assert_eq!(plans[1].title, "Memory: memory.used_percent");
    }

    #[test]
    fn last_week_is_a_dashed_line_of_the_same_colour() {
        let plans = planned(&Wanted { last_week: true, ..wanted() }, &[]);
        let drawn = &plans[0].drawn;
        assert_eq!((drawn[0].line.colour, drawn[1].line.colour), (1, 1));
        assert!(drawn[1].line.is_dashed && drawn[1].is_before && !drawn[0].line.has_band);
    }

    #[test]
    fn a_further_series_has_a_chart_that_can_be_taken_away() {
        let plans = planned(&Wanted { more: vec!["net.rx_errors:eth0".to_owned()], ..wanted() }, &[]);
        let last = plans.last().unwrap();
        assert_eq!((last.unit, last.removable.as_deref()), ("per_second", Some("net.rx_errors:eth0")));
    }
}
