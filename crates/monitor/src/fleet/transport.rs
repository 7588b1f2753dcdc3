//! The way to a server's shell: an SSH channel, or a process of our own for the machine we run on.

use std::{process::Stdio, sync::Arc, time::Duration};

use bytes::Bytes;
use domain::status::ReasonCode;
use ssh::{ConnectError, Event};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, ChildStdout, Command},
    time,
};
use tracing::warn;

use super::{
    errand::Way,
    reason::{Class, Failure},
};

/// How much is read from a local shell at once.
const CHUNK: usize = 16 * 1024;
/// For how long a local shell may refuse to take a request.
const LOCAL_WRITE: Duration = Duration::from_secs(5);

/// A running shell that reads the probe from its standard input.
pub(crate) enum Transport {
    /// On another machine.
    Ssh {
        /// Errands borrow it for a moment.
        connection: Arc<ssh::Connection>,
        stream: ssh::Stream,
        /// How the command ended, if it has.
        exit: Option<u32>,
    },
    /// On this machine.
    Local { child: Box<Child>, input: ChildStdin, output: ChildStdout },
}

impl Transport {
    /// Starts the shell on a connection.
    pub async fn over_ssh(connection: ssh::Connection) -> Result<Self, ConnectError> {
        let stream = connection.start(probe::COMMAND).await?;
        Ok(Self::Ssh { connection: Arc::new(connection), stream, exit: None })
    }

    /// Starts the shell on this machine.
    pub fn local() -> Result<Self, Failure> {
        let shell = Command::new("/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // What somebody types into the monitor's terminal must not reach the probe.
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let mut child = shell.map_err(|cause| {
            warn!(%cause, "could not start /bin/sh on this machine");
            Failure::new(ReasonCode::CommandRefused, Class::Network, format!("/bin/sh could not be started: {cause}."))
        })?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Self::Local { child: Box::new(child), input, output }),
            _ => Err(Failure::internal()),
        }
    }

    /// The way through the machine to others; none where it is our own.
    pub fn tunnel(&self) -> Option<ssh::Tunnel> {
        match self {
            Self::Ssh { connection, .. } => Some(connection.tunnel()),
            Self::Local { .. } => None,
        }
    }

    /// The way for errands beside it.
    pub(super) fn way(&self) -> Way {
        match self {
            Self::Ssh { connection, .. } => Way::Ssh(Arc::downgrade(connection)),
            Self::Local { .. } => Way::Local,
        }
    }

    /// Whether the other end is there at all, within a time limit.
    pub async fn is_alive(&self, limit: Duration) -> bool {
        match self {
            Self::Ssh { connection, .. } => connection.is_alive(limit).await,
            Self::Local { .. } => true,
        }
    }

    /// Hands bytes to the shell.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Ssh { stream, .. } => stream.write(bytes).await.map_err(|error| Failure::from(&error)),
            Self::Local { input, .. } => match time::timeout(LOCAL_WRITE, input.write_all(bytes)).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(local_ended()),
                Err(_) => Err(Failure::no_answer()),
            },
        }
    }

    /// The next piece of the shell's output; an error when it is over. Nothing is lost when the wait is abandoned.
    pub async fn read(&mut self) -> Result<Bytes, Failure> {
        match self {
            Self::Ssh { connection, stream, exit } => loop {
                match stream.next().await {
                    Some(Event::Stdout(bytes)) => return Ok(bytes),
                    Some(Event::Stderr(_) | Event::Killed { .. }) => {}
                    Some(Event::Exit { status }) => *exit = Some(status),
                    None => return Err(ended(connection, *exit)),
                }
            },
            Self::Local { output, .. } => {
                let mut chunk = bytes::BytesMut::with_capacity(CHUNK);
                match output.read_buf(&mut chunk).await {
                    Ok(0) | Err(_) => Err(local_ended()),
                    Ok(_) => Ok(chunk.freeze()),
                }
            }
        }
    }

    /// Ends the shell and says goodbye.
    pub async fn close(self) {
        match self {
            Self::Ssh { connection, stream, .. } => {
                stream.close().await;
                // Where an errand is just being begun, the connection ends with that, and without a goodbye.
                if let Some(connection) = Arc::into_inner(connection) {
                    connection.close().await;
                }
            }
            Self::Local { mut child, input, output } => {
                // The end of its input ends the probe; killing is for the shell that does not care.
                drop((input, output));
                if time::timeout(Duration::from_millis(500), child.wait()).await.is_err() {
                    let _ = child.kill().await;
                }
            }
        }
    }
}

fn ended(connection: &ssh::Connection, exit: Option<u32>) -> Failure {
    match (connection.ended(), exit) {
        (Some(error), _) => Failure::from(&error),
        (None, Some(status)) => Failure::new(
            ReasonCode::ConnectionLost,
            Class::Network,
            format!("The probe's shell ended with status {status}."),
        ),
        (None, None) => {
            Failure::new(ReasonCode::ConnectionLost, Class::Network, "The server closed the probe's channel.")
        }
    }
}

fn local_ended() -> Failure {
    Failure::new(ReasonCode::ConnectionLost, Class::Network, "The probe on this machine ended.")
}
