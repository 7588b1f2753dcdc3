//! The engine over a real database, with time that is only numbers.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::sync::Arc;

use domain::{ServerId, history::Range};
use history::{Engine, Limits, Retention, Tier};
use store::Store;
use tempfile::TempDir;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// A moment at which windows of all tiers begin.
const BEGIN: i64 = 120 * DAY * 170;

struct Fixture {
    folder: TempDir,
    store: Arc<Store>,
    engine: Engine,
    servers: Vec<ServerId>,
}

impl Fixture {
    async fn new(servers: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path().join("servers.db")).await.unwrap());
        store.migrate().await.unwrap();
        let mut ids = Vec::new();
        for number in 0..servers {
            let new = store::servers::NewServer {
                name: format!("server {number}"),
                host: "192.0.2.1".to_owned(),
                port: 22,
                username: "root".to_owned(),
                interval_secs: 3,
                ..Default::default()
            };
            ids.push(store.servers().create(new, BEGIN).await.unwrap().id);
        }
        let engine = Engine::new(Arc::clone(&store));
        engine.recover().await.unwrap();
        Self { folder, store, engine, servers: ids }
    }

    /// Ends the program without a word and starts it again.
    async fn crash(&mut self) {
        let path = self.folder.path().join("servers.db");
        self.store = Arc::new(Store::open(path).await.unwrap());
        self.engine = Engine::new(Arc::clone(&self.store));
        self.engine.recover().await.unwrap();
    }

    /// Rows from one moment to another, whose values say when they were measured; written down and closed as time goes on.
    async fn live(&self, from_ms: i64, to_ms: i64, step_ms: i64) {
        let mut at_ms = from_ms;
        while at_ms < to_ms {
            for server in &self.servers {
                self.engine.record(*server, at_ms, |row| {
                    row.set("cpu.user", "", value(at_ms));
                    row.set("disk.reads", "sda", 7.0);
                });
            }
            at_ms += step_ms;
            if at_ms.rem_euclid(HOUR) < step_ms {
                self.engine.flush().await.unwrap();
                self.engine.close_windows(at_ms).await.unwrap();
            }
        }
        self.engine.flush().await.unwrap();
    }

    async fn range(&self, from_ms: i64, to_ms: i64, step_ms: i64) -> Range {
        let keys = ["cpu.user".to_owned(), "disk.reads:sda".to_owned()];
        self.engine.range(self.servers[0], &keys, from_ms, to_ms, step_ms).await.unwrap()
    }
}

/// A value with two places that tells one moment from another.
fn value(at_ms: i64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "small")]
    let seconds = ((at_ms - BEGIN) / SECOND) as f64;
    (seconds % 10_000.0) / 100.0
}

#[tokio::test]
async fn every_value_comes_back_from_memory_open_blocks_and_closed_ones() {
    let fixture = Fixture::new(2).await;
    fixture.live(BEGIN, BEGIN + 13 * HOUR, 10 * SECOND).await;
    let range = fixture.range(BEGIN, BEGIN + 13 * HOUR, 10 * SECOND).await;
    let points = &range.series[0].points;
    assert_eq!(points.len(), 13 * 360);
    for point in points {
        assert_eq!((point.avg, point.min, point.max), (value(point.at_ms), value(point.at_ms), value(point.at_ms)));
    }
    assert_eq!(range.series[1].key, "disk.reads:sda");
    assert!(range.series[1].points.iter().all(|point| point.avg == 7.0));
    let usage = fixture.engine.usage().await.unwrap();
    assert!(usage.iter().any(|usage| usage.tier == Tier::Minute.number()), "the first window is rolled up");
}

