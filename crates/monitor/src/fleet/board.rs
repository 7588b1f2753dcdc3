//! What is known of every server right now, in memory: written by supervisors, read by everybody.

mod scraped;
mod standing;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::{
    ServerId,
    fleet::{OpenIncidents, Row, RowMeta},
    live::{FleetDelta, FromServer, ServerSnapshot},
    metrics::{Identity, Latest, RECENT_MAX, RecentPoint, SPARK_MAX, Sample, Vitals},
    servers::Server,
    status::{Connection, Status},
};
use probe::Report;
use tokio::sync::{Notify, broadcast, watch};

use super::errand::Door;
use crate::clock;

/// How many messages a reader of one server may fall behind before it gets a new snapshot.
const SERVER_BACKLOG: usize = 16;

/// What is known of every server.
#[derive(Debug, Default)]
pub(crate) struct Board {
    entries: RwLock<HashMap<ServerId, Arc<Entry>>>,
    changes: Mutex<Changes>,
    labels_changed: AtomicBool,
}

/// Which servers changed since the live stream last asked, and which the database does not know about yet.
#[derive(Debug, Default)]
struct Changes {
    vitals: HashSet<ServerId>,
    connections: HashSet<ServerId>,
    metas: HashSet<ServerId>,
    incidents: HashSet<ServerId>,
    removed: HashSet<ServerId>,
    unsaved: HashSet<ServerId>,
}

/// One server.
#[derive(Debug)]
pub(crate) struct Entry {
    id: ServerId,
    state: Mutex<State>,
    /// How many look at this server; above zero it is sampled every second.
    watchers: watch::Sender<usize>,
    /// Seconds between two samples while nobody looks.
    interval_secs: watch::Sender<u32>,
    /// Wakes a supervisor that waits for its next try.
    pub retry: Notify,
    /// Wakes a supervisor that waits for its next report.
    pub doubted: Notify,
    /// Whether somebody doubts that the server answers, and it has not since.
    is_doubted: AtomicBool,
    /// The way through this server to those that lie behind it, while there is a connection.
    pub tunnel: watch::Sender<Option<ssh::Tunnel>>,
    /// Where further commands begin while the server answers.
    pub door: Door,
}

#[derive(Debug)]
struct State {
    server: Server,
    latest: Latest,
    /// The report that the newest sample was made of, while the server answers. Its conversation holds the same one.
    report: Option<Arc<Report>>,
    vitals: Option<Vitals>,
    spark: VecDeque<u8>,
    recent: VecDeque<RecentPoint>,
    incidents: OpenIncidents,
    events: Option<broadcast::Sender<Arc<FromServer>>>,
}

impl Board {
    /// One server.
    pub fn get(&self, id: ServerId) -> Option<Arc<Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// All servers, in no order.
    pub fn all(&self) -> Vec<Arc<Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Adds a server, or takes over what was changed about it; how it is doing stays.
    pub fn put(&self, server: Server) -> Arc<Entry> {
        let id = server.id;
        let entry = {
            let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(entries.entry(id).or_insert_with(|| Arc::new(Entry::new(server.clone()))))
        };
        entry.change(server);
        self.changes().metas.insert(id);
        entry
    }

    /// Forgets a server.
    pub fn remove(&self, id: ServerId) {
        let entry = self.entries.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
        let mut guard = self.changes();
        let changes = &mut *guard;
        let Changes { vitals, connections, metas, incidents, unsaved, .. } = &mut *changes;
        for set in [vitals, connections, metas, incidents, unsaved] {
            set.remove(&id);
        }
        changes.removed.insert(id);
        drop(guard);
        if let Some(entry) = entry {
            entry.tell(|| FromServer::Gone);
        }
    }

    /// A group or tag was created, changed or deleted.
    pub fn labels_changed(&self) {
        self.labels_changed.store(true, Ordering::Relaxed);
    }

    /// Takes in a sample, and the report that it was made of.
    pub fn sampled(&self, entry: &Entry, sample: Sample, report: Arc<Report>) {
        entry.sampled(sample, report);
        self.changes().vitals.insert(entry.id);
    }

