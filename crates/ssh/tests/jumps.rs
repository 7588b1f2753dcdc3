//! Reaching a real sshd through another one.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed test shall panic")]

mod support;

use std::net::Ipv4Addr;
use std::time::Duration;

use ssh::{ConnectError, Connection, HostKeyCheck, Limits, Target, Tunnel, connect, inspect_host_key};
use sshd_fixture::{Options, Sshd};
use support::{error_of, key, log_in, output_of, target};

async fn through(tunnel: &Tunnel, sshd: &Sshd) -> Result<Connection, ConnectError> {
    let auth = key(sshd.client_key_pem().unwrap(), None);
    let target = Target { through: Some(tunnel.clone()), ..target(sshd, &sshd.user(), auth) };
    let trusted = [sshd.host_key_fingerprint().unwrap()];
    connect(&target, HostKeyCheck::Pinned(&trusted), &Limits::default()).await
}

fn behind() -> Sshd {
    Sshd::start(Options { host: Ipv4Addr::new(127, 0, 0, 5), ..Options::default() }).unwrap()
}

#[tokio::test]
async fn many_servers_are_reached_through_one_connection_to_a_jump_host() {
    let (jump, far) = (Sshd::start(Options::default()).unwrap(), behind());
    let road = log_in(&jump).await;
    let seen = inspect_host_key(&far.host(), far.port(), Some(&road.tunnel()), Duration::from_secs(5)).await.unwrap();
    assert_eq!(seen.fingerprint, far.host_key_fingerprint().unwrap());
    let mut all = Vec::new();
    for _ in 0..20 {
        all.push(through(&road.tunnel(), &far).await.unwrap());
    }
    for each in &all {
        assert_eq!(output_of(each, "echo $SSH_CONNECTION | cut -d ' ' -f 1").await, "127.0.0.1\n");
    }
    assert_eq!(jump.log().matches("Accepted publickey for").count(), 1, "{}", jump.log());
    for each in all {
        each.close().await;
    }
    assert_eq!(output_of(&road, "echo still here").await, "still here\n");
}

#[tokio::test]
async fn what_goes_through_a_connection_ends_with_it() {
    let (mut jump, far) = (Sshd::start(Options::default()).unwrap(), behind());
    let road = log_in(&jump).await;
    let tunnel = road.tunnel();
    let there = through(&tunnel, &far).await.unwrap();
    jump.stop();
    support::eventually("the far connection ends", || there.ended().is_some()).await;
    support::eventually("the tunnel is closed", || !tunnel.is_open()).await;
    drop(road);
    assert!(matches!(error_of(through(&tunnel, &far).await), ConnectError::Closed { .. }));
}

#[tokio::test]
async fn a_jump_host_that_forwards_nothing_says_so_and_so_does_one_that_reaches_nobody() {
    let strict = Sshd::start(Options::default().with("AllowTcpForwarding no")).unwrap();
    let mut far = behind();
    let road = log_in(&strict).await;
    assert_eq!(error_of(through(&road.tunnel(), &far).await), ConnectError::ForwardingRefused);
    let jump = Sshd::start(Options::default()).unwrap();
    let road = log_in(&jump).await;
    far.stop();
    assert!(matches!(error_of(through(&road.tunnel(), &far).await), ConnectError::Unreachable { .. }));
}
