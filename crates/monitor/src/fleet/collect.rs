//! One conversation with a probe: hello, then a request and a report at a time, paced by us.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ::alerts::Wants;
use domain::{
    metrics::{Identity, Sample},
    status::ReasonCode,
};
use probe::{Hello, Message, ReadError, Reader, Report, Sections};
use tokio::time;

use super::{
    errand::Way,
    limits::Limits,
    reason::{Class, Failure},
    transport::Transport,
};
use crate::clock;

/// Between two readings of file systems and sensors.
const SLOW_EVERY: Duration = Duration::from_secs(30);
/// The same while somebody looks.
const SLOW_EVERY_WATCHED: Duration = Duration::from_secs(10);
/// Between two readings of processes, which is the dearest part.
const PROCESSES_EVERY: Duration = Duration::from_secs(60);
/// The same while somebody looks.
const PROCESSES_EVERY_WATCHED: Duration = Duration::from_secs(5);

/// How many times rarer a list is asked for that the server did not give: not every server has systemd, or shows all processes.
const LIST_PATIENCE: u32 = 10;

/// What one report gave.
pub(crate) struct Collected {
    pub sample: Option<Sample>,
    /// The report itself, with the totals that rates are derived from; the conversation keeps the same one.
    pub report: Arc<Report>,
    /// How long its text was.
    pub report_bytes: usize,
    pub identity: Option<Identity>,
    /// The SSH service was stopped, or started anew; this conversation outlived it.
    pub service_gone: bool,
}

/// A probe that said hello.
pub(crate) struct Conversation {
    transport: Transport,
    reader: Reader,
    previous: Option<Arc<Report>>,
    slow_at: Option<Instant>,
    processes_at: Option<Instant>,
    units: List,
    names: List,
    reports: u32,
}

/// What is listed only because a rule looks at it.
#[derive(Debug, Clone, Copy, Default)]
struct List {
    asked_at: Option<Instant>,
    /// It was not given when it was last asked for.
    is_unknown: bool,
}

impl List {
    fn is_due(self, now: Instant, every: Duration) -> bool {
        let every = if self.is_unknown { every * LIST_PATIENCE } else { every };
        self.asked_at.is_none_or(|asked_at| now.duration_since(asked_at) >= every)
    }
}

impl Conversation {
    /// Sends the probe and waits for its hello.
    pub async fn begin(transport: Transport, limits: &Limits) -> Result<Self, (Transport, Failure)> {
        let nonce = nonce();
        let mut conversation = Self {
            transport,
            reader: Reader::new(&nonce),
            previous: None,
            slow_at: None,
            processes_at: None,
            units: List::default(),
            names: List::default(),
            reports: 0,
        };
        let hello = time::timeout(limits.hello, conversation.hello(&nonce)).await.unwrap_or_else(|_| {
            Err(Failure::new(
                ReasonCode::CommandRefused,
                Class::Login,
                "Logged in, but the probe did not start: a forced command or an unusual login shell may stand in its way.",
            ))
        });
        match hello {
            Ok(()) => Ok(conversation),
            Err(failure) => Err((conversation.transport, failure)),
        }
    }

    async fn hello(&mut self, nonce: &str) -> Result<(), Failure> {
        let sent = self.transport.write(probe::script(nonce).as_bytes()).await;
        // A server that ended instead of reading tells more by how it ended than by the failed write.
        let hello = loop {
            match self.reader.next_message() {
                Ok(Some(Message::Hello(hello))) => break hello,
                Ok(Some(Message::Report(_))) => return Err(bad_report("it reported before it said hello")),
                Ok(None) => {}
                Err(error @ (ReadError::NoHello | ReadError::WrongNonce)) => return Err(something_else(&error)),
                Err(error) => return Err(bad_report(&error.to_string())),
            }
            match self.transport.read().await {
                Ok(bytes) => self.reader.push(&bytes),
                Err(failure) if failure.reason.code == ReasonCode::ConnectionLost => {
                    return Err(something_else(&"it ended at once"));
                }
                Err(failure) => return Err(failure),
            }
        };
        sent?;
        check(&hello)
    }

    /// The way for errands beside it.
    pub(super) fn way(&self) -> Way {
        self.transport.way()
    }

    /// Asks for a report and waits for it.
    pub async fn sample(&mut self, watched: bool, wants: Wants, limits: &Limits) -> Result<Collected, Failure> {
        let sections = self.due(watched) | self.lists_due(wants, limits.list_interval);
        let request = self.reader.ask(sections);
        self.transport.write(request.as_bytes()).await?;
        let (mut report, report_bytes) = if sections == Sections::FAST {
            time::timeout(limits.report, self.report()).await.map_err(|_| Failure::no_answer())??
        } else {
            self.slow_report(limits).await?
        };
        self.reports = self.reports.saturating_add(1);
        if sections.contains(Sections::UNITS) {
            self.units.is_unknown = report.failed_units.is_none();
        }
        if sections.contains(Sections::NAMES) {
            self.names.is_unknown = report.process_names.is_none();
        }
        let (identity, service_gone) = (report.identity.clone(), report.service_gone);
        let mut sample = None;
        if let Some(previous) = &self.previous {
            report.hold(previous);
            sample = probe::derive(previous, &report, clock::now_ms());
        }
        let report = Arc::new(report);
        self.previous = Some(Arc::clone(&report));
        Ok(Collected { sample, report, report_bytes, identity, service_gone })
    }

