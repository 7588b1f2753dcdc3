//! The six steps of the operations guide, for those who follow them.

use domain::incidents::{Dossier, Step};
use leptos::prelude::*;

use crate::{Texts, i18n::use_i18n, ui::SectionCard};

/// The steps in a row: those that are done, the one that is worked on, and those that come. Who may act chooses one.
#[component]
pub fn Steps(
    /// The incident.
    shown: RwSignal<Dossier>,
    /// What is done when somebody chooses a step; nobody may when `None`.
    choose: Option<Callback<Step>>,
    /// Whether something is being done.
    #[prop(into)]
    is_busy: Signal<bool>,
) -> impl IntoView {
    let texts = use_i18n();
    let now = Memo::new(move |_| shown.with(|dossier| dossier.step));
    let item = move |step: Step| {
        let place = move || match now.get() {
            at if at == step => "now",
            at if at > step => "done",
            _ => "next",
        };
        let (name, hint) = words(texts, step);
        let current = move || (now.get() == step).then_some("step");
        let inner = match choose {
            Some(choose) => view! {
                <button
                    type="button"
                    class="step"
                    title=hint
                    aria-current=current
                    disabled=move || is_busy.get()
                    on:click=move |_| choose.run(step)
                >
                    {name}
                </button>
            }
                .into_any(),
            None => view! { <span class="step" title=hint aria-current=current>{name}</span> }.into_any(),
        };
        view! { <li data-place=place>{inner}</li> }
    };
    view! {
        <SectionCard title=text!(texts, incidents.steps)>
            <ol class="steps">{Step::ALL.map(item).collect_view()}</ol>
            <p class="quiet-text">{move || words(texts, now.get()).1}</p>
        </SectionCard>
    }
}

/// The name of a step, and what it is about.
pub fn words(texts: Texts, step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Detect => (text!(texts, incidents.detect), text!(texts, incidents.detect_hint)),
        Step::Assess => (text!(texts, incidents.assess), text!(texts, incidents.assess_hint)),
        Step::Communicate => (text!(texts, incidents.communicate), text!(texts, incidents.communicate_hint)),
        Step::Respond => (text!(texts, incidents.respond), text!(texts, incidents.respond_hint)),
        Step::Resolve => (text!(texts, incidents.resolve), text!(texts, incidents.resolve_hint)),
        Step::Review => (text!(texts, incidents.review), text!(texts, incidents.review_hint)),
    }
}
