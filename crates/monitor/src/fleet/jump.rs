//! Reaching servers through others: those lend their connection to whoever lies behind them.

use std::time::Duration;

use domain::{ServerId, status::ReasonCode};
use tokio::{sync::watch, time};

use super::{
    board::Board,
    reason::{Class, Failure},
};

/// The connection of a server, lent to others until this is dropped.
pub(super) struct Lent<'a>(&'a watch::Sender<Option<ssh::Tunnel>>);

impl<'a> Lent<'a> {
    /// Lends a connection. Whoever waits for it is woken.
    pub fn new(sender: &'a watch::Sender<Option<ssh::Tunnel>>, tunnel: ssh::Tunnel) -> Self {
        sender.send_replace(Some(tunnel));
        Self(sender)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.0.send_replace(None);
    }
}

/// The way through a server, for which it is waited a while.
///
/// # Errors
/// When that server is not watched any more, or has no connection.
pub(crate) async fn through(board: &Board, jump_host: ServerId, patience: Duration) -> Result<ssh::Tunnel, Failure> {
    let gone = || Failure::jump_host("The jump host is not watched any more. Choose another one.");
    let entry = board.get(jump_host).ok_or_else(gone)?;
    let mut tunnel = entry.tunnel.subscribe();
    let is_open = |tunnel: &Option<ssh::Tunnel>| tunnel.as_ref().is_some_and(ssh::Tunnel::is_open);
    let open = time::timeout(patience, tunnel.wait_for(is_open)).await;
    let open = open.ok().and_then(Result::ok).and_then(|tunnel| tunnel.clone());
    open.ok_or_else(|| Failure::jump_host(format!("The jump host {} does not answer.", entry.server().name)))
}

/// Has a jump host asked at once whether it still answers, once something behind it was lost: by itself it might be asked only minutes later, and
/// people would be told meanwhile of what is but its consequence.
pub(super) fn doubt(board: &Board, jump_host: Option<ServerId>, failure: &Failure) {
    let is_network = matches!(failure.class, Class::Network);
    if let Some(entry) = jump_host.filter(|_| is_network).and_then(|id| board.get(id)) {
        entry.doubt();
    }
}

/// Waits until the way through a server is there; for ever where it was not missing.
pub(super) async fn back(board: &Board, jump_host: Option<ServerId>, failure: &Failure) {
    let entry = jump_host.and_then(|id| board.get(id)).filter(|_| failure.reason.code == ReasonCode::JumpHost);
    let Some(entry) = entry else { return std::future::pending().await };
    let mut tunnel = entry.tunnel.subscribe();
    // What is there now did not help: only a new connection may.
    tunnel.mark_unchanged();
    while tunnel.changed().await.is_ok() {
        if tunnel.borrow_and_update().is_some() {
            return;
        }
    }
}
