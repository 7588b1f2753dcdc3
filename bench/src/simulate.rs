//! The fleet simulator as a program: `fleet-simulator`, and what the other benchmarks start again themselves as.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::program::raise_file_limit;
use crate::simulator::{Options, Simulator, Trace, address, control, fingerprint};

/// Seconds between two records of the recorded trace.
const RECORD_SECS: usize = 3;

/// Plays many SSH servers on 127.x.y.z, each replaying a recorded trace.
#[derive(Debug, Parser)]
#[command(name = "fleet-simulator", version, about)]
pub struct Arguments {
    /// How many servers to play
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=i64::from(crate::simulator::SERVERS_MAX)))]
    servers: u32,
    /// The port of all of them; 0 takes a free one
    #[arg(long, default_value_t = 2200)]
    port: u16,
    /// The password of every account
    #[arg(long)]
    password: Option<String>,
    /// A file with a public key that every account takes
    #[arg(long, value_name = "FILE")]
    authorized_key: Option<PathBuf>,
    /// Answers the control protocol on this port of 127.0.0.1
    #[arg(long, value_name = "PORT")]
    control: Option<u16>,
    /// Answers the control protocol on standard input and output, and ends with the input
    #[arg(long)]
    stdin: bool,
    /// How far apart in the trace two neighbouring servers begin
    #[arg(long, value_name = "SECONDS", default_value_t = 111)]
    offset_secs: usize,
    /// What host keys are made from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Another trace than the one that comes along; its format is in bench/data/README.md
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Writes the servers' host keys to this file, one `ADDRESS FINGERPRINT` per line
    #[arg(long, value_name = "FILE")]
    host_keys: Option<PathBuf>,
}

/// Runs the simulator until it is told to stop; `arguments` without the program's name.
///
/// # Errors
/// When it cannot start, or its control connection fails.
pub fn run(arguments: impl IntoIterator<Item = String>) -> Result<()> {
    let arguments = Arguments::parse_from(std::iter::once("fleet-simulator".to_owned()).chain(arguments));
    let runtime = tokio::runtime::Runtime::new().context("could not start the asynchronous runtime")?;
    let done = runtime.block_on(simulate(arguments));
    runtime.shutdown_background();
    done
}

async fn simulate(arguments: Arguments) -> Result<()> {
    raise_file_limit();
    let authorized_key = arguments.authorized_key.as_deref().map(std::fs::read_to_string).transpose()?;
    let trace = match &arguments.trace {
        Some(path) => Trace::read(path),
        None => Trace::bundled(),
    };
    let trace = Arc::new(trace.context("the trace cannot be used")?);
    let options = Options {
        servers: arguments.servers,
        port: arguments.port,
        password: arguments.password,
        authorized_key,
        seed: arguments.seed,
        offset: arguments.offset_secs / RECORD_SECS,
        trace,
    };
    let simulator = Simulator::start(options).await.context("the simulator cannot start")?;
    if let Some(path) = &arguments.host_keys {
        let line = |number| format!("{} {}\n", address(number), fingerprint(arguments.seed, number));
        std::fs::write(path, (1..=arguments.servers).map(line).collect::<String>())?;
    }
    let (first, last) = (address(1), address(arguments.servers));
    let mut stdout = io::stdout();
    writeln!(stdout, "port {} of {first} to {last}", simulator.port()).and_then(|()| stdout.flush())?;

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let simulator = Arc::new(simulator);
    let (ended, stdin_ended) = oneshot::channel();
    let mut ended = Some(ended);
    if let Some(ended) = ended.take_if(|_| arguments.stdin) {
        let simulator = Arc::clone(&simulator);
        thread::spawn(move || ended.send(answer_stdin(&simulator)));
    }
    let port = async {
        match arguments.control {
            Some(port) => control::listen(&simulator, port).await,
            None => std::future::pending().await,
        }
    };
    let done = tokio::select! {
        done = stdin_ended => done.unwrap_or(Ok(())),
        done = port => done,
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    };
    Ok(done?)
}

/// Answers the control protocol until standard input ends. A thread, since a terminal cannot be read in any other way.
fn answer_stdin(simulator: &Simulator) -> io::Result<()> {
    let mut stdout = io::stdout();
    for line in io::stdin().lines() {
        let line = line?;
        if !line.trim().is_empty() {
            writeln!(stdout, "{}", control::execute(simulator, &line)).and_then(|()| stdout.flush())?;
        }
    }
    Ok(())
}
