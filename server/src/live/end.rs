//! When a live connection has to end, whatever its two sides are doing.

use std::future;

use monitor::{Actor, request::Caller};

use super::Close;
use crate::state::AppState;

/// Resolves when the session has ended or the program stops.
pub async fn end_of(state: &AppState, actor: &Actor, caller: &Caller) -> Close {
    let accounts = state.monitor.accounts();
    // A session may have ended between the first check and the moment from which we hear of endings; so check again after it.
    let ended_meanwhile = async {
        if accounts.authenticate(caller).await.is_ok() {
            future::pending::<()>().await;
        }
    };
    tokio::select! {
        biased;
        () = state.stopping.cancelled() => Close::Stopping,
        () = accounts.session_ended(actor) => Close::LoggedOut,
        () = ended_meanwhile => Close::LoggedOut,
    }
}