#[tokio::test]
async fn a_coarse_step_says_average_least_and_most_whatever_tier_it_comes_from() {
    let fixture = Fixture::new(1).await;
    fixture.live(BEGIN, BEGIN + 8 * HOUR, 20 * SECOND).await;
    let range = fixture.range(BEGIN, BEGIN + 8 * HOUR, 10 * MINUTE).await;
    assert_eq!(range.series[0].points.len(), 48);
    for point in &range.series[0].points {
        let all: Vec<f64> = (0..30).map(|row| value(point.at_ms + row * 20 * SECOND)).collect();
        let average = all.iter().sum::<f64>() / 30.0;
        assert!((point.avg - average).abs() < 0.011, "{point:?} is not {average}");
        assert_eq!(point.min, all.iter().copied().fold(f64::MAX, f64::min));
        assert_eq!(point.max, all.iter().copied().fold(f64::MIN, f64::max));
    }
    let keys = ["cpu.user".to_owned()];
    let averages =
        fixture.engine.averages(fixture.servers[0], &keys, BEGIN, BEGIN + 8 * HOUR, 10 * MINUTE).await.unwrap();
    let of = |points: &[domain::history::Point]| points.iter().map(|point| point.avg).collect::<Vec<_>>();
    assert_eq!(of(&averages.series[0].points), of(&range.series[0].points), "averages alone are the same");
}

#[tokio::test]
async fn a_gap_stays_a_gap() {
    let fixture = Fixture::new(1).await;
    fixture.live(BEGIN, BEGIN + HOUR, 10 * SECOND).await;
    fixture.live(BEGIN + 2 * HOUR, BEGIN + 3 * HOUR, 10 * SECOND).await;
    let range = fixture.range(BEGIN, BEGIN + 3 * HOUR, 5 * MINUTE).await;
    let hours: Vec<i64> = range.series[0].points.iter().map(|point| (point.at_ms - BEGIN) / HOUR).collect();
    assert_eq!((hours.len(), hours.contains(&1)), (24, false));
}

#[tokio::test]
async fn a_crash_loses_only_what_came_after_the_last_flush() {
    let mut fixture = Fixture::new(3).await;
    fixture.live(BEGIN, BEGIN + 30 * MINUTE, 3 * SECOND).await;
    for server in &fixture.servers {
        fixture.engine.record(*server, BEGIN + 30 * MINUTE, |row| row.set("cpu.user", "", 1.0));
    }
    for _ in 0..2 {
        fixture.crash().await;
        let range = fixture.range(BEGIN, BEGIN + HOUR, 3 * SECOND).await;
        assert_eq!(range.series[0].points.len(), 600);
        assert!(range.series[0].points.iter().all(|point| point.avg == value(point.at_ms)));
    }
    fixture.live(BEGIN + 31 * MINUTE, BEGIN + 7 * HOUR, 30 * SECOND).await;
    let range = fixture.range(BEGIN, BEGIN + 30 * MINUTE, 3 * SECOND).await;
    assert_eq!(range.series[0].points.len(), 600, "nothing is there twice or gone when the window is closed");
}

#[tokio::test]
async fn a_stop_leaves_nothing_to_take_back() {
    let mut fixture = Fixture::new(2).await;
    fixture.live(BEGIN, BEGIN + 20 * MINUTE, 3 * SECOND).await;
    fixture.engine.flush_all().await.unwrap();
    assert!(fixture.store.history().journal(0, 10).await.unwrap().is_empty());
    fixture.engine.close_windows(BEGIN + 7 * HOUR).await.unwrap();
    fixture.crash().await;
    assert!(fixture.store.history().open_windows(Tier::Raw.number(), i64::MAX).await.unwrap().is_empty());
    assert_eq!(fixture.range(BEGIN, BEGIN + HOUR, 3 * SECOND).await.series[0].points.len(), 400);
}

#[tokio::test]
async fn a_clock_that_is_set_back_or_far_ahead_disturbs_nothing() {
    let fixture = Fixture::new(1).await;
    fixture.live(BEGIN, BEGIN + HOUR, 10 * SECOND).await;
    fixture.live(BEGIN + 400 * DAY, BEGIN + 400 * DAY + 5 * MINUTE, 10 * SECOND).await;
    fixture.live(BEGIN + 30 * MINUTE, BEGIN + 7 * HOUR, 10 * SECOND).await;
    let range = fixture.range(BEGIN, BEGIN + 7 * HOUR, 10 * SECOND).await;
    assert_eq!(range.series[0].points.len(), 7 * 360);
    assert!(range.series[0].points.iter().all(|point| point.avg == value(point.at_ms)));
}

