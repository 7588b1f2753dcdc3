//! A conversation with a probe behind a real sshd, and what both of them use meanwhile.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use domain::Secret;
use probe::{Message, Reader, Sections};
use ssh::{Auth, Connection, Event, HostKeyCheck, Limits, Stream, Target};
use sshd_fixture::Sshd;
use tokio::time::{sleep, timeout};

use super::Cost;
use super::awks::Awk;
use crate::measure::{Spread, process};

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(20);
/// Reports before anything is measured.
const WARM_UP: u32 = 20;
/// What the hello line is told from everything else by.
const NONCE: &str = "bench";

/// A running probe.
pub(super) struct Conversation {
    connection: Connection,
    stream: Stream,
    reader: Reader,
    engine: String,
    probe: Vec<u32>,
    sshd: Vec<u32>,
}

/// What processes have used so far.
#[derive(Debug, Clone, Copy)]
struct Used {
    probe: Duration,
    sshd: Duration,
    faults_of_children: u64,
}

impl Conversation {
    /// Logs in by key and starts the probe.
    pub async fn start(sshd: &Sshd, user: &str, awk: &Awk) -> Result<Self> {
        let auth = Auth::PrivateKey { pem: Secret::new(sshd.client_key_pem()?), passphrase: None };
        let target = Target { host: sshd.host(), port: sshd.port(), user: user.to_owned(), auth, through: None };
        let trusted = [sshd.host_key_fingerprint()?];
        let connection = ssh::connect(&target, HostKeyCheck::Pinned(&trusted), &Limits::default()).await?;
        let stream = connection.start(&awk.command()).await?;
        stream.write(probe::script(NONCE).as_bytes()).await?;
        let reader = Reader::new(NONCE);
        let (probe, sshd_pids) = (Vec::new(), Vec::new());
        let mut new = Self { connection, stream, reader, engine: String::new(), probe, sshd: sshd_pids };
        new.hear().await?;
        let name = |pid: &u32| process::name(*pid).unwrap_or_default();
        let pids = sshd.session_pids();
        (new.sshd, new.probe) = pids.into_iter().partition(|pid| name(pid).starts_with("sshd"));
        new.engine = new.probe.iter().map(name).collect::<Vec<_>>().join(", ");
        Ok(new)
    }

    /// Asks for so many reports, and gives what one costs.
    pub async fn cost(&mut self, sections: Sections, reports: u32, gap: Duration) -> Result<Cost> {
        for _ in 0..WARM_UP.min(reports) {
            self.ask(sections).await?;
        }
        let before = self.used()?;
        let (mut walls, mut bytes) = (Vec::new(), 0);
        for _ in 0..reports {
            let began = Instant::now();
            bytes += self.ask(sections).await?;
            walls.push(began.elapsed().as_secs_f64() * 1e3);
            if !gap.is_zero() {
                sleep(gap).await;
            }
        }
        let after = self.used()?;
        let each = |used: Duration| used.as_secs_f64() * 1e3 / f64::from(reports);
        Ok(Cost {
            probe_ms: each(after.probe.saturating_sub(before.probe)),
            sshd_ms: each(after.sshd.saturating_sub(before.sshd)),
            forks: after.faults_of_children != before.faults_of_children,
            bytes: f64::from(u32::try_from(bytes)?) / f64::from(reports),
            wall_ms: Spread::of(walls),
        })
    }

    /// Ends the probe; gives the names of the processes that it was.
    pub async fn close(self) -> String {
        self.stream.close().await;
        self.connection.close().await;
        self.engine
    }

    fn used(&self) -> Result<Used> {
        let sum = |pids: &[u32], read: fn(u32) -> Option<Duration>| -> Option<Duration> {
            pids.iter().map(|pid| read(*pid)).sum()
        };
        let read = || {
            let own = sum(&self.probe, process::cpu_of_threads)?;
            let children = sum(&self.probe, process::cpu_of_children)?;
            let faults: Option<u64> = self.probe.iter().map(|pid| process::faults_of_children(*pid)).sum();
            let sshd = sum(&self.sshd, process::cpu_of_threads)?;
            Some(Used { probe: own + children, sshd, faults_of_children: faults? })
        };
        read().context("the probe or its sshd has ended")
    }

    async fn ask(&mut self, sections: Sections) -> Result<usize> {
        let request = self.reader.ask(sections);
        self.stream.write(request.as_bytes()).await?;
        self.hear().await
    }

    /// Waits for the next message; gives how many bytes came until then.
    async fn hear(&mut self) -> Result<usize> {
        let mut bytes = 0;
        loop {
            match self.reader.next_message()? {
                Some(Message::Report(raw)) => {
                    probe::parse(&raw)?;
                    return Ok(bytes);
                }
                Some(Message::Hello(hello)) if hello.has_proc => return Ok(bytes),
                Some(Message::Hello(_)) => bail!("the probe finds no /proc"),
                None => {}
            }
            match timeout(ANSWER, self.stream.next()).await.context("the probe does not answer")? {
                Some(Event::Stdout(piece)) => {
                    bytes += piece.len();
                    self.reader.push(&piece);
                }
                Some(Event::Stderr(_)) => {}
                Some(event) => bail!("the probe ended: {event:?}"),
                None => bail!("the connection ended"),
            }
        }
    }
}
