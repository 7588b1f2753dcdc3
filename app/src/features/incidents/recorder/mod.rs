//! The flight recorder's card: what the server looked like when the incident began, as soon as it is there.

pub mod api;
mod lines;
mod processes;
mod system;

use domain::{
    incidents::Dossier,
    recording::{IncidentRecording, Recording, RecordingState},
};
use leptos::{prelude::*, task::spawn_local};

use self::{
    api::{load_recording, load_recording_status},
    lines::Lines,
    processes::RecordedTable,
    system::{Pressure, Sockets},
};
use crate::{
    Texts,
    error::AppError,
    format,
    i18n::use_i18n,
    live::Clock,
    ui::{Erase, Moment, SectionCard, Skeleton},
};

/// For how long after the rule fired a recording may still come that is not known to be taken.
const STILL_MS: i64 = 20_000;

/// The card.
#[component]
pub fn FlightRecorder(
    /// The incident, as it is now.
    shown: RwSignal<Dossier>,
) -> impl IntoView {
    let texts = use_i18n();
    let clock = expect_context::<Clock>();
    let (id, began_at_ms) = shown.with_untracked(|dossier| (dossier.incident.id, dossier.incident.began_at_ms));
    let state = RwSignal::new(shown.with_untracked(|dossier| dossier.recording.state));
    let found = RwSignal::new(None::<Result<IncidentRecording, AppError>>);
    let again = RwSignal::new(());
    let is_asking = StoredValue::new(false);
    Effect::new(move |_| {
        let now_ms = clock.now_ms();
        let may_come = match state.get() {
            RecordingState::Taking => true,
            RecordingState::None => now_ms - began_at_ms < STILL_MS,
            _ => false,
        };
        if !may_come || is_asking.get_value() {
            return;
        }
        is_asking.set_value(true);
        spawn_local(async move {
            // What cannot be asked now is asked again in a second.
            if let Ok(status) = load_recording_status(id).await
                && state.try_get_untracked().is_some_and(|before| before != status.state)
            {
                state.set(status.state);
            }
            is_asking.try_set_value(false);
        });
    });
    Effect::new(move |_| {
        again.track();
        if state.get() == RecordingState::Taken {
            spawn_local(async move {
                found.try_set(Some(load_recording(id).await));
            });
        }
    });
    let body = move || match (state.get(), found.get()) {
        (RecordingState::Taken, Some(Ok(taken))) => view! { <Taken taken began_at_ms /> }.erased(),
        (RecordingState::Taken, Some(Err(error))) => view! {
            <p class="field-error" role="alert">
                {error.message(texts)}
            </p>
            <button type="button" class="button recorder-again" on:click=move |_| again.notify()>
                {text!(texts, action.try_again)}
            </button>
        }
        .erased(),
        (RecordingState::Taken, None) => view! { <Skeleton lines=8 /> }.erased(),
        (RecordingState::Taking, _) => view! {
            <p class="quiet-text" role="status">
                {text!(texts, recorder.taking)}
            </p>
            <Skeleton lines=8 />
        }
        .erased(),
        (missing, _) => {
            let (what, detail) = why_not(texts, missing);
            view! {
                <p>{what}</p>
                {(!detail.is_empty()).then(|| view! { <p class="card-detail">{detail}</p> })}
            }
            .erased()
        }
    };
    view! { <SectionCard title=text!(texts, recorder.title) class="recorder">{body}</SectionCard> }
}

fn why_not(texts: Texts, state: RecordingState) -> (&'static str, &'static str) {
    match state {
        RecordingState::NoAnswer => (text!(texts, recorder.no_answer), ""),
        RecordingState::Refused => (text!(texts, recorder.refused), text!(texts, recorder.refused_detail)),
        RecordingState::TooMany => (text!(texts, recorder.too_many), ""),
        RecordingState::TooSlow => (text!(texts, recorder.too_slow), ""),
        RecordingState::None | RecordingState::Taking | RecordingState::Taken => {
            (text!(texts, recorder.none), text!(texts, recorder.none_detail))
        }
    }
}

/// The parts of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Processes,
    Pressure,
    Sockets,
    Units,
    Kernel,
    Journal,
}

