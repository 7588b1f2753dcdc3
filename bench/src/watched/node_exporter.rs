//! What a scrape of node_exporter costs, for scale.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::measure::{Spread, process};
use crate::table::Figure;

/// Debian's name of it.
const PROGRAM: &str = "prometheus-node-exporter";
/// How long it may take to listen.
const START: Duration = Duration::from_secs(10);

/// What a scrape costs, on average.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Scrape {
    cpu_ms: f64,
    bytes: usize,
    wall_ms: Spread,
}

impl Scrape {
    /// For printing.
    pub fn figures(&self) -> Vec<Figure> {
        let bytes = f64::from(u32::try_from(self.bytes).unwrap_or(u32::MAX));
        vec![
            Figure::new("scrape: CPU", self.cpu_ms, "ms"),
            Figure::new("scrape: bytes", bytes, "B"),
            Figure::new("scrape: wall, p50", self.wall_ms.p50, "ms"),
        ]
    }
}

/// Scrapes it so many times over one connection; `None` when it is not installed.
pub(super) async fn measure(scrapes: u32) -> Result<Option<Scrape>> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let listen = format!("--web.listen-address=127.0.0.1:{port}");
    let mut command = Command::new(PROGRAM);
    command.arg(listen).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let Ok(mut child) = command.spawn() else { return Ok(None) };
    if scrapes == 0 {
        return Ok(None);
    }
    let scrape = scrape(&child, port, scrapes).await;
    child.kill().await?;
    scrape.map(Some)
}

async fn scrape(child: &Child, port: u16, scrapes: u32) -> Result<Scrape> {
    let pid = child.id().context("node_exporter has ended")?;
    notify::use_ring();
    let client = reqwest::Client::builder().no_proxy().timeout(START).build()?;
    let url = format!("http://127.0.0.1:{port}/metrics");
    let began = Instant::now();
    while client.get(&url).send().await.is_err() {
        if began.elapsed() > START {
            bail!("node_exporter does not listen");
        }
        sleep(Duration::from_millis(20)).await;
    }
    let cpu = || process::cpu_of_threads(pid).context("node_exporter has ended");
    let (mut walls, mut bytes) = (Vec::new(), 0);
    let before = cpu()?;
    for _ in 0..scrapes {
        let began = Instant::now();
        bytes = client.get(&url).send().await?.error_for_status()?.bytes().await?.len();
        walls.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let used = cpu()?.saturating_sub(before);
    Ok(Scrape { cpu_ms: used.as_secs_f64() * 1e3 / f64::from(scrapes), bytes, wall_ms: Spread::of(walls) })
}