    /// Takes in what a server says of itself.
    pub fn identified(&self, entry: &Entry, identity: Identity) {
        entry.state().latest.identity = Some(identity.clone());
        entry.tell(|| FromServer::Identity(identity));
    }

    /// Takes in how a connection is now; `since` stays while the status stays.
    pub fn connected(&self, entry: &Entry, connection: Connection) {
        if entry.connected(connection) {
            let mut changes = self.changes();
            changes.connections.insert(entry.id);
            changes.unsaved.insert(entry.id);
        }
    }

    /// Takes in which incidents are not over, for all servers: none where nothing is said. Returns whether that is new.
    pub fn set_incidents(&self, open: &HashMap<ServerId, OpenIncidents>) -> bool {
        let is_changed = |entry: &Arc<Entry>| entry.set_incidents(open.get(&entry.id).copied().unwrap_or_default());
        let changed: Vec<_> = self.all().into_iter().filter(is_changed).map(|entry| entry.id).collect();
        let is_new = !changed.is_empty();
        self.changes().incidents.extend(changed);
        is_new
    }

    /// What changed since the last call, and whether groups or tags did; the caller adds those.
    pub fn take_changes(&self) -> (FleetDelta, bool) {
        let taken = {
            let mut changes = self.changes();
            let unsaved = std::mem::take(&mut changes.unsaved);
            std::mem::replace(&mut *changes, Changes { unsaved, ..Changes::default() })
        };
        let delta = FleetDelta {
            now_ms: clock::now_ms(),
            vitals: self.each(taken.vitals, |state| state.vitals),
            connections: self.each(taken.connections, |state| Some(state.server.connection())),
            metas: self.each(taken.metas, |state| Some(row_meta(&state.server))),
            incidents: self.each(taken.incidents, |state| Some(state.incidents)),
            removed: taken.removed.into_iter().collect(),
            labels: None,
        };
        (delta, self.labels_changed.swap(false, Ordering::Relaxed))
    }

    /// The connections that the database does not know about yet, with when each server last answered.
    pub fn take_unsaved(&self) -> Vec<(ServerId, Connection, Option<i64>)> {
        let unsaved = std::mem::take(&mut self.changes().unsaved);
        let states = self.each(unsaved, |state| Some((state.server.connection(), state.server.last_seen_ms)));
        states.into_iter().map(|(id, (connection, seen))| (id, connection, seen)).collect()
    }

    fn each<T>(&self, ids: HashSet<ServerId>, read: impl Fn(&State) -> Option<T>) -> Vec<(ServerId, T)> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let found = ids.into_iter().filter_map(|id| entries.get(&id));
        found.filter_map(|entry| read(&entry.state()).map(|value| (entry.id, value))).collect()
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn new(server: Server) -> Self {
        Self {
            id: server.id,
            watchers: watch::Sender::new(0),
            interval_secs: watch::Sender::new(server.interval_secs),
            retry: Notify::new(),
            doubted: Notify::new(),
            is_doubted: AtomicBool::new(false),
            tunnel: watch::Sender::new(None),
            door: Door::default(),
            state: Mutex::new(State {
                server,
                latest: Latest::default(),
                report: None,
                vitals: None,
                spark: VecDeque::new(),
                recent: VecDeque::new(),
                incidents: OpenIncidents::default(),
                events: None,
            }),
        }
    }

    /// The server's id.
    pub fn id(&self) -> ServerId {
        self.id
    }

    /// What was entered about the server, with its connection as it is now.
    pub fn server(&self) -> Server {
        self.state().server.clone()
    }

    /// Whether the server answers.
    pub fn status(&self) -> Status {
        self.state().server.status
    }

    /// The newest of everything.
    pub fn latest(&self) -> Latest {
        self.state().latest.clone()
    }

    /// The row of the list.
    pub fn row(&self) -> Row {
        let state = self.state();
        Row {
            id: self.id,
            meta: row_meta(&state.server),
            connection: state.server.connection(),
            vitals: state.vitals,
            spark: state.spark.iter().copied().collect(),
            incidents: state.incidents,
        }
    }

    /// Everything that the server's page needs at first.
    pub fn snapshot(&self) -> ServerSnapshot {
        let state = self.state();
        ServerSnapshot {
            now_ms: clock::now_ms(),
            server: state.server.clone(),
            latest: state.latest.clone(),
            recent: state.recent.iter().copied().collect(),
            incidents: state.incidents,
        }
    }

