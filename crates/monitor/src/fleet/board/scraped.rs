//! A server as it is shown to those who scrape the fleet: with its newest values, or with none.

use domain::{
    metrics::{Identity, Sample},
    status::Status,
};
use exposition::{Measured, Node};
use probe::Report;

use super::{Arc, Entry, State};

/// A value that is so much older than the interval is not shown as a present one, whatever holds it up.
const STALE_AFTER_MS: i64 = 30_000;

impl Entry {
    /// The server with its newest values, if it answers.
    pub fn node(&self, now_ms: i64) -> Node {
        let state = self.state();
        let server = &state.server;
        let measured = newest(&state, now_ms)
            .map(|(sample, report)| measured(sample, report, state.latest.identity.as_ref(), now_ms));
        let (name, host) = (server.name.clone(), server.host.clone());
        Node { id: self.id, name, host, via: server.via, group_id: server.group_id, measured }
    }
}

/// The newest values, if they can pass for present ones.
fn newest(state: &State, now_ms: i64) -> Option<(&Sample, &Arc<Report>)> {
    let (sample, report) = state.latest.sample.as_ref().zip(state.report.as_ref())?;
    let stale_ms = i64::from(state.server.interval_secs) * 1_000 + STALE_AFTER_MS;
    let is_present = state.server.status == Status::Online && now_ms.saturating_sub(sample.at_ms) < stale_ms;
    is_present.then_some((sample, report))
}

#[allow(clippy::cast_precision_loss, reason = "an age has far fewer than 53 bits")]
fn measured(sample: &Sample, report: &Arc<Report>, identity: Option<&Identity>, now_ms: i64) -> Measured {
    Measured {
        at_ms: sample.at_ms,
        age_secs: now_ms.saturating_sub(sample.at_ms).max(0) as f64 / 1_000.0,
        report: Arc::clone(report),
        filesystems: sample.filesystems.clone().unwrap_or_default(),
        sensors: sample.sensors.clone().unwrap_or_default(),
        identity: identity.cloned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use domain::status::Connection;

    use super::*;
    use crate::{fixture::server, fleet::board::Board};

    fn is(status: Status) -> Connection {
        Connection { status, ..Connection::default() }
    }

    #[test]
    fn values_are_there_while_the_server_answers_and_are_young() {
        let board = Board::default();
        let entry = board.put(server());
        assert!(entry.node(0).measured.is_none());

        let sample = Sample { at_ms: 100_000, ..Sample::default() };
        board.sampled(&entry, sample, Arc::default());
        board.connected(&entry, is(Status::Online));
        assert_eq!(entry.node(102_500).measured.unwrap().age_secs, 2.5);
        assert!(entry.node(132_999).measured.is_some());
        assert!(entry.node(133_000).measured.is_none());

        board.connected(&entry, is(Status::Offline));
        assert!(entry.node(100_000).measured.is_none());
        board.connected(&entry, is(Status::Online));
        assert!(entry.node(100_000).measured.is_none(), "what was measured before is not shown as new");
    }
}
