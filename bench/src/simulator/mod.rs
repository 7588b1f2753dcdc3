//! One process that plays thousands of SSH servers, each replaying a recorded trace from a place of its own.
//!
//! Server `k` is the address `127.x.y.z` with `k` in the last three octets ([`address`]), so one listening socket serves all of
//! them. Each has a host key of its own, made from a seed ([`fingerprint`]), takes one password (and one public key) from any
//! user, and answers the probe. What is wrong with a server is its [`Behaviour`], which can be changed while it runs.
//!
//! How busy its processors are can be set too ([`Simulator::set_cpu`]), so that a level is crossed at a known moment.
//!
//! Every request is answered with the next record of the trace, whatever the pace: rates are derived from the record's own
//! uptime, so they stay right. At the trace's end a server starts over, which looks like a restart.

mod behaviour;
pub mod control;
mod conversation;
mod fleet;
mod identity;
mod load;
mod server;
mod trace;
mod visitor;
mod wire;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

pub use behaviour::Behaviour;
pub use identity::fingerprint;
pub use trace::{Trace, TraceReadError};

use fleet::Fleet;

/// The most servers that can be played: what fits in the last three octets, without the last address, which is broadcast.
pub const SERVERS_MAX: u32 = (1 << 24) - 2;

/// How long a stop waits for connections to end.
const STOP: Duration = Duration::from_secs(2);

/// The address of server `number`, counted from 1.
pub fn address(number: u32) -> Ipv4Addr {
    let [_, x, y, z] = number.to_be_bytes();
    Ipv4Addr::new(127, x, y, z)
}

/// What is simulated.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many servers there are, numbered from 1.
    pub servers: u32,
    /// The port of all of them; 0 takes a free one.
    pub port: u16,
    /// The password that every account has; `None` refuses logins by password.
    pub password: Option<String>,
    /// The public key, in one line as in `authorized_keys`, that every account takes; `None` refuses logins by key.
    pub authorized_key: Option<String>,
    /// What host keys are made from.
    pub seed: u64,
    /// How many records further in the trace each server begins than the one before it.
    pub offset: usize,
    /// What they replay.
    pub trace: Arc<Trace>,
}

impl Options {
    /// So many servers with this password, on a free port, replaying `trace`.
    pub fn new(servers: u32, password: &str, trace: Arc<Trace>) -> Self {
        let password = Some(password.to_owned());
        Self { servers, port: 0, password, authorized_key: None, seed: 1, offset: 37, trace }
    }
}

/// What the simulated servers did so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Status {
    /// How many servers there are.
    pub servers: u32,
    /// Connections that stand.
    pub connections: u32,
    /// Connections on which a probe said hello.
    pub probes: u32,
    /// Connections on which at least two reports were sent, so that there are rates.
    pub sampled: u32,
    /// Reports that were sent.
    pub reports: u64,
    /// Bytes of those reports, before encryption.
    pub bytes: u64,
    /// Connections that were accepted.
    pub accepted: u64,
    /// Logins that were refused.
    pub refused: u64,
}

/// A running fleet of simulated servers. Dropping it ends all of them.
#[derive(Debug)]
pub struct Simulator {
    fleet: Arc<Fleet>,
    port: u16,
    tasks: TaskTracker,
    stop: DropGuard,
}

impl Simulator {
    /// Starts listening.
    ///
    /// # Errors
    /// When the port is taken, there are too many servers, or the authorized key is none.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, options.port)).await?;
        let port = listener.local_addr()?.port();
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let fleet = Arc::new(Fleet::new(options, &stop)?);
        tasks.spawn(listen(Arc::clone(&fleet), listener, tasks.clone(), stop.clone()));
        Ok(Self { fleet, port, tasks, stop: stop.drop_guard() })
    }

    /// The port of all servers.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many servers there are.
    pub fn servers(&self) -> u32 {
        self.fleet.status().servers
    }

    /// The SHA-256 fingerprint of a server's host key.
    pub fn fingerprint(&self, number: u32) -> String {
        fingerprint(self.fleet.seed(), number)
    }

    /// Changes what a server does; `false` when there is no such server.
    pub fn set(&self, number: u32, behaviour: Behaviour) -> bool {
        self.fleet.server(number).map(|server| server.set(behaviour)).is_some()
    }

    /// Changes what all servers do.
    pub fn set_all(&self, behaviour: Behaviour) {
        self.fleet.servers().iter().for_each(|server| server.set(behaviour));
    }

    /// Says how busy a server's processors are from now on, in percent; `None` for as recorded. `false` when there is no such server.
    pub fn set_cpu(&self, number: u32, percent: Option<u8>) -> bool {
        self.fleet.server(number).map(|server| server.set_cpu(percent)).is_some()
    }

    /// What a server does now; `None` when there is no such server.
    pub fn behaviour(&self, number: u32) -> Option<Behaviour> {
        self.fleet.server(number).map(|server| server.behaviour())
    }

    /// How many reports a server has sent.
    pub fn reports(&self, number: u32) -> u64 {
        self.fleet.server(number).map_or(0, |server| server.reports())
    }

    /// What all of them did so far.
    pub fn status(&self) -> Status {
        self.fleet.status()
    }

    /// Ends all connections and stops listening.
    pub async fn stop(self) {
        drop(self.stop);
        self.tasks.close();
        // What does not end in time has no reader any more, and ends with the program.
        let _ = tokio::time::timeout(STOP, self.tasks.wait()).await;
    }
}

/// Accepts connections until the simulator stops.
async fn listen(fleet: Arc<Fleet>, listener: TcpListener, tasks: TaskTracker, stop: CancellationToken) {
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((tcp, _)) => {
                if let Some(server) = server_of(&fleet, &tcp) {
                    tasks.spawn(visitor::serve(Arc::clone(&fleet), server, tcp, tasks.clone()));
                }
            }
            // Mostly: no file descriptor is left for a moment.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// The server whose address was connected to. Only the loopback network is served, although the socket listens everywhere.
fn server_of(fleet: &Fleet, tcp: &TcpStream) -> Option<Arc<server::Server>> {
    let Ok(SocketAddr::V4(local)) = tcp.local_addr() else { return None };
    let [net, x, y, z] = local.ip().octets();
    if net != 127 {
        return None;
    }
    fleet.server(u32::from_be_bytes([0, x, y, z])).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_its_number_in_its_address() {
        assert_eq!(address(1), Ipv4Addr::new(127, 0, 0, 1));
        assert_eq!(address(1_000), Ipv4Addr::new(127, 0, 3, 232));
        assert_eq!(address(SERVERS_MAX), Ipv4Addr::new(127, 255, 255, 254));
    }
}
