//! Remembers who looked at which server lately, so that the audit log has it once and not with every poll.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{ServerId, UserId};

/// For how long looking again is the same look, in milliseconds.
const SAME_LOOK_MS: i64 = 15 * 60 * 1_000;
/// The most looks that are remembered.
const LOOKS_MAX: usize = 100_000;

/// Who looked at what, and when.
#[derive(Debug, Default)]
pub(super) struct Views {
    seen_ms: Mutex<HashMap<(UserId, ServerId), i64>>,
}

impl Views {
    /// Whether this look is a new one.
    pub fn is_new(&self, user: UserId, server: ServerId, now_ms: i64) -> bool {
        let mut seen = self.seen_ms.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.get(&(user, server)).is_some_and(|&at_ms| now_ms - at_ms < SAME_LOOK_MS) {
            return false;
        }
        if seen.len() >= LOOKS_MAX {
            seen.retain(|_, at_ms| now_ms - *at_ms < SAME_LOOK_MS);
        }
        seen.insert((user, server), now_ms);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_again_soon_is_the_same_look() {
        let views = Views::default();
        assert!(views.is_new(UserId(1), ServerId(1), 0));
        assert!(!views.is_new(UserId(1), ServerId(1), SAME_LOOK_MS - 1));
        assert!(views.is_new(UserId(2), ServerId(1), 1));
        assert!(views.is_new(UserId(1), ServerId(1), SAME_LOOK_MS));
    }
}
