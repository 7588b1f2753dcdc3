//! How rules about full file systems behave over hours.

use domain::{
    RuleId,
    alerts::{Condition, EACH, Rule, Scope, Severity},
};
use proptest::prelude::*;

use super::*;
use crate::{rules::split, watch::Change};

const GIB: f64 = 1_073_741_824.0;
const SAMPLE_MS: i64 = 30_000;

fn rules(mount: &str, hours: u32) -> Rules {
    Rules::new(&[Rule {
        id: RuleId(1),
        name: String::new(),
        condition: Condition::FullWithin { mount: mount.to_owned(), hours },
        scope: Scope::All,
        severity: Severity::Warning,
        for_secs: 0,
        clear_secs: 0,
        is_enabled: true,
        level_id: None,
    }])
}

/// Takes in a sample with one file system of a size.
fn sample(server: &mut Server, rules: &Rules, at_ms: i64, mount: &str, used: f64, size: f64) -> Vec<Event> {
    server.sample(rules, at_ms, |visit| {
        visit("filesystem.size", mount, size);
        visit("filesystem.used", mount, used);
        visit("filesystem.available", mount, (size - used).max(0.0));
    })
}

/// What happens to a file system of 100 GiB whose use at a minute is given in GiB, as (minute, whether it began, hours left).
fn run(hours: u32, minutes: i64, used_gib: impl Fn(f64) -> f64) -> Vec<(i64, bool, Option<f64>)> {
    let (rules, mut server, mut all) = (rules(EACH, hours), Server::default(), Vec::new());
    for number in 0..=minutes * MINUTE_MS / SAMPLE_MS {
        let at_ms = number * SAMPLE_MS;
        let used = used_gib(hours_of(at_ms) * 60.0).min(100.0) * GIB;
        for event in sample(&mut server, &rules, at_ms, "/srv", used, 100.0 * GIB) {
            assert_eq!(split(&event.series), (FULL_HOURS, "/srv"));
            all.push((at_ms / MINUTE_MS, matches!(event.change, Change::Began { .. }), event.value));
        }
    }
    all
}

fn hours_of(ms: i64) -> f64 {
    hours(ms)
}

#[test]
fn it_fires_when_it_is_full_within_the_hours_and_is_over_when_it_takes_much_longer_or_does_not_grow() {
    // 10 GiB per hour, 40 left: it takes ten minutes to say so.
    let [(minute, true, Some(left))] = run(4, 30, |minute| 60.0 + minute / 6.0)[..] else { panic!() };
    assert!((10..=11).contains(&minute) && (left - 3.83).abs() < 0.1, "{minute} {left}");
    // 40 hours are more than four, and nothing grows for ever.
    assert_eq!(run(4, 30, |minute| 60.0 + minute / 60.0), []);
    assert_eq!(run(4, 120, |_| 99.5), []);
    assert_eq!(run(4, 120, |minute| 90.0 - minute / 10.0), []);
    // It stops growing: over once most of the hour says so, though not as long as doubt is left.
    let stops = run(4, 180, |minute| 60.0 + minute.min(60.0) / 6.0);
    assert!(matches!(stops[..], [(_, true, _), (85..=120, false, _)]), "{stops:?}");
    // It grows more slowly, but not by half: it stays as it is.
    assert_eq!(run(4, 180, |minute| 60.0 + minute.min(60.0) / 6.0 + (minute - 60.0).max(0.0) / 7.0).len(), 1);
    // A file of 5 GiB that is written once and stays is no growth, nor is one that goes away again.
    assert_eq!(run(4, 120, |minute| if minute < 50.0 { 80.0 } else { 85.0 }), []);
    assert_eq!(run(4, 120, |minute| if (30.0..40.0).contains(&minute) { 85.0 } else { 80.0 }), []);
}

#[test]
fn what_is_full_stays_so_until_there_is_room_again() {
    let fills = run(4, 600, |minute| if minute < 480.0 { (60.0 + minute / 6.0).min(100.0) } else { 50.0 });
    assert!(matches!(fills[..], [(_, true, _), (480..=540, false, _)]), "{fills:?}");
    assert_eq!(run(4, 120, |_| 100.0), [], "what is full by its nature is none of it");
}

#[test]
fn growth_in_steps_is_growth() {
    let steps = run(12, 120, |minute| 60.0 + (minute / 10.0).floor() * 2.0);
    assert!(matches!(steps[..], [(_, true, _)]), "{steps:?}");
}

