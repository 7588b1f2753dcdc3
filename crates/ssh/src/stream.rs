//! A running command: its input and output.

use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use russh::client::Msg;
use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Sig};
use tokio::time::timeout;

use crate::error::{ConnectError, Phase, printable};

/// The number of standard error among the extended data (RFC 4254, 5.2).
const STDERR: u32 = 1;

/// Something that a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It wrote to its standard output.
    Stdout(Bytes),
    /// It wrote to its standard error.
    Stderr(Bytes),
    /// It ended by itself. Output may follow.
    Exit {
        /// Its exit status.
        status: u32,
    },
    /// It was ended by a signal. Output may follow.
    Killed {
        /// The signal's name without `SIG`, such as `TERM`.
        signal: String,
    },
}

/// A running command. When this is dropped, its input ends, and it gets the signal `TERM`, which OpenSSH passes on except
/// as root: a command that runs on as long as it likes should read its input.
///
/// Output that is not read makes the command wait: no more than some pieces of it are held here. A reader that stops
/// holds up everything else on the same connection.
pub struct Stream {
    output: ChannelReadHalf,
    input: ChannelWriteHalf<Msg>,
    write_limit: Duration,
}

impl Stream {
    pub(crate) fn new(output: ChannelReadHalf, input: ChannelWriteHalf<Msg>, write_limit: Duration) -> Self {
        Self { output, input, write_limit }
    }

    /// Hands `bytes` to the command's standard input, waiting where it is slow to read.
    ///
    /// # Errors
    /// [`ConnectError::TimedOut`] when it does not read, [`ConnectError::Closed`] when the connection is gone.
    pub async fn write(&self, bytes: &[u8]) -> Result<(), ConnectError> {
        timeout(self.write_limit, self.input.data_bytes(Bytes::copy_from_slice(bytes)))
            .await
            .map_err(|_| ConnectError::TimedOut { phase: Phase::Write })?
            .map_err(ConnectError::from_russh)
    }

    /// Closes the command's standard input.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn end_input(&self) -> Result<(), ConnectError> {
        timeout(self.write_limit, self.input.eof())
            .await
            .map_err(|_| ConnectError::TimedOut { phase: Phase::Write })?
            .map_err(ConnectError::from_russh)
    }

    /// The next thing that the command does; `None` when it is over, or the connection is
    /// ([`crate::Connection::ended`] tells). Waits without limit. Nothing is lost when the wait is abandoned.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            match self.output.wait().await? {
                ChannelMsg::Data { data } => return Some(Event::Stdout(data)),
                ChannelMsg::ExtendedData { data, ext: STDERR } => return Some(Event::Stderr(data)),
                ChannelMsg::ExitStatus { exit_status } => {
                    return Some(Event::Exit { status: exit_status });
                }
                ChannelMsg::ExitSignal { signal_name, .. } => {
                    return Some(Event::Killed { signal: signal_text(&signal_name) });
                }
                ChannelMsg::Close => return None,
                _ => {}
            }
        }
    }

    /// Ends the command: a polite signal, then the end of its input and output.
    pub async fn close(self) {
        // Dropping does the rest, also where this takes too long.
        let _ = timeout(self.write_limit, self.end()).await;
    }

    async fn end(&self) {
        // A command that neither reads nor writes would not notice that the channel is gone.
        let _ = self.input.signal(Sig::TERM).await;
        let _ = self.input.close().await;
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // Two short messages to the connection's task. Where its queue is full the connection is stuck, and ending that
        // one ends the command, too. After `close` they mean nothing.
        let _ = self.end().now_or_never();
    }
}

fn signal_text(signal: &Sig) -> String {
    match signal {
        Sig::Custom(name) => printable(name.as_bytes(), 40),
        known => format!("{known:?}"),
    }
}
