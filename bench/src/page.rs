//! What the dashboard weighs and how soon it can be used, and the program's own start-up and idle memory.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Parser;
use reqwest::header;
use serde::{Deserialize, Serialize};
use tokio::process::Command;
use tokio::time::{sleep, timeout};

use crate::measure::{Machine, Spread, process};
use crate::program::{NewServers, Rest, ServerMonitor, SimulatorProcess, find_server_monitor, raise_file_limit};
use crate::table::{self, Figure};

/// The wasm part with brotli, in kB.
const WASM_MARK_KB: f64 = 350.0;
/// The script that drives the browser.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/page/page.mjs");
/// Where Playwright is installed.
const PLAYWRIGHT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end");
/// How long the browser may take in all.
const BROWSER: Duration = Duration::from_secs(300);
const SEED: u64 = 7;
const PASSWORD: &str = "simulated password";
/// How often the program is started for its start-up time.
const STARTS: usize = 5;

/// Measures the dashboard in Chromium with a simulated fleet, and the program's start-up and idle memory.
#[derive(Debug, Parser)]
#[command(name = "page", version, about)]
pub struct Arguments {
    /// How many servers the dashboard has
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    servers: u32,
    /// How many times the page is loaded with an empty cache, and how many times with a full one
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=50))]
    loads: u32,
    /// The program [default: SERVER_MONITOR, or cargo's release folder]
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// The medians of several loads of the page, from `page.mjs`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Loads {
    requests: f64,
    wire_kb: f64,
    decoded_kb: f64,
    wasm_wire_kb: f64,
    script_wire_kb: f64,
    style_wire_kb: f64,
    html_wire_kb: f64,
    fcp_ms: f64,
    lcp_ms: f64,
    hydrated_ms: f64,
    interactive_ms: f64,
    long_tasks: f64,
    long_tasks_ms: f64,
    cls: f64,
    heap_mb: f64,
    nodes: f64,
    console_errors: f64,
}

/// What `page.mjs` prints.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Measured {
    cold: Loads,
    warm: Loads,
}

/// Runs the benchmark.
///
/// # Errors
/// When the program, the simulator or the browser fails.
pub async fn run(arguments: Arguments) -> Result<()> {
    raise_file_limit();
    let path = find_server_monitor(arguments.program.as_deref())?;
    let machine = Machine::read();
    table::print(&format!("{}\n{}", path.display(), machine.line()))?;
    let program = start_up(&path).await?;
    table::print(&table::render("the program, empty", &program))?;

    let mut simulator = SimulatorProcess::start(arguments.servers, PASSWORD, SEED).await?;
    let program_with_fleet = ServerMonitor::start(&path).await?;
    let rest = Rest::set_up(&program_with_fleet.url()).await?;
    let (count, port, password) = (arguments.servers, simulator.port(), PASSWORD.to_owned());
    rest.add(&NewServers { count, port, password, seed: SEED, interval_secs: 3 }).await?;
    rest.all_online(count, Duration::from_secs(120)).await?;
    // Long enough for sparklines to be there.
    sleep(Duration::from_secs(10)).await;
    let html = html(&program_with_fleet, &rest).await?;
    table::print(&table::render(&format!("the HTML of the dashboard with {count} servers"), &html))?;
    let loads = browser(&program_with_fleet, &rest, arguments.loads).await?;
    let (cold, warm) = (figures(&loads.cold, true), figures(&loads.warm, false));
    table::print(&table::render("loaded with an empty cache", &cold))?;
    table::print(&table::render("loaded again", &warm))?;
    let at_the_end = simulator.counts().await?;
    let result = serde_json::json!({
        "machine": machine, "program": program, "html": html, "loads": loads,
        "connections_at_the_end": at_the_end.connections,
    });
    let path = table::save("page", &result)?;
    table::print(&format!("\nwritten to {}", path.display()))
}

