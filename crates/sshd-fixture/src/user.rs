//! A system account for the time of a test: for what depends on a password or on the login shell. Needs root.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{fs, io::Write, thread};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// Whether this process may make accounts.
#[must_use]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A system account that is deleted when this is dropped.
#[derive(Debug)]
pub struct TempUser {
    name: String,
    password: String,
    home: TempDir,
}

impl TempUser {
    /// Makes an account with `/bin/sh`.
    ///
    /// # Errors
    /// When this process is not root, or the account can't be made.
    pub fn new() -> Result<Self> {
        Self::with_shell("/bin/sh")
    }

    /// Makes an account with another login shell, such as `/usr/bin/fish`.
    ///
    /// # Errors
    /// When this process is not root, the shell is missing, or the account can't be made.
    pub fn with_shell(shell: &str) -> Result<Self> {
        if !is_root() {
            bail!("only root can make accounts");
        }
        if !Path::new(shell).exists() {
            bail!("{shell} is not installed");
        }
        let name = format!("smt{}x{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        let home = tempfile::Builder::new().prefix("sshd-fixture-home").tempdir()?;
        let user = Self { password: format!("pw {name} !"), name, home };
        let home = user.home.path().to_str().context("the home's path is not text")?;
        run("useradd", &["--no-create-home", "--home-dir", home, "--shell", shell, &user.name], "")?;
        run("chpasswd", &[], &format!("{}:{}\n", user.name, user.password))?;
        run("chown", &[&user.name, home], "")?;
        Ok(user)
    }

    /// The account's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The account's password. It has spaces in it.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The account's home folder.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file in the home folder, such as `.config/fish/config.fish`.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write_file(&self, path: &str, content: &str) -> Result<()> {
        let path = self.home.path().join(path);
        fs::create_dir_all(path.parent().context("no folder")?)?;
        fs::write(&path, content)?;
        run("chown", &["-R", &self.name, self.home.path().to_str().context("the home's path is not text")?], "")
    }
}

impl Drop for TempUser {
    fn drop(&mut self) {
        let _ = run("userdel", &["--force", &self.name], "");
    }
}

/// Runs a command of the system's account tools. They lock a common file: another test may have it for a moment.
fn run(program: &str, arguments: &[&str], input: &str) -> Result<()> {
    let mut said = String::new();
    for _ in 0..40 {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{program} cannot be run"))?;
        child.stdin.take().context("no standard input")?.write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        if output.status.success() {
            return Ok(());
        }
        said = String::from_utf8_lossy(&output.stderr).into_owned();
        if !said.contains("lock") {
            break;
        }
        thread::sleep(Duration::from_millis(250));
    }
    bail!("{program} failed: {said}")
}
