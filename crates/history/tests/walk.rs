//! Walking over the past: every value once, in order, whatever it is kept in, in bounded pieces.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{collections::BTreeMap, sync::Arc};

use domain::{ServerId, history::Point};
use history::{Engine, Limits, Retention};
use store::Store;
use tempfile::TempDir;

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;
const BEGIN: i64 = 120 * DAY * 170;

async fn recorded(hours: i64, step_ms: i64, series: usize) -> (TempDir, Arc<Engine>, ServerId) {
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
    let engine = Arc::new(Engine::new(store));
    let names: Vec<String> = (0..series).map(|number| format!("d{number}")).collect();
    let mut at_ms = BEGIN;
    while at_ms < BEGIN + hours * HOUR {
        engine.record(server, at_ms, |row| {
            for name in &names {
                row.set("disk.reads", name, value(at_ms));
            }
        });
        at_ms += step_ms;
        if at_ms % HOUR == 0 {
            engine.flush().await.unwrap();
            engine.close_windows(at_ms).await.unwrap();
        }
    }
    (folder, engine, server)
}

#[allow(clippy::cast_precision_loss, reason = "small")]
fn value(at_ms: i64) -> f64 {
    ((at_ms - BEGIN) / SECOND % 10_000) as f64 / 100.0
}

/// All points by series in the order in which they came, and the most that one piece had.
async fn walked(
    engine: &Arc<Engine>,
    server: ServerId,
    keys: Vec<String>,
    (from_ms, to_ms): (i64, i64),
    step_ms: Option<i64>,
) -> (Vec<(String, Vec<Point>)>, usize) {
    let mut walk = engine.walk(server, keys, from_ms, to_ms, step_ms).await.unwrap();
    let (mut all, mut most): (Vec<(String, Vec<Point>)>, usize) = (Vec::new(), 0);
    while let Some(pieces) = walk.next().await.unwrap() {
        most = most.max(pieces.iter().map(|piece| piece.points.len()).sum());
        for piece in pieces {
            match all.last_mut().filter(|(key, _)| *key == piece.key) {
                Some((_, points)) => points.extend(piece.points),
                None => all.push((piece.key, piece.points)),
            }
        }
    }
    (all, most)
}

#[tokio::test]
async fn every_row_comes_once_and_in_order() {
    let (_folder, engine, server) = recorded(13, 10 * SECOND, 3).await;
    let end = BEGIN + 13 * HOUR;
    let keys = engine.series_between(server, BEGIN, end).await.unwrap();
    assert_eq!(keys, ["disk.reads:d0", "disk.reads:d1", "disk.reads:d2"]);
    let (all, _) = walked(&engine, server, keys.clone(), (BEGIN, end), None).await;
    assert_eq!(all.iter().map(|(key, _)| key).collect::<Vec<_>>(), keys.iter().collect::<Vec<_>>());
    for (_, points) in all {
        assert_eq!(points.len(), 13 * 360);
        for (number, point) in (0i64..).zip(points) {
            assert_eq!((point.at_ms, point.avg), (BEGIN + number * 10 * SECOND, value(point.at_ms)));
        }
    }
}

#[tokio::test]
async fn a_walk_with_a_step_says_what_a_chart_says() {
    let (_folder, engine, server) = recorded(13, 20 * SECOND, 2).await;
    let keys = vec!["disk.reads:d1".to_owned()];
    for step_ms in [7 * 60 * SECOND, HOUR, 7 * HOUR] {
        let (all, _) = walked(&engine, server, keys.clone(), (BEGIN, BEGIN + 13 * HOUR), Some(step_ms)).await;
        let range = engine.range(server, &keys, BEGIN, BEGIN + 13 * HOUR, step_ms).await.unwrap();
        let points: BTreeMap<i64, Point> =
            all.into_iter().flat_map(|(_, points)| points).map(|p| (p.at_ms, p)).collect();
        for chart in range.series.iter().flat_map(|series| &series.points) {
            let point = points.get(&chart.at_ms).unwrap();
            assert_eq!((point.min, point.max), (chart.min, chart.max), "{step_ms}");
            assert!((point.avg - chart.avg).abs() < 0.02, "{point:?} {chart:?}");
        }
    }
}

#[tokio::test]
async fn what_is_no_longer_there_as_sampled_comes_by_the_minute() {
    let (_folder, engine, server) = recorded(5 * 24, 30 * SECOND, 1).await;
    let end = BEGIN + 5 * DAY;
    let limits = Limits { retention: Retention { raw_ms: DAY, ..Retention::default() }, ..Limits::default() };
    engine.enforce(&limits, end).await.unwrap();
    let keys = engine.series_between(server, BEGIN, end).await.unwrap();
    let (all, _) = walked(&engine, server, keys, (BEGIN, end), None).await;
    let points = &all.first().unwrap().1;
    assert!(points.is_sorted_by(|a, b| a.at_ms < b.at_ms));
    assert_eq!(points.first().unwrap().at_ms, BEGIN);
    let gaps: Vec<i64> = points.windows(2).map(|pair| pair[1].at_ms - pair[0].at_ms).collect();
    assert!(gaps.iter().all(|gap| *gap == 30 * SECOND || *gap == 60 * SECOND), "{gaps:?}");
    assert!(gaps.contains(&(30 * SECOND)) && gaps.contains(&(60 * SECOND)));
}

#[tokio::test]
async fn pieces_are_bounded_however_long_the_time_is() {
    let (_folder, engine, server) = recorded(6 * 24, 5 * SECOND, 2).await;
    let end = BEGIN + 6 * DAY;
    let keys = engine.series_between(server, BEGIN, end).await.unwrap();
    let (all, most) = walked(&engine, server, keys, (BEGIN, end), None).await;
    let total: usize = all.iter().map(|(_, points)| points.len()).sum();
    assert_eq!((all.len(), total), (2, 2 * 6 * 24 * 720));
    assert!(most <= 6 * 720 + 1, "{most} of {total} at once");
}
