//! Where processor time went, in percent.

use domain::metrics::CpuStates;

use crate::parse::{CoreTicks, CpuTicks};

/// Each processor of `next`; one that was just switched on counts as idle.
pub(super) fn cores(previous: &[CoreTicks], next: &[CoreTicks]) -> Vec<CpuStates> {
    let mut rest = previous.iter().peekable();
    next.iter()
        .map(|core| {
            // Both lists rise, so one walk over them is enough.
            while rest.next_if(|old| old.index < core.index).is_some() {}
            match rest.next_if(|old| old.index == core.index) {
                Some(old) => states(&old.ticks, &core.ticks),
                None => IDLE,
            }
        })
        .collect()
}

const IDLE: CpuStates = CpuStates {
    busy: 0.0,
    user: 0.0,
    nice: 0.0,
    system: 0.0,
    idle: 100.0,
    iowait: 0.0,
    irq: 0.0,
    softirq: 0.0,
    steal: 0.0,
    guest: 0.0,
};

/// The states between two readings; they add up to 100.
#[allow(clippy::cast_precision_loss, reason = "a percentage needs no more than 53 bits")]
pub(super) fn states(previous: &CpuTicks, next: &CpuTicks) -> CpuStates {
    let passed = |state: fn(&CpuTicks) -> u64| state(next).saturating_sub(state(previous));
    let guest = passed(|ticks| ticks.guest);
    let guest_nice = passed(|ticks| ticks.guest_nice);
    // The kernel adds a guest's time to `user` and `nice` as well (proc(5)).
    let user = passed(|ticks| ticks.user).saturating_sub(guest) as f64;
    let nice = passed(|ticks| ticks.nice).saturating_sub(guest_nice) as f64;
    let guest = guest as f64 + guest_nice as f64;
    let system = passed(|ticks| ticks.system) as f64;
    let idle = passed(|ticks| ticks.idle) as f64;
    let iowait = passed(|ticks| ticks.iowait) as f64;
    let irq = passed(|ticks| ticks.irq) as f64;
    let softirq = passed(|ticks| ticks.softirq) as f64;
    let steal = passed(|ticks| ticks.steal) as f64;
    let busy = user + nice + system + irq + softirq + steal + guest;
    let all = busy + idle + iowait;
    if all <= 0.0 {
        return IDLE;
    }
    let percent = |ticks: f64| ticks / all * 100.0;
    CpuStates {
        busy: percent(busy),
        user: percent(user),
        nice: percent(nice),
        system: percent(system),
        idle: percent(idle),
        iowait: percent(iowait),
        irq: percent(irq),
        softirq: percent(softirq),
        steal: percent(steal),
        guest: percent(guest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn a_guests_time_is_not_counted_twice() {
        let next = CpuTicks { user: 50, nice: 10, idle: 40, guest: 30, guest_nice: 5, ..CpuTicks::default() };
        let states = states(&CpuTicks::default(), &next);
        assert!(close(states.user, 20.0) && close(states.nice, 5.0) && close(states.guest, 35.0), "{states:?}");
        assert!(close(states.busy, 60.0) && close(states.idle, 40.0), "{states:?}");
    }

    #[test]
    fn waiting_time_that_goes_backwards_counts_as_nothing() {
        let previous = CpuTicks { user: 100, idle: 100, iowait: 100, ..CpuTicks::default() };
        let next = CpuTicks { user: 150, idle: 150, iowait: 20, ..CpuTicks::default() };
        let states = states(&previous, &next);
        assert!(close(states.iowait, 0.0) && close(states.busy, 50.0) && close(states.idle, 50.0), "{states:?}");
    }

    #[test]
    fn a_processor_that_was_switched_on_is_idle_and_one_that_was_switched_off_is_gone() {
        let core = |index, user| CoreTicks { index, ticks: CpuTicks { user, ..CpuTicks::default() } };
        let cores = cores(&[core(0, 1), core(1, 1), core(3, 1)], &[core(0, 2), core(2, 9), core(3, 2)]);
        assert_eq!(cores.iter().map(|core| core.busy.round() as i32).collect::<Vec<_>>(), [100, 0, 100]);
    }

    #[test]
    fn a_processor_without_any_tick_is_idle() {
        assert_eq!(states(&CpuTicks::default(), &CpuTicks::default()), IDLE);
    }
}
