//! Memory and swap.

use domain::metrics::Memory;

use super::{Family, Measured, Series, gauge, number};

pub(super) const FAMILIES: &[Family] = &[
    gauge("node_memory_MemTotal_bytes", "Memory information field MemTotal_bytes.", |series, of| {
        field(series, of, |memory| memory.total);
    }),
    gauge("node_memory_MemFree_bytes", "Memory information field MemFree_bytes.", |series, of| {
        field(series, of, |memory| memory.free);
    }),
    gauge("node_memory_MemAvailable_bytes", "Memory information field MemAvailable_bytes.", |series, of| {
        field(series, of, |memory| memory.available);
    }),
    gauge("node_memory_Buffers_bytes", "Memory information field Buffers_bytes.", |series, of| {
        field(series, of, |memory| memory.buffers);
    }),
    gauge("node_memory_Cached_bytes", "Memory information field Cached_bytes.", |series, of| {
        // The kernel counts shared memory as page cache, we do not.
        field(series, of, |memory| memory.cached.saturating_add(memory.shared));
    }),
    gauge("node_memory_Shmem_bytes", "Memory information field Shmem_bytes.", |series, of| {
        field(series, of, |memory| memory.shared);
    }),
    gauge("node_memory_SReclaimable_bytes", "Memory information field SReclaimable_bytes.", |series, of| {
        field(series, of, |memory| memory.slab_reclaimable);
    }),
    gauge("node_memory_Dirty_bytes", "Memory information field Dirty_bytes.", |series, of| {
        field(series, of, |memory| memory.dirty);
    }),
    gauge("node_memory_SwapTotal_bytes", "Memory information field SwapTotal_bytes.", |series, of| {
        field(series, of, |memory| memory.swap_total);
    }),
    gauge("node_memory_SwapFree_bytes", "Memory information field SwapFree_bytes.", |series, of| {
        field(series, of, |memory| memory.swap_free);
    }),
    gauge("node_memory_SwapCached_bytes", "Memory information field SwapCached_bytes.", |series, of| {
        field(series, of, |memory| memory.swap_cached);
    }),
];

fn field(series: &mut Series<'_>, of: &Measured, pick: fn(&Memory) -> u64) {
    series.value(number(pick(&of.report.memory)));
}
