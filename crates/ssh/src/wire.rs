//! The TCP connection as russh sees it: it can be cut at any moment, keeps the first bytes for the error message, and
//! takes no more than a bounded amount from somebody who has not let us log in yet.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::tunnel::Road;

/// Bytes of the greeting that are kept.
const GREETING: usize = 256;

/// Bytes that a server may send before the login is done. Key exchange and login take some 3 kB, large banners more.
const BEFORE_LOGIN: usize = 512 * 1024;

/// What was seen on the wire until the login was done.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    greeting: Mutex<Vec<u8>>,
    received: AtomicUsize,
    done: AtomicBool,
}

impl Opening {
    /// The first bytes that were received.
    pub(crate) fn greeting(&self) -> Vec<u8> {
        self.greeting.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether an SSH 2 greeting was among the first bytes: a line of its own (RFC 4253, 4.2), maybe after others.
    pub(crate) fn is_ssh(&self) -> bool {
        self.greeting()
            .split(|byte| *byte == b'\n')
            .any(|line| line.starts_with(b"SSH-2.0-") || line.starts_with(b"SSH-1.99-"))
    }

    /// Lifts the limit: the server is known and has let us in.
    pub(crate) fn login_done(&self) {
        self.done.store(true, Ordering::Relaxed);
        *self.greeting.lock().unwrap_or_else(PoisonError::into_inner) = Vec::new();
    }

    fn note(&self, fresh: &[u8]) -> io::Result<()> {
        if self.done.load(Ordering::Relaxed) {
            return Ok(());
        }
        let before = self.received.fetch_add(fresh.len(), Ordering::Relaxed);
        if before < GREETING {
            let wanted = fresh.get(..GREETING - before).unwrap_or(fresh);
            self.greeting.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(wanted);
        }
        if before.saturating_add(fresh.len()) > BEFORE_LOGIN {
            return Err(io::Error::other(format!("more than {} kB before the login was done", BEFORE_LOGIN / 1024)));
        }
        Ok(())
    }
}

/// What carries a connection; it ends when its token is cancelled, whatever russh is waiting for.
pub(crate) struct Wire {
    road: Road,
    opening: Arc<Opening>,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Wire {
    pub(crate) fn new(road: Road, opening: Arc<Opening>, cut: CancellationToken) -> Self {
        Self { road, opening, cut: Box::pin(cut.cancelled_owned()) }
    }

    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.cut.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.check(cx)?;
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.road).poll_read(cx, buf))?;
        Poll::Ready(this.opening.note(buf.filled().get(before..).unwrap_or_default()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.check(cx)?;
        Pin::new(&mut this.road).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().road).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A peer that is gone already makes this fail, which would hide from russh's handler why the connection ended.
        let _ = ready!(Pin::new(&mut self.get_mut().road).poll_shutdown(cx));
        Poll::Ready(Ok(()))
    }
}
