//! In which pieces the past is read: as finely as it is kept, and never much of it at once.

use history::Tier;
use store::history::Usage;

/// The time between two values that are told apart where they are read as they were sampled, in milliseconds.
const SECOND_MS: i64 = 1_000;

/// How many values are read at once: what they take is some 30 MB.
const CELLS_MAX: usize = 1_000_000;
/// So many steps of each series at least, however many series there are.
const STEPS_MIN: i64 = 60;

/// How far back the past of a server is kept how finely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    /// The first moment that there is as it was sampled.
    raw_ms: i64,
    /// The first that there is by the minute.
    minute_ms: i64,
    /// Whether what there is as it was sampled is wanted so.
    is_fine: bool,
}

/// A piece of the past, read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub from_ms: i64,
    pub to_ms: i64,
    pub step_ms: i64,
}

impl Reach {
    /// From what is kept of a server.
    pub fn of<'a>(usage: impl Iterator<Item = &'a Usage> + Clone, is_fine: bool) -> Self {
        let of_tier =
            |tier: Tier| usage.clone().find(|usage| usage.tier == tier.number() && usage.value_count > 0).copied();
        let minute = of_tier(Tier::Minute);
        // What was not written down yet is as it was sampled.
        let after_minutes = minute.map_or(i64::MIN, |minute| minute.last_ms + Tier::Minute.step_ms());
        let raw_ms = of_tier(Tier::Raw).map_or(after_minutes, |raw| raw.first_ms);
        Self { raw_ms, minute_ms: minute.map_or(raw_ms, |minute| minute.first_ms.min(raw_ms)), is_fine }
    }

    /// The pieces between two moments for so many series at once, oldest first.
    pub fn stretches(self, from_ms: i64, to_ms: i64, series: usize) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        let steps = i64::try_from(CELLS_MAX / series.max(1)).unwrap_or(i64::MAX).max(STEPS_MIN);
        let mut at_ms = from_ms;
        while at_ms < to_ms {
            let (tier, step_ms) = self.tier(at_ms);
            let borders = [self.raw_ms, self.minute_ms].into_iter().filter(|border| *border > at_ms);
            let window_ends = tier.window_of(at_ms) + tier.window_ms();
            let end_ms = borders.fold(window_ends, i64::min).min(to_ms).min(at_ms.saturating_add(steps * step_ms));
            stretches.push(Stretch { from_ms: at_ms, to_ms: end_ms, step_ms });
            at_ms = end_ms;
        }
        stretches
    }

    fn tier(self, at_ms: i64) -> (Tier, i64) {
        if self.is_fine && at_ms >= self.raw_ms {
            (Tier::Raw, SECOND_MS)
        } else if at_ms >= self.minute_ms {
            (Tier::Minute, Tier::Minute.step_ms())
        } else {
            (Tier::Hour, Tier::Hour.step_ms())
        }
    }
}

impl Stretch {
    /// How fine its values are, as answers say it: 0 for as they were sampled.
    pub fn fineness_ms(self) -> i64 {
        if self.step_ms == SECOND_MS { 0 } else { self.step_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    fn usage(tier: Tier, first_ms: i64, last_ms: i64) -> Usage {
        Usage { server_id: 1, tier: tier.number(), size_bytes: 1, value_count: 1, first_ms, last_ms }
    }

    #[test]
    fn each_stretch_is_read_as_finely_as_it_is_kept() {
        let kept = [usage(Tier::Raw, 93 * DAY, 100 * DAY), usage(Tier::Minute, 10 * DAY, 99 * DAY)];
        let all = Reach::of(kept.iter(), true).stretches(9 * DAY, 100 * DAY, 1);
        let steps = |step_ms| all.iter().filter(|stretch| stretch.step_ms == step_ms).collect::<Vec<_>>();
        assert_eq!((steps(HOUR)[0].from_ms, steps(HOUR)[0].to_ms, steps(HOUR).len()), (9 * DAY, 10 * DAY, 1));
        assert_eq!((steps(60_000)[0].from_ms, steps(60_000).last().unwrap().to_ms), (10 * DAY, 93 * DAY));
        assert_eq!((steps(1_000)[0].from_ms, steps(1_000).len()), (93 * DAY, 28), "a window of six hours at once");
        assert!(all.windows(2).all(|pair| pair[0].to_ms == pair[1].from_ms), "nothing is left out or read twice");
        assert_eq!(all.last().unwrap().to_ms, 100 * DAY);
        let many = Reach::of(kept.iter(), true).stretches(9 * DAY, 100 * DAY, 1_400);
        assert!(many.iter().all(|piece| (piece.to_ms - piece.from_ms) / piece.step_ms * 1_400 <= 1_000_000));
        assert!(many.windows(2).all(|pair| pair[0].to_ms == pair[1].from_ms), "nor where there are many series");
        let coarse = Reach::of(kept.iter(), false).stretches(95 * DAY, 100 * DAY, 1);
        assert!(coarse.iter().all(|stretch| stretch.fineness_ms() == 60_000));
    }

    #[test]
    fn what_is_in_memory_alone_is_as_it_was_sampled() {
        let new = Reach::of([].iter(), true).stretches(0, HOUR, 1);
        assert_eq!(new, [Stretch { from_ms: 0, to_ms: HOUR, step_ms: 1_000 }]);
        assert_eq!(new[0].fineness_ms(), 0);
        let coarse = Reach::of([].iter(), false).stretches(0, HOUR, 1);
        assert_eq!(coarse[0].step_ms, 60_000);
    }
}
