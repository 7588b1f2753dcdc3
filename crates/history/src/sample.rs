//! Which series a sample has, by what name, and to how many decimal places: as many as the kernel's counters give.

use domain::metrics::{CpuStates, Disk, Filesystem, Interface, Memory, PressureStall, Sample, SensorKind};

use crate::{RowWriter, round};

/// Where values go: metric, what was measured, value, decimal places.
struct Values<'a>(&'a mut RowWriter);

impl Values<'_> {
    fn set(&mut self, metric: &str, instance: &str, value: f64, places: u8) {
        self.0.set(metric, instance, round(value, places));
    }

    #[allow(clippy::cast_precision_loss, reason = "sizes beyond 2^53 bytes are rounded")]
    fn size(&mut self, metric: &str, instance: &str, value: u64) {
        self.0.set(metric, instance, value as f64);
    }
}

/// Puts all numbers of a sample into a row.
pub fn write_sample(row: &mut RowWriter, sample: &Sample) {
    let mut values = Values(row);
    cpu(&mut values, "", &sample.cpu);
    values.size("cpu.count", "", sample.cores.len() as u64);
    for (core, states) in sample.cores.iter().enumerate() {
        cpu(&mut values, &core.to_string(), states);
    }
    load(&mut values, sample);
    pressure(&mut values, sample);
    memory(&mut values, &sample.memory);
    totals(&mut values, sample);
    sample.disks.iter().for_each(|each| disk(&mut values, each));
    sample.interfaces.iter().for_each(|each| interface(&mut values, each));
    slow(&mut values, sample);
}

fn cpu(values: &mut Values<'_>, core: &str, states: &CpuStates) {
    for (metric, percent) in [
        ("cpu.busy", states.busy),
        ("cpu.user", states.user),
        ("cpu.nice", states.nice),
        ("cpu.system", states.system),
        ("cpu.idle", states.idle),
        ("cpu.iowait", states.iowait),
        ("cpu.irq", states.irq),
        ("cpu.softirq", states.softirq),
        ("cpu.steal", states.steal),
        ("cpu.guest", states.guest),
    ] {
        values.set(metric, core, percent, 2);
    }
}

fn load(values: &mut Values<'_>, sample: &Sample) {
    values.set("load.one", "", sample.load.one, 2);
    values.set("load.five", "", sample.load.five, 2);
    values.set("load.fifteen", "", sample.load.fifteen, 2);
    values.size("tasks.running", "", sample.load.running.into());
    values.size("tasks.total", "", sample.load.tasks.into());
    values.size("tasks.blocked", "", sample.blocked.into());
    values.set("kernel.context_switches", "", sample.context_switches, 0);
    values.set("kernel.forks", "", sample.forks, 1);
    values.set("uptime", "", sample.uptime_secs, 0);
}

fn pressure(values: &mut Values<'_>, sample: &Sample) {
    let mut stall = |some: &str, full: &str, stall: Option<PressureStall>| {
        let Some(stall) = stall else { return };
        values.set(some, "", stall.some, 2);
        if let Some(percent) = stall.full {
            values.set(full, "", percent, 2);
        }
    };
    stall("pressure.cpu.some", "pressure.cpu.full", sample.pressure.cpu);
    stall("pressure.memory.some", "pressure.memory.full", sample.pressure.memory);
    stall("pressure.io.some", "pressure.io.full", sample.pressure.io);
}

fn memory(values: &mut Values<'_>, memory: &Memory) {
    values.set("memory.used_percent", "", memory.used_percent(), 2);
    values.set("swap.used_percent", "", memory.swap_percent(), 2);
    for (metric, bytes) in [
        ("memory.total", memory.total),
        ("memory.available", memory.available),
        ("memory.free", memory.free),
        ("memory.buffers", memory.buffers),
        ("memory.cached", memory.cached),
        ("memory.shared", memory.shared),
        ("memory.slab_reclaimable", memory.slab_reclaimable),
        ("memory.dirty", memory.dirty),
        ("swap.total", memory.swap_total),
        ("swap.free", memory.swap_free),
        ("swap.cached", memory.swap_cached),
    ] {
        values.size(metric, "", bytes);
    }
}

/// The traffic of all real interfaces and disks, as rows of the dashboard show it.
fn totals(values: &mut Values<'_>, sample: &Sample) {
    let point = sample.recent_point();
    for (metric, bytes) in [
        ("net.rx_bytes", point.rx_bytes),
        ("net.tx_bytes", point.tx_bytes),
        ("disk.read_bytes", point.read_bytes),
        ("disk.write_bytes", point.write_bytes),
    ] {
        values.set(metric, "", bytes.into(), 0);
    }
}

