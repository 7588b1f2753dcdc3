//! What disks and interfaces did per second.

use domain::metrics::{Disk, Interface};

use super::per_second;
use crate::parse::{DiskCounters, InterfaceCounters};

/// `/proc/diskstats` counts in sectors of this size, whatever the disk's own is.
const SECTOR_BYTES: u64 = 512;

/// The disks that both reports have and whose totals did not go backwards.
pub(super) fn disks(previous: &[DiskCounters], next: &[DiskCounters], span_secs: f64) -> Vec<Disk> {
    let mut earlier = Earlier::new(previous, |disk: &DiskCounters| &disk.name);
    next.iter().filter_map(|disk| between_disks(earlier.of(&disk.name)?, disk, span_secs)).collect()
}

/// The interfaces that both reports have and whose totals did not go backwards.
pub(super) fn interfaces(previous: &[InterfaceCounters], next: &[InterfaceCounters], span_secs: f64) -> Vec<Interface> {
    let mut earlier = Earlier::new(previous, |interface: &InterfaceCounters| &interface.name);
    next.iter().filter_map(|interface| between_interfaces(earlier.of(&interface.name)?, interface, span_secs)).collect()
}

/// Finds devices of the earlier report by name. The order seldom changes, so it looks first where it left off.
struct Earlier<'a, T> {
    devices: &'a [T],
    name: fn(&T) -> &str,
    expected: usize,
}

impl<'a, T> Earlier<'a, T> {
    fn new(devices: &'a [T], name: fn(&T) -> &str) -> Self {
        Self { devices, name, expected: 0 }
    }

    fn of(&mut self, name: &str) -> Option<&'a T> {
        let is_it = |device: &&T| (self.name)(device) == name;
        let at = match self.devices.get(self.expected).filter(is_it) {
            Some(_) => self.expected,
            None => self.devices.iter().position(|device| is_it(&device))?,
        };
        self.expected = at + 1;
        self.devices.get(at)
    }
}

#[allow(clippy::cast_precision_loss, reason = "a mean needs no more than 53 bits")]
fn between_disks(previous: &DiskCounters, next: &DiskCounters, span_secs: f64) -> Option<Disk> {
    let reads = next.reads.checked_sub(previous.reads)?;
    let writes = next.writes.checked_sub(previous.writes)?;
    let read_sectors = next.read_sectors.checked_sub(previous.read_sectors)?;
    let write_sectors = next.write_sectors.checked_sub(previous.write_sectors)?;
    let busy_ms = passed_ms(previous.busy_ms, next.busy_ms) as f64;
    let took_ms = passed_ms(previous.read_ms, next.read_ms) as f64 + passed_ms(previous.write_ms, next.write_ms) as f64;
    let done = reads.saturating_add(writes);
    Some(Disk {
        name: next.name.clone(),
        read_bytes: per_second(read_sectors.saturating_mul(SECTOR_BYTES), span_secs),
        write_bytes: per_second(write_sectors.saturating_mul(SECTOR_BYTES), span_secs),
        reads: per_second(reads, span_secs),
        writes: per_second(writes, span_secs),
        // The span is known to 10 ms only, so a disk that never rests may seem to work longer than it lasted.
        busy: (busy_ms / (span_secs * 10.0)).min(100.0),
        wait_ms: if done == 0 { 0.0 } else { took_ms / done as f64 },
    })
}

/// Milliseconds between two readings of a 32-bit total that begins again at 0.
fn passed_ms(previous: u64, next: u64) -> u64 {
    const WRAP: u64 = 1 << 32;
    match next.checked_sub(previous) {
        Some(passed) => passed,
        // More than a day of work between two reports is no wrap but a new count.
        None if previous < WRAP => Some(WRAP - previous + next).filter(|passed| *passed < 86_400_000).unwrap_or(0),
        None => 0,
    }
}

fn between_interfaces(previous: &InterfaceCounters, next: &InterfaceCounters, span_secs: f64) -> Option<Interface> {
    let rx_bytes = next.rx_bytes.checked_sub(previous.rx_bytes)?;
    let tx_bytes = next.tx_bytes.checked_sub(previous.tx_bytes)?;
    let rx_packets = next.rx_packets.checked_sub(previous.rx_packets)?;
    let tx_packets = next.tx_packets.checked_sub(previous.tx_packets)?;
    let lost =
        |count: fn(&InterfaceCounters) -> u64| per_second(count(next).saturating_sub(count(previous)), span_secs);
    Some(Interface {
        name: next.name.clone(),
        rx_bytes: per_second(rx_bytes, span_secs),
        tx_bytes: per_second(tx_bytes, span_secs),
        rx_packets: per_second(rx_packets, span_secs),
        tx_packets: per_second(tx_packets, span_secs),
        rx_errors: lost(|of| of.rx_errors.saturating_add(of.rx_dropped)),
        tx_errors: lost(|of| of.tx_errors.saturating_add(of.tx_dropped)),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;

    fn disk(name: &str, scale: u64) -> DiskCounters {
        DiskCounters {
            name: name.to_owned(),
            reads: scale,
            read_sectors: scale * 8,
            read_ms: scale * 2,
            writes: scale * 3,
            write_sectors: scale * 24,
            write_ms: scale * 6,
            busy_ms: scale * 4,
        }
    }

    fn interface(name: &str, bytes: u64) -> InterfaceCounters {
        InterfaceCounters { name: name.to_owned(), rx_bytes: bytes, ..InterfaceCounters::default() }
    }

    #[test]
    fn a_disks_rates_follow_from_its_totals() {
        let disks = disks(&[disk("sda", 100)], &[disk("sda", 400)], 3.0);
        let expected = Disk {
            name: "sda".to_owned(),
            read_bytes: 100.0 * 8.0 * 512.0,
            write_bytes: 100.0 * 24.0 * 512.0,
            reads: 100.0,
            writes: 300.0,
            busy: 40.0,
            wait_ms: 2.0,
        };
        assert_eq!(disks, [expected]);
    }

    #[test]
    fn a_disk_at_rest_waits_for_nothing_and_a_busy_one_is_never_over_100() {
        let rest = disks(&[disk("sda", 100)], &[disk("sda", 100)], 3.0);
        assert_eq!((rest[0].busy, rest[0].wait_ms), (0.0, 0.0));
        assert_eq!(disks(&[disk("sda", 0)], &[disk("sda", 9000)], 3.0)[0].busy, 100.0);
    }

    #[test]
    fn a_time_that_wraps_at_32_bits_goes_on() {
        assert_eq!(passed_ms(u64::from(u32::MAX) - 9, 20), 30);
        assert_eq!(passed_ms(5_000, 20), 0);
        assert_eq!(passed_ms(1 << 40, 20), 0);
    }

    #[test]
    fn devices_that_come_go_move_or_go_backwards_do_not_disturb_the_others() {
        let names =
            |list: Vec<Interface>| list.into_iter().map(|i| format!("{} {}", i.name, i.rx_bytes)).collect::<Vec<_>>();
        let before = [interface("a", 10), interface("b", 10), interface("c", 10)];
        let cases: [(&[InterfaceCounters], &[&str]); 4] = [
            (&[interface("c", 20), interface("a", 40)], &["c 10", "a 30"]),
            (&[interface("a", 9), interface("b", 11)], &["b 1"]),
            (&[interface("x", 9), interface("b", 11), interface("c", 10)], &["b 1", "c 0"]),
            (&[], &[]),
        ];
        for (next, expected) in cases {
            assert_eq!(names(interfaces(&before, next, 1.0)), expected);
        }
    }
}
