//! A real node_exporter on this machine.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::harness::{Client, eventually};

const EXPORTER: &str = "/usr/bin/prometheus-node-exporter";

/// A running node_exporter; ended when it is dropped.
pub struct Exporter {
    process: Child,
    client: Client,
}

/// Starts one; `None` where it is not installed.
pub fn start() -> Option<Exporter> {
    if !Path::new(EXPORTER).exists() {
        eprintln!("skipped: needs {EXPORTER}");
        return None;
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let process = Command::new(EXPORTER)
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .args(["--collector.disable-defaults", "--collector.cpu", "--collector.meminfo", "--collector.netdev"])
        .args(["--collector.diskstats", "--collector.filesystem", "--collector.loadavg", "--collector.stat"])
        .args(["--collector.time", "--collector.uname", "--collector.os", "--collector.pressure", "--collector.hwmon"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Some(Exporter { process, client: Client::new(format!("http://127.0.0.1:{port}")) })
}

impl Exporter {
    /// What it says of this machine; its own process left out.
    pub async fn scrape(&self) -> String {
        eventually("node_exporter answers", async || {
            let answer = self.client.request(reqwest::Method::GET, "/metrics").send().await.ok()?;
            let text = answer.text().await.ok()?;
            let is_of_the_machine = |line: &&str| line.trim_start_matches("# TYPE ").starts_with("node_");
            Some(text.lines().filter(is_of_the_machine).collect::<Vec<_>>().join("\n"))
        })
        .await
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
