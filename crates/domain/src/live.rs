//! The live wire protocol of `/ws/live`: what the browser asks and what the server sends.
//!
//! Messages are binary WebSocket frames in postcard's encoding (<https://postcard.jamesmunns.com/wire-format>). The first frame
//! from the server is [`FromServer::Welcome`]; a browser that finds another [`VERSION`] in it reloads the page.

use serde::{Deserialize, Serialize};

use crate::{
    fleet::{OpenIncidents, Row, RowMeta},
    groups::Group,
    ids::ServerId,
    metrics::{Identity, Latest, RecentPoint, Sample, Vitals},
    servers::Server,
    status::Connection,
    tags::Tag,
};

/// The protocol's version; changed with every change of a type below.
pub const VERSION: u32 = 2;
/// The largest frame that the server takes from a browser, in bytes.
pub const REQUEST_MAX: usize = 1_024;

/// What the browser sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromBrowser {
    /// Send the fleet: a snapshot, then deltas. Replaces an earlier subscription.
    WatchFleet,
    /// Send one server: a snapshot, then every sample. Replaces an earlier subscription; the server is sampled every second meanwhile.
    WatchServer(ServerId),
    /// Send nothing more.
    Unwatch,
    /// Answer with [`FromServer::Pong`]; shows that the connection lives.
    Ping,
}

/// What the server sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromServer {
    /// The first message.
    Welcome {
        /// The server's [`VERSION`].
        version: u32,
        /// The server's clock, in Unix milliseconds, from which the browser learns how far its own is off.
        now_ms: i64,
    },
    /// The whole fleet.
    Fleet(Fleet),
    /// What changed in the fleet since the last message.
    FleetDelta(FleetDelta),
    /// One server, complete.
    Server(Box<ServerSnapshot>),
    /// One server's next sample.
    Sample(Box<Sample>),
    /// One server's connection changed.
    Connection(Connection),
    /// What one server says of itself changed.
    Identity(Identity),
    /// The watched server was changed by somebody.
    Changed(Box<Server>),
    /// The watched server was deleted, or is not there.
    Gone,
    /// The watched server's incidents changed.
    Incidents(OpenIncidents),
    /// What the bell says: to every tab, whatever it watches; after [`FromServer::Welcome`], and whenever incidents changed.
    Bell(Bell),
    /// The answer to [`FromBrowser::Ping`].
    Pong {
        /// The server's clock, in Unix milliseconds.
        now_ms: i64,
    },
    /// The session has ended: log in again. The connection closes after it.
    LoggedOut,
}

/// What the bell says to one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bell {
    /// Another number whenever something about incidents is different, even if the counts are the same.
    pub version: u64,
    /// How many incidents are not over.
    pub open: u32,
    /// How many of the last 30 days the person has not seen.
    pub unseen: u32,
}

/// The whole fleet as of one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fleet {
    /// The moment, in Unix milliseconds.
    pub now_ms: i64,
    /// All servers that the person may see.
    pub rows: Vec<Row>,
    /// All groups.
    pub groups: Vec<Group>,
    /// All tags.
    pub tags: Vec<Tag>,
}

/// What changed in the fleet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FleetDelta {
    /// The moment, in Unix milliseconds.
    pub now_ms: i64,
    /// New values: the commonest change, in its shortest form.
    pub vitals: Vec<(ServerId, Vitals)>,
    /// Connections that changed.
    pub connections: Vec<(ServerId, Connection)>,
    /// Servers that were added or edited.
    pub metas: Vec<(ServerId, RowMeta)>,
    /// Servers whose incidents changed.
    pub incidents: Vec<(ServerId, OpenIncidents)>,
    /// Servers that were deleted.
    pub removed: Vec<ServerId>,
    /// All groups and tags, when one of them changed.
    pub labels: Option<(Vec<Group>, Vec<Tag>)>,
}

impl FleetDelta {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.vitals.is_empty()
            && self.connections.is_empty()
            && self.metas.is_empty()
            && self.incidents.is_empty()
            && self.removed.is_empty()
            && self.labels.is_none()
    }
}

/// One server as its page needs it at first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServerSnapshot {
    /// The moment, in Unix milliseconds.
    pub now_ms: i64,
    /// What was entered about it and how its connection is.
    pub server: Server,
    /// Its newest values.
    pub latest: Latest,
    /// The last minutes, oldest first.
    pub recent: Vec<RecentPoint>,
    /// Its incidents that are not over.
    pub incidents: OpenIncidents,
}

/// Encodes a message for one WebSocket frame.
///
/// # Errors
/// Only when memory runs out; the types have no value that cannot be encoded.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_stdvec(message)
}

/// Decodes a message from one WebSocket frame.
///
/// # Errors
/// When the bytes are not such a message: another version, or not ours.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, postcard::Error> {
    postcard::from_bytes(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn messages_come_back_as_they_were_sent() {
        let delta = FleetDelta {
            now_ms: 1,
            vitals: vec![(ServerId(7), Vitals { cpu: 12.5, disk: Some(3.0), ..Vitals::default() })],
            incidents: vec![(ServerId(9), OpenIncidents { critical: 1, warning: 2, acknowledged: 3 })],
            removed: vec![ServerId(8)],
            ..FleetDelta::default()
        };
        let message = FromServer::FleetDelta(delta);
        assert_eq!(decode::<FromServer>(&encode(&message).unwrap()).unwrap(), message);
    }

    #[test]
    fn rubbish_is_an_error_and_not_a_panic() {
        for bytes in [&[][..], &[255], &[1, 255, 255, 255, 255], &[9; 40]] {
            assert!(decode::<FromServer>(bytes).is_err() || bytes.len() == 40);
        }
    }

    #[test]
    fn a_row_of_new_values_takes_less_than_fifty_bytes() {
        let vitals = Vitals {
            at_ms: 1_795_000_000_000,
            disk: Some(50.0),
            cores: 8,
            uptime_secs: 1_000_000,
            ..Vitals::default()
        };
        assert!(encode(&(ServerId(1_000), vitals)).unwrap().len() < 50);
    }
}
