//! Server functions of the audit log.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::audit::{Page, Query};
use leptos::{prelude::*, server_fn::codec::Postcard};

use crate::error::AppError;

/// A page of the audit log.
///
/// # Errors
/// When the role does not allow it.
#[server(prefix = "/sfn", endpoint = "audit", input = Postcard, output = Postcard)]
pub async fn audit(query: Query) -> Result<Page, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.audit().query(&actor, query).await
    };
    ask.await.map_err(context::refuse)
}

/// All accounts by id and name, for the filter.
///
/// # Errors
/// When the role does not allow it.
#[server(prefix = "/sfn", endpoint = "account-names", input = Postcard, output = Postcard)]
pub async fn account_names() -> Result<Vec<(i64, String)>, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.accounts().list(&actor).await
    };
    let accounts = ask.await.map_err(context::refuse)?;
    Ok(accounts.into_iter().map(|user| (user.id.0, user.username)).collect())
}
