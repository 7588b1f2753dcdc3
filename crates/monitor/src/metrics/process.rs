//! What the kernel says of this process (proc(5)).

use std::fs;

/// `/proc` counts in hundredths of a second on every architecture that has servers.
const TICKS_PER_SEC: f64 = 100.0;

/// This process.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Process {
    /// Processor time of user and kernel, in seconds.
    pub cpu_secs: f64,
    pub resident_bytes: u64,
    pub virtual_bytes: u64,
    pub open_fds: u64,
    /// `None` when there is no limit.
    pub max_fds: Option<u64>,
    /// In Unix seconds.
    pub started_at_secs: f64,
}

impl Process {
    /// Reads it now; `None` where there is no `/proc`.
    pub fn read() -> Option<Self> {
        let read = |path: &str| fs::read_to_string(path).ok();
        let stat = read("/proc/self/stat")?;
        let system = read("/proc/stat")?;
        let limits = read("/proc/self/limits").unwrap_or_default();
        let (cpu_secs, started_secs) = times(&stat)?;
        let status = read("/proc/self/status")?;
        // The folder is open while it is being read.
        let open_fds = u64::try_from(fs::read_dir("/proc/self/fd").ok()?.count()).ok()?.saturating_sub(1);
        Some(Self {
            cpu_secs,
            resident_bytes: kib(&status, "VmRSS:")?.saturating_mul(1024),
            virtual_bytes: kib(&status, "VmSize:")?.saturating_mul(1024),
            open_fds,
            max_fds: word_after(&limits, "Max open files").and_then(|word| word.parse().ok()),
            started_at_secs: word_after(&system, "btime").and_then(|word| word.parse::<f64>().ok())? + started_secs,
        })
    }
}

/// Processor time, and when the process was started after the machine was, both in seconds.
fn times(stat: &str) -> Option<(f64, f64)> {
    // The name before it may have spaces and parentheses of its own.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut words = rest.split_ascii_whitespace().skip(11);
    let mut next = |skip| words.nth(skip)?.parse::<f64>().ok().map(|ticks| ticks / TICKS_PER_SEC);
    let cpu_secs = next(0)? + next(0)?;
    Some((cpu_secs, next(6)?))
}

fn kib(text: &str, key: &str) -> Option<u64> {
    word_after(text, key)?.parse().ok()
}

/// The first word after a key that begins a line.
fn word_after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(key))?.split_ascii_whitespace().next()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_a_strange_name() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0 98765 1000 5";
        assert_eq!(times(stat), Some((3.0, 987.65)));
        assert_eq!(times("7 (a"), None);
    }

    #[test]
    fn this_process_is_read() {
        let process = Process::read().unwrap();
        assert!(process.resident_bytes > 1024 * 1024 && process.virtual_bytes > process.resident_bytes, "{process:?}");
        assert!(process.open_fds >= 3, "{process:?}");
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
        assert!((now - process.started_at_secs).abs() < 600.0, "{process:?} at {now}");
    }
}
