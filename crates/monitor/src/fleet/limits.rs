//! How long and how much: the bounds within which servers are watched.

use std::time::Duration;

/// The bounds within which servers are watched. The defaults are what the product runs with; tests shorten them.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections that may be in the making at once.
    pub connecting_at_once: usize,
    /// For how long a network connection may take to come about.
    pub connect: Duration,
    /// For how long the SSH handshake may take.
    pub handshake: Duration,
    /// For how long the login may take.
    pub login: Duration,
    /// For how long the probe may take to say hello: a message of the day may come first.
    pub hello: Duration,
    /// For how long a report may take.
    pub report: Duration,
    /// For how long a report with slow parts may take.
    pub slow_report: Duration,
    /// Between two samples while somebody looks.
    pub watched_interval: Duration,
    /// Between two readings of what is listed only because a rule looks at it: failed units, names of processes.
    pub list_interval: Duration,
    /// The first wait after a failure; it doubles each time.
    pub first_retry: Duration,
    /// The longest wait after a failure of the network.
    pub longest_retry: Duration,
    /// The first wait after a refused login; far longer, so that nothing on the server takes us for a guesser.
    pub first_login_retry: Duration,
    /// The longest wait after a refused login.
    pub longest_login_retry: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connecting_at_once: 256,
            connect: Duration::from_secs(6),
            handshake: Duration::from_secs(8),
            login: Duration::from_secs(15),
            hello: Duration::from_secs(20),
            report: Duration::from_secs(6),
            slow_report: Duration::from_secs(15),
            watched_interval: Duration::from_secs(1),
            list_interval: Duration::from_secs(30),
            first_retry: Duration::from_secs(1),
            longest_retry: Duration::from_secs(60),
            first_login_retry: Duration::from_secs(5 * 60),
            longest_login_retry: Duration::from_secs(60 * 60),
        }
    }
}
