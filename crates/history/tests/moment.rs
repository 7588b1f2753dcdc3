//! One moment of the past, and the processes of then, over a real database with time that is only numbers.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::sync::Arc;

use domain::{
    ServerId,
    metrics::{Process, Processes},
};
use history::{Engine, Kept, Limits, Moment, MomentQuery, Retention, Tier};
use store::Store;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// A moment at which windows of all tiers begin.
const BEGIN: i64 = 120 * DAY * 170;

struct Fixture {
    _folder: tempfile::TempDir,
    store: Arc<Store>,
    engine: Engine,
    server: ServerId,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path().join("servers.db")).await.unwrap());
        store.migrate().await.unwrap();
        let new = store::servers::NewServer {
            name: "web-1".to_owned(),
            host: "192.0.2.1".to_owned(),
            port: 22,
            username: "root".to_owned(),
            interval_secs: 5,
            ..Default::default()
        };
        let server = store.servers().create(new, BEGIN).await.unwrap().id;
        Self { _folder: folder, engine: Engine::new(Arc::clone(&store)), store, server }
    }

    /// Rows of a stretch of time every ten seconds, the file system every minute, with the processes of each row.
    async fn live(&self, from_ms: i64, to_ms: i64) {
        let mut at_ms = from_ms;
        while at_ms < to_ms {
            self.engine.record(self.server, at_ms, |row| {
                row.set("cpu.busy", "", value(at_ms));
                if at_ms % MINUTE == 0 {
                    row.set("filesystem.used_percent", "", 40.0);
                }
            });
            self.engine.record_processes(self.server, at_ms, &processes(at_ms));
            at_ms += 10 * SECOND;
            if at_ms % (5 * MINUTE) == 0 {
                self.engine.flush().await.unwrap();
                self.engine.close_windows(at_ms).await.unwrap();
            }
        }
        self.engine.flush().await.unwrap();
    }

    async fn moment(&self, at_ms: i64) -> Option<Moment> {
        let keys = ["cpu.busy", "filesystem.used_percent", "no.such"];
        let query = MomentQuery { keys: &keys, at_ms, back_ms: 5 * MINUTE, recent: 40 };
        self.engine.moment(self.server, query).await.unwrap()
    }

    async fn first_process(&self, at_ms: i64) -> Option<(i64, String)> {
        let found = self.engine.processes_at(self.server, at_ms).await.unwrap()?;
        Some((found.at_ms, found.processes.top[0].name.clone()))
    }
}

/// A value that tells when it was measured.
fn value(at_ms: i64) -> f64 {
    ((at_ms - BEGIN) / (10 * SECOND) % 9_000) as f64 / 100.0
}

fn processes(at_ms: i64) -> Processes {
    let process = |pid: u32| Process {
        pid,
        user: "root".to_owned(),
        name: format!("p{pid}-{}", (at_ms - BEGIN) / MINUTE),
        command: String::new(),
        state: "R".to_owned(),
        cpu: f64::from(100 - pid),
        memory: 4_096,
    };
    Processes { total: 3, top: (1..=3).map(process).collect() }
}

#[tokio::test]
async fn a_moment_is_as_it_was_sampled_in_memory_in_open_blocks_and_in_closed_ones() {
    let fixture = Fixture::new().await;
    fixture.live(BEGIN, BEGIN + 7 * HOUR).await;
    // The last one is in memory only, the one before in an open block, the first in a closed one.
    for at_ms in [BEGIN + 3 * HOUR + 17 * SECOND, BEGIN + 6 * HOUR + 20 * MINUTE, BEGIN + 7 * HOUR - 1] {
        let moment = fixture.moment(at_ms).await.unwrap();
        let row_ms = at_ms - at_ms % (10 * SECOND);
        assert_eq!((moment.tier, moment.at_ms), (Tier::Raw, row_ms));
        assert_eq!(
            moment.values,
            [Some(value(row_ms)), Some(40.0), None],
            "the file system is from up to a minute before"
        );
        assert!((30..=31).contains(&moment.recent.len()), "five minutes");
        assert_eq!(moment.recent.last(), Some(&value(row_ms)));
    }
    let at_edge = fixture.moment(BEGIN + 6 * HOUR + 5 * SECOND).await.unwrap();
    assert_eq!(at_edge.recent.len(), 30, "it reaches into the window before");
    assert_eq!(fixture.moment(BEGIN - 1).await, None);
    assert_eq!(fixture.moment(BEGIN + 8 * HOUR).await, None);
}

