//! A monitor of its own for each test, with an administrator logged in.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    future::Future,
    time::{Duration, Instant},
};

use domain::{
    Secret, ServerId,
    accounts::Setup,
    servers::{NewServer, Server},
    status::{ReasonCode, Status},
};
use monitor::{
    Actor, HistoryLimits, KeySource, Limits, Monitor, Options,
    request::{Caller, Origin},
};
use sshd_fixture::Sshd;
use tempfile::TempDir;

pub const PASSWORD: &str = "correct horse battery";

/// A running monitor.
pub struct World {
    pub monitor: Monitor,
    pub actor: Actor,
    pub data: TempDir,
}

/// Limits that make bad servers show themselves sooner; what good ones need stays.
pub fn hurried() -> Limits {
    Limits {
        connect: Duration::from_secs(2),
        handshake: Duration::from_secs(2),
        report: Duration::from_secs(3),
        longest_retry: Duration::from_secs(2),
        ..Limits::default()
    }
}

pub fn options(data: &TempDir) -> Options {
    Options {
        data_dir: data.path().join("data"),
        master_key: KeySource::File(data.path().join("master.key")),
        watch_self: false,
        metrics_token: None,
        outgoing: monitor::Outgoing::default(),
        limits: hurried(),
        history: Some(HistoryLimits::default()),
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let data = TempDir::new().unwrap();
        let mut options = options(&data);
        change(&mut options);
        let monitor = Monitor::start(options).await.unwrap();
        let origin = Origin::program();
        let setup = Setup {
            username: "ada".to_owned(),
            email: "ada@example.com".to_owned(),
            password: Secret::new(PASSWORD),
            code: None,
        };
        let token = monitor.accounts().initialize(&origin, setup).await.unwrap().token;
        let caller = Caller { origin, token: Some(Secret::new(token)), by_cookie: false };
        let actor = monitor.accounts().authenticate(&caller).await.unwrap();
        Self { monitor, actor, data }
    }

    /// Adds a server and waits for nothing.
    pub async fn add(&self, new: NewServer) -> ServerId {
        self.monitor.servers().create(&self.actor, new).await.unwrap().id
    }

    pub fn server(&self, id: ServerId) -> Server {
        self.monitor.servers().get(&self.actor, id).unwrap()
    }

    /// Waits until a server has this status, and says how long that took.
    pub async fn wait_for_status(&self, id: ServerId, status: Status, at_most: Duration) -> Duration {
        let started = Instant::now();
        let reached = wait_until(at_most, || async { self.server(id).status == status }).await;
        assert!(reached, "not {status:?} after {at_most:?}: {:?}", self.server(id).connection());
        started.elapsed()
    }

    /// Waits until a server is offline for this reason.
    pub async fn wait_for_reason(&self, id: ServerId, code: ReasonCode, at_most: Duration) -> Server {
        let is_so = || async {
            let server = self.server(id);
            server.status == Status::Offline && server.reason.is_some_and(|reason| reason.code == code)
        };
        assert!(wait_until(at_most, is_so).await, "no {code:?} after {at_most:?}: {:?}", self.server(id).connection());
        self.server(id)
    }
}

/// What is entered for a server of the fixture, with its host key trusted.
pub fn entry_for(sshd: &Sshd) -> NewServer {
    NewServer {
        name: "A server".to_owned(),
        host: sshd.host(),
        port: sshd.port(),
        username: sshd.user(),
        private_key: Some(Secret::new(sshd.client_key_pem().unwrap())),
        host_key_fingerprint: Some(sshd.host_key_fingerprint().unwrap()),
        interval_secs: 1,
        ..NewServer::default()
    }
}

pub async fn wait_until<F: Future<Output = bool>>(at_most: Duration, is_so: impl Fn() -> F) -> bool {
    let started = Instant::now();
    while started.elapsed() < at_most {
        if is_so().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}
