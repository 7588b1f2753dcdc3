//! VictoriaMetrics, fed by its import of Prometheus' text format.

use std::{
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use reqwest::RequestBuilder;
use serde_json::Value;

use super::{Peer, Running, Unit, free_port, lines_of_server, lines_of_year, size_of};
use crate::{
    history::{
        Arguments, Times, float,
        questions::{Question, Target},
        replay::Recorded,
    },
    measure::process,
    table::Figure,
};

/// How long its parts may take to be merged.
const MERGE: Duration = Duration::from_secs(300);

#[derive(Debug)]
pub(in crate::history) struct VictoriaMetrics(Running);

impl VictoriaMetrics {
    async fn import(&self, text: String) -> Result<()> {
        let answer = self.0.client.post(format!("{}/api/v1/import/prometheus", self.0.url)).body(text).send().await?;
        ensure!(answer.status().is_success(), "VictoriaMetrics answered {}", answer.status());
        Ok(())
    }

    async fn get(&self, path: &str) -> Result<()> {
        self.0.client.get(format!("{}{path}", self.0.url)).send().await?.error_for_status()?;
        Ok(())
    }

    /// Writes all to disk and merges it, and waits until nothing changes any more.
    async fn settle(&self, folder: &Path) -> Result<u64> {
        self.get("/internal/force_flush").await?;
        self.get("/internal/force_merge").await?;
        let (begin, mut last, mut same) = (Instant::now(), 0, 0);
        while same < 5 && begin.elapsed() < MERGE {
            tokio::time::sleep(Duration::from_secs(1)).await;
            // Files come and go while parts are merged.
            let now = size_of(folder).unwrap_or_default();
            same = if now == last { same + 1 } else { 0 };
            last = now;
        }
        Ok(last)
    }
}

impl Peer for VictoriaMetrics {
    const NAME: &'static str = "VictoriaMetrics";

    async fn feed(
        folder: &Path,
        recorded: &Arc<Recorded>,
        times: Times,
        arguments: &Arguments,
    ) -> Result<(Self, Vec<Figure>)> {
        let port = free_port()?;
        let mut command = Command::new("victoria-metrics");
        command
            .arg(format!("-storageDataPath={}", folder.display()))
            .arg(format!("-httpListenAddr=127.0.0.1:{port}"))
            .arg("-retentionPeriod=10y");
        let log = folder.with_extension("log");
        let this = Self(Running::start(command, &log, port, "/health", arguments.servers).await?);
        let cpu = || process::cpu(this.0.child.pid()).context("VictoriaMetrics has a processor time");
        let (before, begin, mut busy, mut samples) = (cpu()?, Instant::now(), Duration::ZERO, 0);
        for number in 0..arguments.servers {
            let mut text = String::new();
            samples += lines_of_server(recorded, number, times, Unit::Milliseconds, &mut text);
            let begin = Instant::now();
            this.import(text).await?;
            busy += begin.elapsed();
        }
        let wall = begin.elapsed();
        let bytes = this.settle(folder).await?;
        let used = cpu()?.saturating_sub(before);
        let memory = process::peak_rss(this.0.child.pid()).unwrap_or_default();
        let samples = float(samples);
        let figures = vec![
            Figure::new("samples", samples / 1e6, "M"),
            Figure::new("bytes per sample, all its files", float(bytes) / samples, "B"),
            Figure::new("processor time per million samples, with merging", used.as_secs_f64() * 1e6 / samples, "s"),
            Figure::new("time of it all", wall.as_secs_f64(), "s"),
            Figure::new("of which in requests", busy.as_secs_f64(), "s"),
            Figure::new("memory at most", float(memory) / f64::from(1 << 20), "MiB"),
        ];
        if arguments.days > 0 {
            let mut text = String::new();
            lines_of_year(recorded, times, Unit::Milliseconds, &mut text);
            this.import(text).await?;
            this.settle(folder).await?;
        }
        Ok((this, figures))
    }
}

impl Target for VictoriaMetrics {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn pid(&self) -> u32 {
        self.0.child.pid()
    }

    fn request(&self, question: Question, turn: usize) -> Option<RequestBuilder> {
        Some(self.0.ask(question, turn, "&nocache=1"))
    }

    fn points(&self, answer: &Value) -> usize {
        Running::points(answer)
    }
}
