//! How long to wait before a server is tried again.

use std::time::Duration;

use super::{limits::Limits, reason::Class};

/// Counts failures in a row and says how long to wait.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The connection worked: the next failure is the first one again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// How long to wait after a failure; `None` when only a person can help. `random` is 0.0–1.0.
    pub fn after(&mut self, class: Class, limits: &Limits, random: f64) -> Option<Duration> {
        let (first, longest) = match class {
            Class::Network => (limits.first_retry, limits.longest_retry),
            Class::Login => (limits.first_login_retry, limits.longest_login_retry),
            Class::NeedsPerson => return None,
        };
        let wait = first.saturating_mul(1 << self.failures.min(16)).min(longest);
        self.failures = self.failures.saturating_add(1);
        // Servers that fell together must not all come back in the same instant.
        Some(wait.mul_f64(random.clamp(0.0, 1.0).mul_add(0.4, 0.8)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(class: Class, times: usize) -> Vec<Option<u64>> {
        let (mut backoff, limits) = (Backoff::default(), Limits::default());
        (0..times).map(|_| backoff.after(class, &limits, 0.5).map(|wait| wait.as_secs())).collect()
    }

    #[test]
    fn network_failures_wait_twice_as_long_each_time_up_to_a_minute() {
        let secs: Vec<_> = waits(Class::Network, 8).into_iter().flatten().collect();
        assert_eq!(secs, [1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn refused_logins_wait_minutes_and_then_an_hour() {
        let secs: Vec<_> = waits(Class::Login, 6).into_iter().flatten().collect();
        assert_eq!(secs, [300, 600, 1_200, 2_400, 3_600, 3_600]);
    }

    #[test]
    fn what_needs_a_person_is_not_retried() {
        assert_eq!(waits(Class::NeedsPerson, 1), [None]);
    }

    #[test]
    fn the_wait_is_spread_by_a_fifth_both_ways() {
        let limits = Limits::default();
        let wait = |random| Backoff::default().after(Class::Network, &limits, random);
        assert_eq!(wait(0.0), Some(Duration::from_millis(800)));
        assert_eq!(wait(1.0), Some(Duration::from_millis(1_200)));
    }
}
