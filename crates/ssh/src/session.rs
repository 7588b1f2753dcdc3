//! From a TCP connection to an SSH session with a server whose host key was checked; not logged in yet.

use std::sync::{Arc, OnceLock};

use russh::client::{ChannelOpenHandle, DisconnectReason, Handle, Handler, Msg, Session as Protocol};
use russh::keys::PublicKeyOrCertificate;
use russh::{Channel, Disconnect};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::algorithms::{self, HostKeyFamily};
use crate::error::{ConnectError, Phase, printable};
use crate::tunnel::Road;
use crate::wire::{Opening, Wire};
use crate::{HostKey, Limits};

/// What is done with the host key.
#[derive(Debug, Clone)]
pub(crate) enum Policy {
    /// Look at it and hang up.
    Inspect,
    /// Go on if its fingerprint is one of these.
    Trust(Vec<String>),
}

/// What the protocol's task tells the connection's owner.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// The host key, once the server has proven that it has it.
    pub(crate) host_key: OnceLock<HostKey>,
    /// Why the connection ended, once it has.
    pub(crate) ended: OnceLock<ConnectError>,
}

/// A session. The task that runs the protocol ends when this is dropped.
pub(crate) struct Session {
    pub(crate) handle: Handle<Peer>,
    pub(crate) host_key: HostKey,
    pub(crate) facts: Arc<Facts>,
    pub(crate) opening: Arc<Opening>,
    _cut: DropGuard,
}

impl Session {
    /// What `error` means, given what is known about how the connection ended.
    pub(crate) fn explain(&self, error: russh::Error) -> ConnectError {
        self.facts.ended.get().cloned().unwrap_or_else(|| ConnectError::from_russh(error))
    }
}

/// Greets the server, exchanges keys and checks the host key.
pub(crate) async fn establish(
    road: Road,
    policy: Policy,
    families: &[HostKeyFamily],
    limits: &Limits,
) -> Result<Session, ConnectError> {
    let facts = Arc::new(Facts::default());
    let opening = Arc::new(Opening::default());
    let cut = CancellationToken::new();
    let wire = Wire::new(road, Arc::clone(&opening), cut.clone());
    // From here on, leaving this function in whatever way ends the task that russh starts.
    let cut = cut.drop_guard();
    let peer = Peer { policy: policy.clone(), facts: Arc::clone(&facts) };
    let handshake = russh::client::connect_stream(algorithms::config(limits, families), wire, peer);
    let outcome = timeout(limits.handshake, handshake).await;
    let error = match outcome {
        Ok(Ok(handle)) => match facts.host_key.get().cloned() {
            Some(host_key) => {
                return Ok(Session { handle, host_key, facts, opening, _cut: cut });
            }
            // Can't be: russh asks about the key before it goes on.
            None => ConnectError::Protocol("the server showed no host key".to_owned()),
        },
        Ok(Err(PeerError::HostKeyRefused)) => return Err(host_key_refused(policy, &facts)),
        Ok(Err(PeerError::Ssh(error))) => facts.ended.get().cloned().unwrap_or_else(|| ConnectError::from_russh(error)),
        Err(_) => ConnectError::TimedOut { phase: Phase::Handshake },
    };
    Err(before_handshake(error, &opening))
}

fn host_key_refused(policy: Policy, facts: &Facts) -> ConnectError {
    match (facts.host_key.get().cloned(), policy) {
        (Some(presented), Policy::Trust(expected)) if !expected.is_empty() => {
            ConnectError::HostKeyChanged { expected, presented }
        }
        (Some(presented), _) => ConnectError::HostKeyUnknown { presented },
        (None, _) => ConnectError::Protocol("the server showed a certificate in place of a host key".to_owned()),
    }
}

