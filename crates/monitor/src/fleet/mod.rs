//! The fleet: one supervisor task per server, and what they know, in memory.
//!
//! The [`Fleet`] owns all of them: it starts, changes and stops them as servers are edited. What a supervisor learns goes to
//! the [`board`], from which every reader (rows, pages, REST, streams) takes it; a reader never holds up a supervisor.

mod activity;
mod backoff;
pub(crate) mod board;
pub(crate) mod collect;
mod keeper;
pub(crate) mod jump;
mod limits;
pub(crate) mod reason;
pub(crate) mod supervisor;
pub(crate) mod transport;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ::history::Engine;
use domain::{ServerId, servers::Server};
use store::Store;
use tokio::{sync::Semaphore, time};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use vault::Vault;

use self::{activity::Activity, board::Board, keeper::Keeper};
pub(crate) use activity::Counts;
pub use limits::Limits;
pub(crate) use reason::of_connect_error;

use crate::alerts::desk::Desk;

/// What every supervisor shares.
#[derive(Debug)]
pub(crate) struct Shared {
    pub board: Board,
    pub store: Arc<Store>,
    pub vault: Arc<Vault>,
    pub history: Arc<Engine>,
    /// Where samples meet rules.
    pub alerts: Arc<Desk>,
    pub limits: Limits,
    /// What was done so far.
    pub activity: Activity,
    /// Connections that may be in the making at once.
    pub connecting: Semaphore,
}

/// Owns the supervisors.
#[derive(Debug)]
pub(crate) struct Fleet {
    shared: Arc<Shared>,
    running: Mutex<HashMap<ServerId, CancellationToken>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Fleet {
    /// Starts watching all `servers`.
    pub fn start(
        store: Arc<Store>,
        vault: Arc<Vault>,
        history: Arc<Engine>,
        alerts: Arc<Desk>,
        limits: Limits,
        servers: Vec<Server>,
    ) -> Self {
        let connecting = Semaphore::new(limits.connecting_at_once);
        let shared = Arc::new(Shared {
            board: Board::default(),
            store,
            vault,
            history,
            alerts,
            limits,
            activity: Activity::default(),
            connecting,
        });
        let fleet =
            Self { shared, running: Mutex::default(), tasks: TaskTracker::new(), stop: CancellationToken::new() };
        let keeper = Keeper::new(Arc::clone(&fleet.shared), fleet.stop.clone());
        fleet.tasks.spawn(keeper.run());
        for server in servers {
            fleet.watch(server);
        }
        fleet
    }

    /// What is known of all servers.
    pub fn board(&self) -> &Board {
        &self.shared.board
    }

    /// What the supervisors share.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Starts watching a server, or starts over with what was changed about it.
    pub fn watch(&self, server: Server) {
        if self.stop.is_cancelled() {
            return;
        }
        let id = server.id;
        let entry = self.shared.board.put(server);
        let cancel = self.stop.child_token();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = running.insert(id, cancel.clone()) {
            old.cancel();
        }
        self.tasks.spawn(supervisor::run(Arc::clone(&self.shared), entry, cancel));
    }

    /// Takes over what was changed about a server without disturbing its connection.
    pub fn update(&self, server: Server) {
        self.shared.board.put(server);
    }

    /// Stops watching a server and forgets it.
    pub fn forget(&self, id: ServerId) {
        let cancel = self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        if let Some(cancel) = cancel {
            cancel.cancel();
        }
        self.shared.board.remove(id);
        self.shared.history.forget(id);
        self.shared.alerts.forget(id);
    }

    /// Stops all supervisors and waits for them, three seconds at most.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        if time::timeout(Duration::from_secs(3), self.tasks.wait()).await.is_err() {
            tracing::warn!(left = self.tasks.len(), "some connections did not close in time");
        }
    }
}
