use domain::{
    RuleId,
    alerts::{Scope, Severity, Threshold},
};

use super::*;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

fn rule(condition: Condition, for_secs: u32, clear_secs: u32) -> Arc<Rule> {
    Arc::new(Rule {
        id: RuleId(0),
        name: "tried".to_owned(),
        condition,
        scope: Scope::All,
        severity: Severity::Critical,
        for_secs,
        clear_secs,
        is_enabled: true,
        level_id: None,
    })
}

fn above(series: &str, fire: f64, clear: f64) -> Condition {
    let threshold = Threshold { comparison: Comparison::Above, fire, clear };
    Condition::Value { series: series.to_owned(), threshold }
}

fn trial(rule: &Arc<Rule>) -> Trial {
    Trial::new(Server { interval_secs: 10, ..crate::fixture::server() }, Arc::clone(rule))
}

/// A series with values from minute 0 on, each as (least, most); none where there is nothing.
fn by_minute(key: &str, values: &[Option<(f64, f64)>]) -> Series {
    let points = (0..).zip(values).filter_map(|(minute, value)| {
        let (min, max) = (*value)?;
        Some(Point { at_ms: minute * MINUTE, avg: (min + max) / 2.0, min, max })
    });
    Series { key: key.to_owned(), points: points.collect() }
}

/// The same with one value each.
fn one(key: &str, values: &[Option<f64>]) -> Series {
    by_minute(key, &values.iter().map(|value| value.map(|value| (value, value))).collect::<Vec<_>>())
}

/// When it would have begun and ended, in minutes, and the worst value.
fn tried(rule: &Arc<Rule>, series: &[Series], step_ms: i64, minutes: i64) -> Vec<(i64, Option<i64>, Option<f64>)> {
    let mut trial = trial(rule);
    trial.take(series, step_ms);
    let outcome = trial.into_outcome(minutes * MINUTE, step_ms);
    assert_eq!(outcome.fired as usize, outcome.firings.len());
    let minute = |at_ms: i64| at_ms / MINUTE;
    outcome.firings.iter().map(|one| (minute(one.began_at_ms), one.ended_at_ms.map(minute), one.worst)).collect()
}

#[test]
fn between_the_levels_it_stays_what_it_was() {
    let values = [50.0, 95.0, 85.0, 97.0, 85.0, 79.0, 85.0, 50.0].map(Some);
    let series = [one("cpu.busy", &values)];
    let rule = rule(above("cpu.busy", 90.0, 80.0), 0, 0);
    assert_eq!(tried(&rule, &series, SECOND, 8), [(1, Some(5), Some(97.0))]);
    let narrow = self::rule(above("cpu.busy", 90.0, 90.0), 0, 0);
    assert_eq!(tried(&narrow, &series, SECOND, 8), [(1, Some(2), Some(95.0)), (3, Some(4), Some(97.0))]);
}

#[test]
fn by_the_minute_only_what_was_wrong_all_the_time_counts_as_such() {
    // A peak within each minute, and two minutes above the level altogether.
    let values = [Some((5.0, 99.0)), Some((5.0, 99.0)), Some((95.0, 99.0)), Some((93.0, 98.0)), Some((4.0, 6.0))];
    let series = [by_minute("cpu.busy", &values)];
    let brief = rule(above("cpu.busy", 90.0, 80.0), 0, 0);
    assert_eq!(
        tried(&brief, &series, MINUTE, 5),
        [(0, Some(0), Some(99.0)), (1, Some(1), Some(99.0)), (2, Some(4), Some(99.0))]
    );
    let lasting = rule(above("cpu.busy", 90.0, 80.0), 90, 0);
    assert_eq!(tried(&lasting, &series, MINUTE, 5), [(3, Some(4), Some(98.0))]);
    let long = rule(above("cpu.busy", 90.0, 80.0), 180, 0);
    assert_eq!(tried(&long, &series, MINUTE, 5), []);
}

#[test]
fn low_values_are_worst_where_they_are_lowest() {
    let threshold = Threshold { comparison: Comparison::Below, fire: 10.0, clear: 20.0 };
    let rule = rule(Condition::Value { series: "memory.available".to_owned(), threshold }, 0, 0);
    let series = [by_minute("memory.available", &[Some((50.0, 60.0)), Some((9.0, 30.0)), Some((3.0, 8.0))])];
    assert_eq!(tried(&rule, &series, MINUTE, 3), [(1, Some(1), Some(9.0)), (2, None, Some(3.0))]);
}

