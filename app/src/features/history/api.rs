//! Server functions of the past.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{ServerId, history::Series};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What is asked: some series of some servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Which servers.
    pub servers: Vec<ServerId>,
    /// The series' keys.
    pub series: Vec<String>,
    /// From when, in Unix milliseconds; when not given, `span_ms` before the end.
    pub from_ms: Option<i64>,
    /// Until when; now when not given.
    pub to_ms: Option<i64>,
    /// How long, when there is no begin.
    pub span_ms: i64,
    /// The time between two points.
    pub step_ms: i64,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// From when, in Unix milliseconds.
    pub from_ms: i64,
    /// Until when.
    pub to_ms: i64,
    /// The series of each server, in the order of the question.
    pub servers: Vec<(ServerId, Vec<Series>)>,
}

/// Some series of some servers over a stretch of time.
///
/// # Errors
/// When there is no such server, or the question asks for too much.
#[server(prefix = "/sfn", endpoint = "history", input = Postcard, output = Postcard)]
pub async fn load_history(question: Question) -> Result<Answer, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let to_ms = question.to_ms.unwrap_or_else(context::now_ms);
        let from_ms = question.from_ms.unwrap_or(to_ms.saturating_sub(question.span_ms));
        let query = monitor::RangeQuery {
            series: question.series,
            from_ms: Some(from_ms),
            to_ms: Some(to_ms),
            points: None,
            step_ms: Some(question.step_ms),
            only_averages: false,
        };
        let servers = match question.servers.as_slice() {
            [one] => vec![(*one, monitor.history().range(&actor, *one, query).await?)],
            many => monitor.history().range_of_many(&actor, many, query).await?,
        };
        Ok(Answer { from_ms, to_ms, servers: servers.into_iter().map(|(id, range)| (id, range.series)).collect() })
    };
    ask.await.map_err(context::refuse)
}

/// Which series a server has between two moments, sorted; until now when there is no end.
///
/// # Errors
/// When there is no such server.
#[server(prefix = "/sfn", endpoint = "history-series", input = Postcard, output = Postcard)]
pub async fn load_series(
    server: ServerId,
    from_ms: Option<i64>,
    to_ms: Option<i64>,
    span_ms: i64,
) -> Result<Vec<String>, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let to_ms = to_ms.unwrap_or_else(context::now_ms);
        monitor.history().series(&actor, server, from_ms.unwrap_or(to_ms.saturating_sub(span_ms)), to_ms).await
    };
    ask.await.map_err(context::refuse)
}
