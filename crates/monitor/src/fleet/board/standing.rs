//! Servers as far as others depend on them: who lies behind whom, and who answers.

use std::sync::atomic::Ordering;

use ::alerts::{Answers, Node};
use domain::{
    servers::Via,
    status::{ReasonCode, Status},
};

use super::{Board, Entry};

/// A server whose next report is over its time by so long may be lost, in milliseconds.
const LATE_MS: i64 = 2_500;
/// With fewer servers nobody can tell whether they or the way to them is to blame.
const CUT_OFF_LEAST: usize = 3;

impl Board {
    /// How many servers are lost, if all are that are reached directly over the network, by something that can be the network's fault.
    pub fn cut_off(&self) -> Option<usize> {
        let mut lost = 0;
        let all = self.all();
        // It is this machine's incident: where it is not watched, there is nobody to have one.
        if !all.iter().any(|entry| entry.is_local()) {
            return None;
        }
        for entry in all {
            match entry.is_lost_to_network() {
                None => {}
                Some(true) => lost += 1,
                Some(false) => return None,
            }
        }
        (lost >= CUT_OFF_LEAST).then_some(lost)
    }
}

impl Entry {
    /// The server as far as others depend on it.
    pub fn standing(&self, now_ms: i64) -> Node {
        let state = self.state();
        let server = &state.server;
        let answers = match (server.status, server.last_seen_ms) {
            (Status::Online, Some(seen_ms)) => {
                let patience_ms = i64::from(server.interval_secs) * 1_000 + LATE_MS;
                let is_doubted = self.is_doubted.load(Ordering::Relaxed);
                if is_doubted || now_ms - seen_ms > patience_ms { Answers::Late } else { Answers::Yes }
            }
            (Status::Online | Status::Unknown, _) => Answers::Yes,
            (Status::Offline, _) => Answers::No { since_ms: server.since_ms.unwrap_or_default() },
        };
        Node { behind: server.jump_host_id, answers }
    }

    fn is_local(&self) -> bool {
        self.state().server.via == Via::Local
    }

    /// Whether nothing comes back from the server; `None` where that says nothing about our own network.
    fn is_lost_to_network(&self) -> Option<bool> {
        let state = self.state();
        let server = &state.server;
        if server.via == Via::Local || server.jump_host_id.is_some() || server.status == Status::Unknown {
            return None;
        }
        if server.status == Status::Online {
            return Some(false);
        }
        match server.reason.as_ref()?.code {
            ReasonCode::NameNotResolved
            | ReasonCode::Unreachable
            | ReasonCode::TimedOut
            | ReasonCode::ConnectionLost
            | ReasonCode::NoAnswer => Some(true),
            // It was reached, and is tried again within about a minute.
            ReasonCode::ConnectionRefused | ReasonCode::NotSsh | ReasonCode::BadReport => Some(false),
            // It was reached once; the next try may be an hour away, or wait for a person.
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::{
        ServerId,
        metrics::Sample,
        servers::Server,
        status::{Connection, Reason},
    };

    use super::*;

    fn put(board: &Board, id: i64, via: Via, status: Status, code: ReasonCode) {
        let server = Server { id: ServerId(id), via, ..crate::fixture::server() };
        let entry = board.put(server);
        let reason = Some(Reason { code, message: String::new() });
        board.connected(&entry, Connection { status, reason, ..Connection::default() });
    }

    #[test]
    fn the_monitor_is_cut_off_when_none_of_at_least_three_servers_can_be_reached() {
        let board = Board::default();
        put(&board, 1, Via::Local, Status::Online, ReasonCode::Connecting);
        put(&board, 2, Via::Ssh, Status::Offline, ReasonCode::TimedOut);
        put(&board, 3, Via::Ssh, Status::Offline, ReasonCode::NoAnswer);
        assert_eq!(board.cut_off(), None, "two are too few");
        put(&board, 4, Via::Ssh, Status::Offline, ReasonCode::Unreachable);
        assert_eq!(board.cut_off(), Some(3));
        put(&board, 5, Via::Ssh, Status::Offline, ReasonCode::ConnectionRefused);
        assert_eq!(board.cut_off(), None, "what refuses us was reached");
        for code in [ReasonCode::HostKeyUnknown, ReasonCode::LoginRefused, ReasonCode::KeyUnusable] {
            put(&board, 5, Via::Ssh, Status::Offline, code);
            assert_eq!(board.cut_off(), Some(3), "what waits for a person or an hour says nothing: {code:?}");
        }
        put(&board, 5, Via::Ssh, Status::Online, ReasonCode::Connecting);
        assert_eq!(board.cut_off(), None);
    }

    #[test]
    fn a_server_is_late_when_its_report_is_over_its_time() {
        let board = Board::default();
        let server = Server {
            status: Status::Online,
            interval_secs: 3,
            last_seen_ms: Some(10_000),
            jump_host_id: Some(ServerId(7)),
            ..crate::fixture::server()
        };
        let entry = board.put(server);
        assert_eq!(entry.standing(15_500), Node { behind: Some(ServerId(7)), answers: Answers::Yes });
        assert_eq!(entry.standing(15_501).answers, Answers::Late);
        entry.doubt();
        assert_eq!(entry.standing(12_000).answers, Answers::Late, "until it answers");
        entry.sampled(Sample { at_ms: 12_500, ..Sample::default() }, Arc::default());
        assert_eq!(entry.standing(12_600).answers, Answers::Yes);
    }
}
