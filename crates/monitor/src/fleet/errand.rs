//! One more command beside a conversation: on the connection that is there, so that it needs no login of its own, and apart from the
//! supervisor, so that it can neither hold up a sample nor end the conversation.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use bytes::Bytes;
use ssh::{ConnectError, Event};

use super::transport::Transport;

/// Where errands begin: open while a server answers.
#[derive(Default)]
pub(crate) struct Door(Mutex<Option<Way>>);

/// The way that a conversation came.
#[derive(Clone)]
pub(super) enum Way {
    /// Its connection, which ends with the conversation and not with an errand.
    Ssh(Weak<ssh::Connection>),
    /// This machine.
    Local,
}

/// Why there is no errand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missed {
    /// The server does not answer.
    NoAnswer,
    /// It runs no second command.
    Refused,
}

/// A running shell.
pub(crate) enum Errand {
    /// On another machine.
    Ssh(Box<ssh::Stream>),
    /// On this machine.
    Local(Box<Transport>),
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Door").field(&self.is_open()).finish()
    }
}

impl Door {
    /// The server answers, this way.
    pub(super) fn open(&self, way: Way) {
        self.set(Some(way));
    }

    /// It does not answer any more.
    pub(super) fn shut(&self) {
        self.set(None);
    }

    fn set(&self, way: Option<Way>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = way;
    }

    fn way(&self) -> Option<Way> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the server answers.
    pub fn is_open(&self) -> bool {
        match self.way() {
            Some(Way::Ssh(connection)) => connection.strong_count() > 0,
            Some(Way::Local) => true,
            None => false,
        }
    }

    /// Starts a shell.
    pub async fn enter(&self) -> Result<Errand, Missed> {
        match self.way().ok_or(Missed::NoAnswer)? {
            Way::Local => match Transport::local() {
                Ok(transport) => Ok(Errand::Local(Box::new(transport))),
                Err(_) => Err(Missed::Refused),
            },
            Way::Ssh(connection) => {
                // Held no longer than it takes to begin: the conversation is to end when its supervisor says so.
                let connection: Arc<ssh::Connection> = connection.upgrade().ok_or(Missed::NoAnswer)?;
                match connection.start(probe::COMMAND).await {
                    Ok(stream) => Ok(Errand::Ssh(Box::new(stream))),
                    Err(ConnectError::CommandRefused) => Err(Missed::Refused),
                    Err(_) => Err(Missed::NoAnswer),
                }
            }
        }
    }
}

impl Errand {
    /// Hands bytes to the shell. Answers whether it took them.
    pub async fn write(&mut self, bytes: &[u8]) -> bool {
        match self {
            Self::Ssh(stream) => stream.write(bytes).await.is_ok(),
            Self::Local(transport) => transport.write(bytes).await.is_ok(),
        }
    }

    /// The next piece of the shell's output; `None` when it is over.
    pub async fn read(&mut self) -> Option<Bytes> {
        match self {
            Self::Ssh(stream) => loop {
                match stream.next().await? {
                    Event::Stdout(bytes) => return Some(bytes),
                    Event::Stderr(_) | Event::Exit { .. } | Event::Killed { .. } => {}
                }
            },
            Self::Local(transport) => transport.read().await.ok(),
        }
    }

    /// Ends the shell.
    pub async fn close(self) {
        match self {
            Self::Ssh(stream) => stream.close().await,
            Self::Local(transport) => transport.close().await,
        }
    }
}
