//! Server functions about processes.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{ServerId, history::ProcessesThen};
use leptos::{prelude::*, server_fn::codec::Postcard};

use crate::error::AppError;

/// The processes of a server that took the most at a moment; `None` when there is no list of then.
///
/// # Errors
/// When nobody is logged in, there is no such server, or the moment is not in the past.
#[server(prefix = "/sfn", endpoint = "processes-then", input = Postcard, output = Postcard)]
pub async fn load_processes_then(id: ServerId, at_ms: i64) -> Result<Option<ProcessesThen>, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.history().processes_at(&actor, id, at_ms).await
    };
    ask.await.map_err(context::refuse)
}