#[test]
fn a_restart_changes_nothing_while_there_are_too_few_points() {
    let rules = rules("/srv", 4);
    let mut server = Server::default();
    let used = |at_ms: i64| (60.0 + hours(at_ms) * 10.0) * GIB;
    let begun = |server: &mut Server, from: i64, to: i64| {
        let times = (from * MINUTE_MS..to * MINUTE_MS).step_by(30_000);
        times.flat_map(|at_ms| sample(server, &rules, at_ms, "/srv", used(at_ms), 100.0 * GIB)).count()
    };
    assert_eq!(begun(&mut server, 0, 9), 0);
    assert_eq!(begun(&mut server, 9, 15), 1);
    let states: Vec<_> = server.states().map(|(rule, series, state)| (rule, series.to_owned(), state)).collect();
    let mut server = Server::from_states(states);
    assert_eq!(begun(&mut server, 16, 120), 0, "it goes on");
    assert_eq!(server.keep_only(&Rules::default(), 120 * MINUTE_MS).len(), 1);
}

#[test]
fn a_file_system_that_is_unmounted_is_over_after_a_while_and_forgotten_later() {
    let (rules, mut server) = (rules(EACH, 4), Server::default());
    for number in 0..40 {
        let at_ms = number * SAMPLE_MS;
        sample(&mut server, &rules, at_ms, "/mnt", (60.0 + hours(at_ms) * 10.0) * GIB, 100.0 * GIB);
    }
    assert_eq!(server.states().count(), 1);
    let mut events = Vec::new();
    for minute in 20..100 {
        events.extend(sample(&mut server, &rules, minute * MINUTE_MS, "/", GIB, 100.0 * GIB));
    }
    assert!(matches!(events[..], [Event { change: Change::Ended { .. }, .. }]), "{events:?}");
    assert_eq!(server.forecasts.keys().collect::<Vec<_>>(), ["/"]);
    sample(&mut server, &Rules::default(), 100 * MINUTE_MS, "/", GIB, 100.0 * GIB);
    assert!(server.forecasts.is_empty(), "nothing is kept that no rule wants");
}

#[test]
fn points_are_bounded_whatever_the_pace_and_the_clock() {
    let mut forecast = Forecast::default();
    for number in 0..20_000 {
        forecast.take(number * 1_000, GIB, GIB);
        assert!(forecast.points.len() <= 73, "{}", forecast.points.len());
    }
    forecast.take(5_000, GIB, GIB);
    assert_eq!((forecast.points.len(), forecast.slopes), (1, None));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn steady_growth_with_noise_fires_once_and_stays_until_it_is_full(
        hours in 1_u32..6,
        begins in 0.8..3.0_f64,
        size_gib in 1.0..20_000.0_f64,
        noise_minutes in 0.0..5.0_f64,
        noise in prop::collection::vec(-1.0..1.0_f64, 97),
    ) {
        let (rules, mut server) = (rules("/srv", hours), Server::default());
        let size = size_gib * GIB;
        let (whole, n) = (begins * f64::from(hours), f64::from(hours));
        // Half of it is free, and full after `whole` hours.
        let per_hour = size / 2.0 / whole;
        let (mut began, mut at_ms) = (None, 0);
        for number in (0..).take_while(|number| super::hours(number * SAMPLE_MS) < whole) {
            at_ms = number * SAMPLE_MS;
            let jitter = noise[usize::try_from(number).unwrap_or(0) % noise.len()] * noise_minutes / 60.0 * per_hour;
            let used = (size / 2.0 + super::hours(at_ms) * per_hour + jitter).clamp(0.0, size).round();
            for event in sample(&mut server, &rules, at_ms, "/srv", used, size) {
                prop_assert!(matches!(event.change, Change::Began { .. }) && began.is_none(), "{event:?}");
                began = Some(whole - super::hours(at_ms));
            }
        }
        // For ten minutes nobody can say, and noise makes it later.
        let enough = (whole - 1.0).min(n);
        if let Some(left) = began {
            prop_assert!(left < 1.5 * n, "{left} hours left");
            prop_assert!(left > enough * 0.5, "{left} hours left");
        } else {
            prop_assert!(enough <= 0.0, "it never fired, at {at_ms}");
        }
    }

    #[test]
    fn noise_alone_never_fires(
        hours in 1_u32..48,
        noise in prop::collection::vec(-1.0..1.0_f64, 97),
    ) {
        let (rules, mut server) = (rules("/srv", hours), Server::default());
        for number in 0..400_i64 {
            let jitter = noise[usize::try_from(number).unwrap_or(0) % noise.len()];
            let events = sample(&mut server, &rules, number * SAMPLE_MS, "/srv", (50.0 + jitter * 0.2) * GIB, 100.0 * GIB);
            prop_assert_eq!(events, []);
        }
    }
}
