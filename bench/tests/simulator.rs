//! The simulator as its clients see it: our own SSH client, the probe's reader, and OpenSSH.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::simulator::{Behaviour, Options, Simulator, Trace, address, control};
use domain::Secret;
use probe::{Hello, Message, Reader, Report, Sections};
use ssh::{Auth, ConnectError, Connection, Event, HostKeyCheck, Keepalive, Limits, Stream, Target};

const PASSWORD: &str = "let me in";

async fn start(servers: u32) -> Simulator {
    let trace = Arc::new(Trace::bundled_beginning(40).unwrap());
    Simulator::start(Options::new(servers, PASSWORD, trace)).await.unwrap()
}

async fn connect_as(simulator: &Simulator, number: u32, auth: Auth) -> Result<Connection, ConnectError> {
    let host = address(number).to_string();
    let target = Target { host, port: simulator.port(), user: "anybody".to_owned(), auth, through: None };
    let second = Duration::from_secs(1);
    let keepalive = Some(Keepalive { interval: second, missed: 1 });
    let limits = Limits { handshake: second, write: second, keepalive, ..Limits::default() };
    ssh::connect(&target, HostKeyCheck::Pinned(&[simulator.fingerprint(number)]), &limits).await
}

async fn connect(simulator: &Simulator, number: u32) -> Result<Connection, ConnectError> {
    connect_as(simulator, number, Auth::Password(Secret::new(PASSWORD))).await
}

/// A probe on a simulated server.
struct Probe {
    stream: Stream,
    reader: Reader,
    connection: Connection,
}

/// What a probe said.
enum Heard {
    Hello(Hello),
    Report(Box<Report>),
}

impl Probe {
    async fn start(simulator: &Simulator, number: u32) -> Self {
        let connection = connect(simulator, number).await.unwrap();
        let stream = connection.start(probe::COMMAND).await.unwrap();
        stream.write(probe::script("n0nce").as_bytes()).await.unwrap();
        let mut probe = Self { stream, reader: Reader::new("n0nce"), connection };
        let Ok(Heard::Hello(hello)) = probe.hear().await else { panic!("no hello") };
        assert!(hello.has_proc);
        probe
    }

    async fn hear(&mut self) -> Result<Heard, String> {
        loop {
            match self.reader.next_message() {
                Ok(Some(Message::Hello(hello))) => return Ok(Heard::Hello(hello)),
                Ok(Some(Message::Report(raw))) => return Ok(Heard::Report(Box::new(probe::parse(&raw).unwrap()))),
                Ok(None) => {}
                Err(error) => return Err(format!("broken: {error}")),
            }
            match tokio::time::timeout(Duration::from_secs(3), self.stream.next()).await {
                Ok(Some(Event::Stdout(bytes))) => self.reader.push(&bytes),
                Ok(Some(_)) => {}
                Ok(None) => return Err("ended".to_owned()),
                Err(_) => return Err("nothing comes".to_owned()),
            }
        }
    }

    async fn ask(&mut self, sections: Sections) -> Result<Report, String> {
        let request = self.reader.ask(sections);
        // A connection that has ended says so when it is read, too.
        let _ = self.stream.write(request.as_bytes()).await;
        match self.hear().await? {
            Heard::Report(report) => Ok(*report),
            Heard::Hello(_) => panic!("a second hello"),
        }
    }
}

async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(5), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn every_server_replays_the_trace_from_a_place_of_its_own() {
    let simulator = start(3).await;
    let mut uptimes = Vec::new();
    for number in 1..=3 {
        let mut probe = Probe::start(&simulator, number).await;
        let first = probe.ask(Sections::ALL).await.unwrap();
        let second = probe.ask(Sections::FAST).await.unwrap();
        assert_eq!(first.identity.as_ref().unwrap().hostname, format!("sim-0000{number}"));
        assert!(second.filesystems.is_none());
        let sample = probe::derive(&first, &second, 1).unwrap();
        assert!((sample.span_secs - 3.0).abs() < 0.1, "{}", sample.span_secs);
        uptimes.push(first.uptime_centis);
        assert_eq!(simulator.reports(number), 2);
    }
    uptimes.dedup();
    assert_eq!(uptimes.len(), 3);
    let status = simulator.status();
    assert_eq!((status.reports, status.accepted, status.refused), (6, 3, 0));
}

