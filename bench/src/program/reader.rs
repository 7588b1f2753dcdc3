//! A WebSocket reader of the fleet: what a browser tab receives, and how old it is when it arrives.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use domain::live::{FromBrowser, FromServer, VERSION, decode, encode};
use futures::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

/// How long the connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// What readers saw.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The age of each value when it arrived, in milliseconds.
    pub ages_ms: Vec<f64>,
    /// How many frames arrived.
    pub frames: u64,
    /// How many bytes arrived.
    pub bytes: u64,
    /// How many whole fleets arrived after the first one: the reader had fallen behind.
    pub snapshots: u64,
}

/// A reader that reads until it is dropped.
#[derive(Debug)]
pub struct Reader {
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<Result<()>>,
}

impl Reader {
    /// Connects and subscribes to the fleet; returns when the first whole fleet has arrived.
    ///
    /// # Errors
    /// When the program refuses, or speaks another version of the protocol.
    pub async fn start(address: SocketAddr, token: &str) -> Result<Self> {
        let open = async {
            let mut request = format!("ws://{address}/ws/live").into_client_request()?;
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse()?);
            let tcp = TcpStream::connect(address).await?;
            tcp.set_nodelay(true)?;
            let (mut socket, _) = client_async(request, tcp).await?;
            match next(&mut socket).await? {
                Some((FromServer::Welcome { version: VERSION, .. }, _)) => {}
                _ => bail!("the program speaks another version of the live protocol"),
            }
            socket.send(Message::Binary(encode(&FromBrowser::WatchFleet)?.into())).await?;
            while !matches!(next(&mut socket).await?.context("the program closed")?.0, FromServer::Fleet(_)) {}
            anyhow::Ok(socket)
        };
        let socket = timeout(CONNECT, open).await.context("the WebSocket does not open")??;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let task = tokio::spawn(read(socket, Arc::clone(&seen)));
        Ok(Self { seen, task })
    }

    /// What was seen since the last call.
    ///
    /// # Errors
    /// When the connection has ended.
    pub fn take(&self) -> Result<Seen> {
        if self.task.is_finished() {
            bail!("the program closed the live connection");
        }
        Ok(std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read(mut socket: WebSocketStream<TcpStream>, seen: Arc<Mutex<Seen>>) -> Result<()> {
    while let Some((message, length)) = next(&mut socket).await? {
        let now_ms = now_ms();
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.frames += 1;
        seen.bytes += length as u64;
        match message {
            FromServer::FleetDelta(delta) => {
                let age = |at_ms: i64| Duration::from_millis(u64::try_from(now_ms - at_ms).unwrap_or(0));
                seen.ages_ms.extend(delta.vitals.iter().map(|(_, vitals)| age(vitals.at_ms).as_secs_f64() * 1_000.0));
            }
            FromServer::Fleet(_) => seen.snapshots += 1,
            _ => {}
        }
    }
    Ok(())
}

async fn next(socket: &mut WebSocketStream<TcpStream>) -> Result<Option<(FromServer, usize)>> {
    while let Some(frame) = socket.next().await {
        match frame? {
            Message::Binary(bytes) => return Ok(Some((decode(&bytes)?, bytes.len()))),
            Message::Close(_) => return Ok(None),
            _ => {}
        }
    }
    Ok(None)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
