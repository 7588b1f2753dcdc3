//! Channels, levels of escalation, who was told what, and the outbox: messages are recorded before they are sent.

mod channels;
mod levels;
mod outbox;
mod telling;

use crate::Store;

pub use channels::{NewChannel, StoredChannel};
pub use outbox::{Delivery, DeliveryState, Waiting};
pub use telling::{Situation, Telling};

/// The queries on channels, levels and messages.
#[derive(Debug, Clone, Copy)]
pub struct Notify<'a>(pub(crate) &'a Store);
