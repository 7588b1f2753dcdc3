//! One live connection from its first frame to its last.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::ws::{Message, WebSocket},
};
use domain::live::{FromServer, VERSION, decode};
use monitor::{Actor, Monitor, request::Caller};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{
    close::Close,
    end::end_of,
    watch::{Watch, encoded, next_bell, now_ms},
};
use crate::state::AppState;

/// For how long one message may take to leave us.
const SEND: Duration = Duration::from_secs(10);
/// How often the browser is pinged.
const PING: Duration = Duration::from_secs(20);
/// For how long the browser may be silent; it answers pings by itself.
const SILENCE: Duration = Duration::from_secs(60);
/// For how long the goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// Serves a connection until the browser leaves, the session ends or the program stops.
pub async fn serve(mut socket: WebSocket, state: &AppState, actor: &Actor, caller: &Caller) {
    let ended = tokio::select! {
        biased;
        close = end_of(state, actor, caller) => Err(close),
        ended = talk(&mut socket, &state.monitor, actor) => ended,
    };
    if let Err(close) = ended {
        tracing::debug!(?close, user = actor.username, "closing a live connection");
        // A browser that is gone already needs no goodbye.
        let _ = timeout(GOODBYE, say_goodbye(&mut socket, close)).await;
    }
}

/// Talks with the browser. `Ok` when it left, else why we close.
async fn talk(socket: &mut WebSocket, monitor: &Monitor, actor: &Actor) -> Result<(), Close> {
    send(socket, encoded(&FromServer::Welcome { version: VERSION, now_ms: now_ms() })?).await?;
    let mut watch = Watch::default();
    // Who may not see servers hears no bell.
    let mut bell = monitor.live().watch_bell(actor).ok();
    let mut heard = Instant::now();
    let mut ping = interval(PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            received = socket.recv() => {
                heard = Instant::now();
                let Some(frame) = received else { return Ok(()) };
                match frame.map_err(|_| Close::Rubbish)? {
                    Message::Binary(bytes) => {
                        let request = decode(&bytes).map_err(|_| Close::Rubbish)?;
                        if let Some(answer) = watch.ask(request, monitor, actor).await? {
                            send(socket, answer).await?;
                        }
                    }
                    Message::Text(_) => return Err(Close::Rubbish),
                    Message::Close(_) => return Ok(()),
                    Message::Ping(_) | Message::Pong(_) => {}
                }
            }
            message = watch.next() => send(socket, message?).await?,
            message = next_bell(&mut bell) => send(socket, message?).await?,
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE {
                    return Err(Close::Silent);
                }
                sent(timeout(SEND, socket.send(Message::Ping(Bytes::new()))).await)?;
            }
        }
    }
}

async fn send(socket: &mut WebSocket, message: Bytes) -> Result<(), Close> {
    sent(timeout(SEND, socket.send(Message::Binary(message))).await)
}

fn sent<E>(outcome: Result<Result<(), axum::Error>, E>) -> Result<(), Close> {
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Close::TooSlow),
    }
}

async fn say_goodbye(socket: &mut WebSocket, close: Close) -> Result<(), axum::Error> {
    if close == Close::LoggedOut
        && let Ok(message) = encoded(&FromServer::LoggedOut)
    {
        socket.send(Message::Binary(message)).await?;
    }
    socket.send(Message::Close(Some(close.frame()))).await?;
    // The browser's own close frame ends the connection in good order; what else it still sends does not matter.
    while let Some(Ok(_)) = socket.recv().await {}
    Ok(())
}
