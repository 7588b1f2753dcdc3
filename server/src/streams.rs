//! Counts live connections (WebSockets and event streams), so that no account and no crowd can use up the program.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{Error, ErrorCode, Result, UserId};

/// The live connections that are open now.
#[derive(Debug, Clone)]
pub struct Streams(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    most_per_user: usize,
    most: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    by_user: HashMap<UserId, usize>,
}

/// The right to have one live connection; given back when it is dropped.
#[derive(Debug)]
pub struct Permit {
    streams: Streams,
    user: UserId,
}

impl Streams {
    /// Allows so many live connections per account, and so many in all.
    pub fn new(most_per_user: usize, most: usize) -> Self {
        Self(Arc::new(Shared { most_per_user, most, open: Mutex::default() }))
    }

    /// Asks for one more live connection.
    ///
    /// # Errors
    /// [`ErrorCode::TooManyRequests`] when the account or the program has as many as it may.
    pub fn open(&self, user: UserId) -> Result<Permit> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let own = open.by_user.get(&user).copied().unwrap_or_default();
        if own >= self.0.most_per_user || open.total >= self.0.most {
            let message = "Too many live connections are open: close another page or stream first.";
            return Err(Error { retry_after_secs: Some(10), ..Error::new(ErrorCode::TooManyRequests, message) });
        }
        open.total += 1;
        open.by_user.insert(user, own + 1);
        drop(open);
        Ok(Permit { streams: self.clone(), user })
    }

    /// How many are open in all.
    pub fn count(&self) -> usize {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner).total
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut open = self.streams.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.total = open.total.saturating_sub(1);
        match open.by_user.get_mut(&self.user) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                open.by_user.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn one_account_cannot_take_more_than_its_share() {
        let streams = Streams::new(2, 10);
        let first = streams.open(UserId(1)).unwrap();
        let _second = streams.open(UserId(1)).unwrap();
        assert_eq!(streams.open(UserId(1)).unwrap_err().code, ErrorCode::TooManyRequests);
        assert!(streams.open(UserId(2)).is_ok());
        drop(first);
        assert!(streams.open(UserId(1)).is_ok());
    }

    #[test]
    fn all_accounts_together_have_a_limit_too() {
        let streams = Streams::new(2, 2);
        let permits = [streams.open(UserId(1)).unwrap(), streams.open(UserId(2)).unwrap()];
        assert!(streams.open(UserId(3)).is_err());
        drop(permits);
        assert_eq!(streams.count(), 0);
    }
}
