//! Ending a process and all that came from it, by number.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

/// The number of every process that came from `root`, without `root` itself.
pub(crate) fn descendants(root: u32) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let parents: Vec<(u32, u32)> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, parent(pid)?)))
        .collect();
    let mut found = vec![root];
    let mut next = 0;
    while let Some(current) = found.get(next).copied() {
        found.extend(parents.iter().filter(|(pid, parent)| *parent == current && *pid != root).map(|(pid, _)| *pid));
        next += 1;
    }
    found.retain(|pid| *pid != root);
    found
}

/// The parent of a process: the second field after the command's closing parenthesis (proc(5)).
fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// Sends a signal to processes; those that have ended by themselves do not matter.
pub(crate) fn signal(pids: &[u32], signal: Signal) {
    for pid in pids {
        if let Some(pid) = i32::try_from(*pid).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
    }
}
