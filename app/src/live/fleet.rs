//! The fleet as signals: the list as a whole, and one signal for each row that is on the screen.
//!
//! Thousands of rows are kept as plain data; only those that somebody sees are reactive, so that a delta costs what is visible.

use std::collections::HashMap;

use domain::{
    ServerId,
    fleet::{Row, Summary},
    groups::Group,
    live::{Fleet, FleetDelta},
    tags::Tag,
};
use leptos::prelude::*;

use super::fleet_state::FleetState;

/// The fleet, shared by all components of the page.
#[derive(Clone, Copy)]
pub struct FleetStore {
    state: StoredValue<FleetState>,
    shown: StoredValue<HashMap<ServerId, RwSignal<Row>>>,
    summary: RwSignal<Summary>,
    groups: RwSignal<Vec<Group>>,
    tags: RwSignal<Vec<Tag>>,
    is_complete: RwSignal<bool>,
    list_revision: RwSignal<u32>,
}

impl FleetStore {
    /// A store that knows nothing yet.
    pub fn new() -> Self {
        Self {
            state: StoredValue::new(FleetState::default()),
            shown: StoredValue::new(HashMap::new()),
            summary: RwSignal::new(Summary::default()),
            groups: RwSignal::new(Vec::new()),
            tags: RwSignal::new(Vec::new()),
            is_complete: RwSignal::new(false),
            list_revision: RwSignal::new(0),
        }
    }

    /// Takes the first screen as the server rendered it, unless more is known already.
    pub fn begin(self, rows: &[Row], summary: Summary, groups: &[Group], tags: &[Tag]) {
        if self.is_complete.get_untracked() {
            return;
        }
        self.state.update_value(|state| state.rows.extend(rows.iter().map(|row| (row.id, row.clone()))));
        self.summary.set(summary);
        self.groups.set(groups.to_vec());
        self.tags.set(tags.to_vec());
    }

    /// Takes a snapshot.
    pub fn replace(self, fleet: Fleet) {
        self.state.update_value(|state| state.replace(fleet));
        self.refresh_shown(|_| true);
        self.refresh_labels();
        self.refresh_summary();
        self.is_complete.set(true);
        self.list_revision.update(|revision| *revision = revision.wrapping_add(1));
    }

    /// Takes a delta; of no use before the first snapshot.
    pub fn absorb(self, delta: FleetDelta) {
        if !self.is_complete.get_untracked() {
            return;
        }
        let changes = self.state.try_update_value(|state| state.absorb(delta)).unwrap_or_default();
        self.refresh_shown(|id| changes.touched.binary_search(&id).is_ok());
        if changes.is_labels_changed {
            self.refresh_labels();
        }
        self.refresh_summary();
        if changes.is_list_changed || changes.is_state_changed {
            self.list_revision.update(|revision| *revision = revision.wrapping_add(1));
        }
    }

    /// One row as a signal that lives as long as the caller; `None` when the server is not known.
    pub fn row(self, id: ServerId) -> Option<RwSignal<Row>> {
        let row = self.peek(id, Row::clone)?;
        let signal = RwSignal::new(row);
        self.shown.update_value(|shown| {
            shown.insert(id, signal);
        });
        on_cleanup(move || {
            self.shown.try_update_value(|shown| {
                if shown.get(&id) == Some(&signal) {
                    shown.remove(&id);
                }
            });
        });
        Some(signal)
    }

    /// Reads one row without following it.
    pub fn peek<T>(self, id: ServerId, read: impl FnOnce(&Row) -> T) -> Option<T> {
        self.state.with_value(|state| state.rows.get(&id).map(read))
    }

    /// Reads everything without following it.
    pub fn with<T>(self, read: impl FnOnce(&FleetState) -> T) -> T {
        self.state.with_value(read)
    }

    /// The counts.
    pub fn summary(self) -> Summary {
        self.summary.get()
    }

    /// All groups.
    pub fn groups(self) -> RwSignal<Vec<Group>> {
        self.groups
    }

    /// All tags.
    pub fn tags(self) -> RwSignal<Vec<Tag>> {
        self.tags
    }

    /// Whether every server is known here, not only the first screen.
    pub fn is_complete(self) -> bool {
        self.is_complete.get()
    }

    /// Changes whenever the list has to be made anew: servers came, went, were edited, or changed their state.
    pub fn list_revision(self) -> u32 {
        self.list_revision.get()
    }

    fn refresh_shown(self, is_touched: impl Fn(ServerId) -> bool) {
        let signals = self.shown.with_value(|shown| {
            shown.iter().filter(|(id, _)| is_touched(**id)).map(|(id, signal)| (*id, *signal)).collect::<Vec<_>>()
        });
        for (id, signal) in signals {
            if let Some(row) = self.peek(id, Row::clone) {
                signal.try_set(row);
            }
        }
    }

    fn refresh_labels(self) {
        let (groups, tags) = self.state.with_value(|state| (state.groups.clone(), state.tags.clone()));
        if self.groups.with_untracked(|old| *old != groups) {
            self.groups.set(groups);
        }
        if self.tags.with_untracked(|old| *old != tags) {
            self.tags.set(tags);
        }
    }

    fn refresh_summary(self) {
        let summary = self.state.with_value(FleetState::summary);
        if self.summary.with_untracked(|old| *old != summary) {
            self.summary.set(summary);
        }
    }
}

impl Default for FleetStore {
    fn default() -> Self {
        Self::new()
    }
}
