//! The program that is measured, started in a temporary folder.

use std::env;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::child::OwnedChild;

/// How long the program may take to answer.
const START: Duration = Duration::from_secs(30);
/// A master key for benchmarks.
const MASTER_KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The release program: named, or by `SERVER_MONITOR`, or where cargo builds it.
///
/// # Errors
/// When there is none.
pub fn find(named: Option<&Path>) -> Result<PathBuf> {
    let path = named.map(Path::to_owned).or_else(|| env::var_os("SERVER_MONITOR").map(PathBuf::from));
    let path = path.unwrap_or_else(|| {
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
        target.join("release/server-monitor")
    });
    if !path.is_file() {
        bail!("there is no program {}: build it with script/build, or name it with --program", path.display());
    }
    Ok(path)
}

/// A running program with a data folder of its own.
#[derive(Debug)]
pub struct ServerMonitor {
    path: PathBuf,
    folder: TempDir,
    data: PathBuf,
    port: u16,
    child: OwnedChild,
    started_in: Duration,
    started_at: Instant,
}

impl ServerMonitor {
    /// Starts it with an empty data folder, and waits until `/api/health` answers.
    ///
    /// # Errors
    /// When it does not start; the message holds the end of its log.
    pub async fn start(path: &Path) -> Result<Self> {
        Self::start_with(path, &[]).await
    }

    /// The same with more settings.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_with(path: &Path, settings: &[(&str, &str)]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("server-monitor-bench").tempdir()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let data = folder.path().join("data");
        Self::launch(path.to_owned(), folder, data, port, settings).await
    }

    /// Starts it over a data folder that is there already, with more settings, and waits until `/api/health` answers.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_over(path: &Path, data: &Path, settings: &[(&str, &str)]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("server-monitor-bench").tempdir()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        Self::launch(path.to_owned(), folder, data.to_owned(), port, settings).await
    }

    /// Stops it and starts it again with the same data.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn restart(self) -> Result<Self> {
        let Self { path, folder, data, port, child, .. } = self;
        tokio::task::spawn_blocking(|| drop(child)).await?;
        Self::launch(path, folder, data, port, &[]).await
    }

    async fn launch(
        path: PathBuf,
        folder: TempDir,
        data: PathBuf,
        port: u16,
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let log = File::options().create(true).append(true).open(folder.path().join("log"))?;
        let inherited = ["PATH", "HOME", "TMPDIR"].map(|name| (name, env::var_os(name).unwrap_or_default()));
        let started_at = Instant::now();
        let child = Command::new(&path)
            .env_clear()
            .envs(inherited)
            .env("MONITOR_LISTEN", format!("127.0.0.1:{port}"))
            .env("MONITOR_DATA_DIR", &data)
            .env("MONITOR_MASTER_KEY", MASTER_KEY)
            .env("MONITOR_WATCH_SELF", "false")
            .env("MONITOR_LOG", "warn")
            .envs(settings.iter().copied())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} cannot be run", path.display()))?;
        let mut child = OwnedChild(child);
        while !answers(port).await {
            if child.ended().is_some() || started_at.elapsed() > START {
                let log = std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
                bail!("the program did not start:\n{}", last(&log, 2_000));
            }
            sleep(Duration::from_millis(1)).await;
        }
        let started_in = started_at.elapsed();
        Ok(Self { path, folder, data, port, child, started_in, started_at })
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.pid()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The address of its pages, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How long it took from its start to the first answer.
    pub fn started_in(&self) -> Duration {
        self.started_in
    }

    /// When it was started.
    pub fn started_at(&self) -> Instant {
        self.started_at
    }

    /// The end of its log.
    pub fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        last(&log, 4_000).to_owned()
    }
}

/// Whether `/api/health` answers with 200; asked by hand, so that no client library's own start is measured.
async fn answers(port: u16) -> bool {
    let ask = async {
        let mut tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()?;
        let request = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        tcp.write_all(request).await.ok()?;
        let mut status = [0; 12];
        tcp.read_exact(&mut status).await.ok()?;
        (&status == b"HTTP/1.1 200").then_some(())
    };
    matches!(timeout(Duration::from_secs(2), ask).await, Ok(Some(())))
}

/// The last bytes of a text, from the beginning of a line.
fn last(text: &str, bytes: usize) -> &str {
    let from = text.len().saturating_sub(bytes);
    let tail = (from..text.len()).find_map(|at| text.get(at..)).unwrap_or_default();
    if from == 0 { tail } else { tail.split_once('\n').map_or(tail, |(_, rest)| rest) }
}