    /// Waits for a report with parts that may take their time, though not from a server that has stopped answering altogether.
    async fn slow_report(&mut self, limits: &Limits) -> Result<(Report, usize), Failure> {
        let patience = limits.report / 2;
        let deadline = Instant::now() + limits.slow_report;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if let Ok(report) = time::timeout(patience.min(left), self.report()).await {
                return report;
            }
            if left <= patience || !self.transport.is_alive(patience).await {
                return Err(Failure::no_answer());
            }
        }
    }

    /// Whether the next report should follow at once, since rates need two.
    pub fn needs_another(&self) -> bool {
        self.reports < 2
    }

    /// Waits for the connection to end; for use while no report is due. Nothing should come then.
    pub async fn ended(&mut self) -> Failure {
        loop {
            match self.transport.read().await {
                Ok(bytes) => self.reader.push(&bytes),
                Err(failure) => return failure,
            }
            // A server that talks without being asked is not the probe any more.
            match self.reader.next_message() {
                Ok(None) => {}
                Ok(Some(_)) => return bad_report("it reported without being asked"),
                Err(error) => return bad_report(&error.to_string()),
            }
        }
    }

    /// The way through this server to others, where there is one.
    pub fn tunnel(&self) -> Option<ssh::Tunnel> {
        self.transport.tunnel()
    }

    /// Ends the probe and says goodbye.
    pub async fn close(self) {
        self.transport.close().await;
    }

    fn due(&mut self, watched: bool) -> Sections {
        let now = Instant::now();
        let (slow_every, processes_every) =
            if watched { (SLOW_EVERY_WATCHED, PROCESSES_EVERY_WATCHED) } else { (SLOW_EVERY, PROCESSES_EVERY) };
        let is_due = |last: Option<Instant>, every| last.is_none_or(|last| now.duration_since(last) >= every);
        let mut sections = Sections::FAST;
        if self.reports == 0 {
            // The first report only has counters, and no sample comes of it: nothing that a sample carries is asked for yet,
            // but processes, whose use of the processor also takes two readings.
            return sections.with_identity().with_processes();
        }
        if is_due(self.slow_at, slow_every) {
            self.slow_at = Some(now);
            sections = sections.with_filesystems().with_sensors();
        }
        if is_due(self.processes_at, processes_every) {
            self.processes_at = Some(now);
            sections = sections.with_processes();
        }
        sections
    }

    fn lists_due(&mut self, wants: Wants, every: Duration) -> Sections {
        let now = Instant::now();
        let mut sections = Sections::FAST;
        if self.reports == 0 {
            // No sample comes of the first report, and rules look with samples.
            return sections;
        }
        for (is_wanted, list, section) in
            [(wants.units, &mut self.units, Sections::UNITS), (wants.processes, &mut self.names, Sections::NAMES)]
        {
            if !is_wanted {
                // A rule that is made later shall not have to wait.
                *list = List::default();
            } else if list.is_due(now, every) {
                list.asked_at = Some(now);
                sections = sections | section;
            }
        }
        sections
    }

    /// The next report, and how long its text was.
    async fn report(&mut self) -> Result<(Report, usize), Failure> {
        loop {
            match self.reader.next_message() {
                Ok(Some(Message::Report(raw))) => {
                    let report = probe::parse(&raw).map_err(|error| bad_report(&error.to_string()))?;
                    return Ok((report, raw.size_bytes()));
                }
                Ok(Some(Message::Hello(_))) => return Err(bad_report("it said hello twice")),
                Ok(None) => {}
                Err(error) => return Err(bad_report(&error.to_string())),
            }
            let bytes = self.transport.read().await?;
            self.reader.push(&bytes);
        }
    }
}

fn check(hello: &Hello) -> Result<(), Failure> {
    if hello.has_proc {
        return Ok(());
    }
    let message = "Logged in, but there is no /proc to read: the probe works on Linux.";
    Err(Failure::new(ReasonCode::NoProc, Class::Login, message))
}

fn something_else(detail: &dyn std::fmt::Display) -> Failure {
    let message = format!(
        "Logged in, but the server ran something else than the probe: {detail}. A forced command, or an account that may \
         not run commands, may stand in its way."
    );
    Failure::new(ReasonCode::CommandRefused, Class::Login, message)
}

fn bad_report(detail: &str) -> Failure {
    Failure::new(ReasonCode::BadReport, Class::Network, format!("What the probe sent back cannot be used: {detail}."))
}

fn nonce() -> String {
    format!("{:016x}", rand::random::<u64>())
}