fn disk(values: &mut Values<'_>, disk: &Disk) {
    values.set("disk.read_bytes", &disk.name, disk.read_bytes, 0);
    values.set("disk.write_bytes", &disk.name, disk.write_bytes, 0);
    values.set("disk.reads", &disk.name, disk.reads, 1);
    values.set("disk.writes", &disk.name, disk.writes, 1);
    values.set("disk.busy", &disk.name, disk.busy, 2);
    values.set("disk.wait_ms", &disk.name, disk.wait_ms, 2);
}

fn interface(values: &mut Values<'_>, interface: &Interface) {
    values.set("net.rx_bytes", &interface.name, interface.rx_bytes, 0);
    values.set("net.tx_bytes", &interface.name, interface.tx_bytes, 0);
    values.set("net.rx_packets", &interface.name, interface.rx_packets, 1);
    values.set("net.tx_packets", &interface.name, interface.tx_packets, 1);
    values.set("net.rx_errors", &interface.name, interface.rx_errors, 1);
    values.set("net.tx_errors", &interface.name, interface.tx_errors, 1);
}

/// What only some reports carry.
fn slow(values: &mut Values<'_>, sample: &Sample) {
    if let Some(filesystems) = &sample.filesystems {
        if let Some(fullest) = filesystems.iter().map(Filesystem::used_percent).reduce(f64::max) {
            values.set("filesystem.used_percent", "", fullest, 2);
        }
        for filesystem in filesystems {
            values.set("filesystem.used_percent", &filesystem.mount, filesystem.used_percent(), 2);
            values.size("filesystem.size", &filesystem.mount, filesystem.size);
            values.size("filesystem.used", &filesystem.mount, filesystem.used);
            values.size("filesystem.available", &filesystem.mount, filesystem.available);
            values.size("filesystem.inodes", &filesystem.mount, filesystem.inodes);
            values.size("filesystem.inodes_free", &filesystem.mount, filesystem.inodes_free);
        }
    }
    for sensor in sample.sensors.iter().flatten() {
        let (metric, places) = match sensor.kind {
            SensorKind::Temperature => ("sensor.temperature", 1),
            SensorKind::Fan => ("sensor.fan", 0),
        };
        values.set(metric, &sensor.name, sensor.value, places);
    }
    if let Some(processes) = &sample.processes {
        values.size("processes.total", "", processes.total.into());
    }
}

#[cfg(test)]
mod tests {
    use crate::{MOST_SERIES, read_rows};
    use domain::metrics::{Load, Pressure};

    use super::*;

    #[test]
    fn every_part_of_a_sample_has_its_series() {
        let sample = Sample {
            cores: vec![CpuStates::default(); 2],
            load: Load { one: 0.125, ..Load::default() },
            pressure: Pressure { io: Some(PressureStall { some: 1.234_5, full: None }), ..Pressure::default() },
            disks: vec![Disk { name: "sda".to_owned(), reads: 10.0 / 3.0, read_bytes: 5.0, ..Disk::default() }],
            interfaces: vec![Interface { name: "eth0".to_owned(), rx_bytes: 9.4, ..Interface::default() }],
            filesystems: Some(vec![Filesystem {
                mount: "/srv/a:b".to_owned(),
                used: 1,
                available: 2,
                ..Filesystem::default()
            }]),
            ..Sample::default()
        };
        let mut row = RowWriter::new(MOST_SERIES);
        write_sample(&mut row, &sample);
        row.end_row(1);
        let table = read_rows(row.bytes(), None).unwrap();
        for (key, value) in [
            ("cpu.idle:1", 0.0),
            ("load.one", 0.13),
            ("pressure.io.some", 1.23),
            ("disk.reads:sda", 3.3),
            ("disk.read_bytes", 5.0),
            ("net.rx_bytes:eth0", 9.0),
            ("net.rx_bytes", 9.0),
            ("filesystem.used_percent:/srv/a:b", 33.33),
            ("filesystem.used_percent", 33.33),
        ] {
            assert_eq!(table.column(key), Some([value].as_slice()), "{key}");
        }
        assert!(table.column("pressure.cpu.some").is_none(), "what the kernel does not offer has no series");
    }
}
