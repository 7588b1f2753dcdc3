//! What Prometheus scrapes: the monitor itself, and the fleet. Here is decided who may, and gathered what there is to say;
//! `exposition` writes it.

mod process;
mod program;

use std::sync::Arc;

use domain::{Permission, Result, Secret};
use exposition::Chunks;
use history::Engine;
use store::Store;
use vault::constant_time_eq;

use crate::{accounts::Accounts, clock, fleet::Fleet, live::Live, request::Caller};

/// What Prometheus scrapes.
#[derive(Debug)]
pub struct Metrics {
    store: Arc<Store>,
    fleet: Arc<Fleet>,
    live: Arc<Live>,
    history: Arc<Engine>,
    token: Option<Secret>,
}

/// The right to scrape: to have one is the proof.
#[derive(Debug)]
pub struct Scraper(());

impl Metrics {
    pub(crate) fn new(
        store: Arc<Store>,
        fleet: Arc<Fleet>,
        live: Arc<Live>,
        history: Arc<Engine>,
        token: Option<Secret>,
    ) -> Self {
        Self { store, fleet, live, history, token }
    }

    /// Lets in who carries the scrapers' own token, else who is logged in and may see servers.
    ///
    /// # Errors
    /// When the caller is neither.
    pub async fn admit(&self, accounts: &Accounts, caller: &Caller) -> Result<Scraper> {
        let given = caller.token.as_ref().filter(|_| !caller.by_cookie);
        let pair = self.token.as_ref().zip(given);
        if pair.is_some_and(|(own, given)| constant_time_eq(own.expose().as_bytes(), given.expose().as_bytes())) {
            return Ok(Scraper(()));
        }
        accounts.authenticate(caller).await?.require(Permission::ServersRead)?;
        Ok(Scraper(()))
    }

    /// How the monitor itself does. `live_connections` is how many WebSockets and event streams are open.
    pub async fn program(&self, _: &Scraper, live_connections: usize) -> String {
        let is_database_up = self.store.ping().await.is_ok();
        // Reading /proc is quick, but counting thousands of open files is not nothing.
        let process = tokio::task::spawn_blocking(process::Process::read).await.ok().flatten();
        let program = program::Program {
            statuses: self.fleet.board().all().iter().map(|entry| entry.status()).collect(),
            counts: self.fleet.shared().activity.counts(),
            readers: self.live.readers(),
            live_connections,
            is_database_up,
            is_history_paused: self.history.is_paused(),
            losses: self.history.losses(),
        };
        program.text(process.as_ref())
    }

    /// The newest values of all servers that answer, piece by piece.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn servers(&self, _: &Scraper) -> Result<Chunks> {
        let groups = self.store.groups().list().await?;
        let groups = groups.into_iter().map(|group| (group.id, group.name)).collect();
        let now_ms = clock::now_ms();
        let nodes = self.fleet.board().all().iter().map(|entry| entry.node(now_ms)).collect();
        Ok(exposition::nodes(nodes, groups))
    }
}
