//! Why the server closes a live connection: private close codes (RFC 6455, 7.4.2) and a reason in words.

use axum::extract::ws::{CloseFrame, Utf8Bytes};

/// Why the server closes a live connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// The program stops (1001, going away): connect again in a while.
    Stopping,
    /// Our own failure (1011): connect again in a while.
    Failed,
    /// What the browser sent is no request of this protocol.
    Rubbish,
    /// The session has ended: log in again.
    LoggedOut,
    /// The browser takes nothing: its connection is dead or far too slow.
    TooSlow,
    /// Nothing was heard of the browser for a while, not even an answer to a ping.
    Silent,
}

impl Close {
    /// The close code.
    pub fn code(self) -> u16 {
        match self {
            Self::Stopping => 1001,
            Self::Failed => 1011,
            Self::Rubbish => 4400,
            Self::LoggedOut => 4401,
            Self::TooSlow => 4408,
            Self::Silent => 4410,
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::Stopping => "the program stops",
            Self::Failed => "something failed on our side",
            Self::Rubbish => "not a request of this protocol",
            Self::LoggedOut => "the session has ended",
            Self::TooSlow => "the reader is too slow",
            Self::Silent => "nothing was heard for a while",
        }
    }

    /// The frame that says so.
    pub fn frame(self) -> CloseFrame {
        CloseFrame { code: self.code(), reason: Utf8Bytes::from_static(self.reason()) }
    }
}
