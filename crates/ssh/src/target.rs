//! Whom to connect to, as whom, and how long each step may take.

use std::time::Duration;

use domain::Secret;

use crate::Tunnel;

/// A server and the login to it.
#[derive(Debug, Clone)]
pub struct Target {
    /// Name or IP address (an IPv6 address without brackets).
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The account to log in to.
    pub user: String,
    /// How to log in.
    pub auth: Auth,
    /// The server through which it is reached; directly when `None`. Names are looked up there then.
    pub through: Option<Tunnel>,
}

/// How to log in. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub enum Auth {
    /// By password: method `password`, or `keyboard-interactive` where the server offers only that.
    Password(Secret),
    /// By private key.
    PrivateKey {
        /// The key's text, in one of the forms that [`crate::check_private_key`] reads.
        pem: Secret,
        /// What an encrypted key is opened with.
        passphrase: Option<Secret>,
    },
}

/// How long each step of a connection's life may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Looking up the name and connecting by TCP, over all addresses: 10 s.
    pub connect: Duration,
    /// Greeting and key exchange: 10 s.
    pub handshake: Duration,
    /// Logging in, which some servers slow down on purpose: 15 s.
    pub auth: Duration,
    /// Opening a channel and starting the command: 10 s.
    pub start: Duration,
    /// Handing input to a command that may be slow to read it: 10 s.
    pub write: Duration,
    /// How a dead peer is noticed. `None`: only by TCP.
    pub keepalive: Option<Keepalive>,
}

/// A question that the server must answer, sent when nothing was heard from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keepalive {
    /// Silence before a question: 15 s.
    pub interval: Duration,
    /// Unanswered questions before the connection is given up: 3.
    pub missed: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            handshake: Duration::from_secs(10),
            auth: Duration::from_secs(15),
            start: Duration::from_secs(10),
            write: Duration::from_secs(10),
            keepalive: Some(Keepalive::default()),
        }
    }
}

impl Default for Keepalive {
    fn default() -> Self {
        Self { interval: Duration::from_secs(15), missed: 3 }
    }
}
