//! What one live connection is subscribed to: nothing, the fleet, or one server.

use std::future;

use axum::body::Bytes;
use domain::{
    ErrorCode,
    live::{FromBrowser, FromServer, encode},
};
use monitor::{Actor, BellWatch, FleetWatch, Monitor, ServerWatch};

use super::close::Close;

/// What one live connection is subscribed to.
#[derive(Debug, Default)]
pub enum Watch {
    /// Nothing.
    #[default]
    Nothing,
    /// The fleet.
    Fleet(FleetWatch),
    /// One server, which is sampled every second meanwhile.
    Server(Box<ServerWatch>),
}

impl Watch {
    /// The next message to send. With no subscription there never is one. Can be dropped at any time without loss.
    pub async fn next(&mut self) -> Result<Bytes, Close> {
        loop {
            match self {
                Self::Nothing => return future::pending().await,
                Self::Fleet(fleet) => {
                    return fleet.next().await.map(|frame| frame.binary.clone()).ok_or(Close::Stopping);
                }
                Self::Server(server) => match server.next().await {
                    Some(message) => return encoded(&message),
                    None => *self = Self::Nothing,
                },
            }
        }
    }

    /// Does what the browser asks; the answer, if there is one, is to be sent at once.
    pub async fn ask(
        &mut self,
        request: FromBrowser,
        monitor: &Monitor,
        actor: &Actor,
    ) -> Result<Option<Bytes>, Close> {
        match request {
            FromBrowser::Ping => return encoded(&FromServer::Pong { now_ms: now_ms() }).map(Some),
            FromBrowser::Unwatch => *self = Self::Nothing,
            FromBrowser::WatchFleet => {
                *self = Self::Fleet(monitor.live().watch_fleet(actor).map_err(|_| Close::Failed)?);
            }
            FromBrowser::WatchServer(id) => {
                // The old subscription ends first: a server that is watched no more is sampled less at once.
                *self = Self::Nothing;
                match monitor.live().watch_server(actor, id).await {
                    Ok(server) => *self = Self::Server(Box::new(server)),
                    Err(error) if error.code == ErrorCode::NotFound => return encoded(&FromServer::Gone).map(Some),
                    Err(_) => return Err(Close::Failed),
                }
            }
        }
        Ok(None)
    }
}

/// What the bell says next; for who hears none, never anything. Can be dropped at any time without loss.
pub async fn next_bell(bell: &mut Option<BellWatch>) -> Result<Bytes, Close> {
    let Some(bell) = bell else { return future::pending().await };
    bell.next().await.map_or(Err(Close::Stopping), |said| encoded(&FromServer::Bell(said)))
}

/// The message as it goes over the wire.
pub fn encoded(message: &FromServer) -> Result<Bytes, Close> {
    encode(message).map(Bytes::from).map_err(|error| {
        tracing::error!(%error, "could not encode a live message");
        Close::Failed
    })
}

/// The server's clock, in Unix milliseconds.
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