/// Start-up time and idle memory of the program with nothing in it.
async fn start_up(path: &Path) -> Result<Vec<Figure>> {
    let mut starts = Vec::new();
    for _ in 1..STARTS {
        starts.push(ServerMonitor::start(path).await?.started_in().as_secs_f64() * 1e3);
    }
    let program = ServerMonitor::start(path).await?;
    starts.push(program.started_in().as_secs_f64() * 1e3);
    sleep(Duration::from_secs(5)).await;
    let (rss, cpu) = (process::rss(program.pid()), process::cpu(program.pid()));
    sleep(Duration::from_secs(10)).await;
    let idle = process::cpu(program.pid()).zip(cpu).map(|(after, before)| after.saturating_sub(before));
    let size = std::fs::metadata(path)?.len();
    Ok(vec![
        Figure::new("start-up to the first answer, p50", Spread::of(starts).p50, "ms"),
        Figure::new("idle RSS", kb(usize::try_from(rss.context("the program has ended")?)?) / 1e3, "MB"),
        Figure::new("idle CPU of one core", idle.unwrap_or_default().as_secs_f64() / 10.0 * 100.0, "%"),
        Figure::new("size of the file", kb(usize::try_from(size)?) / 1e3, "MB"),
    ])
}

/// What the first HTML weighs, plain and compressed.
async fn html(program: &ServerMonitor, rest: &Rest) -> Result<Vec<Figure>> {
    notify::use_ring();
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut figures = Vec::new();
    for (name, encoding) in [("plain", "identity"), ("gzip", "gzip"), ("brotli", "br")] {
        let request = client
            .get(format!("{}/", program.url()))
            .header(header::COOKIE, format!("sm_session={}", rest.token()))
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_ENCODING, encoding);
        let answer = request.send().await?;
        if answer.status() != reqwest::StatusCode::OK {
            bail!("the dashboard answered {}", answer.status());
        }
        figures.push(Figure::new(name, kb(answer.bytes().await?.len()), "kB"));
    }
    Ok(figures)
}

async fn browser(program: &ServerMonitor, rest: &Rest, loads: u32) -> Result<Measured> {
    let child = Command::new("node")
        .arg(SCRIPT)
        .arg(program.url())
        .arg(loads.to_string())
        .env("SESSION_TOKEN", rest.token())
        .env("PLAYWRIGHT_FOLDER", PLAYWRIGHT)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .context("node cannot be run")?;
    let output = timeout(BROWSER, child.wait_with_output()).await.context("the browser takes too long")??;
    if !output.status.success() {
        bail!("the browser's script failed");
    }
    serde_json::from_slice(&output.stdout).context("what the browser's script printed")
}

fn figures(loads: &Loads, is_cold: bool) -> Vec<Figure> {
    let wasm = Figure::new("wasm, as sent", loads.wasm_wire_kb, "kB");
    let mut figures = vec![
        Figure::new("requests", loads.requests, ""),
        Figure::new("bytes as sent", loads.wire_kb, "kB"),
        Figure::new("bytes unpacked", loads.decoded_kb, "kB"),
        if is_cold { wasm.at_most(WASM_MARK_KB) } else { wasm },
        Figure::new("HTML, as sent", loads.html_wire_kb, "kB"),
        Figure::new("scripts, as sent", loads.script_wire_kb, "kB"),
        Figure::new("styles, as sent", loads.style_wire_kb, "kB"),
        Figure::new("first contentful paint", loads.fcp_ms, "ms"),
        Figure::new("largest contentful paint", loads.lcp_ms, "ms"),
        Figure::new("hydrated", loads.hydrated_ms, "ms"),
        Figure::new("interactive: hydrated, and no long task since", loads.interactive_ms, "ms"),
        Figure::new("long tasks", loads.long_tasks, ""),
        Figure::new("long tasks together", loads.long_tasks_ms, "ms"),
        Figure::new("cumulative layout shift", loads.cls, ""),
    ];
    figures.push(Figure::new("heap of JavaScript", loads.heap_mb, "MB"));
    figures.push(Figure::new("nodes in the page", loads.nodes, ""));
    figures.push(Figure::new("errors in the console", loads.console_errors, "").at_most(0.0));
    figures
}

/// Bytes in kB of 1,000.
fn kb(bytes: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "no page is that large")]
    let bytes = bytes as f64;
    bytes / 1e3
}