#[tokio::test]
async fn what_is_too_old_goes_and_a_long_range_still_has_the_rest() {
    let fixture = Fixture::new(1).await;
    let end = BEGIN + 12 * DAY;
    fixture.live(BEGIN, end, 5 * MINUTE).await;
    let limits = Limits { retention: Retention { raw_ms: 2 * DAY, ..Retention::default() }, ..Limits::default() };
    let before = fixture.engine.usage().await.unwrap();
    let freed = fixture.engine.enforce(&limits, end).await.unwrap();
    let after = fixture.engine.usage().await.unwrap();
    let size = |all: &[store::history::Usage]| all.iter().map(|usage| usage.size_bytes).sum::<i64>();
    assert_eq!(i64::try_from(freed).unwrap(), size(&before) - size(&after));
    let raw = after.iter().find(|usage| usage.tier == Tier::Raw.number()).unwrap();
    assert!(raw.first_ms >= end - 2 * DAY - Tier::Raw.window_ms() && raw.first_ms <= end - 2 * DAY);
    let range = fixture.range(BEGIN, end, HOUR).await;
    assert_eq!(range.series[0].points.len(), 12 * 24, "rolled up, the old days are there");
}

#[tokio::test]
async fn all_servers_and_tiers_share_the_budget_and_the_file_becomes_smaller() {
    let fixture = Fixture::new(3).await;
    let end = BEGIN + 6 * DAY;
    fixture.live(BEGIN, end, MINUTE).await;
    let total = |all: Vec<store::history::Usage>| all.iter().map(|usage| usage.size_bytes).sum::<i64>();
    let before = total(fixture.engine.usage().await.unwrap());
    let size = || std::fs::metadata(fixture.folder.path().join("servers.db")).unwrap().len();
    let budget = u64::try_from(before / 2).unwrap();
    fixture.engine.enforce(&Limits::default(), end).await.unwrap();
    fixture.store.checkpoint().await.unwrap();
    let file_before = size();
    let limits = Limits { budget_bytes: Some(budget), ..Limits::default() };
    fixture.engine.enforce(&limits, end).await.unwrap();
    fixture.store.checkpoint().await.unwrap();
    let usage = fixture.engine.usage().await.unwrap();
    let raw_begins: Vec<i64> = usage.iter().filter(|usage| usage.tier == 0).map(|usage| usage.first_ms).collect();
    assert!(raw_begins.iter().all(|begin| (begin - raw_begins[0]).abs() <= Tier::Raw.window_ms()), "{raw_begins:?}");
    assert!(total(usage) <= i64::try_from(budget).unwrap());
    assert!(size() < file_before, "{} is not less than {file_before}", size());
}

#[tokio::test]
async fn a_server_that_is_deleted_takes_its_history_along() {
    let fixture = Fixture::new(2).await;
    fixture.live(BEGIN, BEGIN + 7 * HOUR, 30 * SECOND).await;
    fixture.store.servers().delete(fixture.servers[0]).await.unwrap();
    fixture.engine.flush_all().await.unwrap();
    assert!(fixture.engine.usage().await.unwrap().iter().all(|usage| usage.server_id == fixture.servers[1].0));
}

#[tokio::test]
async fn ten_thousand_short_lived_interfaces_are_bounded_and_the_lasting_ones_are_kept() {
    let fixture = Fixture::new(1).await;
    for row in 0..7 * 360i64 {
        let at_ms = BEGIN + row * 10 * SECOND;
        fixture.engine.record(fixture.servers[0], at_ms, |write| {
            write.set("net.rx_bytes", "eth0", value(at_ms));
            for number in 0..4 {
                write.set("net.rx_bytes", &format!("veth{}", row * 4 + number), 1.0);
            }
        });
    }
    fixture.engine.flush().await.unwrap();
    fixture.engine.close_windows(BEGIN + 7 * HOUR).await.unwrap();
    let keys = ["net.rx_bytes:eth0".to_owned()];
    let range = fixture.engine.range(fixture.servers[0], &keys, BEGIN, BEGIN + 7 * HOUR, 10 * SECOND).await.unwrap();
    assert_eq!(range.series[0].points.len(), 7 * 360);
    let series = fixture.engine.series_of_windows(fixture.servers[0], Tier::Raw, &[BEGIN]).await.unwrap();
    assert!((2..=history::MOST_SERIES).contains(&series.len()), "{}", series.len());
}
