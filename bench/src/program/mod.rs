//! The processes that a benchmark starts, and what it asks of them.

mod child;
mod reader;
mod rest;
mod server_monitor;
mod simulator;

pub(crate) use child::OwnedChild;
pub use reader::{Reader, Seen};
pub use rest::{NewServers, Rest};
pub use server_monitor::{ServerMonitor, find as find_server_monitor};
pub use simulator::{Counts, SimulatorProcess};

/// Raises the number of file descriptors that this process, and the ones that it starts, may have to what is allowed.
pub fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Where that fails, what needs more says so itself.
    let _ = setrlimit(Resource::Nofile, limit);
}

/// How many file descriptors this process may have.
pub fn file_limit() -> u64 {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX)
}
