//! A sample, and the shorter forms of it that rows, sparklines and the first page need.

use serde::{Deserialize, Serialize};

use super::parts::{CpuStates, Disk, Filesystem, Identity, Interface, Load, Memory, Pressure, Processes, Sensor};

/// How many points a server's page gets of the time before it was opened.
pub const RECENT_MAX: usize = 300;
/// How many points the sparkline of a row has.
pub const SPARK_MAX: usize = 40;

/// What was measured between two reports of one server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sample {
    /// When the report arrived, in Unix milliseconds by the monitor's clock.
    pub at_ms: i64,
    /// The time between the two reports by the server's own clock, in seconds.
    pub span_secs: f64,
    /// How long the server has been up, in seconds.
    pub uptime_secs: f64,
    /// All processors together.
    pub cpu: CpuStates,
    /// Each processor, in the kernel's order.
    pub cores: Vec<CpuStates>,
    /// Load averages.
    pub load: Load,
    /// Pressure.
    pub pressure: Pressure,
    /// Memory and swap.
    pub memory: Memory,
    /// Disks.
    pub disks: Vec<Disk>,
    /// Network interfaces.
    pub interfaces: Vec<Interface>,
    /// Context switches per second.
    pub context_switches: f64,
    /// Processes started per second.
    pub forks: f64,
    /// Tasks that wait for a disk now.
    pub blocked: u32,
    /// File systems, when this report carried them.
    pub filesystems: Option<Vec<Filesystem>>,
    /// Sensors, when this report carried them.
    pub sensors: Option<Vec<Sensor>>,
    /// Processes, when this report carried them.
    pub processes: Option<Processes>,
}

impl Sample {
    /// The short form for a row. `filesystems` are the latest known ones.
    #[allow(clippy::cast_possible_truncation, reason = "a row shows three digits")]
    pub fn vitals(&self, filesystems: &[Filesystem]) -> Vitals {
        let physical = || self.interfaces.iter().filter(|interface| is_counted(&interface.name));
        Vitals {
            at_ms: self.at_ms,
            cpu: self.cpu.busy as f32,
            memory: self.memory.used_percent() as f32,
            swap: self.memory.swap_percent() as f32,
            disk: filesystems.iter().map(|filesystem| filesystem.used_percent() as f32).reduce(f32::max),
            rx_bytes: physical().map(|interface| interface.rx_bytes).sum::<f64>() as f32,
            tx_bytes: physical().map(|interface| interface.tx_bytes).sum::<f64>() as f32,
            load: self.load.one as f32,
            cores: u16::try_from(self.cores.len()).unwrap_or(u16::MAX),
            uptime_secs: self.uptime_secs.max(0.0).min(f64::from(u32::MAX)) as u32,
        }
    }

    /// The short form for sparklines.
    #[allow(clippy::cast_possible_truncation, reason = "a sparkline is some 30 pixels high")]
    pub fn recent_point(&self) -> RecentPoint {
        let vitals = self.vitals(&[]);
        let disks = || self.disks.iter().filter(|disk| !is_stacked(&disk.name));
        RecentPoint {
            at_ms: self.at_ms,
            cpu: vitals.cpu,
            memory: vitals.memory,
            load: vitals.load,
            rx_bytes: vitals.rx_bytes,
            tx_bytes: vitals.tx_bytes,
            read_bytes: disks().map(|disk| disk.read_bytes).sum::<f64>() as f32,
            write_bytes: disks().map(|disk| disk.write_bytes).sum::<f64>() as f32,
            pressure: self.pressure.cpu.map_or(0.0, |stall| stall.some) as f32,
        }
    }
}

/// Whether an interface's traffic counts into the server's: loopback, bridges and container ends would count bytes twice.
fn is_counted(name: &str) -> bool {
    ![
        "lo",
        "veth",
        "docker",
        "br-",
        "virbr",
        "cni",
        "flannel",
        "cali",
        "tun",
        "tap",
        "wg",
        "ifb",
        "dummy",
        "bond_slave",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}

/// Whether a disk is made of other ones, as volumes and RAID arrays are: what they do is counted there already.
fn is_stacked(name: &str) -> bool {
    ["dm-", "md", "bcache", "drbd", "zd"].iter().any(|prefix| name.starts_with(prefix))
}

/// What a row shows of a server, in the precision of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Vitals {
    /// When it was measured, in Unix milliseconds by the monitor's clock.
    pub at_ms: i64,
    /// Processor use, in percent.
    pub cpu: f32,
    /// Memory use, in percent.
    pub memory: f32,
    /// Swap use, in percent.
    pub swap: f32,
    /// Use of the fullest file system, in percent; `None` until it is known.
    pub disk: Option<f32>,
    /// Bytes received per second over all real interfaces.
    pub rx_bytes: f32,
    /// Bytes sent per second over all real interfaces.
    pub tx_bytes: f32,
    /// Load average over one minute.
    pub load: f32,
    /// How many processors there are.
    pub cores: u16,
    /// How long the server has been up, in seconds.
    pub uptime_secs: u32,
}

/// One point of the sparklines on a server's page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecentPoint {
    /// When it was measured, in Unix milliseconds by the monitor's clock.
    pub at_ms: i64,
    /// Processor use, in percent.
    pub cpu: f32,
    /// Memory use, in percent.
    pub memory: f32,
    /// Load average over one minute.
    pub load: f32,
    /// Bytes received per second.
    pub rx_bytes: f32,
    /// Bytes sent per second.
    pub tx_bytes: f32,
    /// Bytes read from disks per second.
    pub read_bytes: f32,
    /// Bytes written to disks per second.
    pub write_bytes: f32,
    /// Processor pressure, in percent.
    pub pressure: f32,
}

/// The newest of everything that is known of one server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Latest {
    /// The newest sample; its slow parts are those that came last, whenever that was.
    pub sample: Option<Sample>,
    /// What the server says of itself.
    pub identity: Option<Identity>,
}

impl Latest {
    /// Takes a newer sample in; parts that it does not carry stay as they were.
    pub fn absorb(&mut self, mut newer: Sample) {
        if let Some(old) = self.sample.take() {
            newer.filesystems = newer.filesystems.or(old.filesystems);
            newer.sensors = newer.sensors.or(old.sensors);
            newer.processes = newer.processes.or(old.processes);
        }
        self.sample = Some(newer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_pass_through_a_volume_to_a_disk_count_once() {
        let disk = |name: &str| Disk { name: name.to_owned(), read_bytes: 5.0, write_bytes: 7.0, ..Disk::default() };
        let sample = Sample { disks: ["nvme0n1", "dm-0", "md127", "sda"].map(disk).to_vec(), ..Sample::default() };
        let point = sample.recent_point();
        assert_eq!((point.read_bytes, point.write_bytes), (10.0, 14.0));
    }
}
