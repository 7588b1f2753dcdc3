//! The running program: it binds its address, starts the services, serves, and stops in good order.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum_server::{
    Handle,
    accept::{TcpConfigAcceptor, TcpKeepaliveConfig, TcpSocketConfig},
};
use leptos::config::errors::LeptosConfigError;
use monitor::{Monitor, Options, StartError as MonitorError};
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{assets::Assets, config::Network, leptos_options, router::router, state::AppState, streams::Streams};

/// For how long a client may take to send a request's head, and may keep an idle connection.
const HEAD: Duration = Duration::from_secs(75);
/// For how long requests may go on when the program stops.
const GRACE: Duration = Duration::from_millis(1_500);
/// For how long the services may take to stop.
const SERVICES: Duration = Duration::from_secs(3);

/// Why the program does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The services do not start.
    #[error(transparent)]
    Monitor(#[from] MonitorError),
    /// `Leptos.toml` is not what leptos expects.
    #[error("Leptos.toml cannot be used: {0}")]
    Leptos(#[from] LeptosConfigError),
}

/// The running program.
#[derive(Debug)]
pub struct Program {
    address: SocketAddr,
    monitor: Monitor,
    handle: Handle<SocketAddr>,
    serving: JoinHandle<io::Result<()>>,
    stopping: CancellationToken,
}

impl Program {
    /// Starts listening, then the services; requests that come in between wait.
    ///
    /// # Errors
    /// When the address is taken or the services do not start. The address comes first: a second program on the same address
    /// does not touch the first one's data.
    pub async fn start(network: &Network, options: Options) -> Result<Self, StartError> {
        let failed = |source| StartError::Listen { address: network.listen, source };
        let listener = TcpListener::bind(network.listen).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let server = axum_server::from_tcp(listener).map_err(failed)?;
        let assets = Assets::built_in();
        let leptos = leptos_options::read(&assets)?;

        let monitor = Monitor::start(options).await?;
        let stopping = CancellationToken::new();
        let state = AppState {
            monitor: monitor.clone(),
            leptos,
            assets: Arc::new(assets),
            trusted_proxies: Arc::new(network.trusted_proxies()),
            streams: Streams::new(network.max_streams_per_user, network.max_streams),
            stopping: stopping.clone(),
        };
        let routes = router(&state, Duration::from_secs(network.request_timeout_secs));
        let handle = Handle::new();
        let keepalive = TcpKeepaliveConfig::new().time(Duration::from_secs(60)).interval(Duration::from_secs(20));
        // Without `nodelay`, the short frames of live connections wait for the browser's delayed acknowledgements.
        let sockets = TcpSocketConfig::new().nodelay(true).keepalive(keepalive);
        let mut server =
            server.acceptor(TcpConfigAcceptor::new(sockets)).handle(handle.clone()).first_request_timeout(HEAD);
        server.http_builder().http1().header_read_timeout(HEAD);
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(server.serve(service));
        Ok(Self { address, monitor, handle, serving, stopping })
    }

    /// The address that is listened on, with the port that the system chose if none was given.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The services.
    pub fn monitor(&self) -> &Monitor {
        &self.monitor
    }

    /// Stops within five seconds: live connections are told and closed, requests get a moment, then the services stop.
    pub async fn stop(self) {
        self.stopping.cancel();
        self.handle.graceful_shutdown(Some(GRACE));
        match timeout(GRACE + Duration::from_millis(300), self.serving).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(%error, "stopped listening with an error"),
            Ok(Err(error)) => tracing::error!(%error, "the task that serves requests failed"),
            Err(_) => tracing::warn!("some requests did not end in time"),
        }
        match timeout(SERVICES, self.monitor.stop()).await {
            Ok(Ok(())) => tracing::info!("stopped"),
            Ok(Err(error)) => tracing::error!(%error, "stopped with an error"),
            Err(_) => tracing::error!("the services did not stop in time"),
        }
    }
}