#[test]
fn a_gap_is_a_server_that_did_not_answer() {
    let up = |minutes: &[i64]| {
        let points = minutes.iter().map(|minute| {
            let value = 1e6 + *minute as f64 * 60.0;
            Point { at_ms: minute * MINUTE, avg: value, min: value, max: value }
        });
        [Series { key: ALWAYS.to_owned(), points: points.collect() }]
    };
    let offline = rule(Condition::Offline, 0, 0);
    assert_eq!(tried(&offline, &up(&[0, 1, 2, 6, 7]), MINUTE, 8), [(3, Some(6), None)]);
    assert_eq!(tried(&offline, &up(&[0, 1, 2]), MINUTE, 10), [(3, None, None)], "and so it was at the end");
    assert_eq!(tried(&offline, &up(&[3, 4]), MINUTE, 5), [], "nothing is known of before");
    let patient = rule(Condition::Offline, 120, 0);
    assert_eq!(tried(&patient, &up(&[0, 1, 2, 4, 5, 9]), MINUTE, 10), [(8, Some(9), None)]);
    // A row missing now and then is none.
    assert_eq!(tried(&offline, &up(&[0, 1, 2]), 40 * SECOND, 3), []);
}

#[test]
fn missing_values_and_reboots_are_found() {
    let up = one(ALWAYS, &[Some(1_000.0), Some(1_060.0), Some(1_120.0), Some(1_180.0)]);
    let sensor = one("sensor.fan:cpu", &[Some(900.0), None, None, Some(900.0)]);
    let no_data = rule(Condition::NoData { series: "sensor.fan:cpu".to_owned() }, 60, 0);
    assert_eq!(tried(&no_data, &[sensor, up], MINUTE, 4), [(2, Some(3), None)]);
    // The minute of the start has both the old uptime and the new one: it is one start all the same.
    let up = by_minute(ALWAYS, &[Some((5_000.0, 5_050.0)), Some((3.0, 5_100.0)), Some((30.0, 80.0))]);
    let reboot = rule(Condition::Reboot, 0, 0);
    assert_eq!(tried(&reboot, &[up], MINUTE, 3), [(1, Some(1), None)]);
}

#[test]
fn the_series_of_a_condition_are_those_that_there_are() {
    let known: Vec<String> =
        ["cpu.busy", "filesystem.used:/", "filesystem.used:/srv", "filesystem.used_percent:/", "uptime"]
            .map(str::to_owned)
            .to_vec();
    let of = |condition: &Condition| keys(condition, &known);
    assert_eq!(of(&above("filesystem.used:*", 1.0, 1.0)), ["filesystem.used:/", "filesystem.used:/srv", "uptime"]);
    assert_eq!(of(&above("uptime", 1.0, 1.0)), ["uptime"]);
    assert_eq!(of(&above("no.such", 1.0, 1.0)), ["no.such", "uptime"]);
    assert_eq!(of(&Condition::Reboot), ["uptime"]);
    let full = |mount: &str| Condition::FullWithin { mount: mount.to_owned(), hours: 4 };
    let both = |mount: &str| [format!("filesystem.used:{mount}"), format!("filesystem.available:{mount}")];
    let each = [both("/"), both("/srv"), ["uptime".to_owned(), String::new()]].concat();
    assert_eq!(of(&full("*")), each[..5], "each file system by itself, in the order of a sample");
    assert_eq!(of(&full("/srv"))[..2], both("/srv"));
}

#[test]
fn a_file_system_that_fills_is_found_before_it_is_full() {
    let used: Vec<_> = (0..80).map(|minute| Some(f64::from(minute) * 1e9)).collect();
    let available: Vec<_> = (0..80).map(|minute| Some(100.5e9 - f64::from(minute) * 1e9)).collect();
    let series = [one("filesystem.used:/srv", &used), one("filesystem.available:/srv", &available)];
    let rule = rule(Condition::FullWithin { mount: "*".to_owned(), hours: 1 }, 0, 0);
    let tried = tried(&rule, &series, MINUTE, 80);
    assert_eq!(tried.iter().map(|one| one.0).collect::<Vec<_>>(), [41], "what is left then fills within the hour");
}

#[test]
fn of_many_firings_the_newest_are_kept() {
    let values: Vec<_> = (0..1_300).map(|minute| Some(if minute % 2 == 0 { 99.0 } else { 1.0 })).collect();
    let rule = rule(above("cpu.busy", 90.0, 80.0), 0, 0);
    let mut trial = trial(&rule);
    trial.take(&[one("cpu.busy", &values)], SECOND);
    let outcome = trial.into_outcome(1_300 * MINUTE, 0);
    assert_eq!((outcome.fired, outcome.firings.len()), (650, FIRINGS_MAX));
    assert_eq!(outcome.firings.last().unwrap().began_at_ms, 1_298 * MINUTE);
}
