//! What a person can do about an incident.

use domain::incidents::{Dossier, Step};
use leptos::prelude::*;

use super::{
    api::{IncidentDetail, act_on_incident},
    bell::BellState,
    steps::Steps,
};
use crate::{
    error::AppError,
    i18n::use_i18n,
    ui::{Field, SectionCard, TextArea, ToastKind, Toasts},
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
pub fn Actions(shown: RwSignal<Dossier>, people: Vec<String>) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let bell = expect_context::<BellState>();
    let said = RwSignal::new(String::new());
    let act = Action::new_local(move |deed: &Deed| {
        let Deed { action, text, number } = deed.clone();
        let id = shown.with_untracked(|dossier| dossier.incident.id);
        async move {
            let IncidentDetail { dossier, .. } = act_on_incident(id, action.to_owned(), text, number).await?;
            shown.set(dossier);
            if !matches!(action, "assign" | "prioritise" | "step") {
                said.set(String::new());
            }
            toasts.show(ToastKind::Done, text!(texts, incidents.done));
            bell.ask();
            Ok::<_, AppError>(())
        }
    });
    let error = Signal::derive(move || act.value().get().and_then(Result::err));
    let field =
        Signal::derive(move || error.get().and_then(|error| error.field("text").or_else(|| error.field("reason"))));
    let is_open = move || shown.with(|dossier| dossier.incident.ended_at_ms.is_none());
    let is_taken = move || shown.with(|dossier| dossier.incident.acknowledged_at_ms.is_some());
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
    let person_option = move |name: String| {
        let (value, wanted) = (name.clone(), name.clone());
        let is_chosen = move || shown.with(|dossier| dossier.incident.assignee == wanted);
        view! { <option value=value selected=is_chosen>{name}</option> }
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
                    error=field
                />
                <div class="incident-buttons">
                    {move || {
                        (is_open() && !is_taken())
                            .then(|| button("acknowledge", text!(texts, incidents.acknowledge), "button primary", 0))
                    }} {button("note", text!(texts, incidents.add_note), "button", 0)}
                    {move || is_open().then(|| button("resolve", text!(texts, incidents.resolve), "button", 0))}
                    {button("silence", text!(texts, incidents.silence_hour), "button", 60)}
                    {button("silence", text!(texts, incidents.silence_day), "button", 24 * 60)}
                </div>
                <Field name="assignee" label=text!(texts, incidents.assign)>
                    <select id="assignee" class="input" on:change=assign>
                        <option value="">{text!(texts, incidents.nobody)}</option>
                        {people.into_iter().map(person_option).collect_view()}
                    </select>
                </Field>
                <Field name="priority" label=text!(texts, incidents.priority)>
                    <select id="priority" class="input" on:change=prioritise>
                        {(1..=4).map(priority_option).collect_view()}
                    </select>
                </Field>
                <p class="field-error" role="alert">
                    {move || error.get().and_then(|error| error.message_beside_fields(texts)).unwrap_or_default()}
                </p>
            </div>
        </SectionCard>
    }
}
