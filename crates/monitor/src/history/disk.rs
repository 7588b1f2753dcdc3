//! How full the disk is that the data lies on.

use std::path::{Path, PathBuf};

use history::Space;

/// The file system of the data folder.
#[derive(Debug, Clone)]
pub(crate) struct Disk(PathBuf);

impl Disk {
    pub fn of(data_dir: &Path) -> Self {
        Self(data_dir.to_owned())
    }

    /// Its space now (statvfs(3)): free is what an ordinary account may still use. `None` when the system does not say.
    pub fn space(&self) -> Option<Space> {
        let found = rustix::fs::statvfs(&self.0).ok()?;
        let total_bytes = found.f_blocks.saturating_mul(found.f_frsize);
        (total_bytes > 0).then(|| Space { free_bytes: found.f_bavail.saturating_mul(found.f_frsize), total_bytes })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn the_disk_of_a_folder_says_its_space() {
        let folder = tempfile::tempdir().unwrap();
        let space = Disk::of(folder.path()).space().unwrap();
        assert!(space.total_bytes >= space.free_bytes && space.total_bytes > 1 << 20, "{space:?}");
        assert_eq!(Disk::of(&folder.path().join("nothing")).space(), None);
    }
}