#[tokio::test]
async fn a_gap_has_the_last_row_before_it_until_that_is_too_long_ago() {
    let fixture = Fixture::new().await;
    fixture.live(BEGIN, BEGIN + HOUR).await;
    fixture.live(BEGIN + 2 * HOUR, BEGIN + 3 * HOUR).await;
    let last_ms = BEGIN + HOUR - 10 * SECOND;
    assert_eq!(fixture.moment(last_ms + 2 * MINUTE).await.unwrap().at_ms, last_ms);
    assert_eq!(fixture.moment(last_ms + 6 * MINUTE).await, None);
    assert_eq!(fixture.first_process(last_ms + 6 * MINUTE).await, None);
}

#[tokio::test]
async fn what_is_gone_as_sampled_is_there_by_the_minute_and_then_by_the_hour() {
    let fixture = Fixture::new().await;
    fixture.live(BEGIN, BEGIN + 6 * DAY).await;
    let now_ms = BEGIN + 6 * DAY;
    let at_ms = BEGIN + 10 * HOUR + 20 * MINUTE + 30 * SECOND;
    let no_raw = Retention { raw_ms: HOUR, ..Retention::default() };
    let of_all = |retention| Limits { retention, ..Limits::default() };
    fixture.engine.enforce(&of_all(no_raw), now_ms).await.unwrap();
    let minute = fixture.moment(at_ms).await.unwrap();
    assert_eq!((minute.tier, minute.at_ms), (Tier::Minute, at_ms - 30 * SECOND));
    let average = (0..6).map(|row| value(at_ms - 30 * SECOND + row * 10 * SECOND)).sum::<f64>() / 6.0;
    assert!((minute.values[0].unwrap() - average).abs() < 0.01, "{minute:?} is not {average}");
    assert_eq!(minute.recent.len(), 40);
    assert!(fixture.first_process(at_ms).await.is_some(), "lists of processes are kept as long as rows by the minute");
    let no_minutes = Retention { minute_ms: HOUR, ..no_raw };
    fixture.engine.enforce(&of_all(no_minutes), now_ms).await.unwrap();
    let hour = fixture.moment(at_ms).await.unwrap();
    assert_eq!((hour.tier, hour.at_ms), (Tier::Hour, BEGIN + 10 * HOUR));
    assert_eq!(fixture.first_process(at_ms).await, None);
    assert_eq!(fixture.engine.first_ms(fixture.server).await.unwrap(), Some(BEGIN));
}

#[tokio::test]
async fn one_list_of_processes_a_minute_is_kept_and_packed_when_its_window_is_over() {
    let fixture = Fixture::new().await;
    let name = |minute: i64| (BEGIN + minute * MINUTE, format!("p1-{minute}"));
    // In memory, before anything is written.
    fixture.engine.record_processes(fixture.server, BEGIN, &processes(BEGIN));
    fixture.engine.record_processes(fixture.server, BEGIN + 5 * SECOND, &processes(BEGIN + HOUR));
    assert_eq!(fixture.first_process(BEGIN + 30 * SECOND).await, Some(name(0)));
    fixture.live(BEGIN + MINUTE, BEGIN + 6 * HOUR + 5 * MINUTE).await;
    let usage = fixture.store.history().usage_of(fixture.server).await.unwrap();
    let open = usage.into_iter().find(|usage| usage.tier == Kept::Processes.number()).unwrap();
    assert_eq!(open.value_count, 365 * 3, "three processes a minute");
    assert_eq!(fixture.first_process(BEGIN + 3 * HOUR + 59 * SECOND).await, Some(name(180)));
    fixture.live(BEGIN + 6 * HOUR + 5 * MINUTE, BEGIN + 7 * HOUR).await;
    assert_eq!(fixture.first_process(BEGIN + 3 * HOUR + 59 * SECOND).await, Some(name(180)));
    assert_eq!(fixture.first_process(BEGIN + 6 * HOUR + 30 * MINUTE).await, Some(name(390)));
    let usage = fixture.store.history().usage_of(fixture.server).await.unwrap();
    let closed = usage.into_iter().find(|usage| usage.tier == Kept::Processes.number()).unwrap();
    assert_eq!((closed.first_ms, closed.last_ms, closed.value_count), (BEGIN, BEGIN + 419 * MINUTE, 420 * 3));
    assert!(closed.size_bytes < open.size_bytes / 2, "{} after {}", closed.size_bytes, open.size_bytes);
    fixture.engine.forget(fixture.server);
}

#[tokio::test]
async fn lists_of_a_server_that_is_gone_keep_nobody_from_being_written() {
    let fixture = Fixture::new().await;
    fixture.engine.record_processes(ServerId(99), BEGIN, &processes(BEGIN));
    fixture.engine.record_processes(fixture.server, BEGIN, &processes(BEGIN));
    fixture.engine.flush().await.unwrap();
    assert_eq!(fixture.first_process(BEGIN).await.unwrap().1, "p1-0");
    assert_eq!(fixture.engine.processes_at(ServerId(99), BEGIN).await.unwrap(), None, "a server that is gone has none");
}
