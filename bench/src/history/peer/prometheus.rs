//! Prometheus, fed by promtool, which makes blocks out of a file in the OpenMetrics format.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
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

/// Between two looks at promtool's memory.
const LOOK: Duration = Duration::from_millis(100);

/// The longest block of the year: about what Prometheus's own compaction would have made of it by then. By blocks of two hours promtool
/// would read the whole text once for each of more than four thousand.
const YEARS_BLOCK: &str = "744h";

#[derive(Debug)]
pub(in crate::history) struct Prometheus(Running);

impl Peer for Prometheus {
    const NAME: &'static str = "Prometheus";

    async fn feed(
        folder: &Path,
        recorded: &Arc<Recorded>,
        times: Times,
        arguments: &Arguments,
    ) -> Result<(Self, Vec<Figure>)> {
        let text = folder.with_extension("txt");
        let begin = Instant::now();
        let mut samples = 0;
        let mut file = BufWriter::new(File::create(&text)?);
        for number in 0..arguments.servers {
            let mut lines = String::new();
            samples += lines_of_server(recorded, number, times, Unit::Seconds, &mut lines);
            file.write_all(lines.as_bytes())?;
        }
        end(file)?;
        let writing = begin.elapsed();
        let used = import(&text, folder, "2h").await?;
        let bytes = size_of(folder)?;
        let samples = float(samples);
        let figures = vec![
            Figure::new("samples", samples / 1e6, "M"),
            Figure::new("bytes per sample, all its files", float(bytes) / samples, "B"),
            Figure::new("processor time per million samples", used.cpu.as_secs_f64() * 1e6 / samples, "s"),
            Figure::new("time of it all", (writing + used.wall).as_secs_f64(), "s"),
            Figure::new("of which in promtool", used.wall.as_secs_f64(), "s"),
            Figure::new("memory at most (promtool)", float(used.memory) / f64::from(1 << 20), "MiB"),
        ];
        if arguments.days > 0 {
            let mut lines = String::new();
            lines_of_year(recorded, times, Unit::Seconds, &mut lines);
            let mut file = BufWriter::new(File::create(&text)?);
            file.write_all(lines.as_bytes())?;
            end(file)?;
            import(&text, folder, YEARS_BLOCK).await?;
        }
        std::fs::remove_file(&text)?;
        let settings = folder.with_extension("yml");
        std::fs::write(&settings, "global: {scrape_interval: 1h}\n")?;
        let port = free_port()?;
        let mut command = Command::new("prometheus");
        command
            .arg(format!("--config.file={}", settings.display()))
            .arg(format!("--storage.tsdb.path={}", folder.display()))
            .arg("--storage.tsdb.retention.time=10y")
            .arg(format!("--web.listen-address=127.0.0.1:{port}"));
        let log = folder.with_extension("log");
        Ok((Self(Running::start(command, &log, port, "/-/ready", arguments.servers).await?), figures))
    }
}

fn end(mut file: BufWriter<File>) -> Result<()> {
    file.write_all(b"# EOF\n")?;
    Ok(file.flush()?)
}

struct Used {
    cpu: Duration,
    wall: Duration,
    memory: u64,
}

/// Makes blocks of at most `block` out of `text`.
async fn import(text: &Path, folder: &Path, block: &str) -> Result<Used> {
    let me = std::process::id();
    let children = || process::cpu_of_children(me).context("this process has children");
    let (before, begin, mut memory) = (children()?, Instant::now(), 0);
    let mut child = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration", block])
        .args([text, folder])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .context("promtool cannot be run; script/bootstrap bench installs it")?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        memory = memory.max(process::peak_rss(child.id()).unwrap_or_default());
        tokio::time::sleep(LOOK).await;
    };
    ensure!(status.success(), "promtool ended with {status}");
    Ok(Used { cpu: children()?.saturating_sub(before), wall: begin.elapsed(), memory })
}

impl Target for Prometheus {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn pid(&self) -> u32 {
        self.0.child.pid()
    }

    fn request(&self, question: Question, turn: usize) -> Option<RequestBuilder> {
        Some(self.0.ask(question, turn, ""))
    }

    fn points(&self, answer: &Value) -> usize {
        Running::points(answer)
    }
}
