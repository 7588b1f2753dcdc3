//! The chart around an incident: its series from half an hour before to half an hour after, with the level at which it fires.

use domain::{alerts::Incident, incidents::Dossier, unit::Unit};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    turns::Turns,
    words::{self, AROUND_MS, around},
};
use crate::{
    browser,
    error::AppError,
    features::history::{
        Drawn, Gestures, HistoryChart, Line, Marks, Plan, Shown, Span, Wanted,
        api::{Question, load_history},
        label, unit_of,
    },
    i18n::use_i18n,
    live::Clock,
    ui::{Erase, FailedBanner},
};

/// What stands for a server that does not answer: the gap in it says since when.
const INSTEAD: &str = "cpu.busy";
/// How often the newest end is asked for.
const EVERY_MS: i64 = 10_000;

/// The chart; nothing where the server is not there any more.
#[component]
pub fn Around(
    /// The incident, as it is now.
    shown: RwSignal<Dossier>,
) -> impl IntoView {
    let texts = use_i18n();
    let clock = expect_context::<Clock>();
    let (incident, fire) = shown.with_untracked(|dossier| (dossier.incident.clone(), dossier.fire));
    let Some(server) = incident.server_id else { return ().into_any() };
    let is_value = !incident.series.is_empty();
    let key = if is_value { incident.series.clone() } else { INSTEAD.to_owned() };
    let (unit, top) = unit_of(&key);
    let ended_at_ms = Memo::new(move |_| shown.with(|dossier| dossier.incident.ended_at_ms));

    let values = RwSignal::new(None::<Shown>);
    let failure = RwSignal::new(None::<AppError>);
    let (again, turns) = (RwSignal::new(()), Turns::new());
    // As long as the end moves, it is asked for again from time to time; while nobody looks, not before somebody does.
    let due = Memo::new(move |before: Option<&(Option<i64>, Option<i64>)>| {
        let (now_ms, ended_at_ms) = (clock.now_ms(), ended_at_ms.get());
        match before {
            Some(before) if browser::is_hidden() => *before,
            _ => {
                let is_moving = ended_at_ms.is_none_or(|at_ms| now_ms < at_ms + AROUND_MS);
                (ended_at_ms, is_moving.then_some(now_ms / EVERY_MS))
            }
        }
    });
    let asked = (incident.clone(), key.clone());
    Effect::new(move |_| {
        due.track();
        again.track();
        let (mut incident, key) = asked.clone();
        incident.ended_at_ms = ended_at_ms.get_untracked();
        let (now_ms, turn) = (untrack(|| clock.now_ms()), turns.ask());
        spawn_local(async move {
            match ask(&incident, key, now_ms).await {
                Ok(answer) if turns.is_newest(turn) => {
                    failure.try_set(None);
                    values.try_set(Some(answer));
                }
                // What was there before is still true.
                Err(error) if values.try_with_untracked(Option::is_none) == Some(true) => {
                    failure.try_set(Some(error));
                }
                _ => {}
            }
        });
    });

    let navigate = use_navigate();
    let go = Callback::new(move |wanted: Wanted| navigate(&wanted.address(server), NavigateOptions::default()));
    let bounds = move || values.with_untracked(|values| values.as_ref().map(|values| (values.from_ms, values.to_ms)));
    let gestures = Gestures {
        select: Callback::new(move |(from, to)| go.run(Wanted::default().over(Span::Between(from, to)))),
        back: Callback::new(|()| ()),
        pick: Callback::new(move |at_ms| {
            if let Some((from, to)) = bounds() {
                go.run(Wanted { at_ms: Some(at_ms), ..Wanted::default().over(Span::Between(from, to)) });
            }
        }),
    };
    let name = label(texts, &key);
    let level = fire.filter(|_| is_value);
    let marks = Signal::derive(move || Marks { level, span: Some((incident.since_ms, ended_at_ms.get())) });
    let note = match level {
        Some(level) => {
            let level = Unit::of(&key).write_measured(level);
            text!(texts, incidents.around_level, level = level).to_string()
        }
        None => text!(texts, incidents.around_span).to_owned(),
    };
    let line = Line { label: name, colour: 1, is_dashed: false, has_band: true };
    let plan = Plan {
        title: text!(texts, incidents.around, series = words::series(texts, &key)).to_string(),
        unit,
        top,
        drawn: vec![Drawn { line, server, key, is_before: false }],
        removable: None,
    };
    let is_loading = move || values.with(Option::is_none) && failure.with(Option::is_none);
    view! {
        <div class="incident-around" aria-busy=move || is_loading().to_string()>
            <FailedBanner error=failure again=move |()| again.notify() />
            <HistoryChart plan shown=values at_ms=Signal::stored(None) gestures on_remove=Callback::new(|_: String| ()) marks note />
        </div>
    }
    .erased()
}

async fn ask(incident: &Incident, key: String, now_ms: i64) -> Result<Shown, AppError> {
    let (from_ms, to_ms) = around(incident, now_ms);
    let step_ms = Span::Between(from_ms, to_ms).step_ms();
    let question = Question {
        servers: incident.server_id.into_iter().collect(),
        series: vec![key],
        from_ms: Some(from_ms),
        to_ms: Some(to_ms),
        span_ms: to_ms - from_ms,
        step_ms,
    };
    let answer = load_history(question).await?;
    Ok(Shown { from_ms: answer.from_ms, to_ms: answer.to_ms, step_ms, now: answer.servers, before: Vec::new() })
}
