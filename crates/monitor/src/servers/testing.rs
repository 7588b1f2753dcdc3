//! Tries a connection: the host key first, and only when that is the expected one the login and the probe.

use std::time::Instant;

use ::alerts::Wants;
use domain::{
    Error, Result, ServerId,
    metrics::Identity,
    servers::{HostKey, TestRequest, TestResult, Via},
    status::Reason,
};
use ssh::{Auth, ConnectError, HostKeyCheck, Target};
use store::Store;
use vault::Vault;

use super::{
    jump_hosts,
    secrets::{self, Given},
};
use crate::fleet::{
    Fleet, collect::Conversation, jump, of_connect_error, reason::Failure, supervisor::ssh_limits, transport::Transport,
};

/// Everything that a test needs.
pub(super) struct Test<'a> {
    pub store: &'a Store,
    pub vault: &'a Vault,
    pub fleet: &'a Fleet,
}

impl Test<'_> {
    /// Runs one test.
    pub async fn run(&self, mut request: TestRequest) -> Result<TestResult> {
        request.jump_host_id = jump_hosts::chosen(request.jump_host_id);
        jump_hosts::check(self.fleet.board(), request.server_id, request.jump_host_id)?;
        let started = Instant::now();
        let mut result = match request.server_id.map(|id| self.is_local(id)).transpose()? {
            Some(true) => return Err(Error::invalid("server_id", "is the machine that the monitor runs on")),
            _ => self.try_out(request).await?,
        };
        result.took_ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
        Ok(result)
    }

    fn is_local(&self, id: ServerId) -> Result<bool> {
        let entry = self.fleet.board().get(id).ok_or_else(|| Error::not_found("server"))?;
        Ok(entry.server().via == Via::Local)
    }

    async fn try_out(&self, request: TestRequest) -> Result<TestResult> {
        let auth = match self.auth(&request).await? {
            Ok(auth) => auth,
            Err(failure) => return Ok(failed(failure.reason, None)),
        };
        let trusted = match &request.host_key_fingerprint {
            Some(fingerprint) => vec![fingerprint.clone()],
            None => self.store.known_hosts().trusted(&request.host, request.port, request.jump_host_id).await?,
        };
        let through = match request.jump_host_id {
            Some(id) => match jump::through(self.fleet.board(), id, self.fleet.shared().limits.connect).await {
                Ok(tunnel) => Some(tunnel),
                Err(failure) => return Ok(failed(failure.reason, None)),
            },
            None => None,
        };
        if trusted.is_empty() {
            return Ok(self.learn_host_key(&request, through.as_ref()).await);
        }
        let target = Target { host: request.host, port: request.port, user: request.username, auth, through };
        Ok(self.log_in(target, &trusted).await)
    }

    /// What to log in with: what was given, or what is stored for the very server that is asked about.
    async fn auth(&self, request: &TestRequest) -> Result<std::result::Result<Auth, Failure>> {
        let given = Given {
            password: request.password.clone(),
            private_key: request.private_key.clone(),
            passphrase: request.passphrase.clone(),
        };
        given.check().await?;
        if let Some(auth) = given.auth() {
            return Ok(Ok(auth));
        }
        let missing = || Error::invalid("password", "is missing: give a password or a private_key");
        let id = request.server_id.ok_or_else(missing)?;
        let server = self.fleet.board().get(id).ok_or_else(|| Error::not_found("server"))?.server();
        let is_same = server.host == request.host && server.port == request.port;
        if !is_same || server.jump_host_id != request.jump_host_id {
            return Err(Error::invalid(
                "password",
                "is missing: the stored one was entered for another host and port, so give the password or key again",
            ));
        }
        let stored = self.store.servers().secret(id).await?;
        Ok(secrets::open(self.vault, &server, stored))
    }

    async fn learn_host_key(&self, request: &TestRequest, through: Option<&ssh::Tunnel>) -> TestResult {
        let limit = self.fleet.shared().limits.connect + self.fleet.shared().limits.handshake;
        match ssh::inspect_host_key(&request.host, request.port, through, limit).await {
            Ok(key) => {
                let error = ConnectError::HostKeyUnknown { presented: key.clone() };
                failed(of_connect_error(&error), Some(shown(&key)))
            }
            Err(error) => failed(of_connect_error(&error), None),
        }
    }

    async fn log_in(&self, target: Target, trusted: &[String]) -> TestResult {
        let limits = &self.fleet.shared().limits;
        let connection = match ssh::connect(&target, HostKeyCheck::Pinned(trusted), &ssh_limits(limits)).await {
            Ok(connection) => connection,
            Err(error) => {
                let presented = match &error {
                    ConnectError::HostKeyUnknown { presented } | ConnectError::HostKeyChanged { presented, .. } => {
                        Some(shown(presented))
                    }
                    _ => None,
                };
                return failed(of_connect_error(&error), presented);
            }
        };
        let key = shown(connection.host_key());
        let identity = match Transport::over_ssh(connection).await {
            Ok(transport) => self.identify(transport).await,
            Err(error) => Err(Failure::from(&error)),
        };
        match identity {
            Ok(identity) => TestResult {
                success: true,
                message: "Connected and logged in; the probe runs.".to_owned(),
                host_key: Some(key),
                host_key_trusted: true,
                reason: None,
                system: identity.map(|identity| described(&identity)),
                took_ms: 0,
            },
            Err(failure) => TestResult { host_key_trusted: true, ..failed(failure.reason, Some(key)) },
        }
    }

    async fn identify(&self, transport: Transport) -> std::result::Result<Option<Identity>, Failure> {
        let limits = &self.fleet.shared().limits;
        let mut conversation = match Conversation::begin(transport, limits).await {
            Ok(conversation) => conversation,
            Err((transport, failure)) => {
                transport.close().await;
                return Err(failure);
            }
        };
        let collected = conversation.sample(false, Wants::default(), limits).await;
        conversation.close().await;
        Ok(collected?.identity)
    }
}

fn shown(key: &ssh::HostKey) -> HostKey {
    HostKey { algorithm: key.algorithm.clone(), fingerprint: key.fingerprint.clone() }
}

fn described(identity: &Identity) -> String {
    let parts = [&identity.hostname, &identity.distribution, &identity.kernel];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

fn failed(reason: Reason, host_key: Option<HostKey>) -> TestResult {
    TestResult {
        success: false,
        message: reason.message.clone(),
        host_key,
        // Only a key that is neither unknown nor changed gets as far as a login.
        host_key_trusted: false,
        reason: Some(reason),
        system: None,
        took_ms: 0,
    }
}