#[tokio::test]
async fn a_wrong_password_and_a_key_are_told_from_the_right_ones() {
    let key = tempfile::tempdir().unwrap();
    let path = key.path().join("id");
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&path).status().unwrap();
    assert!(made.success());
    let trace = Arc::new(Trace::bundled_beginning(1).unwrap());
    let authorized_key = Some(std::fs::read_to_string(path.with_extension("pub")).unwrap());
    let simulator = Simulator::start(Options { authorized_key, ..Options::new(2, PASSWORD, trace) }).await.unwrap();

    let pem = Secret::new(std::fs::read_to_string(&path).unwrap());
    let by_key = connect_as(&simulator, 2, Auth::PrivateKey { pem, passphrase: None }).await;
    assert!(by_key.is_ok());
    let wrong = connect_as(&simulator, 1, Auth::Password(Secret::new("wrong"))).await.err().unwrap();
    assert!(matches!(wrong, ConnectError::LoginRefused { .. }), "{wrong}");
    assert_eq!(simulator.status().refused, 1);
    simulator.set(1, Behaviour::Refusing);
    let refused = connect(&simulator, 1).await.err().unwrap();
    assert!(matches!(refused, ConnectError::LoginRefused { .. }), "{refused}");
}

#[tokio::test]
async fn an_address_without_a_server_is_closed_without_a_word() {
    let simulator = start(2).await;
    let error = connect(&simulator, 3).await.err().unwrap();
    assert!(matches!(error, ConnectError::Closed { .. }), "{error}");
}

#[tokio::test]
async fn only_the_probe_can_be_run() {
    let simulator = start(1).await;
    let connection = connect(&simulator, 1).await.unwrap();
    let refused = connection.start("rm -rf /").await.err().unwrap();
    assert_eq!(refused, ConnectError::CommandRefused);
}

#[tokio::test]
async fn a_server_that_dies_ends_its_connections_until_it_is_revived() {
    let simulator = start(2).await;
    let mut probe = Probe::start(&simulator, 1).await;
    let mut other = Probe::start(&simulator, 2).await;
    other.ask(Sections::FAST).await.unwrap();
    other.ask(Sections::FAST).await.unwrap();
    assert_eq!((simulator.status().probes, simulator.status().sampled), (2, 1));
    assert!(simulator.set(1, Behaviour::Dead));
    assert_eq!(probe.ask(Sections::FAST).await.err().unwrap(), "ended");
    assert!(connect(&simulator, 1).await.is_err());
    assert!(other.ask(Sections::FAST).await.is_ok());
    simulator.set(1, Behaviour::Well);
    assert!(Probe::start(&simulator, 1).await.ask(Sections::FAST).await.is_ok());
    eventually("the ended connections are counted no more", || simulator.status().connections == 1).await;
}

#[tokio::test]
async fn a_server_that_hangs_says_nothing_and_keeps_its_connections() {
    let simulator = start(1).await;
    let mut probe = Probe::start(&simulator, 1).await;
    simulator.set_all(Behaviour::Hanging);
    let connecting = connect(&simulator, 1).await.err().unwrap();
    assert!(matches!(connecting, ConnectError::TimedOut { .. }), "{connecting}");
    // No answer to the keepalive either: that is how the client notices.
    assert_eq!(probe.ask(Sections::FAST).await.err().unwrap(), "ended");
    assert!(matches!(probe.connection.ended(), Some(ConnectError::TimedOut { .. })));
    simulator.set_all(Behaviour::Well);
    assert!(Probe::start(&simulator, 1).await.ask(Sections::FAST).await.is_ok());
}

#[tokio::test]
async fn a_server_that_floods_is_refused_by_the_reader() {
    let simulator = start(1).await;
    let mut probe = Probe::start(&simulator, 1).await;
    simulator.set(1, Behaviour::Flooding);
    let broken = probe.ask(Sections::FAST).await.err().unwrap();
    assert!(broken.starts_with("broken"), "{broken}");
    drop(probe);
    eventually("the flood ends with its connection", || simulator.status().connections == 0).await;
}

#[tokio::test]
async fn a_server_that_lies_shows_another_host_key() {
    let simulator = start(1).await;
    let mut probe = Probe::start(&simulator, 1).await;
    simulator.set(1, Behaviour::Lying);
    assert_eq!(probe.ask(Sections::FAST).await.err().unwrap(), "ended");
    let error = connect(&simulator, 1).await.err().unwrap();
    assert!(matches!(error, ConnectError::HostKeyChanged { .. }), "{error}");
    simulator.set(1, Behaviour::Well);
    assert!(connect(&simulator, 1).await.is_ok());
}

