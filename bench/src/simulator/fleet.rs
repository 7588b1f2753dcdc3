//! All simulated servers, what they share, and what is counted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use russh::keys::PublicKey;
use tokio_util::sync::CancellationToken;

use super::server::Server;
use super::trace::Trace;
use super::{Options, SERVERS_MAX, Status};

/// All simulated servers.
#[derive(Debug)]
pub(super) struct Fleet {
    servers: Vec<Arc<Server>>,
    password: Option<String>,
    authorized_key: Option<PublicKey>,
    seed: u64,
    pub trace: Arc<Trace>,
    pub counters: Counters,
}

/// What is counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub connections: AtomicU32,
    pub probes: AtomicU32,
    pub sampled: AtomicU32,
    pub reports: AtomicU64,
    pub bytes: AtomicU64,
    pub accepted: AtomicU64,
    pub refused: AtomicU64,
}

impl Fleet {
    pub fn new(options: Options, stop: &CancellationToken) -> io::Result<Self> {
        let Options { servers, port: _, password, authorized_key, seed, offset, trace } = options;
        if servers > SERVERS_MAX {
            return Err(io::Error::other(format!("at most {SERVERS_MAX} servers can be played")));
        }
        let key = authorized_key.map(|line| line.trim().parse::<PublicKey>()).transpose().map_err(io::Error::other)?;
        let length = trace.len();
        let server = |number: u32| {
            let place = (number as usize).wrapping_mul(offset) % length;
            Arc::new(Server::new(number, place, stop))
        };
        let servers = (1..=servers).map(server).collect();
        Ok(Self { servers, password, authorized_key: key, seed, trace, counters: Counters::default() })
    }

    pub fn server(&self, number: u32) -> Option<&Arc<Server>> {
        self.servers.get(usize::try_from(number.checked_sub(1)?).ok()?)
    }

    pub fn servers(&self) -> &[Arc<Server>] {
        &self.servers
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }

    pub fn takes_password(&self, password: &str) -> bool {
        self.password.as_deref() == Some(password)
    }

    pub fn takes_key(&self, key: &PublicKey) -> bool {
        self.authorized_key.as_ref().is_some_and(|authorized| authorized.key_data() == key.key_data())
    }

    pub fn status(&self) -> Status {
        let counters = &self.counters;
        Status {
            servers: u32::try_from(self.servers.len()).unwrap_or(u32::MAX),
            connections: counters.connections.load(Ordering::Relaxed),
            probes: counters.probes.load(Ordering::Relaxed),
            sampled: counters.sampled.load(Ordering::Relaxed),
            reports: counters.reports.load(Ordering::Relaxed),
            bytes: counters.bytes.load(Ordering::Relaxed),
            accepted: counters.accepted.load(Ordering::Relaxed),
            refused: counters.refused.load(Ordering::Relaxed),
        }
    }
}

/// Counts one as long as it lives.
#[derive(Debug)]
pub(super) struct Counted {
    fleet: Arc<Fleet>,
    gauge: fn(&Counters) -> &AtomicU32,
}

impl Counted {
    pub fn new(fleet: &Arc<Fleet>, gauge: fn(&Counters) -> &AtomicU32) -> Self {
        gauge(&fleet.counters).fetch_add(1, Ordering::Relaxed);
        Self { fleet: Arc::clone(fleet), gauge }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        (self.gauge)(&self.fleet.counters).fetch_sub(1, Ordering::Relaxed);
    }
}
