//! `/proc/diskstats` (kernel document `admin-guide/iostats`): what disks did.
//!
//! Partitions are left out, as are loop devices, RAM disks and drives for discs: the same choice as node_exporter's.

use std::collections::HashSet;

use super::text::{is_clean, number};

/// The most disks that are looked at.
const DISKS_MAX: usize = 64;

/// A disk's totals since the start. The times are 32 bits wide in the kernel and begin again after 50 days of work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiskCounters {
    /// Its name.
    pub name: String,
    /// Reads done.
    pub reads: u64,
    /// Sectors of 512 bytes read.
    pub read_sectors: u64,
    /// Time that reads took, in milliseconds.
    pub read_ms: u64,
    /// Writes done.
    pub writes: u64,
    /// Sectors of 512 bytes written.
    pub write_sectors: u64,
    /// Time that writes took, in milliseconds.
    pub write_ms: u64,
    /// Time in which something was going on, in milliseconds.
    pub busy_ms: u64,
}

pub(super) fn parse(text: &str) -> Vec<DiskCounters> {
    let mut seen = HashSet::new();
    let mut disks = Vec::new();
    let mut whole = "";
    for line in text.lines() {
        let Some((name, disk)) = disk(line) else { continue };
        if is_partition(name, whole) {
            continue;
        }
        whole = name;
        let has_worked = disk.reads > 0 || disk.writes > 0;
        if has_worked && !is_virtual(name) && disks.len() < DISKS_MAX && seen.insert(name) {
            disks.push(disk);
        }
    }
    disks
}

fn disk(line: &str) -> Option<(&str, DiskCounters)> {
    let mut words = line.split_ascii_whitespace().skip(2);
    let name = words.next().filter(|name| is_clean(name))?;
    let mut next = || number(words.next()?);
    let [reads, _, read_sectors, read_ms] = [next()?, next()?, next()?, next()?];
    let [writes, _, write_sectors, write_ms] = [next()?, next()?, next()?, next()?];
    let [_in_flight, busy_ms] = [next()?, next()?];
    let name_kept = name.to_owned();
    Some((
        name,
        DiskCounters { name: name_kept, reads, read_sectors, read_ms, writes, write_sectors, write_ms, busy_ms },
    ))
}

/// A partition follows its disk, and its name is that of the disk and a number, with a `p` before it where the disk's
/// name ends in a digit. Where no disk is listed, as on some virtual machines, the partition stands for it.
fn is_partition(name: &str, whole: &str) -> bool {
    if whole.is_empty() {
        return false;
    }
    let Some(rest) = name.strip_prefix(whole) else { return false };
    let number = if whole.ends_with(|c: char| c.is_ascii_digit()) { rest.strip_prefix('p') } else { Some(rest) };
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_virtual(name: &str) -> bool {
    ["loop", "ram", "zram", "fd", "sr"]
        .iter()
        .any(|kind| name.strip_prefix(kind).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn whole_disks_stay_and_their_partitions_go() {
        let names = "sda sda1 sda10 sdaa sdaa1 vda nvme0n1 nvme0n1p1 nvme0n1p2 nvme0n2 mmcblk0 mmcblk0p1 mmcblk0boot0 \
                     md1 md10 md127 md127p1 dm-1 dm-10 loop0 ram0 zram0 sr0 fd0 xvda1 dasda dasda1";
        let text: String = names
            .split_ascii_whitespace()
            .fold(String::new(), |text, name| text + &format!("   8       0 {name} 5 0 8 1 5 0 8 1 0 2 2\n"));
        let kept = parse(&text).into_iter().map(|disk| disk.name).collect::<Vec<_>>().join(" ");
        assert_eq!(kept, "sda sdaa vda nvme0n1 nvme0n2 mmcblk0 mmcblk0boot0 md1 md10 md127 dm-1 dm-10 xvda1 dasda");
    }

    #[test]
    fn columns_of_all_kernels_are_read() {
        let line = " 254 0 vda 247635 22975 15248578 442001 86192 137369 20266352 104314 0 47088 553632";
        for more in ["", " 38980 96 6661520 6981", " 38980 96 6661520 6981 4808 335"] {
            let disks = parse(&format!("{line}{more}\n"));
            assert_eq!(disks[0].busy_ms, 47_088);
            assert_eq!(disks[0].write_sectors, 20_266_352);
        }
        assert!(parse(" 254 0 vda 1 2 3 4\n").is_empty());
        assert!(parse(" 254 0 vda 0 0 0 0 0 0 0 0 0 0 0\n").is_empty());
    }
}
