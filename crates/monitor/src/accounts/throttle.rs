//! Slows down guessing: after five failures within five minutes an account and address pair has to wait, longer each time.
//!
//! Only that pair waits. Somebody who guesses from elsewhere cannot lock the owner out.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// Failures before a pair has to wait.
const FREE_FAILURES: usize = 5;
/// For how long a failure counts, in milliseconds.
const WINDOW_MS: i64 = 5 * 60 * 1_000;
/// The first wait, in milliseconds; it doubles with every further failure.
const FIRST_WAIT_MS: i64 = 30 * 1_000;
/// The longest wait, in milliseconds.
const LONGEST_WAIT_MS: i64 = 15 * 60 * 1_000;
/// The most pairs that are remembered; beyond it the oldest go first.
const PAIRS_MAX: usize = 10_000;

type Pair = (String, Option<IpAddr>);

#[derive(Debug, Clone, Default)]
struct Failures {
    times_ms: Vec<i64>,
    free_at_ms: i64,
}

/// Remembers failed logins, in memory only.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    pairs: Mutex<HashMap<Pair, Failures>>,
}

impl Throttle {
    /// Ok, or for how many seconds the pair still has to wait.
    pub fn check(&self, account: &str, ip: Option<IpAddr>, now_ms: i64) -> Result<(), u32> {
        let pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        let free_at_ms = pairs.get(&pair(account, ip)).map_or(0, |failures| failures.free_at_ms);
        if free_at_ms <= now_ms {
            return Ok(());
        }
        Err(u32::try_from((free_at_ms - now_ms + 999) / 1_000).unwrap_or(u32::MAX))
    }

    /// Notes a failure.
    pub fn failed(&self, account: &str, ip: Option<IpAddr>, now_ms: i64) {
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        if pairs.len() >= PAIRS_MAX {
            forget_oldest(&mut pairs);
        }
        let failures = pairs.entry(pair(account, ip)).or_default();
        failures.times_ms.retain(|&time| time > now_ms - WINDOW_MS);
        failures.times_ms.push(now_ms);
        if let Some(over) = failures.times_ms.len().checked_sub(FREE_FAILURES) {
            let doublings = u32::try_from(over).unwrap_or(u32::MAX).min(10);
            failures.free_at_ms = now_ms + (FIRST_WAIT_MS << doublings).min(LONGEST_WAIT_MS);
        }
    }

    /// Forgets a pair's failures after a good login.
    pub fn succeeded(&self, account: &str, ip: Option<IpAddr>) {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner).remove(&pair(account, ip));
    }
}

fn pair(account: &str, ip: Option<IpAddr>) -> Pair {
    (account.trim().to_lowercase(), ip)
}

fn forget_oldest(pairs: &mut HashMap<Pair, Failures>) {
    let oldest = pairs.iter().min_by_key(|(_, failures)| failures.times_ms.last().copied().unwrap_or(0));
    if let Some(key) = oldest.map(|(key, _)| key.clone()) {
        pairs.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IP: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)));
    const OTHER: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2)));

    fn failing(throttle: &Throttle, times: usize, now_ms: i64) {
        for _ in 0..times {
            throttle.failed("Ada", IP, now_ms);
        }
    }

    #[test]
    fn four_failures_are_free_and_the_fifth_makes_the_pair_wait() {
        let throttle = Throttle::default();
        failing(&throttle, 4, 1_000_000);
        assert_eq!(throttle.check("ada", IP, 1_000_000), Ok(()));
        failing(&throttle, 1, 1_000_000);
        assert_eq!(throttle.check("ada", IP, 1_000_000), Err(30));
    }

    #[test]
    fn only_the_pair_waits() {
        let throttle = Throttle::default();
        failing(&throttle, 9, 1_000_000);
        assert_eq!(throttle.check("ada", OTHER, 1_000_000), Ok(()));
        assert_eq!(throttle.check("grace", IP, 1_000_000), Ok(()));
    }

    #[test]
    fn the_wait_grows_ends_and_is_bounded() {
        let throttle = Throttle::default();
        failing(&throttle, 6, 1_000_000);
        assert_eq!(throttle.check("ada", IP, 1_000_000), Err(60));
        assert_eq!(throttle.check("ada", IP, 1_060_000), Ok(()));
        failing(&throttle, 30, 1_060_000);
        assert_eq!(throttle.check("ada", IP, 1_060_000), Err(900));
    }

    #[test]
    fn old_failures_and_good_logins_are_forgotten() {
        let throttle = Throttle::default();
        failing(&throttle, 4, 1_000_000);
        failing(&throttle, 1, 1_000_000 + WINDOW_MS + 1);
        assert_eq!(throttle.check("ada", IP, 1_000_000 + WINDOW_MS + 1), Ok(()));
        throttle.succeeded("ada", IP);
        failing(&throttle, 4, 2_000_000);
        assert_eq!(throttle.check("ada", IP, 2_000_000), Ok(()));
    }
}
