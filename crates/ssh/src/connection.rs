//! A connection to a server: made, used for commands, closed.

use std::sync::Arc;
use std::time::Duration;

use russh::{ChannelMsg, Disconnect};
use tokio::time::timeout;

use crate::algorithms::HostKeyFamily;
use crate::error::{ConnectError, Phase};
use crate::login::{self, Credential};
use crate::session::{Policy, Session, establish};
use crate::tunnel::Road;
use crate::{HostKey, HostKeyCheck, Limits, Stream, Target, Tunnel};

/// How long a polite goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// A connection to a server, logged in. Dropping it ends everything on it at once.
pub struct Connection {
    session: Arc<Session>,
    limits: Limits,
}

/// Learns the host key of a server that is reached directly or through another one: connects as far as the key exchange, which proves that the server has the key, and hangs up.
///
/// # Errors
/// A [`ConnectError`] of reaching the host or of the handshake.
pub async fn inspect_host_key(
    host: &str,
    port: u16,
    through: Option<&Tunnel>,
    limit: Duration,
) -> Result<HostKey, ConnectError> {
    let limits = Limits { connect: limit, handshake: limit, ..Limits::default() };
    let look = async {
        let road = Road::to(host, port, through, limits.connect).await?;
        establish(road, Policy::Inspect, &HostKeyFamily::ALL, &limits).await
    };
    match timeout(limit, look).await {
        Ok(Ok(session)) => Ok(session.host_key),
        Ok(Err(ConnectError::HostKeyUnknown { presented })) => Ok(presented),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(ConnectError::TimedOut { phase: Phase::Handshake }),
    }
}

/// Connects to a server whose host key passes `check`, and logs in.
///
/// A private key is read before the server is contacted. Nothing is tried twice, with one exception: where the server
/// presents a key of another type than a trusted one, it is asked for its keys of the other types, too.
///
/// # Errors
/// A [`ConnectError`] of any step; each step is held to its limit.
pub async fn connect(target: &Target, check: HostKeyCheck<'_>, limits: &Limits) -> Result<Connection, ConnectError> {
    let credential = Credential::prepare(&target.auth).await?;
    let HostKeyCheck::Pinned(trusted) = check;
    let mut session = handshake(target, trusted, limits).await?;
    timeout(limits.auth, login::login(&mut session, &target.user, credential))
        .await
        .map_err(|_| ConnectError::TimedOut { phase: Phase::Login })??;
    session.opening.login_done();
    Ok(Connection { session: Arc::new(session), limits: limits.clone() })
}

async fn handshake(target: &Target, trusted: &[String], limits: &Limits) -> Result<Session, ConnectError> {
    let mut families = HostKeyFamily::ALL.to_vec();
    let mut mismatch = None;
    loop {
        let road = Road::to(&target.host, target.port, target.through.as_ref(), limits.connect).await?;
        let error = match establish(road, Policy::Trust(trusted.to_vec()), &families, limits).await {
            Ok(session) => return Ok(session),
            Err(error) => error,
        };
        let ConnectError::HostKeyChanged { presented, .. } = &error else {
            return Err(mismatch.unwrap_or(error));
        };
        let family = HostKeyFamily::of(&presented.algorithm);
        families.retain(|other| *other != family);
        let first = mismatch.get_or_insert(error);
        if families.is_empty() {
            return Err(first.clone());
        }
    }
}

impl Connection {
    /// The server's host key.
    #[must_use]
    pub fn host_key(&self) -> &HostKey {
        &self.session.host_key
    }

    /// Why the connection ended, if it has.
    #[must_use]
    pub fn ended(&self) -> Option<ConnectError> {
        let closed = || self.session.handle.is_closed().then_some(ConnectError::Closed { reason: None });
        self.session.facts.ended.get().cloned().or_else(closed)
    }

    /// Whether the server answers a question of the protocol itself within a time limit, whatever its commands do.
    pub async fn is_alive(&self, limit: Duration) -> bool {
        matches!(timeout(limit, self.session.handle.send_ping()).await, Ok(Ok(()))) && self.ended().is_none()
    }

    /// The way through this server to others, for as long as this connection stands.
    #[must_use]
    pub fn tunnel(&self) -> Tunnel {
        Tunnel::new(Arc::downgrade(&self.session))
    }

    /// Starts a command, without a terminal. The account's login shell interprets it.
    ///
    /// # Errors
    /// [`ConnectError::CommandRefused`] where the server runs no commands; the reason for the end of a connection that ended.
    pub async fn start(&self, command: &str) -> Result<Stream, ConnectError> {
        timeout(self.limits.start, self.open(command))
            .await
            .map_err(|_| ConnectError::TimedOut { phase: Phase::Start })?
    }

    async fn open(&self, command: &str) -> Result<Stream, ConnectError> {
        let explain = |error| match error {
            russh::Error::ChannelOpenFailure(_) => ConnectError::CommandRefused,
            error => self.session.explain(error),
        };
        let channel = self.session.handle.channel_open_session().await.map_err(explain)?;
        let (mut output, input) = channel.split();
        input.exec(true, command).await.map_err(explain)?;
        loop {
            match output.wait().await {
                Some(ChannelMsg::Success) => {
                    return Ok(Stream::new(output, input, self.limits.write));
                }
                Some(ChannelMsg::WindowAdjusted { .. }) => {}
                Some(_) => return Err(ConnectError::CommandRefused),
                None => return Err(self.session.explain(russh::Error::Disconnect)),
            }
        }
    }

    /// Says goodbye and closes the connection, at once where the server does not listen.
    pub async fn close(self) {
        // Somebody who just opens a way through it holds it for a moment; then it is cut without a word.
        let Some(session) = Arc::into_inner(self.session) else { return };
        let mut handle = session.handle;
        let goodbye = async {
            if handle.disconnect(Disconnect::ByApplication, "", "").await.is_ok() {
                let _ = (&mut handle).await;
            }
        };
        // Whether it was heard or not, dropping the rest ends the connection.
        let _ = timeout(GOODBYE, goodbye).await;
    }
}
