//! Why nobody is told of an incident by itself: what it depends on is lost, or what is lost with it is not all known yet.

use std::collections::HashMap;

use ::alerts::{Dependence, GRACE_MS};
use domain::ServerId;
use store::Store;

use crate::fleet::board::Board;

/// What depends on what at a moment, in Unix milliseconds, by what is written down and by how servers are now.
pub(crate) async fn load(store: &Store, board: &Board, now_ms: i64) -> store::Result<Dependence> {
    let rules = store.alerts().rules().await?;
    let causes: Vec<_> =
        rules.iter().filter(|rule| Dependence::is_cause(&rule.condition)).map(|rule| rule.id).collect();
    let incidents = store.alerts().of_rules(&causes, now_ms - GRACE_MS).await?;
    let nodes: HashMap<ServerId, _> = board.all().iter().map(|entry| (entry.id(), entry.standing(now_ms))).collect();
    Ok(Dependence::new(&rules, &incidents, nodes).while_cut_off(board.cut_off().is_some(), &rules))
}
