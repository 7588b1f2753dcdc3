//! Acknowledging all incidents that are shown, as after a storm.

use domain::{IncidentId, Permission};
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
    ui::{Dialog, FormEnd, Icon, IconName, TextArea, ToastKind, Toasts},
};

/// What is shown and nobody has acknowledged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many incidents.
    pub count: u32,
    /// The newest that is shown: what begins later is not meant.
    pub up_to: Option<IncidentId>,
}

impl Waiting {
    /// What a page of the list says of it; only the first one has the newest.
    pub fn of(list: &IncidentList, wanted: &Wanted) -> Self {
        let up_to = list.incidents.first().map(|incident| incident.id).filter(|_| wanted.before.is_none());
        Self { count: if up_to.is_some() { list.waiting } else { 0 }, up_to }
    }
}

/// The button, for those who may, while something waits; and the dialog that asks why.
#[component]
pub fn AcknowledgeAll(wanted: Memo<Wanted>, waiting: RwSignal<Waiting>) -> impl IntoView {
    let texts = use_i18n();
    let may_act = Me::here().may(Permission::IncidentsWrite);
    let is_open = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="button small"
            title=text!(texts, incidents.acknowledge_all)
            hidden=move || !may_act || waiting.get().count == 0
            on:click=move |_| is_open.set(true)
        >
            <Icon name=IconName::CheckAll />
            <span class="button-word">{text!(texts, incidents.acknowledge_all)}</span>
        </button>
        <Dialog is_open title=text!(texts, incidents.acknowledge_all)>
            <Question wanted waiting is_open />
        </Dialog>
    }
}

#[component]
fn Question(wanted: Memo<Wanted>, waiting: RwSignal<Waiting>, is_open: RwSignal<bool>) -> impl IntoView {
    let texts = use_i18n();
    let (toasts, bell) = (expect_context::<Toasts>(), expect_context::<BellState>());
    // As it was when somebody decided: more may begin while the reason is written.
    let meant = waiting.get_untracked();
    let filter = wanted.with_untracked(|wanted| wanted.filter.clone());
    let reason = RwSignal::new(String::new());
    let act = Action::new_local(move |()| {
        let filter = filter.clone();
        async move {
            let count = acknowledge_all(filter, meant.up_to, reason.get_untracked()).await?;
            let words = text!(texts, incidents.all_acknowledged, count = format::count(count.into())).to_string();
            toasts.show(ToastKind::Done, words);
            ask(bell);
            is_open.set(false);
            Ok::<_, AppError>(())
        }
    });
    let error = Signal::derive(move || act.value().get().and_then(Result::err));
    let field = Signal::derive(move || error.get().and_then(|error| error.field("reason")));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !act.pending().get_untracked() {
            act.dispatch(());
        }
    };
    let count = format::count(meant.count.into());
    view! {
        <form class="stack" on:submit=submit>
            <p>{text!(texts, incidents.acknowledge_all_detail, count = count).to_string()}</p>
            <TextArea name="reason" label=text!(texts, incidents.reason) value=reason rows=2 error=field />
            <FormEnd is_open error is_busy=act.pending() submit=text!(texts, incidents.acknowledge) />
        </form>
    }
}
