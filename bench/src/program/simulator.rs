//! The fleet simulator in a process of its own, so that its processor time can be told from the program's.

use std::env;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::time::{Instant, sleep, timeout};

/// How long the simulator may take to answer.
const ANSWER: Duration = Duration::from_secs(20);
/// Between two looks at its counts.
const LOOK: Duration = Duration::from_millis(50);

/// What the simulator counted; a part of [`crate::simulator::Status`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Counts {
    /// Connections that stand.
    pub connections: u32,
    /// Connections on which a probe said hello.
    pub probes: u32,
    /// Connections on which at least two reports were sent.
    pub sampled: u32,
    /// Reports that were sent.
    pub reports: u64,
    /// Bytes of those reports.
    pub bytes: u64,
    /// Connections that were accepted.
    pub accepted: u64,
}

/// The simulator in a process of its own. It ends with its standard input, so it never outlives the benchmark.
#[derive(Debug)]
pub struct SimulatorProcess {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    port: u16,
}

impl SimulatorProcess {
    /// Starts this very program again as a simulator: its `main` has to hand `simulate` to [`crate::simulate::run`].
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(servers: u32, password: &str, seed: u64) -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command
            .args(["simulate", "--stdin", "--port", "0", "--servers", &servers.to_string()])
            .args(["--password", password, "--seed", &seed.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn()?;
        let input = child.stdin.take().context("the simulator has no standard input")?;
        let output = child.stdout.take().context("the simulator has no standard output")?;
        let mut simulator = Self { child, input, output: BufReader::new(output).lines(), port: 0 };
        let first = simulator.line().await?;
        let port = first.strip_prefix("port ").and_then(|rest| rest.split(' ').next());
        simulator.port = port.and_then(|port| port.parse().ok()).with_context(|| format!("unexpected: {first}"))?;
        Ok(simulator)
    }

    /// The port of all servers.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Says a line of [`crate::simulator::control`]'s protocol; gives the answer.
    ///
    /// # Errors
    /// When the simulator has ended, does not answer, or cannot do that.
    pub async fn tell(&mut self, line: &str) -> Result<String> {
        self.input.write_all(format!("{line}\n").as_bytes()).await?;
        let answer = self.line().await?;
        if answer.starts_with("error") {
            bail!("the simulator says: {answer}");
        }
        Ok(answer)
    }

    /// What it counted.
    ///
    /// # Errors
    /// As [`Self::tell`].
    pub async fn counts(&mut self) -> Result<Counts> {
        Ok(serde_json::from_str(&self.tell("status").await?)?)
    }

    /// Waits until so many connections have sent at least two reports.
    ///
    /// # Errors
    /// When that takes longer than `limit`; the message says how many have.
    pub async fn all_sampled(&mut self, servers: u32, limit: Duration) -> Result<()> {
        let began = Instant::now();
        loop {
            let counts = self.counts().await?;
            if counts.sampled >= servers {
                return Ok(());
            }
            if began.elapsed() > limit {
                bail!("only {} of {servers} servers have sent two reports after {} s", counts.sampled, limit.as_secs());
            }
            sleep(LOOK).await;
        }
    }

    async fn line(&mut self) -> Result<String> {
        let line = timeout(ANSWER, self.output.next_line()).await.context("the simulator does not answer")??;
        line.context("the simulator has ended")
    }
}
