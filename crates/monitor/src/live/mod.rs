//! The live streams: the whole fleet for lists, one server for its page, the bell for every page.
//!
//! What changed in the fleet is gathered twice a second and encoded once for all readers. A reader that falls behind gets a
//! fresh snapshot in place of what it missed, so it loses intermediate values, never the latest, and is never queued for.

mod bell_watch;
mod publisher;
mod server_watch;

use std::sync::Arc;

use bytes::Bytes;
use domain::{
    Error, Permission, Result, ServerId,
    live::{Fleet as FleetSnapshot, FromServer, encode},
};
use store::Store;
use tokio::sync::broadcast::{self, error::RecvError};
use tracing::error;

pub use self::bell_watch::BellWatch;
pub(crate) use self::publisher::Publisher;
pub use self::server_watch::ServerWatch;
use crate::{actor::Actor, clock, fleet::Fleet, notifications::Bell, servers::Servers};

/// How many deltas a reader may fall behind before it gets a snapshot.
const BACKLOG: usize = 8;

/// The live streams.
#[derive(Debug)]
pub struct Live {
    fleet: Arc<Fleet>,
    store: Arc<Store>,
    servers: Arc<Servers>,
    bell: Arc<Bell>,
    frames: broadcast::Sender<Arc<FleetFrame>>,
}

/// A message about the fleet, and the same as encoded for WebSockets.
#[derive(Debug)]
pub struct FleetFrame {
    /// [`FromServer::Fleet`] or [`FromServer::FleetDelta`].
    pub message: FromServer,
    /// The message in the wire encoding.
    pub binary: Bytes,
}

/// How many readers the live streams have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Readers {
    /// Of the fleet's.
    pub fleet: usize,
    /// Of single servers'.
    pub server: usize,
}

impl FleetFrame {
    fn new(message: FromServer) -> Result<Arc<Self>> {
        let binary = encode(&message).map_err(|cause| {
            error!(%cause, "could not encode a live message");
            Error::internal()
        })?;
        Ok(Arc::new(Self { message, binary: binary.into() }))
    }
}

impl Live {
    pub(crate) fn new(fleet: Arc<Fleet>, store: Arc<Store>, servers: Arc<Servers>, bell: Arc<Bell>) -> Self {
        Self { fleet, store, servers, bell, frames: broadcast::channel(BACKLOG).0 }
    }

    pub(crate) fn publisher(&self) -> Publisher {
        Publisher::new(Arc::clone(&self.fleet), Arc::clone(&self.store), self.frames.clone())
    }

    /// The whole fleet as it is now.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn fleet(&self, actor: &Actor) -> Result<FleetSnapshot> {
        actor.require(Permission::ServersRead)?;
        self.snapshot().await
    }

    /// The whole fleet from now on: a snapshot first, then what changes.
    ///
    /// # Errors
    /// When the actor may not see servers.
    pub fn watch_fleet(self: &Arc<Self>, actor: &Actor) -> Result<FleetWatch> {
        actor.require(Permission::ServersRead)?;
        Ok(FleetWatch { live: Arc::clone(self), frames: self.frames.subscribe(), needs_snapshot: true })
    }

    /// One server from now on. While this lives, the server is sampled every second.
    ///
    /// # Errors
    /// When the actor may not see servers, or there is none.
    pub async fn watch_server(&self, actor: &Actor, id: ServerId) -> Result<ServerWatch> {
        let entry = self.servers.entry(actor, id)?;
        self.servers.note_view(actor, &entry).await;
        Ok(ServerWatch::new(entry))
    }

    /// What the bell says to the actor from now on.
    ///
    /// # Errors
    /// When the actor may not see servers.
    pub fn watch_bell(&self, actor: &Actor) -> Result<BellWatch> {
        actor.require(Permission::ServersRead)?;
        Ok(BellWatch::new(Arc::clone(&self.store), actor.clone(), self.bell.pulse.subscribe()))
    }

    /// How many readers there are now.
    pub(crate) fn readers(&self) -> Readers {
        let server = self.fleet.board().all().iter().map(|entry| *entry.watchers().borrow()).sum();
        Readers { fleet: self.frames.receiver_count(), server }
    }

    async fn snapshot(&self) -> Result<FleetSnapshot> {
        let (groups, tags) = (self.store.groups().list().await?, self.store.tags().list().await?);
        let rows = self.fleet.board().all().iter().map(|entry| entry.row()).collect();
        Ok(FleetSnapshot { now_ms: clock::now_ms(), rows, groups, tags })
    }
}

/// A reader of the fleet's stream.
#[derive(Debug)]
pub struct FleetWatch {
    live: Arc<Live>,
    frames: broadcast::Receiver<Arc<FleetFrame>>,
    needs_snapshot: bool,
}

impl FleetWatch {
    /// The next message: a snapshot at first and after falling behind, else what changed. `None` when the program stops.
    pub async fn next(&mut self) -> Option<Arc<FleetFrame>> {
        loop {
            if self.needs_snapshot {
                // Frames from before the snapshot say nothing that is not in it.
                self.frames = self.frames.resubscribe();
                let snapshot = self.live.snapshot().await.ok()?;
                self.needs_snapshot = false;
                return FleetFrame::new(FromServer::Fleet(snapshot)).ok();
            }
            match self.frames.recv().await {
                Ok(frame) => return Some(frame),
                Err(RecvError::Lagged(_)) => self.needs_snapshot = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