/// A handshake that failed with something that never said `SSH-2.0-` failed for that reason.
fn before_handshake(error: ConnectError, opening: &Opening) -> ConnectError {
    let greeting = opening.greeting();
    if greeting.is_empty() || opening.is_ssh() {
        return error;
    }
    let greeting = printable(&greeting, 120);
    // What OpenSSH says in place of its greeting when it has too many clients, or has had enough of this one.
    if greeting.starts_with("Exceeded MaxStartups") || greeting.starts_with("Not allowed at this time") {
        return ConnectError::Closed { reason: Some(greeting) };
    }
    ConnectError::NotSsh { greeting }
}

/// The server, as russh calls it back.
pub(crate) struct Peer {
    policy: Policy,
    facts: Arc<Facts>,
}

/// Why russh's task ended.
#[derive(Debug)]
pub(crate) enum PeerError {
    /// The host key is not trusted (or was only to be looked at).
    HostKeyRefused,
    /// Anything else.
    Ssh(russh::Error),
}

impl From<russh::Error> for PeerError {
    fn from(error: russh::Error) -> Self {
        Self::Ssh(error)
    }
}

impl Handler for Peer {
    type Error = PeerError;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, PeerError> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = key else {
            return Err(PeerError::HostKeyRefused);
        };
        let presented = HostKey::of(key);
        let trusted = match &self.policy {
            Policy::Inspect => false,
            Policy::Trust(fingerprints) => fingerprints.contains(&presented.fingerprint),
        };
        let _ = self.facts.host_key.set(presented);
        if trusted { Ok(true) } else { Err(PeerError::HostKeyRefused) }
    }

    async fn disconnected(&mut self, reason: DisconnectReason<PeerError>) -> Result<(), PeerError> {
        let ended = match reason {
            DisconnectReason::ReceivedDisconnect(info) => {
                let said = printable(info.message.as_bytes(), 200);
                match info.reason_code {
                    Disconnect::NoMoreAuthMethodsAvailable | Disconnect::IllegalUserName => {
                        ConnectError::LoginRefused { methods: Vec::new() }
                    }
                    // OpenSSH has no code of its own for it.
                    _ if said.contains("authentication failures") => ConnectError::LoginRefused { methods: Vec::new() },
                    _ => ConnectError::Closed { reason: Some(said).filter(|said| !said.is_empty()) },
                }
            }
            DisconnectReason::Error(PeerError::Ssh(error)) => ConnectError::from_russh(error),
            DisconnectReason::Error(PeerError::HostKeyRefused) => ConnectError::Closed { reason: None },
        };
        let _ = self.facts.ended.set(ended);
        Ok(())
    }

    // We never ask for anything to be forwarded: a server that opens channels of its own is refused. Without these,
    // russh accepts them. Dropping the handle refuses.

    async fn server_channel_open_forwarded_tcpip(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        _: ChannelOpenHandle,
        _: &mut Protocol,
    ) -> Result<(), PeerError> {
        Ok(())
    }

    async fn server_channel_open_forwarded_streamlocal(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: ChannelOpenHandle,
        _: &mut Protocol,
    ) -> Result<(), PeerError> {
        Ok(())
    }

    async fn server_channel_open_agent_forward(
        &mut self,
        _: Channel<Msg>,
        _: ChannelOpenHandle,
        _: &mut Protocol,
    ) -> Result<(), PeerError> {
        Ok(())
    }

    async fn server_channel_open_session(
        &mut self,
        _: Channel<Msg>,
        _: ChannelOpenHandle,
        _: &mut Protocol,
    ) -> Result<(), PeerError> {
        Ok(())
    }

    async fn server_channel_open_direct_tcpip(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        _: ChannelOpenHandle,
        _: &mut Protocol,
    ) -> Result<(), PeerError> {
        Ok(())
    }

    async fn server_channel_open_direct_streamlocal(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: ChannelOpenHandle,
        _: &mut Protocol,
    ) -> Result<(), PeerError> {
        Ok(())
    }

    async fn server_channel_open_x11(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: ChannelOpenHandle,
        _: &mut Protocol,
    ) -> Result<(), PeerError> {
        Ok(())
    }
}
