//! The way to a server that lies behind another one: a TCP connection that the other one makes for us, within our connection to it.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Weak;
use std::task::{Context, Poll};
use std::time::Duration;

use russh::client::Msg;
use russh::{ChannelOpenFailure, ChannelStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::{ConnectError, Phase};
use crate::reach::reach;
use crate::session::Session;

/// A way through a server to others. It does not keep the connection to that server open, and ends with it.
#[derive(Clone)]
pub struct Tunnel {
    session: Weak<Session>,
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel").field("is_open", &self.is_open()).finish()
    }
}

impl Tunnel {
    pub(crate) fn new(session: Weak<Session>) -> Self {
        Self { session }
    }

    /// Whether the connection that it leads through stands.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.session.upgrade().is_some_and(|session| !session.handle.is_closed())
    }

    /// Has the server connect to another host by TCP (RFC 4254, 7.2).
    async fn open(&self, host: &str, port: u16) -> Result<ChannelStream<Msg>, ConnectError> {
        let session = self.session.upgrade().ok_or(ConnectError::Closed { reason: None })?;
        let opened = session.handle.channel_open_direct_tcpip(host, u32::from(port), "127.0.0.1", 0).await;
        match opened {
            Ok(channel) => Ok(channel.into_stream()),
            Err(russh::Error::ChannelOpenFailure(ChannelOpenFailure::AdministrativelyProhibited)) => {
                Err(ConnectError::ForwardingRefused)
            }
            Err(russh::Error::ChannelOpenFailure(_)) => {
                let detail = format!("the jump host gets no connection to {host}, port {port}");
                Err(ConnectError::Unreachable { detail })
            }
            Err(error) => Err(session.explain(error)),
        }
    }
}

/// A TCP connection to a host: one of our own, or one that another server makes for us.
pub enum Road {
    /// Our own.
    Tcp(TcpStream),
    /// Through another server.
    Tunnel(Box<ChannelStream<Msg>>),
}

impl Road {
    /// Reaches a host, directly or through another one, within a time.
    ///
    /// # Errors
    /// When there is no connection.
    pub async fn to(host: &str, port: u16, through: Option<&Tunnel>, limit: Duration) -> Result<Self, ConnectError> {
        match through {
            None => reach(host, port, limit).await.map(Self::Tcp),
            Some(tunnel) => {
                let opened = timeout(limit, tunnel.open(host, port)).await;
                let stream = opened.map_err(|_| ConnectError::TimedOut { phase: Phase::Connect })??;
                Ok(Self::Tunnel(Box::new(stream)))
            }
        }
    }
}

impl AsyncRead for Road {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Tunnel(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Road {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Self::Tunnel(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tunnel(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tunnel(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
