//! From a name to a TCP connection: every address is tried, within one time limit.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use crate::error::{ConnectError, Phase};

/// Look-ups at the same time. A dead resolver blocks a thread for each one; the rest of the program needs threads too.
const LOOKUPS: usize = 32;

/// Addresses of one name that are tried.
const ADDRESSES: usize = 8;

static LOOKUP_PERMITS: Semaphore = Semaphore::const_new(LOOKUPS);

/// Connects to the first address of `host` that answers.
pub(crate) async fn reach(host: &str, port: u16, limit: Duration) -> Result<TcpStream, ConnectError> {
    let deadline = Instant::now() + limit;
    let addresses = timeout_at(deadline, resolve(host, port))
        .await
        .map_err(|_| ConnectError::TimedOut { phase: Phase::Resolve })??;
    let mut last = ConnectError::NameNotResolved { host: host.to_owned(), detail: "it has no address".to_owned() };
    for (index, address) in addresses.iter().enumerate() {
        // A silent first address must leave time for the others.
        let left = u32::try_from(addresses.len() - index).unwrap_or(1);
        let share = deadline.saturating_duration_since(Instant::now()) / left;
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                // Without this every request waits 40 ms for a delayed acknowledgement.
                tcp.set_nodelay(true).map_err(|error| ConnectError::Unreachable { detail: error.to_string() })?;
                return Ok(tcp);
            }
            Ok(Err(error)) => last = explain(*address, &error),
            Err(_) => last = ConnectError::TimedOut { phase: Phase::Connect },
        }
    }
    Err(last)
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
    if let Ok(ip) = host.parse() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let failed = |detail: String| ConnectError::NameNotResolved { host: host.to_owned(), detail };
    let permit = LOOKUP_PERMITS.acquire().await.map_err(|error| failed(error.to_string()))?;
    let name = host.to_owned();
    let looked_up = tokio::task::spawn_blocking(move || {
        // Held by the thread itself, which goes on when nobody waits for it any more.
        let _permit = permit;
        (name.as_str(), port).to_socket_addrs().map(|found| found.take(ADDRESSES).collect::<Vec<_>>())
    });
    match looked_up.await {
        Ok(Ok(addresses)) if addresses.is_empty() => Err(failed("it has no address".to_owned())),
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) => Err(failed(error.to_string().replace("failed to lookup address information: ", ""))),
        Err(error) => Err(failed(error.to_string())),
    }
}

fn explain(address: SocketAddr, error: &io::Error) -> ConnectError {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => ConnectError::Refused { address },
        io::ErrorKind::TimedOut => ConnectError::TimedOut { phase: Phase::Connect },
        _ => ConnectError::Unreachable { detail: format!("{address}: {error}") },
    }
}
