//! What handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use monitor::{Monitor, request::TrustedProxies};
use tokio_util::sync::CancellationToken;

use crate::{assets::Assets, streams::Streams};

/// What handlers share; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The services.
    pub monitor: Monitor,
    /// How pages refer to the browser part.
    pub leptos: LeptosOptions,
    /// The files that are served as they are.
    pub assets: Arc<Assets>,
    /// The proxies that are believed.
    pub trusted_proxies: Arc<TrustedProxies>,
    /// The live connections, counted.
    pub streams: Streams,
    /// Cancelled when the program stops: live connections end then.
    pub stopping: CancellationToken,
}

impl FromRef<AppState> for Monitor {
    fn from_ref(state: &AppState) -> Self {
        state.monitor.clone()
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
