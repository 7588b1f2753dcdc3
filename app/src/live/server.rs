//! One server as signals: what its page shows.

use domain::{
    ServerId,
    fleet::OpenIncidents,
    live::ServerSnapshot,
    metrics::{Identity, Latest, RECENT_MAX, RecentPoint, Sample},
    servers::Server,
    status::Connection,
};
use leptos::prelude::*;

/// The server that is looked at.
#[derive(Clone, Copy)]
pub struct ServerStore {
    server: RwSignal<Option<Server>>,
    latest: RwSignal<Latest>,
    recent: RwSignal<Vec<RecentPoint>>,
    incidents: RwSignal<OpenIncidents>,
    is_gone: RwSignal<bool>,
}

impl ServerStore {
    /// A store that knows nothing yet.
    pub fn new() -> Self {
        Self {
            server: RwSignal::new(None),
            latest: RwSignal::new(Latest::default()),
            recent: RwSignal::new(Vec::new()),
            incidents: RwSignal::new(OpenIncidents::default()),
            is_gone: RwSignal::new(false),
        }
    }

    /// Takes a snapshot in place of all that was known.
    pub fn replace(self, snapshot: ServerSnapshot) {
        self.is_gone.set(false);
        self.server.set(Some(snapshot.server));
        self.latest.set(snapshot.latest);
        self.recent.set(snapshot.recent);
        self.incidents.set(snapshot.incidents);
    }

    /// Takes the next sample.
    pub fn sample(self, sample: Sample) {
        let point = sample.recent_point();
        self.latest.update(|latest| latest.absorb(sample));
        self.recent.update(|recent| {
            if recent.len() >= RECENT_MAX {
                recent.drain(..=recent.len() - RECENT_MAX);
            }
            recent.push(point);
        });
    }

    /// Takes another state of the connection.
    pub fn connection(self, connection: Connection) {
        self.server.update(|server| *server = server.take().map(|server| server.with_connection(connection)));
    }

    /// Takes what the server says of itself.
    pub fn identity(self, identity: Identity) {
        self.latest.update(|latest| latest.identity = Some(identity));
    }

    /// Takes what a person changed.
    pub fn changed(self, server: Server) {
        self.server.set(Some(server));
    }

    /// Takes which of its incidents are not over.
    pub fn incidents_changed(self, open: OpenIncidents) {
        self.incidents.set(open);
    }

    /// Notes that the server was deleted.
    pub fn gone(self) {
        self.is_gone.set(true);
    }

    /// The server, if it is the one with this id.
    pub fn server(self, id: ServerId) -> Option<Server> {
        self.server.get().filter(|server| server.id == id)
    }

    /// Whether this is the server that is known here, without following it.
    pub fn is(self, id: ServerId) -> bool {
        self.server.with_untracked(|server| server.as_ref().is_some_and(|server| server.id == id))
    }

    /// Its newest values.
    pub fn latest(self) -> RwSignal<Latest> {
        self.latest
    }

    /// The last minutes, oldest first.
    pub fn recent(self) -> RwSignal<Vec<RecentPoint>> {
        self.recent
    }

    /// Its incidents that are not over.
    pub fn incidents(self) -> RwSignal<OpenIncidents> {
        self.incidents
    }

    /// Whether it was deleted while somebody looked.
    pub fn is_gone(self) -> bool {
        self.is_gone.get()
    }
}

impl Default for ServerStore {
    fn default() -> Self {
        Self::new()
    }
}
