//! What processes use, from `/proc` (proc(5)).

use std::fs;
use std::time::Duration;

/// The unit of times in `/proc/PID/stat`: Linux shows them in hundredths of a second, whatever it counts in.
const TICK: Duration = Duration::from_millis(10);

/// Processor time that a process and its threads have used, those that ended among them. Its resolution is 10 ms.
///
/// `None` when there is no such process.
pub fn cpu(pid: u32) -> Option<Duration> {
    let stat = Stat::read(pid)?;
    // Fields 14 and 15: user and system time in ticks.
    Some(TICK * u32::try_from(stat.field(14)? + stat.field(15)?).ok()?)
}

/// Processor time of the children that a process has waited for, and of theirs. Its resolution is 10 ms.
pub fn cpu_of_children(pid: u32) -> Option<Duration> {
    let stat = Stat::read(pid)?;
    // Fields 16 and 17: the same of children.
    Some(TICK * u32::try_from(stat.field(16)? + stat.field(17)?).ok()?)
}

/// Processor time that the threads which are there now have used, to the nanosecond (`schedstat`); for processes that have
/// the same threads all the time.
pub fn cpu_of_threads(pid: u32) -> Option<Duration> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let nanos = threads.flatten().filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Some(Duration::from_nanos(nanos.sum()))
}

/// Memory that a process has in RAM, in bytes.
pub fn rss(pid: u32) -> Option<u64> {
    memory(pid, "VmRSS:")
}

/// The most memory that a process has had in RAM, in bytes.
pub fn peak_rss(pid: u32) -> Option<u64> {
    memory(pid, "VmHWM:")
}

/// Lets [`peak_rss`] begin anew from what a process has now (`clear_refs` in proc(5)).
///
/// # Errors
/// When there is no such process, or it is another account's.
pub fn forget_peak_rss(pid: u32) -> std::io::Result<()> {
    fs::write(format!("/proc/{pid}/clear_refs"), "5")
}

fn memory(pid: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// Page faults of the children that a process has waited for: it grows with every child, so that a difference of 0 proves
/// that there was none.
pub fn faults_of_children(pid: u32) -> Option<u64> {
    Stat::read(pid)?.field(11)
}

/// How many processes and threads the whole machine has started since it was started.
pub fn started_on_this_machine() -> Option<u64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    stat.lines().find_map(|line| line.strip_prefix("processes "))?.trim().parse().ok()
}

/// A process's own name, cut to 15 bytes by the kernel.
pub fn name(pid: u32) -> Option<String> {
    Some(fs::read_to_string(format!("/proc/{pid}/comm")).ok()?.trim().to_owned())
}

/// The file `/proc/PID/stat`.
struct Stat(String);

impl Stat {
    fn read(pid: u32) -> Option<Self> {
        fs::read_to_string(format!("/proc/{pid}/stat")).ok().map(Self)
    }

    /// A field by its number in proc(5); the first two, of which the second may hold anything, cannot be asked for.
    fn field(&self, number: usize) -> Option<u64> {
        let (_, rest) = self.0.rsplit_once(") ")?;
        rest.split(' ').nth(number.checked_sub(3)?)?.parse().ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_time_and_memory() {
        let me = std::process::id();
        let before = cpu_of_threads(me).unwrap();
        let mut value = 1_u64;
        while cpu_of_threads(me).unwrap() < before + Duration::from_millis(30) {
            (0..10_000).for_each(|step| value = std::hint::black_box(value.wrapping_mul(31) ^ step));
        }
        assert!(cpu(me).unwrap() >= Duration::from_millis(20));
        assert!(rss(me).unwrap() > 100_000);
        assert!(name(me).is_some());
    }

    #[test]
    fn every_child_leaves_its_faults_behind() {
        let me = std::process::id();
        let before = (faults_of_children(me).unwrap(), started_on_this_machine().unwrap());
        std::process::Command::new("true").status().unwrap();
        assert!(faults_of_children(me).unwrap() > before.0);
        assert!(started_on_this_machine().unwrap() > before.1);
    }

    #[test]
    fn a_process_that_is_not_there_gives_nothing() {
        assert!(cpu(u32::MAX).is_none() && rss(u32::MAX).is_none() && cpu_of_threads(u32::MAX).is_none());
    }
}
