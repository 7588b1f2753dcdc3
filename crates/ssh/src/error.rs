//! What can go wrong, one variant for each thing that a person must be told apart.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use crate::{HostKey, KeyError};

/// The step that took too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Looking up the name.
    Resolve,
    /// Connecting by TCP.
    Connect,
    /// Greeting and key exchange.
    Handshake,
    /// Logging in.
    Login,
    /// Opening a channel and starting the command.
    Start,
    /// Handing input to the command.
    Write,
    /// Answering keepalive questions on a connection that stood.
    Keepalive,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resolve => "looking up the name",
            Self::Connect => "connecting",
            Self::Handshake => "the SSH handshake",
            Self::Login => "logging in",
            Self::Start => "starting the command",
            Self::Write => "sending input to the command",
            Self::Keepalive => "answering a keepalive",
        })
    }
}

/// Why there is no connection, or why it ended.
///
/// Texts that came from the server are shortened and free of control characters, but may say anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The name is unknown.
    #[error("the name {host} could not be resolved: {detail}")]
    NameNotResolved {
        /// The name that was looked up.
        host: String,
        /// What the resolver said.
        detail: String,
    },
    /// The host answers, nothing listens on the port.
    #[error("connection refused by {address}: nothing listens there")]
    Refused {
        /// The last address that was tried.
        address: SocketAddr,
    },
    /// The network knows no way to the host.
    #[error("the host cannot be reached: {detail}")]
    Unreachable {
        /// What the operating system said.
        detail: String,
    },
    /// A step took longer than its limit.
    #[error("timed out while {phase}")]
    TimedOut {
        /// The step.
        phase: Phase,
    },
    /// Something listens there, but it does not speak SSH 2.
    #[error("this is no SSH server, it says: {greeting}")]
    NotSsh {
        /// Its first bytes, escaped.
        greeting: String,
    },
    /// No host key is trusted yet.
    #[error("the host key {} {} is not trusted yet", presented.algorithm, presented.fingerprint)]
    HostKeyUnknown {
        /// The key that the server has.
        presented: HostKey,
    },
    /// The server has another host key than the trusted one.
    #[error("the host key changed: trusted is {}, presented was {} {}", expected.join(" or "), presented.algorithm, presented.fingerprint)]
    HostKeyChanged {
        /// Fingerprints that are trusted.
        expected: Vec<String>,
        /// The key that the server presented.
        presented: HostKey,
    },
    /// User, password or key is wrong, or the account may not log in.
    #[error("login refused{}", offered(methods))]
    LoginRefused {
        /// Methods that the server would still try.
        methods: Vec<String>,
    },
    /// The server does not offer the way to log in that was asked for.
    #[error("the server does not allow login by {wanted}{}", offered(methods))]
    MethodNotAllowed {
        /// The method that was asked for.
        wanted: &'static str,
        /// Methods that the server offers.
        methods: Vec<String>,
    },
    /// Password or key was right, but the server wants something more, such as a one-time code.
    #[error("the server asks for a second factor, which cannot be given unattended{}", offered(methods))]
    SecondFactorNeeded {
        /// Methods that the server wants next.
        methods: Vec<String>,
    },
    /// Server and client share no algorithm: mostly a very old server.
    #[error("no common {kind} algorithm; the server offers {}", theirs.join(", "))]
    NoCommonAlgorithm {
        /// What the algorithm is for: key exchange, host key, cipher …
        kind: String,
        /// What the server offers.
        theirs: Vec<String>,
    },
    /// The private key cannot be used.
    #[error("the private key: {0}")]
    Key(#[from] KeyError),
    /// Logged in, but the server runs no commands.
    #[error("the server refused to run the command")]
    CommandRefused,
    /// The server makes no connections to others for us.
    #[error("the jump host forwards no connections")]
    ForwardingRefused,
    /// The server, or something between, closed the connection.
    #[error("the connection was closed{}", because(reason.as_deref()))]
    Closed {
        /// What the server said, if it did.
        reason: Option<String>,
    },
    /// The server, or something between, broke the protocol.
    #[error("protocol error: {0}")]
    Protocol(String),
}

fn offered(methods: &[String]) -> String {
    if methods.is_empty() { String::new() } else { format!(" (the server offers {})", methods.join(", ")) }
}

fn because(reason: Option<&str>) -> String {
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

impl ConnectError {
    /// What an error of the connection itself means once the server was known to speak SSH.
    pub(crate) fn from_russh(error: russh::Error) -> Self {
        use russh::Error;
        match error {
            Error::IO(error) => Self::from_io(&error),
            Error::KeepaliveTimeout | Error::InactivityTimeout => Self::TimedOut { phase: Phase::Keepalive },
            Error::Disconnect | Error::HUP | Error::SendError | Error::RecvError => Self::Closed { reason: None },
            Error::NoAuthMethod => Self::LoginRefused { methods: Vec::new() },
            Error::NoCommonAlgo { kind, theirs, .. } => Self::NoCommonAlgorithm {
                kind: algorithm_kind(kind).to_owned(),
                theirs: theirs.iter().take(20).map(|name| printable(name.as_bytes(), 80)).collect(),
            },
            error => Self::Protocol(printable(error.to_string().as_bytes(), 200)),
        }
    }

    fn from_io(error: &io::Error) -> Self {
        use io::ErrorKind;
        match error.kind() {
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe => Self::Closed { reason: None },
            // The kernel gave up on unacknowledged data.
            ErrorKind::TimedOut => Self::TimedOut { phase: Phase::Keepalive },
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
                Self::Unreachable { detail: error.to_string() }
            }
            _ => Self::Protocol(printable(error.to_string().as_bytes(), 200)),
        }
    }
}

fn algorithm_kind(kind: russh::AlgorithmKind) -> &'static str {
    use russh::AlgorithmKind;
    match kind {
        AlgorithmKind::Kex => "key exchange",
        AlgorithmKind::Key => "host key",
        AlgorithmKind::Cipher => "cipher",
        AlgorithmKind::Mac => "MAC",
        AlgorithmKind::Compression => "compression",
    }
}

/// Bytes from a stranger as text: one line without control characters, at most `limit` characters long.
pub(crate) fn printable(bytes: &[u8], limit: usize) -> String {
    let mut text = String::new();
    let trimmed = bytes.trim_ascii();
    for chunk in trimmed.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' | '\t' | '\r' => text.push(' '),
                c if c.is_control() || is_invisible(c) => text.extend(c.escape_default()),
                c => text.push(c),
            }
        }
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
        if text.chars().count() > limit {
            break;
        }
    }
    if text.chars().count() > limit {
        text = text.chars().take(limit).chain(['…']).collect();
    }
    text
}

/// Marks that change how the text around them is shown (bidirectional controls, zero-width characters).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_from_a_stranger_become_one_harmless_line() {
        let cases: [(&[u8], &str); 6] = [
            (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "HTTP/1.1 400 Bad Request  Server: x"),
            (b"\x15\x03\x01\x00\x02", "\\u{15}\\u{3}\\u{1}\\u{0}\\u{2}"),
            (b"\x1b[2Jhello\xff", "\\u{1b}[2Jhello\\xff"),
            ("a\u{202e}b".as_bytes(), "a\\u{202e}b"),
            (b"", ""),
            ("grüß".as_bytes(), "grüß"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(printable(bytes, 60), expected);
        }
        assert_eq!(printable(&[b'a'; 500], 5), "aaaaa…");
        assert!(printable(&[0xff; 5000], 50).chars().count() <= 51);
    }
}
