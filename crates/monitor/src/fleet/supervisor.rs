//! One server's life: connect, verify, sample, publish; after a failure wait and start over.

use std::{sync::Arc, time::Duration};

use domain::{
    servers::{Server, Via},
    status::{Connection, Reason, ReasonCode, Status},
};
use ssh::{Auth, HostKeyCheck, Keepalive, Target};
use tokio::{
    sync::watch,
    time::{self, Instant},
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use super::{
    Shared,
    backoff::Backoff,
    board::Entry,
    collect::Conversation,
    jump::{self, Lent},
    limits::Limits,
    reason::{Class, Failure},
    transport::Transport,
};
use crate::{clock, servers::secrets};

/// Watches one server until it is cancelled.
pub(super) async fn run(shared: Arc<Shared>, entry: Arc<Entry>, cancel: CancellationToken) {
    let mut supervisor = Supervisor { shared, entry, backoff: Backoff::default(), has_reported: false };
    // Cancelling drops whatever is under way, which closes the connection.
    let _ = cancel.run_until_cancelled(supervisor.run()).await;
}

/// How a conversation ended.
enum End {
    Failed(Failure),
    /// The SSH service was stopped, or started anew.
    ServiceGone,
}

/// The wait between two reports.
struct Pause {
    sampled_at: Instant,
    hurried: bool,
}

struct Supervisor {
    shared: Arc<Shared>,
    entry: Arc<Entry>,
    backoff: Backoff,
    /// Whether there was a report since the last connection was made anew without anybody hearing of it.
    has_reported: bool,
}

impl Supervisor {
    async fn run(&mut self) {
        if self.entry.server().status == Status::Unknown {
            self.publish(Status::Unknown, Some(connecting()), None);
        }
        loop {
            let failure = self.watch().await;
            self.entry.door.shut();
            self.wait_after(failure).await;
        }
    }

    /// Connects and samples until something fails.
    async fn watch(&mut self) -> Failure {
        let server = self.entry.server();
        let conversation = match self.converse(&server).await {
            Ok(conversation) => conversation,
            Err(failure) => return failure,
        };
        let mut conversation = conversation;
        loop {
            let end = self.sample(&mut conversation).await;
            let has_reported = std::mem::take(&mut self.has_reported);
            let next = match end {
                // What is lost with the way through a jump host is looked for once more: its service may only have been started anew. Once, or what
                // fails after each login would be logged in to without end.
                End::Failed(failure) if server.jump_host_id.is_some() && failure.is_loss() && has_reported => {
                    jump::doubt(&self.shared.board, server.jump_host_id, &failure);
                    self.converse(&server).await
                }
                End::Failed(failure) => Err(failure),
                // A service that was only started anew lets us in again, and nobody has to hear of it.
                End::ServiceGone => self.converse(&server).await,
            };
            match next {
                Ok(next) => std::mem::replace(&mut conversation, next).close().await,
                Err(failure) => {
                    conversation.close().await;
                    return failure;
                }
            }
        }
    }

    async fn converse(&self, server: &Server) -> Result<Conversation, Failure> {
        let conversation = self.try_to_converse(server).await;
        self.shared.activity.connected(conversation.is_ok());
        if let Ok(conversation) = &conversation {
            self.entry.door.open(conversation.way());
        }
        conversation
    }

    async fn try_to_converse(&self, server: &Server) -> Result<Conversation, Failure> {
        let limits = &self.shared.limits;
        // Whoever waits for a jump host keeps nobody from connecting, least of all that one.
        let through = match server.jump_host_id {
            Some(id) => Some(jump::through(&self.shared.board, id, limits.connect).await?),
            None => None,
        };
        // Only the dear part is rationed: a host that hangs later costs nobody else a place.
        let place = self.shared.connecting.acquire().await;
        let transport = match server.via {
            Via::Local => Transport::local()?,
            Via::Ssh => self.connect(server, through).await?,
        };
        drop(place);
        match Conversation::begin(transport, limits).await {
            Ok(conversation) => Ok(conversation),
            Err((transport, failure)) => {
                transport.close().await;
                Err(failure)
            }
        }
    }

    async fn connect(&self, server: &Server, through: Option<ssh::Tunnel>) -> Result<Transport, Failure> {
        let auth = self.auth(server).await?;
        let (host, user) = (server.host.clone(), server.username.clone());
        let target = Target { host, port: server.port, user, auth, through };
        let check = HostKeyCheck::Pinned(&server.host_key_fingerprints);
        let connection = ssh::connect(&target, check, &ssh_limits(&self.shared.limits)).await;
        let connection = connection.map_err(|error| Failure::from(&error))?;
        Transport::over_ssh(connection).await.map_err(|error| Failure::from(&error))
    }

    async fn auth(&self, server: &Server) -> Result<Auth, Failure> {
        let stored = self.shared.store.servers().secret(server.id).await.map_err(|cause| {
            tracing::warn!(server.id = server.id.0, %cause, "could not read a stored secret");
            Failure::internal()
        })?;
        secrets::open(&self.shared.vault, server, stored)
    }

    async fn sample(&mut self, conversation: &mut Conversation) -> End {
        let entry = Arc::clone(&self.entry);
        let _lent = conversation.tunnel().map(|tunnel| Lent::new(&entry.tunnel, tunnel));
        let mut watchers = self.entry.watchers().subscribe();
        let mut interval_secs = self.entry.interval_secs();
        let is_remote = self.entry.server().via == Via::Ssh;
        loop {
            let watched = *watchers.borrow_and_update() > 0;
            let wants = self.shared.alerts.wants(self.entry.id());
            let collected = match conversation.sample(watched, wants, &self.shared.limits).await {
                Ok(collected) => collected,
                Err(failure) => return End::Failed(failure),
            };
            self.backoff.reset();
            self.has_reported = true;
            self.shared.activity.reported(collected.report_bytes);
            if let Some(identity) = collected.identity {
                self.shared.board.identified(&self.entry, identity);
            }
            if collected.service_gone && is_remote {
                return End::ServiceGone;
            }
            if let Some(sample) = collected.sample {
                crate::history::record(&self.shared.history, self.entry.id(), &sample);
                let server = self.entry.server();
                self.shared.alerts.sampled(&server, &sample);
                self.shared.alerts.listed(&server, sample.at_ms, &collected.report);
                self.shared.board.sampled(&self.entry, sample, collected.report);
                self.publish(Status::Online, None, None);
            }
            let pause = Pause { sampled_at: Instant::now(), hurried: conversation.needs_another() };
            let ended = conversation.ended();
            if let Some(failure) = self.pause(pause, &mut watchers, &mut interval_secs, ended).await {
                return End::Failed(failure);
            }
        }
    }

    /// Waits until the next report is due; sooner when somebody comes to look. The end of the connection ends the wait.
    async fn pause(
        &self,
        pause: Pause,
        watchers: &mut watch::Receiver<usize>,
        interval_secs: &mut watch::Receiver<u32>,
        ended: impl Future<Output = Failure>,
    ) -> Option<Failure> {
        let mut ended = std::pin::pin!(ended);
        loop {
            let watched = *watchers.borrow_and_update() > 0;
            let interval = if watched || pause.hurried {
                self.shared.limits.watched_interval
            } else {
                Duration::from_secs(u64::from(*interval_secs.borrow_and_update()))
            };
            tokio::select! {
                () = time::sleep_until(pause.sampled_at + interval) => return None,
                failure = &mut ended => return Some(failure),
                () = self.entry.doubted.notified() => return None,
                _ = watchers.changed() => {}
                _ = interval_secs.changed() => {}
            }
        }
    }

    async fn wait_after(&mut self, failure: Failure) {
        let server = self.entry.server();
        let wait = self.backoff.after(failure.class, &self.shared.limits, rand::random());
        let next_try_ms = wait.map(|wait| clock::now_ms() + i64::try_from(wait.as_millis()).unwrap_or(0));
        if server.status == Status::Offline {
            debug!(server.id = server.id.0, reason = failure.reason.message, "still offline");
        } else {
            info!(server.id = server.id.0, server.name, reason = failure.reason.message, "offline");
        }
        if failure.class == Class::NeedsPerson {
            tracing::warn!(server.id = server.id.0, server.name, reason = failure.reason.message, "needs a person");
        }
        jump::doubt(&self.shared.board, server.jump_host_id, &failure);
        // Asked for before the failure is told, so that whoever reads of it and asks for a retry at once is heard.
        let entry = Arc::clone(&self.entry);
        let retried = entry.retry.notified();
        self.publish(Status::Offline, Some(failure.reason.clone()), next_try_ms);
        match wait {
            Some(wait) => {
                tokio::select! {
                    () = retried => self.backoff.reset(),
                    () = jump::back(&self.shared.board, server.jump_host_id, &failure) => self.backoff.reset(),
                    () = time::sleep(wait) => {}
                }
            }
            None => retried.await,
        }
    }

    fn publish(&self, status: Status, reason: Option<Reason>, next_try_ms: Option<i64>) {
        self.shared.board.connected(&self.entry, Connection { status, reason, since_ms: None, next_try_ms });
    }
}

fn connecting() -> Reason {
    Reason { code: ReasonCode::Connecting, message: "The first connection is being made.".to_owned() }
}

/// The SSH part of our limits.
pub(crate) fn ssh_limits(limits: &Limits) -> ssh::Limits {
    ssh::Limits {
        connect: limits.connect,
        handshake: limits.handshake,
        auth: limits.login,
        keepalive: Some(Keepalive::default()),
        ..ssh::Limits::default()
    }
}
