//! The section `df`: file systems as `df -P -k` and `df -P -i` (POSIX) show them, names as in `/proc/mounts`.

use domain::metrics::Filesystem;

use super::text::{NAME_MAX_CHARS, clean, number, unescape};

/// The most file systems that are looked at.
const FILESYSTEMS_MAX: usize = 64;

pub(super) fn parse(text: &str) -> Vec<Filesystem> {
    let mut filesystems: Vec<Filesystem> = Vec::new();
    for filesystem in text.lines().filter_map(filesystem) {
        let is_new = filesystems.iter().all(|known| known.mount != filesystem.mount);
        if is_new && filesystems.len() < FILESYSTEMS_MAX {
            filesystems.push(filesystem);
        }
    }
    filesystems
}

/// Reads device, kind, size, used, available (KiB), inodes, free inodes, mount point.
fn filesystem(line: &str) -> Option<Filesystem> {
    let mut words = line.split_ascii_whitespace();
    let device = clean(&unescape(words.next()?), NAME_MAX_CHARS);
    let kind = clean(words.next()?, NAME_MAX_CHARS);
    let mut kib = || words.next().and_then(number).map(|kib| kib.saturating_mul(1024));
    let (size, used) = (kib()?, kib()?);
    // Where the part kept for root is in use, `df` shows a negative number: nothing is left.
    let available = match words.next()? {
        negative if negative.starts_with('-') => 0,
        kib => number(kib)?.saturating_mul(1024),
    };
    let mut inodes = || words.next().map(|word| number(word).unwrap_or_default());
    let (inodes, inodes_free) = (inodes()?, inodes()?);
    let mount = clean(&unescape(words.next()?), NAME_MAX_CHARS);
    if size == 0 {
        return None;
    }
    Some(Filesystem { mount, device, kind, size, used, available, inodes, inodes_free: inodes_free.min(inodes) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn a_line_becomes_a_file_system_in_bytes() {
        let filesystems = parse(" /dev/vda ext4 264212084 18037500 77248388 16777216 16149758 /\n");
        assert_eq!(filesystems.len(), 1);
        let root = &filesystems[0];
        assert_eq!((root.mount.as_str(), root.device.as_str(), root.kind.as_str()), ("/", "/dev/vda", "ext4"));
        assert_eq!((root.size, root.used), (264_212_084 * 1024, 18_037_500 * 1024));
        assert_eq!((root.inodes, root.inodes_free), (16_777_216, 16_149_758));
        assert!((root.used_percent() - 18.93).abs() < 0.01);
    }

    #[test]
    fn escaped_names_negative_room_and_repetitions_are_understood() {
        let filesystems = parse(
            "/dev/sdb1 ntfs3 100 90 -5 0 0 /mnt/my\\040disk\n/dev/sdc1 ext4 100 90 5 - - /mnt/my\\040disk\n\
             none tmpfs 0 0 0 0 0 /empty\nshort line\n/dev/sdd xfs 1 x 1 1 1 /x\n",
        );
        assert_eq!(filesystems.len(), 1);
        assert_eq!((filesystems[0].mount.as_str(), filesystems[0].available), ("/mnt/my disk", 0));
    }
}
