//! What happened in the life of an incident.

use domain::incidents::{Entry, EntryKind, Step};
use leptos::prelude::*;

use super::steps;
use crate::{Texts, i18n::use_i18n, ui::Moment};

/// The list of what happened, the earliest first.
#[component]
pub fn Timeline(entries: Signal<Vec<Entry>>) -> impl IntoView {
    let texts = use_i18n();
    let item = move |entry: Entry| {
        let Entry { at_ms, kind, person, detail } = entry;
        let said =
            matches!(kind, EntryKind::Note | EntryKind::Acknowledged | EntryKind::Resolved | EntryKind::Silenced);
        let detail = match Step::named(&detail).filter(|_| kind == EntryKind::Step) {
            Some(step) => steps::words(texts, step).0.to_owned(),
            None => detail,
        };
        let (line, below) = if said { (String::new(), detail) } else { (detail, String::new()) };
        view! {
            <li class="timeline-entry" data-kind=tone(kind)>
                <Moment at_ms=Signal::stored(at_ms) />
                <div class="timeline-words">
                    <p>
                        <span class="timeline-kind">{word(texts, kind)}</span>
                        <span class="timeline-line">{line}</span>
                        <span class="timeline-person">
                            {(!person.is_empty()).then(|| text!(texts, incidents.by, name = person).to_string())}
                        </span>
                    </p>
                    {(!below.is_empty()).then(|| view! { <p class="timeline-said">{below}</p> })}
                </div>
            </li>
        }
    };
    view! { <ol class="timeline">{move || entries.get().into_iter().map(item).collect_view()}</ol> }
}

fn tone(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Began | EntryKind::Escalated => "bad",
        EntryKind::Ended | EntryKind::Resolved => "good",
        EntryKind::NotTold => "failed",
        EntryKind::Acknowledged
        | EntryKind::Assigned
        | EntryKind::Note
        | EntryKind::Prioritised
        | EntryKind::Step => "person",
        EntryKind::Wrong | EntryKind::Told | EntryKind::Telling | EntryKind::Silenced => "quiet",
    }
}

fn word(texts: Texts, kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Wrong => text!(texts, incidents.was_wrong),
        EntryKind::Began => text!(texts, incidents.was_begun),
        EntryKind::Told => text!(texts, incidents.was_told),
        EntryKind::Telling => text!(texts, incidents.is_told),
        EntryKind::NotTold => text!(texts, incidents.was_not_told),
        EntryKind::Escalated => text!(texts, incidents.was_escalated),
        EntryKind::Acknowledged => text!(texts, incidents.acknowledged),
        EntryKind::Assigned => text!(texts, incidents.assigned),
        EntryKind::Prioritised => text!(texts, incidents.was_prioritised),
        EntryKind::Step => text!(texts, incidents.was_step),
        EntryKind::Note => text!(texts, incidents.note),
        EntryKind::Silenced => text!(texts, incidents.was_silenced),
        EntryKind::Resolved => text!(texts, incidents.was_resolved),
        EntryKind::Ended => text!(texts, incidents.was_over),
    }
}