    /// The stream of what happens to the server from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<FromServer>> {
        let mut state = self.state();
        state.events.get_or_insert_with(|| broadcast::channel(SERVER_BACKLOG).0).subscribe()
    }

    /// How many look at the server, as it changes.
    pub fn watchers(&self) -> &watch::Sender<usize> {
        &self.watchers
    }

    /// The interval while nobody looks, as it changes.
    pub fn interval_secs(&self) -> watch::Receiver<u32> {
        self.interval_secs.subscribe()
    }

    /// Has the server asked at once whether it still answers: what lies behind it does not.
    pub fn doubt(&self) {
        self.is_doubted.store(true, Ordering::Relaxed);
        self.doubted.notify_one();
    }

    fn change(&self, server: Server) {
        self.interval_secs
            .send_if_modified(|secs| std::mem::replace(secs, server.interval_secs) != server.interval_secs);
        let mut state = self.state();
        let connection = state.server.connection();
        let last_seen_ms = state.server.last_seen_ms;
        state.server = Server { last_seen_ms, ..server.with_connection(connection) };
        let changed = state.server.clone();
        drop(state);
        self.tell(|| FromServer::Changed(Box::new(changed)));
    }

    fn sampled(&self, sample: Sample, report: Arc<Report>) {
        self.is_doubted.store(false, Ordering::Relaxed);
        let mut state = self.state();
        state.report = Some(report);
        if let Some(events) = watched(&mut state) {
            let _ = events.send(Arc::new(FromServer::Sample(Box::new(sample.clone()))));
        }
        state.server.last_seen_ms = Some(sample.at_ms);
        push_bounded(&mut state.recent, sample.recent_point(), RECENT_MAX);
        state.latest.absorb(sample);
        let vitals =
            state.latest.sample.as_ref().map(|sample| sample.vitals(sample.filesystems.as_deref().unwrap_or_default()));
        if let Some(vitals) = &vitals {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0–100")]
            let percent = vitals.cpu.clamp(0.0, 100.0).round() as u8;
            push_bounded(&mut state.spark, percent, SPARK_MAX);
        }
        state.vitals = vitals;
    }

    fn connected(&self, connection: Connection) -> bool {
        let mut state = self.state();
        let before = state.server.connection();
        let since_ms = if before.status == connection.status && before.since_ms.is_some() {
            before.since_ms
        } else {
            Some(clock::now_ms())
        };
        let connection = Connection { since_ms, ..connection };
        if connection == before {
            return false;
        }
        if connection.status == Status::Online && before.status != Status::Online {
            // A sparkline with a hole in it would draw the time before as if it were now.
            state.spark.clear();
        }
        if connection.status != Status::Online {
            state.report = None;
        }
        state.server = state.server.clone().with_connection(connection.clone());
        drop(state);
        self.tell(|| FromServer::Connection(connection));
        true
    }

    fn set_incidents(&self, open: OpenIncidents) -> bool {
        if std::mem::replace(&mut self.state().incidents, open) == open {
            return false;
        }
        self.tell(|| FromServer::Incidents(open));
        true
    }

    fn tell(&self, message: impl FnOnce() -> FromServer) {
        if let Some(events) = watched(&mut self.state()) {
            let _ = events.send(Arc::new(message()));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The channel to those who look at the server; dropped when nobody does, since most servers have no reader most of the time.
fn watched(state: &mut State) -> Option<&broadcast::Sender<Arc<FromServer>>> {
    if state.events.as_ref().is_some_and(|events| events.receiver_count() == 0) {
        state.events = None;
    }
    state.events.as_ref()
}

fn push_bounded<T>(queue: &mut VecDeque<T>, value: T, most: usize) {
    if queue.len() >= most {
        queue.pop_front();
    }
    queue.push_back(value);
}

fn row_meta(server: &Server) -> RowMeta {
    RowMeta {
        name: server.name.clone(),
        host: server.host.clone(),
        port: server.port,
        via: server.via,
        group_id: server.group_id,
        tag_ids: server.tag_ids.clone(),
        interval_secs: server.interval_secs,
    }
}
