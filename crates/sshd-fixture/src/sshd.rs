//! The server itself: started, stopped, given other keys.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::keys::{self, KeyKind};
use crate::options::Options;
use crate::processes;
use crate::user::is_root;

const SSHD: &str = "/usr/sbin/sshd";

/// How long the server may take to listen.
const START_LIMIT: Duration = Duration::from_secs(10);

/// A running (or stopped) OpenSSH server. Dropping it ends the server and all its sessions.
#[derive(Debug)]
pub struct Sshd {
    folder: TempDir,
    options: Options,
    port: u16,
    process: Option<Child>,
    /// Processes of sessions that outlived their service.
    survivors: Vec<u32>,
    host_keys: Vec<KeyKind>,
    keys: u32,
}

impl Sshd {
    /// Starts a server with an Ed25519 host key on a free port.
    ///
    /// # Errors
    /// When OpenSSH is not installed or does not start; the message holds its log.
    pub fn start(options: Options) -> Result<Self> {
        Self::start_with_host_keys(options, &[KeyKind::Ed25519])
    }

    /// Starts a server with host keys of these kinds.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with_host_keys(options: Options, host_keys: &[KeyKind]) -> Result<Self> {
        if !Path::new(SSHD).exists() {
            bail!("{SSHD} is missing: install openssh-server");
        }
        let folder = tempfile::Builder::new().prefix("sshd-fixture").tempdir()?;
        make_readable(folder.path())?;
        let mut sshd = Self {
            folder,
            options,
            port: 0,
            process: None,
            survivors: Vec::new(),
            host_keys: host_keys.to_vec(),
            keys: 0,
        };
        sshd.make_host_keys()?;
        fs::write(sshd.path("authorized_keys"), "")?;
        make_readable(&sshd.path("authorized_keys"))?;
        sshd.client_key_pair("client", KeyKind::Ed25519, "")?;
        // Between asking for a free port and using it, another test may take it.
        for attempt in 0.. {
            sshd.port = TcpListener::bind((sshd.options.host, 0))?.local_addr()?.port();
            match sshd.launch() {
                Ok(()) => break,
                Err(error) if attempt == 4 => return Err(error),
                Err(_) => {}
            }
        }
        Ok(sshd)
    }

    /// The address it listens on.
    #[must_use]
    pub fn host(&self) -> String {
        self.options.host.to_string()
    }

    /// The address it listens on, as an address.
    #[must_use]
    pub fn address(&self) -> Ipv4Addr {
        self.options.host
    }

    /// The port it listens on; stays the same over [`Self::restart`].
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The user that can log in by key: the one that runs the tests. A [`crate::TempUser`] can as well.
    #[must_use]
    pub fn user(&self) -> String {
        let uid = rustix::process::geteuid().as_raw().to_string();
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let fields = |line: &str| Some((line.split(':').next()?.to_owned(), line.split(':').nth(2)?.to_owned()));
        passwd.lines().filter_map(fields).find(|(_, id)| *id == uid).map_or_else(|| "root".to_owned(), |(name, _)| name)
    }

    /// The private key, in OpenSSH's form and without a passphrase, that every account of the server accepts.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn client_key_pem(&self) -> Result<String> {
        Ok(fs::read_to_string(self.path("client"))?)
    }

    /// A further private key that the server accepts, encrypted if `passphrase` is not empty.
    ///
    /// # Errors
    /// When `ssh-keygen` fails.
    pub fn new_client_key(&mut self, kind: KeyKind, passphrase: &str) -> Result<String> {
        self.keys += 1;
        self.client_key_pair(&format!("client{}", self.keys), kind, passphrase)
    }

    /// Accepts the key of one line of an `authorized_keys` file, from the next log-in on.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn authorize(&self, line: &str) -> Result<()> {
        let path = self.path("authorized_keys");
        let mut lines = fs::read_to_string(&path)?;
        lines.push_str(line.trim());
        lines.push('\n');
        Ok(fs::write(path, lines)?)
    }

    /// SHA-256 fingerprint of the first host key, as OpenSSH prints it.
    ///
    /// # Errors
    /// When `ssh-keygen` fails.
    pub fn host_key_fingerprint(&self) -> Result<String> {
        self.fingerprint_of_host_key(0)
    }

    /// SHA-256 fingerprint of one of the host keys, in the order of [`Self::start_with_host_keys`].
    ///
    /// # Errors
    /// When `ssh-keygen` fails.
    pub fn fingerprint_of_host_key(&self, index: usize) -> Result<String> {
        keys::fingerprint(&self.path(&format!("host{index}.pub")))
    }

    /// Gives the server new host keys, as a reinstalled one has, and restarts it.
    ///
    /// # Errors
    /// When it does not start again.
    pub fn rotate_host_key(&mut self) -> Result<()> {
        self.stop();
        self.make_host_keys()?;
        self.launch()
    }

    /// Ends the server and every session, as when the machine is switched off.
    pub fn stop(&mut self) {
        self.signal_all(Signal::KILL);
        if let Some(mut process) = self.process.take() {
            let _ = process.wait();
        }
    }

    /// Ends the service but none of its sessions, as `systemctl stop ssh` does.
    pub fn stop_listening(&mut self) {
        if let Some(mut process) = self.process.take() {
            self.survivors.extend(processes::descendants(process.id()));
            processes::signal(&[process.id()], Signal::TERM);
            let _ = process.wait();
        }
    }

    /// Ends every session but goes on listening.
    pub fn end_sessions(&self) {
        if let Some(process) = &self.process {
            processes::signal(&processes::descendants(process.id()), Signal::KILL);
        }
    }

    /// Makes the server and its sessions hang: the kernel still accepts connections, and nothing is answered.
    pub fn freeze(&self) {
        self.signal_all(Signal::STOP);
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.signal_all(Signal::CONT);
    }

    fn signal_all(&self, signal: Signal) {
        if let Some(process) = &self.process {
            let mut all = processes::descendants(process.id());
            all.push(process.id());
            processes::signal(&all, signal);
        }
    }

    /// Whether a process whose command line contains `text` runs in one of the sessions.
    #[must_use]
    pub fn is_running(&self, text: &str) -> bool {
        let command_line = |pid: &u32| fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        self.session_pids()
            .iter()
            .any(|pid| String::from_utf8_lossy(&command_line(pid)).replace('\0', " ").contains(text))
    }

    /// Processes of all sessions, the server's own among them.
    #[must_use]
    pub fn session_pids(&self) -> Vec<u32> {
        self.process.as_ref().map(|process| processes::descendants(process.id())).unwrap_or_default()
    }

    /// Stops, if it runs, and starts again on the same port with the same keys.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        self.launch()
    }

    /// All that the server logged (level VERBOSE).
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn make_host_keys(&self) -> Result<()> {
        for (index, kind) in self.host_keys.iter().enumerate() {
            keys::make(&self.path(&format!("host{index}")), *kind, "")?;
        }
        Ok(())
    }

    fn client_key_pair(&self, name: &str, kind: KeyKind, passphrase: &str) -> Result<String> {
        keys::make(&self.path(name), kind, passphrase)?;
        self.authorize(&fs::read_to_string(self.path(&format!("{name}.pub")))?)?;
        Ok(fs::read_to_string(self.path(name))?)
    }

    fn configuration(&self) -> Result<String> {
        let yes = |flag: bool| if flag { "yes" } else { "no" };
        let folder = self.folder.path().display();
        let mut lines = vec![
            format!("ListenAddress {}:{}", self.options.host, self.port),
            "PidFile none".to_owned(),
            "LogLevel VERBOSE".to_owned(),
            "StrictModes no".to_owned(),
            "UseDNS no".to_owned(),
            "PrintMotd no".to_owned(),
            "PermitRootLogin yes".to_owned(),
            "MaxStartups 1000".to_owned(),
            "LoginGraceTime 30".to_owned(),
            format!("AuthorizedKeysFile {folder}/authorized_keys"),
            // What the account's own shell start-up files do is none of these tests' business.
            format!("SetEnv HOME={folder}"),
            format!("UsePAM {}", yes(self.options.keyboard_interactive)),
            format!("KbdInteractiveAuthentication {}", yes(self.options.keyboard_interactive)),
            format!("PasswordAuthentication {}", yes(self.options.password)),
            format!("PubkeyAuthentication {}", yes(self.options.public_key)),
        ];
        lines.extend((0..self.host_keys.len()).map(|index| format!("HostKey {folder}/host{index}")));
        if knows_penalties() {
            // A test's failed log-ins would lock out the next ones.
            lines.push("PerSourcePenalties no".to_owned());
        }
        if let Some(banner) = &self.options.banner {
            fs::write(self.path("banner"), banner)?;
            lines.push(format!("Banner {folder}/banner"));
        }
        if let Some(command) = self.options.forced() {
            let script = self.path("forced");
            fs::write(&script, command)?;
            make_readable(&script)?;
            lines.push(format!("ForceCommand exec /bin/sh {}", script.display()));
        }
        lines.extend(self.options.extra.clone());
        Ok(lines.join("\n") + "\n")
    }

    fn launch(&mut self) -> Result<()> {
        if is_root() {
            // The server gives up its rights in there; systems without an init script lack it.
            fs::create_dir_all("/run/sshd")?;
        }
        let config = self.path("sshd_config");
        fs::write(&config, self.configuration()?)?;
        let log = self.path("log");
        let start = self.log().len();
        let mut process = Command::new(SSHD)
            .args(["-D", "-f"])
            .arg(config)
            .arg("-E")
            .arg(&log)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let began = Instant::now();
        loop {
            // Its log says when: a look at the port would be a connection that the server has to deal with.
            let log = self.log();
            let fresh = log.get(start..).unwrap_or_default().to_owned();
            if fresh.contains("Server listening on") {
                self.process = Some(process);
                return Ok(());
            }
            if process.try_wait()?.is_some() || began.elapsed() > START_LIMIT {
                processes::signal(&[process.id()], Signal::KILL);
                let _ = process.wait();
                bail!("sshd did not start:\n{fresh}");
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.stop();
        processes::signal(&self.survivors, Signal::KILL);
    }
}

/// Whether this OpenSSH has `PerSourcePenalties`, as 9.8 and later do. Older ones refuse to start with it.
fn knows_penalties() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let test = Command::new(SSHD).args(["-t", "-f", "/dev/null", "-o", "PerSourcePenalties=no"]).output();
        test.is_ok_and(|output| !String::from_utf8_lossy(&output.stderr).contains("Bad configuration option"))
    })
}

/// Lets the server read a file or folder after it has given up its rights.
fn make_readable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}
