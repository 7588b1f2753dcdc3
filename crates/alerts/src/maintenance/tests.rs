#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use proptest::prelude::*;

use super::*;

fn ms(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

fn schedule(zone: &str, starts: &str, duration_minutes: u32, repeats: Repeats) -> Schedule {
    Schedule { time_zone: zone.to_owned(), starts: starts.to_owned(), duration_minutes, repeats, until: None }
        .validated()
        .unwrap()
}

fn series(zone: &str, starts: &str, duration_minutes: u32, repeats: Repeats) -> Series {
    Series::new(&schedule(zone, starts, duration_minutes, repeats)).unwrap()
}

/// The first times, in UTC.
fn first(series: &Series, count: usize) -> Vec<(String, String)> {
    let text = |at_ms: i64| Timestamp::from_millisecond(at_ms).unwrap().strftime("%m-%dT%H:%M").to_string();
    series.after(0).take(count).map(|span| (text(span.from_ms), text(span.until_ms))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(from, until)| ((*from).to_owned(), (*until).to_owned())).collect()
}

#[test]
fn each_begins_by_the_clock_on_the_wall_when_summer_time_begins_and_ends() {
    for (zone, starts, expected) in [
        // 02:30 does not exist on the 29th: it is 03:30.
        ("Europe/Berlin", "2026-03-28T02:30", ["03-28T01:30", "03-29T01:30", "03-30T00:30"]),
        // 02:30 comes twice on the 25th: the first counts.
        ("Europe/Berlin", "2026-10-24T02:30", ["10-24T00:30", "10-25T00:30", "10-26T01:30"]),
        ("America/New_York", "2026-03-07T02:30", ["03-07T07:30", "03-08T07:30", "03-09T06:30"]),
        ("America/New_York", "2026-10-31T01:30", ["10-31T05:30", "11-01T05:30", "11-02T06:30"]),
        // No summer time.
        ("Asia/Ho_Chi_Minh", "2026-03-28T02:30", ["03-27T19:30", "03-28T19:30", "03-29T19:30"]),
        // Half an hour: 02:15 does not exist on October 4th, 01:45 comes twice on April 5th.
        ("Australia/Lord_Howe", "2026-10-03T02:15", ["10-02T15:45", "10-03T15:45", "10-04T15:15"]),
        ("Australia/Lord_Howe", "2026-04-04T01:45", ["04-03T14:45", "04-04T14:45", "04-05T15:15"]),
        ("", "2026-03-28T02:30", ["03-28T02:30", "03-29T02:30", "03-30T02:30"]),
    ] {
        let series = series(zone, starts, 30, Repeats::Daily);
        let begins: Vec<String> = first(&series, 3).into_iter().map(|(from, _)| from).collect();
        assert_eq!(begins, expected, "{zone} {starts}");
        for span in series.after(0).take(3) {
            assert_eq!(span.until_ms - span.from_ms, 30 * 60_000, "{zone} {starts}");
        }
    }
}

#[test]
fn what_is_on_while_the_clock_changes_lasts_as_long_as_ever() {
    for (zone, starts, from, until, reads) in [
        ("Europe/Berlin", "2026-03-29T01:00", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z", "2026-03-29 04:00 CEST"),
        ("Europe/Berlin", "2026-10-25T01:00", "2026-10-24T23:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25 02:00 CET"),
        (
            "America/New_York",
            "2026-03-08T01:00",
            "2026-03-08T06:00:00Z",
            "2026-03-08T08:00:00Z",
            "2026-03-08 04:00 EDT",
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-04T01:00",
            "2026-10-03T14:30:00Z",
            "2026-10-03T16:30:00Z",
            "2026-10-04 03:30 +11",
        ),
    ] {
        let series = series(zone, starts, 120, Repeats::Once);
        let spans: Vec<Span> = series.after(0).collect();
        assert_eq!(spans, [Span { from_ms: ms(from), until_ms: ms(until) }], "{zone} {starts}");
        assert_eq!(series.occurrence(spans[0]).until, reads, "{zone} {starts}");
        assert_eq!(series.over_at(), Some(ms(until)));
    }
}

#[test]
fn a_day_that_is_too_short_ends_with_the_next_and_a_longer_one_leaves_an_hour() {
    let spring = series("Europe/Berlin", "2026-03-28T00:00", 24 * 60, Repeats::Daily);
    assert_eq!(
        first(&spring, 3),
        pairs(&[("03-27T23:00", "03-28T23:00"), ("03-28T23:00", "03-29T22:00"), ("03-29T22:00", "03-30T22:00")])
    );
    let autumn = series("Europe/Berlin", "2026-10-25T00:00", 24 * 60, Repeats::Daily);
    assert_eq!(first(&autumn, 2), pairs(&[("10-24T22:00", "10-25T22:00"), ("10-25T23:00", "10-26T23:00")]));
}

#[test]
fn a_day_that_a_zone_left_out_is_left_out() {
    // Samoa went over the date line: there was no 30th of December.
    let samoa = series("Pacific/Apia", "2011-12-29T12:00", 24 * 60, Repeats::Daily);
    assert_eq!(
        first(&samoa, 3),
        pairs(&[("12-29T22:00", "12-30T22:00"), ("12-30T22:00", "12-31T22:00"), ("12-31T22:00", "01-01T22:00")])
    );
}

#[test]
fn months_and_weeks_have_their_days() {
    let second_tuesday = Repeats::MonthlyWeekday { week: 2, weekday: 2 };
    let last_sunday = Repeats::MonthlyWeekday { week: LAST_WEEK, weekday: 7 };
    for (starts, repeats, expected) in [
        ("2026-01-31T10:00", Repeats::Monthly { day: 31 }, ["01-31", "02-28", "03-31", "04-30"]),
        ("2028-01-01T10:00", Repeats::Monthly { day: 30 }, ["01-30", "02-29", "03-30", "04-30"]),
        ("2026-02-10T10:00", Repeats::Monthly { day: 9 }, ["03-09", "04-09", "05-09", "06-09"]),
        ("2026-12-31T10:00", Repeats::Monthly { day: 31 }, ["12-31", "01-31", "02-28", "03-31"]),
        ("2028-02-28T10:00", Repeats::Daily, ["02-28", "02-29", "03-01", "03-02"]),
        ("2027-02-28T10:00", Repeats::Daily, ["02-28", "03-01", "03-02", "03-03"]),
        ("2026-11-01T10:00", second_tuesday.clone(), ["11-10", "12-08", "01-12", "02-09"]),
        ("2026-11-11T10:00", second_tuesday, ["12-08", "01-12", "02-09", "03-09"]),
        ("2026-11-26T10:00", last_sunday, ["11-29", "12-27", "01-31", "02-28"]),
        // A Thursday.
        ("2026-11-26T10:00", Repeats::Weekly { days: vec![1, 4] }, ["11-26", "11-30", "12-03", "12-07"]),
        ("2026-11-27T10:00", Repeats::Weekly { days: vec![4] }, ["12-03", "12-10", "12-17", "12-24"]),
    ] {
        let series = series("UTC", starts, 60, repeats.clone());
        let dates: Vec<String> = first(&series, 4).into_iter().map(|(from, _)| from[..5].to_owned()).collect();
        assert_eq!(dates, expected, "{starts} {repeats:?}");
    }
    let leap = series("Europe/Berlin", "2028-02-29T10:00", 60, Repeats::Once);
    assert_eq!(first(&leap, 9), pairs(&[("02-29T09:00", "02-29T10:00")]));
}

#[test]
fn on_from_its_begin_until_before_its_end() {
    let nights = series("Europe/Berlin", "2026-11-30T22:00", 120, Repeats::Weekly { days: vec![1] });
    for (at, on, next) in [
        ("2026-11-01T00:00:00Z", None, "2026-11-30T21:00:00Z"),
        ("2026-11-30T20:59:59.999Z", None, "2026-11-30T21:00:00Z"),
        ("2026-11-30T21:00:00Z", Some("2026-11-30T23:00:00Z"), "2026-12-07T21:00:00Z"),
        ("2026-11-30T22:59:59.999Z", Some("2026-11-30T23:00:00Z"), "2026-12-07T21:00:00Z"),
        ("2026-11-30T23:00:00Z", None, "2026-12-07T21:00:00Z"),
    ] {
        assert_eq!(nights.on(ms(at)).map(|span| span.until_ms), on.map(ms), "{at}");
        assert_eq!(nights.after(ms(at)).next().unwrap().from_ms, ms(next), "{at}");
    }
    // One that lasts a week is still on long after the date on which it began.
    let week = series("Europe/Berlin", "2026-11-30T22:00", 7 * 24 * 60, Repeats::Once);
    assert!(week.on(ms("2026-12-07T20:59:59Z")).is_some());
    assert!(week.on(ms("2026-12-07T21:00:00Z")).is_none());
    assert!(week.after(ms("2026-11-30T21:00:00Z")).next().is_none(), "it is on, and does not come again");
}

#[test]
fn the_last_date_is_one_by_the_clock_on_the_wall() {
    let daily = schedule("Asia/Ho_Chi_Minh", "2026-11-28T01:00", 60, Repeats::Daily);
    let series = Series::new(&Schedule { until: Some("2026-11-30".to_owned()), ..daily }).unwrap();
    assert_eq!(first(&series, 9).len(), 3);
    assert!(series.on(ms("2026-11-29T18:30:00Z")).is_some());
    assert!(series.on(ms("2026-11-30T18:30:00Z")).is_none());
    assert!(series.over_at().unwrap() >= ms("2026-11-29T19:00:00Z"));
}

#[test]
fn a_zone_that_there_is_not_names_the_field() {
    let unknown =
        Schedule { time_zone: "Mars/Olympus".to_owned(), ..schedule("", "2026-11-28T01:00", 60, Repeats::Once) };
    assert_eq!(Series::new(&unknown).unwrap_err().fields[0].field, "time_zone");
    assert_eq!(Series::wall_clock("Europe/Berlin", ms("2026-07-01T12:05:59Z")).as_deref(), Some("2026-07-01T14:05"));
    assert_eq!(Series::wall_clock("Mars/Olympus", 0), None);
}

const ZONES: [&str; 8] = [
    "",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Ho_Chi_Minh",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Chatham",
    "Africa/Casablanca",
];

fn repeats() -> impl Strategy<Value = Repeats> {
    prop_oneof![
        Just(Repeats::Once),
        Just(Repeats::Daily),
        proptest::collection::vec(1_u8..=7, 1..4).prop_map(|days| Repeats::Weekly { days }),
        (1_u8..=31).prop_map(|day| Repeats::Monthly { day }),
        (1_u8..=5, 1_u8..=7).prop_map(|(week, weekday)| Repeats::MonthlyWeekday { week, weekday }),
    ]
}

proptest! {
    #[test]
    fn no_two_of_a_series_overlap_and_the_next_is_always_ahead(
        zone in proptest::sample::select(&ZONES),
        (month, day, hour, minute) in (1_u32..=12, 1_u32..=28, 0_u32..24, 0_u32..60),
        duration in 1_u32..=7 * 24 * 60,
        repeats in repeats(),
        is_long in any::<bool>(),
        until in proptest::option::of(1_u32..=12),
        at_ms in 1_760_000_000_000_i64..1_900_000_000_000,
    ) {
        // Short enough for every kind, or whatever is drawn where that is taken.
        let duration_minutes = if is_long { duration } else { duration % (24 * 60) + 1 };
        let written = Schedule {
            time_zone: zone.to_owned(),
            starts: format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}"),
            duration_minutes,
            repeats,
            until: until.map(|month| format!("2027-{month:02}-15")),
        };
        let checked = written.validated();
        prop_assume!(checked.is_ok());
        let schedule = checked.unwrap();
        let series = Series::new(&schedule).unwrap();
        let spans: Vec<Span> = series.after(at_ms).take(40).collect();
        let on = series.on(at_ms);
        if let Some(on) = on {
            prop_assert!(on.from_ms <= at_ms && at_ms < on.until_ms);
        }
        let mut end_ms = on.map_or(at_ms, |on| on.until_ms);
        for (place, span) in spans.iter().enumerate() {
            prop_assert!(span.from_ms > at_ms && span.from_ms >= end_ms, "{schedule:?} {span:?}");
            prop_assert!(span.until_ms > span.from_ms);
            prop_assert!(span.until_ms - span.from_ms <= i64::from(duration_minutes) * 60_000);
            // What is on at its begin and just before its end is this one, wherever one looks from.
            prop_assert_eq!(series.on(span.from_ms), Some(*span));
            prop_assert_eq!(series.on(span.until_ms - 1), Some(*span));
            prop_assert_eq!(series.after(span.from_ms - 1).next(), Some(*span));
            let next = spans.get(place + 1).filter(|next| next.from_ms == span.until_ms);
            prop_assert!(place + 1 == spans.len() || series.on(span.until_ms) == next.copied());
            if let Some(until) = &schedule.until {
                prop_assert!(series.occurrence(*span).from[..10] <= until[..]);
            }
            prop_assert!(series.over_at().is_none_or(|over_ms| span.until_ms <= over_ms));
            end_ms = span.until_ms;
        }
        if schedule.repeats == Repeats::Once {
            prop_assert!(spans.len() <= 1);
        } else if schedule.until.is_none() {
            prop_assert_eq!(spans.len(), 40, "it goes on for ever");
        }
    }
}
