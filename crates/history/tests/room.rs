//! A disk that becomes full and empty again, with time and space that are only numbers.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{cell::Cell, sync::Arc};

use domain::ServerId;
use history::{Engine, Limits, Space};
use store::Store;
use tempfile::TempDir;

const MINUTE: i64 = 60 * 1_000;
const HOUR: i64 = 60 * MINUTE;
const BEGIN: i64 = 120 * 24 * HOUR * 170;
const END: i64 = BEGIN + 48 * HOUR;
const MIB: u64 = 1 << 20;
/// On a disk that is large enough for all of it to count.
const TOTAL: u64 = 10_000 * MIB;
const FLOOR: u64 = 100 * MIB;

async fn two_days() -> (TempDir, Engine, ServerId) {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path().join("servers.db")).await.unwrap());
    store.migrate().await.unwrap();
    let new = store::servers::NewServer {
        name: "web".to_owned(),
        host: "192.0.2.1".to_owned(),
        port: 22,
        username: "root".to_owned(),
        interval_secs: 3,
        ..Default::default()
    };
    let server = store.servers().create(new, BEGIN).await.unwrap().id;
    let engine = Engine::new(store);
    for at_ms in (BEGIN..END).step_by(60_000) {
        record(&engine, server, at_ms);
        if at_ms % HOUR == 0 {
            engine.flush().await.unwrap();
            engine.close_windows(at_ms).await.unwrap();
        }
    }
    engine.flush_all().await.unwrap();
    (folder, engine, server)
}

#[allow(clippy::cast_precision_loss, reason = "small")]
fn record(engine: &Engine, server: ServerId, at_ms: i64) {
    engine.record(server, at_ms, |row| row.set("cpu.user", "", ((at_ms / MINUTE) % 7_919) as f64 / 100.0));
}

async fn total(engine: &Engine) -> u64 {
    let sum: i64 = engine.usage().await.unwrap().iter().map(|usage| usage.size_bytes).sum();
    u64::try_from(sum).unwrap()
}

/// A disk on which so much is free, plus what history gave back.
async fn keep_room(engine: &Engine, free_bytes: u64) -> u64 {
    let space = || Some(Space { free_bytes, total_bytes: TOTAL });
    engine.keep_room(&Limits::default(), FLOOR, END, space).await.unwrap()
}

#[tokio::test]
async fn with_room_on_the_disk_nothing_goes() {
    let (_folder, engine, _) = two_days().await;
    let before = total(&engine).await;
    assert_eq!(keep_room(&engine, FLOOR).await, 0);
    assert_eq!((total(&engine).await, engine.is_paused()), (before, false));
}

#[tokio::test]
async fn below_the_floor_just_enough_of_the_oldest_goes_and_writing_goes_on() {
    let (_folder, engine, server) = two_days().await;
    let before = engine.usage().await.unwrap();
    let all = total(&engine).await;
    let missing = all / 4;
    // What is deleted is free right away, as on a disk.
    let looked = Cell::new(0);
    let space = || {
        looked.set(looked.get() + 1);
        let free_bytes = if looked.get() == 1 { FLOOR - missing } else { FLOOR };
        Some(Space { free_bytes, total_bytes: TOTAL })
    };
    let freed = engine.keep_room(&Limits::default(), FLOOR, END, space).await.unwrap();
    assert!(freed >= missing && freed < all, "{freed} of {all} for {missing}");
    assert_eq!(total(&engine).await, all - freed);
    assert!(!engine.is_paused());
    let first = |all: &[store::history::Usage]| all.iter().find(|usage| usage.tier == 0).unwrap().first_ms;
    let after = engine.usage().await.unwrap();
    assert!(first(&after) > first(&before), "the oldest went");
    record(&engine, server, END);
    assert_eq!(engine.losses().lost_rows, 0);
}

#[tokio::test]
async fn when_nothing_helps_writing_pauses_is_counted_and_goes_on_by_itself() {
    let (_folder, engine, server) = two_days().await;
    keep_room(&engine, FLOOR / 4 - 1).await;
    assert!(engine.is_paused());
    let before = total(&engine).await;
    for minute in 0..10 {
        record(&engine, server, END + minute * MINUTE);
    }
    engine.flush_all().await.unwrap();
    assert_eq!((total(&engine).await, engine.losses().lost_rows), (before, 10));

    keep_room(&engine, FLOOR).await;
    assert!(!engine.is_paused());
    record(&engine, server, END + HOUR);
    engine.flush_all().await.unwrap();
    assert!(total(&engine).await > before);
    assert_eq!(engine.losses().lost_rows, 10);
}

#[tokio::test]
async fn when_nothing_is_left_to_delete_writing_pauses_even_above_the_hard_floor() {
    let (_folder, engine, _) = two_days().await;
    // The disk stays as full as it is, whatever goes.
    for _ in 0..3 {
        keep_room(&engine, FLOOR / 2).await;
    }
    assert_eq!(total(&engine).await, 0);
    assert!(engine.is_paused());
}

#[tokio::test]
async fn a_disk_that_does_not_say_and_no_floor_change_nothing() {
    let (_folder, engine, _) = two_days().await;
    let before = total(&engine).await;
    engine.keep_room(&Limits::default(), FLOOR, END, || None).await.unwrap();
    engine.keep_room(&Limits::default(), 0, END, || Some(Space { free_bytes: 0, total_bytes: TOTAL })).await.unwrap();
    assert_eq!((total(&engine).await, engine.is_paused()), (before, false));
}

#[test]
fn on_a_small_disk_the_floor_is_a_part_of_it() {
    let space = Space { free_bytes: 0, total_bytes: 64 * MIB };
    assert_eq!(space.floor_bytes(1_024 * MIB), 64 * MIB / 20);
    assert_eq!(Space { total_bytes: TOTAL, ..space }.floor_bytes(FLOOR), FLOOR);
}
