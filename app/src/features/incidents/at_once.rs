//! Acknowledging all incidents that are shown, as after a storm.

use domain::{IncidentId, Permission, incident_filter::IncidentFilter};
use leptos::prelude::*;

use super::{
    api::{IncidentList, acknowledge_all},
    bell::ask,
    wanted::Wanted,
};
use crate::{
    error::AppError,
    format,
    i18n::use_i18n,
    layout::Me,
    live::BellState,
    ui::{Dialog, FormEnd, Icon, IconName, Refusal, TextArea, ToastKind, Toasts},
};

/// What is shown and nobody has acknowledged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    /// What the list that shows it was narrowed to: the address may be ahead of it.
    pub filter: IncidentFilter,
    /// How many incidents.
    pub count: u32,
    /// The newest that is shown: what begins later is not meant.
    pub up_to: Option<IncidentId>,
}

impl Waiting {
    /// What a page of the list says of it; only the first one has the newest.
    pub fn of(list: &IncidentList, wanted: &Wanted) -> Self {
        let up_to = list.incidents.first().map(|incident| incident.id).filter(|_| wanted.before.is_none());
        Self { filter: wanted.filter.clone(), count: if up_to.is_some() { list.waiting } else { 0 }, up_to }
    }
}

/// The button, for those who may, while something waits; and the dialog that asks why.
#[component]
pub fn AcknowledgeAll(waiting: RwSignal<Waiting>) -> impl IntoView {
    let texts = use_i18n();
    let may_act = Me::here().may(Permission::IncidentsWrite);
    let is_open = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="button small"
            title=text!(texts, incidents.acknowledge_all)
            hidden=move || !may_act || waiting.with(|waiting| waiting.count == 0)
            on:click=move |_| is_open.set(true)
        >
            <Icon name=IconName::CheckAll />
            <span class="button-word">{text!(texts, incidents.acknowledge_all)}</span>
        </button>
        <Dialog is_open title=text!(texts, incidents.acknowledge_all)>
            <Question waiting is_open />
        </Dialog>
    }
}

#[component]
fn Question(waiting: RwSignal<Waiting>, is_open: RwSignal<bool>) -> impl IntoView {
    let texts = use_i18n();
    let (toasts, bell) = (expect_context::<Toasts>(), expect_context::<BellState>());
    // As it was when somebody decided: more may begin while the reason is written.
    let Waiting { filter, count, up_to } = waiting.get_untracked();
    let reason = RwSignal::new(String::new());
    let act = Action::new_local(move |()| {
        let filter = filter.clone();
        async move {
            let count = acknowledge_all(filter, up_to, reason.get_untracked()).await?;
            let words = text!(texts, incidents.all_acknowledged, count = format::count(count.into())).to_string();
            toasts.show(ToastKind::Done, words);
            ask(bell);
            is_open.set(false);
            Ok::<_, AppError>(())
        }
    });
    let refusal = Refusal::new(Signal::derive(move || act.value().get().and_then(Result::err)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !act.pending().get_untracked() {
            act.dispatch(());
        }
    };
    let count = format::count(count.into());
    view! {
        <form class="stack" on:submit=submit>
            <p>{text!(texts, incidents.acknowledge_all_detail, count = count).to_string()}</p>
            <TextArea name="reason" label=text!(texts, incidents.reason) value=reason rows=2 error=refusal.at("reason") />
            <FormEnd is_open error=refusal is_busy=act.pending() submit=text!(texts, incidents.acknowledge) />
        </form>
    }
}
