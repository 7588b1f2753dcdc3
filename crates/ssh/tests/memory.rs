//! What a connection costs in memory: thousands of them are held at once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test shall panic")]

mod support;

use std::fs;

use ssh::Event;
use sshd_fixture::{Options, Sshd};
use support::log_in;

/// Connections that are measured.
const CONNECTIONS: usize = 24;

/// Bytes that a connection with a running command may take. 85 kB were measured without optimisation, most of it in russh's
/// queues: tokio reserves 32 places in each, and a place is as large as the largest message, a log-in by certificate.
const LIMIT: usize = 120_000;

/// Bytes of a large report.
const REPORT: usize = 8_000;

/// Resident memory of this process, in bytes (proc(5), statm: pages of 4 kB on the machines that run tests).
fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

#[tokio::test]
async fn a_connection_with_a_running_command_takes_little_memory() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let mut held = Vec::new();
    let mut before = 0;
    for number in 0..CONNECTIONS + 6 {
        // The first ones pay for what all of them share.
        if number == 6 {
            before = resident();
        }
        let connection = log_in(&sshd).await;
        let command = format!("while read -r x; do head -c {REPORT} /dev/zero; done");
        let mut stream = connection.start(&command).await.unwrap();
        for _ in 0..3 {
            stream.write(b"now\n").await.unwrap();
            let mut received = 0;
            while received < REPORT {
                let Some(Event::Stdout(bytes)) = stream.next().await else { panic!("no report") };
                received += bytes.len();
            }
        }
        held.push((connection, stream));
    }
    let each = (resident() - before) / CONNECTIONS;
    assert!(each < LIMIT, "{each} bytes for each connection");
}
