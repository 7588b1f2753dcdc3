//! Which series a sample has, by what name, and to how many decimal places: as many as the kernel's counters give.

use super::{CpuStates, Disk, Filesystem, Interface, Memory, PressureStall, Sample, SensorKind};

/// Takes the values: metric, what was measured, value, decimal places.
type Visit<'a> = dyn FnMut(&str, &str, f64, u8) + 'a;

/// Where values go.
struct Values<'a, 'b>(&'a mut Visit<'b>);

impl Values<'_, '_> {
    fn set(&mut self, metric: &str, instance: &str, value: f64, places: u8) {
        (self.0)(metric, instance, value, places);
    }

    #[allow(clippy::cast_precision_loss, reason = "sizes beyond 2^53 bytes are rounded")]
    fn size(&mut self, metric: &str, instance: &str, value: u64) {
        self.set(metric, instance, value as f64, 0);
    }
}

impl Sample {
    /// Gives all its numbers: metric, what was measured (nothing for the whole server), value, and how many decimal places of it count.
    pub fn each_value(&self, mut visit: impl FnMut(&str, &str, f64, u8)) {
        each_value(&mut Values(&mut visit), self);
    }
}

fn each_value(values: &mut Values<'_, '_>, sample: &Sample) {
    cpu(values, "", &sample.cpu);
    values.size("cpu.count", "", sample.cores.len() as u64);
    for (core, states) in sample.cores.iter().enumerate() {
        cpu(values, &core.to_string(), states);
    }
    load(values, sample);
    pressure(values, sample);
    memory(values, &sample.memory);
    totals(values, sample);
    sample.disks.iter().for_each(|each| disk(values, each));
    sample.interfaces.iter().for_each(|each| interface(values, each));
    slow(values, sample);
}

fn cpu(values: &mut Values<'_, '_>, core: &str, states: &CpuStates) {
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

fn load(values: &mut Values<'_, '_>, sample: &Sample) {
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

fn pressure(values: &mut Values<'_, '_>, sample: &Sample) {
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

fn memory(values: &mut Values<'_, '_>, memory: &Memory) {
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
fn totals(values: &mut Values<'_, '_>, sample: &Sample) {
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

fn disk(values: &mut Values<'_, '_>, disk: &Disk) {
    values.set("disk.read_bytes", &disk.name, disk.read_bytes, 0);
    values.set("disk.write_bytes", &disk.name, disk.write_bytes, 0);
    values.set("disk.reads", &disk.name, disk.reads, 1);
    values.set("disk.writes", &disk.name, disk.writes, 1);
    values.set("disk.busy", &disk.name, disk.busy, 2);
    values.set("disk.wait_ms", &disk.name, disk.wait_ms, 2);
}

fn interface(values: &mut Values<'_, '_>, interface: &Interface) {
    values.set("net.rx_bytes", &interface.name, interface.rx_bytes, 0);
    values.set("net.tx_bytes", &interface.name, interface.tx_bytes, 0);
    values.set("net.rx_packets", &interface.name, interface.rx_packets, 1);
    values.set("net.tx_packets", &interface.name, interface.tx_packets, 1);
    values.set("net.rx_errors", &interface.name, interface.rx_errors, 1);
    values.set("net.tx_errors", &interface.name, interface.tx_errors, 1);
}

/// What only some reports carry.
fn slow(values: &mut Values<'_, '_>, sample: &Sample) {
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
