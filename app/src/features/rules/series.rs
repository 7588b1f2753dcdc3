//! The series that a rule can look at, as the field suggests them; any other can be typed as well.

use domain::unit::Unit;

use super::form::Kind;

/// Series of the server as a whole.
const WHOLE: [&str; 50] = [
    "cpu.busy",
    "memory.used_percent",
    "swap.used_percent",
    "filesystem.used_percent",
    "load.one",
    "load.five",
    "load.fifteen",
    "uptime",
    "cpu.user",
    "cpu.nice",
    "cpu.system",
    "cpu.idle",
    "cpu.iowait",
    "cpu.irq",
    "cpu.softirq",
    "cpu.steal",
    "cpu.guest",
    "cpu.count",
    "memory.available",
    "memory.free",
    "memory.total",
    "memory.buffers",
    "memory.cached",
    "memory.shared",
    "memory.slab_reclaimable",
    "memory.dirty",
    "swap.total",
    "swap.free",
    "swap.cached",
    "net.rx_bytes",
    "net.tx_bytes",
    "disk.read_bytes",
    "disk.write_bytes",
    "pressure.cpu.some",
    "pressure.cpu.full",
    "pressure.memory.some",
    "pressure.memory.full",
    "pressure.io.some",
    "pressure.io.full",
    "tasks.running",
    "tasks.total",
    "tasks.blocked",
    "processes.total",
    "kernel.context_switches",
    "kernel.forks",
    // Each file system, disk, interface, core or sensor by itself.
    "cpu.busy:*",
    "cpu.iowait:*",
    "cpu.steal:*",
    "cpu.user:*",
    "cpu.system:*",
];
/// What is measured of each of several.
const EACH: [&str; 20] = [
    "filesystem.used_percent:*",
    "filesystem.available:*",
    "filesystem.used:*",
    "filesystem.size:*",
    "filesystem.inodes_free:*",
    "filesystem.inodes:*",
    "disk.busy:*",
    "disk.wait_ms:*",
    "disk.read_bytes:*",
    "disk.write_bytes:*",
    "disk.reads:*",
    "disk.writes:*",
    "net.rx_bytes:*",
    "net.tx_bytes:*",
    "net.rx_packets:*",
    "net.tx_packets:*",
    "net.rx_errors:*",
    "net.tx_errors:*",
    "sensor.temperature:*",
    "sensor.fan:*",
];

/// What is suggested for a kind of condition.
pub fn suggested(kind: Kind) -> impl Iterator<Item = &'static str> {
    // Of each by itself it cannot be said that it is missing.
    let is_possible = move |key: &&str| kind == Kind::Value || !key.ends_with('*');
    WHOLE.into_iter().chain(EACH).filter(is_possible)
}

/// A sensible level at which it is over, for one at which it fires.
pub fn suggested_clear(key: &str, fire: f64, is_above: bool) -> f64 {
    let band = if Unit::of(key) == Unit::Percent { 5.0_f64.min(fire.abs()) } else { fire.abs() / 10.0 };
    let clear = if is_above { fire - band } else { fire + band };
    (clear * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::metrics::{
        CpuStates, Disk, Filesystem, Interface, Pressure, PressureStall, Processes, Sample, Sensor, SensorKind,
    };

    use super::*;

    #[test]
    fn every_series_of_a_sample_is_suggested_and_no_other() {
        let stall = Some(PressureStall { some: 1.0, full: Some(1.0) });
        let sensor = |kind| Sensor { name: "x".to_owned(), kind, ..Sensor::default() };
        let sample = Sample {
            cores: vec![CpuStates::default()],
            pressure: Pressure { cpu: stall, memory: stall, io: stall },
            disks: vec![Disk { name: "x".to_owned(), ..Disk::default() }],
            interfaces: vec![Interface { name: "x".to_owned(), ..Interface::default() }],
            filesystems: Some(vec![Filesystem { mount: "x".to_owned(), size: 2, ..Filesystem::default() }]),
            sensors: Some(vec![sensor(SensorKind::Temperature), sensor(SensorKind::Fan)]),
            processes: Some(Processes::default()),
            ..Sample::default()
        };
        let mut there = BTreeSet::new();
        sample.each_value(|metric, instance, _, _| {
            there.insert(if instance.is_empty() { metric.to_owned() } else { format!("{metric}:*") });
        });
        // A core has as many states as the processor; five of them are enough to choose from.
        there.retain(|key| {
            !["nice", "idle", "irq", "softirq", "guest"].iter().any(|state| *key == format!("cpu.{state}:*"))
        });
        let offered: BTreeSet<String> = suggested(Kind::Value).map(str::to_owned).collect();
        assert_eq!(offered, there);
        assert!(suggested(Kind::NoData).all(|key| !key.ends_with('*')));
    }

    #[test]
    fn the_suggested_band_is_on_the_right_side() {
        assert_eq!(suggested_clear("cpu.busy", 90.0, true), 85.0);
        assert_eq!(suggested_clear("cpu.busy", 3.0, true), 0.0);
        assert_eq!(suggested_clear("cpu.idle", 10.0, false), 15.0);
        assert_eq!(suggested_clear("load.one", 4.0, true), 3.6);
        assert_eq!(suggested_clear("memory.available", 1_000.0, false), 1_100.0);
        assert_eq!(suggested_clear("x", -10.0, true), -11.0);
    }
}
