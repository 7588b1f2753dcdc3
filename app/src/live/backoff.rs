//! How long to wait before the next attempt to connect.

/// Milliseconds before attempt `attempt` (0 for the first after a loss): doubling from half a second to fifteen, give or take a
/// quarter, so that a thousand tabs do not come back in the same instant. `random` is in 0..1.
pub fn delay_ms(attempt: u32, random: f64) -> u32 {
    let base = 500_u32.saturating_mul(1 << attempt.min(5)).min(15_000);
    let spread = f64::from(base) * (random.clamp(0.0, 1.0) - 0.5) / 2.0;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 20,000")]
    let delay = (f64::from(base) + spread) as u32;
    delay
}

#[cfg(test)]
mod tests {
    use super::delay_ms;

    #[test]
    fn waits_double_up_to_a_limit_and_are_spread() {
        assert_eq!(delay_ms(0, 0.5), 500);
        assert_eq!(delay_ms(3, 0.5), 4_000);
        assert_eq!(delay_ms(40, 0.5), 15_000);
        assert_eq!((delay_ms(0, 0.0), delay_ms(0, 1.0)), (375, 625));
    }
}