#[tokio::test]
async fn a_server_that_sends_garbage_breaks_the_protocol() {
    let simulator = start(1).await;
    let mut probe = Probe::start(&simulator, 1).await;
    simulator.set(1, Behaviour::Garbage);
    let broken = probe.ask(Sections::FAST).await.err().unwrap();
    assert!(broken.starts_with("broken"), "{broken}");
}

#[tokio::test]
async fn a_slow_server_answers_late() {
    let simulator = start(1).await;
    let mut probe = Probe::start(&simulator, 1).await;
    assert_eq!(control::execute(&simulator, "slow 1 300"), "ok");
    let began = Instant::now();
    probe.ask(Sections::FAST).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn the_control_lines_work_on_a_running_simulator() {
    let simulator = start(3).await;
    assert_eq!(control::execute(&simulator, "hang 2-3"), "ok");
    assert_eq!(simulator.behaviour(1), Some(Behaviour::Well));
    assert_eq!(simulator.behaviour(3), Some(Behaviour::Hanging));
    assert!(control::execute(&simulator, "die 4").starts_with("error: "));
    let mut answers = Vec::new();
    control::converse(&simulator, &b"revive all\n\nstatus\nnonsense\n"[..], &mut answers).await.unwrap();
    let answers = String::from_utf8(answers).unwrap();
    let lines: Vec<&str> = answers.lines().collect();
    assert_eq!(lines.len(), 3, "{answers}");
    assert_eq!(lines[0], "ok");
    assert!(lines[1].contains("\"servers\":3"), "{answers}");
    assert!(lines[2].starts_with("error"), "{answers}");
}

#[tokio::test]
async fn stopping_ends_every_connection() {
    let simulator = start(2).await;
    let mut probe = Probe::start(&simulator, 1).await;
    let began = Instant::now();
    simulator.stop().await;
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(probe.ask(Sections::FAST).await.err().unwrap(), "ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openssh_can_talk_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("id");
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status().unwrap();
    assert!(made.success());
    let trace = Arc::new(Trace::bundled_beginning(3).unwrap());
    let authorized_key = Some(std::fs::read_to_string(key.with_extension("pub")).unwrap());
    let simulator = Simulator::start(Options { authorized_key, ..Options::new(300, PASSWORD, trace) }).await.unwrap();

    let mut client = Command::new("ssh")
        .args(["-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new", "-o"])
        .arg(format!("UserKnownHostsFile={}", folder.path().join("known_hosts").display()))
        .args(["-o", "IdentitiesOnly=yes", "-i"])
        .arg(&key)
        .args(["-p", &simulator.port().to_string(), "somebody@127.0.1.44", probe::COMMAND])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = client.stdin.take().unwrap();
    let output = tokio::task::spawn_blocking(move || {
        input.write_all(probe::script("xyz").as_bytes()).unwrap();
        // Long enough for the hello: a request must not be a part of the script.
        std::thread::sleep(Duration::from_secs(2));
        input.write_all(b"1 fdpti\n").unwrap();
        std::thread::sleep(Duration::from_millis(500));
        drop(input);
        client.wait_with_output().unwrap()
    });
    let output = output.await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let mut reader = Reader::new("xyz");
    let _ = reader.ask(Sections::ALL);
    reader.push(&output.stdout);
    assert!(matches!(reader.next_message(), Ok(Some(Message::Hello(_)))));
    let Ok(Some(Message::Report(raw))) = reader.next_message() else { panic!("no report: {said}") };
    assert_eq!(probe::parse(&raw).unwrap().identity.unwrap().hostname, "sim-00300");
}

#[tokio::test]
async fn processors_are_as_busy_as_they_are_told_from_the_next_report_on() {
    let simulator = start(2).await;
    control::execute(&simulator, "cpu 1 20");
    let mut probe = Probe::start(&simulator, 1).await;
    let mut reports = vec![probe.ask(Sections::FAST).await.unwrap(), probe.ask(Sections::FAST).await.unwrap()];
    assert_eq!(control::execute(&simulator, "cpu 1 95"), "ok");
    reports.push(probe.ask(Sections::FAST).await.unwrap());
    let busy: Vec<f64> =
        reports.windows(2).map(|pair| probe::derive(&pair[0], &pair[1], 1).unwrap().cpu.busy).collect();
    assert!((busy[0] - 20.0).abs() < 1.0 && (busy[1] - 95.0).abs() < 1.0, "{busy:?}");
    assert_eq!(control::execute(&simulator, "cpu 3 95"), "error: \"3\" is no server of 1-2");
}
