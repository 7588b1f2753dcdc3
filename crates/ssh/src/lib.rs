//! SSH connections: host keys, login, a streaming command. The only crate that knows russh.
//!
//! [`connect`] gives a [`Connection`] to a server whose host key is trusted; [`Connection::start`] runs a command on it and
//! gives its [`Stream`] of input and output. [`inspect_host_key`] learns a host key without logging in. Every step has a
//! time limit ([`Limits`]), every failure a [`ConnectError`] of its own. What is run and what its output means is not this
//! crate's job.

mod algorithms;
mod connection;
mod error;
mod host_key;
mod login;
mod private_key;
mod reach;
mod session;
mod stream;
mod target;
mod tunnel;
mod wire;

pub use connection::{Connection, connect, inspect_host_key};
pub use error::{ConnectError, Phase};
pub use host_key::{HostKey, HostKeyCheck};
pub use private_key::{KeyError, KeyInfo, check_private_key};
pub use stream::{Event, Stream};
pub use target::{Auth, Keepalive, Limits, Target};
pub use tunnel::{Road, Tunnel};
