//! `/api/stream`: the fleet as Server-Sent Events in JSON, for scripts; browsers use `/ws/live`.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use domain::live::FromServer;
use futures::{Stream, StreamExt, stream};
use monitor::{Actor, FleetFrame, FleetWatch};

use super::{ApiError, ApiResult, Sender};
use crate::{live::end_of, state::AppState, streams::Permit};

/// How often a comment says that the stream lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The fleet: `event: fleet` with a snapshot first and after falling behind, then `event: delta` with what changed.
///
/// The stream ends when the session ends or the program stops.
#[utoipa::path(
    get, path = "/stream", tag = "servers",
    responses((status = 200, description = "`fleet` and `delta` events", body = String, content_type = "text/event-stream"), ApiError)
)]
pub async fn stream(
    State(state): State<AppState>,
    actor: Actor,
    Sender(caller): Sender,
) -> ApiResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let permit = state.streams.open(actor.user_id)?;
    let watch = state.monitor.live().watch_fleet(&actor)?;
    let end = async move { end_of(&state, &actor, &caller).await };
    let events = events(watch, permit).take_until(Box::pin(end));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// The events of a watch; the permit lives as long as they do.
fn events(watch: FleetWatch, permit: Permit) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((watch, permit), async |(mut watch, permit)| {
        loop {
            let frame = watch.next().await?;
            if let Some(event) = event(&frame) {
                return Some((Ok(event), (watch, permit)));
            }
        }
    })
}

fn event(frame: &Arc<FleetFrame>) -> Option<Event> {
    match &frame.message {
        FromServer::Fleet(fleet) => Event::default().event("fleet").json_data(fleet).ok(),
        FromServer::FleetDelta(delta) => Event::default().event("delta").json_data(delta).ok(),
        _ => None,
    }
}
