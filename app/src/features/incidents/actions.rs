//! What a person can do about an incident.

use domain::incidents::{Dossier, Step};
use leptos::prelude::*;

use super::{
    api::{IncidentDetail, act_on_incident},
    bell::ask,
    steps::Steps,
    turns::Turns,
};
use crate::{
    error::AppError,
    i18n::use_i18n,
    live::BellState,
    ui::{Field, Refusal, SectionCard, TextArea, ToastKind, Toasts},
};

/// One deed: its name in the REST API, what is said, and minutes or a priority.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Deed {
    action: &'static str,
    text: String,
    number: u32,
}

/// The card with all of them.
#[component]
pub fn Actions(
    /// The incident, as it is now.
    shown: RwSignal<Dossier>,
    /// Which answer about it counts.
    turns: Turns,
    /// The accounts it can be assigned to.
    people: Vec<String>,
) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let bell = expect_context::<BellState>();
    let said = RwSignal::new(String::new());
    let act = Action::new_local(move |deed: &Deed| {
        let Deed { action, text, number } = deed.clone();
        let (id, turn) = (shown.with_untracked(|dossier| dossier.incident.id), turns.ask());
        async move {
            let IncidentDetail { dossier, .. } = act_on_incident(id, action.to_owned(), text, number).await?;
            if turns.is_newest(turn) {
                shown.set(dossier);
            }
            if !matches!(action, "assign" | "prioritise" | "step") {
                said.set(String::new());
            }
            toasts.show(ToastKind::Done, text!(texts, incidents.done));
            ask(bell);
            Ok::<_, AppError>(())
        }
    });
    let error = Signal::derive(move || act.value().get().and_then(Result::err));
    let refusal = Refusal::new(error);
    let (text, reason) = (refusal.at("text"), refusal.at("reason"));
    let is_open = move || shown.with(|dossier| dossier.incident.ended_at_ms.is_none());
    let is_taken = move || shown.with(|dossier| dossier.incident.acknowledged_at_ms.is_some());
    let can_silence =
        move || shown.with(|Dossier { incident, .. }| incident.server_id.is_some() && incident.rule_id.is_some());
    let button = move |action: &'static str, words: &'static str, class: &'static str, number: u32| {
        view! {
            <button
                type="button"
                class=class
                disabled=move || act.pending().get()
                on:click=move |_| {
                    act.dispatch(Deed { action, text: said.get_untracked(), number });
                }
            >
                {words}
            </button>
        }
    };
    let assign = move |event: leptos::ev::Event| {
        act.dispatch(Deed { action: "assign", text: event_target_value(&event), number: 0 });
    };
    let prioritise = move |event: leptos::ev::Event| {
        let number = event_target_value(&event).parse().unwrap_or(0);
        act.dispatch(Deed { action: "prioritise", text: String::new(), number });
    };
    // What was chosen and refused is taken back, and what others chose is here too.
    let assignee = move || {
        error.track();
        shown.with(|dossier| dossier.incident.assignee.clone())
    };
    let priority = move || {
        error.track();
        shown.with(|dossier| dossier.incident.priority.to_string())
    };
    let person_option = move |name: String| {
        let (value, wanted) = (name.clone(), name.clone());
        let is_chosen = move || shown.with(|dossier| dossier.incident.assignee == wanted);
        view! { <option value=value selected=is_chosen>{name}</option> }
    };
    let names = StoredValue::new(people.clone());
    // Whose account is gone cannot be chosen, and yet has it.
    let gone = move || {
        let name = assignee();
        let is_gone = !name.is_empty() && names.with_value(|names| !names.contains(&name));
        is_gone.then(|| {
            let words = name.clone();
            view! { <option value=name selected=true>{words}</option> }
        })
    };
    let priority_option = move |number: u8| {
        let is_chosen = move || shown.with(|dossier| dossier.incident.priority == number);
        let words = match number {
            1 => text!(texts, incidents.p1),
            2 => text!(texts, incidents.p2),
            3 => text!(texts, incidents.p3),
            _ => text!(texts, incidents.p4),
        };
        view! { <option value=number.to_string() selected=is_chosen>{words}</option> }
    };
    let to_step = Callback::new(move |step: Step| {
        act.dispatch(Deed { action: "step", text: step.name().to_owned(), number: 0 });
    });
    view! {
        <Steps shown choose=Some(to_step) is_busy=act.pending() />
        <SectionCard title=text!(texts, incidents.actions) class="incident-actions">
            <div class="stack">
                <TextArea
                    name="said"
                    label=text!(texts, incidents.say)
                    value=said
                    rows=3
                    hint=text!(texts, incidents.say_hint).to_owned()
                    error=Signal::derive(move || text.get().or_else(|| reason.get()))
                />
                <div class="incident-buttons">
                    {move || {
                        (is_open() && !is_taken())
                            .then(|| button("acknowledge", text!(texts, incidents.acknowledge), "button primary", 0))
                    }} {button("note", text!(texts, incidents.add_note), "button", 0)}
                    {move || is_open().then(|| button("resolve", text!(texts, incidents.resolve), "button", 0))}
                    {move || {
                        can_silence()
                            .then(|| {
                                let hour = button("silence", text!(texts, incidents.silence_hour), "button", 60);
                                let day = button("silence", text!(texts, incidents.silence_day), "button", 24 * 60);
                                (hour, day)
                            })
                    }}
                </div>
                <Field
                    name="assignee"
                    label=text!(texts, incidents.assign)
                    error=refusal.at("assignee")
                >
                    <select
                        id="assignee"
                        class="input"
                        aria-describedby="assignee-error"
                        prop:value=assignee
                        on:change=assign
                    >
                        <option value="">{text!(texts, incidents.nobody)}</option>
                        {people.into_iter().map(person_option).collect_view()} {gone}
                    </select>
                </Field>
                <Field
                    name="priority"
                    label=text!(texts, incidents.priority)
                    error=refusal.at("priority")
                >
                    <select
                        id="priority"
                        class="input"
                        aria-describedby="priority-error"
                        prop:value=priority
                        on:change=prioritise
                    >
                        {(1..=4).map(priority_option).collect_view()}
                    </select>
                </Field>
                <p class="field-error" role="alert">
                    {move || refusal.elsewhere(texts).unwrap_or_default()}
                </p>
            </div>
        </SectionCard>
    }
}
