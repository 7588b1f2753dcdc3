//! Watching real servers: the machine itself, and OpenSSH on 127.0.0.x.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod support;

use std::time::Duration;

use domain::{
    Secret,
    fleet::Filter,
    live::FromServer,
    servers::{ServerChange, TestRequest},
    status::{ReasonCode, Status},
};
use monitor::ListQuery;
use sshd_fixture::{Options, Sshd, TempUser, is_root};
use support::{World, entry_for, wait_until};

const SOON: Duration = Duration::from_secs(5);
const WITHIN_TEN: Duration = Duration::from_secs(10);

#[tokio::test]
async fn this_machine_is_live_within_five_seconds_with_nothing_configured() {
    let world = World::with(|options| options.watch_self = true).await;
    let page = world.monitor.servers().list(&world.actor, &ListQuery::default()).unwrap();
    assert_eq!(page.total, 1);
    let id = page.servers[0].id;
    world.wait_for_status(id, Status::Online, SOON).await;
    let latest = world.monitor.servers().latest(&world.actor, id).await.unwrap();
    let (sample, identity) = (latest.sample.unwrap(), latest.identity.unwrap());
    assert!(sample.memory.total > 0 && sample.cores.len() == identity.cores as usize, "{identity:?}");
    assert!(!sample.filesystems.unwrap().is_empty());
    assert!(identity.kernel.contains("Linux"));
    world.monitor.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_with_a_key_is_live_within_five_seconds() {
    let (world, sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let id = world.add(entry_for(&sshd)).await;
    world.wait_for_status(id, Status::Online, SOON).await;
    let connection = world.server(id).connection();
    assert!(connection.since_ms.is_some() && connection.reason.is_none() && connection.next_try_ms.is_none());
}

#[tokio::test]
async fn a_server_with_a_password_is_live_within_five_seconds() {
    if !is_root() {
        eprintln!("skipped: only root can make an account with a password");
        return;
    }
    let user = TempUser::new().unwrap();
    let sshd = Sshd::start(Options { password: true, ..Options::default() }).unwrap();
    let world = World::new().await;
    let mut entry = entry_for(&sshd);
    entry.username = user.name().to_owned();
    entry.private_key = None;
    entry.password = Some(Secret::new(user.password()));
    let id = world.add(entry).await;
    world.wait_for_status(id, Status::Online, SOON).await;
}

#[tokio::test]
async fn a_stopped_server_is_offline_within_ten_seconds_and_comes_back_by_itself() {
    let (world, mut sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let id = world.add(entry_for(&sshd)).await;
    world.wait_for_status(id, Status::Online, SOON).await;
    let first_since = world.server(id).since_ms;
    sshd.stop();
    world.wait_for_status(id, Status::Offline, WITHIN_TEN).await;
    let down = world.wait_for_reason(id, ReasonCode::ConnectionRefused, WITHIN_TEN).await;
    assert!(down.next_try_ms.is_some() && down.since_ms > first_since && down.last_seen_ms.is_some());
    let since = down.since_ms;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(world.server(id).since_ms, since, "further failures do not move the beginning");
    sshd.restart().unwrap();
    world.wait_for_status(id, Status::Online, WITHIN_TEN).await;
    assert!(world.server(id).reason.is_none());
}

#[tokio::test]
async fn a_stopped_service_shows_although_its_sessions_live_on() {
    let (world, mut sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let id = world.add(entry_for(&sshd)).await;
    world.wait_for_status(id, Status::Online, SOON).await;
    sshd.stop_listening();
    let down = world.wait_for_reason(id, ReasonCode::ConnectionRefused, WITHIN_TEN).await;
    assert!(down.next_try_ms.is_some());
    sshd.restart().unwrap();
    world.wait_for_status(id, Status::Online, WITHIN_TEN).await;
}

#[tokio::test]
async fn a_service_that_is_only_restarted_is_never_offline() {
    let (world, mut sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let id = world.add(entry_for(&sshd)).await;
    world.wait_for_status(id, Status::Online, SOON).await;
    let since = world.server(id).since_ms;
    sshd.stop_listening();
    sshd.restart().unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!((world.server(id).status, world.server(id).since_ms), (Status::Online, since));
}

#[tokio::test]
async fn a_server_that_hangs_is_offline_within_ten_seconds() {
    let (world, sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let id = world.add(entry_for(&sshd)).await;
    world.wait_for_status(id, Status::Online, SOON).await;
    sshd.freeze();
    world.wait_for_status(id, Status::Offline, WITHIN_TEN).await;
    sshd.thaw();
    world.wait_for_status(id, Status::Online, WITHIN_TEN).await;
}

#[tokio::test]
async fn a_changed_host_key_stops_collection_until_a_person_trusts_the_new_one() {
    let (world, mut sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let old_key = sshd.host_key_fingerprint().unwrap();
    let id = world.add(entry_for(&sshd)).await;
    world.wait_for_status(id, Status::Online, SOON).await;
    sshd.rotate_host_key().unwrap();
    let new_key = sshd.host_key_fingerprint().unwrap();
    let stopped = world.wait_for_reason(id, ReasonCode::HostKeyChanged, WITHIN_TEN).await;
    let message = stopped.reason.unwrap().message;
    assert!(message.contains(&old_key) && message.contains(&new_key), "{message}");
    assert_eq!(stopped.next_try_ms, None, "no program decides about a key");
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(world.server(id).status, Status::Offline);
    let change = ServerChange { host_key_fingerprint: Some(new_key.clone()), ..ServerChange::default() };
    world.monitor.servers().change(&world.actor, id, change).await.unwrap();
    world.wait_for_status(id, Status::Online, SOON).await;
    assert_eq!(world.server(id).host_key_fingerprints, [new_key]);
}

#[tokio::test]
async fn testing_shows_the_host_key_first_and_logs_in_only_when_it_is_confirmed() {
    let (world, sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let entry = entry_for(&sshd);
    let mut request = TestRequest {
        host: entry.host,
        port: entry.port,
        username: entry.username,
        private_key: entry.private_key,
        ..TestRequest::default()
    };
    let first = world.monitor.servers().test(&world.actor, request.clone()).await.unwrap();
    let key = first.host_key.unwrap();
    assert!(!first.success && !first.host_key_trusted);
    assert_eq!(first.reason.unwrap().code, ReasonCode::HostKeyUnknown);
    assert_eq!(
        (key.fingerprint.clone(), key.algorithm.as_str()),
        (sshd.host_key_fingerprint().unwrap(), "ssh-ed25519")
    );
    assert!(!sshd.log().contains("Accepted"), "nothing was sent to a host that nobody knows");
    request.host_key_fingerprint = Some(key.fingerprint);
    let second = world.monitor.servers().test(&world.actor, request).await.unwrap();
    assert!(second.success && second.host_key_trusted, "{second:?}");
    assert!(second.system.unwrap().contains("Linux"));
}

#[tokio::test]
async fn a_watched_server_is_sampled_every_second_and_an_unwatched_one_at_its_interval() {
    let (world, sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let mut entry = entry_for(&sshd);
    entry.interval_secs = 300;
    let id = world.add(entry).await;
    world.wait_for_status(id, Status::Online, SOON).await;
    let newest = || async { world.monitor.servers().latest(&world.actor, id).await.unwrap().sample.unwrap().at_ms };
    let before = newest().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(newest().await, before);
    let mut watch = world.monitor.live().watch_server(&world.actor, id).await.unwrap();
    assert!(matches!(watch.next().await, Some(FromServer::Server(_))));
    let samples = tokio::time::timeout(Duration::from_secs(4), async {
        let mut samples = 0;
        while samples < 3 {
            samples += i32::from(matches!(watch.next().await, Some(FromServer::Sample(_))));
        }
    });
    samples.await.expect("three samples within four seconds");
    drop(watch);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let after = newest().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(newest().await, after);
}

#[tokio::test]
async fn the_fleet_stream_begins_with_a_snapshot_and_goes_on_with_changes() {
    let (world, sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let mut watch = world.monitor.live().watch_fleet(&world.actor).unwrap();
    let first = watch.next().await.unwrap();
    assert!(matches!(&first.message, FromServer::Fleet(fleet) if fleet.rows.is_empty()));
    let id = world.add(entry_for(&sshd)).await;
    let (mut added, mut online, mut valued) = (false, false, false);
    let seen = tokio::time::timeout(WITHIN_TEN, async {
        while !(added && online && valued) {
            if let FromServer::FleetDelta(delta) = &watch.next().await.unwrap().message {
                added |= delta.metas.iter().any(|(changed, _)| *changed == id);
                online |= delta.connections.iter().any(|(_, connection)| connection.status == Status::Online);
                valued |= delta.vitals.iter().any(|(changed, vitals)| *changed == id && vitals.cores > 0);
            }
        }
    });
    seen.await.expect("all of it within ten seconds");
    world.monitor.servers().delete(&world.actor, id).await.unwrap();
    let gone = tokio::time::timeout(SOON, async {
        loop {
            if let FromServer::FleetDelta(delta) = &watch.next().await.unwrap().message
                && delta.removed == [id]
            {
                return;
            }
        }
    });
    gone.await.expect("the deletion is told");
    assert!(wait_until(SOON, || async { sshd.session_pids().is_empty() }).await, "the connection ends with the entry");
}

#[tokio::test]
async fn a_restart_keeps_servers_and_their_secrets() {
    let (world, sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let id = world.add(entry_for(&sshd)).await;
    world.wait_for_status(id, Status::Online, SOON).await;
    world.monitor.stop().await.unwrap();
    let monitor = monitor::Monitor::start(support::options(&world.data)).await.unwrap();
    let online = || async { monitor.overview().online_servers == 1 };
    assert!(wait_until(SOON, online).await, "{:?}", monitor.overview());
    monitor.stop().await.unwrap();
}

#[tokio::test]
async fn the_stored_secret_is_not_sent_to_another_host() {
    let (world, sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let id = world.add(entry_for(&sshd)).await;
    for change in [
        ServerChange { host: Some("127.0.0.9".to_owned()), ..ServerChange::default() },
        ServerChange { port: Some(2), ..ServerChange::default() },
    ] {
        let error = world.monitor.servers().change(&world.actor, id, change).await.unwrap_err();
        assert_eq!(error.fields[0].field, "password", "{error:?}");
    }
    let change = ServerChange { name: Some("Renamed".to_owned()), ..ServerChange::default() };
    assert_eq!(world.monitor.servers().change(&world.actor, id, change).await.unwrap().name, "Renamed");
    let filter = Filter { search: "renam".to_owned(), ..Filter::default() };
    let found = world.monitor.servers().list(&world.actor, &ListQuery { filter, ..ListQuery::default() }).unwrap();
    assert_eq!(found.total, 1);
}
