//! `serve`: runs the program until it is told to stop.

use anyhow::Context;
use monitor::Options;
use tokio::signal::unix::{SignalKind, signal};

use super::print;
use crate::{config::Config, program::Program};

/// Runs until SIGTERM or SIGINT.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    // Before anything is started: a signal in between must not kill the program half-way.
    let mut terminate = signal(SignalKind::terminate()).context("could not listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("could not listen for SIGINT")?;

    let options = Options { metrics_token: config.metrics.token()?, ..config.monitor_options() };
    let program = tokio::select! {
        program = Program::start(&config.network, options) => program?,
        _ = terminate.recv() => return Ok(()),
        _ = interrupt.recv() => return Ok(()),
    };
    greet(&program)?;
    let name = tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    };
    tracing::info!(signal = name, "stopping");
    program.stop().await;
    Ok(())
}

/// Says where to look, and what a person needs at the first start.
fn greet(program: &Program) -> anyhow::Result<()> {
    let address = program.address();
    let place = if address.ip().is_unspecified() || address.ip().is_loopback() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    };
    print(&format!("Server Monitor is at {place}"))?;
    if let Some(file) = program.monitor().key_file_created() {
        print(&format!(
            "A new master key was written to {}. Keep a copy in a safe place: without it, the stored passwords and keys of \
             your servers cannot be read again.",
            file.display()
        ))?;
    }
    if let Some(code) = program.monitor().accounts().setup_code() {
        print(&format!(
            "No account exists yet: open {place} to create the first administrator. From another machine, the page asks for \
             this one-time set-up code: {code}"
        ))?;
    }
    Ok(())
}
