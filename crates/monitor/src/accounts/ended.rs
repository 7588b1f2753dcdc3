//! Tells open sockets that their session has ended.

use std::time::Duration;

use domain::{SessionId, UserId};
use tokio::{sync::broadcast, time};

use crate::{actor::Actor, clock};

#[derive(Debug, Clone)]
enum Ending {
    Session(SessionId),
    User(UserId),
}

/// Announces ended sessions to whoever waits for one.
#[derive(Debug)]
pub(super) struct Endings {
    sender: broadcast::Sender<Ending>,
}

impl Default for Endings {
    fn default() -> Self {
        Self { sender: broadcast::channel(64).0 }
    }
}

impl Endings {
    /// One session was logged out.
    pub fn session(&self, session: &SessionId) {
        // No one waiting is no failure.
        let _ = self.sender.send(Ending::Session(session.clone()));
    }

    /// All sessions of an account ended.
    pub fn user(&self, user: UserId) {
        let _ = self.sender.send(Ending::User(user));
    }

    /// Waits until the actor's session ends, by somebody's doing or by time.
    pub async fn wait_for(&self, actor: &Actor) {
        let mut endings = self.sender.subscribe();
        let left_ms = u64::try_from(actor.expires_at_ms - clock::now_ms()).unwrap_or(0);
        let by_doing = async {
            loop {
                match endings.recv().await {
                    Ok(Ending::Session(session)) if session == actor.session => return,
                    Ok(Ending::User(user)) if user == actor.user_id => return,
                    Ok(_) => {}
                    // Whoever missed an ending cannot know that it was not theirs: a new socket is cheap.
                    Err(_) => return,
                }
            }
        };
        let _ = time::timeout(Duration::from_millis(left_ms), by_doing).await;
    }
}
