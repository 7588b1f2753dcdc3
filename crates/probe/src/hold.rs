//! Keeps processor times from going backwards.
//!
//! The kernel's counts of idle and waiting time now and then fall by a few ticks (proc(5)). To whoever reads totals a fall is a
//! new start, and the whole total would count as use in one moment: so a small fall is held where it was, as node_exporter does.

use crate::parse::{CpuTicks, Report};

/// A fall of idle time by more than so many ticks is a new start, as after a processor was switched off and on.
const NEW_START_TICKS: u64 = 300;

impl Report {
    /// Holds processor times that fell a little since the previous report of the same server.
    pub fn hold(&mut self, previous: &Self) {
        if self.uptime_centis < previous.uptime_centis {
            return;
        }
        hold(&mut self.stat.total, &previous.stat.total);
        let mut earlier = previous.stat.cores.iter().peekable();
        for core in &mut self.stat.cores {
            // Both lists rise, so one walk over them is enough.
            while earlier.next_if(|old| old.index < core.index).is_some() {}
            if let Some(old) = earlier.next_if(|old| old.index == core.index) {
                hold(&mut core.ticks, &old.ticks);
            }
        }
    }
}

fn hold(now: &mut CpuTicks, before: &CpuTicks) {
    if now.idle.saturating_add(NEW_START_TICKS) < before.idle {
        return;
    }
    let old = *before;
    *now = CpuTicks {
        user: now.user.max(old.user),
        nice: now.nice.max(old.nice),
        system: now.system.max(old.system),
        idle: now.idle.max(old.idle),
        iowait: now.iowait.max(old.iowait),
        irq: now.irq.max(old.irq),
        softirq: now.softirq.max(old.softirq),
        steal: now.steal.max(old.steal),
        guest: now.guest.max(old.guest),
        guest_nice: now.guest_nice.max(old.guest_nice),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{CoreTicks, Stat};

    fn report(uptime_centis: u64, cores: &[(u32, u64, u64)]) -> Report {
        let core = |&(index, idle, iowait): &(u32, u64, u64)| CoreTicks {
            index,
            ticks: CpuTicks { idle, iowait, ..CpuTicks::default() },
        };
        Report {
            uptime_centis,
            stat: Stat { cores: cores.iter().map(core).collect(), ..Stat::default() },
            ..Report::default()
        }
    }

    fn held(previous: &Report, mut next: Report) -> Vec<(u64, u64)> {
        next.hold(previous);
        next.stat.cores.iter().map(|core| (core.ticks.idle, core.ticks.iowait)).collect()
    }

    #[test]
    fn a_small_fall_is_held_and_a_rise_is_taken() {
        let before = report(10, &[(0, 1_000, 50), (2, 1_000, 50)]);
        assert_eq!(
            held(&before, report(20, &[(0, 990, 60), (1, 5, 5), (2, 1_010, 40)])),
            [(1_000, 60), (5, 5), (1_010, 50)]
        );
    }

    #[test]
    fn a_processor_that_starts_anew_and_a_server_that_does_are_taken_as_they_are() {
        let before = report(10, &[(0, 1_000, 50)]);
        assert_eq!(held(&before, report(20, &[(0, 7, 3)])), [(7, 3)]);
        assert_eq!(held(&before, report(5, &[(0, 999, 49)])), [(999, 49)]);
    }
}
