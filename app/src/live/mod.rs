//! The live side of the page: one WebSocket per tab, and the values that it keeps current.

mod backoff;
pub mod bell;
pub mod clock;
pub mod fleet;
pub mod fleet_state;
pub mod link;
pub mod server;
mod socket;

pub use bell::BellState;
pub use clock::Clock;
pub use fleet::FleetStore;
pub use link::{Link, LinkState};
pub use server::ServerStore;

/// Whether a value is so old that it must not be shown as if it were live: older than three intervals, at least ten seconds.
pub fn is_stale(now_ms: i64, at_ms: i64, interval_secs: u32) -> bool {
    now_ms - at_ms > (3_000 * i64::from(interval_secs)).max(10_000)
}

#[cfg(test)]
mod tests {
    use super::is_stale;

    #[test]
    fn a_value_is_stale_after_three_intervals_but_never_before_ten_seconds() {
        assert!(!is_stale(10_000, 0, 1));
        assert!(is_stale(10_001, 0, 3));
        assert!(!is_stale(45_000, 0, 15));
        assert!(is_stale(45_001, 0, 15));
    }
}
