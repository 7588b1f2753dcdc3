//! The interpreters that the probe may find on a server, each put first in the path by a folder of its own.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::TempDir;

/// The names under which the probe looks for an awk.
const LOOKED_FOR: [&str; 4] = ["awk", "mawk", "gawk", "busybox"];

/// One interpreter, and the folder that makes the probe take it.
#[derive(Debug)]
pub(super) struct Awk {
    name: &'static str,
    folder: TempDir,
}

impl Awk {
    /// Those that are installed, and at the end the shell without any awk.
    pub fn installed() -> Result<Vec<Self>> {
        let mut awks = Vec::new();
        for (name, program) in [("mawk", "mawk"), ("gawk", "gawk"), ("busybox awk", "busybox")] {
            if let Some(path) = find(program) {
                let awk = Self::new(name)?;
                symlink(path, awk.folder.path().join("awk"))?;
                awks.push(awk);
            }
        }
        let shell = Self::new("the shell, without awk")?;
        for name in LOOKED_FOR {
            let path = shell.folder.path().join(name);
            fs::write(&path, "#!/bin/sh\nexit 1\n")?;
            readable(&path)?;
        }
        awks.push(shell);
        Ok(awks)
    }

    fn new(name: &'static str) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("probe-awk").tempdir()?;
        readable(folder.path())?;
        Ok(Self { name, folder })
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The command that starts the probe's shell with this interpreter first in the path.
    pub fn command(&self) -> String {
        format!("PATH={}:$PATH {}", self.folder.path().display(), probe::COMMAND)
    }
}

fn find(program: &str) -> Option<PathBuf> {
    ["/usr/bin", "/bin", "/usr/local/bin"]
        .iter()
        .map(|folder| Path::new(folder).join(program))
        .find(|path| path.is_file())
}

fn readable(path: &Path) -> Result<()> {
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}
