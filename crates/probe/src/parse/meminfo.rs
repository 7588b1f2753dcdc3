//! `/proc/meminfo` (proc(5)), in KiB; with an estimate of the available memory where an old kernel has none.

use domain::metrics::Memory;

use super::text::number;

/// What the estimate of the available memory needs besides.
#[derive(Default)]
struct Reserve {
    active_file: u64,
    inactive_file: u64,
    /// `/proc/sys/vm/min_free_kbytes`, which the script adds where `MemAvailable` is missing.
    min_free: u64,
}

pub(crate) fn parse(text: &str) -> Option<Memory> {
    let mut memory = Memory::default();
    let mut reserve = Reserve::default();
    let mut available = None;
    for line in text.lines() {
        let Some((key, value)) = line.split_once(':') else { continue };
        let Some(value) = value.split_ascii_whitespace().next().and_then(number) else { continue };
        let bytes = value.saturating_mul(1024);
        match key.trim_start() {
            "MemTotal" => memory.total = bytes,
            "MemFree" => memory.free = bytes,
            "MemAvailable" => available = Some(bytes),
            "Buffers" => memory.buffers = bytes,
            "Cached" => memory.cached = bytes,
            "Shmem" => memory.shared = bytes,
            "SReclaimable" => memory.slab_reclaimable = bytes,
            "Dirty" => memory.dirty = bytes,
            "SwapTotal" => memory.swap_total = bytes,
            "SwapFree" => memory.swap_free = bytes,
            "SwapCached" => memory.swap_cached = bytes,
            "Active(file)" => reserve.active_file = bytes,
            "Inactive(file)" => reserve.inactive_file = bytes,
            "min_free_kbytes" => reserve.min_free = bytes,
            _ => {}
        }
    }
    if memory.total == 0 {
        return None;
    }
    memory.available = available.unwrap_or_else(|| estimate(&memory, &reserve)).min(memory.total);
    memory.free = memory.free.min(memory.total);
    // The kernel counts shared memory and tmpfs as page cache.
    memory.cached = memory.cached.saturating_sub(memory.shared);
    memory.swap_free = memory.swap_free.min(memory.swap_total);
    Some(memory)
}

/// What `si_mem_available` in the kernel's `mm/page_alloc.c` does, which came with Linux 3.14. The low watermark is five
/// quarters of the minimum.
fn estimate(memory: &Memory, reserve: &Reserve) -> u64 {
    let low = reserve.min_free.saturating_add(reserve.min_free / 4);
    let cache = reserve.active_file.saturating_add(reserve.inactive_file);
    let cache = cache.saturating_sub(low.min(cache / 2));
    let slab = memory.slab_reclaimable.saturating_sub(low.min(memory.slab_reclaimable / 2));
    memory.free.saturating_sub(low).saturating_add(cache).saturating_add(slab)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn page_cache_does_not_count_shared_memory() {
        let memory =
            parse("MemTotal: 100 kB\nMemFree: 10 kB\nMemAvailable: 50 kB\nCached: 30 kB\nShmem: 5 kB\n").unwrap();
        assert_eq!(memory.cached, 25 * 1024);
        assert_eq!(memory.used(), 50 * 1024);
    }

    #[test]
    fn available_memory_is_estimated_like_the_kernel_does() {
        let text = "MemTotal: 1000000 kB\nMemFree: 100000 kB\nActive(file): 60000 kB\nInactive(file): 40000 kB\n\
                    SReclaimable: 8000 kB\nmin_free_kbytes: 4000 kB\n";
        // low = 5000; free − low + cache − min(cache / 2, low) + slab − min(slab / 2, low)
        assert_eq!(parse(text).unwrap().available / 1024, 95_000 + 95_000 + 4_000);
    }

    #[test]
    fn nothing_exceeds_the_whole() {
        let memory =
            parse("MemTotal: 10 kB\nMemFree: 20 kB\nMemAvailable: 30 kB\nSwapTotal: 1 kB\nSwapFree: 9 kB\n").unwrap();
        assert_eq!((memory.free, memory.available, memory.used()), (10_240, 10_240, 0));
        assert_eq!(memory.swap_used(), 0);
        assert_eq!(parse("MemFree: 20 kB\n"), None);
        assert_eq!(parse("MemTotal: 0 kB\n"), None);
        assert_eq!(parse("MemTotal: 99999999999999999999 kB\n").unwrap().total, u64::MAX);
    }
}
