//! In which order the rows stand: following the values, but never under the person's hand.

use std::time::Duration;

use domain::{ServerId, fleet::Filter};
use leptos::prelude::*;

use super::choice::Choice;
use crate::live::{FleetStore, fleet_state::FleetState};

/// How often rows may change places because of their values.
const EVERY: Duration = Duration::from_secs(5);

/// The rows that are wanted, in their order.
#[derive(Clone, Copy)]
pub struct Order {
    ids: RwSignal<Vec<ServerId>>,
    matched: RwSignal<usize>,
    is_held: StoredValue<bool>,
}

impl Order {
    /// An order that begins with `first` of `matched` rows and then follows the fleet and the choice.
    pub fn new(fleet: FleetStore, choice: Memo<Choice>, first: Vec<ServerId>, matched: usize) -> Self {
        let order =
            Self { ids: RwSignal::new(first), matched: RwSignal::new(matched), is_held: StoredValue::new(false) };
        Effect::new(move |last: Option<Filter>| {
            let filter = choice.with(|choice| choice.filter.clone());
            fleet.list_revision();
            if fleet.is_complete() {
                let is_kept = last.as_ref() == Some(&filter) && order.is_held.get_value();
                order.set(fleet.with(|state| {
                    let wanted = wanted(state, &filter);
                    if is_kept { order.ids.with_untracked(|old| joined(old, wanted, state)) } else { wanted }
                }));
            }
            filter
        });
        Effect::new(move |_| {
            let follow = move || {
                if untrack(|| fleet.is_complete()) && order.is_held.try_get_value() == Some(false) {
                    let filter = choice.with_untracked(|choice| choice.filter.clone());
                    order.set(fleet.with(|state| wanted(state, &filter)));
                }
            };
            if let Ok(handle) = set_interval_with_handle(follow, EVERY) {
                on_cleanup(move || handle.clear());
            }
        });
        order
    }

    /// The rows, the first first; until the whole fleet is known only the first screen.
    pub fn ids(self) -> RwSignal<Vec<ServerId>> {
        self.ids
    }

    /// How many rows there are in all.
    pub fn matched(self) -> usize {
        self.matched.get()
    }

    /// Keeps the rows where they are as long as the person points at them or has the focus there.
    pub fn hold(self, is_held: bool) {
        self.is_held.try_update_value(|held| *held = is_held);
    }

    fn set(self, ids: Vec<ServerId>) {
        self.matched.set(ids.len());
        if self.ids.with_untracked(|old| *old != ids) {
            self.ids.set(ids);
        }
    }
}

fn wanted(state: &FleetState, filter: &Filter) -> Vec<ServerId> {
    filter.apply(state.rows.values()).into_iter().map(|row| row.id).collect()
}

/// The old order without servers that are gone, and with new ones at the end.
fn joined(old: &[ServerId], wanted: Vec<ServerId>, state: &FleetState) -> Vec<ServerId> {
    let mut ids: Vec<ServerId> = old.iter().copied().filter(|id| state.rows.contains_key(id)).collect();
    let mut known = ids.clone();
    known.sort_unstable();
    ids.extend(wanted.into_iter().filter(|id| known.binary_search(id).is_err()));
    ids
}

#[cfg(test)]
mod tests {
    use domain::{
        fleet::{Row, RowMeta},
        live::Fleet,
        servers::Via,
        status::Connection,
    };

    use super::*;

    #[test]
    fn under_the_hand_rows_stay_and_new_ones_join_at_the_end() {
        let row = |id: i64| Row {
            id: ServerId(id),
            meta: RowMeta {
                name: format!("web-{id}"),
                host: String::new(),
                port: 22,
                via: Via::Ssh,
                group_id: None,
                tag_ids: Vec::new(),
                interval_secs: 3,
            },
            connection: Connection::default(),
            vitals: None,
            spark: Vec::new(),
            incidents: domain::fleet::OpenIncidents::default(),
        };
        let mut state = FleetState::default();
        state.replace(Fleet { rows: vec![row(1), row(3), row(4)], ..Fleet::default() });
        let old = [ServerId(3), ServerId(2), ServerId(1)];
        let wanted = wanted(&state, &Filter::default());
        assert_eq!(wanted, [ServerId(1), ServerId(3), ServerId(4)]);
        assert_eq!(joined(&old, wanted, &state), [ServerId(3), ServerId(1), ServerId(4)]);
    }
}