#[component]
fn Taken(taken: IncidentRecording, began_at_ms: i64) -> impl IntoView {
    let texts = use_i18n();
    let IncidentRecording { at_ms, recording, .. } = taken;
    let part = RwSignal::new(Part::Processes);
    let segment = move |which: Part, word: String| {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || (part.get() == which).to_string()
                on:click=move |_| part.set(which)
            >
                {word}
            </button>
        }
    };
    let failed = match recording.units.lines.len() {
        0 => text!(texts, recorder.failed).to_owned(),
        count => text!(texts, recorder.failed_count, count = count).to_string(),
    };
    let (after, state) = (after(texts, at_ms, began_at_ms), summary(texts, &recording));
    let is_cut = recording.is_cut;
    let recording = StoredValue::new(recording);
    let body = move || {
        let Recording { processes, pressure, sockets, units, kernel, journal, .. } = recording.get_value();
        match part.get() {
            Part::Processes => view! { <RecordedTable processes /> }.erased(),
            Part::Pressure => view! { <Pressure stalls=pressure /> }.erased(),
            Part::Sockets => view! { <Sockets sockets /> }.erased(),
            Part::Units => {
                view! { <Lines part=units title=text!(texts, recorder.failed) nothing=text!(texts, recorder.no_failed) /> }
                    .erased()
            }
            Part::Kernel => {
                view! { <Lines part=kernel title=text!(texts, recorder.kernel) nothing=text!(texts, recorder.no_lines) /> }
                    .erased()
            }
            Part::Journal => {
                view! { <Lines part=journal title=text!(texts, recorder.journal) nothing=text!(texts, recorder.no_lines) /> }
                    .erased()
            }
        }
    };
    view! {
        <p class="recorder-when">
            <Moment at_ms=Signal::stored(at_ms) />
            <span class="recorder-after">{after}</span>
            <span class="recorder-state">{state}</span>
        </p>
        {is_cut.then(|| view! { <p class="recorder-note">{text!(texts, recorder.cut)}</p> })}
        <div class="segments recorder-parts" role="group" aria-label=text!(texts, recorder.parts)>
            {segment(Part::Processes, text!(texts, recorder.processes).to_owned())}
            {segment(Part::Pressure, text!(texts, recorder.pressure).to_owned())}
            {segment(Part::Sockets, text!(texts, recorder.sockets).to_owned())} {segment(Part::Units, failed)}
            {segment(Part::Kernel, text!(texts, recorder.kernel).to_owned())}
            {segment(Part::Journal, text!(texts, recorder.journal).to_owned())}
        </div>
        {body}
    }
}

/// How long after the rule fired, or before: an earlier incident of the server may have been recorded just then.
fn after(texts: Texts, at_ms: i64, began_at_ms: i64) -> String {
    let span = |ms: i64| format::duration(u64::try_from(ms / 1_000).unwrap_or(0));
    match at_ms - began_at_ms {
        ms if ms >= 1_000 => text!(texts, recorder.after, span = span(ms)).to_string(),
        ms if ms <= -1_000 => text!(texts, recorder.before, span = span(-ms)).to_string(),
        _ => text!(texts, recorder.at_once).to_owned(),
    }
}

/// Load, memory and swap in a line.
fn summary(texts: Texts, recording: &Recording) -> String {
    let mut said = Vec::new();
    if let Some(load) = recording.load {
        let [one, five, fifteen] = [load.one, load.five, load.fifteen].map(format::significant);
        said.push(text!(texts, recorder.load, one = one, five = five, fifteen = fifteen).to_string());
    }
    if let Some(memory) = recording.memory {
        let (used, total) = (format::bytes(memory.used()).to_string(), format::bytes(memory.total).to_string());
        said.push(text!(texts, recorder.memory, used = used, total = total).to_string());
        if memory.swap_total > 0 {
            let (used, total) =
                (format::bytes(memory.swap_used()).to_string(), format::bytes(memory.swap_total).to_string());
            said.push(text!(texts, recorder.swap, used = used, total = total).to_string());
        }
    }
    said.join(" · ")
}
