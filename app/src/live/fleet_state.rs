//! What the browser knows of the fleet, and how messages change it. Pure: no signals, no browser.

use std::collections::HashMap;

use domain::{
    ServerId,
    fleet::{OpenIncidents, Row, RowMeta, Summary},
    groups::Group,
    live::{Fleet, FleetDelta},
    metrics::{SPARK_MAX, Vitals},
    status::Connection,
    tags::Tag,
};

/// The fleet as far as it is known here.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FleetState {
    /// All known servers.
    pub rows: HashMap<ServerId, Row>,
    /// All groups.
    pub groups: Vec<Group>,
    /// All tags.
    pub tags: Vec<Tag>,
}

/// What a message changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Rows with other contents than before.
    pub touched: Vec<ServerId>,
    /// Servers came, went, or were edited: the list itself has to be made anew.
    pub is_list_changed: bool,
    /// A server went online or offline, or an incident of it began or is over: the order and the counts have to follow at once.
    pub is_state_changed: bool,
    /// Groups or tags changed.
    pub is_labels_changed: bool,
}

impl FleetState {
    /// Takes a snapshot in place of all that was known.
    pub fn replace(&mut self, fleet: Fleet) {
        self.rows = fleet.rows.into_iter().map(|row| (row.id, row)).collect();
        self.groups = fleet.groups;
        self.tags = fleet.tags;
    }

    /// Takes a delta in.
    pub fn absorb(&mut self, delta: FleetDelta) -> Changes {
        let mut changes = Changes {
            is_list_changed: !delta.removed.is_empty() || !delta.metas.is_empty(),
            is_state_changed: !delta.connections.is_empty() || !delta.incidents.is_empty(),
            ..Changes::default()
        };
        for (id, meta) in delta.metas {
            match self.rows.get_mut(&id) {
                Some(row) => row.meta = meta,
                None => drop(self.rows.insert(id, new_row(id, meta))),
            }
            changes.touched.push(id);
        }
        for (id, connection) in delta.connections {
            if let Some(row) = self.rows.get_mut(&id) {
                row.connection = connection;
                changes.touched.push(id);
            }
        }
        for (id, open) in delta.incidents {
            if let Some(row) = self.rows.get_mut(&id) {
                row.incidents = open;
                changes.touched.push(id);
            }
        }
        for (id, vitals) in delta.vitals {
            if let Some(row) = self.rows.get_mut(&id) {
                take_vitals(row, vitals);
                changes.touched.push(id);
            }
        }
        for id in delta.removed {
            self.rows.remove(&id);
        }
        if let Some((groups, tags)) = delta.labels {
            self.groups = groups;
            self.tags = tags;
            changes.is_labels_changed = true;
        }
        changes.touched.sort_unstable();
        changes.touched.dedup();
        changes
    }

    /// The counts of the summary line.
    pub fn summary(&self) -> Summary {
        Summary::of(self.rows.values())
    }
}

fn new_row(id: ServerId, meta: RowMeta) -> Row {
    Row {
        id,
        meta,
        connection: Connection::default(),
        vitals: None,
        spark: Vec::new(),
        incidents: OpenIncidents::default(),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0–100")]
fn take_vitals(row: &mut Row, vitals: Vitals) {
    row.vitals = Some(vitals);
    if row.spark.len() >= SPARK_MAX {
        row.spark.drain(..=row.spark.len() - SPARK_MAX);
    }
    row.spark.push(vitals.cpu.clamp(0.0, 100.0).round() as u8);
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use domain::{GroupId, status::Status};

    use super::*;

    fn meta(name: &str) -> RowMeta {
        RowMeta {
            name: name.to_owned(),
            host: "192.0.2.1".to_owned(),
            port: 22,
            via: domain::servers::Via::Ssh,
            group_id: Some(GroupId(1)),
            tag_ids: Vec::new(),
            interval_secs: 3,
        }
    }

    fn state() -> FleetState {
        let mut state = FleetState::default();
        let rows = (1..=3).map(|id| new_row(ServerId(id), meta("web"))).collect();
        state.replace(Fleet { rows, ..Fleet::default() });
        state
    }

    fn cpu(cpu: f32) -> Vitals {
        Vitals { cpu, ..Vitals::default() }
    }

    #[test]
    fn new_values_touch_only_their_row() {
        let mut state = state();
        let delta = FleetDelta { vitals: vec![(ServerId(2), cpu(12.4))], ..FleetDelta::default() };
        let changes = state.absorb(delta);
        assert_eq!(changes, Changes { touched: vec![ServerId(2)], ..Changes::default() });
        assert_eq!(state.rows[&ServerId(2)].spark, [12]);
        assert_eq!(state.rows[&ServerId(1)].vitals, None);
    }

    #[test]
    fn a_sparkline_keeps_its_newest_points() {
        let mut state = state();
        for value in 0..100_u8 {
            let delta = FleetDelta { vitals: vec![(ServerId(1), cpu(f32::from(value)))], ..FleetDelta::default() };
            state.absorb(delta);
        }
        let spark = &state.rows[&ServerId(1)].spark;
        assert_eq!((spark.len(), spark.last(), spark.first()), (SPARK_MAX, Some(&99), Some(&60)));
    }

    #[test]
    fn servers_come_change_and_go() {
        let mut state = state();
        let changes = state.absorb(FleetDelta {
            metas: vec![(ServerId(9), meta("new")), (ServerId(1), meta("renamed"))],
            removed: vec![ServerId(2)],
            ..FleetDelta::default()
        });
        assert!(changes.is_list_changed && !changes.is_state_changed);
        assert_eq!(state.rows[&ServerId(1)].meta.name, "renamed");
        assert_eq!(state.rows[&ServerId(9)].meta.name, "new");
        assert!(!state.rows.contains_key(&ServerId(2)));
    }

    #[test]
    fn a_changed_connection_is_counted_at_once() {
        let mut state = state();
        let offline = Connection { status: Status::Offline, ..Connection::default() };
        let changes = state.absorb(FleetDelta { connections: vec![(ServerId(3), offline)], ..FleetDelta::default() });
        assert!(changes.is_state_changed);
        assert_eq!((state.summary().offline, state.summary().unknown), (1, 2));
    }

    #[test]
    fn an_incident_is_counted_at_once() {
        let mut state = state();
        let open = OpenIncidents { critical: 2, ..OpenIncidents::default() };
        let changes = state.absorb(FleetDelta { incidents: vec![(ServerId(3), open)], ..FleetDelta::default() });
        assert!(changes.is_state_changed && changes.touched == [ServerId(3)]);
        assert_eq!((state.summary().incidents, state.rows[&ServerId(3)].incidents), (2, open));
    }

    #[test]
    fn values_of_a_server_that_is_not_there_are_dropped() {
        let mut state = state();
        let delta = FleetDelta { vitals: vec![(ServerId(77), cpu(1.0))], ..FleetDelta::default() };
        assert_eq!(state.absorb(delta), Changes::default());
        assert_eq!(state.rows.len(), 3);
    }
}
