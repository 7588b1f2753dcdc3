//! Disks, network interfaces, file systems and sensors.
//!
//! Of a sensor we know the chip's name and the label, not their places in `/sys`: `chip` and `sensor` say those.

use domain::metrics::{Filesystem, Sensor, SensorKind};
use probe::{DiskCounters, InterfaceCounters};

use super::{Family, Measured, Series, counter, gauge, number};

/// `/proc/diskstats` counts in sectors of this size, whatever the disk's own is.
const SECTOR_BYTES: f64 = 512.0;

pub(super) const FAMILIES: &[Family] = &[
    counter("node_disk_reads_completed_total", "The total number of reads completed successfully.", |series, of| {
        disks(series, of, |disk| number(disk.reads));
    }),
    counter("node_disk_writes_completed_total", "The total number of writes completed successfully.", |series, of| {
        disks(series, of, |disk| number(disk.writes));
    }),
    counter("node_disk_read_bytes_total", "The total number of bytes read successfully.", |series, of| {
        disks(series, of, |disk| number(disk.read_sectors) * SECTOR_BYTES);
    }),
    counter("node_disk_written_bytes_total", "The total number of bytes written successfully.", |series, of| {
        disks(series, of, |disk| number(disk.write_sectors) * SECTOR_BYTES);
    }),
    counter("node_disk_read_time_seconds_total", "The total number of seconds spent by all reads.", |series, of| {
        disks(series, of, |disk| number(disk.read_ms) / 1000.0);
    }),
    counter(
        "node_disk_write_time_seconds_total",
        "This is the total number of seconds spent by all writes.",
        |series, of| disks(series, of, |disk| number(disk.write_ms) / 1000.0),
    ),
    counter("node_disk_io_time_seconds_total", "Total seconds spent doing I/Os.", |series, of| {
        disks(series, of, |disk| number(disk.busy_ms) / 1000.0);
    }),
    counter("node_network_receive_bytes_total", "Network device statistic receive_bytes.", |series, of| {
        interfaces(series, of, |interface| interface.rx_bytes);
    }),
    counter("node_network_receive_packets_total", "Network device statistic receive_packets.", |series, of| {
        interfaces(series, of, |interface| interface.rx_packets);
    }),
    counter("node_network_receive_errs_total", "Network device statistic receive_errs.", |series, of| {
        interfaces(series, of, |interface| interface.rx_errors);
    }),
    counter("node_network_receive_drop_total", "Network device statistic receive_drop.", |series, of| {
        interfaces(series, of, |interface| interface.rx_dropped);
    }),
    counter("node_network_transmit_bytes_total", "Network device statistic transmit_bytes.", |series, of| {
        interfaces(series, of, |interface| interface.tx_bytes);
    }),
    counter("node_network_transmit_packets_total", "Network device statistic transmit_packets.", |series, of| {
        interfaces(series, of, |interface| interface.tx_packets);
    }),
    counter("node_network_transmit_errs_total", "Network device statistic transmit_errs.", |series, of| {
        interfaces(series, of, |interface| interface.tx_errors);
    }),
    counter("node_network_transmit_drop_total", "Network device statistic transmit_drop.", |series, of| {
        interfaces(series, of, |interface| interface.tx_dropped);
    }),
    gauge("node_filesystem_size_bytes", "Filesystem size in bytes.", |series, of| {
        filesystems(series, of, |filesystem| filesystem.size);
    }),
    gauge("node_filesystem_free_bytes", "Filesystem free space in bytes.", |series, of| {
        filesystems(series, of, |filesystem| filesystem.size.saturating_sub(filesystem.used));
    }),
    gauge("node_filesystem_avail_bytes", "Filesystem space available to non-root users in bytes.", |series, of| {
        filesystems(series, of, |filesystem| filesystem.available)
    }),
    gauge("node_filesystem_files", "Filesystem total file nodes.", |series, of| {
        filesystems(series, of, |filesystem| filesystem.inodes);
    }),
    gauge("node_filesystem_files_free", "Filesystem total free file nodes.", |series, of| {
        filesystems(series, of, |filesystem| filesystem.inodes_free);
    }),
    gauge("node_hwmon_temp_celsius", "Hardware monitor for temperature (input)", |series, of| {
        sensors(series, of, SensorKind::Temperature, |sensor| Some(sensor.value));
    }),
    gauge("node_hwmon_temp_crit_celsius", "Hardware monitor for temperature (crit)", |series, of| {
        sensors(series, of, SensorKind::Temperature, |sensor| sensor.critical);
    }),
    gauge("node_hwmon_fan_rpm", "Hardware monitor for fan revolutions per minute (input)", |series, of| {
        sensors(series, of, SensorKind::Fan, |sensor| Some(sensor.value));
    }),
    gauge("node_hwmon_chip_names", "Annotation metric for human-readable chip names", |series, of| {
        for (index, (chip, _)) in of.sensors.iter().map(chip_and_label).enumerate() {
            if of.sensors.iter().take(index).all(|earlier| chip_and_label(earlier).0 != chip) {
                series.with([("chip", chip), ("chip_name", chip)], 1.0);
            }
        }
    }),
];

fn disks(series: &mut Series<'_>, of: &Measured, pick: fn(&DiskCounters) -> f64) {
    for disk in &of.report.disks {
        series.with([("device", &disk.name)], pick(disk));
    }
}

fn interfaces(series: &mut Series<'_>, of: &Measured, pick: fn(&InterfaceCounters) -> u64) {
    for interface in &of.report.interfaces {
        series.with([("device", &interface.name)], number(pick(interface)));
    }
}

fn filesystems(series: &mut Series<'_>, of: &Measured, pick: fn(&Filesystem) -> u64) {
    for one in &of.filesystems {
        series.with([("device", &one.device), ("fstype", &one.kind), ("mountpoint", &one.mount)], number(pick(one)));
    }
}

fn sensors(series: &mut Series<'_>, of: &Measured, kind: SensorKind, pick: fn(&Sensor) -> Option<f64>) {
    for sensor in of.sensors.iter().filter(|sensor| sensor.kind == kind) {
        if let Some(value) = pick(sensor) {
            let (chip, label) = chip_and_label(sensor);
            series.with([("chip", chip), ("sensor", label)], value);
        }
    }
}

/// Both are in the name; the name of a chip has no space (kernel document `hwmon/sysfs-interface`).
fn chip_and_label(sensor: &Sensor) -> (&str, &str) {
    sensor.name.split_once(' ').unwrap_or((&sensor.name, ""))
}
