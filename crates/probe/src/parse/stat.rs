//! `/proc/stat` (proc(5)): what processors did, in clock ticks, and counts of events.

use super::text::{number, number_u32};

/// The most processors that are looked at.
const CORES_MAX: usize = 1024;

/// Where processor time went since the start, in clock ticks. Columns that an old kernel lacks are 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CpuTicks {
    /// Programs, guests included.
    pub user: u64,
    /// Programs with lowered priority, their guests included.
    pub nice: u64,
    /// The kernel.
    pub system: u64,
    /// Nothing to do.
    pub idle: u64,
    /// Nothing to do because a disk has not answered.
    pub iowait: u64,
    /// Hardware interrupts.
    pub irq: u64,
    /// Soft interrupts.
    pub softirq: u64,
    /// Taken by the hypervisor.
    pub steal: u64,
    /// Virtual machines; part of `user`.
    pub guest: u64,
    /// Virtual machines with lowered priority; part of `nice`.
    pub guest_nice: u64,
}

/// One processor's time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CoreTicks {
    /// The kernel's number for it; numbers of processors that are switched off are left out.
    pub index: u32,
    /// Its time.
    pub ticks: CpuTicks,
}

/// What `/proc/stat` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stat {
    /// All processors together.
    pub total: CpuTicks,
    /// Each processor, by rising number.
    pub cores: Vec<CoreTicks>,
    /// Context switches since the start.
    pub context_switches: u64,
    /// Processes and threads started since the start.
    pub forks: u64,
    /// Tasks that run or could.
    pub running: u32,
    /// Tasks that wait for a disk.
    pub blocked: u32,
    /// When the server was started, in Unix seconds by its own clock.
    pub booted_at_secs: u64,
}

pub(super) fn parse(text: &str) -> Option<Stat> {
    let mut stat = Stat::default();
    let mut total = None;
    for line in text.lines() {
        let mut words = line.split_ascii_whitespace();
        let Some(key) = words.next() else { continue };
        if key == "cpu" {
            if total.is_none() {
                total = ticks(words);
            }
        } else if let Some(index) = key.strip_prefix("cpu") {
            let rises = |index: &u32| stat.cores.last().is_none_or(|last| *index > last.index);
            if let Some(index) = number_u32(index).filter(rises)
                && stat.cores.len() < CORES_MAX
                && let Some(ticks) = ticks(words)
            {
                stat.cores.push(CoreTicks { index, ticks });
            }
        } else {
            let Some(value) = words.next() else { continue };
            match key {
                "ctxt" => stat.context_switches = number(value).unwrap_or_default(),
                "btime" => stat.booted_at_secs = number(value).unwrap_or_default(),
                "processes" => stat.forks = number(value).unwrap_or_default(),
                "procs_running" => stat.running = number_u32(value).unwrap_or_default(),
                "procs_blocked" => stat.blocked = number_u32(value).unwrap_or_default(),
                _ => {}
            }
        }
    }
    stat.total = total?;
    Some(stat)
}

/// Reads the columns of a processor; the first four are as old as the file.
fn ticks<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<CpuTicks> {
    let mut next = || words.next().map(number);
    Some(CpuTicks {
        user: next()??,
        nice: next()??,
        system: next()??,
        idle: next()??,
        iowait: next().unwrap_or(Some(0))?,
        irq: next().unwrap_or(Some(0))?,
        softirq: next().unwrap_or(Some(0))?,
        steal: next().unwrap_or(Some(0))?,
        guest: next().unwrap_or(Some(0))?,
        guest_nice: next().unwrap_or(Some(0))?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn columns_that_an_old_kernel_lacks_are_zero() {
        let stat = parse("cpu 1 2 3 4\ncpu0 1 2 3 4 5 6 7\n").unwrap();
        assert_eq!(stat.total, CpuTicks { user: 1, nice: 2, system: 3, idle: 4, ..CpuTicks::default() });
        assert_eq!(stat.cores[0].ticks.softirq, 7);
        assert_eq!(stat.cores[0].ticks.steal, 0);
    }

    #[test]
    fn processors_that_are_off_leave_a_gap_and_repeated_ones_are_dropped() {
        let stat =
            parse("cpu 1 2 3 4\ncpu0 1 1 1 1\ncpu3 1 1 1 1\ncpu3 2 2 2 2\ncpu1 1 1 1 1\ncpux 1 1 1 1\n").unwrap();
        assert_eq!(stat.cores.iter().map(|core| core.index).collect::<Vec<_>>(), [0, 3]);
    }

    #[test]
    fn a_line_with_something_else_than_numbers_is_left_out() {
        assert_eq!(parse("cpu 1 2 3\n"), None);
        assert_eq!(parse("cpu 1 2 3 x\n"), None);
        assert_eq!(parse("cpu0 1 2 3 4\n"), None);
        let stat = parse("cpu 1 2 3 4\ncpu0 1 -2 3 4\nctxt\nprocesses many\n").unwrap();
        assert!(stat.cores.is_empty());
        assert_eq!((stat.context_switches, stat.forks), (0, 0));
    }

    #[test]
    fn no_more_processors_than_the_bound_are_read() {
        let text = (0..5000).fold("cpu 1 2 3 4\n".to_owned(), |text, i| text + &format!("cpu{i} 1 2 3 4\n"));
        assert_eq!(parse(&text).unwrap().cores.len(), CORES_MAX);
    }
}
