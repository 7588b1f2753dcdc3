//! The parts of a sample, one type per thing that is measured.

use serde::{Deserialize, Serialize};

/// Where processor time went between two reports, in percent; the states add up to 100 (`/proc/stat`, proc(5)).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CpuStates {
    /// Everything but idle and waiting for disks.
    pub busy: f64,
    /// Programs (guests of virtual machines not counted twice).
    pub user: f64,
    /// Programs with lowered priority.
    pub nice: f64,
    /// The kernel.
    pub system: f64,
    /// Nothing to do.
    pub idle: f64,
    /// Nothing to do because a disk has not answered yet.
    pub iowait: f64,
    /// Hardware interrupts.
    pub irq: f64,
    /// Soft interrupts.
    pub softirq: f64,
    /// Taken away by the hypervisor.
    pub steal: f64,
    /// Virtual machines.
    pub guest: f64,
}

/// Load averages (`/proc/loadavg`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Load {
    /// Over one minute.
    pub one: f64,
    /// Over five minutes.
    pub five: f64,
    /// Over fifteen minutes.
    pub fifteen: f64,
    /// Tasks that want to run now.
    pub running: u32,
    /// Tasks in all.
    pub tasks: u32,
}

/// How long tasks were held up by one resource, in percent of the time between two reports (kernel document `accounting/psi`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PressureStall {
    /// At least one task waited.
    pub some: f64,
    /// All tasks waited at once; `None` where the kernel does not say.
    pub full: Option<f64>,
}

/// Pressure per resource; each `None` where the kernel does not offer it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pressure {
    /// Waiting for a processor.
    pub cpu: Option<PressureStall>,
    /// Waiting for memory.
    pub memory: Option<PressureStall>,
    /// Waiting for disks.
    pub io: Option<PressureStall>,
}

/// Memory and swap, in bytes (`/proc/meminfo`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Memory {
    /// All memory.
    pub total: u64,
    /// What programs can still get without swapping.
    pub available: u64,
    /// What nothing uses at all.
    pub free: u64,
    /// Raw block device buffers.
    pub buffers: u64,
    /// Page cache, shared memory not counted.
    pub cached: u64,
    /// Shared memory and tmpfs.
    pub shared: u64,
    /// Kernel caches that can be given back.
    pub slab_reclaimable: u64,
    /// Waiting to be written to disk.
    pub dirty: u64,
    /// All swap.
    pub swap_total: u64,
    /// Swap that nothing uses.
    pub swap_free: u64,
    /// Swapped pages that are also in memory.
    pub swap_cached: u64,
}

impl Memory {
    /// What programs hold: all that is not available.
    pub fn used(&self) -> u64 {
        self.total.saturating_sub(self.available)
    }

    /// [`Self::used`] in percent of all memory.
    pub fn used_percent(&self) -> f64 {
        percent(self.used(), self.total)
    }

    /// Swap in use, in bytes.
    pub fn swap_used(&self) -> u64 {
        self.swap_total.saturating_sub(self.swap_free)
    }

    /// Swap in use, in percent of all swap; 0 where there is none.
    pub fn swap_percent(&self) -> f64 {
        percent(self.swap_used(), self.swap_total)
    }
}

/// A mounted file system (`df`; bytes).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Filesystem {
    /// Where it is mounted.
    pub mount: String,
    /// The device or source.
    pub device: String,
    /// Its type, such as `ext4`.
    pub kind: String,
    /// Its size.
    pub size: u64,
    /// What is used.
    pub used: u64,
    /// What an ordinary program can still write.
    pub available: u64,
    /// All inodes; 0 where the type has none.
    pub inodes: u64,
    /// Free inodes.
    pub inodes_free: u64,
}

impl Filesystem {
    /// Use in percent as `df` shows it: of what ordinary programs can have.
    pub fn used_percent(&self) -> f64 {
        percent(self.used, self.used.saturating_add(self.available))
    }
}

/// A disk's work between two reports (`/proc/diskstats`, kernel document `admin-guide/iostats`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Disk {
    /// The device's name, such as `sda`.
    pub name: String,
    /// Bytes read per second.
    pub read_bytes: f64,
    /// Bytes written per second.
    pub write_bytes: f64,
    /// Reads done per second.
    pub reads: f64,
    /// Writes done per second.
    pub writes: f64,
    /// Part of the time in which it worked on something, in percent.
    pub busy: f64,
    /// Mean time that a read or write took, in milliseconds; 0 when there was none.
    pub wait_ms: f64,
}

/// A network interface's traffic between two reports (`/proc/net/dev`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Interface {
    /// The interface's name, such as `eth0`.
    pub name: String,
    /// Bytes received per second.
    pub rx_bytes: f64,
    /// Bytes sent per second.
    pub tx_bytes: f64,
    /// Packets received per second.
    pub rx_packets: f64,
    /// Packets sent per second.
    pub tx_packets: f64,
    /// Received packets that were faulty or dropped, per second.
    pub rx_errors: f64,
    /// Packets that could not be sent, per second.
    pub tx_errors: f64,
}

/// What a sensor measures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SensorKind {
    /// Degrees Celsius.
    #[default]
    Temperature,
    /// Revolutions per minute.
    Fan,
}

/// A hardware sensor (`/sys/class/hwmon`, `/sys/class/thermal`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sensor {
    /// What it measures.
    pub kind: SensorKind,
    /// The chip and its label, such as `coretemp Package id 0`.
    pub name: String,
    /// The value, in the unit of its kind.
    pub value: f64,
    /// The value that the chip calls critical.
    pub critical: Option<f64>,
}

/// A process.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// The account it runs as: its name where the server knows one, else its number.
    pub user: String,
    /// Its short name.
    pub name: String,
    /// Its command line, cut to 200 characters; empty for kernel threads.
    pub command: String,
    /// Its state as one letter (proc(5)).
    pub state: String,
    /// Processor use between two reports, in percent of one core.
    pub cpu: f64,
    /// Resident memory, in bytes.
    pub memory: u64,
}

/// The processes that take the most.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Processes {
    /// How many there are in all.
    pub total: u32,
    /// The ones that use the processor or memory most, by processor use.
    pub top: Vec<Process>,
}

/// What a server says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identity {
    /// Its own name for itself.
    pub hostname: String,
    /// The distribution with its version, such as `Debian GNU/Linux 12 (bookworm)`.
    pub distribution: String,
    /// The kernel and its version, such as `Linux 6.1.0-18-amd64`.
    pub kernel: String,
    /// The machine's architecture, such as `x86_64`.
    pub architecture: String,
    /// The processor's model; empty where the kernel does not say.
    pub cpu_model: String,
    /// How many processors it has.
    pub cores: u32,
    /// When it was started, in Unix milliseconds by its own clock.
    pub booted_at_ms: i64,
}

/// `part` in percent of `whole`; 0 when there is no whole.
#[allow(clippy::cast_precision_loss, reason = "a percentage needs no more than 53 bits")]
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}
