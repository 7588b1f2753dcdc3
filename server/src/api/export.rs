//! `GET /api/export/history/csv` and `/json`: what was measured, as a file that is written while it is read.

mod asked;
mod csv;
mod json;

use std::{future::Future, io, pin::Pin};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderName, header},
};
use domain::Error;
use futures::{Stream, StreamExt, stream};
use monitor::{Actor, Export, ExportPart};

use self::{asked::Asked, csv::Csv, json::JsonText};
use super::{ApiError, ApiResult, Query, Sender, history::Aggregate};
use crate::{live::end_of, state::AppState, streams::Permit};

type File = ([(HeaderName, String); 3], Body);

/// A way to write an export down, part by part.
trait Format: Send + 'static {
    const EXTENSION: &'static str;
    const CONTENT_TYPE: &'static str;

    fn begin(export: &Export, aggregate: Aggregate) -> (Self, String)
    where
        Self: Sized;

    fn write(&mut self, part: ExportPart, text: &mut String);

    fn end(&mut self) -> &'static str;
}

/// What was measured as CSV (RFC 4180), safe to open in a spreadsheet: `time`, `server_id`, `server`, `series`, then `value` or `avg`, `min`
/// and `max`.
///
/// Rows are in order of servers, of their series, and of time. Times are RFC 3339 in UTC. A name that a spreadsheet would take for a formula
/// has an apostrophe before it.
#[utoipa::path(
    get, path = "/export/history/csv", tag = "servers", params(Asked),
    responses((status = 200, body = String, content_type = "text/csv"), ApiError)
)]
pub async fn export_history_csv(
    State(state): State<AppState>,
    actor: Actor,
    Sender(caller): Sender,
    Query(asked): Query<Asked>,
) -> ApiResult<File> {
    file::<Csv>(state, actor, caller, asked).await
}

/// What was measured as one JSON object: `from`, `to`, `step`, `aggregate` and `servers`, each with its `id`, `name` and `series`, each with
/// its `key` and `points`.
///
/// A point is an array: the begin of its time in Unix milliseconds, then what was asked for. `step` is null for as finely as it is kept.
#[utoipa::path(
    get, path = "/export/history/json", tag = "servers", params(Asked),
    responses((status = 200, body = String, content_type = "application/json"), ApiError)
)]
pub async fn export_history_json(
    State(state): State<AppState>,
    actor: Actor,
    Sender(caller): Sender,
    Query(asked): Query<Asked>,
) -> ApiResult<File> {
    file::<JsonText>(state, actor, caller, asked).await
}

async fn file<F: Format>(
    state: AppState,
    actor: Actor,
    caller: monitor::request::Caller,
    asked: Asked,
) -> ApiResult<File> {
    let aggregate = asked.aggregate;
    let export = state.monitor.history().export(&actor, asked.query()?).await?;
    let permit = state.streams.open(actor.user_id)?;
    let (format, head) = F::begin(&export, aggregate);
    let name = format!("history_{}.{}", jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ"), F::EXTENSION);
    let end = Box::pin(async move {
        end_of(&state, &actor, &caller).await;
    });
    let writer = Writer { export, format, head: Some(head), is_over: false, end, _permit: permit };
    let headers = [
        (header::CONTENT_TYPE, F::CONTENT_TYPE.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(writer.stream())))
}

/// Writes as fast as it is read; dropped when the reader goes.
struct Writer<F> {
    export: Export,
    format: F,
    head: Option<String>,
    is_over: bool,
    end: Pin<Box<dyn Future<Output = ()> + Send>>,
    _permit: Permit,
}

impl<F: Format> Writer<F> {
    fn stream(self) -> impl Stream<Item = io::Result<Bytes>> {
        let texts = stream::unfold(self, async |mut writer| {
            let text = writer.next().await.transpose()?;
            writer.is_over |= text.is_err();
            Some((text.map(Bytes::from), writer))
        });
        // Compression asks once more after the end.
        texts.fuse()
    }

    async fn next(&mut self) -> io::Result<Option<String>> {
        if let Some(head) = self.head.take() {
            return Ok(Some(head));
        }
        if self.is_over {
            return Ok(None);
        }
        // An answer that ends too early must not look whole: the connection is broken off instead.
        let parts = tokio::select! {
            biased;
            () = &mut self.end => return Err(io::Error::other("the session ended, or the program stops")),
            parts = self.export.next() => parts.map_err(|error: Error| io::Error::other(error))?,
        };
        let Some(parts) = parts else {
            self.is_over = true;
            return Ok(Some(self.format.end().to_owned()));
        };
        let mut text = String::new();
        for part in parts {
            self.format.write(part, &mut text);
        }
        Ok(Some(text))
    }
}
